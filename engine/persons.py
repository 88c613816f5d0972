"""Conditions about who the learner is, how long she has been there, and what day it is."""

from engine.calendar import wall
from engine.record import ROLE
from engine.terms import BetweenDates, EnrolledFor, HasProfile, HasRole, OnWeekdays
from engine.verdict import Answer, Verdict
from engine.view import View


def role_answer(condition: HasRole, view: View) -> Verdict:
    """Say whether the learner has a role, in a course or anywhere."""
    asks = view.ask(condition)
    wanted = condition.role.casefold()
    courses = view.plan.course_keys[condition.course] if condition.course else ()
    for key in sorted(view.record.changes):
        if key.startswith(ROLE):
            role, _, where = key.removeprefix(ROLE).partition("@")
            in_place = not courses or where in courses
            if role.casefold() == wanted and in_place and view.record.is_on(key, view.now):
                return Verdict(Answer.YES, asks, f"{role} in {where}", condition.span)
    if wanted in ("learner", "student"):
        places = courses or view.record.courses()
        for place in places:
            if view.enrolled_since(place) is not None:
                return Verdict(Answer.YES, asks, f"enrolled in {place}", condition.span)
    said_role = view.record.said("role").casefold()
    if not courses and said_role == wanted:
        return Verdict(Answer.YES, asks, "the profile says so", condition.span)
    return Verdict(Answer.NO, asks, "has no such role", condition.span)


def profile_answer(condition: HasProfile, view: View) -> Verdict:
    """Say whether her profile says one of some values; unknown where it says nothing."""
    asks = view.ask(condition)
    value = view.record.said(condition.field)
    if not value:
        return Verdict(Answer.UNKNOWN, asks, "the profile does not say", condition.span)
    among = value.casefold() in {v.casefold() for v in condition.values}
    holds = among is not condition.negated
    return Verdict(Answer.YES if holds else Answer.NO, asks, f"it is {value}", condition.span)


def enrolled_for_answer(condition: EnrolledFor, view: View) -> Verdict:
    """Say whether she has been enrolled for so long."""
    asks = view.ask(condition)
    places = (view.course,) if view.course else view.record.courses()
    if condition.course:
        places = view.plan.course_keys[condition.course]
    starts = [s for p in places if (s := view.enrolled_since(p)) is not None]
    if not starts:
        return Verdict(Answer.NO, asks, "not enrolled", condition.span)
    since = min(starts)
    until = condition.period.after(since, view.zone)
    view.look_again(until)
    holds = until <= view.now
    because = f"enrolled on {view.when(since)}"
    return Verdict(Answer.YES if holds else Answer.NO, asks, because, condition.span)


def dates_answer(condition: BetweenDates, view: View) -> Verdict:
    """Say whether today lies between two days, on her clock."""
    view.look_again(view.moment(condition.first))
    view.look_again(view.moment(condition.last, end=True))
    today = wall(view.now, view.zone).date()
    holds = condition.first <= today <= condition.last
    return Verdict(
        Answer.YES if holds else Answer.NO,
        view.ask(condition),
        f"it is {today}",
        condition.span,
    )


def weekday_answer(condition: OnWeekdays, view: View) -> Verdict:
    """Say whether today is one of some weekdays, on her clock."""
    today = wall(view.now, view.zone)
    view.look_again(view.moment(today.date(), end=True))
    holds = today.weekday() in condition.days
    return Verdict(
        Answer.YES if holds else Answer.NO,
        view.ask(condition),
        f"it is {today:%A}",
        condition.span,
    )
