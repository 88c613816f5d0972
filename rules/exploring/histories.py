"""
Histories drawn at random, near the edges of a pack's own rules.

Marks lie on and beside its bounds; times lie its own periods apart, at the edges of nights and
due days, and where clocks change; events come twice, late and undone. The same seed gives the
same histories: only `random()` is used, since other methods may change between Pythons.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from engine.calendar import MINUTE, Micros, instant, micros
from engine.dated import ByDate, Wanted
from engine.events import Event, Score, Word
from engine.leaves import conditions_of, leaves_of, leaves_of_rule
from engine.plan import Plan
from engine.ruleset import Rule
from engine.terms import Group, HasProfile, Leaf, Noun
from engine.triggers import OnDue, OnEnrolled, OnInactive, OnOverdue, OnState
from engine.values import Comparison, Period, Unit
from rules.recorded_steps import Came

T = TypeVar("T")

WHO = "ada"
ZONES = ("Europe/Madrid", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "")
FIRST = date(2025, 3, 3)
SECOND = 1_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
FEWEST, MOST = 3, 24
"""Events in one history, besides that the learner is there."""

WORDS: dict[Noun, tuple[Word, ...]] = {
    Noun.QUIZ: (Word.STARTED, Word.SUBMITTED, Word.GRADED, Word.PASSED, Word.FAILED),
    Noun.ASSIGNMENT: (Word.SUBMITTED, Word.GRADED, Word.FEEDBACK_GIVEN),
    Noun.FORUM: (Word.VIEWED, Word.POSTED, Word.REPLIED),
    Noun.SESSION: (Word.BOOKED, Word.ATTENDED, Word.MISSED),
}
PLAIN = (Word.VIEWED, Word.STARTED, Word.COMPLETED)
MARKED = frozenset({Word.SUBMITTED, Word.GRADED, Word.PASSED, Word.FAILED})


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that may happen to the learner: where, and in what words."""

    object: str
    course: str
    words: tuple[str, ...]
    verb: str = ""
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Ground:
    """What a pack's rules ask about: what histories are made of."""

    things: list[Thing] = field(default_factory=list)
    courses: list[str] = field(default_factory=list)
    marks: list[Decimal] = field(default_factory=list)
    points: list[Decimal] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    clocks: list[time] = field(default_factory=list)
    dues: list[str] = field(default_factory=list)
    profile: dict[str, tuple[str, ...]] = field(default_factory=dict)


def ground_of(plan: Plan, pack: str) -> Ground:
    """Find what a pack's rules, credentials and skills ask about."""
    ruleset = plan.ruleset
    own = f"{pack}/"
    ground = Ground(clocks=[time(0, 0), time(8, 0), time(21, 0), time(2, 30)])
    leaves: list[Leaf] = []
    for rule in ruleset.rules.values():
        if rule.id.startswith(own):
            leaves += leaves_of_rule(rule)
            _of_condition(rule.condition, ground)
            _of_rule(rule, plan, ground)
    for credential in ruleset.credentials.values():
        if credential.id.startswith(own):
            leaves += leaves_of(credential.requires)
            _of_condition(credential.requires, ground)
    for skill in ruleset.skills.values():
        if skill.id.startswith(own):
            leaves += [source.leaf for source in skill.sources]
            for level in skill.levels:
                for asks in level.each:
                    _bound(asks.score, ground)
    for leaf in leaves:
        for comparison in _comparisons(leaf.score):
            _bound(comparison, ground)
    _things(plan, pack, leaves, ground)
    _days(plan, own, ground)
    return ground


def _of_rule(rule: Rule, plan: Plan, ground: Ground) -> None:
    """Find the periods, due times and hours that a rule speaks of."""
    activities = plan.ruleset.activities
    match rule.when:
        case OnInactive(period=period) | OnEnrolled(period=period):
            ground.periods.append(period)
        case OnDue(activity=name, within=period):
            ground.periods.append(period)
            ground.dues.append(activities[name].lms[0])
        case OnOverdue(activity=name):
            ground.dues.append(activities[name].lms[0])
        case OnState(leaf=leaf) if leaf.lasting is not None:
            ground.periods.append(leaf.lasting)
        case _:
            pass
    ground.periods += [p for p in (rule.limits.gap, rule.repeat) if p is not None]
    if rule.limits.quiet is not None:
        ground.clocks += [c for stretch in rule.limits.quiet.stretches for c in stretch]


def _days(plan: Plan, own: str, ground: Ground) -> None:
    """Find the courses, and the days at which something of them begins or ends."""
    for course in plan.ruleset.courses.values():
        if course.id.startswith(own):
            ground.courses.append(course.lms[0])
            ground.days += [day for day in (course.starts, course.ends) if day is not None]
    for activity in plan.ruleset.activities.values():
        if activity.id.startswith(own) and isinstance(activity.due, date):
            ground.days.append(activity.due)


def _of_condition(condition: Group | None, ground: Ground) -> None:
    for part in conditions_of(condition):
        if isinstance(part, HasProfile):
            ground.profile[part.field] = (*ground.profile.get(part.field, ("other",)), *part.values)


