"""Values by date: a block whose words are *from* and a day, each with the value from then on."""

import re
from datetime import date
from typing import TypeVar

from engine.dated import ByDate, From
from engine.values import Comparison
from rules.phrases.phrases import Misread, Phrase
from rules.phrases.time import DATE
from rules.reader.block import Block
from rules.reader.findings import Findings
from rules.text import Mapping, Text
from rules.words.condition import FROM_DATE
from rules.words.word import Place

T = TypeVar("T")

_FROM = re.compile(FROM_DATE)


def read_dated(
    node: Mapping, place: Place, phrase: Phrase[T], findings: Findings, owner: Text
) -> ByDate[T] | None:
    """Read values by date; None where something is wrong (and noted)."""
    block = Block(node, place, findings, owner.span)
    steps: list[From[T]] = []
    last: date | None = None
    for key, _ in block.values.values():
        value = block.read(key.value, phrase)
        day = _day(key, findings)
        if day is None:
            block.is_whole = False
            continue
        if last is not None and day <= last:
            block.is_whole = False
            said = "stands twice" if day == last else f"stands after {last}"
            findings.add(key.span, "E110", f"the date {day} {said}", "write the earlier date first")
        last = day
        if value is not None:
            steps.append(From(day, value))
    if not block.values and block.is_whole:
        findings.add(
            owner.span,
            "E106",
            f"`{owner.value}` says no date",
            f"write it like: from 2025-09-01: {phrase.example}",
        )
        return None
    if not block.is_whole or not steps:
        return None
    return _same_unit(ByDate(tuple(steps)), block, findings)


def _day(key: Text, findings: Findings) -> date | None:
    found = _FROM.fullmatch(" ".join(key.value.split()))
    day = DATE(found.group(1)) if found else Misread(f"`{key.value}` is not a date")
    if isinstance(day, Misread):
        findings.add(key.span, day.code, day.message, "write it like: from 2025-09-01")
        return None
    return day


def _same_unit(dated: ByDate[T], block: Block, findings: Findings) -> ByDate[T] | None:
    units = {s.value.unit for s in dated.steps if isinstance(s.value, Comparison)}
    if len(units) < 2:  # noqa: PLR2004 - percent and points
        return dated
    findings.add(
        block.span, "E110", "percent and points are mixed", "write all in percent or all in points"
    )
    return None
