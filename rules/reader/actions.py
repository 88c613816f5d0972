"""Actions: what a rule does, and the limits that keep its messages polite."""

from engine.actions import Action, CallWebhook, Email, Limits, Lock, PutInGroup, Recommend, Release
from engine.source import Span
from engine.spelling import suggest
from rules.phrases.link import ADDRESS, FILE
from rules.phrases.phrases import TEXT, YES
from rules.phrases.time import CAP, HOURS, PERIOD
from rules.reader.block import Block, one_head, only_beside
from rules.reader.names import Kind, Scope
from rules.text import Mapping, Text
from rules.words.word import Place


def read_message(block: Block, key: str, scope: Scope) -> str | None:
    """Read a message file's name and give it in full; one that isn't there is noted (E205)."""
    text = block.text(key)
    name = block.read(key, FILE)
    if text is None or name is None:
        return None
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
    span = _span(head, block.text(head.value))
    action = _read(block, head.value, span, scope)
    return action if block.is_whole else None


def _span(head: Text, value: Text | None) -> Span:
    if value is None or value.span.line != head.span.line:
        return head.span
    start, end = head.span, value.span
    return Span(start.file, start.line, start.column, end.column + end.length - start.column)


def _read(block: Block, name: str, span: Span, scope: Scope) -> Action | None:
    if name == "email":
        file = read_message(block, "email", scope)
        to = block.read("to", ADDRESS)
        cc = block.phrases("cc", ADDRESS)
        reply_to = block.read("reply to", ADDRESS)
        return Email(span, file, to or "learner", cc, reply_to or "") if file else None
    if name == "group":
        group = block.read("group", TEXT)
        remove = block.read("remove", YES)
        return PutInGroup(span, group, bool(remove)) if group else None
    if name == "webhook":
        webhook = block.read("webhook", TEXT)
        return CallWebhook(span, webhook) if webhook else None
    text = block.text(name)
    activity = scope.resolve(text, Kind.ACTIVITY) if text else None
    if activity is None:
        return None
    match name:
        case "release":
            return Release(span, activity)
        case "lock":
            return Lock(span, activity)
        case _:
            return Recommend(span, activity)


def read_limits(node: Mapping, scope: Scope, owner: Span) -> Limits | None:
    """Read a block of limits; None where something is wrong (and noted)."""
    block = Block(node, Place.LIMITS, scope.findings, owner)
    limits = Limits(
        block.read("quiet hours", HOURS), block.read("gap", PERIOD), block.read("cap", CAP)
    )
    return limits if block.is_whole else None
