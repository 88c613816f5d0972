"""
The service without its doors: batches in, timers swept, a new ruleset put in force.

HTTP, `load` and the schedule call this and nothing deeper. All that a call does, it does in one
transaction; when it returns, that is committed.
"""

import logging
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from adapters.inbound.received import Received
from adapters.service import refold
from adapters.service.deathmark import DeathMark, victims
from adapters.service.deciding import Deciding, EntriesOf
from adapters.service.ingest import MACHINE, Ingest, Receipt, Sent, Taken, quarantine_row
from adapters.service.sweep import sweep
from adapters.store import hotpath
from adapters.store.failures import StoreBusy
from adapters.store.store import Store
from engine.calendar import micros
from engine.plan import Plan

Read = Callable[[bytes, str, datetime], Received]

log = logging.getLogger("milepost.service")

UNDONE_AT_ONCE = 200
"""Learners in one transaction of an undoing."""


class Service:
    """
    Decides, on one database, by the plan in force. Safe to use from several threads.

    Attributes:
        store: The database.
    """

    def __init__(
        self, store: Store, plan: Plan, entries_of: EntriesOf, *, marks: Path | None = None
    ) -> None:
        """
        Begin with a plan, and count what dead workers had in hand.

        Args:
            store: A migrated database.
            plan: The ruleset in force; its rules carry `live_from`.
            entries_of: What an effect becomes in the outbox; see effects.entries_for.
            marks: A folder on this machine that the workers of this database share; None
                leaves events that kill their worker uncounted.
        """
        self.store = store
        self._plan = plan
        self._entries_of = entries_of
        self._marks = marks
        self._local = threading.local()
        self._open_marks: list[DeathMark] = []
        if marks is not None:
            self._count_victims(marks)

    def close(self) -> None:
        """Give up the marks of all threads; nothing may be under way. The store stays open."""
        while self._open_marks:
            self._open_marks.pop().close()
        self._local = threading.local()

    @property
    def plan(self) -> Plan:
        """Give the plan in force."""
        return self._plan

    def put_in_force(self, plan: Plan) -> None:
        """Decide by another plan from the next transaction on; call `refold` afterwards."""
        self._plan = plan

    # --- events ----------------------------------------------------------------------------

    def ingest(
        self, received: Sequence[Received], arrived: datetime, source: str = ""
    ) -> list[Receipt]:
        """
        Take what one sender sent, in one transaction.

        Args:
            received: What was read of it.
            arrived: When it came, on the service's clock.
            source: Who sent it; for what could not be read, since an event says it itself.

        Returns:
            A receipt for each, in order; the transaction is committed.

        Raises:
            StoreBusy: Nothing was taken; it may be sent again.
        """
        return self.take([Sent(one, source, arrived) for one in received])

    def take(self, batch: Sequence[Sent]) -> list[Receipt]:
        """Take what several senders sent, in one transaction; otherwise as `ingest`."""
        if not batch:
            return []
        plan, mark = self._plan, self._mark()

        def work(connection: Connection) -> list[Receipt]:
            return Ingest(connection, plan, self._entries_of, mark).take(batch)

        try:
            return self.store.database.run(work)
        except StoreBusy:
            raise
        except MACHINE as error:
            log.exception("this machine can't decide now; nothing was taken")
            raise StoreBusy(f"the service can't work: {type(error).__name__}: {error}") from error
        except Exception as error:
            if len(batch) > 1:
                middle = len(batch) // 2
                return self.take(batch[:middle]) + self.take(batch[middle:])
            log.exception("an event could not be stored; it is put aside")
            return [self._put_aside(batch[0], f"store: {type(error).__name__}: {error}")]
        finally:
            if mark is not None:
                mark.nothing()

    def _put_aside(self, sent: Sent, reason: str) -> Receipt:
        one = sent.received
        item = one.id.encode(errors="replace").decode()
        row = quarantine_row(one.raw, sent.source, item, reason, sent.arrived)
        self.store.database.run(lambda connection: hotpath.add_quarantine(connection, [row]))
        return Receipt(Taken.QUARANTINED, reason)

    # --- quarantine ------------------------------------------------------------------------

    def retry(self, row_ids: Collection[int], read: Read, arrived: datetime) -> list[Receipt]:
        """
        Try quarantined things again, each in a transaction of its own.

        Args:
            row_ids: Ids of quarantine rows; those that are not there are left out.
            read: Reads the bytes anew: (raw, source, arrived) -> Received; see
                inbound.files.read_any.
            arrived: Now, on the service's clock.

        Returns:
            A receipt for each row that is there, by id. What was taken leaves the quarantine.

        Raises:
            StoreBusy: The rest was not tried.
        """
        receipts = []
        for row in self.store.quarantine.get(row_ids):
            received = read(row.raw, row.source, arrived)
            key = (row.source, row.item)
            self.store.database.run(
                lambda connection, key=key: hotpath.forget_tries(connection, [key])  # type: ignore[misc] # mypy infers no default
            )
            receipt = self.take([Sent(received, row.source, arrived)])[0]
            if receipt.taken is Taken.QUARANTINED:
                self.store.quarantine.failed_again(row.id, receipt.reason)
            else:
                self.store.quarantine.taken(row.id)
            receipts.append(receipt)
        return receipts

    # --- messages that will never go -------------------------------------------------------

    def give_back(self, learner: str, key: str) -> bool:
        """
        Give a rule's slot in gap and cap back: its message failed for good.

        Args:
            learner: To whom it was.
            key: The outbox row's key.

        Returns:
            Whether there was a slot to give back.

        Raises:
            StoreBusy: Nothing was changed.
        """
        plan = self._plan

        def work(connection: Connection) -> bool:
            deciding = Deciding(connection, plan, self._entries_of)
            deciding.hold([learner])
            ledger = deciding.held(learner).record.ledger
            found = ledger.give_back(key.partition(".")[0])
            if found:
                deciding.write()
            return found

        return self.store.database.run(work)

    def undo(
        self, rule: str, firings: Mapping[str, Collection[str]], now: datetime, because: str
    ) -> int:
        """
        Take back what firings of a rule have done; see engine.undoing.

        Args:
            rule: Its full name.
            firings: By learner.
            now: The service's clock.
            because: Who asked, and why.

        Returns:
            For how many learners something was taken back.

        Raises:
            StoreBusy: Those before may be done; it may be asked again, and does the rest.
        """
        plan, done = self._plan, 0
        learners = sorted(firings)
        for first in range(0, len(learners), UNDONE_AT_ONCE):
            part = learners[first : first + UNDONE_AT_ONCE]

            def work(connection: Connection, part: list[str] = part) -> int:
                deciding = Deciding(connection, plan, self._entries_of)
                deciding.hold(part)
                number = sum(
                    deciding.undo(learner, rule, firings[learner], micros(now), because)
                    for learner in part
                )
                deciding.write()
                return number

            done += self.store.database.run(work)
        return done

    # --- time ------------------------------------------------------------------------------

    def sweep(self, now: datetime, limit: int = 500) -> int:
        """
        Ask timers that are due, oldest first, in one transaction.

        Args:
            now: The service's clock.
            limit: How many at most; call again while as many come back.

        Returns:
            How many were asked.

        Raises:
            StoreBusy: None was.
        """
        with self.store.database.read() as connection:
            if not hotpath.is_timer_due(connection, micros(now)):
                return 0
        plan, mark = self._plan, self._mark()
        return self.store.database.run(
            lambda connection: sweep(
                connection, plan, self._entries_of, mark, now=micros(now), limit=limit
            )
        )

    # --- a new ruleset ---------------------------------------------------------------------

    def refold(self, now: datetime, limit: int = 200) -> int:
        """
        Bring some learners to the ruleset in force; see refold.py.

        Returns:
            How many were looked at; 0 when all are done.

        Raises:
            StoreBusy: None was.
        """
        plan = self._plan
        return self.store.database.run(
            lambda connection: refold.step(
                connection, plan, self._entries_of, now=micros(now), limit=limit
            )
        )

    # --- workers that died -----------------------------------------------------------------

    def _mark(self) -> DeathMark | None:
        """Give the calling thread's own mark."""
        if self._marks is None:
            return None
        mark: DeathMark | None = getattr(self._local, "mark", None)
        if mark is None:
            mark = self._local.mark = DeathMark(self._marks)
            self._open_marks.append(mark)
        return mark

    def _count_victims(self, marks: Path) -> None:
        for path, key in victims(marks):
            if key is not None:
                log.warning("a worker died with %s of %s in hand", key[1], key[0] or "nobody")
                self.store.database.run(
                    lambda connection, key=key: hotpath.count_try(connection, key)  # type: ignore[misc] # mypy infers no default
                )
            path.unlink(missing_ok=True)
