"""
One name for each thing of the LMS: packs and LMSs may have several for one, and a course runs.

A named course is one or several canonical courses, its runs, each with its own dates. An
activity has a canonical name in each run: the run's own where pack.yaml says it, else the
shared one with the run's name behind it, so that what was done in one run is never taken for
another's.
"""

from collections.abc import Iterator
from dataclasses import replace

from engine.calendar import Micros
from engine.clocks import Clocks
from engine.naming import Activity, Course
from engine.record import APART
from engine.ruleset import Ruleset


def plain(key: str) -> str:
    """Give an object's own LMS name of a key that may name a run too."""
    return key.partition(APART)[0]


class Names:
    """
    The canonical names of a ruleset's courses and activities.

    Attributes:
        course_keys: By a course's full name, its runs in the order in which they are written.
        activity_keys: By an activity's full name, what it is called in each of them.
        courses_at: By canonical name, the courses (a run as a course of its own).
        activities_at: By canonical name, the activities.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        """Settle which names mean the same."""
        self.canonical: dict[str, str] = {}
        self.course_keys: dict[str, tuple[str, ...]] = {}
        self.activity_keys: dict[str, tuple[str, ...]] = {}
        self.courses_at: dict[str, list[Course]] = {}
        self.activities_at: dict[str, list[Activity]] = {}
        self._course_at: dict[str, str] = {}
        self._shared: dict[str, frozenset[str]] = {}
        for activity in ruleset.activities.values():
            for lms in activity.names_by_run().values():
                self._same(lms)
        for course in ruleset.courses.values():
            for run in runs_of(course):
                self._same(run.lms)
        for course in ruleset.courses.values():
            runs = runs_of(course)
            self.course_keys[course.id] = tuple(self.of(run.lms[0]) for run in runs)
            for key, run in zip(self.course_keys[course.id], runs, strict=True):
                self.courses_at.setdefault(key, []).append(run)
        for activity in ruleset.activities.values():
            self._place(activity, ruleset)

    def _same(self, lms: tuple[str, ...]) -> None:
        first = self.of(lms[0])
        for other in lms:
            known = self.of(other)
            if known != first:
                for name, canonical in list(self.canonical.items()):
                    if canonical == known:
                        self.canonical[name] = first
            self.canonical[other] = first

    def of(self, lms: str) -> str:
        """Give the canonical name of an LMS's object or course."""
        return self.canonical.get(lms, lms)

    def _place(self, activity: Activity, ruleset: Ruleset) -> None:
        names = activity.names_by_run()
        courses = self.course_keys.get(activity.course, ())
        course = ruleset.courses.get(activity.course)
        pairs: list[tuple[str, str]] = []
        if "" not in names and course is not None:
            ids = {run.name: key for run, key in zip(course.runs, courses, strict=True)}
            pairs = [(self.of(lms[0]), ids.get(run, "")) for run, lms in names.items()]
        elif len(courses) > 1:
            shared = self.of(names[""][0])
            self._shared[shared] = self._shared.get(shared, frozenset()) | set(courses)
            pairs = [(f"{shared}{APART}{key}", key) for key in courses] + [(shared, "")]
        else:
            pairs = [(self.of(activity.lms[0]), courses[0] if courses else "")]
        self.activity_keys[activity.id] = tuple(dict.fromkeys(key for key, _ in pairs))
        for key, place in pairs:
            self.activities_at.setdefault(key, []).append(activity)
            if place:
                self._course_at.setdefault(key, place)

    def course_at(self, key: str) -> str:
        """Give the canonical course that packs say an object lies in, "" if none does."""
        return self._course_at.get(key, "")

    def in_course(self, key: str, course: str) -> str:
        """Give what an object is called in a course: one of several runs may share it."""
        return f"{key}{APART}{course}" if course in self._shared.get(key, ()) else key

    def lms_in(self, activity: Activity, course: str) -> tuple[str, ...]:
        """Give the LMS's names of an activity in a canonical course, all where it has no own."""
        for key in self.activity_keys.get(activity.id, ()):
            if self.course_at(key) == course:
                return tuple(n for n in activity.lms if self.of(n) == plain(key)) or activity.lms
        return activity.lms

    def run_at(self, course: str, now: Micros, clocks: Clocks) -> str:
        """Give the run of a named course that goes on at an instant, else the next or the last."""
        keys = self.course_keys[course]
        pack = course.partition("/")[0]
        later = []
        for key in keys:
            starts, ends = clocks.course_start(key, pack), clocks.course_end(key, pack)
            if (starts is None or starts <= now) and (ends is None or now < ends):
                return key
            if starts is not None and starts > now:
                later.append((starts, key))
        return min(later)[1] if later else keys[-1]


def runs_of(course: Course) -> tuple[Course, ...]:
    """Give a course's runs, each as a course of its own; one without runs is its only one."""
    return tuple(_runs(course)) if course.runs else (course,)


def _runs(course: Course) -> Iterator[Course]:
    for run in course.runs:
        yield replace(
            course,
            lms=run.lms,
            starts=run.starts,
            ends=run.ends,
            zone=run.zone or course.zone,
            link=run.link or course.link,
            runs=(),
        )
