"""A leaf: a noun and its name, and what is asked of it."""

from enum import Enum
from functools import cache

from engine.dated import Wanted
from engine.events import OPPOSITE
from engine.several import is_mean
from engine.spelling import suggest
from engine.terms import ACTIVITY_NOUNS, Leaf, Noun, Which
from engine.values import ONCE, Count
from rules.phrases.link import LEVEL_ASKED
from rules.phrases.marks import PROGRESS, SCORE, TIMES, WHICH, Crossing
from rules.phrases.phrases import COMPARISON, COUNT, TEXT
from rules.phrases.time import HAPPENED, PERIOD
from rules.reader.block import Block, only_beside
from rules.reader.dated import read_dated
from rules.reader.names import Kind, Scope, article
from rules.text import Mapping, Text
from rules.vocabulary import is_words, words_at
from rules.words.condition import ENROLMENTS
from rules.words.foreign import SAID_INSTEAD
from rules.words.word import IsWord, Place, Status

ANY = "any"

KINDS = {
    Noun.COURSE: Kind.COURSE,
    Noun.CREDENTIAL: Kind.CREDENTIAL,
    Noun.SKILL: Kind.SKILL,
    Noun.PATHWAY: Kind.PATHWAY,
    Noun.EVENT: Kind.EVENT,
    **dict.fromkeys(ACTIVITY_NOUNS, Kind.ACTIVITY),
}
"""What a noun's name names; groups and cohorts are the LMS's own texts."""

ASKING = ("is", "score", "attempts", "level", "happened", "times", "progress")

OF_MEMBERS = ("is", "progress", "happened", "for", "enrolments")
"""What may be asked of a unit that pack.yaml makes of activities."""

VERDICTS = frozenset({"passed", "failed", *OPPOSITE})
"""Words that can come in a row, since each has an opposite."""


class Use(Enum):
    """What a leaf is read for: an event, a condition, or a source of evidence."""

    EVENT = "event"
    CONDITION = "condition"
    EVIDENCE = "evidence"


@cache
def asked_of(noun: Noun) -> tuple[str, ...]:
    """Give the words of a leaf that may be asked of a noun."""
    return tuple(
        word.key
        for word in words_at(Place.LEAF).values()
        if not word.head and word.status is Status.BUILT and (not word.nouns or noun in word.nouns)
    )


def _name(block: Block, noun: Noun, scope: Scope) -> str | None:
    """Give the full name after a noun, "" for any, None where it is wrong."""
    text = block.text(noun.value)
    if text is None:
        return None
    kind = KINDS.get(noun)
    if noun is Noun.LEARNER:
        if text.value == ANY:
            return ""
        scope.findings.add(
            text.span, "E110", "rules see one learner at a time", "write it like: learner: any"
        )
        return None
    if text.value == ANY:
        if noun is not Noun.EVENT:
            return ""
        scope.findings.add(
            text.span, "E110", "`event: any` says nothing", "name one of pack.yaml's `events`"
        )
        return None
    if kind is None:
        return " ".join(text.value.split())
    if noun is Noun.UNIT and scope.is_unit(text):
        return scope.resolve(text, Kind.UNIT)
    return scope.resolve(text, kind, noun.value)


def _score(block: Block, use: Use, scope: Scope) -> tuple[Wanted | None, bool]:
    """Give what the score must be, and whether it must have come to be so by the event."""
    key, value = block.values.get("score", (None, None))
    if key is not None and isinstance(value, Mapping):
        dated = read_dated(value, Place.SCORES, COMPARISON, scope.findings, key)
        block.is_whole = block.is_whole and dated is not None
        return dated, False
    score = block.read("score", SCORE)
    if not isinstance(score, Crossing):
        return score, False
    text = block.text("score")
    if use is not Use.EVENT and text is not None:
        block.is_whole = False
        scope.findings.add(
            text.span,
            "E113",
            f"`{text.value}` happens at an instant, and a condition asks what is so",
            f"write it like: score: {score.into}",
        )
    return score.into, True


def _check_together(block: Block, which: Which | None, times: Count | None, scope: Scope) -> None:
    """Note words that stand in one leaf and contradict each other."""
    if which is not None and is_mean(which) and "is" in block:
        block.is_whole = False
        scope.findings.add(
            block.key("attempt").span,
            "E111",
            f"`{which.value}` is of all attempts, and `is` says something of one",
            "leave `is` out, and ask the score",
        )
    if which is not None and is_mean(which) and "score" not in block and block.is_whole:
        block.miss("score", block.key("attempt").span)
    if times is None or not times.in_a_row or not block.is_whole:
        return
    said = block.text("is")
    if "score" not in block and (said is None or said.value not in VERDICTS):
        block.is_whole = False
        scope.findings.add(
            block.key("times").span,
            "E111",
            "nothing can come between in this row, since what is asked has no opposite",
            f"leave the row out: times: at least {times.low}",
        )


