"""
Packs that change while the service runs: taken in only if they check and their tests pass.

An author saves a file in the middle of a thought. What is not right stays outside, the ruleset
in force goes on, and the reason is in the log and on /readyz. A ruleset is looked at as a
whole, since packs use one another.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path

from watchfiles import awatch

from adapters.checking import check_packs
from adapters.feeding.saved_history import read_history
from adapters.outgoing.letters import House, Letters, read_letters
from adapters.store.failures import StoreBusy
from engine.facts import NO_FACTS, Facts
from engine.source import Problem, Severity, Span
from rules.packs import Reading
from rules.scenario_result import Failure
from rules.scenarios import run_tests

log = logging.getLogger("milepost.rules")

FAILED_TEST = "T100"
DEBOUNCE_MS = 300
LOOK_AGAIN = 1.0
"""Seconds between two looks for a folder that is not there."""


@dataclass(frozen=True, slots=True)
class Examined:
    """
    Packs that were read, checked and tested.

    Attributes:
        reading: What was read.
        letters: The messages, ready to render.
        refused: What keeps the packs from being taken; nothing, if they may be.
        tests: How many scenarios passed.
        is_missing: The folder is not there, which is not the same as empty.
    """

    reading: Reading
    letters: Letters
    refused: tuple[Problem, ...] = ()
    tests: int = 0
    is_missing: bool = field(default=False, kw_only=True)


def examine(
    packs: Path,
    zone: str,
    categories: Sequence[str],
    house: House,
    facts: Facts = NO_FACTS,
) -> Examined:
    """
    Read, check and test all packs of a folder; one that is missing holds none.

    Args:
        packs: The folder that holds the packs.
        zone: The time zone of those whose zone nobody knows.
        categories: The categories that messages may have.
        house: What the institution says of itself in messages.
        facts: Who answers `fact`.
    """
    is_missing = not packs.is_dir()
    checked = check_packs(() if is_missing else (packs,), (), zone, categories, facts=facts)
    letters, _ = read_letters(checked.reading, house)
    examined = Examined(checked.reading, letters, checked.errors, is_missing=is_missing)
    if examined.refused or is_missing:
        return examined
    report = run_tests(checked.reading, letters.text, histories=read_history)
    refused = [problem for problem in report.problems if problem.severity is Severity.ERROR]
    for result in report.results:
        refused.extend(_of_failure(result.name, failure) for failure in result.failures)
    passed = sum(result.passed for result in report.results)
    return replace(examined, refused=tuple(refused), tests=passed)


def _of_failure(scenario: str, failure: Failure) -> Problem:
    """Give a scenario that fails as a problem, so that both are shown alike."""
    file, line, column = ("", "1", "1")
    parts = failure.place.rsplit(":", 2)
    if len(parts) == 3 and parts[1].isdecimal() and parts[2].isdecimal():  # noqa: PLR2004 - file, line, column
        file, line, column = parts
    return Problem(
        Span(file, int(line), int(column)),
        FAILED_TEST,
        f"the test “{scenario}” fails: expected {failure.expected}, got {failure.got}",
    )


async def changes(packs: Path, stop: asyncio.Event) -> AsyncGenerator[None, None]:
    """Yield each time something in a folder has changed, or the folder has come or gone."""
    was_there = await asyncio.to_thread(packs.is_dir)
    while not stop.is_set():
        is_there = await asyncio.to_thread(packs.is_dir)
        if is_there is not was_there:
            was_there = is_there
            yield
        if not is_there:
            await _pause(stop)
            continue
        try:
            async with aclosing(
                awatch(packs, stop_event=stop, debounce=DEBOUNCE_MS, recursive=True)
            ) as seen:
                async for _ in seen:
                    yield
                    if not await asyncio.to_thread(packs.is_dir):
                        break
        except OSError as error:
            log.warning("%s can't be watched: %s", packs, error)
            await _pause(stop)


async def _pause(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), LOOK_AGAIN)
    except TimeoutError:
        return


class Reloader:
    """Follows a folder of packs."""

    def __init__(self, packs: Path, look: Callable[[], object]) -> None:
        """Follow a folder; `look` examines it, and takes or refuses what is there."""
        self._packs = packs
        self._look = look

    async def follow(self, stop: asyncio.Event) -> None:
        """Look again at each change, until told to stop."""
        async with aclosing(changes(self._packs, stop)) as seen:
            async for _ in seen:
                await self._until_looked(stop)

    async def _until_looked(self, stop: asyncio.Event) -> None:
        """Look, again while the database is busy: no further change may come to remind us."""
        while not stop.is_set():
            try:
                await asyncio.to_thread(self._look)
            except StoreBusy as error:
                log.warning("the new rules wait, the database is busy: %s", error)
                await _pause(stop)
            except Exception:
                log.exception("the packs could not be looked at; the ruleset in force stays")
                return
            else:
                return
