"""
A real learner's events as the steps of a scenario: what the rules ask about, and nothing else.

The learner's name, address and ids stay behind, and free texts; the LMS's names of things do not.
Times are kept to the minute, on the learner's own clock, since that is what rules go by.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from engine.by_hand import BY
from engine.calendar import Micros, micros, wall
from engine.events import NOT_BY_THE_LEARNER, Event, Score, Word
from engine.leaves import conditions_of, leaves_of, leaves_of_rule
from engine.naming import Activity
from engine.plan import Plan
from engine.record import CREDENTIAL, EVERYBODY, LEARNER_ROLES
from engine.source import NOWHERE
from engine.terms import HasProfile, Noun
from engine.threads import THREAD
from rules.phrases.trigger import At, read_at
from rules.simulated_lms import SimulatedLms
from rules.timeline import Mark, Person, Sighting, StepKind, TestFile
from rules.vocabulary import is_words
from rules.yaml_text import flow

WHO = "Ada"
"""What every recorded learner is called."""

STEP_OF_STATE = {Word.ENROLLED: "enrolled", Word.UNENROLLED: "unenrolled"}
OF_THE_LEARNER = frozenset({Word.SUSPENDED, Word.RESTORED, Word.LOGGED_IN, Word.CREATED})
STATE_WORDS_TOLD = frozenset(
    {Word.PROFILE, Word.ENROLLED, Word.UNENROLLED, Word.SUSPENDED, Word.RESTORED}
)
KEPT_FIELDS = ("zone", "language")
PLACES = Decimal("0.000000000001")


@dataclass(frozen=True, slots=True)
class Came:
    """An event, and when it reached the engine, None for at once."""

    event: Event
    arrives: Micros | None = None


@dataclass(slots=True)
class RecordedStep:
    """
    One step to be written.

    Attributes:
        at: Its instant as written, `day 8 22:30`.
        says: What the LMS tells in it, each `word: …` on a line; empty where time alone moves.
        expects: What must happen, each as `{word: …}`; None where nothing is said of it.
    """

    at: str
    says: tuple[str, ...] = ()
    expects: tuple[str, ...] | None = None


class Recorder:
    """
    Turns the events of one learner into steps.

    Attributes:
        zone: The learner's zone as the test file says it, "" if nobody knows it.
        language: Her language, "" if nobody knows it.
        left_out: How many events could not be told and may matter.
    """

    def __init__(self, plan: Plan, pack: str, starts: date, known: Sequence[Event]) -> None:
        """
        Begin with what is known of a learner.

        Args:
            plan: The ruleset.
            pack: The pack that the test stands in.
            starts: Day 1.
            known: All her events.
        """
        said = _first_said(known)
        self.plan = plan
        self.pack = pack
        self.zone = said.get("zone", "")
        self.language = said.get("language", "")
        self.left_out = 0
        self.person = Person(WHO, tuple((k, v) for k, v in said.items() if v))
        file = TestFile("", pack, (), starts, (self.person,), ())
        self.lms = SimulatedLms(file, plan)
        self.attempts: dict[str, dict[str, int]] = {}
        self.people: dict[str, int] = {}
        self.fields = asked_fields(plan)
        self.pairs = asked_pairs(plan)

    # --- instants ------------------------------------------------------------------------

    def day_of(self, at: Micros) -> date:
        """Give the day of an instant on the learner's clock."""
        return wall(at, self.lms.zones[WHO]).date()

    def shown(self, at: Micros, *, exact: bool = False) -> str:
        """Write an instant as a step says it, to the minute; to the second where it must be."""
        local = wall(at, self.lms.zones[WHO])
        number = (local.date() - self.lms.file.starts).days + 1
        clock = f"{local:%H:%M:%S}" if exact and local.second else f"{local:%H:%M}"
        return f"day {number} {clock}"

    def read(self, at: str) -> Micros:
        """Give the instant that a written one means."""
        value = read_at(at)
        assert isinstance(value, At)  # noqa: S101 - it was written by `shown`
        return self.lms.at(value, WHO)

    # --- steps ---------------------------------------------------------------------------

    def steps(self, came: Sequence[Came]) -> Iterator[RecordedStep]:
        """Yield the steps of events, in their order; what no rule can notice is left out."""
        last = ""
        for item in self._noticed(sorted(came, key=lambda c: c.event.order)):
            says = self._says(item)
            if says:
                at = self.shown(micros(item.event.time))
                if last and self.read(at) < self.read(last):
                    at = last
                last = at
                yield RecordedStep(at, (says,))

    def _noticed(self, came: Sequence[Came]) -> Iterator[Came]:
        """Yield what rules ask about; of what shows only that she was there, a day's last."""
        quiet: dict[tuple[date, str], str] = {}
        for item in came:
            if not self._is_heard(item.event):
                placed = self.plan.place(item.event)
                quiet[self.day_of(micros(item.event.time)), placed.course] = item.event.id
        for item in came:
            if self._is_heard(item.event):
                yield item
                continue
            if item.event.word in NOT_BY_THE_LEARNER or item.event.undone:
                continue
            placed = self.plan.place(item.event)
            day = self.day_of(micros(item.event.time))
            if self.plan.silence_rules and quiet[day, placed.course] == item.event.id:
                yield item

    def _is_heard(self, event: Event) -> bool:
        placed = self.plan.place(event)
        return bool(placed.keys or placed.traces) or event.word in STATE_WORDS_TOLD

    def _says(self, item: Came) -> str:
        """Give what an event says as a line of a step, "" where it says nothing that matters."""
        event = item.event
        match event.word:
            case Word.PROFILE:
                return self._profile(event)
            case Word.DUE:
                return self._due(event)
            case Word.ENROLLED | Word.UNENROLLED if item.arrives is None and not event.undone:
                return self._enrolment(event)
            case Word.REVOKED | Word.AWARDED if self.plan.place(event).kind == CREDENTIAL:
                return self._word_on_award(item)
            case _:
                sighting = self._sighting(item)
                return "" if sighting is None else _said(sighting, self.pack)

    def _word_on_award(self, item: Came) -> str:
        """Write what a person said of a credential; who it was and why stay behind."""
        event = item.event
        if event.object not in self.plan.ruleset.credentials:
            self.left_out += 1
            return ""
        parts = [f"credential: {self._short(event.object)}"]
        if event.undone:
            parts.append("undone: yes")
        else:
            if event.word == Word.AWARDED:
                name = dict(event.fields).get(BY, "")
                number = self.people.setdefault(name, len(self.people) + 1)
                parts.append(f"by: person {number}")
            parts.append("because: recorded")
        if (arrives := self._arrives(item)) is not None:
            parts.append(f"arrives: day {arrives.day} {arrives.clock:%H:%M}")
        return f"{event.word}: {{{', '.join(parts)}}}"

    def _profile(self, event: Event) -> str:
        told = [(k, v) for k, v in event.fields if k in KEPT_FIELDS or k in self.fields]
        if all(dict(self.person.fields).get(k) == v for k, v in told):
            return ""
        zone = dict(told).get("zone", "")
        if zone:
            self.lms.zones[WHO] = self.plan.clocks.zone(zone, "", self.pack)
        self.person = replace(
            self.person, fields=tuple({**dict(self.person.fields), **dict(told)}.items())
        )
        return f"profile: {{{', '.join(f'{flow(k)}: {flow(v)}' for k, v in told)}}}"

    def _due(self, event: Event) -> str:
        key = self.plan.place(event).object
        known = self.plan.activities_at.get(key)
        if not known:
            self.left_out += 1
            return ""
        said = dict(event.fields)
        dates = f"{{{self._short(known[0].id)}: {self._due_day(event, self.plan.course_of(key))}}}"
        if "group" in said:
            return f"group due: {{{flow(said['group'])}: {dates}}}"
        return f"lms due: {dates}" if said.get("for") == EVERYBODY else f"due: {dates}"

    def _due_day(self, event: Event, course: str) -> str:
        if event.undone or event.due is None:
            return "none" if event.undone else dict(event.fields).get("day", "none")
        local = wall(micros(event.due), self.plan.clocks.course_zone(course, self.pack))
        day, clock = local.date(), local.time().replace(microsecond=0)
        if clock == time():
            day -= timedelta(days=1)
        number = (day - self.lms.file.starts).days + 1
        shown = f"day {number}" if number > 0 else f"{day}"
        if clock != time():
            shown += f" {clock:%H:%M:%S}" if clock.second else f" {clock:%H:%M}"
        return shown

    def _enrolment(self, event: Event) -> str:
        course = self._course(self.plan.place(event).object)
        if not course or (event.role and event.role not in LEARNER_ROLES):
            self.left_out += bool(course)
            return ""
        return f"{STEP_OF_STATE[Word(event.word)]}: {self._short(course)}"

    def _sighting(self, item: Came) -> Sighting | None:
        event = item.event
        placed = self.plan.place(event)
        thing = self._thing(event, placed.object)
        if thing is None:
            return self._stand_in(item)
        noun, name, activity = thing
        word = "" if noun is Noun.EVENT else event.word
        if word and word not in is_words(noun):
            self.left_out += 1
            return None
        kind = StepKind.UNDONE if event.undone else StepKind.SEEN
        course = ""
        if event.course and activity is not None:
            if placed.course not in self.plan.course_keys.get(activity.course, ("",)):
                course = self._course(placed.course)
        elif event.course and noun is Noun.EVENT:
            course = self._course(placed.course)
        criteria = tuple((row, m) for row, score in event.criteria if (m := _mark(score)))
        sighting = Sighting(
            NOWHERE,
            kind,
            noun.value,
            name,
            course,
            word,
            _mark(event.score),
            "",
            criteria,
            tuple(pair for pair in event.fields if pair[0] == THREAD or pair[0] in self.pairs),
            self._arrives(item),
        )
        return self._with_attempt(sighting, event, placed.object)

    def _thing(self, event: Event, key: str) -> tuple[Noun, str, Activity | None] | None:
        """Give the noun and the name of what an event happened to; None where no pack names it."""
        if event.word in (Word.JOINED, Word.LEFT):
            return Noun.GROUP, event.object, None
        if event.word in OF_THE_LEARNER and not key:
            return Noun.LEARNER, "any", None
        for kind in self.plan.ruleset.events.values():
            if kind.iri in (event.verb, event.word):
                return Noun.EVENT, kind.id, None
        activities = self.plan.activities_at.get(key)
        if activities:
            own = [a for a in activities if a.id.startswith(f"{self.pack}/")]
            activity = (own or activities)[0]
            return activity.kind, activity.id, activity
        course = self._course(key)
        return (Noun.COURSE, course, None) if course else None

    def _stand_in(self, item: Came) -> Sighting | None:
        """Let something else in the course show that the learner was there."""
        placed = self.plan.place(item.event)
        if placed.keys or item.event.word in NOT_BY_THE_LEARNER or item.event.undone:
            self.left_out += bool(placed.keys)
            return None
        for activity in self.plan.ruleset.activities.values():
            if placed.course not in self.plan.course_keys.get(activity.course, ("",)):
                continue
            seen = Event(
                id="",
                time=item.event.time,
                learner="",
                word=Word.VIEWED,
                object=activity.lms[0],
                course=item.event.course,
            )
            there = self.plan.place(seen)
            if not (there.keys or there.traces):
                return Sighting(
                    NOWHERE,
                    StepKind.SEEN,
                    activity.kind.value,
                    activity.id,
                    word=Word.VIEWED,
                    arrives=self._arrives(item),
                )
        course = self._course(placed.course)
        if not course:
            return None
        return Sighting(NOWHERE, StepKind.SEEN, Noun.COURSE.value, course, word=Word.ENTERED)

    def _with_attempt(self, sighting: Sighting, event: Event, key: str) -> Sighting:
        """Say which attempt it was, where the test's LMS would name another; find regrades."""
        if not event.attempt or sighting.noun == Noun.EVENT.value:
            return sighting
        names = self.attempts.setdefault(key, {})
        number = names.setdefault(event.attempt, len(names) + 1)
        lms, place = self.lms, (WHO, key)
        is_regrade = (
            event.word == Word.GRADED
            and event.score is not None
            and place in lms.marked
            and lms.attempts.get(place) == number
            and not event.undone
        )
        if is_regrade:
            return replace(sighting, kind=StepKind.REGRADED, word="")
        before = dict(lms.attempts), set(lms.marked)
        word = sighting.word or Word.SUBMITTED
        if sighting.kind is StepKind.SEEN and lms.attempt(sighting, WHO, key, word) == f"{number}":
            return sighting
        lms.attempts, lms.marked = before
        return replace(sighting, attempt=f"{number}")

    def _arrives(self, item: Came) -> At | None:
        if item.arrives is None:
            return None
        value = read_at(self.shown(item.arrives))
        return value if isinstance(value, At) else None

    def _course(self, key: str) -> str:
        """Give the full name of a course, the pack's own first; "" if no pack names it."""
        known = [course.id for course in self.plan.courses_at.get(key, ())]
        own = [name for name in known if name.startswith(f"{self.pack}/")]
        return next(iter(own or known), "")

    def _short(self, name: str) -> str:
        return short(name, self.pack)


