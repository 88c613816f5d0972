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
                course = self.plan.course_key.get(activity.course, "")
                clock = self.plan.clocks.course_zone(course, self.file.pack)
                lms = activity.lms[0]
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
                lms = ruleset.courses[told.name].lms[0]
                return self.event(who, now, word, lms, lms, role=told.role)

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
            course = ruleset.courses[sighting.course].lms[0]
        match noun:
            case Noun.COURSE:
                target = course = ruleset.courses[sighting.name].lms[0]
            case Noun.EVENT:
                verb = word = ruleset.events[sighting.name].iri
            case Noun.GROUP:
                target = sighting.name
            case Noun.COHORT:
                target = COHORT_OPENING + sighting.name
            case Noun.LEARNER:
                pass
            case _:
                target = ruleset.activities[sighting.name].lms[0]
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
