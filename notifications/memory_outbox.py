"""
An outbox in memory: the database's twin, for `test`, previews and whoever wants no database.

It keeps the same promises as the stored one, except to outlive the process, and passes the
same tests.
"""

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from notifications.outbox import (
    IN_HAND,
    REQUEUABLE,
    Entry,
    Kind,
    OutboxRow,
    Recovered,
    Settlement,
    Status,
    require_aware,
)


class MemoryOutbox:
    """An `OutboxStore` that forgets when the process ends. Safe to use from several threads."""

    def __init__(self) -> None:
        """Start empty."""
        self._rows: dict[int, OutboxRow] = {}
        self._keys: set[str] = set()
        self._lock = threading.Lock()

    def add(self, entries: Sequence[Entry]) -> tuple[str, ...]:
        """Store entries whose key is new."""
        new = []
        with self._lock:
            for entry in entries:
                if entry.key in self._keys:
                    continue
                self._keys.add(entry.key)
                new.append(entry.key)
                row_id = len(self._rows) + 1
                self._rows[row_id] = OutboxRow(
                    id=row_id,
                    key=entry.key,
                    kind=entry.kind,
                    learner=entry.learner,
                    category=entry.category,
                    recipient=entry.recipient,
                    data=entry.data,
                    not_before=entry.not_before,
                    attempts=0,
                    status=entry.status,
                    expires_at=entry.expires_at,
                    priority=entry.priority,
                    reason=entry.reason,
                )
        return tuple(new)

    def claim(
        self,
        *,
        kind: Kind,
        owner: str,
        limit: int,
        now: datetime,
        machine: datetime,
        lease_until: datetime,
    ) -> tuple[OutboxRow, ...]:
        """Take rows that may go, in order."""
        require_aware(now, machine, lease_until)

        def may_go(row: OutboxRow) -> bool:
            rested = row.retry_at is None or row.retry_at <= machine
            return (
                row.kind is kind
                and row.status is Status.QUEUED
                and row.not_before <= now
                and rested
            )

        with self._lock:
            due = sorted(
                filter(may_go, self._rows.values()),
                key=lambda row: (row.priority, row.not_before, row.id),
            )
            return tuple(
                self._put(
                    replace(
                        row,
                        status=Status.CLAIMED,
                        owner=owner,
                        lease_until=lease_until,
                        retry_at=None,
                        attempts=row.attempts + 1,
                    )
                )
                for row in due[:limit]
            )

    def mark_wire(self, row_id: int, *, owner: str, lease_until: datetime) -> bool:
        """Note that the message is about to leave."""
        with self._lock:
            row = self._mine(row_id, owner)
            if row is None or row.status is not Status.CLAIMED:
                return False
            self._put(replace(row, status=Status.WIRE, lease_until=lease_until))
            return True

    def settle(self, row_id: int, *, owner: str, settlement: Settlement, machine: datetime) -> bool:
        """Write the end of a try."""
        require_aware(machine)
        with self._lock:
            row = self._mine(row_id, owner)
            if row is None:
                return False
            self._put(
                replace(
                    row,
                    status=settlement.status,
                    reason=settlement.reason,
                    retry_at=settlement.retry_at,
                    attempts=row.attempts - (not settlement.counts),
                    owner="",
                    lease_until=None,
                )
            )
            return True

    def release(self, row_ids: Collection[int], *, owner: str) -> int:
        """Give claimed rows back with their try."""
        return self._change(
            row_ids,
            lambda row: row.status is Status.CLAIMED and row.owner == owner,
            lambda row: replace(
                row, status=Status.QUEUED, owner="", lease_until=None, attempts=row.attempts - 1
            ),
        )

    def extend(self, row_ids: Collection[int], *, owner: str, lease_until: datetime) -> int:
        """Prolong leases."""
        return self._change(
            row_ids,
            lambda row: row.status in IN_HAND and row.owner == owner,
            lambda row: replace(row, lease_until=lease_until),
        )

    def recover(self, *, machine: datetime, resend: Collection[str]) -> Recovered:
        """Take back rows whose lease has run out."""
        require_aware(machine)
        requeued, in_doubt = [], []
        with self._lock:
            for row in tuple(self._rows.values()):
                if (
                    row.status not in IN_HAND
                    or row.lease_until is None
                    or row.lease_until > machine
                ):
                    continue
                freed = replace(row, owner="", lease_until=None)
                if row.status is Status.CLAIMED or row.category in resend:
                    self._put(replace(freed, status=Status.QUEUED))
                    requeued.append(row.id)
                else:
                    self._put(replace(freed, status=Status.IN_DOUBT, reason="lease_ran_out"))
                    in_doubt.append(row.id)
        return Recovered(tuple(requeued), tuple(in_doubt))

    def expire(self, *, now: datetime) -> int:
        """End what is worth nothing any more."""
        require_aware(now)
        return self._change(
            None,
            lambda row: (
                row.status in {Status.HELD, Status.QUEUED}
                and row.expires_at is not None
                and row.expires_at <= now
            ),
            lambda row: replace(row, status=Status.EXPIRED, reason="too_late"),
        )

    def hold(self, *, kind: Kind) -> int:
        """Hold back what is queued."""
        return self._change(
            None,
            lambda row: row.kind is kind and row.status is Status.QUEUED,
            lambda row: replace(row, status=Status.HELD, reason="mode_hold"),
        )

    def requeue(self, row_ids: Collection[int], *, now: datetime) -> int:
        """Queue rows anew, as a person asked."""
        require_aware(now)
        return self._change(
            row_ids,
            lambda row: row.status in REQUEUABLE,
            lambda row: replace(
                row,
                status=Status.QUEUED,
                not_before=min(row.not_before, now),
                expires_at=None,
                retry_at=None,
                attempts=0,
                reason="",
            ),
        )

    def listed(self, status: Status, *, limit: int = 100, after: int = 0) -> tuple[OutboxRow, ...]:
        """List rows of a status, by id."""
        with self._lock:
            found = [row for row in self._rows.values() if row.status is status and row.id > after]
        return tuple(found[:limit])

    def _put(self, row: OutboxRow) -> OutboxRow:
        self._rows[row.id] = row
        return row

    def _mine(self, row_id: int, owner: str) -> OutboxRow | None:
        row = self._rows.get(row_id)
        return row if row is not None and row.status in IN_HAND and row.owner == owner else None

    def _change(
        self,
        row_ids: Collection[int] | None,
        applies: Callable[[OutboxRow], bool],
        changed: Callable[[OutboxRow], OutboxRow],
    ) -> int:
        """Change the rows named (None: all) to which it applies; returns how many."""
        with self._lock:
            ids = tuple(self._rows) if row_ids is None else tuple(dict.fromkeys(row_ids))
            rows = [self._rows[row_id] for row_id in ids if row_id in self._rows]
            todo = [row for row in rows if applies(row)]
            for row in todo:
                self._put(changed(row))
            return len(todo)
