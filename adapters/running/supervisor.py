"""
A small parent that starts the worker again when it dies.

The matcher is written in C and may end the process (docs/decisions). The parent opens the
listening socket, forks, and loads nothing else, so there is little in it that could die; while
a worker is started again, callers wait in the socket's queue instead of being refused.
Killing the parent takes the worker along: a worker that nobody watches would hold the port.
"""

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from types import FrameType

FINAL = frozenset({0, 1, 2})
"""Exit codes that a worker means: it was told to stop, or can't run as it is set up."""

BROKEN = 70
"""The exit code of a worker that had an accident; it is started again."""

FIRST_WAIT = 0.2
LONGEST_WAIT = 30.0
WELL_AFTER = 60.0
"""Seconds after which a worker counts as healthy, and the waits begin anew."""

PATIENCE = 30.0
"""Seconds that a worker has to finish what is on the wire."""

PR_SET_PDEATHSIG = 1

Work = Callable[[int], int]
"""What a worker does; it is told how many came before it, gives an exit code, ends on SIGTERM."""


def supervise(work: Work, tell: Callable[[str], None]) -> int:
    """
    Run a worker, again and again if it dies; give its exit code once it meant it.

    Must be called from the main thread, before any other thread is started.

    Args:
        work: What the worker does, in a process of its own.
        tell: Says a sentence to the operator.
    """
    watched, held = os.pipe()
    stopping = _Stopping()
    wait = FIRST_WAIT
    before = 0
    with stopping:
        while True:
            began = time.monotonic()
            worker = _fork(partial(work, before), watched, held, stopping)
            before += 1
            stopping.worker = worker
            code = _ended(worker, stopping)
            if code in FINAL or stopping.asked:
                return code if code in FINAL else int(code != -signal.SIGTERM)
            if time.monotonic() - began >= WELL_AFTER:
                wait = FIRST_WAIT
            tell(f"the worker {_how(code)}; it is started again in {wait:g} s")
            if stopping.wait(wait):
                return 0
            wait = min(wait * 2, LONGEST_WAIT)


def _how(code: int) -> str:
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"was ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"


class _Stopping:
    """Whether the parent was told to stop; passes it on to the worker."""

    def __init__(self) -> None:
        self.asked = False
        self.worker = 0
        self.deadline = 0.0

    def __enter__(self) -> None:
        self._former = {
            number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)
        }

    def __exit__(self, *_: object) -> None:
        self.restore()

    def restore(self) -> None:
        """Put the handlers back that were there before."""
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def wait(self, seconds: float) -> bool:
        """Wait, unless told to stop; say whether that was so."""
        until = time.monotonic() + seconds
        while not self.asked and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.1))
        return self.asked

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True
        self.deadline = time.monotonic() + PATIENCE
        if self.worker:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.worker, signal.SIGTERM)


def _ended(worker: int, stopping: _Stopping) -> int:
    """Wait for a worker's end; give its exit code, or minus the signal that ended it."""
    while True:
        found, status = os.waitpid(worker, os.WNOHANG)
        if found:
            stopping.worker = 0
            return os.waitstatus_to_exitcode(status)
        if stopping.asked and time.monotonic() > stopping.deadline:
            os.kill(worker, signal.SIGKILL)
            stopping.deadline = float("inf")
        time.sleep(0.05)


def _fork(work: Callable[[], int], watched: int, held: int, stopping: _Stopping) -> int:
    """Start a worker; give its process id, in the parent only."""
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    # A stop between the fork and its worker's own handler would else be lost.
    blocked = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, blocked)
    worker = os.fork()
    if worker:
        stopping.worker = worker
        signal.pthread_sigmask(signal.SIG_UNBLOCK, blocked)
        return worker
    code = BROKEN
    try:
        os.close(held)
        stopping.restore()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        # Ctrl-C reaches the whole group; the parent alone says when to stop.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, blocked)
        _die_with_parent(parent, watched)
        code = work()
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:  # noqa: BLE001 - the last line of a process: say what it was and end
        import traceback  # noqa: PLC0415 - only for this

        traceback.print_exc()
    finally:
        # Not sys.exit: what the parent had begun (its `with`s, its handlers) is not ours to end.
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _die_with_parent(parent: int, watched: int) -> None:
    """
    End this worker at once when its parent dies in whatever way.

    Linux's kernel does it; elsewhere, and besides, a thread waits for the end of a pipe whose
    other end only the parent holds.
    """
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(BROKEN)

    def watch() -> None:
        os.read(watched, 1)
        os._exit(BROKEN)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
