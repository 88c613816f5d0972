"""The report as lines on a terminal."""

from collections.abc import Iterator
from datetime import UTC, datetime

from adapters.reporting.report import CredentialReport, PathwayReport, Report, RuleReport
from adapters.telling.numbers import counted
from engine.wording import moment_shown

MOST_STUCK = 3
"""Conditions that are told of one credential; the JSON has all."""
DRAFT = "draft"


def told(report: Report) -> str:
    """Tell it all."""
    people = counted(report.learners, "learner")
    lines = [f"{people}, as of {moment_told(report.as_of)}, ruleset {report.ruleset}."]
    if report.since:
        lines.append(f"Rules and messages since {moment_told(report.since)}.")
    lines += _credentials(report.credentials)
    lines += _rules({n: r for n, r in report.rules.items() if r.state != DRAFT})
    lines += _drafts({n: r for n, r in report.rules.items() if r.state == DRAFT})
    lines += _skills(report)
    for name, pathway in report.pathways.items():
        lines += _pathway(name, pathway)
    mail = ", ".join(f"{number:,} {status}" for status, number in report.messages.items())
    lines += ["", f"messages: {mail or 'none'}"]
    return "\n".join(lines)


def moment_told(text: str) -> str:
    """Write an RFC 3339 time as people read it, in UTC."""
    return f"{moment_shown(datetime.fromisoformat(text).astimezone(UTC))} UTC"


def _credentials(credentials: dict[str, CredentialReport]) -> Iterator[str]:
    if not credentials:
        return
    width = max(len("credentials"), *map(len, credentials))
    yield from ("", f"{'credentials':<{width}}  earned    held  nearly   waits   stuck on")
    for name, c in credentials.items():
        stuck = "; ".join(f"{s.asks} ({s.learners:,})" for s in c.stuck_on[:MOST_STUCK])
        if len(c.stuck_on) > MOST_STUCK:
            stuck += f"; and {len(c.stuck_on) - MOST_STUCK:,} more"
        mark = " (draft)" if c.state == DRAFT else ""
        yield (
            f"{name:<{width}}  {c.earned:>6,}  {c.held:>6,}  {c.nearly:>6,}  {c.waits:>6,}   "
            f"{stuck}{mark}"
        ).rstrip()
    yield from ("", "nearly: one condition away. waits: for a mark.")


def _rules(rules: dict[str, RuleReport]) -> Iterator[str]:
    if not rules:
        return
    width = max(len("rules"), *map(len, rules))
    head = "  fired  learners  deferred  suppressed  capped  undecided  failed"
    yield from ("", f"{'rules':<{width}}{head}")
    for name, r in rules.items():
        yield (
            f"{name:<{width}}  {r.fired:>5,}  {r.learners:>8,}  {r.deferred:>8,}  "
            f"{r.suppressed:>10,}  {r.capped:>6,}  {r.undecided:>9,}  {r.failed:>6,}"
        )
    counted_only = {name: r.besides for name, r in rules.items() if r.besides is not None}
    if counted_only:
        yield from (
            "",
            "only counted: for others than a rule is live for, or while it was a draft or paused",
        )
    for name, besides in counted_only.items():
        yield f"{name}  would have acted {_how_often(besides.fired, besides.learners)}"


def _drafts(rules: dict[str, RuleReport]) -> Iterator[str]:
    if not rules:
        return
    yield from ("", "drafts, which do nothing")
    for name, r in rules.items():
        would = f"would have acted {_how_often(r.fired, r.learners)}"
        if r.messages:
            would += f", and written {counted(r.messages, 'message')}"
        if r.besides is not None:
            would += f"; acted {_how_often(r.besides.fired, r.besides.learners)}, while it was live"
        yield f"{name}  {would}"


def _how_often(fired: int, learners: int) -> str:
    return f"{counted(fired, 'time')}, for {counted(learners, 'learner')}"


def _skills(report: Report) -> Iterator[str]:
    if not report.skills:
        return
    yield from ("", "skills")
    for name, skill in report.skills.items():
        levels = ", ".join(f"{level} {number:,}" for level, number in skill.levels.items())
        yield f"{name}  {levels}, no level yet {skill.none:,}"


def _pathway(name: str, pathway: PathwayReport) -> Iterator[str]:
    yield from ("", f"pathway {name}: {counted(pathway.learners, 'learner')} on it")
    width = max((len(step.step) for step in pathway.steps), default=0)
    for step in pathway.steps:
        share = f"{100 * step.learners / pathway.learners:.0f}%" if pathway.learners else ""
        days = "" if step.median_days is None else f"   {step.median_days:,.1f} days (median)"
        optional = "" if step.required else "   optional"
        yield f"  {step.step:<{width}}  {step.learners:>7,}  {share:>4}{days}{optional}".rstrip()
    yield f"  {'completed':<{width}}  {pathway.completed:>7,}"
