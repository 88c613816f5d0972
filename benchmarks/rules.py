"""
What an event costs where there are more rules, of which one listens to it.

Method:

- `engine.decide.advance`, the whole decision about one event: its place in the ruleset, the fold
  into the learner's record, the matcher, the conditions, the effects, the timers. No store.
- N rules (10, 100, 1,000, 10,000) of benchmarks/workload.py, one a quiz. Each round takes 5,000
  marked events on quizzes drawn at random, each of a learner of her own who had been seen
  before; half of the events fire their rule. Records are decoded anew before each round, outside
  the time.
- The index and durable_rules, one at a time, sizes and rounds in turns; of the rounds the median
  counts. CPU time of this process, garbage collector off within a round.
- "Same place" is the same with N rules of which only ten quizzes are ever heard of: what is left
  of the growth there is the engine's, and the rest is what 10,000 rules take of a processor's
  cache.
- Set-up is `Plan(ruleset)` with the matcher, from a ruleset in memory. Reading is `read_packs`
  from YAML files with twenty files of 500 rules, `check` all that `milepost check` asks.
- Then the matchers alone (benchmarks/matching.py): the index, ours on durable_rules,
  durable_rules as its manual shows it.
"""

import gc
import io
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from random import Random
from statistics import median
from time import perf_counter, process_time

from adapters.checking import check_packs
from adapters.matching import DurableMatcher, why_not_here
from adapters.service import collector
from benchmarks import matching
from benchmarks.databases import temporary
from benchmarks.pack_files import write_pack
from benchmarks.part import Part, Table, Target, figure
from benchmarks.workload import START, ruleset
from engine.calendar import micros
from engine.decide import advance
from engine.events import Event, Score, Word
from engine.matching import IndexMatcher, Listener, Matcher
from engine.plan import Plan
from engine.record import Record, decode_record, encode_record
from rules.packs import read_packs

SIZES = (10, 100, 1_000, 10_000)
FEW = 10
"""Quizzes that are heard of in the same place."""

EVENTS = 5_000
ROUNDS = 15
QUICK_EVENTS = 1_000
QUICK_ROUNDS = 5
MOST_GROWTH = 1.2
MOST_SECONDS = 3.0
NOW = micros(START + timedelta(days=1))


@dataclass(slots=True)
class Entered:
    """A plan with its events, what making it took, and its rounds in µs an event."""

    matcher: str
    place: str
    size: int
    plan: Plan
    setup: float
    events: list[Event]
    rounds: list[float] = field(default_factory=list)

    @property
    def cost(self) -> float:
        """Give the median of the rounds."""
        return median(self.rounds)


def marks(number: int, quizzes: int) -> list[Event]:
    """Give marked events on quizzes drawn at random, each of another learner."""
    chance = Random(quizzes)
    return [
        Event(
            id=f"e-{n}",
            time=START + timedelta(seconds=n),
            learner=f"learner-{n:07}",
            word=Word.GRADED.value,
            object=f"quiz:{chance.randrange(quizzes)}",
            course="course:1",
            score=Score(Decimal(chance.randrange(100)), high=Decimal(100)),
            attempt=f"a-{n}",
        )
        for n in range(number)
    ]


def seen_before(plan: Plan, number: int) -> list[bytes]:
    """Give the records of so many learners who have looked at a page."""
    records = []
    for n in range(number):
        learner = f"learner-{n:07}"
        event = Event(
            id=f"first-{n}",
            time=START - timedelta(days=1),
            learner=learner,
            word=Word.VIEWED.value,
            object="page:1",
            course="course:1",
        )
        record = advance(plan, Record(learner), event, micros(event.time)).record
        records.append(encode_record(record))
    return records


def _matchers() -> dict[str, Callable[[tuple[Listener, ...]], Matcher]]:
    found: dict[str, Callable[[tuple[Listener, ...]], Matcher]] = {"index": IndexMatcher}
    if not why_not_here():
        found["durable_rules"] = DurableMatcher
    return found


def _enter(number: int) -> list[Entered]:
    entered = []
    for name, make in _matchers().items():
        for size in SIZES:
            rules = ruleset(size)
            gc.collect()
            start = perf_counter()
            plan = Plan(rules, make_matcher=make)
            setup = perf_counter() - start
            entered.append(Entered(name, "all", size, plan, setup, marks(number, size)))
            if name == "index":
                few = marks(number, FEW)
                entered.append(Entered(name, "same place", size, plan, setup, few))
    return entered


