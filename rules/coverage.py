"""
What scenarios have seen: which rules acted, and which conditions were answered both ways.

A condition that was only ever yes might as well not be there, as far as the scenarios know.
Lists (`any`, `none`) are covered by what stands in them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from engine.leaves import conditions_of
from engine.matching import Fact, IndexMatcher, Listener
from engine.outcome import Did, Outcome
from engine.plan import Plan
from engine.record import Record
from engine.ruleset import Credential, Rule, Ruleset, State
from engine.source import Span
from engine.terms import Condition, Group, Leaf
from engine.timers import time_asks
from engine.triggers import OnEvent
from engine.verdict import Answer
from engine.view import View
from engine.wording import ask


@dataclass(slots=True)
class Seen:
    """
    One condition or trigger, and what was answered to it.

    Attributes:
        span: Where it stands.
        asks: It in the author's words.
        true: Whether it was ever answered yes.
        false: Whether it was ever answered no, or with nothing known.
    """

    span: Span
    asks: str
    true: bool = False
    false: bool = False

    @property
    def both(self) -> bool:
        """Say whether it was seen both ways."""
        return self.true and self.false


@dataclass(frozen=True, slots=True)
class Gap:
    """One way in which a condition was never seen: `never` is *true* or *false*."""

    span: Span
    never: str
    asks: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Coverage in numbers."""

    rules: int
    acted: int
    credentials: int
    awarded: int
    conditions: int
    both: int

    @property
    def share(self) -> Fraction:
        """Give the share of conditions seen both ways; all of none are."""
        return Fraction(self.both, self.conditions) if self.conditions else Fraction(1)


