"""
What must never come of a history, counted from what was done and not from the engine's limits.

A message within its rule's gap, or above its cap; a rule that goes on without end; two rules
that do opposite things to the same thing at once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from engine.actions import (
    Action,
    Cap,
    CapWindow,
    Enrol,
    Lock,
    PutInCohort,
    PutInGroup,
    Release,
    Unenrol,
)
from engine.calendar import DAY, Micros, instant
from engine.outcome import Decision, Did, Kind, Outcome
from engine.plan import Plan
from engine.ruleset import Rule
from engine.source import Span
from engine.values import Period

MESSAGES = frozenset({Kind.EMAIL, Kind.LMS_MESSAGE})
AFTER_ALL = 365 * DAY
"""So long after a learner's last event no rule may still go on of itself."""


class Fault(StrEnum):
    """What was found."""

    GAP = "writes twice within its gap"
    CAP = "writes more often than its cap"
    ENDLESS = "never ends"
    CIRCLE = "goes in circles"
    CONTRADICTION = "contradicts another rule"
    ORDER = "depends on the order of arrival"
    CRASH = "can't be decided"


@dataclass(frozen=True, slots=True)
class Finding:
    """
    Something that must not be.

    Attributes:
        fault: What.
        things: The rules or credentials, by full name.
        span: Where the first of them stands.
        said: What happened, in a sentence.
    """

    fault: Fault
    things: tuple[str, ...]
    span: Span
    said: str

    @property
    def key(self) -> tuple[Fault, tuple[str, ...]]:
        """Give what makes it the same finding in another history."""
        return self.fault, self.things


@dataclass(frozen=True, slots=True)
class _Sent:
    at: Micros
    course: str


@dataclass(slots=True)
class Oracle:
    """
    Watches one learner's history under one ruleset.

    Attributes:
        last_event: When her last event reaches the engine.
        found: What must not be, by what makes it the same.
        sent: Messages that went, by rule or by limits that rules share.
        at_once: The rules that fired at the present moment.
        late: How often each rule acted a year or more after the last event.
    """

    plan: Plan
    last_event: Micros
    found: dict[tuple[Fault, tuple[str, ...]], Finding] = field(default_factory=dict)
    sent: dict[str, list[_Sent]] = field(default_factory=dict)
    at_once: list[Rule] = field(default_factory=list)
    late: dict[str, int] = field(default_factory=dict)

    def note(self, fault: Fault, rules: Iterable[Rule], said: str) -> None:
        """Note a finding; the same one counts once."""
        named = sorted(rules, key=lambda rule: rule.id)
        finding = Finding(fault, tuple(rule.id for rule in named), named[0].span, said)
        self.found.setdefault(finding.key, finding)

    def at_a_moment(self) -> None:
        """Begin a moment: one event, or all timers of one instant."""
        self.at_once.clear()

    def watch(self, outcome: Outcome, now: Micros) -> None:
        """Look at what one trigger led to."""
        for decision in outcome.decisions:
            rule = self.plan.ruleset.rules.get(decision.thing)
            if rule is None or decision.did is not Did.FIRED:
                continue
            if not decision.again:
                self._opposites(rule)
            if now > self.last_event + AFTER_ALL:
                self._late(rule, now)
            if any(effect.kind in MESSAGES for effect in decision.effects):
                self._limits(rule, decision, outcome)

    def _late(self, rule: Rule, now: Micros) -> None:
        """Look at what a rule does after a year without an event: once may be a term's end."""
        self.late[rule.id] = self.late.get(rule.id, 0) + 1
        if self.late[rule.id] > 1:
            days = (now - self.last_event) // DAY
            self.note(Fault.ENDLESS, [rule], f"it still acts {days} days after the last event")

    # --- opposite things -----------------------------------------------------------------

    def _opposites(self, rule: Rule) -> None:
        mine = set(_deeds(rule))
        for other in (*self.at_once, rule):
            for thing, on in _deeds(other):
                if (thing, not on) in mine:
                    what, _, name = thing.partition(" ")
                    name = name.partition("/")[2] or name
                    self.note(
                        Fault.CONTRADICTION,
                        {rule.id: rule, other.id: other}.values(),
                        f"at one moment {OPPOSITES[what]} {name}",
                    )
        self.at_once.append(rule)

    # --- limits --------------------------------------------------------------------------

    def _limits(self, rule: Rule, decision: Decision, outcome: Outcome) -> None:
        limits = rule.limits
        if limits.digest is not None:
            return
        record, now, course = outcome.record, decision.at, decision.course
        zone = self.plan.clocks.zone(record.said("zone"), course, rule.id.partition("/")[0])
        before = self.sent.setdefault(limits.together or rule.id, [])
        counted = [s for s in before if len(rule.courses) < 2 or s.course == course]  # noqa: PLR2004 - several courses
        if limits.gap is not None and counted:
            last = max(sent.at for sent in counted)
            if not _apart(limits.gap, last, now, zone):
                self.note(
                    Fault.GAP,
                    [rule],
                    f"gap {limits.gap}: messages on {_shown(last, zone)} and {_shown(now, zone)}",
                )
        if limits.cap is not None:
            start = record.enrolled_since(course, now)
            inside = [
                sent
                for sent in counted
                if _inside(limits.cap, sent, _Sent(now, course), zone, start)
            ]
            if len(inside) >= limits.cap.number:
                self.note(
                    Fault.CAP,
                    [rule],
                    f"cap {limits.cap}: message {len(inside) + 1} on {_shown(now, zone)}",
                )
        before.append(_Sent(now, course))


