"""
Events decided and committed a second, beside what committing them costs without deciding.

Method:

- The product is `Service.ingest` as `serve` calls it: native JSON read, decided by 100 rules
  (benchmarks/workload.py), committed with records, decisions, timers and outbox rows, with the
  matcher that `auto` takes and a worker's mark in a file. Ten in a hundred events are marked,
  and half of these fire a rule.
- Beside it, in the same run, on a copy of the same database, with the same bytes: the bound
  (reads, dedupes, loads, decodes, encodes and writes the records, inserts the outbox rows,
  commits; the product's own reader, tables and statements, but no rules, decisions or timers),
  and a second one by hand on the bare driver with a constant state. See benchmarks/bound.py.
- 20,000 learners, each known already, with nine events behind them on average, before anything is
  timed; each batch size begins anew with such databases. The product's records grow as it goes
  (by three events a learner at batch 1,000), the bound's stay as they were. How old learners are
  moves the ratio, since the bound has to carry the same records: so batch 1,000 is shown for
  learners with two events behind them as well, and held to the same target.
- The three take turns batch by batch (at batch 1: twenty at a time), in an order that rotates,
  so a neighbour's load and a checkpoint of the disk fall on all of them. Of the rounds the
  median counts; the ratio is the median of the rounds' own ratios.
- Events a second are by the clock on the wall, commits included. CPU is that of this process,
  client only: PostgreSQL's own is not in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Protocol

from adapters.inbound import native
from adapters.matching import make_matcher
from adapters.outgoing.effects import entries_for
from adapters.service import collector
from adapters.service.ingest import Taken
from adapters.service.service import Service
from adapters.store import Store, open_store
from benchmarks.bound import HandPostgresql, HandSqlite, PlainBound
from benchmarks.databases import (
    Databases,
    PostgresqlDatabases,
    SqliteFiles,
    postgresql,
    temporary,
)
from benchmarks.part import Part, Table, Target, figure
from benchmarks.workload import LEARNERS, START, lines, ruleset
from engine.plan import Plan
from notifications.mode import Mode

RULES = 100
BEHIND, YOUNG = 8, 1
"""Events behind each learner on average, beside a log-in; and those of young ones."""

ARRIVED = START + timedelta(days=2)
WANTED = {"SQLite": 0.6, "PostgreSQL": 0.5}
JUDGED = 1_000
"""The batch at which the product is held to its bound."""


@dataclass(frozen=True, slots=True)
class Size:
    """A batch's size; a contestant's turn is so many batches, a round so many turns each."""

    batch: int
    turn: int
    turns: int


SIZES = (Size(1, 20, 15), Size(100, 1, 40), Size(JUDGED, 1, 10))
ROUNDS = 7
QUICK_SIZES = (Size(1, 20, 3), Size(100, 1, 8), Size(JUDGED, 1, 3))
QUICK_ROUNDS = 3


AGES = (("nine", BEHIND, None), ("two", YOUNG, JUDGED))
"""How old learners are, in words and events, and the one batch to measure them at, if not all."""

QUICK_AGES = (("two", YOUNG, None),)


class Contestant(Protocol):
    """Something that stores batches of events."""

    @property
    def name(self) -> str:
        """What it is called in the table."""
        ...

    def take(self, lines: Sequence[bytes], arrived: datetime) -> None:
        """Store a batch in one transaction."""
        ...

    def close(self) -> None:
        """Give up its database."""
        ...


class Product:
    """Milepost itself."""

    name = "Milepost"

    def __init__(self, store: Store, plan: Plan, marks: Path) -> None:
        """Use a store of its own."""
        self._store = store
        self._service = Service(store, plan, entries_for(Mode.HOLD), marks=marks)

    def take(self, lines: Sequence[bytes], arrived: datetime) -> None:
        """Read, decide and commit a batch, and see that all of it was taken."""
        received = native.decode(b"\n".join(lines), "bench", arrived)
        receipts = self._service.ingest(received, arrived, "bench")
        if any(receipt.taken is not Taken.ACCEPTED for receipt in receipts):
            raise AssertionError("an event was not accepted")

    def close(self) -> None:
        """Close the store."""
        self._service.close()
        self._store.close()


@dataclass(slots=True)
class Cost:
    """Seconds on the wall and of CPU, each a round."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def plan_as_served() -> Plan:
    """Give the workload's plan with the matcher that `serve` takes by itself."""
    return Plan(ruleset(RULES), make_matcher=make_matcher("auto"))