def _comparisons(wanted: Wanted | None) -> tuple[Comparison, ...]:
    """Give every comparison that a score may come to be asked by."""
    match wanted:
        case None:
            return ()
        case Comparison():
            return (wanted,)
        case ByDate(steps=steps):
            return tuple(step.value for step in steps)


def _bound(comparison: Comparison, ground: Ground) -> None:
    for bound in (comparison.low, comparison.high):
        if bound is not None:
            if comparison.unit is Unit.PERCENT:
                ground.marks.append(Decimal(bound.numerator * 100) / Decimal(bound.denominator))
            else:
                ground.points.append(Decimal(bound.numerator) / Decimal(bound.denominator))


def _things(plan: Plan, pack: str, leaves: Sequence[Leaf], ground: Ground) -> None:
    ruleset = plan.ruleset
    said: dict[str, dict[str, None]] = {}
    for leaf in leaves:
        if leaf.name and leaf.name in ruleset.activities:
            said.setdefault(leaf.name, {})[leaf.word] = None
        elif leaf.noun is Noun.EVENT and leaf.name:
            iri = ruleset.events[leaf.name].iri
            course = ruleset.courses[leaf.course].lms[0] if leaf.course else ""
            ground.things.append(Thing("", course, (iri,), iri, leaf.where))
        elif leaf.noun in (Noun.GROUP, Noun.COHORT) and leaf.name:
            ground.things.append(Thing(leaf.name, "", (Word.JOINED, Word.LEFT)))
        elif leaf.noun is Noun.LEARNER:
            ground.things.append(Thing("", "", (Word.LOGGED_IN, Word.CREATED)))
    for activity in ruleset.activities.values():
        if not activity.id.startswith(f"{pack}/") and activity.id not in said:
            continue
        words: dict[str, None] = dict.fromkeys(WORDS.get(activity.kind, PLAIN))
        known = {word.value for word in Word}
        words |= dict.fromkeys(w for w in said.get(activity.id, ()) if w in known)
        course = ruleset.courses[activity.course].lms[0] if activity.course else ""
        ground.things.append(Thing(activity.lms[0], course, tuple(words)))


