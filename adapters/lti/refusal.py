"""Why somebody who comes from an LMS is not let in: for her a page, for the operator a line."""

from enum import StrEnum


class Help(StrEnum):
    """What she can do about it, which is what her page says."""

    AGAIN = "again"
    """Follow the link in the course once more."""
    COOKIE = "cookie"
    """Open it in a window of its own, with cookies."""
    SETUP = "setup"
    """Nothing: it is the operator's or the LMS's to mend."""


class RefusedError(Exception):
    """
    A log-in from an LMS is refused.

    Attributes:
        help: What she can do.
        code: A word that stands on her page and in the log, so that the two can be matched.
        because: A sentence for the operator; it holds nothing secret.
    """

    def __init__(self, help_: Help, code: str, because: str) -> None:
        """Say what she can do, the word, and the reason."""
        super().__init__(because)
        self.help = help_
        self.code = code
        self.because = because
