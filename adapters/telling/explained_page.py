"""An explanation as a page, for whoever has to be shown it."""

from collections.abc import Sequence
from datetime import datetime

from adapters.pages.page import page
from engine.calendar import zone_named
from engine.explained import Explanation
from engine.wording import moment_shown

MARKS = {"yes": "yes", "no": "NO", "unknown": "?"}


def explained_page(found: Explanation, as_of: datetime, ruleset: str, left: Sequence[str]) -> str:
    """
    Give the page as HTML.

    Args:
        found: The explanation.
        as_of: As of when it is.
        ruleset: The fingerprint of the rules that it is by.
        left: What became of messages and calls, a sentence each.
    """
    local = as_of.astimezone(zone_named(found.zone)).replace(tzinfo=None)
    return page(
        "explain.html",
        found=found,
        as_of=moment_shown(local),
        ruleset=ruleset,
        left=left,
        marks=MARKS,
    )
