"""
One worker: HTTP and the schedule in one process, until it is told to stop.

Stopping lets what is on its way come to its end: requests are answered, a message on the wire
gets its answer noted, and no new work is begun.
"""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import uvicorn

from adapters.clock import ShiftedClock, machine_now
from adapters.outgoing.dispatch import Dispatch, owner_name
from adapters.running.housekeeping import keep_house
from adapters.running.reload import Reloader
from adapters.running.running import Running
from adapters.running.schedule import Job, Schedule, pace
from adapters.web.app import application
from adapters.web.credentials import Credentials

log = logging.getLogger("milepost")

Tell = Callable[[str], None]

HTTP_THREADS = 16
PATIENCE = 15.0
"""Seconds that jobs and requests have to come to their end."""

REFOLD_EVERY = 1.0
DAY_LOOKED_FOR_EVERY = 60.0
OUTSIDE_EVERY = 60.0
"""Between two looks for badges from elsewhere whose day has come."""


class _Server(uvicorn.Server):
    """uvicorn, with the signals left to us; it says when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signal."""
        yield


def jobs(running: Running, dispatch: Dispatch) -> tuple[Job, ...]:
    """Give the table of what the service does by itself."""
    clock = running.clock
    speed = clock.anchor.speed if isinstance(clock, ShiftedClock) else 1.0
    often = pace(speed)

    async def timers() -> None:
        await asyncio.to_thread(running.sweep)

    async def outbox() -> None:
        await dispatch.run_once()

    async def badges() -> None:
        await asyncio.to_thread(running.issue)

    async def outside() -> None:
        await asyncio.to_thread(running.look_again)

    async def rules() -> None:
        await asyncio.to_thread(running.rules.keep_up)

    async def refold() -> None:
        await asyncio.to_thread(running.refold)

    async def expire() -> None:
        await asyncio.to_thread(running.store.outbox.expire, now=clock.now())

    async def housekeeping() -> None:
        await asyncio.to_thread(
            keep_house,
            running.store.database,
            running.settings.retention,
            now=clock.now(),
            machine=machine_now(),
        )

    return (
        Job("timers", often, timers),
        Job("outbox", often, outbox),  # takes back leases that ran out, too
        Job("badges", often, badges),
        Job("outside", OUTSIDE_EVERY, outside),
        Job("refold", REFOLD_EVERY, refold),
        Job("rules", REFOLD_EVERY, rules),
        Job("expiry", 10 * often, expire),
        Job("housekeeping", min(DAY_LOOKED_FOR_EVERY, 20 * often), housekeeping, daily=True),
    )


async def serve(
    running: Running, listening: socket.socket, credentials: Credentials, tell: Tell
) -> None:
    """
    Serve until SIGTERM.

    Args:
        running: What answers; it is closed at the end.
        listening: A bound socket, which is left open.
        credentials: Who may call.
        tell: Says a sentence to the operator.
    """
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    threads = ThreadPoolExecutor(HTTP_THREADS, "http")
    config = uvicorn.Config(
        application(
            running, credentials, threads, running.people, running.entrance, running.wallets
        ),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(PATIENCE),
    )
    server = _Server(config)
    dispatch = Dispatch(
        running.store,
        running.settings,
        lambda: running.rules.current,
        running.clock,
        give_back=running.service.give_back,
    )
    owner = owner_name()

    async def claim(job: str, day: str) -> bool:
        claimed = running.store.settings.claim_run
        return await asyncio.to_thread(claimed, job, day, owner, running.clock.now())

    schedule = Schedule(jobs(running, dispatch), running.clock.now, claim)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    following: asyncio.Task[None] | None = None
    stopping = asyncio.create_task(stop.wait())
    try:
        up = asyncio.create_task(server.up.wait())
        await asyncio.wait({up, serving}, return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        schedule.start()
        if running.settings.rules.watch:
            reloader = Reloader(running.settings.rules.packs, running.rules.look)
            following = asyncio.create_task(reloader.follow(stop))
        tell(f"ready: http://{shown_address(listening)}")
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.set()
        running.stop()
        dispatch.stop()
        server.should_exit = True
        await serving
        await schedule.stop(PATIENCE)
        await dispatch.close()
        if following is not None:
            await following
        await stopping
        threads.shutdown()
        await asyncio.to_thread(running.close)


def shown_address(listening: socket.socket) -> str:
    """Give host and port of a socket as they stand in an address."""
    host, port = listening.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
