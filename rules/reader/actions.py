"""Actions: what a rule does, and the limits that keep its messages polite."""

from engine.actions import (
    Action,
    Announce,
    AskReview,
    Banner,
    CallWebhook,
    Choose,
    Email,
    Enrol,
    Limits,
    LmsMessage,
    Lock,
    PutInCohort,
    PutInGroup,
    Recommend,
    Release,
    Unenrol,
)
from engine.source import Span
from engine.spelling import suggest
from rules.phrases.link import ADDRESS, FILE
from rules.phrases.phrases import TEXT, YES
from rules.phrases.time import CAP, HOURS, PERIOD, RHYTHM
from rules.reader.block import Block, one_head, only_beside
from rules.reader.names import Kind, Scope
from rules.text import Mapping
from rules.words.word import Place


def read_message(block: Block, key: str, scope: Scope) -> str | None:
    """Read a message file's name and give it in full; one that isn't there is noted (E205)."""
    text = block.text(key)
    name = block.read(key, FILE)
    if text is None or name is None:
        return None
    scope = scope.of(text)
    if not scope.has_file(name):
        block.is_whole = False
        files = () if scope.findings.are_many else tuple(scope.message_files())
        moved = [file for file in files if file.rpartition("/")[2] == name.rpartition("/")[2]]
        near = moved[0] if len(moved) == 1 else suggest(name, files)
        hint = f"did you mean `{near}`?" if near else "write it, beside the rule files"
        stem = name.removesuffix(".md")
        other = next((file for file in files if file.startswith(f"{stem}.")), "")
        if other:
            hint = f"there is {other} for one language only; write {name} beside it"
        scope.findings.add(text.span, "E205", f"this pack has no file `{name}`", hint)
        return None
    return f"{scope.pack}/{name}"


def read_action(node: Mapping, scope: Scope) -> Action | None:
    """Read one action; None where something is wrong (and noted)."""
    block = Block(node, Place.ACTION, scope.findings)
    found = one_head(block, "action")
    if found is None:
        return None
    head, word = found
    only_beside(block, head, word.beside, f"`{head.value}`")
    value = block.text(head.value)
    span = head.span if value is None else head.span.to(value.span)
    action = _read(block, head.value, span, scope)
    return action if block.is_whole else None


def _read(block: Block, name: str, span: Span, scope: Scope) -> Action | None:
    match name:
        case "email" | "lms message" | "banner":
            return _read_message_action(block, name, span, scope)
        case "group" | "cohort":
            return _read_membership(block, name, span)
        case "choose":
            return _read_choice(block, span, scope)
        case "announce":
            event = _named(block, name, Kind.EVENT, scope)
            return Announce(span, event) if event else None
        case "review":
            question = block.read("review", TEXT)
            return AskReview(span, question) if question else None
        case "webhook":
            webhook = block.read("webhook", TEXT)
            return CallWebhook(span, webhook) if webhook else None
        case "enrol" | "unenrol":
            holds = bool(block.read("while", YES))
            course = _named(block, name, Kind.COURSE, scope)
            if course is None:
                return None
            return Enrol(span, course, holds) if name == "enrol" else Unenrol(span, course)
    holds = bool(block.read("while", YES))
    activity = _named(block, name, Kind.ACTIVITY, scope)
    if activity is None:
        return None
    match name:
        case "release":
            return Release(span, activity, holds)
        case "lock":
            return Lock(span, activity)
        case _:
            return Recommend(span, activity)


def _named(block: Block, name: str, kind: Kind, scope: Scope) -> str | None:
    text = block.text(name)
    return scope.resolve(text, kind) if text else None


def _read_message_action(block: Block, name: str, span: Span, scope: Scope) -> Action | None:
    file = read_message(block, name, scope)
    if name == "email":
        to = block.read("to", ADDRESS)
        cc = block.phrases("cc", ADDRESS)
        reply_to = block.read("reply to", ADDRESS)
        return Email(span, file, to or "learner", cc, reply_to or "") if file else None
    if name == "lms message":
        return LmsMessage(span, file) if file else None
    goes = _named(block, "go to", Kind.ACTIVITY, scope)
    if "go to" in block and goes is None:
        return None
    return Banner(span, file, goes or "") if file else None


def _read_choice(block: Block, span: Span, scope: Scope) -> Action | None:
    texts = block.texts("choose")
    found = [scope.resolve(text, Kind.ACTIVITY) for text in texts]
    names = tuple(dict.fromkeys(name for name in found if name))
    if None in found or not block.is_whole:
        return None
    if len(names) < FEWEST or len(names) < len(found):
        block.is_whole = False
        scope.findings.add(
            span,
            "E110",
            "a choice is between two activities or more, each named once",
            "write it like: choose: [workshop, lab]",
        )
        return None
    return Choose(span, names)


FEWEST = 2


def _read_membership(block: Block, name: str, span: Span) -> Action | None:
    named = block.read(name, TEXT)
    remove, holds = bool(block.read("remove", YES)), bool(block.read("while", YES))
    if remove and holds:
        block.is_whole = False
        block.findings.add(
            block.key("while").span,
            "E111",
            "`remove` and `while` stand in one action",
            "`while` takes out again by itself; leave `remove` out, or turn `if` round",
        )
    if named is None:
        return None
    return (PutInGroup if name == "group" else PutInCohort)(span, named, remove, holds)


def read_limits(node: Mapping, scope: Scope, owner: Span, named: str = "") -> Limits | None:
    """
    Read a block of limits; None where something is wrong (and noted).

    Args:
        node: The block.
        scope: The pack's names and the findings.
        owner: What a missing word is missed at.
        named: The block's full name in pack.yaml, "" for a rule's own.
    """
    block = Block(node, Place.LIMITS, scope.findings, owner)
    together = block.read("together", YES)
    if together and not named:
        block.is_whole = False
        scope.findings.add(
            block.key("together").span,
            "E102",
            "one rule's own limits take no `together`",
            "give the limits a name in pack.yaml, and name them in each rule: limits: polite",
        )
    limits = Limits(
        block.read("quiet hours", HOURS),
        block.read("gap", PERIOD),
        block.read("cap", CAP),
        block.read("digest", RHYTHM),
        named if together else "",
    )
    return limits if block.is_whole else None
