"""Where learners come in from an LMS, with all that the LMS has to know of it."""

from collections.abc import Callable
from dataclasses import dataclass

from adapters.badges.jsonvalue import JsonObject
from adapters.lti.door import Door
from adapters.lti.registration import Registrations
from adapters.lti.tool import Tool


@dataclass(frozen=True, slots=True)
class Entrance:
    """
    What the routes of the log-in ask.

    Attributes:
        door: Lets learners in.
        tool: The addresses.
        keys: Gives the public keys, as they are now.
        registrations: Lets LMSs register that were invited.
    """

    door: Door
    tool: Tool
    keys: Callable[[], JsonObject]
    registrations: Registrations
