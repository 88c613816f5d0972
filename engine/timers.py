"""
When must this learner be looked at again? Spells and instants of the time triggers.

A spell is a stretch in which something is so (silence, a due time near, a state that lasts);
its rule acts when it begins. An instant is a point (every monday, two weeks after enrolment).
Neither is written down in advance: both follow from the record, so a timer that comes too
early is simply set anew.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from engine.attempts import Attempt
from engine.calendar import DAY, Micros, at_wall, wall
from engine.conditions import leaf_answer
from engine.due import due_time, is_excused
from engine.events import Word
from engine.naming import Activity
from engine.record import SUSPENDED
from engine.ruleset import Rule
from engine.states import expiring_since, since_when
from engine.terms import EXPIRING, UNANSWERED, Noun
from engine.threads import unanswered
from engine.triggers import (
    ANY_COURSE,
    OnCourseDate,
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
from engine.values import WEEKDAYS
from engine.verdict import Answer, Verdict
from engine.view import View
from engine.wording import moment_shown

NEVER: Micros = 2**62


@dataclass(frozen=True, slots=True)
class Turn:
    """
    The present or the next time at which a time trigger is to be asked.

    Attributes:
        begins: When the spell begins, or the instant is.
        lasts: True for a spell, which can be asked again while it lasts.
    """

    begins: Micros
    lasts: bool


def turn(rule: Rule, view: View, asked: Micros | None) -> Turn | None:
    """
    Give a time rule's present or next turn for one learner and course, None if there is none.

    Args:
        rule: A rule with a time trigger.
        view: The learner; `view.course` is the course that is asked about.
        asked: The instant that was asked last, for instants that recur.
    """
    if view.course and view.record.is_on(SUSPENDED, view.now):
        return None
    match rule.when:
        case OnInactive():
            return _inactive(rule.when, view)
        case OnDue():
            return _due(rule.when, view)
        case OnOverdue():
            return _overdue(rule.when, view)
        case OnExpiring():
            return _expiring(rule.when, view)
        case OnState():
            return _state(rule, rule.when, view, asked)
        case OnEvent():
            return None
        case _:
            return _instant(rule, view, asked)


def word_of(rule: Rule) -> str:
    """Give the word that names a time trigger in reasons."""
    match rule.when:
        case OnInactive():
            return "inactive"
        case OnDue():
            return "due"
        case OnOverdue():
            return "overdue"
        case OnExpiring():
            return "expiring"
        case OnState(leaf=leaf):
            return leaf.word
        case OnEnrolled():
            return "enrolled"
        case OnCourseDate(end=end):
            return "course end" if end else "course start"
        case OnEvery():
            return "every"
        case OnDate():
            return "on"
        case OnEvent():
            return "event"


def time_asks(rule: Rule, view: View) -> str:
    """Write a time trigger as its author would."""
    places = ", ".join(view.short(course) for course in rule.courses)
    where = f" in {places}" if places and places != ANY_COURSE else ""
    match rule.when:
        case OnInactive(period=period):
            return f"inactive {period}{where}"
        case OnDue(activity=activity, within=within):
            return f"{view.short(activity)} is due within {within}"
        case OnOverdue(activity=activity, by=by):
            return f"{view.short(activity)} is overdue" + (f" by {by}" if by else "")
        case OnExpiring(credential=credential, within=within):
            return f"{view.short(credential) or 'a credential'} expires within {within}"
        case OnState(leaf=leaf):
            return view.ask(leaf)
        case OnEnrolled(period=period):
            return f"enrolled {period} ago{where}"
        case OnCourseDate(period=period, before=before, end=end):
            edge = "end" if end else "start"
            return f"{period} {'before' if before else 'after'} the course's {edge}{where}"
        case OnEvery(weekday=weekday, period=period, at=at):
            often = WEEKDAYS[weekday] if weekday is not None else str(period)
            return f"every {often} at {at:%H:%M}{where}"
        case OnDate(moment=moment):
            return f"on {moment_shown(moment)}{where}"
        case OnEvent():
            return "an event"


def time_verdict(rule: Rule, present: Turn, view: View) -> Verdict:
    """Answer yes for a turn that has come, in words where they are wanted."""
    if not view.telling:
        return Verdict(Answer.YES, "", "", rule.when.span)
    because = f"since {view.when(present.begins)}" if present.lasts else view.when(present.begins)
    if isinstance(rule.when, OnInactive):
        last = _last_seen(view.course, view) if view.course != ANY_COURSE else None
        if last is not None:
            because += f"; last seen on {view.when(last)}"
    return Verdict(Answer.YES, time_asks(rule, view), because, rule.when.span)


# --- spells ------------------------------------------------------------------------------


def _inactive(when: OnInactive, view: View) -> Turn | None:
    if view.course == ANY_COURSE:
        bases = [b for c in view.record.courses() if (b := _last_seen(c, view)) is not None]
        last = max(bases, default=None)
    elif view.course:
        last = _last_seen(view.course, view)
    else:
        last = _last_anywhere(view)
    if last is None:
        return None
    return Turn(when.period.after(last, view.zone), lasts=True)


def _last_anywhere(view: View) -> Micros | None:
    """Give when the learner last did anything, else when she came into her last course."""
    record = view.record
    seen = record.seen.get("")
    if seen is not None:
        return seen
    starts = [record.enrolled_since(course, view.now) for course in record.courses()]
    return max((at for at in starts if at is not None), default=None)


def _last_seen(course: str, view: View) -> Micros | None:
    enrolled = view.record.enrolled_since(course, view.now)
    if enrolled is None:
        return None
    seen = view.record.seen.get(course, -1)
    if seen >= enrolled:
        return seen
    starts = view.plan.clocks.course_start(course, view.pack)
    return enrolled if starts is None else max(enrolled, starts)


def _is_over(activity: Activity, view: View) -> Attempt | bool:
    """Say whether an activity is submitted, completed where nothing is submitted, or excused."""
    found: Attempt | bool = False
    for key in view.keys_of(activity.id):
        found = found or _is_over_at(key, activity, view)
    return found


def _is_over_at(key: str, activity: Activity, view: View) -> Attempt | bool:
    trace = view.record.traces.get(key)
    if trace is None:
        return False
    if is_excused(key, view):
        return True
    for attempt in view.attempts_in(key, trace, activity):
        if attempt.submitted:
            return attempt
    if activity.kind in (Noun.QUIZ, Noun.ASSIGNMENT):
        return False
    return view.occurrences(trace, Word.COMPLETED)[0] > 0


def _due(when: OnDue, view: View) -> Turn | None:
    activity = view.plan.ruleset.activities[when.activity]
    due = due_time(activity, view)
    enrolled = view.record.enrolled_since(view.course, view.now) if view.course else -1
    if due is None or enrolled is None or view.now >= due or _is_over(activity, view):
        return None
    return Turn(max(when.within.before(due, view.zone), enrolled), lasts=True)


def _overdue(when: OnOverdue, view: View) -> Turn | None:
    activity = view.plan.ruleset.activities[when.activity]
    due = due_time(activity, view)
    if due is None or _is_over(activity, view):
        return None
    if view.course:
        enrolled = view.record.enrolled_since(view.course, view.now)
        if enrolled is None or (view.now >= due and enrolled > due):
            return None
    begins = due if when.by is None else when.by.after(due, view.zone)
    return Turn(begins, lasts=True)


def _expiring(when: OnExpiring, view: View) -> Turn | None:
    """Give the spell before an award expires: the first one's, where several are meant."""
    ledger = view.record.ledger
    named = view.thing.partition(" ")[2] or when.credential
    found = [
        Turn(max(when.within.before(award.expires, view.zone), award.newest), lasts=True)
        for name in ([named] if named else ledger.awards)
        if (award := ledger.held(name)) is not None
        and award.expires is not None
        and view.now < award.expires
    ]
    return min(found, key=lambda spell: spell.begins, default=None)


