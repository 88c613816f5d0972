"""Conditions in the author's words, for verdicts and reports."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from engine.calendar import Micros, wall
from engine.dated import Wanted, each_of
from engine.terms import (
    BetweenDates,
    Choice,
    Condition,
    Decaying,
    EnrolledFor,
    Enrolments,
    Group,
    HasFact,
    HasProfile,
    HasRole,
    Leaf,
    OnWeekdays,
    Quantifier,
)
from engine.values import ONCE, WEEKDAYS

Shorten = Callable[[str], str]


def ask(condition: Condition, short: Shorten) -> str:
    """Write a condition as its author would, on one line."""
    match condition:
        case Leaf():
            return _leaf(condition, short)
        case Group(quantifier=Quantifier.AT_LEAST, number=number, parts=parts):
            return f"at least {number} of {len(parts)}"
        case Group(quantifier=quantifier, parts=parts):
            return f"{quantifier.value} of {len(parts)}"
        case HasRole(role=role, course=course):
            return f"role {role}" + (f" in {short(course)}" if course else "")
        case HasProfile(field=name, values=values, negated=negated):
            shown = " or ".join(values)
            return f"profile {name} is {'not ' if negated else ''}{shown}"
        case EnrolledFor(period=period, course=course):
            return f"enrolled at least {period}" + (f" in {short(course)}" if course else "")
        case BetweenDates(first=first, last=last):
            return f"date between {first} and {last}"
        case OnWeekdays(days=days):
            return "weekday " + ", ".join(WEEKDAYS[day] for day in sorted(days))
        case HasFact(word=word):
            return f"fact {word}"


def _leaf(leaf: Leaf, short: Shorten) -> str:
    words = [leaf.noun.value, short(leaf.name) if leaf.name else "any"]
    if leaf.course:
        words.append(f"in {short(leaf.course)}")
    if leaf.word:
        words.append(f"is {leaf.word}")
    if leaf.criterion:
        words.append(f"criterion {leaf.criterion}")
    if leaf.score:
        words.append(f"score {_crossing(leaf.score) if leaf.crosses else leaf.score}")
    if leaf.progress:
        words.append(f"progress {leaf.progress}")
    if leaf.level:
        words.append(f"level at least {leaf.level}")
    if leaf.attempts:
        words.append(f"attempts {leaf.attempts}")
    if leaf.times != ONCE:
        words.append(f"times {leaf.times}")
    if leaf.attempt:
        of_all = leaf.attempt is Choice.AVERAGE or isinstance(leaf.attempt, Decaying)
        words.append(f"({leaf.attempt.value}{' of all attempts' if of_all else ' attempt'})")
    if leaf.happened:
        words.append(f"happened {leaf.happened}")
    if leaf.lasting:
        words.append(f"for {leaf.lasting}")
    words += [f"where {name} is {value}" for name, value in leaf.where]
    if leaf.enrolments:
        words.append(
            "(this enrolment)" if leaf.enrolments is Enrolments.THIS else "(all enrolments)"
        )
    return " ".join(words)


def _crossing(score: Wanted) -> str:
    """Write a range that a score came into as an author would: falls below 60%."""
    low = each_of(score)[0].low is None
    return f"falls {score}" if low else f"rises to {str(score).removeprefix('at least ')}"


def when_shown(at: Micros, zone: ZoneInfo) -> str:
    """Write an instant as people read it: 3 March 2025 at 22:30."""
    return moment_shown(wall(at, zone))


def moment_shown(local: datetime) -> str:
    """Write a local date and time as people read it."""
    return f"{day_shown(local)} at {local:%H:%M}"


def day_shown(day: date) -> str:
    """Write a day as people read it."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
