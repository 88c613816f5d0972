"""What lasts: events, records, decisions, timers and the outbox, on SQLite or PostgreSQL."""

from adapters.store.failures import (
    Conflict,
    DatabaseTooNewError,
    DatabaseTooOldError,
    NoDatabaseError,
    StoreBusy,
    UnusableDatabaseError,
)
from adapters.store.store import Store, open_store

__all__ = [
    "Conflict",
    "DatabaseTooNewError",
    "DatabaseTooOldError",
    "NoDatabaseError",
    "Store",
    "StoreBusy",
    "UnusableDatabaseError",
    "open_store",
]
