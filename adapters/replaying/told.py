"""What came of a replay, as an author reads it on a terminal."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from adapters.replaying.named import strangers
from adapters.replaying.past import Past
from adapters.replaying.report import Beside, CauseDocument, Peak, Report, ShiftDocument
from adapters.telling.numbers import counted
from engine.comparison import CREDENTIAL, DECISION, SKILL

MOST_CAUSES = 5
"""Reasons that are told of one thing; the JSON has all."""
SIGNS = 16
"""Digits of a fingerprint that are shown."""


def told(report: Report, past: Past) -> str:
    """Tell it all."""
    lines = list(_opening(report, past))
    if report.named is not None and (strange := strangers(report.named)):
        lines += ["", *strange]
    lines += _totals(report)
    if report.drafts:
        names = ", ".join(report.drafts)
        lines += ["", f"Lived as if they were live: {names}."]
    if report.beside is not None:
        lines += ["", *_beside(report.beside, report)]
    messages = counted(report.messages, "message")
    lines += ["", f"{messages}{_peak(report.peak)}. Nothing was sent or stored."]
    return "\n".join(lines)


def _peak(peak: Peak | None) -> str:
    if peak is None:
        return ""
    return f", at most {peak.messages:,} on one day ({peak.day:%-d %B %Y})"


def _opening(report: Report, past: Past) -> Iterator[str]:
    span = ""
    if past.first is not None and past.last is not None:
        span = f", {past.first:%-d %B %Y} to {past.last:%-d %B %Y}"
    learners = counted(report.learners, "learner")
    yield f"{counted(report.events, 'event')} of {learners}{span}."
    if report.quarantined:
        reasons = ", ".join(f"{code} {n:,}" for code, n in sorted(past.reasons.items()))
        yield f"{report.quarantined:,} could not be used{f' ({reasons})' if reasons else ''}."


def _totals(report: Report) -> Iterator[str]:
    if report.credentials:
        width = max(len("credentials"), *map(len, report.credentials))
        yield from ("", f"{'credentials':<{width}}  awarded  learners")
        for name, total in report.credentials.items():
            yield f"{name:<{width}}  {total.awarded:>7,}  {total.learners:>8,}"
    if report.skills:
        yield from ("", "skills")
        for name, levels in report.skills.items():
            shown = ", ".join(f"{level} {number:,}" for level, number in levels.items())
            yield f"{name}  {shown}"
    if report.rules:
        width = max(len("rules"), *map(len, report.rules))
        head = "  fired  learners  deferred  suppressed  capped  undecided"
        yield from ("", f"{'rules':<{width}}{head}")
        for name, r in report.rules.items():
            yield (
                f"{name:<{width}}  {r.fired:>5,}  {r.learners:>8,}  {r.deferred:>8,}  "
                f"{r.suppressed:>10,}  {r.capped:>6,}  {r.undecided:>9,}"
            )
    for name, share in report.shares.items():
        r = report.rules[name]
        learners = counted(r.learners, "learner")
        yield (
            f"{name} is live for {share} of learners: {r.counted:,} of its {r.fired:,} are only "
            f"counted, for {r.counted_learners:,} of its {learners}."
        )
    if any(rule.capped for rule in report.rules.values()):
        yield from ("", "capped is counted once a spell, and for an event rule once an enrolment.")


# --- beside other rules ------------------------------------------------------------------


def _beside(beside: Beside, report: Report) -> Iterator[str]:
    before = beside.before
    yield f"Beside {beside.of} ({before.ruleset[:SIGNS]} → {report.ruleset[:SIGNS]}):"
    if not beside.shifts:
        yield from ("", "  nothing differs.")
        return
    yield ""
    for shift in told_shifts(beside):
        yield f"  {shift.name}"
        yield from (f"      {line}" for line in shift.lines)
    yield ""
    yield (
        f"Something differs for {counted(beside.learners, 'learner')}. "
        f"Before: {counted(before.messages, 'message')}{_peak(before.peak)}."
    )
    lost = [s for s in beside.shifts if s.what == CREDENTIAL and s.losers]
    for loss in lost:
        who = counted(loss.losers, "learner")
        they = "She keeps" if loss.losers == 1 else "They keep"
        yield (
            f"{who} would not earn {loss.thing} by these rules. {they} what is held: "
            "a change of rules takes nothing back."
        )


@dataclass(frozen=True, slots=True)
class ToldShift:
    """What changes in one thing, in words: its name, and a line each."""

    name: str
    lines: tuple[str, ...]


def told_shifts(beside: Beside) -> tuple[ToldShift, ...]:
    """Tell what differs, thing by thing."""
    return tuple(ToldShift(_name(shift), tuple(_changes(shift))) for shift in beside.shifts)


def _name(shift: ShiftDocument) -> str:
    if shift.what in (CREDENTIAL, SKILL):
        return f"{shift.what} {shift.thing}"
    if shift.what == DECISION:
        return f"{shift.thing}: where it did nothing"
    return f"{shift.thing}: {shift.what} {shift.target}"


def _changes(shift: ShiftDocument) -> Iterator[str]:
    word = {SKILL: ("raised for", "lowered for")}.get(shift.what, ("more for", "fewer for"))
    if shift.gained:
        yield _counted("+", shift.gained, word[0], shift.gainers)
    if shift.lost:
        yield _counted("-", shift.lost, word[1], shift.losers)
    if shift.moved:
        yield f"~{shift.moved:,}  {_moved(shift)}"
    if shift.otherwise:
        yield f"{shift.otherwise:,}  held back for another reason"
    yield from (f"    {line}" for line in _causes(shift.causes))


def _counted(sign: str, number: int, words: str, learners: int) -> str:
    return f"{sign}{number:,}  {words} {learners:,} learner{'' if learners == 1 else 's'}"


def _moved(shift: ShiftDocument) -> str:
    hours = abs(shift.hours_later)
    days = 48
    length = f"{hours:,.1f} hours" if hours < days else f"{hours / 24:,.1f} days"
    way = "later" if shift.hours_later >= 0 else "earlier"
    earlier = f"{shift.earlier:,} of them earlier" if shift.earlier else "none of them earlier"
    freed = f"; {shift.freed:,} no longer deferred" if shift.freed else ""
    return f"at another time, {length} {way} on average, {earlier}{freed}"


def _causes(causes: Iterable[CauseDocument]) -> Iterator[str]:
    found = list(causes)
    for cause in found[:MOST_CAUSES]:
        range_ = ""
        if cause.lowest:
            range_ = (
                f": marks of {cause.lowest}"
                if cause.lowest == cause.highest
                else f": marks between {cause.lowest} and {cause.highest}"
            )
        place = f"   [{cause.place}]" if cause.place else ""
        yield f"{cause.number:,}  {cause.words}{range_}{place}"
    if len(found) > MOST_CAUSES:
        yield f"and {len(found) - MOST_CAUSES:,} more reasons; --json has all"