@dataclass(slots=True)
class Coverage:
    """
    What the scenarios of some packs have seen.

    Attributes:
        ruleset: The rules and credentials.
        packs: The packs whose scenarios are played; what others say is their own.
        acted: Rules that did something, and credentials that were awarded, by full name.
        played: How many scenarios were played.
    """

    ruleset: Ruleset
    packs: tuple[str, ...]
    acted: set[str] = field(default_factory=set)
    played: int = 0
    _seen: dict[int, Seen] = field(default_factory=dict)
    _time: dict[str, Seen] = field(default_factory=dict)
    leaves: dict[str, tuple[Leaf, ...]] = field(default_factory=dict)
    _came: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Find all conditions and triggers there are."""
        for rule in self.rules:
            pack = rule.id.partition("/")[0]
            if isinstance(rule.when, OnEvent):
                self.leaves[rule.id] = rule.when.leaves
                for leaf in rule.when.leaves:
                    self._note(leaf, pack)
            else:
                self._time[rule.id] = Seen(rule.when.span, "")
            for condition in conditions_of(rule.condition):
                self._note(condition, pack)
        for credential in self.credentials:
            pack = credential.id.partition("/")[0]
            for condition in conditions_of(credential.requires):
                self._note(condition, pack)

    def _note(self, condition: Condition, pack: str) -> None:
        def short(name: str) -> str:
            return name.removeprefix(f"{pack}/")

        if not isinstance(condition, Group):
            self._seen[id(condition)] = Seen(condition.span, ask(condition, short))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Give the rules that scenarios may let act, in order of name."""
        return tuple(
            rule
            for name, rule in sorted(self.ruleset.rules.items())
            if name.partition("/")[0] in self.packs and rule.state is not State.RETIRED
        )

    @property
    def credentials(self) -> tuple[Credential, ...]:
        """Give the credentials that scenarios may award, in order of name."""
        return tuple(
            credential
            for name, credential in sorted(self.ruleset.credentials.items())
            if name.partition("/")[0] in self.packs and credential.state is not State.RETIRED
        )

    @property
    def counts(self) -> Counts:
        """Give it all in numbers."""
        rules, credentials, conditions = self.rules, self.credentials, self.conditions
        return Counts(
            len(rules),
            sum(rule.id in self.acted for rule in rules),
            len(credentials),
            sum(credential.id in self.acted for credential in credentials),
            len(conditions),
            sum(seen.both for seen in conditions),
        )

    @property
    def conditions(self) -> tuple[Seen, ...]:
        """Give all conditions and triggers, in order of place."""
        return tuple(
            sorted((*self._seen.values(), *self._time.values()), key=lambda seen: seen.span)
        )

    @property
    def idle(self) -> tuple[Rule | Credential, ...]:
        """Give the rules and credentials that acted in no scenario, in order of place."""
        known: list[Rule | Credential] = [*self.rules, *self.credentials]
        waiting = [thing for thing in known if thing.id not in self.acted]
        return tuple(sorted(waiting, key=lambda thing: thing.span))

    def gaps(self) -> Iterator[Gap]:
        """Yield each way in which a condition was never seen, in order of place."""
        self._put_into_words()
        for seen in self.conditions:
            if not seen.true:
                yield Gap(seen.span, "true", seen.asks)
            if not seen.false:
                yield Gap(seen.span, "false", seen.asks)

    def _put_into_words(self) -> None:
        """Write the time triggers as their authors would."""
        if any(not seen.both for seen in self._time.values()):
            plan = Plan(self.ruleset)
            for name, seen in self._time.items():
                pack = name.partition("/")[0]
                view = View(plan, Record(""), 0, plan.clocks.zone("", "", pack), pack)
                seen.asks = time_asks(self.ruleset.rules[name], view)

    # --- what is seen --------------------------------------------------------------------

    def answered(self, condition: Condition, answer: Answer) -> None:
        """See what was answered to a condition; those made up on the way count for nothing."""
        seen = self._seen.get(id(condition))
        if seen is not None:
            if answer is Answer.YES:
                seen.true = True
            else:
                seen.false = True

    def triggered(self, rule: str) -> None:
        """See that a rule's trigger came."""
        self._came.add(rule)

    def took(self, outcome: Outcome) -> None:
        """See what an outcome did."""
        for decision in outcome.decisions:
            if decision.did in (Did.FIRED, Did.AWARDED):
                self.acted.add(decision.thing)

    def begin(self) -> None:
        """Begin a scenario."""
        self._came.clear()

    def end(self, files: tuple[str, ...]) -> None:
        """End a scenario that tests some files: time triggers that did not come were false."""
        self.played += 1
        for name, seen in self._time.items():
            if name in self._came:
                seen.true = True
            elif seen.span.file in files:
                seen.false = True

    # --- events that trigger nothing -----------------------------------------------------

    def matcher(self, listeners: tuple[Listener, ...]) -> "Hearing":
        """Build the matcher behind the door: the index, which tells what it turned away."""
        return Hearing(self, listeners)


class Hearing(IndexMatcher):
    """The index; a trigger on an event's own activity that does not let it in was false."""

    def __init__(self, coverage: Coverage, listeners: tuple[Listener, ...]) -> None:
        """Build the index, and a second one of who listens at all."""
        super().__init__(listeners)
        self.coverage = coverage
        self.listening: dict[str, list[tuple[str, Leaf]]] = {}
        waiting = {rule: list(leaves) for rule, leaves in coverage.leaves.items()}
        for listener in listeners:
            leaves = waiting.get(listener.rule)
            if leaves:
                # A plan makes a rule's listeners in the order of its leaves.
                heard = (listener.rule, leaves.pop(0))
                self.listening.setdefault(listener.key, []).append(heard)

    def triggered_by(self, fact: Fact) -> tuple[str, ...]:
        """Give the full names of the rules that a fact may trigger, sorted, each once."""
        found = super().triggered_by(fact)
        for key in fact.keys:
            for rule, leaf in self.listening.get(key, ()):
                if rule not in found:
                    self.coverage.answered(leaf, Answer.NO)
        return found