def _check_progress(
    block: Block, noun: Noun, name: str, beside: tuple[str, ...], scope: Scope
) -> None:
    """Note progress of what is made of nothing, and what can't be asked of what is made."""
    is_made = noun is Noun.UNIT and name in scope.names.things[Kind.UNIT]
    if "progress" in block:
        only_beside(block, block.key(noun.value), ("progress", "enrolments", *beside), "`progress`")
        if not is_made and (noun is Noun.UNIT or not name):
            block.is_whole = False
            scope.findings.add(
                block.key("progress").span,
                "E110",
                "progress is of something that pack.yaml makes of activities",
                "name a course" if noun is Noun.COURSE else "make the unit under `units:`",
            )
    elif is_made:
        text = block.text(noun.value)
        shown = f"`unit: {text.value[:60]}`" if text else "`unit`"
        only_beside(block, block.key(noun.value), (*OF_MEMBERS, *beside), shown)
        said = block.text("is")
        if said is not None and said.value not in ("completed", "not completed"):
            block.is_whole = False
            scope.findings.add(
                said.span,
                "E107",
                f"a unit made of activities is never `{said.value}`",
                "it may be: completed, not completed",
            )


def _word(block: Block, noun: Noun, scope: Scope) -> IsWord | None:
    """Give the word after `is`, or note that the noun has no such (E107, E108)."""
    text = block.text("is")
    if text is None:
        return None
    said = " ".join(text.value.split())
    known = is_words(noun)
    word = known.get(said)
    if word is not None and word.status is Status.BUILT:
        return word
    block.is_whole = False
    if word is not None:
        scope.findings.add(
            text.span, "E108", f"`{said}` is not in this version yet", "leave it out"
        )
        return None
    usable = [row.word for row in known.values() if row.status is Status.BUILT]
    near = next((w for w in SAID_INSTEAD.get(said, ()) if w in usable), "") or suggest(said, usable)
    if not near and said.startswith("at least"):
        hint = f"write it like: score: {said}"
    else:
        hint = f"did you mean `{near}`?" if near else f"it may be: {', '.join(usable)}"
    scope.findings.add(text.span, "E107", f"{article(noun.value)} is never `{said[:60]}`", hint)
    return None


def _level(block: Block, skill: str, scope: Scope) -> str:
    text = block.text("level")
    level = block.read("level", LEVEL_ASKED)
    if text is None or level is None:
        return ""
    known = scope.names.levels.get(skill)
    if skill and known is not None and level not in known:
        block.is_whole = False
        near = suggest(level, known)
        hint = f"did you mean `at least {near}`?" if near else f"it has: {', '.join(known)}"
        name = skill.removeprefix(f"{scope.pack}/")
        scope.findings.add(text.span, "E201", f"{name} has no level `{level}`", hint)
    return level


def _where(block: Block, event: str, scope: Scope) -> tuple[tuple[str, str], ...]:
    """Read the further facts of an event; each must be declared in pack.yaml."""
    found = []
    for key, value in block.named("where"):
        if not isinstance(value, Text) or not value.value.strip():
            scope.findings.add(key.span, "E105", f"`{key.value}` wants a text", "")
            block.is_whole = False
            continue
        known = scope.names.fields.get(event)
        if known is not None and key.value not in known:
            near = suggest(key.value, known)
            hint = f"did you mean `{near}`?" if near else "add it to the event's `fields`"
            scope.findings.add(key.span, "E201", f"the event has no field `{key.value}`", hint)
            block.is_whole = False
            continue
        found.append((key.value, value.value))
    return tuple(found)


def _check_for(block: Block, word: IsWord | None, use: Use, scope: Scope) -> None:
    """Note a state without `for` in a trigger, and `for` on what only happens."""
    if "for" in block and "is" in block and word is not None and not word.state:
        block.is_whole = False
        scope.findings.add(
            block.key("for").span,
            "E113",
            f"`{word.word}` happens at an instant, and `for` asks how long it lasts",
            "leave `for` out; `after: 2 days` acts some time after an event"
            if use is Use.EVENT
            else "leave `for` out; `happened: at least 7 days ago` asks when it happened",
        )
    elif "for" in block and "is" not in block:
        block.miss("is")
    elif use is Use.EVENT and word is not None and not word.event and "for" not in block:
        block.is_whole = False
        text = block.text("is")
        scope.findings.add(
            text.span if text else block.span,
            "E112",
            f"`{word.word}` is a state, and a trigger needs to know how long it has lasted",
            "add `for: 7 days`",
        )


