"""What else a step makes known: a profile, an enrolment, a due date, an opt-out."""

import re
from collections.abc import Callable, Iterable, Iterator

from engine.answers import BECAUSE, BY
from engine.events import Word
from engine.facts import STATED, Facts
from engine.record import EVERYBODY
from engine.terms import Noun
from rules.phrases.phrases import YES, Misread
from rules.phrases.trigger import AT, At, read_at
from rules.reader.block import Block, one_head, read_phrase
from rules.reader.findings import Findings
from rules.reader.names import find_fact
from rules.text import Mapping, Node, Text
from rules.timeline import OPTED_OUT, Sighting, StepKind, Told
from rules.words.step import FACT_SAYS
from rules.words.word import Place

Named = Callable[[Text, str], str | None]
"""Gives the full name of what a text names, `a course` or the like; None if there is none."""


def read_told(block: Block, findings: Findings, named: Named, facts: Facts) -> list[Told]:
    """Read what a step makes known; what is wrong is noted."""
    found = []
    profile = tuple(texts_of(block.named("profile")))
    if profile:
        found.append(Told(block.key("profile").span, Word.PROFILE, fields=profile))
    stated = tuple(stated_facts(block, facts, findings))
    if stated:
        found.append(Told(block.key("facts").span, Word.PROFILE, fields=stated))
    for word in (Word.ENROLLED, Word.UNENROLLED):
        for text in block.texts(word.value):
            full = named(text, "a course")
            if full:
                found.append(Told(text.span, word, full))
    found += _opted_out(block, findings)
    found += _answers(block, findings, named)
    found += _dues(block.named("due"), findings, named)
    found += _dues(block.named("lms due"), findings, named, ("for", EVERYBODY))
    for group, node in block.named("group due"):
        dates = node.entries if isinstance(node, Mapping) else ()
        found += _dues(dates, findings, named, ("group", group.value))
    return found


def stated_facts(block: Block, facts: Facts, findings: Findings) -> Iterator[tuple[str, str]]:
    """Yield what a block states of facts, as fields of a profile; unknown facts are noted."""
    for name, node in block.named("facts"):
        fact = find_fact(name, facts, findings)
        said = read_phrase(node, FACT_SAYS, findings) if isinstance(node, Text) else None
        if fact is not None and said is not None:
            yield STATED + fact.word, said


def _dues(
    entries: Iterable[tuple[Text, Node]],
    findings: Findings,
    named: Named,
    *whose: tuple[str, str],
) -> Iterator[Told]:
    for name, node in entries:
        full = named(name, "an activity")
        gone = isinstance(node, Text) and node.value.strip() == "none"
        at = None if gone else _due(node, findings)
        if full and (gone or at is not None):
            yield Told(name.span, Word.DUE, full, due=at, whose=whose)


def read_revocation(node: Mapping, findings: Findings, named: Named) -> Sighting | None:
    """Read what a person revokes, or takes back; a revocation without a reason is noted."""
    block = Block(node, Place.REVOCATION, findings)
    text, because = block.text("credential"), block.text("because")
    name = named(text, "a credential") if text is not None else None
    undone = bool(block.read("undone", YES))
    if because is None and not undone and block.is_whole:
        block.miss("because")
    arrives = block.read("arrives", AT)
    if text is None or name is None or not block.is_whole:
        return None
    return Sighting(
        text.span,
        StepKind.UNDONE if undone else StepKind.SEEN,
        Noun.CREDENTIAL.value,
        name,
        word=Word.REVOKED,
        where=((BECAUSE, because.value),) if because is not None else (),
        arrives=arrives,
    )


def read_grant(node: Mapping, findings: Findings, named: Named) -> Sighting | None:
    """Read what a person awards by hand; what it lacks is noted."""
    block = Block(node, Place.GRANT, findings)
    text = block.text("credential")
    name = named(text, "a credential") if text is not None else None
    said = [(key, block.text(key)) for key in (BY, BECAUSE)]
    arrives = block.read("arrives", AT)
    if text is None or name is None or not block.is_whole:
        return None
    return Sighting(
        text.span,
        StepKind.SEEN,
        Noun.CREDENTIAL.value,
        name,
        word=Word.AWARDED,
        where=tuple((key, given.value) for key, given in said if given is not None),
        arrives=arrives,
    )


def _answers(block: Block, findings: Findings, named: Named) -> Iterator[Told]:
    for word in (Word.APPROVED, Word.DECLINED):
        value = block.values.get(word.value)
        if value is None or not isinstance(value[1], Mapping):
            continue
        answer = Block(value[1], Place.ANSWER, findings, value[0].span)
        head = one_head(answer, "an answer")
        text = answer.text(head[0].value) if head else None
        full = named(text, f"a {head[0].value}") if head and text else None
        if text is not None and full:
            said = [(key, answer.text(key)) for key in (BY, BECAUSE)]
            fields = tuple((key, given.value) for key, given in said if given is not None)
            if BY not in dict(fields):
                fields = ((BY, SOMEBODY), *fields)
            yield Told(text.span, word, full, fields)


SOMEBODY = "somebody"
"""Who answers, where a step does not say; the same person each time."""


def _opted_out(block: Block, findings: Findings) -> Iterator[Told]:
    for name, node in block.named("opted out"):
        if name.value != "category":
            findings.add(
                name.span,
                "E102",
                f"`opted out` has no `{name.value[:60]}`",
                "write it like: opted out: {category: reminders}",
            )
        elif isinstance(node, Text):
            yield Told(name.span, OPTED_OUT, node.value)


def texts_of(entries: Iterable[tuple[Text, Node]]) -> list[tuple[str, str]]:
    """Give names with the texts after them."""
    return [(key.value, node.value) for key, node in entries if isinstance(node, Text)]


def _due(node: Node, findings: Findings) -> At | None:
    if isinstance(node, Text):
        value = read_at(node.value)
        if isinstance(value, Misread) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", node.value):
            value = read_at(f"{node.value} 00:00")
        if isinstance(value, At):
            return value
        findings.add(node.span, "E110", f"`{node.value[:40]}` is not a due day", value.hint)
    return None
