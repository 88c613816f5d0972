"""
Patterns: rules with blanks, written once and filled wherever they are followed.

A rule that follows a pattern is read as if the pattern's words stood in it, its blanks filled. So
a wrong value is wrong where it was filled in, and a wrong word where the pattern has it. What the
rule says itself goes before what the pattern says. A pattern of another pack speaks of that
pack's things: its messages, limits and activities; what fills its blanks is of the rule's own.
"""

from dataclasses import replace
from typing import assert_never

from engine.spelling import suggest
from rules.reader.block import Block
from rules.reader.findings import Findings
from rules.reader.names import Pattern, Scope
from rules.scenario_rows import blanks_of, filled
from rules.text import List, Mapping, Node, Text
from rules.words.word import Place

OWN = ("follows", "with")
"""What a rule says of the pattern, and not of itself."""


def register_patterns(node: Mapping, scope: Scope) -> None:
    """Put the patterns of a rule file into the index, and note what is wrong with their blanks."""
    entries = node.get("patterns")
    for name, body in entries.entries if isinstance(entries, Mapping) else ():
        full = f"{scope.pack}/{name.value}"
        first = scope.names.patterns.get(full)
        if first is not None:
            where = f"{first.name.span.file}:{first.name.span.line}"
            message = f"a pattern `{name.value}` stands twice"
            scope.findings.add(name.span, "E206", message, f"the first is in {where}")
        elif isinstance(body, Mapping):
            scope.names.patterns[full] = Pattern(name, body)
        else:
            scope.findings.add(
                name.span,
                "E105",
                f"`{name.value}` wants a block",
                "write its words on lines of their own, two spaces further in",
            )


def check_pattern(name: Text, node: Mapping, findings: Findings) -> None:
    """Note what is wrong with a pattern in itself: its words, and blanks that nobody declares."""
    block = Block(node, Place.PATTERN, findings, name.span)
    declared = [key.value for key, _ in block.named("blanks")]
    used = {blank: text for text, blank in blanks_of(_without(node, ("blanks",)))}
    for blank, text in used.items():
        if blank not in declared:
            near = suggest(blank, declared)
            hint = f"did you mean `<{near}>`?" if near else f"add `{blank}` under `blanks`"
            findings.add(text.span, "E201", f"this pattern has no blank `{blank}`", hint)
    for key, _ in block.named("blanks"):
        if key.value not in used:
            findings.add(
                key.span,
                "E201",
                f"no word of this pattern says `<{key.value}>`",
                "write it where it goes, or take it out",
            )


def followed(name: Text, node: Mapping, scope: Scope) -> Mapping | None:
    """
    Give a rule as it is when its pattern is filled; the rule itself where it follows none.

    Returns:
        None where the pattern or what fills it is wrong (and noted).
    """
    follows = node.get("follows")
    if follows is None:
        stray = node.key("with")
        if stray is not None:
            scope.findings.add(
                stray.span, "E106", "`with` fills a pattern, and none is followed", "add `follows:`"
            )
            return None
        return node
    if not isinstance(follows, Text):
        return None
    pattern = _found(follows, scope)
    if pattern is None:
        return None
    blanks = pattern.node.get("blanks")
    wanted = [key.value for key, _ in blanks.entries] if isinstance(blanks, Mapping) else []
    fills = node.get("with")
    given = {k.value: (k, v) for k, v in fills.entries} if isinstance(fills, Mapping) else {}
    if not _is_filled(name, follows, wanted, given, scope.findings):
        return None
    pack = scope.full(follows.value).partition("/")[0]
    written = _without(pattern.node, ("blanks",))
    body = filled(written if pack == scope.pack else _at_home(written, pack), given)
    if not isinstance(body, Mapping):
        return None
    own = {key.value for key, _ in node.entries}
    kept = tuple((key, value) for key, value in body.entries if key.value not in own)
    return replace(node, entries=(*_without(node, OWN).entries, *kept))


def _at_home(node: Node, pack: str) -> Node:
    """Give what a pattern of another pack says, in that pack's names; what fills it is ours."""
    match node:
        case Text():
            return replace(node, home=pack)
        case List():
            return replace(node, items=tuple(_at_home(item, pack) for item in node.items))
        case Mapping():
            entries = tuple((key, _at_home(value, pack)) for key, value in node.entries)
            return replace(node, entries=entries)
    assert_never(node)


def _found(follows: Text, scope: Scope) -> Pattern | None:
    full = scope.full(follows.value)
    pack = full.partition("/")[0]
    known = scope.names.patterns
    reachable = pack == scope.pack or pack in scope.names.uses.get(scope.pack, frozenset())
    found = known.get(full) if reachable else None
    if found is None and pack not in scope.names.unread:
        names = [n.removeprefix(f"{scope.pack}/") for n in known]
        near = suggest(follows.value, names)
        hint = f"did you mean `{near}`?" if near else "declare it under `patterns:` in a rule file"
        scope.findings.add(follows.span, "E201", f"there is no pattern `{follows.value}`", hint)
    return found


def _is_filled(
    name: Text,
    follows: Text,
    wanted: list[str],
    given: dict[str, tuple[Text, Node]],
    findings: Findings,
) -> bool:
    right = True
    meant: set[str] = set()
    for said, (key, _) in given.items():
        if said not in wanted:
            near = suggest(said, wanted)
            meant.add(near)
            hint = f"did you mean `{near}`?" if near else f"its blanks are: {', '.join(wanted)}"
            findings.add(key.span, "E201", f"`{follows.value}` has no blank `{said}`", hint)
            right = False
    missing = [blank for blank in wanted if blank not in given and blank not in meant]
    if missing:
        findings.add(
            name.span,
            "E106",
            f"this rule fills no `{missing[0]}`, and `{follows.value}` asks for it",
            f"add it, for example  with: {{{missing[0]}: …}}",
        )
        right = False
    return right


def _without(node: Mapping, words: tuple[str, ...]) -> Mapping:
    return replace(
        node, entries=tuple((key, value) for key, value in node.entries if key.value not in words)
    )
