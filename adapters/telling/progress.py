"""
A progress bar for people, a line now and then for logs, and nothing where JSON is wanted.

On standard error, so that the answer can be piped; plain words beside the bar say all that
the bar says, for whoever listens to it.
"""

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress

EVERY = 5.0
"""Seconds between two plain lines."""


class Progress:
    """
    How far something is; for one thread.

    Attributes:
        total: How much there is to do, None while that is not known.
        done: How much is done.
    """

    def __init__(self, what: str, *, quiet: bool = False) -> None:
        """Show nothing yet; `quiet` shows nothing at all."""
        self.total: int | None = None
        self.done = 0
        self._what = what
        self._said = time.monotonic()
        self._rich: RichProgress | None = None
        self._task: TaskID | None = None
        self._plain = not quiet
        if not quiet and sys.stderr.isatty():
            self._plain = False
            self._rich = RichProgress(
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f}%"),
                TimeElapsedColumn(),
                TextColumn("{task.fields[words]}"),
                console=Console(stderr=True),
            )

    def __enter__(self) -> Self:
        """Begin to show."""
        if self._rich is not None:
            self._rich.start()
            self._task = self._rich.add_task(self._what, total=None, words="")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the last state on the screen."""
        if self._rich is not None:
            self._rich.stop()

    def advance(self, number: int, words: str) -> None:
        """Say that so much more is done, and what to read beside it."""
        self.done += number
        if self._rich is not None and self._task is not None:
            done = self.done if self.total is None else min(self.done, self.total)
            self._rich.update(self._task, completed=done, total=self.total, words=words)
        elif self._plain and time.monotonic() - self._said >= EVERY:
            self._said = time.monotonic()
            share = f" {min(100, 100 * self.done // self.total)}%" if self.total else ""
            print(f"{self._what}{share}: {words}", file=sys.stderr, flush=True)  # noqa: T201 - a log's line
