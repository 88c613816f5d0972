"""Doing something again at each save of a file, until Ctrl-C."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from watchfiles import Change, watch

DEBOUNCE_MS = 200
"""An editor that saves writes several times within so long."""

BEGUN_MS = 100
"""After so long without a save, files are certainly looked after."""

CLEAR = "\x1b[2J\x1b[3J\x1b[H"
READ = (".yaml", ".yml", ".md", ".toml")


def _is_read(_change: Change, path: str) -> bool:
    """Say whether a file is one that rules are made of; editors leave others beside them."""
    return path.endswith(READ)


def again_at_each_save(act: Callable[[], object], paths: Sequence[Path]) -> None:
    """
    Act now and at each save; returns at Ctrl-C.

    Args:
        act: What to do. It is called with a cleared screen where a person looks at one.
        paths: The files and folders to look after; one that isn't there is left out.
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
    try:
        for changes in saves:
            # The first answer comes when files are already looked after: no save is missed.
            if changes or not begun:
                _act(act)
                begun = True
    except KeyboardInterrupt:
        return


def _act(act: Callable[[], object]) -> None:
    if sys.stdout.isatty():
        sys.stdout.write(CLEAR)
    act()
    sys.stdout.flush()
