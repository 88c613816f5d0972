"""
A history through a ruleset, on a simulated clock: one learner after another.

No learner's rules read another's record, so a history splits by learner and the totals add
up. Events are taken by (time, id); between them the timers that come due are asked at their
own instants. At one instant events come first: who hands in at the last second has.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC
from heapq import heappop, heappush

from engine.calendar import Micros, instant, micros, wall, zone_named
from engine.decide import TimerDue, advance
from engine.events import Event, as_arrived
from engine.outcome import MESSAGES, Decision, Did, Outcome
from engine.plan import EVER, Plan
from engine.record import Record

Watcher = Callable[[Outcome, Micros], None]


class Life:
    """One learner's time, lived forward: events and timers in their order."""

    def __init__(self, plan: Plan, learner: str, watch: Watcher) -> None:
        """Begin with a learner of whom nothing is known; `watch` sees every outcome."""
        self.plan = plan
        self.record = Record(learner)
        self._watch = watch
        self._heap: list[tuple[Micros, str]] = []
        self._seen: set[tuple[str, str]] = set()
        self._now: Micros = -EVER

    def until(self, now: Micros) -> None:
        """
        Ask every timer that is due at or before an instant, each at its own instant.

        One that an event has set in the past is asked when the event came, as in a service.
        """
        timers = self.record.ledger.timers
        while self._heap and self._heap[0][0] <= now:
            at, key = heappop(self._heap)
            if timers.get(key) == at:
                self._take(TimerDue(key), max(at, self._now))

    def before(self, now: Micros) -> None:
        """Ask every timer that is due before an instant; those at it come after its events."""
        self.until(now - 1)

    def take(self, event: Event, now: Micros) -> None:
        """Take an event in at an instant; one that came before changes nothing."""
        name = (event.source, event.id)
        if name in self._seen:
            return
        self._seen.add(name)
        self._take(as_arrived(event, instant(now)), now)

    def next_timer(self) -> Micros | None:
        """Give the instant of the next timer, None where there is none."""
        timers = self.record.ledger.timers
        while self._heap and timers.get(self._heap[0][1]) != self._heap[0][0]:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def _take(self, trigger: Event | TimerDue, now: Micros) -> None:
        self._now = max(self._now, now)
        outcome = advance(self.plan, self.record, trigger, now)
        for key, at in outcome.timers.items():
            if at is not None:
                heappush(self._heap, (at, key))
        self._watch(outcome, now)


def live_through(
    plan: Plan, learner: str, events: Iterable[Event], until: Micros | None, watch: Watcher
) -> Record:
    """
    Live one learner's history through.

    Args:
        plan: The ruleset; its rules' `live_from` says from when they act.
        learner: Whose events these are.
        events: In any order; those after `until` are not taken.
        until: To when timers are asked; None for the learner's last event.
        watch: Called with every outcome and its instant.
    """
    life = Life(plan, learner, watch)
    last: Micros | None = None
    for event in sorted(events, key=lambda e: e.order):
        at = micros(event.time)
        if until is not None and at > until:
            break
        life.before(at)
        life.take(event, at)
        last = at
    end = until if until is not None else last
    if end is not None:
        life.until(end)
    return life.record


# --- totals ------------------------------------------------------------------------------


@dataclass(slots=True)
class RuleTotal:
    """
    What one rule did in a replay, also as a draft.

    Attributes:
        counted: How often of `fired` it was a draft for the learner, and only counted.
        counted_learners: For how many of `learners`.
    """

    fired: int = 0
    learners: int = 0
    deferred: int = 0
    suppressed: int = 0
    capped: int = 0
    undecided: int = 0
    counted: int = 0
    counted_learners: int = 0

    def join(self, other: "RuleTotal") -> None:
        """Add what it did in another part of the history."""
        self.fired += other.fired
        self.learners += other.learners
        self.deferred += other.deferred
        self.suppressed += other.suppressed
        self.capped += other.capped
        self.undecided += other.undecided
        self.counted += other.counted
        self.counted_learners += other.counted_learners