def _round(entered: Entered, blobs: list[bytes], *, timed: bool = True) -> None:
    records = [decode_record(blob) for blob in blobs]
    plan, events = entered.plan, entered.events
    gc.collect()
    gc.disable()
    start = process_time()
    fired = 0
    for event, record in zip(events, records, strict=True):
        fired += len(advance(plan, record, event, NOW).decisions)
    taken = process_time() - start
    gc.enable()
    expected = sum(e.score is not None and (e.score.raw or 0) < HALF for e in events)
    if fired != expected:
        raise AssertionError(f"{fired} decisions, {expected} expected")
    if timed:
        entered.rounds.append(taken / len(events) * 1e6)


HALF = 50


def _read(size: int) -> tuple[float, float]:
    """Give the seconds to read so many rules from files, and to check them as well."""
    with temporary() as folder:
        pack = write_pack(folder, size)
        start = perf_counter()
        reading = read_packs([pack])
        read = perf_counter() - start
        if len(reading.ruleset.rules) != size or reading.problems:
            raise AssertionError(f"the pack was not read: {reading.problems[:3]}")
        start = perf_counter()
        check_packs([pack])
        return read, perf_counter() - start


def _tables(entered: list[Entered], read: float, checked: float) -> tuple[Table, Table]:
    smallest = {(e.matcher, e.place): e.cost for e in entered if e.size == SIZES[0]}
    rows = tuple(
        (
            f"{e.matcher}, {e.place}" if e.place != "all" else e.matcher,
            f"{e.size:,}",
            f"{e.cost / smallest[e.matcher, e.place]:.2f}",
            figure(e.cost),
        )
        for e in sorted(entered, key=lambda e: (e.place, e.matcher != "index"))
    )
    largest = SIZES[-1]
    setups = tuple(
        (f"Plan, {e.matcher}", f"{e.setup:.2f}")
        for e in entered
        if e.size == largest and e.place == "all"
    )
    return (
        Table(
            "An event decided, one rule listening:",
            ("matcher", "rules", "/ 10 rules", "µs an event"),
            rows,
        ),
        Table(
            f"Set-up of {largest:,} rules:",
            ("what", "seconds"),
            (
                *setups,
                ("read_packs from files", f"{read:.2f}"),
                ("check_packs (reading and all checks)", f"{checked:.2f}"),
            ),
        ),
    )


def run(*, quick: bool, full: bool = False) -> Part:
    """Measure all sizes."""
    del full
    number, rounds = (QUICK_EVENTS, QUICK_ROUNDS) if quick else (EVENTS, ROUNDS)
    entered = _enter(number)
    blobs = seen_before(entered[0].plan, number)
    for one in entered:
        _round(one, blobs, timed=False)
    collector.let_rest()  # what lives on is no longer walked through before each round
    for _ in range(rounds):
        for one in entered:
            _round(one, blobs)
    read, checked = _read(SIZES[-2] if quick else SIZES[-1])
    targets = []
    for name in _matchers():
        costs = {e.size: e.cost for e in entered if e.matcher == name and e.place == "all"}
        growth = costs[SIZES[-1]] / costs[SIZES[0]]
        targets.append(
            Target(
                f"10,000 rules against 10, {name}: at most {MOST_GROWTH} times the cost",
                f"{growth:.2f}",
                growth <= MOST_GROWTH,
            )
        )
    longest = max(e.setup for e in entered)
    targets.append(
        Target(
            f"set-up of 10,000 rules: under {MOST_SECONDS:.0f} s",
            f"{longest:.2f} s with the slower matcher",
            longest < MOST_SECONDS,
        )
    )
    printed = io.StringIO()
    if not quick:
        with redirect_stdout(printed):
            matching.main()
    notes = (f"Read and checked: {SIZES[-2]:,} rules only, being quick.",) if quick else ()
    tables = _tables(entered, read, checked)
    return Part(
        "Cost where there are more rules",
        __doc__,
        tables,
        tuple(targets),
        notes,
        printed.getvalue(),
    )


if __name__ == "__main__":
    print(run(quick=False).text())
