"""
When an activity is due for one learner: the first date that exists of four.

Her own extension, the latest of her groups' dates, the LMS's date for everybody, pack.yaml's.
An LMS that takes a date away lets the next of them count again.
"""

from datetime import date

from engine.calendar import Micros, day_end, nth_day_end
from engine.events import Word
from engine.membership import membership
from engine.naming import Activity, DayNumber
from engine.record import APART, DUE_GROUP, GROUP, due_key
from engine.view import View


def due_time(activity: Activity, view: View) -> Micros | None:
    """
    Give the first instant after the due time, None where there is none.

    A due day lasts to its end on the course's clock; a due time is on time at its second.
    """
    key = view.plan.activity_key[activity.id]
    dues = view.record.dues
    if dues:
        own = _said(key, activity, view)
        if own is not None:
            return own
        of_groups = _of_groups(key, activity, view)
        if of_groups is not None:
            return of_groups
        of_lms = _said(due_key(key, everybody=True), activity, view)
        if of_lms is not None:
            return of_lms
    if isinstance(activity.due, DayNumber) and activity.due.of_enrolment:
        course = view.plan.course_key.get(activity.course, "")
        start = view.record.enrolled_since(course)
        zone = view.plan.clocks.course_zone(course, activity.id.partition("/")[0])
        return None if start is None else nth_day_end(start, activity.due.number, zone)
    return view.plan.clocks.due(activity)


def _said(key: str, activity: Activity, view: View) -> Micros | None:
    stamped = view.record.dues.get(key)
    if stamped is None or not stamped.value:
        return None
    if "-" not in stamped.value[1:]:
        return int(stamped.value)
    course = view.plan.course_key.get(activity.course, "")
    zone = view.plan.clocks.course_zone(course, activity.id.partition("/")[0])
    return day_end(date.fromisoformat(stamped.value), zone)


def _of_groups(key: str, activity: Activity, view: View) -> Micros | None:
    """Give the latest date of the groups that the learner is in now."""
    found = []
    for name in view.record.dues:
        if name.startswith(DUE_GROUP) and name.endswith(APART + key):
            group = name.removeprefix(DUE_GROUP).removesuffix(APART + key)
            if membership(GROUP + group, view)[0]:
                found.append(_said(name, activity, view))
    return max((at for at in found if at is not None), default=None)


def is_excused(key: str, view: View) -> bool:
    """Say whether somebody let the learner off an object."""
    trace = view.record.traces.get(key)
    if trace is None or Word.EXCUSED not in trace.tallies:
        return False
    return view.occurrences(trace, Word.EXCUSED)[0] > 0