def measured(
    contestants: Sequence[Contestant], size: Size, rounds: int, seed: int
) -> dict[str, Cost]:
    """Let contestants take the same batches in turns; give each one's cost an event."""
    costs = {one.name: Cost() for one in contestants}
    a_turn = size.batch * size.turn
    a_round = a_turn * size.turns
    events = lines(a_round * rounds, RULES, seed)
    for round_ in range(rounds):
        wall = dict.fromkeys(costs, 0.0)
        cpu = dict.fromkeys(costs, 0.0)
        for turn in range(size.turns):
            start = round_ * a_round + turn * a_turn
            batches = [
                events[at : at + size.batch] for at in range(start, start + a_turn, size.batch)
            ]
            first = turn % len(contestants)
            for one in (*contestants[first:], *contestants[:first]):
                wall_then, cpu_then = perf_counter(), process_time()
                for batch in batches:
                    one.take(batch, ARRIVED)
                wall[one.name] += perf_counter() - wall_then
                cpu[one.name] += process_time() - cpu_then
        for name, cost in costs.items():
            cost.wall.append(wall[name] / a_round)
            cost.cpu.append(cpu[name] / a_round)
    return costs


def ratio(product: Sequence[float], bound: Sequence[float]) -> float:
    """Give the bound's cost over the product's: 1 is as fast, 0.5 half as fast."""
    return median(b / p for p, b in zip(product, bound, strict=True))


def fill(behind: int, store: Store) -> None:
    """Let the product take the first events of all learners: a log-in each, then any."""
    service = Service(store, plan_as_served(), entries_for(Mode.HOLD))
    events = [
        f'{{"id":"0-{n}","time":"{START.isoformat()}","learner":"learner-{n:07}",'
        '"is":"logged in"}'.encode()
        for n in range(LEARNERS)
    ]
    events += lines(behind * LEARNERS, RULES, seed=1)
    for start in range(0, len(events), JUDGED):
        part = native.decode(b"\n".join(events[start : start + JUDGED]), "bench", ARRIVED)
        service.ingest(part, ARRIVED, "bench")


def contestants_on(databases: Databases, folder: Path, batch: int) -> list[Contestant]:
    """Give the three, each with a copy of the filled database, for one size of batch."""
    hand = databases.copy(f"hand_{batch}")
    on_sqlite = isinstance(databases, SqliteFiles)
    return [
        Product(open_store(databases.copy(f"product_{batch}")), plan_as_served(), folder / "marks"),
        PlainBound(open_store(databases.copy(f"bound_{batch}"))),
        HandSqlite(hand) if on_sqlite else HandPostgresql(hand),
    ]


def _on_one(
    databases: Databases, folder: Path, *, quick: bool, only: int | None = None
) -> dict[int, dict[str, Cost]]:
    sizes, rounds = (QUICK_SIZES, QUICK_ROUNDS) if quick else (SIZES, ROUNDS)
    found: dict[int, dict[str, Cost]] = {}
    for place, size in enumerate(sizes):
        if only not in (None, size.batch):
            continue
        contestants = contestants_on(databases, folder, size.batch)
        collector.let_rest()
        # A first taste for all of them: connections, caches, networks.
        measured(contestants, Size(JUDGED, 1, 2), 1, seed=20 + place)
        found[size.batch] = measured(contestants, size, rounds, seed=10 + place)
        for one in contestants:
            one.close()
    return found


def _table(name: str, found: dict[int, dict[str, Cost]]) -> Table:
    rows = []
    for batch, costs in found.items():
        product = costs["Milepost"]
        for contestant, cost in costs.items():
            own = contestant == "Milepost"
            rows.append(
                (
                    f"{batch:,}: {contestant}",
                    "" if own else f"{ratio(product.wall, cost.wall):.2f}",
                    "" if own else f"{ratio(product.cpu, cost.cpu):.2f}",
                    f"{1 / median(cost.wall):,.0f}",
                    figure(median(cost.cpu) * 1e6),
                )
            )
    columns = ("batch", "Milepost / it", "by CPU", "events/s", "CPU µs an event")
    return Table(f"{name}:", columns, tuple(rows))


def _target(store: str, learners: str, found: dict[int, dict[str, Cost]]) -> Target:
    costs = found[JUDGED]
    reached = ratio(costs["Milepost"].wall, costs["bound"].wall)
    wanted = WANTED[store]
    return Target(
        f"{store}, batch {JUDGED:,}, {learners} events behind: at least {wanted} of the bound",
        f"{reached:.2f}",
        reached >= wanted,
    )


def run(*, quick: bool, full: bool = False) -> Part:
    """Measure on both stores."""
    del full
    tables, targets = [], []
    with postgresql() as server, temporary() as folder:
        for learners, behind, only in QUICK_AGES if quick else AGES:
            place = folder / learners
            place.mkdir()
            first = partial(fill, behind)
            kinds: dict[str, Databases] = {
                "SQLite": SqliteFiles(place, first),
                "PostgreSQL": PostgresqlDatabases(server, first, learners),
            }
            for store, databases in kinds.items():
                found = _on_one(databases, place, quick=quick, only=only)
                tables.append(_table(f"{databases.name}, {learners} events behind", found))
                targets.append(_target(store, learners, found))
    return Part("Events decided and committed", __doc__, tuple(tables), tuple(targets))


if __name__ == "__main__":
    print(run(quick=False).text())
