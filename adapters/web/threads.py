"""Where HTTP's blocking work runs: on threads of the service's own, never on the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

from litestar import Request
from litestar.datastructures import State

T = TypeVar("T")


async def on_thread(request: Request[object, object, State], work: Callable[[], T]) -> T:
    """Do some work that may block, and give what it gives."""
    threads: Executor = request.app.state.threads
    return await asyncio.get_running_loop().run_in_executor(threads, work)
