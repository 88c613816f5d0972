"""Doing something again at each save of a file, until Ctrl-C."""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from watchfiles import Change, watch

DEBOUNCE_MS = 200
"""An editor that saves writes several times within so long."""

BEGUN_MS = 100
"""After so long without a save, files are certainly looked after."""

CLEAR = "\x1b[2J\x1b[3J\x1b[H"
READ = (".yaml", ".yml", ".md", ".toml", ".jsonl", ".json", ".csv", ".gz")


def _is_read(_change: Change, path: str) -> bool:
    """Say whether a file is one that rules are made of; editors leave others beside them."""
    return path.endswith(READ)


def saved_files(paths: Sequence[Path]) -> Iterator[frozenset[Path]]:
    """
    Yield the files of each save; first none, once no save can be missed any more.

    Args:
        paths: The files and folders to look after; one that isn't there is left out.

    Raises:
        KeyboardInterrupt: At Ctrl-C.
    """
    there = [path for path in paths if path.exists()]
    saves = watch(
        *there,
        watch_filter=_is_read,
        debounce=DEBOUNCE_MS,
        step=20,
        rust_timeout=BEGUN_MS,
        yield_on_timeout=True,
        raise_interrupt=True,
    )
    begun = False
    for changes in saves:
        if changes or not begun:
            yield frozenset(Path(path).resolve() for _, path in changes)
            begun = True


def again_at_each_save(act: Callable[[], object], paths: Sequence[Path]) -> None:
    """
    Act now and at each save; returns at Ctrl-C.

    Args:
        act: What to do. It is called with a cleared screen where a person looks at one.
        paths: The files and folders to look after; one that isn't there is left out.
    """
    try:
        for _ in saved_files(paths):
            clear_screen()
            act()
            sys.stdout.flush()
    except KeyboardInterrupt:
        return


def clear_screen() -> None:
    """Clear the screen where a person looks at one."""
    if sys.stdout.isatty():
        sys.stdout.write(CLEAR)
