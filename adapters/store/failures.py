"""What can go wrong with a database that is no bug of ours, in an operator's words."""


class StoreBusy(Exception):  # noqa: N818 - it is the store's answer, and the HTTP layer's 503
    """
    The database could not take this now (locked, full, unreachable): nothing of it was done.

    Whoever asked may ask again later; an event that was not acknowledged must be sent again.
    """


class Conflict(Exception):  # noqa: N818 - an ordinary answer: decide again
    """Another transaction was first; what was decided must be decided again on what is there."""


class DatabaseTooNewError(Exception):
    """The database was written by a newer Milepost than this one."""

    def __init__(self, found: str, known: str) -> None:
        """Name the revision that was found and the newest one that this program knows."""
        super().__init__(
            f"the database is at revision {found}, which this Milepost does not know (its newest "
            f"is {known}): it was written by a newer version. Install that version, or restore "
            f"the database from a backup made before the upgrade."
        )
        self.found = found
        self.known = known


class DatabaseTooOldError(Exception):
    """The database has not been migrated to this program's revision."""

    def __init__(self, found: str, known: str) -> None:
        """Name both revisions."""
        super().__init__(
            f"the database is at revision {found or 'none'}, this Milepost needs {known}: "
            f"start `milepost serve` once, it brings the database up to date"
        )
        self.found = found
        self.known = known
