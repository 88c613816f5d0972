"""
What somebody asks of a credential beyond the language: each profile is a list of its elements.

A pack is right without them; who wants to be read by others checks for one.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum

from engine.source import Problem
from rules.packs import Reading
from rules.profiles.european import check_european


class Profile(StrEnum):
    """The profiles that are known."""

    EUROPEAN = "european-microcredential"


PROFILES: dict[Profile, Callable[[Reading], Iterator[Problem]]] = {
    Profile.EUROPEAN: check_european,
}
