"""Conditions: leaves, people, times, and lists of which all, any, none or some must hold."""

import re

from engine.source import Span
from engine.terms import (
    BetweenDates,
    Condition,
    EnrolledFor,
    Group,
    HasFact,
    HasProfile,
    HasRole,
    Noun,
    OnWeekdays,
    Quantifier,
)
from rules.phrases.phrases import TEXT
from rules.phrases.time import BETWEEN, WEEKDAYS_PHRASE
from rules.phrases.trigger import ENROLLED_FOR
from rules.reader.block import Block, one_head, only_beside
from rules.reader.leaf import Use, read_leaf
from rules.reader.names import Kind, Scope
from rules.text import List, Mapping, Text
from rules.words.condition import AT_LEAST_OF
from rules.words.word import Place

NOUNS = {noun.value: noun for noun in Noun}
QUANTIFIERS = {"all": Quantifier.ALL, "any": Quantifier.ANY, "none": Quantifier.NONE}
_AT_LEAST = re.compile(AT_LEAST_OF)


def read_list(block: Block, key: str, scope: Scope) -> Group | None:
    """Read the list after a word, all of which must hold; None where something is wrong."""
    items = block.blocks(key)
    parts = [read_condition(item, scope) for item in items]
    whole = [part for part in parts if part is not None]
    value = block.values.get(key)
    written = value[1].items if value and isinstance(value[1], List) else ()
    if not written or len(whole) != len(written):
        return None
    return Group(block.key(key).span, Quantifier.ALL, tuple(whole))


def read_condition(node: Mapping, scope: Scope) -> Condition | None:
    """Read one condition; None where something is wrong (and noted)."""
    block = Block(node, Place.CONDITION, scope.findings)
    found = one_head(block, "condition")
    if found is None:
        return None
    head, word = found
    if head.value in NOUNS:
        return read_leaf(block, NOUNS[head.value], scope, Use.CONDITION)
    only_beside(block, head, word.beside, f"`{head.value}`")
    if head.value in QUANTIFIERS:
        group = read_list(block, head.value, scope)
        if group is None or not block.is_whole:
            return None
        return Group(head.span, QUANTIFIERS[head.value], group.parts)
    some = _AT_LEAST.fullmatch(head.value)
    if some:
        return _read_some(block, head, int(some.group(1)), scope)
    return _read_plain(block, head, scope)


def _read_some(block: Block, head: Text, number: int, scope: Scope) -> Group | None:
    value = block.values[head.value][1]
    written = len(value.items) if isinstance(value, List) else 0
    group = read_list(block, head.value, scope)
    if not 1 <= number <= written:
        scope.findings.add(
            head.span,
            "E110",
            f"`{head.value}` can never be asked of a list of {written}"
            if number
            else f"`{head.value}` always holds",
            f"write a number from 1 to {written}",
        )
        return None
    if group is None or not block.is_whole:
        return None
    return Group(head.span, Quantifier.AT_LEAST, group.parts, number)


def _read_plain(block: Block, head: Text, scope: Scope) -> Condition | None:
    """Read a condition on a person or a time."""
    name = head.value
    course = ""
    course_text = block.text("in")
    if course_text is not None:
        resolved = scope.resolve(course_text, Kind.COURSE)
        course = resolved or ""
        block.is_whole = block.is_whole and resolved is not None
    span = head.span.to((block.text(head.value) or head).span)
    result: Condition | None = None
    if name == "role":
        role = block.read(name, TEXT)
        result = HasRole(span, role, course) if role is not None else None
    elif name == "profile":
        result = _read_profile(block, span)
    elif name == "enrolled":
        period = block.read(name, ENROLLED_FOR)
        result = EnrolledFor(span, period, course) if period is not None else None
    elif name == "date":
        between = block.read(name, BETWEEN)
        result = BetweenDates(span, between.first, between.last) if between else None
    elif name == "weekday":
        days = block.read(name, WEEKDAYS_PHRASE)
        result = OnWeekdays(span, days) if days is not None else None
    elif name == "fact":
        text = block.text(name)
        fact = None if text is None else scope.fact(text)
        result = HasFact(span, fact.word, fact.listens_to) if fact is not None else None
    return result if block.is_whole else None


def _read_profile(block: Block, span: Span) -> HasProfile | None:
    field = block.read("profile", TEXT)
    if "is" not in block:
        if block.is_whole:
            block.miss("is", example="is: ES")
        return None
    texts = block.texts("is")
    values = tuple(" ".join(text.value.split()) for text in texts)
    if field is None or not values:
        return None
    first = values[0]
    if len(values) == 1 and first.startswith("not ") and first != "not ":
        return HasProfile(span, field, (first.removeprefix("not "),), negated=True)
    return HasProfile(span, field, values)
