"""
What a pack uses: other packs with their versions, each perhaps once more for another course.

`data-literacy 2025.1 as autumn: {with: {sampling-quiz: "quiz:9911"}}` is that pack a second time,
under a name of its own, its activities and courses standing for other things of the LMS. What
`with` says is put into a copy of its pack.yaml before that is read, so that nothing else needs to
know.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from engine.ruleset import Credential
from engine.spelling import suggest
from engine.terms import Condition, Group, Quantifier
from rules.phrases.link import USE, Use
from rules.phrases.phrases import NAME
from rules.phrases.time import DUE
from rules.reader.block import Block, read_phrase
from rules.reader.findings import Findings
from rules.text import List, Mapping, Node, Text
from rules.words.pack import WHOSE
from rules.words.word import Place

COURSE_MAY = ("lms", "starts", "ends", "zone", "link", "title", "runs")
ACTIVITY_MAY = ("lms", "due", "link", "title", "pass")
SHOWN = 6
"""Names that are listed where many are missing."""


@dataclass(frozen=True, slots=True)
class Used:
    """
    One entry of `uses`.

    Attributes:
        text: Where it is written.
        use: The pack, its version, and the name it has here.
        filled: What stands under `with`, None for nothing.
        same: Whether its credentials are the used pack's own.
        misread: Whether something other than names stands under `with`.
    """

    text: Text
    use: Use
    filled: Mapping | None = None
    same: bool = False
    misread: bool = False

    @property
    def name(self) -> str:
        """Give the name by which it is spoken of here."""
        return self.use.alias or self.use.pack


def used_in(node: Mapping) -> Iterator[Used]:
    """Yield what a pack.yaml uses, without noting anything; what is wrong has no version."""
    uses = node.get("uses")
    for item in uses.items if isinstance(uses, List) else ():
        text, body = _parts_of(item)
        if not isinstance(text, Text):
            continue
        use = USE(text.value)
        pack = text.value.strip().partition(" ")[0]
        if isinstance(use, Use):
            filled = body.get("with") if isinstance(body, Mapping) else None
            whose = body.get("credentials") if isinstance(body, Mapping) else None
            yield Used(
                text,
                use,
                filled if isinstance(filled, Mapping) else None,
                bool(use.alias) and isinstance(whose, Text) and whose.value.strip() == "same",
                misread=filled is not None and not isinstance(filled, Mapping),
            )
        elif isinstance(NAME(pack), str) and pack:
            yield Used(text, Use(pack, ""))


def _parts_of(item: Node) -> tuple[Node, Node | None]:
    if not isinstance(item, Mapping) or len(item.entries) != 1:
        return item, None
    return item.entries[0]


def check_uses(block: Block, findings: Findings) -> None:
    """Note what is wrong with the entries of `uses`."""
    value = block.values["uses"][1] if "uses" in block else None
    for item in value.items if isinstance(value, List) else ():
        match item:
            case Text() if item.value.strip():
                read_phrase(item, USE, findings)
            case Mapping() if len(item.entries) == 1:
                _check_filled(item.entries[0][0], item.entries[0][1], findings)
            case _:
                findings.add(
                    item.span,
                    "E105",
                    "an item of `uses` names one pack",
                    "write it like: - shared 2025.1",
                )


def _check_filled(text: Text, body: Node, findings: Findings) -> None:
    use = read_phrase(text, USE, findings)
    if use is not None and not use.alias:
        findings.add(
            text.span,
            "E106",
            f"`{use.pack}` is to be filled, and has no name of its own here",
            f"write it like: {use.pack} {use.version} as autumn",
        )
    if not isinstance(body, Mapping):
        findings.add(
            text.span,
            "E105",
            "what follows a pack that is used again is a block",
            'write it like: {with: {sampling-quiz: "quiz:9911"}}',
        )
        return
    Block(body, Place.USE, findings, text.span).read("credentials", WHOSE)


def fill(root: Mapping, used: Used, findings: Findings) -> Mapping:
    """
    Give the pack.yaml of a pack as it is when it is used again.

    Args:
        root: The pack's own.
        used: Where it is used, with what.
        findings: Where a name is noted that the pack does not have, and which it forgets.
    """
    filled = used.filled.entries if used.filled is not None else ()
    said = {key.value: (key, value) for key, value in filled}
    known: set[str] = set()
    kept: list[str] = []
    parts: list[tuple[Text, Node]] = []
    for key, node in root.entries:
        if key.value not in ("activities", "courses") or not isinstance(node, Mapping):
            parts.append((key, node))
            continue
        may = COURSE_MAY if key.value == "courses" else ACTIVITY_MAY
        entries: list[tuple[Text, Node]] = []
        for name, body in node.entries:
            known.add(name.value)
            if name.value in said and isinstance(body, Mapping):
                at, value = said[name.value]
                entries.append((name, _other(body, value, may, findings)))
                _note_dates(at, body, value, findings)
            else:
                kept.append(name.value)
                entries.append((name, body))
        parts.append((key, replace(node, entries=tuple(entries))))
    for meant, (at, _) in said.items():
        if meant not in known:
            near = suggest(meant, sorted(known))
            hint = f"did you mean `{near}`?" if near else "it has: " + ", ".join(sorted(known))
            message = f"`{used.use.pack}` has no activity and no course `{meant}`"
            findings.add(at.span, "E201", message, hint)
    if kept and not used.misread and (said or used.use.alias):
        shown = ", ".join(kept[:SHOWN]) + (", …" if len(kept) > SHOWN else "")
        findings.warn(
            used.text.span,
            "W512",
            f"`{used.use.alias}` shares with the first use: {shown}",
            "name each under `with`; with the same LMS name where it is meant to be shared",
        )
    return replace(root, entries=tuple(parts))


def _other(body: Mapping, value: Node, may: tuple[str, ...], findings: Findings) -> Mapping:
    """Give an activity or a course as `with` says it: another LMS name, or a block of words."""
    if not isinstance(value, Mapping):
        lms = body.key("lms") or Text(value.span, "lms")
        changed: dict[str, tuple[Text, Node]] = {"lms": (lms, value)}
    else:
        changed = {}
        for key, node in value.entries:
            if key.value in may:
                changed[key.value] = (key, node)
            else:
                findings.add(
                    key.span,
                    "E102",
                    f"`with` has no `{key.value[:60]}`",
                    f"it may say: {', '.join(may)}",
                )
    own = [
        changed.pop(key.value, (key, node))
        for key, node in body.entries
        if key.value in changed or not _is_of_the_first(key.value, node)
    ]
    return replace(body, entries=(*own, *changed.values()))


def _is_of_the_first(key: str, node: Node) -> bool:
    """Say whether a word tells of the first use only: its dates, its runs, its link."""
    if key == "due":
        due = DUE(node.value) if isinstance(node, Text) else None
        return isinstance(due, date | datetime)
    return key in ("starts", "ends", "runs", "link")


def _note_dates(at: Text, body: Mapping, value: Node, findings: Findings) -> None:
    """Warn of dates that the first use has and this one doesn't: they are not taken over."""
    said = {key.value for key, _ in value.entries} if isinstance(value, Mapping) else set[str]()
    had = {key.value for key, node in body.entries if _is_of_the_first(key.value, node)} - {"link"}
    dates = ("starts: 2025-09-01, ends: 2025-12-19", {"starts", "ends", "runs"})
    example, of = ("due: 2025-10-10", {"due"}) if "due" in had else dates
    if had and not said & of:
        lms = value.value if isinstance(value, Text) else "…"
        findings.warn(
            at.span,
            "W515",
            f"`{at.value}` has dates in its first use, and none here",
            f'write it like: {{lms: "{lms[:60]}", {example}}}',
        )


def join_credentials(credentials: dict[str, Credential], use: str, original: str) -> None:
    """Let the requirements of a use count for the used pack's own credentials."""
    for name in [name for name in credentials if name.startswith(f"{use}/")]:
        there = credentials.pop(name)
        full = f"{original}/{name.partition('/')[2]}"
        here = credentials.get(full)
        if here is not None:
            ways: tuple[Condition, ...] = (here.requires, there.requires)
            if here.requires.quantifier is Quantifier.ANY:
                ways = (*here.requires.parts, there.requires)
            shown = dict.fromkeys((*here.show_as_evidence, *there.show_as_evidence))
            credentials[full] = replace(
                here,
                requires=Group(here.requires.span, Quantifier.ANY, ways),
                show_as_evidence=tuple(shown),
            )
