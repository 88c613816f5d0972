"""
E208: credentials that somebody holds and that no file has any more.

Whoever holds one has a badge with a page, and the page says what it was awarded for. So a
credential is never deleted: it is retired.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.once_used import OnceUsed, names_around, once_used
from adapters.store.store import open_store
from engine.source import Problem, Span
from rules.folders import PACK_FILE
from rules.packs import Reading

CODE = "E208"


def check_holders(
    reading: Reading, database: str, beside: Sequence[Path] = ()
) -> tuple[Problem, ...]:
    """
    Find what is held and stands in no file of the packs that were given.

    Args:
        reading: The packs.
        database: The database's URL.
        beside: Further folders of packs that the service may have.

    Raises:
        ValueError: The URL is none that Milepost knows.
        StoreBusy: The database gives no sign of life.
        UnusableDatabaseError: There is none, or it is another Milepost's.
    """
    store = open_store(database)
    try:
        store.require_current()
        gone = tuple(_gone(reading, store.history.holders()))
        ours = [each for each in gone if each.pack in reading.folders]
        found = [_deleted(reading, each) for each in ours]
        others = [each for each in gone if each.pack not in reading.folders]
        if others:
            found += _used_no_more(reading, others, once_used(store), beside)
    finally:
        store.close()
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Gone:
    """A credential that is held and that no file has: its pack, its name there, by how many."""

    pack: str
    name: str
    number: int

    @property
    def held(self) -> str:
        """Say how many hold it."""
        learners = "learner holds" if self.number == 1 else "learners hold"
        return f"{self.number} {learners} the credential `{self.name}`"


def _gone(reading: Reading, held: dict[str, int]) -> Iterator[_Gone]:
    known = {
        name
        for credential in reading.ruleset.credentials.values()
        for name in (credential.id, credential.was)
    }
    for credential, number in sorted(held.items()):
        pack, _, name = credential.partition("/")
        if credential not in known and not _is_written(name, reading):
            yield _Gone(pack, name, number)


def _is_written(name: str, reading: Reading) -> bool:
    """Say whether a name stands in a file that could not be read as a whole."""
    files = {problem.span.file for problem in reading.problems}
    return any(
        line.strip().startswith(f"{name}:")
        for file in files
        for line in reading.texts.get(file, ())
    )


def _deleted(reading: Reading, gone: _Gone) -> Problem:
    return Problem(
        Span(str(Path(reading.folders[gone.pack], PACK_FILE))),
        CODE,
        f"{gone.held}, and no file of this pack has it",
        "put it back; if nobody is to earn it any more, add: state: retired",
    )


def _used_no_more(
    reading: Reading, gone: Sequence[_Gone], uses: Iterable[OnceUsed], beside: Sequence[Path]
) -> Iterator[Problem]:
    """Yield what came from a pack that a given pack has used, and that nobody here uses now."""
    folders = [reading.folders[name].resolve() for name in reading.given]
    around = names_around(
        list(dict.fromkeys([*(folder.parent for folder in folders), *map(Path.resolve, beside)]))
    )
    users: dict[str, OnceUsed] = {}
    for use in uses:
        if use.user in reading.given:
            users.setdefault(use.name, use)
    for each in gone:
        known = users.get(each.pack)
        if known is None or each.pack in around:
            continue
        yield Problem(
            Span(str(Path(reading.folders[known.user], PACK_FILE))),
            CODE,
            f"{each.held} of `{each.pack}`, which this pack uses no more",
            f"put it back under `uses`: {known.written}",
        )
