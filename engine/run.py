"""
One call of `decide` under way: the learner, the instant, and what is being built for the outcome.

Rules, messages and levels are decided by functions of their own; this is what they share.
"""

from dataclasses import dataclass, field
from fractions import Fraction

from engine.attempts import Attempt
from engine.calendar import Micros, micros
from engine.happening import Happening
from engine.ledger import Occasion, Sent
from engine.outcome import Decision, Did, Effect, Outcome, firing_key
from engine.plan import Plan
from engine.ruleset import Rule, State
from engine.shares import place_among_learners
from engine.timers import word_of
from engine.verdict import Verdict
from engine.view import Known, View


@dataclass(frozen=True, slots=True)
class Firing:
    """
    A rule that was triggered and says yes.

    Attributes:
        key: Its name: the same for the same rule, learner and occasion.
        view: The learner as the rule's author sees her.
        verdict: Why it says yes.
        happening: What triggered it just now; None where a timer did.
    """

    rule: Rule
    occasion: Occasion
    key: str
    view: View
    verdict: Verdict
    happening: Happening | None = None


@dataclass(slots=True)
class Run:
    """
    All that one call of `decide` does, for one learner.

    Attributes:
        plan: The ruleset.
        outcome: What is being built; its record changes in place.
        now: The instant.
        pending: Effects on the learner's state, applied when a round is over, each with the
            chain of rules that led to it.
        chain: The rules and credentials that led to what is being asked about.
        followed: What followed in this round and may trigger further rules.
        touched: Keys whose states changed, so that timers on them are set anew.
        presence: Whether a rule enrolled the learner somewhere or took her out.
    """

    plan: Plan
    outcome: Outcome
    now: Micros
    pending: list[tuple[Effect, tuple[str, ...]]] = field(default_factory=list)
    chain: tuple[str, ...] = ()
    followed: list[Happening] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    known: Known = field(default_factory=dict)
    presence: bool = False

    # --- views ---------------------------------------------------------------------------

    def view(self, owner: str, course: str = "", at: Micros | None = None) -> View:
        """Give the learner as the author of a pack sees her now."""
        pack = owner.partition("/")[0]
        record = self.outcome.record
        zone = self.plan.clocks.zone(record.said("zone"), course, pack)
        return View(
            self.plan,
            record,
            self.now,
            zone,
            pack,
            course,
            trigger_at=at,
            telling=False,
            current=owner in self.plan.ruleset.rules,
            known=self.known,
        )

    def is_in_force(self, rule: Rule, at: Micros, *, spell: bool = False) -> bool:
        """Say whether a rule acts on what happened at an instant."""
        if rule.state is State.RETIRED:
            return False
        live, since, until = self.plan.in_force(rule)
        if self.now >= until:
            return False
        for share, moment in rule.earlier:
            if self._is_among(rule, share):
                live = min(live, max(since, micros(moment)))
        if spell and rule.catch_up:
            return self.now >= since
        return at >= live

    def is_draft(self, rule: Rule) -> bool:
        """Say whether a rule only counts for this learner: a draft, or live for others."""
        if rule.state is State.DRAFT:
            return True
        return rule.share is not None and not self._is_among(rule, rule.share)

    def _is_among(self, rule: Rule, share: Fraction) -> bool:
        """Say whether the learner is among a share of all."""
        return place_among_learners(rule.id, self.outcome.record.learner) < share

    def memory(self, rule: Rule) -> str:
        """Give the name under which the ledger remembers a rule; drafts use up nothing."""
        return f"draft {rule.id}" if self.is_draft(rule) else rule.id

    def sent_by(self, rule: Rule) -> list[Sent]:
        """Give the messages that count for a rule's gap and cap: its own, or its block's."""
        sent = self.outcome.record.ledger.sent
        if not rule.limits.together:
            return sent.get(self.memory(rule), [])
        names = self.plan.together[rule.limits.together]
        return [slot for name in names for slot in sent.get(name, ())]

    def firing(self, rule: Rule, occasion: Occasion) -> str:
        """Give the key of a firing."""
        return firing_key(
            self.outcome.record.learner, self.memory(rule), occasion.course, occasion.key
        )

    def own_attempt(self, occasion: Occasion) -> Attempt | None:
        """Give the attempt that an occasion was about, as known now; None if there is none."""
        trace = self.outcome.record.traces.get(occasion.object)
        if trace is None or not occasion.event:
            return None
        view = self.view(occasion.rule, occasion.course)
        known = self.plan.activities_at.get(occasion.object)
        for attempt in view.attempts_in(occasion.object, trace, known[0] if known else None):
            if attempt.name and attempt.name == occasion.attempt:
                return attempt
            if any(entry.id == occasion.event for entry in attempt.entries):
                return attempt
        return None

    def set_timer(self, key: str, at: Micros | None) -> None:
        """Note when to look again, or that a timer is no longer needed."""
        timers = self.outcome.record.ledger.timers
        if at is None:
            if timers.pop(key, None) is not None:
                self.outcome.timers[key] = None
        elif timers.get(key) != at:
            timers[key] = at
            self.outcome.timers[key] = at

    def decide(
        self, firing: Firing, did: Did, *, because: str = "", until: Micros | None = None
    ) -> None:
        """Note what a rule did, or why it did not."""
        rule, occasion = firing.rule, firing.occasion
        self.outcome.decisions.append(
            Decision(
                did,
                rule.id,
                self.now,
                occasion.course,
                occasion.event or word_of(rule),
                firing.key,
                because,
                until,
                firing.verdict,
                draft=self.is_draft(rule),
            )
        )
