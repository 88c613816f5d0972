"""The simulated clock: it runs ahead, never back, and goes on after a kill."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from time import sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.clock import (
    LATEST,
    Anchor,
    ShiftedClock,
    StoppedClock,
    WallClock,
    goes_on,
    machine_now,
)
from adapters.running.running import open_clock, open_settings_store
from adapters.settings.source import load_settings
from adapters.settings.tree import ClockSettings

START = datetime(2013, 10, 1, tzinfo=UTC)


@given(
    st.floats(0.001, 1e5),
    st.timedeltas(timedelta(), timedelta(days=10)),
    st.timedeltas(timedelta(), timedelta(days=10)),
)
def test_it_is_in_proportion(speed: float, first: timedelta, second: timedelta) -> None:
    """Simulated time passed is machine time passed, times the speed."""
    anchor = Anchor(START, speed, datetime(2025, 1, 1, tzinfo=UTC))
    early = anchor.at(anchor.anchored_at + first)
    late = anchor.at(anchor.anchored_at + first + second)
    off = (late - early).total_seconds() - second.total_seconds() * speed
    assert abs(off) < 1e-3 * max(1.0, speed)


def test_it_runs_ahead_and_never_back() -> None:
    """At ten thousand times the speed, a hundredth of a second is more than a minute."""
    clock = ShiftedClock(Anchor(START, 10_000, machine_now()))
    times = []
    for _ in range(20):
        times.append(clock.now())
        sleep(0.001)
    assert all(earlier <= later for earlier, later in pairwise(times))
    assert START <= times[0]
    assert times[-1] - times[0] > timedelta(minutes=1)


def test_how_long_to_wait() -> None:
    """An hour at sixty times the speed is a minute; what is past needs no waiting."""
    clock = ShiftedClock(Anchor(START, 60, machine_now()))
    assert 59 < clock.seconds_until(START + timedelta(hours=1)) <= 60
    assert 0 == clock.seconds_until(START - timedelta(hours=1))
    stopped = StoppedClock(START)
    assert [0, float("inf")] == [stopped.seconds_until(START + timedelta(days=d)) for d in (0, 1)]
    wall = WallClock()
    assert 59 < wall.seconds_until(wall.now() + timedelta(minutes=1)) <= 60


def test_the_end_of_the_calendar() -> None:
    """A clock that is left alone at full speed stops before the calendar does."""
    clock = ShiftedClock(Anchor(datetime(8999, 12, 31, tzinfo=UTC), 1e7, machine_now()))
    sleep(0.02)
    assert LATEST == clock.now()
    long_ago = Anchor(START, 1e7, datetime(2000, 1, 1, tzinfo=UTC))
    assert LATEST == ShiftedClock(long_ago).now()


def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    """The same clock asked for again goes on; another one begins anew."""
    settings, _ = load_settings(None, {}, {"--database": f"sqlite:///{tmp_path}/m.db"})
    store = open_settings_store(settings)
    store.migrate()
    asked = ClockSettings(START, 1000.0)
    first = open_clock(asked, store)
    sleep(0.05)
    before = first.now()
    again = open_clock(asked, store)
    assert again.now() >= before
    assert again.now() - before < timedelta(minutes=20)
    other = open_clock(ClockSettings(START, 1.0), store)
    assert other.now() - START < timedelta(seconds=30)
    store.close()


def test_without_a_start_it_is_the_machines(tmp_path: Path) -> None:
    """No simulated clock asked for is the wall clock."""
    settings, _ = load_settings(None, {}, {"--database": f"sqlite:///{tmp_path}/m.db"})
    store = open_settings_store(settings)
    store.migrate()
    assert isinstance(open_clock(ClockSettings(), store), WallClock)
    store.close()


@pytest.mark.parametrize("speed", [0, -1])
def test_a_clock_that_stands_still_is_refused(speed: float) -> None:
    """Time goes on, and forward."""
    with pytest.raises(ValueError, match="times as fast"):
        Anchor(START, speed, START)
    with pytest.raises(ValueError, match="zone"):
        Anchor(datetime(2025, 1, 1), 1, START)


def test_a_kept_anchor_counts_for_its_own_clock_only() -> None:
    """Another speed or another start is another clock."""
    kept = Anchor(START, 5, datetime(2025, 1, 1, tzinfo=UTC))
    assert kept == goes_on(START, 5, kept)
    assert goes_on(START, 6, kept) is None
    assert goes_on(START + timedelta(days=1), 5, kept) is None
    assert goes_on(START, 5, None) is None
