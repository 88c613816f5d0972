"""
A synthetic cohort: what learners of several kinds do in one term of the data-literacy pack.

Deterministic for a seed, and learner by learner, so a million of them need no more memory than
one. Only `random()` of the generator is used, since its other methods may change between
versions of Python. The pack's activities are those of `rules/packs/data-literacy`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from random import Random
from zoneinfo import ZoneInfo

from engine.events import Event, Score, Word

COURSE = "course:101"
INTRO, QUIZ, WORKSHOP = "page:201", "quiz:4411", "lesson:77"
REPORT, LAB, LAST_QUIZ = "assign:310", "lesson:81", "quiz:4415"
CRITERION = "choice-of-sample"

START = date(2025, 3, 3)
"""The term's first day, a Monday; day 1 in the words of the rules."""

END = date(2025, 6, 30)
HUNDRED = Decimal(100)
ROW_POINTS = Decimal(20)
"""Points of the rubric's row."""

FIRST_NAMES = (
    "Ada", "Bilal", "Carmen", "Dmitri", "Elena", "Farid", "Grace", "Hiro", "Ines", "Jonas",
    "Keiko", "Lucía", "Marek", "Nadia", "Omar", "Pilar", "Quentin", "Rosa", "Sven", "Tamar",
    "Ulises", "Vera", "Wanjiru", "Ximena", "Yusuf", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Almeida", "Berg", "Castillo", "Dubois", "Eriksen", "Fuentes", "García", "Haddad", "Ito",
    "Jensen", "Kowalska", "López", "Moreau", "Ndiaye", "Okafor", "Petrov", "Quiroga", "Rossi",
    "Santos", "Tanaka", "Umarov", "Vidal", "Weber", "Xu", "Yildiz", "Zamora",
)  # fmt: skip
ZONES = (
    ("Europe/Madrid", "es"),
    ("Europe/London", "en"),
    ("America/Mexico_City", "es"),
    ("Europe/Madrid", "es"),
    ("Africa/Nairobi", "en"),
    ("Europe/London", "en"),
)
"""Zones and the language usually spoken there; doubled ones are more frequent."""


class Kind(StrEnum):
    """How a learner goes through a term."""

    STEADY = "steady"
    LATE = "late"
    STUCK = "stuck"
    QUIET = "gone quiet"
    TRYING = "trying again and again"


SHARES = (
    (Kind.STEADY, 0.42),
    (Kind.LATE, 0.18),
    (Kind.STUCK, 0.12),
    (Kind.QUIET, 0.14),
    (Kind.TRYING, 0.14),
)


