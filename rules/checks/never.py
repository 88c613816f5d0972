"""
E302: conditions that can never hold, whatever a learner does.

What must be so and what must not be so are gathered from a list and the lists within it, and
compared two by two; of lists that leave a choice, each way is tried. What is not certain is
let pass: a check that cries wolf is switched off.
"""

import calendar
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from engine.dated import each_of
from engine.ruleset import Rule, Ruleset
from engine.source import Problem
from engine.terms import BetweenDates, Condition, Group, HasProfile, Leaf, OnWeekdays, Quantifier
from engine.triggers import OnEvent, OnState
from engine.values import ONCE, Comparison, Unit
from rules.checks.known import Fact, known_when_triggered
from rules.checks.subject import counts_meet, overlap, same_thing, short, within
from rules.packs import Reading

CODE = "E302"
MOST_WAYS = 5_000
"""Ways to choose from a list that are tried; where there are more, one is taken to hold."""

OPPOSITES = frozenset(
    {
        frozenset({"completed", "not completed"}),
        frozenset({"submitted", "not submitted"}),
        frozenset({"open", "locked"}),
        frozenset({"open", "ended"}),
        frozenset({"held", "not held"}),
        frozenset({"held", "expired"}),
        frozenset({"expiring", "expired"}),
        frozenset({"expiring", "not held"}),
        frozenset({"member", "not member"}),
        frozenset({"enrolled", "not enrolled"}),
    }
)
"""Words after `is` that are never so at once of one thing."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Two conditions that exclude each other, or one that excludes itself (`second` is None)."""

    first: Condition
    second: Condition | None
    message: str


def check_never(reading: Reading) -> Iterator[Problem]:
    """Find credentials, rules and triggers whose conditions exclude one another."""
    for credential in reading.ruleset.credentials.values():
        yield from _problem(clash_in(credential.requires.parts))
    for rule in reading.ruleset.rules.values():
        yield from _problem(_trigger_clash(rule))
        if rule.condition is not None:
            clash = clash_in(rule.condition.parts)
            yield from _problem(clash) if clash else _against_trigger(rule, reading.ruleset)


def _against_trigger(rule: Rule, ruleset: Ruleset) -> Iterator[Problem]:
    """Compare what is so whenever a rule is triggered with what its `if` asks."""
    parts = rule.condition.parts if rule.condition else ()
    clashes = [clash_in(parts, facts) for facts in known_when_triggered(rule, ruleset)]
    if clashes and all(clashes):
        clash = next(clash for clash in clashes if clash)
        both = (clash.first, clash.second or clash.first)
        spans = [one.span for one in both if one.span.line >= parts[0].span.line]
        said = clash.message.partition(": ")[2] or clash.message
        yield Problem(
            spans[-1] if spans else both[-1].span,
            CODE,
            f"this rule can never fire: {said}",
            "`if` is asked after the trigger has happened; take one of them out",
        )


def _trigger_clash(rule: Rule) -> Clash | None:
    match rule.when:
        case OnEvent(leaves=leaves):
            found = [_impossible_alone(leaf) for leaf in leaves]
            return next((clash for clash in found if clash), None)
        case OnState(leaf=leaf):
            return _impossible_alone(leaf)
        case _:
            return None


def _problem(clash: Clash | None) -> Iterator[Problem]:
    if clash is not None:
        hint = "take one of them out, or put them under `any:`"
        if clash.second is None:
            hint = "write a score from 0% to 100%, or points, such as: at least 14 points"
        yield Problem((clash.second or clash.first).span, CODE, clash.message, hint)


def clash_in(conditions: Sequence[Condition], known: tuple[Fact, ...] = ()) -> Clash | None:
    """Find a reason why conditions can never hold together; None where they may."""
    facts, choices = list(known), list[Group]()
    for condition in conditions:
        _gather(condition, facts, choices)
    for fact in facts[len(known) :]:
        if fact.holds and isinstance(fact.condition, Leaf):
            alone = _impossible_alone(fact.condition)
            if alone:
                return alone
    for one, other in combinations(facts, 2):
        clash = _between(one, other)
        if clash:
            return clash
    for group in choices:
        clash = _no_way(group, tuple(facts))
        if clash:
            return clash
    return None