def _state(rule: Rule, when: OnState, view: View, asked: Micros | None) -> Turn | None:
    spells = begun(when, view)
    if asked is None or len(spells) < 2:  # noqa: PLR2004 - one alone is the present one
        return spells[0] if spells else None
    return min(spells, key=lambda spell: _next_asked(rule, spell, asked, view))


def begun(when: OnState, view: View) -> tuple[Turn, ...]:
    """Give the present spells of a state: one, or one for each of several threads."""
    leaf, lasting = when.leaf, when.leaf.lasting
    if lasting is None:
        return ()
    if view.course and view.record.enrolled_since(view.course, view.now) is None:
        return ()
    bare = replace(leaf, lasting=None)
    if leaf.noun is Noun.CREDENTIAL and leaf.word == EXPIRING:
        # Time alone begins it, so the spell is told before it has begun.
        at = expiring_since(bare, view)
        return () if at is None else (Turn(lasting.after(at, view.zone), lasts=True),)
    if leaf.word == UNANSWERED:
        starts = unanswered(bare, view)
        return tuple(Turn(lasting.after(at, view.zone), lasts=True) for at in starts)
    if not leaf_answer(bare, view).holds:
        return ()
    since = since_when(bare, view)
    return () if since is None else (Turn(lasting.after(since, view.zone), lasts=True),)


