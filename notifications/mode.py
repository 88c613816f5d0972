"""
Whether mail leaves at all, and where to: one word in config.toml.

The default is `hold`. An institution that installs Milepost, points it at ten thousand
learners and gets a rule wrong must find the mail in a list, not in ten thousand inboxes.
"""

from enum import StrEnum

from notifications.outbox import Status


class Mode(StrEnum):
    """What happens to mail. It never changes a decision, a release or a webhook."""

    HOLD = "hold"
    """Nothing leaves. What was held is listed, and goes only when a person releases it."""
    FOLDER = "folder"
    """Every message becomes a file in a folder."""
    REDIRECT = "redirect"
    """Every message goes to one address of the institution's own."""
    LIVE = "live"
    """Messages go to learners."""


def first_status(mode: Mode) -> Status:
    """
    Say in which status a new row of mail begins.

    A held row is not queued again by a change of mode, so going from hold to live never floods.
    """
    return Status.HELD if mode is Mode.HOLD else Status.QUEUED
