"""
What time it is: the only file that asks.

Everything else takes time as an argument, so that a term of old data can be lived through in
a minute. A simulated clock is anchored to the machine's; the anchor is kept in the database,
so that after a kill the same command goes on where it was instead of going back.
"""

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""Where a simulated clock stands still."""


class Clock(Protocol):
    """Something that can be asked for the service's time."""

    def now(self) -> datetime:
        """Give the service's time, in UTC; never earlier than what it gave before."""
        ...

    def seconds_until(self, moment: datetime) -> float:
        """Give how many of the machine's seconds pass until a moment; 0 if it is past."""
        ...


def machine_now() -> datetime:
    """Give the machine's time, in UTC: leases and retries are on it."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Anchor:
    """
    What a simulated clock is made of: one instant on both clocks, and how fast it goes.

    Attributes:
        start: The simulated time at the anchor.
        speed: Simulated seconds a second.
        anchored_at: The machine's time at the anchor.
    """

    start: datetime
    speed: float
    anchored_at: datetime

    def __post_init__(self) -> None:
        """
        Refuse times without a zone and clocks that stand still or go back.

        Raises:
            ValueError: If one is found.
        """
        if self.start.utcoffset() is None or self.anchored_at.utcoffset() is None:
            raise ValueError("a clock's anchor needs times with a zone")
        if not self.speed > 0:
            raise ValueError(f"a clock can't go {self.speed:g} times as fast as the machine's")

    def at(self, machine: datetime) -> datetime:
        """Give the simulated time at a machine's time, in UTC; it ends before the calendar."""
        passed = (machine - self.anchored_at).total_seconds()
        try:
            return min(LATEST, self.start.astimezone(UTC) + timedelta(seconds=passed * self.speed))
        except OverflowError:
            return LATEST


class _Steady:
    """Keeps times from going back, whatever the machine's clock is set to meanwhile."""

    def __init__(self) -> None:
        self._last = datetime.min.replace(tzinfo=UTC)
        self._lock = threading.Lock()

    def keep(self, found: datetime) -> datetime:
        with self._lock:
            self._last = max(self._last, found)
            return self._last


class WallClock:
    """The machine's own clock, kept from going back while the process lives."""

    def __init__(self) -> None:
        """Begin now."""
        self._steady = _Steady()

    def now(self) -> datetime:
        """Give the time, in UTC."""
        return self._steady.keep(machine_now())

    def seconds_until(self, moment: datetime) -> float:
        """Give how many seconds there are until a moment."""
        return max(0.0, (moment - self.now()).total_seconds())


class StoppedClock:
    """A clock that shows one time: that of a simulation which has not begun."""

    def __init__(self, shown: datetime) -> None:
        """Show a time."""
        self._shown = shown.astimezone(UTC)

    def now(self) -> datetime:
        """Give the one time."""
        return self._shown

    def seconds_until(self, moment: datetime) -> float:
        """Give 0 for what is past; anything else never comes."""
        return 0.0 if moment <= self._shown else float("inf")


class ShiftedClock:
    """A simulated clock: `start + (machine - anchored_at) * speed`."""

    def __init__(self, anchor: Anchor) -> None:
        """Go on from an anchor; within the process it follows the machine's steady counter."""
        self.anchor = anchor
        # A monotonic counter, so that setting the machine's clock can't throw a term about.
        self._began = time.monotonic()
        self._from = anchor.at(max(machine_now(), anchor.anchored_at))
        self._steady = _Steady()

    def now(self) -> datetime:
        """Give the simulated time, in UTC."""
        passed = (time.monotonic() - self._began) * self.anchor.speed
        try:
            found = min(LATEST, self._from + timedelta(seconds=passed))
        except OverflowError:
            found = LATEST
        return self._steady.keep(found)

    def seconds_until(self, moment: datetime) -> float:
        """Give how many of the machine's seconds pass until a simulated moment."""
        return max(0.0, (moment - self.now()).total_seconds() / self.anchor.speed)


def goes_on(start: datetime, speed: float, kept: Anchor | None) -> Anchor | None:
    """Give the kept anchor if it is of the clock that is asked for: then that one goes on."""
    if kept is not None and kept.start == start and kept.speed == speed:
        return kept
    return None
