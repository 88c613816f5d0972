"""
E208: credentials that somebody holds and that no file has any more.

Whoever holds one has a badge with a page, and the page says what it was awarded for. So a
credential is never deleted: it is retired.
"""

from collections.abc import Iterator
from pathlib import Path

from adapters.store.store import open_store
from engine.source import Problem, Span
from rules.folders import PACK_FILE
from rules.packs import Reading

CODE = "E208"


def check_holders(reading: Reading, database: str) -> tuple[Problem, ...]:
    """
    Find what is held and stands in no file of the packs that were given.

    Args:
        reading: The packs.
        database: The database's URL.

    Raises:
        ValueError: The URL is none that Milepost knows.
        StoreBusy: The database gives no sign of life.
        UnusableDatabaseError: There is none, or it is another Milepost's.
    """
    store = open_store(database)
    try:
        store.require_current()
        held = store.history.holders()
    finally:
        store.close()
    return tuple(_missing(reading, held))


def _is_written(name: str, reading: Reading) -> bool:
    """Say whether a name stands in a file that could not be read as a whole."""
    files = {problem.span.file for problem in reading.problems}
    return any(
        line.strip().startswith(f"{name}:")
        for file in files
        for line in reading.texts.get(file, ())
    )


def _missing(reading: Reading, held: dict[str, int]) -> Iterator[Problem]:
    known = {
        name
        for credential in reading.ruleset.credentials.values()
        for name in (credential.id, credential.was)
    }
    for credential, number in sorted(held.items()):
        pack, _, name = credential.partition("/")
        if credential in known or pack not in reading.given or _is_written(name, reading):
            continue
        learners = "learner holds" if number == 1 else "learners hold"
        yield Problem(
            Span(str(Path(reading.folders[pack], PACK_FILE))),
            CODE,
            f"{number} {learners} the credential `{name}`, and no file of this pack has it",
            "put it back; if nobody is to earn it any more, add: state: retired",
        )
