"""Triggers: the one thing that a rule's `when` says, an event or a time."""

from dataclasses import dataclass

from engine.source import Span
from engine.terms import Leaf
from engine.triggers import (
    ANY_COURSE,
    OnCourseDate,
    OnDate,
    OnDue,
    OnEnrolled,
    OnEvent,
    OnEvery,
    OnExpiring,
    OnInactive,
    OnOverdue,
    OnState,
    When,
)
from engine.values import Period
from rules.phrases.time import MOMENT, PERIOD
from rules.phrases.trigger import AGO, EVERY, OFFSET, REPEAT
from rules.reader.block import Block, one_head, only_beside
from rules.reader.conditions import NOUNS
from rules.reader.leaf import ANY, Use, read_leaf
from rules.reader.names import Kind, Scope
from rules.text import List, Mapping, Text
from rules.words.word import Place

NEEDS_COURSE = ("enrolled", "course start", "course end")


@dataclass(frozen=True, slots=True)
class Trigger:
    """A rule's `when`, with the courses it is about and how often it asks again."""

    when: When
    courses: tuple[str, ...] = ()
    repeat: Period | None = None


def read_trigger(node: Mapping, scope: Scope, owner: Span) -> Trigger | None:
    """Read what stands under `when`; None where something is wrong (and noted)."""
    block = Block(node, Place.WHEN, scope.findings, owner)
    found = one_head(block, "trigger")
    if found is None:
        return None
    head, word = found
    if head.value in NOUNS:
        return _read_noun(block, head, scope)
    only_beside(block, head, word.beside, f"`{head.value}`")
    if head.value == "any":
        return _read_any(block, scope)
    courses = _courses(block, scope)
    if head.value in NEEDS_COURSE and not courses and block.is_whole:
        block.is_whole = False
        scope.findings.add(
            head.span,
            "E106",
            f"`{head.value}` needs to know in which course",
            "add `in:` with a course, or: in: any course",
        )
    repeat = block.read("repeat", REPEAT)
    when = _read_time(block, head, scope)
    if when is None or not block.is_whole:
        return None
    return Trigger(when, courses, repeat)


def _read_noun(block: Block, head: Text, scope: Scope) -> Trigger | None:
    """Read an event, or a state that lasts (with `for`)."""
    lasts = "for" in block
    beside = ("repeat",) if lasts else ("after",)
    leaf = read_leaf(block, NOUNS[head.value], scope, Use.EVENT, beside)
    after = block.read("after", PERIOD)
    repeat = block.read("repeat", REPEAT)
    if leaf is None or not block.is_whole:
        return None
    if lasts:
        return Trigger(OnState(leaf.span, leaf), repeat=repeat)
    return Trigger(OnEvent(leaf.span, (leaf,), after))


def _read_any(block: Block, scope: Scope) -> Trigger | None:
    leaves: list[Leaf | None] = []
    for node in block.blocks("any"):
        inner = Block(node, Place.LEAF, scope.findings)
        found = one_head(inner, "event")
        if found is None:
            leaves.append(None)
            continue
        head = found[0]
        if "for" in inner:
            scope.findings.add(
                inner.key("for").span,
                "E111",
                "a state that lasts can't stand among several events",
                "write a rule of its own for it",
            )
            leaves.append(None)
            continue
        leaves.append(read_leaf(inner, NOUNS[head.value], scope, Use.EVENT))
    after = block.read("after", PERIOD)
    whole = tuple(leaf for leaf in leaves if leaf is not None)
    if not block.is_whole or len(whole) != len(leaves) or not whole:
        return None
    return Trigger(OnEvent(block.key("any").span, whole, after))


def _courses(block: Block, scope: Scope) -> tuple[str, ...]:
    """Give the full names after `in`, or (ANY_COURSE,)."""
    texts = block.texts("in")
    if not texts:
        return ()
    value = block.values["in"][1]
    if not isinstance(value, List) and " ".join(texts[0].value.split()) == "any course":
        return (ANY_COURSE,)
    found = [scope.resolve(text, Kind.COURSE) for text in texts]
    names = tuple(dict.fromkeys(name for name in found if name is not None))
    if None in found:
        block.is_whole = False
    return names


def _read_expiring(block: Block, scope: Scope, span: Span) -> OnExpiring | None:
    text = block.text("expiring")
    within = block.read("within", PERIOD)
    if "within" not in block and block.is_whole:
        block.miss("within", example="within: 30 days")
    if text is None or within is None:
        return None
    if " ".join(text.value.split()) == ANY:
        return OnExpiring(span, "", within)
    credential = scope.resolve(text, Kind.CREDENTIAL)
    return None if credential is None else OnExpiring(span, credential, within)


def _activity(block: Block, key: str, scope: Scope) -> str | None:
    text = block.text(key)
    return None if text is None else scope.resolve(text, Kind.ACTIVITY)


def _read_time(block: Block, head: Text, scope: Scope) -> When | None:
    span = head.span
    match head.value:
        case "inactive":
            period = block.read("inactive", PERIOD)
            return OnInactive(span, period) if period else None
        case "due":
            due = _activity(block, "due", scope)
            within = block.read("within", PERIOD)
            if "within" not in block and block.is_whole:
                block.miss("within")
            return OnDue(span, due, within) if due and within else None
        case "expiring":
            return _read_expiring(block, scope, span)
        case "overdue":
            overdue = _activity(block, "overdue", scope)
            return OnOverdue(span, overdue, block.read("by", PERIOD)) if overdue else None
        case "enrolled":
            ago = block.read("enrolled", AGO)
            return OnEnrolled(span, ago) if ago else None
        case "course start" | "course end":
            offset = block.read(head.value, OFFSET)
            end = head.value == "course end"
            return OnCourseDate(span, offset.period, offset.before, end) if offset else None
        case "every":
            every = block.read("every", EVERY)
            if every is None:
                return None
            return OnEvery(span, every.weekday, every.period, every.starts, every.at)
        case _:
            moment = block.read("on", MOMENT)
            return OnDate(span, moment) if moment else None
