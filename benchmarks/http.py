"""
Events sent over HTTP to a `milepost serve` in a process of its own.

Method:

- `milepost serve` on SQLite (FULL) with the workload's 100 rules read from files, its defaults
  otherwise, on a clock set to the events' time, so that none is stale. Four connections (httpx,
  kept alive) post newline-separated events to `/events`, each waits for its answer before it
  sends the next; an answer means committed.
- Batches of 1, 50 and 500 take turns, round by round; of the rounds the median counts. All
  answers are checked: every event accepted.
- Clients and service share the machine's cores, so events a second are what both can do
  together. CPU is that of the service's worker alone, from /proc.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import httpx
import msgspec

from benchmarks.databases import temporary
from benchmarks.ingest import RULES
from benchmarks.pack_files import write_pack
from benchmarks.part import Part, Table, figure
from benchmarks.workload import START, lines

CONNECTIONS = 4
POSTS = {1: 300, 50: 80, 500: 24}
"""Requests a round, by batch."""

QUICK_POSTS = {1: 80, 50: 16, 500: 4}
ROUNDS = 7
QUICK_ROUNDS = 2
READY = re.compile(r"ready: (http://\S+)")
PATIENCE = 60.0
REPOSITORY = Path(__file__).parents[1]


class _Answer(msgspec.Struct):
    """What `POST /events` answers, as far as it is asked here."""

    accepted: int


@dataclass(slots=True)
class Cost:
    """Rounds of one batch size: events a second, and the service's CPU µs an event."""

    speed: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


@contextmanager
def service(folder: Path) -> Iterator[tuple[str, int]]:
    """Run a service; give its address and the process id of its worker."""
    write_pack(folder / "packs", RULES)
    log = folder / "serve.log"
    clock = (START + timedelta(days=2)).isoformat()
    options = {
        "--port": "0",
        "--database": f"sqlite:///{folder / 'milepost.db'}",
        "--packs": str(folder / "packs"),
        "--mail-mode": "hold",
        "--clock-from": clock,
        "--clock-speed": "1",
    }
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [
                sys.executable,
                str(REPOSITORY / "milepost.py"),
                "serve",
                *(word for option in options.items() for word in option),
            ],
            cwd=folder,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _address(process, log), _worker(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    end = perf_counter() + PATIENCE
    while perf_counter() < end and process.poll() is None:
        found = READY.search(log.read_text())
        if found:
            return found[1]
        time.sleep(0.05)
    raise RuntimeError(f"the service is not ready; it said:\n{log.read_text()}")


def _worker(parent: int) -> int:
    children = Path(f"/proc/{parent}/task/{parent}/children")
    return int(children.read_text().split()[0]) if children.exists() else parent


def _cpu_of(process: int) -> float:
    """Give the CPU seconds of a process; nan where there is no /proc."""
    stat = Path(f"/proc/{process}/stat")
    if not stat.exists():
        return float("nan")
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _post(client: httpx.Client, bodies: Sequence[bytes], batch: int) -> None:
    for body in bodies:
        answer = client.post(
            "/events", content=body, headers={"content-type": "application/x-ndjson"}
        )
        answer.raise_for_status()
        if msgspec.json.decode(answer.content, type=_Answer).accepted != batch:
            raise AssertionError(f"not all accepted: {answer.text}")


def _rounds(address: str, worker: int, *, quick: bool) -> dict[int, Cost]:
    posts, rounds = (QUICK_POSTS, QUICK_ROUNDS) if quick else (POSTS, ROUNDS)
    costs = {batch: Cost() for batch in posts}
    with ExitStack() as stack:
        clients = [
            stack.enter_context(httpx.Client(base_url=address, timeout=PATIENCE))
            for _ in range(CONNECTIONS)
        ]
        threads = stack.enter_context(ThreadPoolExecutor(CONNECTIONS))
        for round_ in range(-1, rounds):
            for batch, number in posts.items():
                events = lines(batch * number, RULES, seed=1_000 * batch + round_ + 1)
                bodies = [b"\n".join(events[n : n + batch]) for n in range(0, len(events), batch)]
                shares = [bodies[n::CONNECTIONS] for n in range(CONNECTIONS)]
                cpu, start = _cpu_of(worker), perf_counter()
                list(threads.map(_post, clients, shares, [batch] * CONNECTIONS))
                taken = perf_counter() - start
                if round_ >= 0:  # the first is to warm up
                    costs[batch].speed.append(len(events) / taken)
                    costs[batch].cpu.append((_cpu_of(worker) - cpu) / len(events) * 1e6)
    return costs


def run(*, quick: bool, full: bool = False) -> Part:
    """Measure all batches."""
    del full
    with temporary() as folder, service(folder) as (address, worker):
        costs = _rounds(address, worker, quick=quick)
    one = median(costs[1].speed)
    table = Table(
        f"{CONNECTIONS} connections, SQLite FULL:",
        ("events a request", "/ batch 1", "events/s", "service's CPU µs an event"),
        tuple(
            (
                f"{batch:,}",
                f"{median(cost.speed) / one:.1f}",
                f"{median(cost.speed):,.0f}",
                figure(median(cost.cpu)),
            )
            for batch, cost in costs.items()
        ),
    )
    return Part("Over HTTP", __doc__, (table,))


if __name__ == "__main__":
    print(run(quick=False).text())
