"""The history that a replay is of, from files: read into spools, which may be kept."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from adapters.feeding.history import EPOCH, History
from adapters.inbound.files import read_files
from adapters.inbound.received import BadBody
from adapters.packs import fail
from adapters.replaying.past import Past
from adapters.telling.progress import Progress

EVERY = 5_000
"""Events between two signs of life."""


@dataclass(frozen=True, slots=True)
class Read:
    """
    A history, and what names it: the same names mean the same events.

    Attributes:
        past: The events.
        names: Files with their sizes and times, or a database with its span.
    """

    past: Past
    names: tuple[str, ...]


def read_history(
    stack: ExitStack, paths: Sequence[Path], keep: Path | None, *, quiet: bool
) -> Read:
    """
    Read files of events; exits with a sentence where one can't be read.

    Args:
        stack: Keeps the spools, until it is closed.
        paths: Files, or folders of such.
        keep: A folder in which the spools stay; what was read to its end is not read again.
        quiet: Whether to show no progress.
    """
    names = tuple(name for path in paths for name in _names(path))
    spools = None if keep is None else keep / "events"
    if spools is not None:
        known = History.reopened(spools)
        if known is not None:
            return Read(stack.enter_context(known), names)
    history = stack.enter_context(History(keep=spools))
    try:
        with Progress("reading", quiet=quiet) as progress:
            for number, _ in enumerate(history.add(read_files(list(paths), "", EPOCH)), 1):
                if number % EVERY == 0:
                    progress.advance(EVERY, f"{number:,} events")
    except BadBody as problem:
        fail(str(problem))
    history.close_reading()
    return Read(history, names)


def _names(path: Path) -> list[str]:
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    found = []
    for file in files:
        try:
            state = file.stat()
        except OSError:
            continue
        found.append(f"{file.absolute()} {state.st_size} {state.st_mtime_ns}")
    return found
