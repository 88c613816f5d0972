"""
`python -m benchmarks`: all benchmarks, or those that are named, in one run on one machine.

Read the ratios. Each compares figures of one run; absolute times say more about the machine.
"""

import argparse
import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Protocol

from benchmarks import authoring, badges, http, ingest, learners, rules
from benchmarks.part import Part, said

README = Path(__file__).with_name("README.md")


class Run(Protocol):
    """Measures one part."""

    def __call__(self, *, quick: bool, full: bool = False) -> Part:
        """Measure, in small sizes if `quick`, with the million learners if `full`."""
        ...


PARTS: Mapping[str, Run] = {
    "ingest": ingest.run,
    "rules": rules.run,
    "learners": learners.run,
    "http": http.run,
    "authoring": authoring.run,
    "badges": badges.run,
}

OPENING = """\
# What Milepost costs

Written by `{command}` on {date}; `make bench` measures anew, `make bench ARGS=--quick` in a
minute. **Read the ratios**: each compares figures of one run on one machine, taken in turns, and
is the median of several rounds. Absolute times say more about the machine and its neighbours.

- Machine: {machine}.
- Software: {software}.
- Load (1, 5, 15 minutes): {load_before} before, {load_after} after; it took {seconds:.0f} s.

## What was wanted, and what was found

{targets}

A target is judged by this run alone; one that lies near its bound may fall on the other side in the
next. Not measured: services on several machines, a standby that commits with its primary,
disks other than this machine's, and days of running (`make soak`).
"""


def machine() -> str:
    """Say what this runs on."""
    model, memory = platform.processor() or platform.machine(), ""
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
        pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
        memory = f", {pages * size / 2**30:.0f} GiB of memory"
    return f"{os.cpu_count()} cores of {model}{memory}, {platform.system()} {platform.release()}"


def software() -> str:
    """Say with what it runs."""
    return (
        f"{platform.python_implementation()} {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}"
    )


def load() -> str:
    """Say how busy the machine is."""
    return ", ".join(f"{one:.1f}" for one in os.getloadavg())


def asked(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("part", nargs="*", help=f"of {', '.join(PARTS)}; all if none is named")
    parser.add_argument("--quick", action="store_true", help="small sizes, under a minute")
    parser.add_argument("--full", action="store_true", help="a million learners too")
    parser.add_argument("--write", action="store_true", help="write benchmarks/README.md")
    parser.add_argument("--date", default="", help="the date that README.md carries")
    given = parser.parse_args(arguments)
    if unknown := [name for name in given.part if name not in PARTS]:
        parser.error(f"there is no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    if given.write and (given.part or given.quick or not given.date):
        parser.error("--write wants all parts in full size and a --date")
    return given


def main() -> None:
    """Measure, print, and write if asked to."""
    given = asked()
    start, load_before = perf_counter(), load()
    print(f"{machine()}\n{software()}\nload {load_before}")
    parts = []
    for name in given.part or PARTS:
        part = PARTS[name](quick=given.quick, full=given.full)
        print(f"\n\n=== {part.title} ===\n\n{part.text()}", flush=True)
        parts.append(part)
    seconds = perf_counter() - start
    print(f"\nload {load()}, {seconds:.0f} s")
    if not given.write:
        return
    opening = OPENING.format(
        command=f"python -m benchmarks{' --full' if given.full else ''} --write",
        date=given.date,
        machine=machine(),
        software=software(),
        load_before=load_before,
        load_after=load(),
        seconds=seconds,
        targets="\n".join(f"- {said(target)}" for part in parts for target in part.targets),
    )
    text = "\n\n".join((opening.strip(), *(part.markdown() for part in parts))) + "\n"
    README.write_text(text, encoding="utf-8")
    print(f"written: {README}")


if __name__ == "__main__":
    main()