def _check_daily(block: Block, noun: Noun, times: Count | None, use: Use, scope: Scope) -> None:
    """Note `first of the day` where no event is asked about, or not by its word alone."""
    if times is None or not times.daily or not block.is_whole:
        return
    span = block.key("times").span
    if use is not Use.EVENT or "for" in block:
        block.is_whole = False
        scope.findings.add(
            span,
            "E113",
            "`first of the day` is of an event, and a condition asks what is so",
            "write it like: happened: in the last 1 day",
        )
    elif "score" in block or ("is" not in block and noun is not Noun.EVENT):
        block.is_whole = False
        scope.findings.add(
            span,
            "E111",
            "`first of the day` is of what happened, and not of a score",
            "say what happened with `is`, and ask the score under `if`",
        )


def _asks_something(block: Block, noun: Noun, use: Use, name: Text) -> None:
    if use is Use.EVIDENCE or noun is Noun.EVENT or not block.is_whole:
        return
    if not any(key in block for key in ASKING):
        block.is_whole = False
        hint = {
            Noun.SKILL: "add `level:`, such as: level: at least proficient",
            Noun.CREDENTIAL: "add `is:`, such as: is: held",
            Noun.PATHWAY: "add `is:`, such as: is: completed",
            Noun.COURSE: "add `is:`, such as: is: completed",
            Noun.GROUP: "add `is:`, such as: is: member",
            Noun.COHORT: "add `is:`, such as: is: member",
            Noun.LEARNER: "add `is:`, such as: is: created",
        }.get(noun, "add `is:` or `score:`, such as: is: completed")
        block.findings.add(
            name.span, "E106", f"nothing is asked of `{noun.value}: {name.value[:60]}`", hint
        )
    elif noun is Noun.SKILL and not ("is" in block or "level" in block):
        block.miss("level")


def read_leaf(
    block: Block, noun: Noun, scope: Scope, use: Use, beside: tuple[str, ...] = ()
) -> Leaf | None:
    """
    Read a leaf.

    Args:
        block: The block, its noun found.
        noun: What it speaks of.
        scope: The pack's names and the findings.
        use: What it is read for.
        beside: Further words that may stand in the block.

    Returns:
        The leaf, None where something in it is wrong (and noted).
    """
    head = block.key(noun.value)
    allowed = asked_of(noun) if use is not Use.EVIDENCE else ("criterion", "in")
    only_beside(block, head, (*allowed, *beside), f"`{noun.value}`")
    name = _name(block, noun, scope)
    course_text = block.text("in")
    course = ""
    if course_text is not None and " ".join(course_text.value.split()) == "any course":
        block.is_whole = False
        scope.findings.add(
            course_text.span, "E110", "a thing without `in` is in any course", "leave `in` out"
        )
    elif course_text is not None:
        resolved = scope.resolve(course_text, Kind.COURSE)
        course = resolved or ""
        block.is_whole = block.is_whole and resolved is not None
    word = _word(block, noun, scope)
    _check_for(block, word, use, scope)
    _asks_something(block, noun, use, block.text(noun.value) or head)
    if "criterion" in block and "score" not in block and use is not Use.EVIDENCE:
        block.miss("score", block.key("criterion").span)
    if name is not None and use is not Use.EVIDENCE:
        _check_progress(block, noun, name, beside, scope)
    score, crosses = _score(block, use, scope)
    progress = block.read("progress", PROGRESS)
    criterion = block.read("criterion", TEXT)
    attempts = block.read("attempts", COUNT)
    times = block.read("times", TIMES)
    attempt = block.read("attempt", WHICH)
    enrolments = block.read("enrolments", ENROLMENTS)
    _check_together(block, attempt, times, scope)
    _check_daily(block, noun, times, use, scope)
    happened = block.read("happened", HAPPENED)
    lasting = block.read("for", PERIOD)
    level = _level(block, name or "", scope)
    where = _where(block, name or "", scope)
    if name is None or not block.is_whole:
        return None
    return Leaf(
        span=head.span.to((block.text(noun.value) or head).span),
        noun=noun,
        name=name,
        course=course,
        word=word.word if word else "",
        score=score,
        crosses=crosses,
        progress=progress,
        criterion=criterion or "",
        attempts=attempts,
        times=times if times is not None else ONCE,
        level=level,
        attempt=attempt,
        happened=happened,
        lasting=lasting,
        where=where,
        enrolments=enrolments,
    )