def _gather(condition: Condition, facts: list[Fact], choices: list[Group]) -> None:
    """Put what must hold and what must not into `facts`, and lists with a choice apart."""
    match condition:
        case Group(quantifier=Quantifier.ALL, parts=parts):
            for part in parts:
                _gather(part, facts, choices)
        case Group(quantifier=Quantifier.NONE, parts=parts):
            facts += [Fact(part, holds=False) for part in _denied(parts)]
        case Group(parts=parts) if _wanted(condition) == len(parts):
            for part in parts:
                _gather(part, facts, choices)
        case Group():
            choices.append(condition)
        case _:
            facts.append(Fact(condition, holds=True))


def _denied(parts: Iterable[Condition]) -> Iterator[Condition]:
    """Give what must not hold where none of some parts may; `all` within is not certain."""
    for part in parts:
        match part:
            case Group(quantifier=Quantifier.ANY, parts=inner):
                yield from _denied(inner)
            case Group(parts=(single,), quantifier=Quantifier.ALL | Quantifier.AT_LEAST):
                yield from _denied((single,))
            case Group():
                continue
            case _:
                yield part


def _wanted(group: Group) -> int:
    return group.number if group.quantifier is Quantifier.AT_LEAST else 1


def _no_way(group: Group, facts: tuple[Fact, ...]) -> Clash | None:
    """Say why no choice from a list can hold beside the facts."""
    wanted = _wanted(group)
    clashes = [clash_in((part,), facts) for part in group.parts]
    possible = [part for part, clash in zip(group.parts, clashes, strict=True) if clash is None]
    if len(possible) < wanted:
        return next(clash for clash in clashes if clash)
    first: Clash | None = None
    for tried, ways in enumerate(combinations(possible, wanted)):
        clash = clash_in(ways, facts) if wanted > 1 else None
        if clash is None or tried >= MOST_WAYS:
            return None
        first = first or clash
    return first and Clash(
        first.first,
        first.second,
        f"`at least {wanted} of` (line {group.span.line}) can never hold: too many exclude each "
        f"other, such as {first.message.partition(': ')[2]}",
    )


# --- two facts ---------------------------------------------------------------------------


def _between(one: Fact, other: Fact) -> Clash | None:
    if one.holds and other.holds:
        return _both(one.condition, other.condition)
    if one.holds:
        return _but_not(one.condition, other.condition)
    if other.holds:
        return _but_not(other.condition, one.condition)
    return None


def _both(one: Condition, other: Condition) -> Clash | None:
    """Compare two conditions that must both hold."""
    match one, other:
        case Leaf(), Leaf():
            asked = _asked_apart(one, other)
            if asked:
                return _clash(one, other, *asked)
        case BetweenDates(), BetweenDates():
            if one.last < other.first or other.last < one.first:
                return _clash(one, other, _dates(one), _dates(other))
        case OnWeekdays(), OnWeekdays():
            if not one.days & other.days:
                return _clash(one, other, _weekdays(one), _weekdays(other))
        case HasProfile(), HasProfile() if one.field == other.field:
            if _profiles_apart(one, other):
                return _clash(one, other, _profile(one), _profile(other))
    return None


def _asked_apart(one: Leaf, other: Leaf) -> tuple[str, str] | None:
    """Say what two leaves ask of one thing that can't both be."""
    if not same_thing(one, other) or one.happened or other.happened:
        return None
    if frozenset({one.word, other.word}) in OPPOSITES:
        return one.word, other.word
    if one.enrolments != other.enrolments:
        return None
    same_attempt = one.criterion == other.criterion and one.attempt == other.attempt
    words = one.word == other.word or not (one.word and other.word)
    if (
        one.score
        and other.score
        and same_attempt
        and words
        and one.times == other.times == ONCE
        and not overlap(one.score, other.score)
    ):
        return str(one.score), str(other.score)
    if one.progress and other.progress and not overlap(one.progress, other.progress):
        return f"progress: {one.progress}", f"progress: {other.progress}"
    if one.attempts and other.attempts and not counts_meet(one.attempts, other.attempts):
        return f"attempts: {one.attempts}", f"attempts: {other.attempts}"
    same_event = one.word == other.word and one.where == other.where
    if same_event and not (one.score or other.score) and not counts_meet(one.times, other.times):
        return f"times: {one.times}", f"times: {other.times}"
    return None


