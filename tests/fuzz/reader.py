"""
Feed the reader packs that nobody would write, and see that it neither raises nor hangs.

    python -m tests.fuzz.reader --seconds 60 --seed 1

A failing pack is kept in a folder that is named at the end; its seed plays it again.
"""

import argparse
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from types import FrameType

from engine.source import Problem
from rules.packs import Reading, read_packs
from tests.fuzz.mutation import Files, mutate, seeds

SLOWEST = 2.0
"""Seconds that reading one pack may take."""

GROWTH = 200_000
"""KiB by which the process may grow over the whole run."""

GENERATIONS = 4
"""Mutations on top of mutations before a fresh pack is taken."""


class TooSlowError(Exception):
    """A pack was not read in time."""


def _too_slow(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlowError


def write(files: Files, folder: Path) -> None:
    """Write a pack's files into an emptied folder."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def examine(reading: Reading, folder: Path) -> None:
    """Assert what holds of every reading, whatever was read."""
    places = [problem.place for problem in reading.problems]
    assert places == sorted(places), "problems are not in order of place"
    for problem in reading.problems:
        _examine_problem(problem, reading, folder)
    assert len(reading.ruleset.fingerprint) == 16, "no fingerprint"
    for rule in reading.ruleset.rules.values():
        assert rule.id.partition("/")[0] in reading.ruleset.packs, rule.id


def _examine_problem(problem: Problem, reading: Reading, folder: Path) -> None:
    said = problem.message + problem.hint
    said.encode()
    lines = reading.texts.get(problem.span.file, ())
    inside = problem.span.line <= max(1, len(lines)) and problem.span.column >= 1
    assert inside, f"{problem.span} is outside of its file: {said}"
    assert problem.span.file.startswith(str(folder)), problem
    assert len(said) < 2000, f"{problem.span} says too much"


def read_once(files: Files, folder: Path) -> float:
    """Write, read and examine one pack; give the seconds that reading took."""
    write(files, folder)
    signal.setitimer(signal.ITIMER_REAL, SLOWEST * 5)
    begun = time.perf_counter()
    try:
        reading = read_packs([folder], search=[folder.parent])
        taken = time.perf_counter() - begun
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    examine(reading, folder)
    if taken > SLOWEST:
        raise TooSlowError
    return taken


def _kibibytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def fuzz(seconds: float, seed: int, folder: Path) -> int:
    """Read mutated packs for so long; give how many, or -1 after a failure."""
    originals = seeds()
    shared = next((files for files in originals if b"pack: shared" in files["pack.yaml"]), None)
    if shared:
        write(shared, folder.parent / "shared")
    read_once(originals[0], folder)
    begun, start_size = time.perf_counter(), _kibibytes()
    count, slowest = 0, 0.0
    while time.perf_counter() - begun < seconds:
        chance = random.Random(f"{seed} {count}")
        files = chance.choice(originals)
        for generation in range(GENERATIONS):
            files = mutate(files, chance)
            try:
                slowest = max(slowest, read_once(files, folder))
                grown = _kibibytes() - start_size
                assert grown < GROWTH, f"grew by {grown} KiB"
            except Exception:  # noqa: BLE001 - any at all is what is looked for
                traceback.print_exc()
                print(f"seed {seed}, pack {count}, generation {generation}: kept in {folder}")
                return -1
        count += 1
    packs = count * GENERATIONS
    print(
        f"{packs} packs read in {seconds:.0f} s from seed {seed}; the slowest took "
        f"{slowest * 1000:.0f} ms; the process grew by {_kibibytes() - start_size} KiB"
    )
    return packs


def main() -> int:
    """Run from the command line; 0 if nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    signal.signal(signal.SIGALRM, _too_slow)
    parent = Path(tempfile.mkdtemp(prefix="milepost-fuzz-"))
    if fuzz(asked.seconds, asked.seed, parent / "pack") < 0:
        return 1
    shutil.rmtree(parent)
    return 0


if __name__ == "__main__":
    sys.exit(main())
