"""
What rules listen for, packed into small networks of numbers that durable_rules may see.

No text and no fraction of ours ever reaches durable_rules: within a shard a key, a course and a
word become numbers, and a score becomes its rank among the thresholds that it is compared with.
So quotes and emoji in an LMS's names are safe, 69.9999999999999999% is not 70%, and shards that
ask the same of different objects have the same shape.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from engine.matching import Fact, Listener
from engine.values import Comparison, Unit

RULES_A_SHARD = 16
"""A network's size; with 256 rules that meet one fact the process ends, with 512 it hangs."""

_PERCENT, _POINTS = "percent", "points"

Value = int | bool | str


@dataclass(frozen=True, slots=True)
class Question:
    """What listeners ask of one key; those that ask the same share one rule of a network."""

    course: str
    word: str
    score: Comparison | None


@dataclass(frozen=True, slots=True)
class Terms:
    """
    One rule of a network, in numbers that mean something within its shard only.

    Attributes:
        key: The key's number, from 1.
        course: The course's, 0 for any.
        word: The word's, 0 for any.
        unit: The field that holds the score's rank, "" if no score is asked for.
        low: The lowest rank that will do.
        high: The highest, None where there is no end.
    """

    key: int
    course: int
    word: int
    unit: str
    low: int
    high: int | None

    def definition(self) -> Mapping[str, object]:
        """Write it as durable_rules reads it: one fact `m`, and comparisons that all hold."""
        parts: list[Mapping[str, object]] = [{"key": self.key}]
        if self.course:
            parts.append({"course": self.course})
        if self.word:
            parts.append({f"w_{self.word}": True})
        if self.unit:
            parts.append({"$gte": {self.unit: self.low}})
            if self.high is not None:
                parts.append({"$lte": {self.unit: self.high}})
        return {"m": parts[0] if len(parts) == 1 else {"$and": parts}}


Shape = tuple[Terms, ...]
"""A network, whatever its numbers stand for."""

Asked = Mapping[str, Mapping[Question, tuple[str, ...]]]
"""By key and question, the rules that ask it."""


@dataclass(frozen=True, slots=True)
class Shard:
    """
    What the numbers of a shape stand for.

    Attributes:
        shape: The network.
        rules: By a rule's number, the full names of ours that ask it.
        courses: The courses' numbers.
        words: The words, each with its field in a fact.
    """

    shape: Shape
    rules: tuple[tuple[str, ...], ...]
    courses: Mapping[str, int]
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """A key's place in a shard, and the thresholds that rank its scores, None where none asks."""

    shard: Shard
    key: int
    percent: tuple[Fraction, ...] | None
    points: tuple[Fraction, ...] | None

    def flat(self, fact: Fact) -> Mapping[str, Value]:
        """
        Write a fact as durable_rules may see it.

        An unknown score is a field that is absent. `id` is the same each time: the fact is
        taken back before the next, and one that was not is noticed by it.
        """
        shard = self.shard
        flat: dict[str, Value] = {"id": "f", "sid": "s", "key": self.key}
        if fact.course in shard.courses:
            flat["course"] = shard.courses[fact.course]
        for word, field in shard.words:
            if word in fact.words:
                flat[field] = True
        if self.percent is not None and fact.score is not None:
            flat[_PERCENT] = rank(fact.score, self.percent)
        if self.points is not None and fact.points is not None:
            flat[_POINTS] = rank(fact.points, self.points)
        return flat


def rank(value: Fraction, thresholds: tuple[Fraction, ...]) -> int:
    """
    Give a value's place among sorted thresholds: 2i + 1 on the i-th, even between and beyond.

    Ranks compare as the values do, exactly: a double could not tell 7/10 from a hair below.
    """
    place = bisect_left(thresholds, value)
    on = place < len(thresholds) and thresholds[place] == value
    return 2 * place + on


def _thresholds(questions: Iterable[Question], unit: Unit) -> tuple[Fraction, ...]:
    ends = {
        end
        for question in questions
        if question.score is not None and question.score.unit is unit
        for end in (question.score.low, question.score.high)
        if end is not None
    }
    return tuple(sorted(ends))


@dataclass(frozen=True, slots=True)
class _Parcel:
    """What is asked of one key, at most a shard full."""

    key: str
    questions: tuple[Question, ...]


