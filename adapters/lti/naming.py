"""
How a learner who comes from an LMS is called here: as the LMS's events call her.

Events name learners by what the LMS's plug-in sends: Moodle's xAPI statements as
`https://moodle.example.edu|12`, which is what the default gives; a script of the institution's
own by whatever it likes. If the two differ, she is logged in and sees somebody without a past.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.inbound.received import text_problem

DEFAULT = "{iss}|{sub}"
_FIELD = re.compile(r"\{([^{}]*)\}")
_KNOWN = re.compile(r"iss|sub|email|(custom|ext|lis)\.[A-Za-z0-9_]+")
_UNFILLED = "$"


class NamingError(ValueError):
    """A template is none, or an LMS has not said what it asks for; the message says which."""


@dataclass(frozen=True, slots=True)
class Naming:
    """
    A template such as `{iss}|{sub}`.

    Attributes:
        template: Text with names of claims in braces: `iss`, `sub`, `email`, `custom.NAME`,
            `ext.NAME`, `lis.NAME`.

    Raises:
        NamingError: It names a claim that is not read, or nothing by which learners differ.
    """

    template: str

    def __post_init__(self) -> None:
        """Refuse a template under which two learners could be one."""
        names = _FIELD.findall(self.template)
        unknown = next((name for name in names if not _KNOWN.fullmatch(name)), None)
        if unknown is not None:
            raise NamingError(f"there is no {{{unknown}}}")
        if "{" in _FIELD.sub("", self.template) or "}" in _FIELD.sub("", self.template):
            raise NamingError("a brace is not closed")
        if not set(names) - {"iss"}:
            raise NamingError("all learners would have the same name")

    def __str__(self) -> str:
        """Give it as it is written."""
        return self.template

    def opening(self, issuer: str) -> str:
        """Give what every name of an LMS's learners begins with, "" if they begin differently."""
        first, *rest = _FIELD.split(self.template.replace("{iss}", issuer))
        return first if rest else ""

    def name(self, claims: Mapping[str, object]) -> str:
        """
        Give a learner's name.

        Args:
            claims: What the LMS says, by the names that stand in templates.

        Raises:
            NamingError: Something is missing. A variable that an LMS has not filled in arrives as
                its own name (`$User.id`), which would be the same for everybody.
        """

        def said(name: str) -> str:
            value = claims.get(name)
            text = str(value) if isinstance(value, str | int) else ""
            if not text.strip() or isinstance(value, bool):
                raise NamingError(f"it does not say {name}")
            if text.startswith(_UNFILLED):
                raise NamingError(f"it has not filled in {name}: {text[:60]}")
            return text

        parts = _FIELD.split(self.template)
        filled = (said(part) if place % 2 else part for place, part in enumerate(parts))
        found = "".join(filled)
        if problem := text_problem("learner", found):
            raise NamingError(problem)
        return found
