"""Reads skills: their evidence with its weights, their parts, their levels."""

from engine.ruleset import Level, RollUp, Skill, Source
from engine.terms import Choice, Noun, Which
from rules.phrases.marks import HALF_AFTER, WHICH
from rules.phrases.phrases import (
    MASTERY,
    MISSING,
    ROLL_UP,
    TEXT,
    WEIGHT,
)
from rules.reader.block import Block, one_head, read_phrase
from rules.reader.conditions import NOUNS
from rules.reader.dated import read_dated
from rules.reader.leaf import Use, read_leaf
from rules.reader.names import Kind, Scope
from rules.text import Mapping, Text
from rules.words.word import Place

EVIDENT = frozenset(
    {Noun.ACTIVITY, Noun.QUIZ, Noun.ASSIGNMENT, Noun.FORUM, Noun.SESSION, Noun.UNIT, Noun.COURSE}
)
"""What can be evidence of a skill: what has a score or is completed."""


def read_skill(name: Text, node: Mapping, scope: Scope, attempt: Which) -> Skill | None:
    """Read a skill; None where its evidence or its levels can't be known."""
    block = Block(node, Place.SKILL, scope.findings, name.span)
    title, describes = block.read("title", TEXT), block.read("describes", TEXT)
    aligns = block.phrases("aligns", TEXT)
    nodes = block.blocks("evidence")
    sources = tuple(_read_source(item, scope) for item in nodes)
    texts = block.texts("parts")
    parts = tuple(scope.resolve(text, Kind.SKILL) for text in texts)
    by, choice = block.read("by", ROLL_UP), block.read("attempt", WHICH)
    missing, decays = block.read("missing", MISSING), block.read("decays", HALF_AFTER)
    levels = _read_levels(block, scope)
    if "evidence" in block and "parts" in block:
        block.is_whole = False
        scope.findings.add(
            block.key("parts").span,
            "E111",
            "`evidence` and `parts` stand in one skill",
            "make a skill of the evidence, and name it among the parts",
        )
    elif block.is_whole and not {"evidence", "parts"} & set(block.values):
        block.miss("evidence")
    if "parts" in block and "by" not in block and block.is_whole:
        block.miss("by")
    if "by" in block and "parts" not in block and block.is_whole:
        block.miss("parts")
    if decays is not None:
        _check_decays(block, choice or attempt, scope)
    if None in sources or None in parts or levels is None or not block.is_whole:
        return None
    return Skill(
        id=scope.full(name.value),
        span=name.span,
        title=title or name.value,
        describes=describes or "",
        sources=tuple(source for source in sources if source),
        parts=tuple(part for part in parts if part),
        by=by or RollUp.WEAKEST,
        aligns=aligns,
        attempt=choice or attempt,
        missing_zero=bool(missing),
        decays=decays,
        levels=levels,
    )


def _check_decays(block: Block, attempt: Which, scope: Scope) -> None:
    """Note a skill that decays and yet counts old attempts, or none of its own (E111)."""
    key = block.key("decays")
    if "parts" in block:
        block.is_whole = False
        scope.findings.add(
            key.span,
            "E111",
            "`decays` and `parts` stand in one skill",
            "write `decays` in the skills that it is made of",
        )
    elif attempt is not Choice.LATEST:
        block.is_whole = False
        scope.findings.add(
            block.key("attempt").span if "attempt" in block else key.span,
            "E111",
            f"`decays` lets old evidence count less, and `attempt: {attempt.value}` keeps it",
            "write it like: attempt: latest",
        )


def _read_source(node: Mapping, scope: Scope) -> Source | None:
    block = Block(node, Place.SOURCE, scope.findings)
    found = one_head(block, "source")
    if found is None:
        return None
    head = found[0]
    noun = NOUNS[head.value]
    name = block.text(head.value)
    if noun is Noun.UNIT and name is not None and scope.is_unit(name):
        scope.findings.add(
            name.span,
            "E202",
            f"{name.value} is made of activities (pack.yaml) and has no score",
            "name its activities, each with its weight",
        )
        return None
    if noun not in EVIDENT:
        scope.findings.add(
            head.span,
            "E202",
            f"`{head.value}` has no score and can't be evidence",
            "name an activity, a quiz, an assignment, a forum, a session, a unit or a course",
        )
        return None
    text = block.text(head.value)
    if text is not None and text.value == "any":
        scope.findings.add(
            text.span, "E110", "evidence needs a name of its own", "name each with its weight"
        )
        return None
    weight = block.read("weight", WEIGHT)
    leaf = read_leaf(block, noun, scope, Use.EVIDENCE, ("weight",))
    return Source(leaf, weight) if leaf is not None and weight is not None else None


def _read_levels(block: Block, scope: Scope) -> tuple[Level, ...] | None:
    levels: list[Level] = []
    whole = "levels" in block
    for key, value in block.named("levels"):
        if isinstance(value, Mapping):
            dated = read_dated(value, Place.MASTERIES, MASTERY, scope.findings, key)
            if dated is None or not key.value.strip():
                whole = False
            else:
                levels.append(Level(key.value, dated, key.span))
            continue
        if not isinstance(value, Text) or not value.value.strip():
            whole = False
            scope.findings.add(
                key.span,
                "E105",
                f"the level `{key.value[:60]}` wants a text",
                "write it like: proficient: at least 70% from 2 sources",
            )
            continue
        mastery = read_phrase(value, MASTERY, scope.findings)
        if mastery is None or not key.value.strip():
            whole = False
        else:
            levels.append(Level(key.value, mastery, key.span))
    if whole and not levels:
        block.miss("levels")
        return None
    return tuple(levels) if whole else None