@dataclass(slots=True)
class _Term:
    """One learner's term while it is being lived: draws chances, collects events."""

    seed: int
    number: int
    prefix: str
    chance: Random = field(init=False)
    learner: str = field(init=False)
    zone: ZoneInfo = field(init=False)
    events: list[Event] = field(init=False)

    def __post_init__(self) -> None:
        self.chance = Random(f"milepost {self.seed} {self.number}")  # noqa: S311 - the same seed must give the same cohort
        self.learner = f"{self.prefix}learner-{self.number:07d}"
        self.events = []

    def between(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return low + int(self.chance.random() * (high - low + 1))

    def one_of(self, number: int) -> int:
        """Draw an index."""
        return int(self.chance.random() * number)

    def kind(self) -> Kind:
        """Draw how this learner goes through the term."""
        rest = self.chance.random()
        for kind, share in SHARES:
            rest -= share
            if rest < 0:
                return kind
        return Kind.STEADY

    def at(self, day: int, hours: tuple[int, int] = (8, 22)) -> datetime:
        """Draw a moment of a day of the term (the first is 1) on the learner's own clock."""
        moment = datetime.combine(
            START + timedelta(days=day - 1),
            time(self.between(hours[0], hours[1]), self.between(0, 59), self.between(0, 59)),
            self.zone,
        )
        return moment.astimezone(UTC)

    def add(
        self,
        when: datetime,
        word: Word,
        thing: str,
        *,
        score: Score | None = None,
        attempt: str = "",
        criteria: tuple[tuple[str, Score], ...] = (),
        fields: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Note what happened."""
        number = len(self.events) + 1
        self.events.append(
            Event(
                id=f"cohort-{self.seed}-{self.number}-{number}",
                time=when,
                learner=self.learner,
                word=str(word),
                object=thing,
                course="" if word == Word.PROFILE else COURSE,
                score=score,
                attempt=attempt and f"attempt:{self.seed}-{self.number}-{attempt}",
                criteria=criteria,
                fields=fields,
            )
        )

    def arrive(self) -> None:
        """Come to be known and enrolled, in the week before the term or in its first days."""
        first = FIRST_NAMES[self.one_of(len(FIRST_NAMES))]
        last = LAST_NAMES[self.one_of(len(LAST_NAMES))]
        zone, language = ZONES[self.one_of(len(ZONES))]
        if self.chance.random() < 0.1:  # noqa: PLR2004 - one in ten prefers the other language
            language = "en" if language == "es" else "es"
        self.zone = ZoneInfo(zone)
        when = self.at(self.between(-6, 2), (9, 16))
        mailbox = f"{_ascii(first)}.{_ascii(last)}.{self.number}@learner.example"
        self.add(
            when,
            Word.PROFILE,
            "",
            fields=(
                ("email", mailbox),
                ("language", language),
                ("name", f"{first} {last}"),
                ("zone", zone),
            ),
        )
        self.add(when + timedelta(minutes=1), Word.ENROLLED, COURSE)

    def watch(self, day: int, thing: str, *, completed: bool) -> None:
        """Look at a page or a lesson, perhaps to its end."""
        when = self.at(day)
        self.add(when, Word.VIEWED, thing)
        if completed:
            self.add(when + timedelta(minutes=self.between(4, 50)), Word.COMPLETED, thing)

    def try_quiz(self, day: int, thing: str, attempt: int, percent: int) -> None:
        """Take a quiz, which is marked as soon as it is handed in."""
        name = f"{thing}-{attempt}"
        when = self.at(day)
        self.add(when, Word.STARTED, thing, attempt=name)
        self.add(
            when + timedelta(minutes=self.between(6, 40)),
            Word.SUBMITTED,
            thing,
            attempt=name,
            score=Score(Decimal(percent), high=HUNDRED),
        )

    def hand_in(self, day: int, percent: int) -> None:
        """Hand the report in; a teacher marks it within two weeks, with its rubric."""
        self.add(self.at(day), Word.SUBMITTED, REPORT, attempt="report-1")
        row = min(20, max(0, round(percent / 5) + self.between(-2, 2)))
        self.add(
            self.at(day + self.between(4, 13), (9, 17)),
            Word.GRADED,
            REPORT,
            attempt="report-1",
            score=Score(Decimal(percent), high=HUNDRED),
            criteria=((CRITERION, Score(Decimal(row), high=ROW_POINTS)),),
        )

    def live(self, kind: Kind) -> None:
        """Go through the term in one's own way."""
        match kind:
            case Kind.STEADY:
                self._steady(pace=1, late=0)
            case Kind.LATE:
                self._steady(pace=2, late=self.between(2, 12))
            case Kind.STUCK:
                self._stuck()
            case Kind.QUIET:
                self._quiet()
            case Kind.TRYING:
                self._trying()

    def _steady(self, pace: int, late: int) -> None:
        """Do everything in order; whoever is late does it later, and hands in after the due day."""
        self.watch(self.between(1, 4), INTRO, completed=True)
        day = self.between(5, 9) * pace
        percent = self.between(50, 98)
        self.try_quiz(day, QUIZ, 1, percent)
        if percent < 60:  # noqa: PLR2004 - the pass mark of the pack
            self.watch(day + 2, WORKSHOP, completed=True)
            self.try_quiz(day + 5, QUIZ, 2, self.between(62, 95))
        elif self.chance.random() < 0.5:  # noqa: PLR2004 - every other comes without need
            self.watch(day + 3, WORKSHOP, completed=True)
        self.watch(day + self.between(5, 9), INTRO, completed=False)
        self.hand_in(41 + late if late else self.between(28, 40), self.between(60, 99))
        day = self.between(46, 60) + late
        self.watch(day, LAB, completed=True)
        percent = self.between(55, 99)
        self.try_quiz(day + self.between(2, 9), LAST_QUIZ, 1, percent)
        if percent < 70:  # noqa: PLR2004 - the pass mark of the pack
            self.try_quiz(day + self.between(11, 20), LAST_QUIZ, 2, self.between(60, 95))

    def _stuck(self) -> None:
        """Fail the first quiz, try the workshop or not, fail again, and keep looking in."""
        self.watch(self.between(1, 6), INTRO, completed=True)
        day = self.between(7, 14)
        self.try_quiz(day, QUIZ, 1, self.between(15, 45))
        self.watch(day + 1, WORKSHOP, completed=self.chance.random() < 0.4)  # noqa: PLR2004 - two in five
        self.try_quiz(day + self.between(2, 6), QUIZ, 2, self.between(25, 58))
        for week in range(4, 4 + self.between(1, 6)):
            self.watch(week * 7 + self.between(0, 6), INTRO, completed=False)
        if self.chance.random() < 0.3:  # noqa: PLR2004 - three in ten hand in all the same
            self.hand_in(self.between(36, 44), self.between(30, 62))

    def _quiet(self) -> None:
        """Begin well and stop; some come back weeks later, some leave for good."""
        self.watch(self.between(1, 5), INTRO, completed=self.chance.random() < 0.8)  # noqa: PLR2004 - four in five
        if self.chance.random() < 0.6:  # noqa: PLR2004 - three in five get that far
            self.try_quiz(self.between(6, 16), QUIZ, 1, self.between(40, 90))
        rest = self.chance.random()
        if rest < 0.3:  # noqa: PLR2004 - three in ten come back
            day = self.between(38, 70)
            self.watch(day, WORKSHOP, completed=True)
            self.watch(day + self.between(1, 6), LAB, completed=True)
            self.try_quiz(day + self.between(7, 14), LAST_QUIZ, 1, self.between(50, 90))
        elif rest < 0.5:  # noqa: PLR2004 - two in ten leave
            self.add(self.at(self.between(30, 60), (9, 16)), Word.UNENROLLED, COURSE)

    def _trying(self) -> None:
        """Take the quizzes again and again, a little better each time."""
        self.watch(self.between(1, 5), INTRO, completed=True)
        percent, day = self.between(25, 50), self.between(5, 10)
        for attempt in range(1, self.between(3, 6) + 1):
            self.try_quiz(day, QUIZ, attempt, percent)
            if attempt == 1:
                self.watch(day + 1, WORKSHOP, completed=True)
            percent = min(100, percent + self.between(3, 18))
            day += self.between(2, 4)
        self.hand_in(self.between(34, 42), self.between(50, 85))
        self.watch(self.between(45, 58), LAB, completed=True)
        percent, day = self.between(45, 75), self.between(60, 70)
        for attempt in range(1, self.between(2, 5) + 1):
            self.try_quiz(day, LAST_QUIZ, attempt, percent)
            percent = min(100, percent + self.between(3, 15))
            day += self.between(2, 5)


def cohort(learners: int, seed: int, prefix: str = "") -> Iterator[Event]:
    """
    Give the events of a cohort, learner after learner, each learner's in the order of time.

    Args:
        learners: How many.
        seed: The same seed gives the same events, whatever the number of learners before.
        prefix: What a learner's name begins with, such as an xAPI account's `homePage|`.
    """
    for number in range(1, learners + 1):
        yield from one_learner(number, seed, prefix)


def one_learner(number: int, seed: int, prefix: str = "") -> list[Event]:
    """Give the events of one learner of a cohort, in the order of time."""
    term = _Term(seed, number, prefix)
    kind = term.kind()
    term.arrive()
    term.live(kind)
    return sorted(term.events, key=lambda event: event.order)


def kind_of(number: int, seed: int) -> Kind:
    """Say of which kind a learner of a cohort is."""
    return _Term(seed, number, "").kind()


_PLAIN = str.maketrans({"í": "i", "ó": "o", "ë": "e", " ": "-"})


def _ascii(name: str) -> str:
    return name.casefold().translate(_PLAIN)
