"""Marks of a scenario: `59%`, `14 of 20`, `14 points`."""

import re
from decimal import Decimal

from rules.reader.findings import Findings
from rules.text import Text
from rules.timeline import Mark

_NUMBER = r"(\d{1,9}(?:\.\d{1,12})?)"
PERCENT = re.compile(rf"{_NUMBER} ?%")
OUT_OF = re.compile(rf"{_NUMBER}(?: points)? (?:of|out of) {_NUMBER}")
POINTS = re.compile(rf"{_NUMBER} points?")


def read_mark(findings: Findings, text: Text | None) -> Mark | None:
    """Read a mark; None where there is none, or where it is wrong, which is then noted."""
    if text is None:
        return None
    for pattern in (PERCENT, OUT_OF, POINTS):
        found = pattern.fullmatch(text.value.strip())
        if found:
            raw = Decimal(found.group(1))
            if pattern is PERCENT:
                return Mark(raw, Decimal(100))
            return Mark(raw, Decimal(found.group(2)) if pattern is OUT_OF else None)
    findings.add(
        text.span,
        "E110",
        f"`{text.value[:40]}` is not a score",
        "write it like: 59%, 14 of 20 or 14 points",
    )
    return None
