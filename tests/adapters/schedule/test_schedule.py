"""The jobs: one at a time, none lost, and once a day for all processes together."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.running.schedule import FASTEST, Job, Schedule, pace
from adapters.store.failures import StoreBusy
from adapters.store.store import Store, open_store

DAY = datetime(2025, 3, 3, 23, 59, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A migrated database."""
    found = open_store(f"sqlite:///{tmp_path}/m.db")
    found.migrate()
    return found


async def nobody_else(_job: str, _day: str) -> bool:
    """Give every turn."""
    return True


def test_a_job_runs_again_and_again_one_at_a_time() -> None:
    """A job that takes longer than its interval is not begun twice, and goes on afterwards."""
    at_once: list[int] = []
    running = 0

    async def work() -> None:
        nonlocal running
        running += 1
        at_once.append(running)
        await asyncio.sleep(0.05)
        running -= 1

    async def live() -> None:
        schedule = Schedule((Job("slow", 0.01, work),), lambda: DAY, nobody_else)
        schedule.start()
        await asyncio.sleep(0.4)
        await schedule.stop(1)

    asyncio.run(live())
    assert {1} == set(at_once)
    assert len(at_once) >= 3


@pytest.mark.parametrize("error", [StoreBusy("locked"), ValueError("a bug")])
def test_what_goes_wrong_once_is_done_again(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """A job that fails is said in the log, and its next turn comes."""
    turns = 0

    async def work() -> None:
        nonlocal turns
        turns += 1
        if turns == 1:
            raise error

    async def live() -> None:
        schedule = Schedule((Job("odd", 0.01, work),), lambda: DAY, nobody_else)
        schedule.start()
        await asyncio.sleep(0.15)
        await schedule.stop(1)

    asyncio.run(live())
    assert turns > 1
    assert "odd" in caplog.text


def test_stopping_waits_for_what_runs() -> None:
    """A job that has begun comes to its end, within the patience."""
    done: list[bool] = []

    async def work() -> None:
        await asyncio.sleep(0.1)
        done.append(True)

    async def live() -> None:
        schedule = Schedule((Job("long", 0.01, work),), lambda: DAY, nobody_else)
        schedule.start()
        await asyncio.sleep(0.05)
        await schedule.stop(2)
        assert [True] == done
        await asyncio.sleep(0.1)

    asyncio.run(live())
    assert [True] == done


def test_two_processes_do_a_daily_job_once_a_day(store: Store) -> None:
    """Three schedules on one database do each day's job once, also when the day changes."""
    done: list[tuple[str, str]] = []
    now = DAY

    def schedule_of(owner: str) -> Schedule:
        async def work() -> None:
            done.append((owner, now.date().isoformat()))

        async def claim(job: str, day: str) -> bool:
            return await asyncio.to_thread(store.settings.claim_run, job, day, owner, now)

        return Schedule((Job("daily", 0.01, work, daily=True),), lambda: now, claim)

    async def live() -> None:
        nonlocal now
        schedules = [schedule_of(name) for name in "abc"]
        for each in schedules:
            each.start()
        for _ in range(3):
            await asyncio.sleep(0.3)
            now += timedelta(days=1)
        for each in schedules:
            await each.stop(1)

    asyncio.run(live())
    store.close()
    days = [day for _, day in done]
    assert ["2025-03-03", "2025-03-04", "2025-03-05"] == sorted(days)[:3]
    assert len(days) == len(set(days))


def test_pace() -> None:
    """Real time is looked at every second; a clock that runs ahead more often, within reason."""
    assert 1 == pace(1)
    assert 0.1 == pytest.approx(pace(600))
    assert FASTEST == pace(1_000_000)
    assert 1 == pace(0.001)
