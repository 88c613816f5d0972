"""
What a learner costs: in memory, with a long history behind her, and among a million others.

Method:

- The size: the cohort of adapters/inbound/cohort.py (seed 1) lives through its term with
  rules/packs/data-literacy, timers included. The stored record is the blob in the `records`
  table, and that is also all the service holds of a learner between two events: nothing is
  cached. While an event of hers is decided it is decoded; that size is what tracemalloc sees of
  it.
- A long history: one learner with so many events behind her; then 300 further ones, each as the
  service does it: her record decoded, the event decided, the record encoded. "Pages" is a
  cohort's learner after her first ten events who only views a page of the pack from then on;
  "marks" is a learner of benchmarks/workload.py who is marked in every tenth event, on a hundred
  quizzes, so her record keeps ever more attempts.
- Among many: batches of 1,000 events go in (as in the ingest benchmark, SQLite, FULL), their
  learners drawn at random from all who are stored; the rows of those learners were inserted
  directly, each a record that is as long as a workload's learner's. The sizes take turns batch
  by batch. Of 1,000 learners a batch meets some twice, which is a little cheaper.
"""

import gc
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from time import process_time

from msgspec.structs import replace
from sqlalchemy import Connection

from adapters.inbound import native
from adapters.inbound.cohort import INTRO, one_learner
from adapters.packs import live_from
from adapters.service import collector
from adapters.store import Store, open_store
from adapters.store.bulk import Bulk
from benchmarks.databases import SqliteFiles, temporary
from benchmarks.ingest import ARRIVED, RULES, Product, plan_as_served
from benchmarks.part import Part, Table, Target, figure
from benchmarks.workload import START, lines, plan
from engine.calendar import micros
from engine.decide import advance
from engine.events import Event, Word
from engine.plan import Plan
from engine.record import Record, decode_record, encode_record
from engine.replay import live_through
from rules.packs import read_packs

PACKS = Path(__file__).parents[1] / "rules" / "packs"
COHORT = 1_000
QUICK_COHORT = 200
KIB = 1024
MOST_KIB = 4.0

HISTORIES = (10, 1_000, 10_000)
FURTHER = 300
HISTORY_ROUNDS = 7

STORED = (1_000, 100_000)
MANY = 1_000_000
BATCH = 1_000
BATCHES = 15
QUICK_BATCHES = 4
A_FILL = 10_000


# --- size --------------------------------------------------------------------------------


def data_literacy() -> Plan:
    """Give the pack's plan, live from before its term."""
    reading = read_packs([PACKS / "data-literacy"], [PACKS])
    return Plan(live_from(reading.ruleset, START - timedelta(days=1_000)))


def lived(plan_: Plan, number: int) -> Record:
    """Give the record of one learner of the cohort at the end of her term."""
    events = one_learner(number, 1)
    return live_through(plan_, events[0].learner, events, None, lambda _, __: None)


def _decoded_size(blob: bytes) -> int:
    """Give the bytes that a decoded record takes of Python's memory."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    record = decode_record(blob)
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    if not record.learner:
        raise AssertionError("a record without a learner")
    return taken


def _sizes(plan_: Plan, learners: int) -> tuple[Table, Target]:
    blobs = [encode_record(lived(plan_, number)) for number in range(1, learners + 1)]
    stored = [len(blob) for blob in blobs]
    decoded = [_decoded_size(blob) for blob in blobs[:QUICK_COHORT]]
    middle = median(stored) / KIB
    rows = tuple(
        (
            name,
            f"{median(sizes) / KIB:.2f}",
            f"{quantiles(sizes, n=20)[-1] / KIB:.2f}",
            f"{max(sizes) / KIB:.2f}",
        )
        for name, sizes in (("stored, and held", stored), ("while decided about", decoded))
    )
    return (
        Table(
            f"KiB a learner at the end of her term, {learners:,} learners:",
            ("record", "median", "19 of 20 below", "largest"),
            rows,
        ),
        Target(
            f"a live learner: at most {MOST_KIB:.0f} KiB at the median",
            f"{middle:.2f} KiB",
            middle <= MOST_KIB,
        ),
    )


# --- a long history ----------------------------------------------------------------------


def _pages(learner: str) -> Iterator[Event]:
    """Yield the beginning of one learner's term, and then views of a page without end."""
    events = one_learner(1, 1)[: HISTORIES[0]]
    yield from (replace(event, learner=learner) for event in events)
    last = events[-1].time
    for n in count(1):
        yield Event(
            id=f"view-{n}",
            time=last + timedelta(minutes=n),
            learner=learner,
            word=Word.VIEWED.value,
            object=INTRO,
            course="course:101",
        )


def _marks() -> Iterator[Event]:
    """Yield events of which every tenth is marked."""
    for seed in count(1):
        for raw in lines(20_000, RULES, seed, learners=1):
            event = native.read(raw, "bench", ARRIVED).event
            if event is not None:
                yield event


@dataclass(slots=True)
class History:
    """A learner with so many events behind her, and what comes next."""

    kind: str
    behind: int
    plan: Plan
    blob: bytes
    further: list[Event]
    rounds: list[float]


