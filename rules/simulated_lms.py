"""
An LMS as a test file describes it: the events that it would send, under its own names.

A hand-in begins an attempt and marks belong to it, as LMSs that name their attempts do it; an
instant is one on the learner's own clock.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.calendar import Micros, at_wall, day_end, instant
from engine.cohorts import COHORT_OPENING
from engine.events import Event, Score, Word
from engine.plan import Plan
from engine.record import MAIL_OFF
from engine.terms import Noun
from rules.phrases.trigger import At
from rules.timeline import (
    Mark,
    Sighting,
    StepKind,
    TestFile,
    Told,
)

ATTEMPT_KINDS = frozenset({Noun.QUIZ, Noun.ASSIGNMENT})
MARKING = frozenset({Word.GRADED, Word.PASSED, Word.FAILED, Word.FEEDBACK_GIVEN})


class SimulatedLms:
    """The LMS of one scenario, and the clocks on its learners' walls."""

    def __init__(self, file: TestFile, plan: Plan) -> None:
        """Begin with nothing sent yet."""
        self.file = file
        self.plan = plan
        self.number = 0
        self.attempts: dict[tuple[str, str], int] = {}
        self.marked: set[tuple[str, str]] = set()
        self.runs: dict[tuple[str, str], str] = {}
        self.off: dict[str, list[str]] = {}
        self.zones = {
            person.name: plan.clocks.zone(person.zone, "", file.pack) for person in file.people
        }

    def at(self, at: At, who: str) -> Micros:
        """Give the instant of `day 8 22:30` on a learner's clock."""
        day = at.day if isinstance(at.day, date) else self.day(at.day)
        return at_wall(datetime.combine(day, at.clock), self.zones[who])

    def day(self, number: int) -> date:
        """Give the date of `day 8`; `starts` is day 1."""
        return self.file.starts + timedelta(days=number - 1)

    def start_of(self, who: str) -> Micros:
        """Give the instant of day 1 00:00 on a learner's clock."""
        return at_wall(datetime.combine(self.file.starts, time()), self.zones[who])

    def event(  # noqa: PLR0913, PLR0917 - an event has as many parts
        self,
        who: str,
        at: Micros,
        word: str,
        target: str = "",
        course: str = "",
        verb: str = "",
        score: Score | None = None,
        attempt: str = "",
        criteria: tuple[tuple[str, Score], ...] = (),
        fields: tuple[tuple[str, str], ...] = (),
        *,
        undone: bool = False,
        role: str = "",
        due: datetime | None = None,
    ) -> Event:
        """Make an event with an id of its own, the next one."""
        self.number += 1
        return Event(
            id=f"e{self.number:04}",
            time=instant(at),
            learner=who,
            word=word,
            object=target,
            course=course,
            verb=verb,
            score=score,
            attempt=attempt,
            criteria=criteria,
            undone=undone,
            role=role,
            due=due,
            fields=fields,
            source="scenario",
        )

    def told(self, told: Told, who: str, now: Micros) -> Event:
        """Make the event that makes a profile, an enrolment or an extension known."""
        ruleset = self.plan.ruleset
        match told.word:
            case Word.PROFILE:
                zone = dict(told.fields).get("zone", "")
                if zone:
                    self.zones[who] = self.plan.clocks.zone(zone, "", self.file.pack)
                return self.event(who, now, Word.PROFILE, fields=told.fields)
            case Word.DUE:
                activity = ruleset.activities[told.name]
                course = self.run(activity.course, who, now) if activity.course else ""
                clock = self.plan.clocks.course_zone(course, self.file.pack)
                lms, course = self.activity(told.name, who, now)
                if told.due is None:
                    return self.event(
                        who, now, Word.DUE, lms, course, fields=told.whose, undone=True
                    )
                due = instant(self.due(told.due, clock))
                return self.event(who, now, Word.DUE, lms, course, fields=told.whose, due=due)
            case "opted out":
                off = self.off.setdefault(who, [])
                off.append(told.name)
                return self.event(who, now, Word.PROFILE, fields=((MAIL_OFF, ", ".join(off)),))
            case word:
                if word == Word.ENROLLED:
                    return self.enrolled(told.name, who, now, told.role)
                lms = self.course(told.name, who, now)
                return self.event(who, now, word, lms, lms, role=told.role)

    # --- runs of a course ----------------------------------------------------------------

    def enrolled(self, course: str, who: str, now: Micros, role: str = "") -> Event:
        """Make the event that puts a learner into a course: into the run that goes on, or comes."""
        self.runs.pop((who, course), None)
        self.runs[who, course] = self.run(course, who, now)
        lms = self.course(course, who, now)
        return self.event(who, now, Word.ENROLLED, lms, lms, role=role)

    def run(self, course: str, who: str, now: Micros) -> str:
        """Give the canonical name of a learner's run of a course."""
        known = self.runs.get((who, course))
        return known or self.plan.names.run_at(course, now, self.plan.clocks)

    def course(self, course: str, who: str, now: Micros) -> str:
        """Give the LMS's name of a learner's run of a course."""
        key = self.run(course, who, now)
        return next(known.lms[0] for known in self.plan.courses_at[key] if known.id == course)

    def activity(self, name: str, who: str, now: Micros) -> tuple[str, str]:
        """Give the LMS's names of an activity in a learner's run, and of a course that has runs."""
        activity = self.plan.ruleset.activities[name]
        course = self.plan.ruleset.courses.get(activity.course)
        if course is None or not course.runs:
            return activity.lms[0], ""
        key = self.run(activity.course, who, now)
        lms = self.plan.names.lms_in(activity, key)[0]
        return lms, self.course(activity.course, who, now)

    def due(self, at: At, clock: ZoneInfo) -> Micros:
        """Give the end of a due day, or a due time, on the course's clock."""
        day = at.day if isinstance(at.day, date) else self.day(at.day)
        if at.clock == time():
            return day_end(day, clock)
        return at_wall(datetime.combine(day, at.clock), clock)

    def sighted(self, sighting: Sighting, who: str, now: Micros) -> Event:
        """Make the event that an LMS would send for what a step says."""
        ruleset = self.plan.ruleset
        noun = Noun(sighting.noun)
        target, course, verb = "", "", ""
        marked = sighting.score is not None or bool(sighting.criteria)
        word: str = sighting.word or (Word.SUBMITTED if marked else Word.VIEWED)
        if sighting.course:
            course = self.course(sighting.course, who, now)
        match noun:
            case Noun.COURSE:
                target = course = self.course(sighting.name, who, now)
            case Noun.EVENT:
                verb = word = ruleset.events[sighting.name].iri
            case Noun.GROUP:
                target = sighting.name
            case Noun.COHORT:
                target = COHORT_OPENING + sighting.name
            case Noun.CREDENTIAL:
                target = sighting.name
            case Noun.LEARNER:
                pass
            case _:
                target, of_run = self.activity(sighting.name, who, now)
                course = course or of_run
        undone = sighting.kind is StepKind.UNDONE
        if sighting.kind is StepKind.REGRADED and not sighting.word:
            word = Word.GRADED
        attempt = sighting.attempt or self.attempt(sighting, who, target, word)
        return self.event(
            who,
            now,
            word,
            target,
            course,
            verb,
            _score(sighting.score),
            attempt,
            tuple((row, score) for row, mark in sighting.criteria if (score := _score(mark))),
            sighting.where,
            undone=undone,
        )

    def attempt(self, sighting: Sighting, who: str, target: str, word: str) -> str:
        """Name the attempt as an LMS would: a hand-in begins one, marks belong to it."""
        activity = self.plan.ruleset.activities.get(sighting.name)
        scored = sighting.score is not None or bool(sighting.criteria)
        attempt_like = scored or word in MARKING or word == Word.SUBMITTED
        if activity is None or not (attempt_like or activity.kind in ATTEMPT_KINDS):
            return ""
        if not attempt_like and word not in (Word.STARTED, Word.COMPLETED):
            return ""
        key = (who, target)
        number = self.attempts.get(key, 0)
        marks = scored or word in MARKING
        if sighting.kind is not StepKind.SEEN:
            return f"{number or 1}"
        fresh = word in (Word.SUBMITTED, Word.STARTED) or (marks and key in self.marked)
        if number == 0 or fresh:
            number += 1
            self.attempts[key] = number
            self.marked.discard(key)
        if marks:
            self.marked.add(key)
        return f"{number}"


def _score(mark: Mark | None) -> Score | None:
    return None if mark is None else Score(raw=mark.raw, high=mark.high)