OPPOSITES = {
    "activity": "one rule releases and one locks",
    "group": "one rule fills and one empties the group",
    "cohort": "one rule fills and one empties the cohort",
    "course": "one rule enrols in and one unenrols from",
}


def _deeds(rule: Rule) -> Iterator[tuple[str, bool]]:
    """Yield what a rule does that another may undo: the thing, and whether it turns it on."""
    for action in rule.then:
        deed = _deed(action)
        if deed is not None:
            yield deed


def _deed(action: Action) -> tuple[str, bool] | None:
    match action:
        case Release(activity=name):
            return f"activity {name}", True
        case Lock(activity=name):
            return f"activity {name}", False
        case PutInGroup(group=name, remove=remove):
            return f"group {name}", not remove
        case PutInCohort(cohort=name, remove=remove):
            return f"cohort {name}", not remove
        case Enrol(course=name):
            return f"course {name}", True
        case Unenrol(course=name):
            return f"course {name}", False
        case _:
            return None


def _local(at: Micros, zone: ZoneInfo) -> datetime:
    return instant(at).astimezone(zone)


def _shown(at: Micros, zone: ZoneInfo) -> str:
    return f"{_local(at, zone):%Y-%m-%d %H:%M}"


def _apart(gap: Period, last: Micros, now: Micros, zone: ZoneInfo) -> bool:
    """Say whether two messages are a gap apart: days by their dates, the rest by the clock."""
    if gap.days is None:
        return now - last >= gap.elapsed
    return (_local(now, zone).date() - _local(last, zone).date()).days >= gap.days


def _inside(cap: Cap, sent: _Sent, now: _Sent, zone: ZoneInfo, enrolled: Micros | None) -> bool:
    """Say whether an earlier message counts in the same window of a cap."""
    then, here = _local(sent.at, zone), _local(now.at, zone)
    match cap.window:
        case CapWindow.COURSE:
            return sent.course == now.course and (enrolled is None or sent.at >= enrolled)
        case CapWindow.DAY:
            return then.date() == here.date()
        case CapWindow.WEEK:
            mondays = [at.date() - timedelta(at.weekday()) for at in (then, here)]
            return mondays[0] == mondays[1]
        case CapWindow.MONTH:
            return (then.year, then.month) == (here.year, here.month)
        case CapWindow.YEAR:
            return then.year == here.year
        case CapWindow.DAYS:
            return here - then < timedelta(days=cap.days)
        case CapWindow.ALL:
            return True
