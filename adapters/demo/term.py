"""The demonstration, from its start to its table: what is started, waited for and ended."""

import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_bytes
from typing import Self

from adapters.clock import Clock
from adapters.demo.lms_receiver import LmsReceiver
from adapters.demo.mail_catcher import MailCatcher
from adapters.demo.sender import Sender, everything
from adapters.demo.service_process import Place, ServiceProcess, write_settings
from adapters.demo.summary import Summary, summary, unfinished
from adapters.inbound.cohort import END
from adapters.settings.service import clock_of
from adapters.store.store import Store, open_store
from adapters.telling.numbers import counted
from adapters.telling.progress import Progress
from engine.calendar import micros
from notifications.webhook_signature import PREFIX, Secret

BEGINS = datetime(2025, 2, 10, tzinfo=UTC)
"""Two weeks before the first learner comes, which pass while the service starts."""

ENDS = datetime(END.year, END.month, END.day, tzinfo=UTC) + timedelta(days=2)
"""When the last timer of the term has come due on every learner's clock."""

STEP = 0.1
DRAIN = 60.0
"""Seconds of the machine's in which what is left must leave."""


@dataclass(frozen=True, slots=True)
class Term:
    """
    A term that was lived through.

    Attributes:
        counted: What the database holds.
        caught: Messages that the mail server took.
        copies: How many of them were copies of another.
        done: Calls that the LMS did.
        repeated: Calls that came again, and were not done again.
        seconds: How long it took.
    """

    counted: Summary
    caught: int
    copies: int
    done: int
    repeated: int
    seconds: float


class BrokenOffError(Exception):
    """The term could not be lived to its end; the message says why."""


class Demonstration:
    """All that the demonstration starts. A context manager: it ends what it started."""

    def __init__(self, place: Place, port: int, learners: int, seed: int, speed: float) -> None:
        """Prepare; nothing is started yet."""
        self._place = place
        self._port = port
        self._learners = learners
        self._seed = seed
        self._speed = speed
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Start the mail server, the LMS and the service."""
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End everything, in the opposite order."""
        self._stack.close()

    def _start(self) -> None:
        self._began = time.monotonic()
        place = self._place
        place.clear()
        secret = PREFIX + b64encode(token_bytes(32)).decode()
        self._lms = LmsReceiver(Secret.read(secret))
        self._stack.callback(self._lms.close)
        self._mail = MailCatcher(place.mail)
        self._stack.callback(self._mail.close)
        write_settings(place, self._mail.port, self._lms.port, secret)
        self._service = ServiceProcess(place, self._port, BEGINS, self._speed)
        self._stack.callback(self._stop_service)
        sent = everything(self._learners, self._seed)
        self._service.wait()
        self.store: Store = open_store(f"sqlite:///{place.database.absolute()}")
        self._stack.callback(self.store.close)
        self.clock: Clock = clock_of(self.store)
        self._sender = Sender(self._service.base, sent, self.clock.now)
        self._stack.callback(self._sender.join, 10)
        self._stack.callback(self._sender.stop)
        self._sender.start()

    @property
    def base(self) -> str:
        """Give the address of the service."""
        return self._service.base

    def live_through(self, progress: Progress) -> Term:
        """
        Wait for the end of the term, and for all that follows from it.

        Raises:
            BrokenOffError: The service died, refused the cohort, or does not come to an end.
        """
        progress.total = int((ENDS - BEGINS).total_seconds())
        while (now := self.clock.now()) < ENDS:
            self._check()
            done = int((now - BEGINS).total_seconds())
            progress.advance(done - progress.done, f"{now:%-d %B %Y}, {self._so_far()}")
            time.sleep(STEP)
        self._until(lambda: not self._sender.is_alive(), "the cohort was not heard to its end")
        self._until(
            lambda: not unfinished(self.store, micros(self.clock.now()), micros(ENDS)),
            "not everything has left the outbox",
        )
        progress.advance(progress.total - progress.done, f"the term is over, {self._so_far()}")
        return Term(
            summary(self.store),
            self._mail.taken,
            self._mail.copies,
            self._lms.done.total(),
            self._lms.repeated,
            time.monotonic() - self._began,
        )

    def slow_down(self) -> None:
        """
        Start the service again on the same database, at the machine's own speed.

        Whoever looks at the page must not see credentials expire every minute.

        Raises:
            NotStartedError: It does not come back.
        """
        now = self.clock.now().replace(microsecond=0)
        self._service.stop()
        self._service = ServiceProcess(self._place, self._port, now, 1)
        self._service.wait()

    def stay(self) -> None:
        """Stay up until interrupted, or until the service ends."""
        while self._service.is_running:
            time.sleep(0.5)

    # --- parts -----------------------------------------------------------------------------

    def _so_far(self) -> str:
        return f"{counted(self._mail.taken, 'message')}, {counted(self._lms.done.total(), 'call')}"

    def _stop_service(self) -> None:
        """Stop the service that runs now: it may be another than the first."""
        self._service.stop()

    def _check(self) -> None:
        if self._sender.error:
            raise BrokenOffError(self._sender.error)
        if not self._service.is_running:
            raise BrokenOffError(f"the service has ended; see {self._place.log}")

    def _until(self, is_so: Callable[[], bool], otherwise: str) -> None:
        until = time.monotonic() + DRAIN
        while not is_so():
            self._check()
            if time.monotonic() > until:
                raise BrokenOffError(f"{otherwise}; see {self._place.log}")
            time.sleep(STEP)
        self._check()