def _pack(parcels: Iterable[_Parcel]) -> Iterable[tuple[_Parcel, ...]]:
    """Fill shards, the largest parcels first, each where it leaves the least room."""
    open_shards: list[list[list[_Parcel]]] = [[] for _ in range(RULES_A_SHARD + 1)]
    shards: list[list[_Parcel]] = []
    for parcel in sorted(parcels, key=lambda parcel: -len(parcel.questions)):
        size = len(parcel.questions)
        room = next((r for r in range(size, RULES_A_SHARD + 1) if open_shards[r]), None)
        if room is None:
            shards.append([])
            shard, room = shards[-1], RULES_A_SHARD
        else:
            shard = open_shards[room].pop()
        shard.append(parcel)
        open_shards[room - size].append(shard)
    return map(tuple, shards)


def _parcels(asked: Asked) -> Iterable[_Parcel]:
    for key, questions in asked.items():
        every = tuple(questions)
        for start in range(0, len(every), RULES_A_SHARD):
            yield _Parcel(key, every[start : start + RULES_A_SHARD])


def _seated(parcels: tuple[_Parcel, ...], asked: Asked) -> Iterable[tuple[str, Seat]]:
    """Yield each key of one shard with its seat, having put numbers for what its parcels ask."""
    courses: dict[str, int] = {}
    words: dict[str, int] = {}
    shape: list[Terms] = []
    rules: list[tuple[str, ...]] = []
    ranks: list[tuple[tuple[Fraction, ...], tuple[Fraction, ...]]] = []
    for number, parcel in enumerate(parcels, start=1):
        percent = _thresholds(parcel.questions, Unit.PERCENT)
        points = _thresholds(parcel.questions, Unit.POINTS)
        ranks.append((percent, points))
        for question in parcel.questions:
            course, word = question.course, question.word
            unit, low, high = _ranked(question.score, percent, points)
            shape.append(
                Terms(
                    key=number,
                    course=courses.setdefault(course, len(courses) + 1) if course else 0,
                    word=words.setdefault(word, len(words) + 1) if word else 0,
                    unit=unit,
                    low=low,
                    high=high,
                )
            )
            rules.append(asked[parcel.key][question])
    fields = tuple((word, f"w_{number}") for word, number in words.items())
    shard = Shard(tuple(shape), tuple(rules), courses, fields)
    for number, (parcel, (percent, points)) in enumerate(zip(parcels, ranks, strict=True), start=1):
        units = {question.score.unit for question in parcel.questions if question.score}
        yield (
            parcel.key,
            Seat(
                shard,
                number,
                percent if Unit.PERCENT in units else None,
                points if Unit.POINTS in units else None,
            ),
        )


def _ranked(
    score: Comparison | None, percent: tuple[Fraction, ...], points: tuple[Fraction, ...]
) -> tuple[str, int, int | None]:
    """Give the field, the lowest and the highest rank that meet a comparison."""
    if score is None:
        return "", 0, None
    unit, thresholds = (_PERCENT, percent) if score.unit is Unit.PERCENT else (_POINTS, points)
    low, high = 0, None
    if score.low is not None:
        low = rank(score.low, thresholds) + (not score.low_included)
    if score.high is not None:
        high = rank(score.high, thresholds) - (not score.high_included)
    return unit, low, high


def gather(listeners: Iterable[Listener]) -> Asked:
    """Gather who asks what of each key, in the order of the listeners."""
    asked: dict[str, dict[Question, dict[str, None]]] = {}
    for listener in listeners:
        question = Question(listener.course, listener.word, listener.score)
        asked.setdefault(listener.key, {}).setdefault(question, {})[listener.rule] = None
    return {
        key: {question: tuple(rules) for question, rules in questions.items()}
        for key, questions in asked.items()
    }


def seats_of(asked: Asked) -> Mapping[str, tuple[Seat, ...]]:
    """Pack all that is asked into shards; give, for each key, where it is answered."""
    seats: dict[str, list[Seat]] = defaultdict(list)
    for parcels in _pack(_parcels(asked)):
        for key, seat in _seated(parcels, asked):
            seats[key].append(seat)
    return {key: tuple(found) for key, found in seats.items()}
