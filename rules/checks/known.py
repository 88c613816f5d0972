"""
What is certainly so at the instant at which a rule is triggered, before its `if` is asked.

All rules see the record with the event in it: whoever completes the lab has completed it. Only
what is certain is said; an event that acts `after` some time may be undone by then.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.ruleset import Rule, Ruleset
from engine.terms import BetweenDates, Choice, Condition, Leaf, Noun, OnWeekdays
from engine.triggers import (
    ANY_COURSE,
    OnDate,
    OnDue,
    OnEnrolled,
    OnEvent,
    OnEvery,
    OnExpiring,
    OnInactive,
    OnOverdue,
    OnState,
)
from engine.values import ONCE, Comparison, Unit

SO_AFTER = {
    "awarded": "held",
    "revoked": "not held",
    "renewed": "held",
    "restored": "held",
    "joined": "member",
    "left": "not member",
    "unenrolled": "not enrolled",
}
"""What is so of a thing once an event of it has come; of other words, the word itself."""

NOT_YET = ("submitted", "graded", "passed", "failed")
"""What cannot be said of an activity that is due or overdue: each implies that it was submitted."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A condition, and whether it must hold or must not."""

    condition: Condition
    holds: bool


def known_when_triggered(rule: Rule, ruleset: Ruleset) -> tuple[tuple[Fact, ...], ...]:
    """Give, for each way in which a rule is triggered, what is then certainly so; () if nothing."""
    when = rule.when
    match when:
        case OnEvent(leaves=leaves, after=None):
            best = ruleset.packs[rule.id.partition("/")[0]].attempt is Choice.BEST
            ways = tuple(tuple(_after(leaf, best=best)) for leaf in leaves)
            return ways if all(ways) else ()
        case OnState(leaf=leaf):
            return ((Fact(_plain(leaf, leaf.word), holds=True),),) if leaf.name else ()
        case OnDue(activity=activity) | OnOverdue(activity=activity):
            thing = Leaf(when.span, Noun.ACTIVITY, activity)
            return (tuple(Fact(replace(thing, word=word), holds=False) for word in NOT_YET),)
        case OnExpiring(credential=credential) if credential:
            thing = Leaf(when.span, Noun.CREDENTIAL, credential, word="held")
            return ((Fact(thing, holds=True),),)
        case OnInactive() | OnEnrolled():
            return _enrolled(rule)
        case OnEvery(weekday=int(weekday)):
            return ((Fact(OnWeekdays(when.span, frozenset({weekday})), holds=True),),)
        case OnDate(moment=moment):
            day = moment.date()
            on_the_day = Fact(BetweenDates(when.span, day, day), holds=True)
            its_weekday = Fact(OnWeekdays(when.span, frozenset({day.weekday()})), holds=True)
            return ((on_the_day, its_weekday),)
        case _:
            return ()


def _enrolled(rule: Rule) -> tuple[tuple[Fact, ...], ...]:
    """Spells and instants of a course come only to those who are enrolled in it."""
    if not rule.courses or ANY_COURSE in rule.courses:
        return ()
    return tuple(
        (Fact(Leaf(rule.when.span, Noun.COURSE, course, word="enrolled"), holds=True),)
        for course in rule.courses
    )


def _plain(leaf: Leaf, word: str, score: Comparison | None = None) -> Leaf:
    """Give a leaf that asks for a word or a score of the same thing, and for nothing else."""
    return Leaf(leaf.span, leaf.noun, leaf.name, leaf.course, word, score)


def _after(leaf: Leaf, *, best: bool) -> Iterator[Fact]:
    """Give what is so once an event has come that a leaf describes."""
    if not leaf.name or leaf.where or leaf.noun in (Noun.EVENT, Noun.LEARNER):
        return
    if leaf.word and leaf.word != "reached" and leaf.times == ONCE:
        yield Fact(_plain(leaf, leaf.word), holds=True)
        if leaf.word in SO_AFTER:
            yield Fact(_plain(leaf, SO_AFTER[leaf.word]), holds=True)
    score = leaf.score
    if best and isinstance(score, Comparison) and score.low is not None and not leaf.criterion:
        # The best attempt is at least as good as this one, so only the lower end is certain.
        lower = Comparison(
            score.low, score.low_included, None, high_included=False, unit=score.unit
        )
        if score.unit is Unit.PERCENT:
            yield Fact(_plain(leaf, "", lower), holds=True)
