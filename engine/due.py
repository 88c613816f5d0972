"""
When an activity is due for one learner: the first date that exists of four.

Her own extension, the latest of her groups' dates, the LMS's date for everybody, pack.yaml's.
An LMS that takes a date away lets the next of them count again.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from zoneinfo import ZoneInfo

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
    course = view.run_of(activity.course) if activity.course else ""
    dues = view.record.dues
    if dues:
        keys = [k for k in view.keys_of(activity.id) if view.plan.course_of(k) in ("", course)]
        zone = view.plan.clocks.course_zone(course, activity.id.partition("/")[0])
        own = _latest(keys, zone, view)
        if own is not None:
            return own
        of_groups = _latest([n for key in keys for n in _of_groups(key, view)], zone, view)
        if of_groups is not None:
            return of_groups
        of_lms = _latest([due_key(key, everybody=True) for key in keys], zone, view)
        if of_lms is not None:
            return of_lms
    if isinstance(activity.due, DayNumber) and activity.due.of_enrolment:
        start = view.record.enrolled_since(course)
        zone = view.plan.clocks.course_zone(course, activity.id.partition("/")[0])
        return None if start is None else nth_day_end(start, activity.due.number, zone)
    return view.plan.clocks.due(activity, course)


def _latest(names: Iterable[str], zone: ZoneInfo, view: View) -> Micros | None:
    """Give the latest of some dates of Record.dues, None where there is none of them."""
    found = [_said(name, zone, view) for name in names]
    return max((at for at in found if at is not None), default=None)


def _said(key: str, zone: ZoneInfo, view: View) -> Micros | None:
    stamped = view.record.dues.get(key)
    if stamped is None or not stamped.value:
        return None
    if "-" not in stamped.value[1:]:
        return int(stamped.value)
    return day_end(date.fromisoformat(stamped.value), zone)


def _of_groups(key: str, view: View) -> Iterator[str]:
    """Yield the names of the dates of the groups that the learner is in now."""
    for name in view.record.dues:
        if name.startswith(DUE_GROUP) and name.endswith(APART + key):
            group = name.removeprefix(DUE_GROUP).removesuffix(APART + key)
            if membership(GROUP + group, view)[0]:
                yield name


def is_excused(key: str, view: View) -> bool:
    """Say whether somebody let the learner off an object."""
    trace = view.record.traces.get(key)
    if trace is None or Word.EXCUSED not in trace.tallies:
        return False
    return view.occurrences(trace, Word.EXCUSED)[0] > 0
