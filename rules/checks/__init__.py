"""
What is wrong with a ruleset that reads well: one check a file, each gives Problems.

The reader has seen to words and names; here stands what only the whole tells: circles, what
can never hold, bands that don't meet, messages without end. To add a check is to add a file
and a line to CHECKS.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from engine.source import Problem, Severity, Span
from rules.checks.aligned import check_aligned
from rules.checks.bands import check_bands
from rules.checks.certificates import check_certificates
from rules.checks.circles import check_circles
from rules.checks.dates import check_dates
from rules.checks.levels import check_levels
from rules.checks.limits import check_limits
from rules.checks.locks import check_locks
from rules.checks.never import check_never
from rules.checks.pass_marks import check_pass_marks
from rules.checks.pathways import check_pathways
from rules.checks.pictures import check_pictures
from rules.checks.retired import check_retired
from rules.checks.together import check_together
from rules.checks.translated import check_translated
from rules.checks.unreachable import check_unreachable
from rules.checks.untested import check_untested
from rules.checks.weights import check_weights
from rules.packs import Reading

CHECKS: tuple[Callable[[Reading], Iterable[Problem]], ...] = (
    check_circles,
    check_never,
    check_levels,
    check_dates,
    check_bands,
    check_limits,
    check_untested,
    check_together,
    check_locks,
    check_weights,
    check_retired,
    check_pass_marks,
    check_unreachable,
    check_pathways,
    check_aligned,
    check_pictures,
    check_certificates,
    check_translated,
)


def _broken(reading: Reading) -> frozenset[Span]:
    """
    Give the names of things in whose lines the reader found an error.

    What such a thing lacks may be what could not be read: nothing is missed at its name.
    """
    ruleset = reading.ruleset
    spans = [
        thing.span
        for things in (
            ruleset.credentials,
            ruleset.skills,
            ruleset.pathways,
            ruleset.rules,
        )
        for thing in things.values()
    ]
    wrong = [p.span for p in reading.problems if p.severity is Severity.ERROR]
    files = {span.file for span in wrong}
    begun = sorted(span for span in spans if span.file in files)
    found = set()
    for span in wrong:
        at = bisect_right(begun, span) - 1
        if at >= 0 and begun[at].file == span.file:
            found.add(begun[at])
    return frozenset(found)


def _found(reading: Reading) -> Iterator[Problem]:
    """Run the checks; what is wrong with a pack is said once, however often it is used again."""
    known: set[Problem] = set()
    found = {problem for check in CHECKS for problem in check(reading)}
    # The name of the first use comes before that of another one, where both are found.
    for problem in sorted(
        found, key=lambda problem: (_names_a_use(problem, reading), problem.message)
    ):
        first = replace(
            problem,
            message=_of_the_first(problem.message, reading),
            hint=_of_the_first(problem.hint, reading),
        )
        if first not in known:
            known.add(first)
            yield problem


def _names_a_use(problem: Problem, reading: Reading) -> bool:
    return any(f"{use}/" in problem.message for use in reading.instances)


def _of_the_first(text: str, reading: Reading) -> str:
    """Write a text as it would be of the first use of a pack."""
    for use, original in reading.instances.items():
        text = re.sub(rf"(?<![\w/-]){re.escape(use)}/", f"{original}/", text)
    return text


def run_checks(reading: Reading) -> tuple[Problem, ...]:
    """
    Run every check on what was read.

    Returns:
        The problems in order of place. Warnings about packs that are only used, not given,
        are their owners' and left out; errors are everybody's.
    """
    given = [reading.folders[pack] for pack in reading.given]
    found = _found(reading)
    broken = _broken(reading)
    kept = [
        p
        for p in found
        if (p.severity is Severity.ERROR or any(map(Path(p.span.file).is_relative_to, given)))
        and p.span not in broken
    ]
    return tuple(sorted(kept, key=lambda problem: (problem.place, problem.message)))