STATE_WORDS_TOLD = frozenset(
    {Word.PROFILE, Word.ENROLLED, Word.UNENROLLED, Word.SUSPENDED, Word.RESTORED}
)


def short(name: str, pack: str) -> str:
    """Give a name as the author of a pack writes it."""
    return name.removeprefix(f"{pack}/")


def asked_fields(plan: Plan) -> frozenset[str]:
    """Give the fields of a profile that some condition asks about."""
    ruleset = plan.ruleset
    asked = [rule.condition for rule in ruleset.rules.values()]
    asked += [credential.requires for credential in ruleset.credentials.values()]
    return frozenset(
        part.field for one in asked for part in conditions_of(one) if isinstance(part, HasProfile)
    )


def asked_pairs(plan: Plan) -> frozenset[str]:
    """Give the further facts of events that some leaf asks about."""
    leaves = [leaf for rule in plan.ruleset.rules.values() for leaf in leaves_of_rule(rule)]
    for credential in plan.ruleset.credentials.values():
        leaves += leaves_of(credential.requires)
    return frozenset(name for leaf in leaves for name, _ in leaf.where)


def _first_said(events: Sequence[Event]) -> dict[str, str]:
    """Give the zone and the language that the first profile says."""
    said = {"name": WHO}
    for event in sorted(events, key=lambda e: e.order):
        if event.word == Word.PROFILE:
            for name, value in event.fields:
                if name in KEPT_FIELDS:
                    said.setdefault(name, value)
    return said