def _next_asked(rule: Rule, spell: Turn, asked: Micros, view: View) -> Micros:
    """Give when one of several spells is to be asked next; far off where it was asked for good."""
    at = next_instant(rule, spell, asked, view)
    return NEVER if at is None else at


# --- instants ----------------------------------------------------------------------------


def _instant(rule: Rule, view: View, asked: Micros | None) -> Turn | None:
    enrolled: Micros | None = None
    if view.course:
        enrolled = view.record.enrolled_since(view.course, view.now)
        if enrolled is None:
            return None
    match rule.when:
        case OnEnrolled(period=period):
            begins = None if enrolled is None else period.after(enrolled, view.zone)
        case OnCourseDate(period=period, before=before, end=end):
            find = view.plan.clocks.course_end if end else view.plan.clocks.course_start
            edge = find(view.course, view.pack)
            if edge is None:
                return None
            begins = period.before(edge, view.zone) if before else period.after(edge, view.zone)
        case OnDate(moment=moment):
            begins = at_wall(moment, view.zone)
        case OnEvery():
            if enrolled is not None and asked is not None:
                asked = max(asked, enrolled - 1)
            begins = _every(rule.when, view, asked)
        case _:
            return None
    if begins is None or (asked is not None and begins <= asked):
        return None
    if enrolled is not None and begins < enrolled:
        return None
    return Turn(begins, lasts=False)


def _every(when: OnEvery, view: View, asked: Micros | None) -> Micros | None:
    """Give the latest occurrence up to now that was not asked, else the next one."""
    today = wall(view.now, view.zone).date()
    step, first = _rhythm(when, today)
    latest = first + timedelta(days=(today - first).days // step * step)
    candidates = [latest - timedelta(days=step), latest, latest + timedelta(days=step)]
    instants = [
        at_wall(datetime.combine(day, when.at), view.zone)
        for day in candidates
        if when.starts is None or day >= when.starts
    ]
    if not instants and when.starts is not None:
        return at_wall(datetime.combine(when.starts, when.at), view.zone)
    past = [i for i in instants if i <= view.now]
    if past and asked is not None and past[-1] > asked:
        return past[-1]
    return next((i for i in instants if i > view.now), None)


def _rhythm(when: OnEvery, today: date) -> tuple[int, date]:
    if when.weekday is not None:
        return 7, today - timedelta(days=(today.weekday() - when.weekday) % 7)
    days = when.period.days if when.period else None
    return days or 1, when.starts or today


def ask_instant(rule: Rule, present: Turn, asked: Micros | None, view: View) -> Micros | None:
    """
    Give the instant at which a present turn is to be asked, None where it was asked already.

    With `repeat` these lie a whole number of periods after the beginning; after downtime
    only the latest counts.
    """
    if asked is None:
        asked = present.begins - 1
    if rule.repeat is None or not present.lasts:
        return present.begins if present.begins > asked else None
    number = max(0, (view.now - present.begins) // max(rule.repeat.elapsed, 1))
    for times in range(number + 1, max(number - 2, -1), -1):
        at = rule.repeat.after(present.begins, view.zone, times)
        if at <= view.now:
            return at if at > asked else None
    return None


def next_instant(rule: Rule, present: Turn, asked: Micros | None, view: View) -> Micros | None:
    """Give when to look again, None where nothing but a new event can bring a turn."""
    if asked is None or present.begins > asked:
        return present.begins
    if rule.repeat is None or not present.lasts:
        return None
    since = max(asked, present.begins)
    number = (since - present.begins) // max(rule.repeat.elapsed, 1)
    for times in range(max(number - 1, 1), number + 4):
        at = rule.repeat.after(present.begins, view.zone, times)
        if at > since:
            return at
    return since + DAY
