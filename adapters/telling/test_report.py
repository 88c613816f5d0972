"""What `milepost test` says of a report: lines for people, one JSON document for programs."""

from collections.abc import Iterable, Iterator

import msgspec

from adapters.telling.show import show_problems
from adapters.telling.verdict_text import verdict_lines
from rules.coverage import Coverage
from rules.scenario_result import Failure, Result
from rules.scenarios import Report


class FailureDocument(msgspec.Struct):
    """One reason why a scenario failed."""

    place: str
    when: str
    expected: str
    got: str
    why: list[str]


class ResultDocument(msgspec.Struct):
    """One scenario."""

    file: str
    name: str
    place: str
    passed: bool
    failures: list[FailureDocument]


class GapDocument(msgspec.Struct):
    """A condition that was never seen one way: `never` is `true` or `false`."""

    place: str
    condition: str
    never: str


class CoverageDocument(msgspec.Struct):
    """What the scenarios have seen; `idle` are the rules and credentials that never acted."""

    rules: int
    rules_acted: int
    credentials: int
    credentials_awarded: int
    conditions: int
    conditions_seen_both_ways: int
    idle: list[str]
    gaps: list[GapDocument]


class Document(msgspec.Struct):
    """The one JSON document of `test --json`."""

    passed: int
    failed: int
    scenarios: list[ResultDocument]
    problems: list[str]
    coverage: CoverageDocument | None


def document_of(report: Report) -> Document:
    """Give a report as JSON."""
    return Document(
        sum(r.passed for r in report.results),
        sum(not r.passed for r in report.results),
        [_result(result) for result in report.results],
        [f"{p.span}: {p.code} {p.message}" for p in report.problems],
        None if report.coverage is None else _coverage(report.coverage),
    )


def _result(result: Result) -> ResultDocument:
    failures = [
        FailureDocument(f.place, f.when, f.expected, f.got, verdict_lines(f.verdict))
        for f in result.failures
    ]
    return ResultDocument(result.file, result.name, result.place, result.passed, failures)


def _coverage(coverage: Coverage) -> CoverageDocument:
    counts = coverage.counts
    return CoverageDocument(
        counts.rules,
        counts.acted,
        counts.credentials,
        counts.awarded,
        counts.conditions,
        counts.both,
        [f"{thing.span}: {thing.id}" for thing in coverage.idle],
        [GapDocument(str(gap.span), gap.asks, gap.never) for gap in coverage.gaps()],
    )


def report_lines(report: Report, *, table: bool = False, told: Report | None = None) -> list[str]:
    """
    Tell a report as lines.

    Args:
        report: What came of the scenarios.
        table: Whether to list what coverage lacks.
        told: What was told before: it is left out but for the sums, and so is what passed.
    """
    lines: list[str] = []
    known = {result.place for result in told.results} if told else set()
    problems = [p for p in report.problems if told is None or p not in told.problems]
    if problems:
        lines += [show_problems(sorted(problems, key=lambda p: p.place), report.texts), ""]
    file = ""
    for result in report.results:
        if told is not None and (result.passed or result.place in known):
            continue
        if result.file != file:
            file = result.file
            lines.append(file)
        days = f"{result.days} day{'s' if result.days != 1 else ''}"
        lines.append(f"  {'ok  ' if result.passed else 'FAIL'}  {result.name}  ({days})")
        lines += _failures(result.failures)
        if result.failures:
            lines.append("")
    if report.coverage is not None and report.results:
        lines += ["", *coverage_lines(report.coverage, table=table)]
    passed = sum(r.passed for r in report.results)
    lines += ["", f"{passed} passed, {len(report.results) - passed} failed"]
    return lines


def _failures(failures: Iterable[Failure]) -> Iterator[str]:
    """
    Tell why a scenario failed; what comes again and again unexpectedly is reasoned for once.

    A reminder that nobody thought of comes each week of a term.
    """
    known: set[tuple[str, ...]] = set()
    was_again = False
    for failure in failures:
        is_again = False
        if failure.expected.startswith("nothing") and failure.verdict is not None:
            what = (str(failure.verdict.span), *failure.got.split()[:2])
            is_again = what in known
            known.add(what)
        if not is_again:
            yield from _failure(failure)
        else:
            if not was_again:
                yield ""
            yield f"        again      {failure.when}: {failure.got}"
        was_again = is_again


def _failure(failure: Failure) -> list[str]:
    lines = [
        "",
        f"        {failure.place}   {failure.when}".rstrip(),
        f"        expected   {failure.expected}",
        f"        got        {failure.got}",
    ]
    if failure.verdict is not None:
        lines += ["", "        why"]
        lines += [f"          {line}" for line in verdict_lines(failure.verdict)]
    return lines


def coverage_lines(coverage: Coverage, *, table: bool = False) -> list[str]:
    """Tell what the scenarios have seen, and in a table what they lack."""
    counts = coverage.counts
    acted = []
    if counts.rules:
        acted.append(f"{counts.acted} of {_number(counts.rules, 'rule')} acted")
    if counts.credentials:
        awarded = f"{counts.awarded} of {_number(counts.credentials, 'credential')}"
        acted.append(f"{awarded} awarded")
    seen = f"conditions seen both true and false: {counts.both} of {counts.conditions}"
    lines = [f"{', '.join(acted)} in some scenario; {seen}" if acted else seen]
    if table:
        rows = [("never acted", thing.span, thing.title) for thing in coverage.idle]
        rows += [(f"never seen {gap.never}", gap.span, gap.asks) for gap in coverage.gaps()]
        places = [f"{span.file}:{span.line}" for _, span, _ in rows]
        width = max(map(len, places), default=0)
        lines += [
            f"  {what:<16}  {place:<{width}}  {said}"
            for (what, _, said), place in zip(rows, places, strict=True)
        ]
    return lines


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number != 1 else ''}"
