"""
The few jobs that the service does by itself, in one table.

What a learner waits for is a row in the database with its instant; a job only asks which rows
are due, so that a process that was down has lost nothing, and two of them take different rows.
What must happen once a day claims the day in the database first. APScheduler keeps the jobs in
memory, runs a late one once, and never two of a kind at a time.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from adapters.store.failures import StoreBusy

log = logging.getLogger("milepost.schedule")

Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Job:
    """
    One thing that is done again and again.

    Attributes:
        name: Its name in the log, and in the database if it is daily.
        every: Seconds of the machine's clock from one run to the next.
        work: What is done.
        daily: Whether it is done once on each day of the service's clock, by one process of all;
            `every` then says how often a new day is looked for.
    """

    name: str
    every: float
    work: Work
    daily: bool = False


SLOWEST = 1.0
FASTEST = 0.05
SIMULATED_STEP = 60.0
"""Seconds of simulated time that should pass between two looks at what is due."""


def pace(speed: float) -> float:
    """Give the seconds between two looks: one in real time, less on a clock that runs ahead."""
    return min(SLOWEST, max(FASTEST, SIMULATED_STEP / speed))


class Schedule:
    """The jobs of one process."""

    def __init__(
        self,
        jobs: tuple[Job, ...],
        now: Callable[[], datetime],
        claim: Callable[[str, str], Awaitable[bool]],
    ) -> None:
        """
        Make a schedule that does not run yet.

        Args:
            jobs: The table.
            now: The service's clock, which says what day it is.
            claim: Takes the turn of a daily job, by its name and day; False if another has it.
        """
        self._now = now
        self._claim = claim
        self._done: dict[str, str] = {}
        self._at_work: set[asyncio.Future[None]] = set()
        self._scheduler = AsyncIOScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": AsyncIOExecutor()},
            # Ours: nothing of a late run is dropped, several late ones are one.
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
            timezone=UTC,
        )
        for job in jobs:
            self._scheduler.add_job(
                self._run, "interval", seconds=job.every, args=(job,), id=job.name, name=job.name
            )

    def start(self) -> None:
        """Begin; needs a running event loop."""
        # A job that is still at work when its next turn comes is not worth a line each time.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        logging.getLogger("apscheduler.executors.default").setLevel(logging.ERROR)
        self._scheduler.start()

    async def stop(self, patience: float) -> None:
        """Begin nothing more, and give what runs so many seconds to come to its end."""
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=patience)
        self._scheduler.shutdown(wait=False)

    async def _run(self, job: Job) -> None:
        """Keep a note of the task, so that stopping can wait for it."""
        task = asyncio.ensure_future(self._do(job))
        self._at_work.add(task)
        try:
            await task
        finally:
            self._at_work.discard(task)

    async def _do(self, job: Job) -> None:
        """Do a job; what goes wrong with it is said, and its next turn comes all the same."""
        try:
            if not job.daily:
                await job.work()
                return
            day = self._now().date().isoformat()
            if self._done.get(job.name) == day:
                return
            mine = await self._claim(job.name, day)
            self._done[job.name] = day
            if mine:
                await job.work()
        except StoreBusy as error:
            log.warning("%s: the database is busy, again at the next turn: %s", job.name, error)
        except Exception:
            log.exception("%s: went wrong, again at the next turn", job.name)