@dataclass(slots=True)
class _History:
    """One history while it is being drawn."""

    ground: Ground
    chance: Random
    zone: str
    now: Micros
    came: list[Came] = field(default_factory=list)
    attempts: dict[str, int] = field(default_factory=dict)

    def less(self, number: int) -> int:
        """Draw a whole number from 0 to below another."""
        return int(self.chance.random() * number)

    def one_of(self, things: Sequence[T]) -> T:
        """Draw one of some things."""
        return things[self.less(len(things))]

    def perhaps(self, share: float) -> bool:
        """Draw yes, so often."""
        return self.chance.random() < share

    def add(
        self,
        word: str,
        target: str = "",
        course: str = "",
        fields: tuple[tuple[str, str], ...] = (),
        verb: str = "",
    ) -> None:
        """Note that something happens now."""
        self.note(
            Event(
                id="",
                time=instant(0),
                learner=WHO,
                word=word,
                object=target,
                course=course,
                verb=verb,
                fields=fields,
            )
        )

    def note(self, event: Event) -> None:
        """Note an event, now and under an id of its own, and perhaps that it comes late."""
        number = len(self.came) + 1
        event = msgspec.structs.replace(
            event, id=f"x{number:03}", time=instant(self.now), source="explore"
        )
        late = self.perhaps(0.08)
        delay = self.one_of((MINUTE, HOUR, DAY, 8 * DAY)) if late else 0
        self.came.append(Came(event, self.now + delay if late else None))

    # --- time ----------------------------------------------------------------------------

    def go_on(self) -> None:
        """Move on: a little, one of the pack's periods, to an edge of a night, or to a day."""
        moves: tuple[Callable[[], Micros], ...] = (
            lambda: self.now,
            lambda: self.now + self.less(90) * MINUTE,
            lambda: self.now + self.less(30) * HOUR,
            lambda: self.now + self.less(20) * DAY,
            self._a_period_on,
            self._a_period_on,
            self._at_an_edge,
            self._near_a_day,
        )
        self.now = max(self.now, self.one_of(moves)()) // MINUTE * MINUTE

    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone or "UTC")

    def _a_period_on(self) -> Micros:
        if not self.ground.periods:
            return self.now + DAY
        period = self.one_of(self.ground.periods)
        return period.after(self.now, self._zone()) + self.one_of((-MINUTE, 0, MINUTE))

    def _at_an_edge(self) -> Micros:
        today = instant(self.now).astimezone(self._zone()).date()
        day = today + timedelta(days=self.less(4))
        edge = datetime.combine(day, self.one_of(self.ground.clocks), self._zone())
        return micros(edge) + self.one_of((-MINUTE, 0, MINUTE))

    def _near_a_day(self) -> Micros:
        year = instant(self.now).year
        turns = [date(year, 3, 30), date(year, 10, 26), date(year, 3, 9), date(year, 11, 2)]
        days = [day for day in (*self.ground.days, *turns) if day.year <= year + 1]
        day = self.one_of(days) + timedelta(days=self.less(3) - 1)
        at = micros(datetime.combine(day, self.one_of(self.ground.clocks), self._zone()))
        # A jump of a year leaves nothing to happen in between.
        return at if at - self.now < 120 * DAY else self.now + DAY

    # --- what happens --------------------------------------------------------------------

    def mark(self) -> Score:
        """Draw a mark on or beside a bound of the pack's, or any."""
        if self.ground.points and self.perhaps(0.3):
            beside = self.one_of((Decimal(-1), Decimal(0), Decimal(1)))
            points = self.one_of(self.ground.points) + beside
            return Score(raw=max(points, Decimal(0)), high=max(points, Decimal(100)))
        if self.ground.marks and self.perhaps(0.7):
            beside = self.one_of((Decimal("-0.01"), Decimal(0), Decimal("0.01"), Decimal(-20)))
            mark = min(max(self.one_of(self.ground.marks) + beside, Decimal(0)), Decimal(100))
            return Score(raw=mark, high=Decimal(100))
        return Score(raw=Decimal(self.less(101)), high=Decimal(100))

    def happen(self) -> None:
        """Let one thing happen."""
        ground = self.ground
        what = self.less(20)
        if what == 0 and ground.courses:
            course = self.one_of(ground.courses)
            self.add(self.one_of((Word.UNENROLLED, Word.ENROLLED)), course, course)
        elif what == 1:
            self.add(self.one_of((Word.SUSPENDED, Word.RESTORED, Word.RESTORED)))
        elif what == 2 and ground.dues:  # noqa: PLR2004 - one of twenty
            due = instant(self.now + self.less(40) * DAY)
            self.note(_blank(Word.DUE, self.one_of(ground.dues), due=due))
        elif what == 3:  # noqa: PLR2004 - one of twenty
            self.tell()
        elif what == 4 and self.came:  # noqa: PLR2004 - one of twenty
            self.undo()
        elif what == 5 and self.came:  # noqa: PLR2004 - one of twenty
            again = self.one_of(self.came)
            self.came.append(Came(again.event, self.now))
        elif ground.things:
            self.touch(self.one_of(ground.things))

    def touch(self, thing: Thing) -> None:
        """Let something happen to a thing."""
        word = self.one_of(thing.words)
        if thing.verb:
            fields = thing.pairs if self.perhaps(0.8) else ()
            self.add(word, "", thing.course, fields, thing.verb)
            return
        if word not in MARKED or not thing.object:
            self.add(word, thing.object, thing.course)
            return
        number = self.attempts.get(thing.object, 0)
        if number == 0 or (word == Word.SUBMITTED and self.perhaps(0.8)):
            number += 1
            self.attempts[thing.object] = number
        score = self.mark() if word == Word.GRADED or self.perhaps(0.5) else None
        self.note(_blank(word, thing.object, thing.course, score, str(number)))

    def undo(self) -> None:
        """Take something back that happened."""
        event = self.one_of(self.came).event
        if event.word not in (Word.PROFILE, Word.DUE) and not event.undone:
            self.note(msgspec.structs.replace(event, undone=True, score=None))

    def tell(self) -> None:
        """Let the profile become known, or change."""
        fields = [("name", "Ada")]
        if self.perhaps(0.3):
            self.zone = self.one_of(ZONES)
        if self.zone:
            fields.append(("zone", self.zone))
        fields += [
            (name, self.one_of(values))
            for name, values in sorted(self.ground.profile.items())
            if self.perhaps(0.8)
        ]
        self.add(Word.PROFILE, fields=tuple(fields))


def _blank(
    word: str,
    target: str,
    course: str = "",
    score: Score | None = None,
    attempt: str = "",
    due: datetime | None = None,
) -> Event:
    """Make an event that gets its id and its time when it is noted."""
    return Event(
        id="",
        time=instant(0),
        learner=WHO,
        word=word,
        object=target,
        course=course,
        score=score,
        attempt=attempt,
        due=due,
    )


def draw(ground: Ground, name: str) -> tuple[Came, ...]:
    """Draw one history; the same name (seed and number) gives the same."""
    chance = Random(name)  # noqa: S311 - the same seed must give the same history
    zone = ZONES[int(chance.random() * len(ZONES))]
    start = datetime.combine(FIRST, time(9), ZoneInfo(zone or "UTC"))
    history = _History(ground, chance, zone, micros(start))
    history.tell()
    for course in ground.courses:
        if history.perhaps(0.9):
            history.add(Word.ENROLLED, course, course)
    for _ in range(FEWEST + history.less(MOST - FEWEST + 1)):
        history.go_on()
        history.happen()
    return tuple(history.came)


def arrivals(came: Sequence[Came]) -> Iterator[tuple[Micros, Event]]:
    """Yield events in the order in which they reach the engine."""
    order = [(item.arrives or micros(item.event.time), item.event) for item in came]
    yield from sorted(order, key=lambda pair: (pair[0], pair[1].order))