def _mark(score: Score | None) -> Mark | None:
    """Give a mark as a test can say it: points of the most, points alone, or a percentage."""
    if score is None:
        return None
    if score.raw is not None and score.raw >= 0 and (score.high is None or score.low == 0):
        return Mark(score.raw, score.high)
    ratio = score.ratio
    if ratio is None:
        return None
    percent = Decimal(ratio[0]) * 100 / Decimal(ratio[1])
    return Mark(max(percent, Decimal(0)).quantize(PLACES, ROUND_HALF_UP), Decimal(100))


def _mark_shown(mark: Mark) -> str:
    if mark.high is None:
        return f"{_number(mark.raw)} points"
    if mark.high == 100:  # noqa: PLR2004 - a hundred points are a percentage
        return f"{_number(mark.raw)}%"
    return f"{_number(mark.raw)} of {_number(mark.high)}"


def _number(value: Decimal) -> str:
    shown = f"{value:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _said(sighting: Sighting, pack: str) -> str:
    """Write what is seen as a line of a step."""
    parts = [f"{sighting.noun}: {flow(short(sighting.name, pack))}"]
    if sighting.course:
        parts.append(f"in: {short(sighting.course, pack)}")
    graded_alone = sighting.word == Word.SUBMITTED and sighting.score is not None
    if sighting.word and not graded_alone:
        parts.append(f"is: {sighting.word}")
    if sighting.score is not None:
        parts.append(f"score: {_mark_shown(sighting.score)}")
    if sighting.attempt:
        parts.append(f"attempt: {sighting.attempt}")
    if sighting.criteria:
        rows = ", ".join(f"{flow(row)}: {_mark_shown(mark)}" for row, mark in sighting.criteria)
        parts.append(f"criteria: {{{rows}}}")
    if sighting.where:
        pairs = ", ".join(f"{flow(name)}: {flow(value)}" for name, value in sighting.where)
        parts.append(f"where: {{{pairs}}}")
    if sighting.arrives is not None:
        parts.append(f"arrives: day {sighting.arrives.day} {sighting.arrives.clock:%H:%M}")
    return f"{sighting.kind.value}: {{{', '.join(parts)}}}"
