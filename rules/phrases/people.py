"""Who has to agree: one person, two people, an instructor, two instructors."""

import re

from engine.ruleset import NUMBERS, Approval
from rules.phrases.phrases import Misread, Phrase, wrong

_MANY = "|".join(NUMBERS[2:])
PATTERN = rf"one person|({_MANY}) people|(({_MANY}) )?[a-z][a-z-]*"
_PHRASE = re.compile(rf"(?:(?P<number>{_MANY}) )?(?P<who>[a-z][a-z-]*)")
NOBODY = frozenset({"learner", "learners", "student", "students", "no", "none", "yes", "nobody"})
EXAMPLE = "two people"


def read_approval(text: str) -> Approval | Misread:
    """Read who has to agree."""
    if text == "one person":
        return Approval()
    found = _PHRASE.fullmatch(text)
    if found is None:
        return wrong(text, "who has to agree", EXAMPLE)
    number, who = found["number"], found["who"]
    if who in NOBODY:
        return Misread(f"`{text}` can't agree to an award", f"write it like: {EXAMPLE}")
    if who in ("person", "people"):
        if number is None or who == "person":
            return wrong(text, "who has to agree", EXAMPLE)
        return Approval(NUMBERS.index(number))
    if number is None:
        return Approval(1, who)
    if not who.endswith("s"):
        return wrong(text, "who has to agree", f"{number} {who}s")
    return Approval(NUMBERS.index(number), who.removesuffix("s"))


APPROVAL = Phrase("who has to agree", PATTERN, EXAMPLE, read_approval)