@dataclass(slots=True)
class Totals:
    """What a ruleset did with a history; adding two gives that of both histories."""

    events: int = 0
    learners: int = 0
    quarantined: int = 0
    messages: int = 0
    days: dict[int, int] = field(default_factory=dict)
    """Messages by day, as the day's ordinal on the ruleset's own clock."""
    zone: str = "UTC"
    awarded: dict[str, list[int]] = field(default_factory=dict)
    levels: dict[str, dict[str, int]] = field(default_factory=dict)
    rules: dict[str, RuleTotal] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan) -> "Totals":
        """Begin with zeros for everything in a ruleset."""
        ruleset = plan.ruleset
        return cls(
            zone=ruleset.zone,
            awarded={name: [0, 0] for name in sorted(ruleset.credentials)},
            levels={
                name: {level.name: 0 for level in skill.levels}
                for name, skill in sorted(ruleset.skills.items())
            },
            rules={name: RuleTotal() for name in sorted(ruleset.rules)},
        )

    def count(self, decision: Decision, seen: set[tuple[str, Did]]) -> None:
        """Count one decision; `seen` remembers what this learner was counted for already."""
        letters = sum(effect.kind in MESSAGES for effect in decision.effects)
        if letters:
            self.messages += letters
            zone = zone_named(self.zone) or UTC
            day = wall(decision.at, zone).toordinal()
            self.days[day] = self.days.get(day, 0) + letters
        if decision.did is Did.AWARDED:
            total = self.awarded[decision.thing]
            total[0] += 1
            total[1] += _first(decision, seen)
        rule = self.rules.get(decision.thing)
        if rule is None:
            return
        match decision.did:
            case Did.FIRED:
                first = _first(decision, seen)
                rule.learners += first
                rule.fired += not decision.again
                if decision.draft:
                    rule.counted += not decision.again
                    rule.counted_learners += first
            case Did.DEFERRED:
                rule.deferred += 1
            case Did.SUPPRESSED:
                rule.suppressed += 1
            case Did.CAPPED:
                rule.capped += 1
            case Did.UNDECIDED:
                rule.undecided += 1
            case _:
                pass

    def join(self, other: "Totals") -> None:
        """Add what was done with another part of the history."""
        self.events += other.events
        self.learners += other.learners
        self.quarantined += other.quarantined
        self.messages += other.messages
        for day, number in other.days.items():
            self.days[day] = self.days.get(day, 0) + number
        for name, (awarded, learners) in other.awarded.items():
            own = self.awarded.setdefault(name, [0, 0])
            own[0] += awarded
            own[1] += learners
        for skill, levels in other.levels.items():
            known = self.levels.setdefault(skill, {})
            for level, number in levels.items():
                known[level] = known.get(level, 0) + number
        for name, rule in other.rules.items():
            self.rules.setdefault(name, RuleTotal()).join(rule)

    @property
    def peak(self) -> tuple[int, int] | None:
        """Give the day with the most messages, as its ordinal, and how many; None without any."""
        if not self.days:
            return None
        day = max(self.days, key=lambda each: (self.days[each], -each))
        return day, self.days[day]

    def count_levels(self, record: Record) -> None:
        """Count where a learner stands at the end."""
        for skill, level in record.ledger.levels.items():
            if skill in self.levels:
                self.levels[skill][level] = self.levels[skill].get(level, 0) + 1


def _first(decision: Decision, seen: set[tuple[str, Did]]) -> int:
    name = (decision.thing, decision.did)
    if name in seen:
        return 0
    seen.add(name)
    return 1


def replay_learner(
    plan: Plan,
    learner: str,
    events: Iterable[Event],
    until: Micros | None,
    totals: Totals,
    also: Watcher | None = None,
) -> Record:
    """Live one learner's history through and add what was decided to the totals; `also` sees it."""
    seen: set[tuple[str, Did]] = set()

    def watch(outcome: Outcome, now: Micros) -> None:
        for decision in outcome.decisions:
            totals.count(decision, seen)
        if also is not None:
            also(outcome, now)

    record = live_through(plan, learner, events, until, watch)
    totals.learners += 1
    totals.count_levels(record)
    return record
