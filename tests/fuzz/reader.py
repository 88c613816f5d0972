"""
Feed `check` packs that nobody would write, and see that it neither raises, hangs nor swells.

    python -m tests.fuzz.reader --seconds 60 --seed 1

An input is a pack: its pack.yaml, a rule file, a test file, a message, each as it was or
changed. All that `check` does is done: reading, the checks, the scenarios' words, the messages.
A pack that fails is kept in a folder that is named at the end, and is read again with
`python -m tests.fuzz.reader --again FOLDER`.
"""

import argparse
import gc
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from types import FrameType

from adapters.checking import Checked, check_packs
from adapters.telling.show import show_problems
from engine.source import Problem
from tests.fuzz.mutation import Files, mutate, seeds, small_seeds

SLOWEST = 2.0
"""Seconds of a processor's work that one pack may take."""
HANGING = 30.0
"""Seconds after which a pack is given up: it hangs."""

GROWTH = 100_000
"""KiB by which a process may grow over the whole run."""

GENERATIONS = 4
"""Mutations on top of mutations before a fresh pack is taken."""
WHOLE = 0.1
"""The share of inputs that begin with a whole pack; the others have one rule or credential."""
GREETING = 20_000
"""Inputs after which growth is measured: caches are full by then."""


class TooSlowError(Exception):
    """A pack was not read in time."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one process did: inputs read, the slowest in seconds, growth in KiB, a failure."""

    inputs: int
    slowest: float
    grown: int
    failure: str = ""


def _too_slow(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlowError


def write(files: Files, folder: Path) -> None:
    """Write a pack's files into a folder, and take out of it whatever else is there."""
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def examine(checked: Checked, folder: Path) -> None:
    """Assert what holds of every reading, whatever was read."""
    places = [problem.place for problem in checked.problems]
    assert places == sorted(places), "problems are not in order of place"
    for problem in checked.problems:
        _examine_problem(problem, checked, folder)
    assert len(set(checked.problems)) == len(checked.problems), "a problem is told of twice"
    assert bool(checked.errors) == (checked.proof is None), "errors and a proof"
    ruleset = checked.reading.ruleset
    assert len(ruleset.fingerprint) == 16, "no fingerprint"
    for rule in ruleset.rules.values():
        assert rule.id.partition("/")[0] in ruleset.packs, rule.id
    if not checked.errors:
        checked.day_of("")
        checked.never()
    show_problems(checked.problems, checked.texts).encode()


def _examine_problem(problem: Problem, checked: Checked, folder: Path) -> None:
    said = problem.message + problem.hint
    said.encode()
    lines = checked.texts.get(problem.span.file, ())
    inside = problem.span.line <= max(1, len(lines)) and problem.span.column >= 1
    assert inside, f"{problem.span} is outside of its file: {said}"
    assert problem.span.file.startswith(str(folder.parent)), problem
    assert len(said) < 2000, f"{problem.span} says too much"
    assert "Traceback" not in said, said


def read_once(files: Files, folder: Path) -> float:
    """Write, check and examine one pack; give the seconds of work that it took."""
    write(files, folder)
    return read_again(folder)


def read_again(folder: Path) -> float:
    """Check and examine the pack in a folder; give the seconds of work that it took."""
    signal.setitimer(signal.ITIMER_REAL, HANGING)
    begun = time.process_time()
    try:
        checked = check_packs([folder], search=[folder.parent])
        taken = time.process_time() - begun
        examine(checked, folder)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    if taken > SLOWEST:
        raise TooSlowError
    return taken


def _kibibytes() -> int:
    """Give the memory that this process has now."""
    pages = Path("/proc/self/statm")
    if pages.exists():
        return int(pages.read_text().split()[1]) * resource.getpagesize() // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def fuzz(seconds: float, inputs: int, seed: int, folder: Path) -> Ran:
    """
    Check changed packs until the time or the number of inputs is reached, or one fails.

    Args:
        seconds: For so long at most.
        inputs: So many at most.
        seed: Of the changes; the same seed gives the same packs.
        folder: Where packs are written; the one that fails stays there.
    """
    signal.signal(signal.SIGALRM, _too_slow)
    whole, small = seeds(), small_seeds()
    for files in whole:
        if b"pack: shared" in files["pack.yaml"]:
            write(files, folder.parent / "shared")
    read_once(whole[0], folder)
    begun, at_first = time.monotonic(), _kibibytes()
    count, slowest = 0, 0.0
    while time.monotonic() - begun < seconds and count < inputs:
        chance = random.Random(f"{seed} {count}")
        files = chance.choice(whole if chance.random() < WHOLE else small)
        for generation in range(GENERATIONS):
            files = mutate(files, chance)
            try:
                slowest = max(slowest, read_once(files, folder))
            except Exception:  # noqa: BLE001 - any at all is what is looked for
                where = f"seed {seed}, input {count}, generation {generation}: kept in {folder}"
                return Ran(count, slowest, 0, f"{traceback.format_exc()}\n{where}")
            count += 1
        if count % GREETING == 0:
            gc.collect()
            at_first = _kibibytes() if count == GREETING else at_first
            grown = _kibibytes() - at_first
            if grown > GROWTH:
                return Ran(count, slowest, grown, f"grew by {grown} KiB in {count} inputs")
    return Ran(count, slowest, max(_kibibytes() - at_first, 0))


def main() -> int:
    """Run from the command line; 0 if nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--again", type=Path, help="read one kept pack again")
    asked = parser.parse_args()
    if asked.again:
        signal.signal(signal.SIGALRM, _too_slow)
        print(f"read in {read_again(asked.again) * 1000:.0f} ms")
        return 0
    # Files in memory, where there are such: an input is read in less time than a disk writes it.
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    parent = Path(
        tempfile.mkdtemp(prefix="milepost-fuzz-", dir=memory if memory.is_dir() else None)
    )
    share = -(-asked.inputs // asked.jobs)
    begun = time.monotonic()
    with ProcessPoolExecutor(asked.jobs, mp_context=get_context("spawn")) as pool:
        running = [
            pool.submit(fuzz, asked.seconds, share, asked.seed + job, parent / str(job) / "pack")
            for job in range(asked.jobs)
        ]
        ran = [each.result() for each in running]
    taken = time.monotonic() - begun
    for each in ran:
        if each.failure:
            print(each.failure)
    total = sum(each.inputs for each in ran)
    print(
        f"{total:,} inputs in {taken:.0f} s ({total / taken:.0f} a second) from seed {asked.seed}; "
        f"the slowest took {max(each.slowest for each in ran) * 1000:.0f} ms; "
        f"a process grew by {max(each.grown for each in ran)} KiB at the most"
    )
    if any(each.failure for each in ran):
        return 1
    shutil.rmtree(parent)
    return 0


if __name__ == "__main__":
    sys.exit(main())