def _history(kind: str, behind: int, plan_: Plan, events: Iterator[Event]) -> History:
    record = Record("learner-0000000")
    for _, event in zip(range(behind), events, strict=False):
        record = advance(plan_, record, event, micros(event.time)).record
    further = [event for _, event in zip(range(FURTHER), events, strict=False)]
    return History(kind, behind, plan_, encode_record(record), further, [])


def _go_on(history: History) -> None:
    """Take the further events, each as the service takes one."""
    blob, plan_ = history.blob, history.plan
    gc.collect()
    start = process_time()
    for event in history.further:
        outcome = advance(plan_, decode_record(blob), event, micros(event.time))
        blob = encode_record(outcome.record)
    history.rounds.append((process_time() - start) / len(history.further) * 1e6)


def _histories(plan_: Plan) -> Table:
    name = "learner-0000000"
    workload = plan(RULES)
    found = [
        *(_history("pages", behind, plan_, _pages(name)) for behind in HISTORIES),
        *(_history("marks", behind, workload, _marks()) for behind in HISTORIES),
    ]
    for _ in range(HISTORY_ROUNDS):
        for history in found:
            _go_on(history)
    first = {h.kind: median(h.rounds) for h in found if h.behind == HISTORIES[0]}
    return Table(
        "An event of a learner with so many behind her (decode, decide, encode):",
        ("history", "events", "/ 10 events", "µs an event", "KiB stored"),
        tuple(
            (
                h.kind,
                f"{h.behind:,}",
                f"{median(h.rounds) / first[h.kind]:.2f}",
                figure(median(h.rounds)),
                f"{len(h.blob) / KIB:.2f}",
            )
            for h in found
        ),
    )


# --- among many --------------------------------------------------------------------------

_ROWS = Bulk("records", ("learner", "version", "needs", "asked", "blob"))


def fill_directly(learners: int, store: Store) -> None:
    """Insert the rows of so many learners, each with the record of one view and one mark."""
    plan_ = plan_as_served()
    events = [
        event
        for raw in lines(40, RULES, seed=3, learners=1)[:12]
        if (event := native.read(raw, "bench", ARRIVED).event) is not None
    ]
    needs, fingerprint = plan_.needs_fingerprint, plan_.ruleset.fingerprint
    record = Record("learner-0000000")
    for event in events:
        record = advance(plan_, record, event, micros(event.time)).record
    blob = encode_record(record)
    opening, rest = blob.split(b"learner-0000000", 1)

    def insert(connection: Connection, start: int) -> None:
        numbers = range(start, min(start + A_FILL, learners))
        _ROWS.run(
            connection,
            [
                (name, 1, needs, fingerprint, opening + name.encode() + rest)
                for name in (f"learner-{n:07}" for n in numbers)
            ],
        )

    for start in range(0, learners, A_FILL):
        store.database.run(partial(insert, start=start))


@dataclass(slots=True)
class Crowd:
    """A database with so many learners, and its batches in µs of CPU and of wall an event."""

    learners: int
    product: Product
    batches: list[list[bytes]]
    rounds: list[float]


def _crowd(learners: int, batches: int, folder: Path) -> Crowd:
    place = folder / str(learners)
    place.mkdir()
    files = SqliteFiles(place, partial(fill_directly, learners))
    store = open_store(files.copy("product"))
    events = lines(BATCH * (batches + 2), RULES, seed=4, learners=learners)
    product = Product(store, plan_as_served(), place / "marks")
    parts = [events[start : start + BATCH] for start in range(0, len(events), BATCH)]
    for part in parts[:2]:
        product.take(part, ARRIVED)
    return Crowd(learners, product, parts[2:], [])


def _crowds(sizes: tuple[int, ...], batches: int) -> Table:
    with temporary() as folder:
        crowds = [_crowd(size, batches, folder) for size in sizes]
        collector.let_rest()
        for number in range(batches):
            for crowd in crowds:
                start = process_time()
                crowd.product.take(crowd.batches[number], ARRIVED)
                crowd.rounds.append((process_time() - start) / BATCH * 1e6)
        for crowd in crowds:
            crowd.product.close()
    first = median(crowds[0].rounds)
    return Table(
        "Ingest at batch 1,000 with so many learners stored (SQLite, FULL):",
        ("learners", f"/ {sizes[0]:,} learners", "CPU µs an event"),
        tuple(
            (
                f"{crowd.learners:,}",
                f"{median(crowd.rounds) / first:.2f}",
                figure(median(crowd.rounds)),
            )
            for crowd in crowds
        ),
    )


def run(*, quick: bool, full: bool = False) -> Part:
    """Measure sizes, histories and crowds; a million learners only where all is asked for."""
    plan_ = data_literacy()
    sizes, target = _sizes(plan_, QUICK_COHORT if quick else COHORT)
    stored = (*STORED, MANY) if full else STORED
    crowds = _crowds((*STORED[:1], 20000) if quick else stored, QUICK_BATCHES if quick else BATCHES)
    notes = () if full else ("A million learners stored: only with --full.",)
    return Part("Learners", __doc__, (sizes, _histories(plan_), crowds), (target,), notes)


if __name__ == "__main__":
    print(run(quick=False).text())