def _but_not(one: Condition, denied: Condition) -> Clash | None:
    """Compare a condition that must hold with one that must not, in case it implies it."""
    if not isinstance(one, Leaf) or not isinstance(denied, Leaf):
        return None
    if not same_thing(one, denied) or not _implies(one, denied):
        return None
    said, not_said = _said(one), _said(denied)
    return Clash(
        one,
        denied,
        f"this can never hold: `{said}` (line {one.span.line}) and not `{not_said}` "
        f"(line {denied.span.line}) of the same {_thing(denied)}",
    )


def _implies(one: Leaf, denied: Leaf) -> bool:
    """Say whether one leaf can only hold where another of the same thing holds too."""
    plain = (one.criterion, one.attempt, one.where, one.enrolments) == (
        denied.criterion,
        denied.attempt,
        denied.where,
        denied.enrolments,
    )
    timeless = denied.happened is None and denied.lasting is None
    if not plain or not timeless or denied.attempts or denied.times != ONCE:
        return False
    if denied.word and denied.word != one.word:
        return False
    if denied.level and denied.level != one.level:
        return False
    if denied.progress is not None:
        return one.progress is not None and within(one.progress, denied.progress)
    if denied.score is None:
        return bool(denied.word or denied.level)
    return one.score is not None and within(one.score, denied.score) and one.word == denied.word


# --- one fact ----------------------------------------------------------------------------


def _impossible_alone(leaf: Leaf) -> Clash | None:
    wanted = leaf.score or leaf.progress
    if wanted is None:
        return None
    told = [message for one in each_of(wanted) if (message := _no_such(one, leaf))]
    return Clash(leaf, None, told[0]) if len(told) == len(each_of(wanted)) else None


def _no_such(wanted: Comparison, leaf: Leaf) -> str:
    """Say why no score is in a range, "" where one may be."""
    what = "progress" if leaf.progress else "score"
    if wanted.unit is not Unit.PERCENT:
        return ""
    low, high = wanted.low, wanted.high
    if low is not None and (low > 1 or (low == 1 and not wanted.low_included)):
        return f"no {what} is {wanted}: a {what} is at most 100%"
    if high is not None and (high < 0 or (high == 0 and not wanted.high_included)):
        return f"no {what} is {wanted}: a {what} is at least 0%"
    return ""


# --- words -------------------------------------------------------------------------------


def _clash(one: Condition, other: Condition, said: str, said_other: str) -> Clash:
    of = f" of the same {_thing(other)}" if isinstance(other, Leaf) else ""
    return Clash(
        one,
        other,
        f"this can never hold: `{said}` (line {one.span.line}) and `{said_other}` "
        f"(line {other.span.line}){of}",
    )


def _thing(leaf: Leaf) -> str:
    return leaf.noun.value


def _said(leaf: Leaf) -> str:
    asked = leaf.score or leaf.progress
    parts = [leaf.word, str(asked) if asked else "", leaf.level]
    return " ".join(part for part in parts if part) or f"{leaf.noun.value}: {short(leaf.name)}"


def _dates(dates: BetweenDates) -> str:
    return f"between {dates.first} and {dates.last}"


def _weekdays(weekdays: OnWeekdays) -> str:
    return ", ".join(calendar.day_name[day].lower() for day in sorted(weekdays.days))


def _profile(profile: HasProfile) -> str:
    said = ", ".join(profile.values)
    return f"{profile.field} is {'not ' if profile.negated else ''}{said}"


def _profiles_apart(one: HasProfile, other: HasProfile) -> bool:
    if one.negated and other.negated:
        return False
    if one.negated:
        return set(other.values) <= set(one.values)
    if other.negated:
        return set(one.values) <= set(other.values)
    return not set(one.values) & set(other.values)


def exclude_each_other(one: Rule, other: Rule) -> bool:
    """Say whether the `if` of two rules can never hold at once."""
    first = one.condition.parts if one.condition else ()
    second = other.condition.parts if other.condition else ()
    return clash_in((*first, *second)) is not None
