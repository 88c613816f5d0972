"""What can go wrong with a database that is no bug of ours, in an operator's words."""


class StoreBusy(Exception):  # noqa: N818 - it is the store's answer, and the HTTP layer's 503
    """
    The database could not take this now (locked, full, unreachable): nothing of it was done.

    Whoever asked may ask again later; an event that was not acknowledged must be sent again.
    """


class Conflict(Exception):  # noqa: N818 - an ordinary answer: decide again
    """Another transaction was first; what was decided must be decided again on what is there."""


class UnusableDatabaseError(Exception):
    """There is nothing at a database's address that this program may work with as it is."""


class NoDatabaseError(UnusableDatabaseError):
    """No file is where a database should be."""

    def __init__(self, path: str) -> None:
        """Name the file as it was said."""
        super().__init__(
            f"there is no database at {path}; name one with --database sqlite:///FILE, or in "
            "[database] url of config.toml (`milepost serve` and `milepost load` make one)"
        )
        self.path = path


class DatabaseTooNewError(UnusableDatabaseError):
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


class DatabaseTooOldError(UnusableDatabaseError):
    """The database has not been migrated to this program's revision."""

    def __init__(self, found: str, known: str) -> None:
        """Name both revisions."""
        if found:
            told = (
                f"the database is at revision {found}, this Milepost needs {known}, and only "
                "`milepost serve` changes that: start it once, and it brings the database up to "
                "date (a SQLite file is copied first)"
            )
        else:
            told = (
                "the database has no tables of Milepost's yet: is it the one you mean? If so, "
                "`milepost serve` or `milepost load` makes them"
            )
        super().__init__(told)
        self.found = found
        self.known = known
