"""What came of a replay as one JSON document: totals, and all that differs from other rules."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from fractions import Fraction

import msgspec

from adapters.replaying.named import NamedDocument, named_document
from adapters.replaying.work import Found
from engine.calendar import instant
from engine.comparison import Difference, Fate
from engine.plan import Plan
from engine.replay import Totals
from engine.shifts import Cause, Shift
from engine.values import show_percent

Shown = Callable[[str], str]
"""Gives a full name as it is to be read."""


class CredentialTotal(msgspec.Struct):
    """How often a credential was awarded, and to how many learners."""

    awarded: int
    learners: int


class RuleCounts(msgspec.Struct):
    """
    What a rule did, also as a draft.

    Attributes:
        counted: How often of `fired` it was a draft for the learner, and only counted.
        counted_learners: For how many of `learners`.
    """

    fired: int
    learners: int
    deferred: int
    suppressed: int
    capped: int
    undecided: int
    counted: int = 0
    counted_learners: int = 0


class Peak(msgspec.Struct):
    """The day with the most messages."""

    day: date
    messages: int


class Did(msgspec.Struct):
    """What one ruleset did."""

    ruleset: str
    credentials: dict[str, CredentialTotal]
    skills: dict[str, dict[str, int]]
    rules: dict[str, RuleCounts]
    messages: int
    peak: Peak | None
    days: dict[str, int]


class CauseDocument(msgspec.Struct):
    """A reason, how often it was one, and between which marks, as percentages."""

    words: str
    place: str
    number: int
    lowest: str
    highest: str


class ShiftDocument(msgspec.Struct):
    """What changes in one thing."""

    thing: str
    what: str
    target: str
    gained: int
    gainers: int
    lost: int
    losers: int
    moved: int
    earlier: int
    hours_later: float
    freed: int
    otherwise: int
    causes: list[CauseDocument]


class FateDocument(msgspec.Struct):
    """What became of something under one ruleset."""

    did: list[str]
    at: str
    because: str


class DifferenceDocument(msgspec.Struct):
    """One thing that differs for one learner."""

    learner: str
    thing: str
    what: str
    target: str
    change: str
    before: FateDocument
    after: FateDocument
    reason: str
    place: str
    value: str


class Beside(msgspec.Struct):
    """What differs from other rules."""

    of: str
    before: Did
    learners: int
    shifts: list[ShiftDocument]


class Report(msgspec.Struct):
    """The one JSON document of `replay --json`; beside others, `differences` follow in it."""

    events: int
    learners: int
    quarantined: int
    credentials: dict[str, CredentialTotal]
    skills: dict[str, dict[str, int]]
    rules: dict[str, RuleCounts]
    messages: int
    ruleset: str
    peak: Peak | None = None
    days: dict[str, int] = {}
    drafts: list[str] = []
    beside: Beside | None = None
    named: NamedDocument | None = None
    shares: dict[str, str] = {}
    """Rules that are live for a share of learners: the share, such as `10%`."""


def report_of(found: Found, plan: Plan, shown: Shown, drafts: Iterable[str]) -> Report:
    """Give what came of a replay, without what it was held beside."""
    ruleset = plan.ruleset.fingerprint
    did = did_of(found.totals, ruleset, shown)
    report = Report(
        found.totals.events,
        found.totals.learners,
        found.totals.quarantined,
        did.credentials,
        did.skills,
        did.rules,
        did.messages,
        ruleset,
        did.peak,
        did.days,
        [shown(name) for name in drafts],
        named=named_document(found.named, plan),
    )
    for rule in plan.ruleset.rules.values():
        if rule.share is not None:
            report.shares[shown(rule.id)] = show_percent(rule.share)
    return report


def beside_of(found: Found, of: str, ruleset: str, shown: Shown) -> Beside:
    """Give what differs from the rules that a replay was held beside."""
    totals = found.beside or Totals()
    return Beside(
        of,
        did_of(totals, ruleset, shown),
        found.shifts.learners,
        [shift_of(shift, shown) for shift in found.shifts.sorted()],
    )


def did_of(totals: Totals, ruleset: str, shown: Shown) -> Did:
    """Give what one ruleset did."""
    peak = totals.peak
    return Did(
        ruleset,
        {shown(name): CredentialTotal(*numbers) for name, numbers in totals.awarded.items()},
        {shown(name): levels for name, levels in totals.levels.items()},
        {
            shown(name): RuleCounts(
                rule.fired,
                rule.learners,
                rule.deferred,
                rule.suppressed,
                rule.capped,
                rule.undecided,
                rule.counted,
                rule.counted_learners,
            )
            for name, rule in totals.rules.items()
        },
        totals.messages,
        None if peak is None else Peak(date.fromordinal(peak[0]), peak[1]),
        {date.fromordinal(day).isoformat(): number for day, number in sorted(totals.days.items())},
    )


HOUR = 3_600_000_000


def shift_of(shift: Shift, shown: Shown) -> ShiftDocument:
    """Give what changes in one thing, its reasons with the commonest first."""
    return ShiftDocument(
        shown(shift.thing),
        shift.what,
        shown(shift.target) if shift.target else "",
        shift.gained,
        shift.gainers,
        shift.lost,
        shift.losers,
        shift.moved,
        shift.earlier,
        round(shift.later / shift.moved / HOUR, 2) if shift.moved else 0.0,
        shift.freed,
        shift.otherwise,
        [
            _cause(cause)
            for cause in sorted(shift.causes.values(), key=lambda c: (-c.number, c.words))
        ],
    )


def _cause(cause: Cause) -> CauseDocument:
    return CauseDocument(
        cause.words, cause.place, cause.number, percent(cause.lowest), percent(cause.highest)
    )


def percent(value: tuple[int, int] | None) -> str:
    """Give a number that was compared as a percentage, "" where there is none."""
    return "" if value is None else show_percent(Fraction(*value))


def difference_of(difference: Difference, shown: Shown) -> DifferenceDocument:
    """Give one difference."""
    return DifferenceDocument(
        difference.learner,
        shown(difference.thing),
        difference.what,
        shown(difference.target) if difference.target else "",
        difference.change.value,
        _fate(difference.before),
        _fate(difference.after),
        difference.reason,
        difference.place,
        percent(difference.value),
    )


def _fate(fate: Fate) -> FateDocument:
    at = "" if fate.at is None else instant(fate.at).isoformat()
    return FateDocument(list(fate.words), at, fate.because)


def json_of(report: Report, differences: Iterable[Difference], shown: Shown) -> Iterator[str]:
    """Yield the document in pieces: there may be more differences than fit into memory."""
    head = msgspec.json.encode(report).decode()
    if report.beside is None:
        yield head
        return
    yield f'{head[:-1]},"differences":['
    for number, difference in enumerate(differences):
        text = msgspec.json.encode(difference_of(difference, shown)).decode()
        yield f"{',' if number else ''}{text}"
    yield "]}"
