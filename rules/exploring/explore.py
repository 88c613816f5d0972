"""
Packs driven by histories at random, and what was found made as small as it can be.

Each history is lived on simulated time, and then a year and a half of silence. What is found is
tried again with ever fewer events, so that what remains is the shortest story that shows it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from functools import cached_property

from engine.calendar import DAY, Micros, instant, micros
from engine.decide import RunawayRulesError
from engine.events import Event
from engine.evidence import can_be_recalled
from engine.plan import Plan
from engine.record import Record
from engine.replay import Life
from engine.ruleset import Ruleset
from engine.source import NOWHERE, Span
from rules.exploring.histories import FIRST, WHO, Ground, arrivals, draw, ground_of
from rules.exploring.oracle import Fault, Finding, Oracle
from rules.recorded_steps import Came
from rules.scenarios import as_tested

SILENCE = 540 * DAY
"""How long a learner is lived on after her last event."""

MOST_TRIES = 400
"""Histories tried at most to make one finding small."""

MOST_TIMERS = 5_000
"""Timers in one history after which a rule is said to go on without end."""

Key = tuple[Fault, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, with the shortest history that shows it and the number of the one that did."""

    finding: Finding
    came: tuple[Came, ...]
    number: int


@dataclass(slots=True)
class Explored:
    """What came of one pack's histories."""

    pack: str
    histories: int = 0
    events: int = 0
    found: list[Found] = field(default_factory=list)


class _GoesOn(Exception):  # noqa: N818 - it leaves a history that has no end, no error of ours
    pass


class Explorer:
    """Drives one pack of a ruleset."""

    def __init__(self, ruleset: Ruleset, pack: str, seed: int) -> None:
        """Make the ruleset live from before the first event."""
        live = datetime.combine(FIRST, time()).astimezone(instant(0).tzinfo)
        self.plan = Plan(as_tested(ruleset, live), tells=False)
        self.pack = pack
        self.seed = seed

    @cached_property
    def ground(self) -> Ground:
        """Give what the pack's rules ask about."""
        return ground_of(self.plan, self.pack)

    def explore(self, number: int) -> Explored:
        """Drive the pack with so many histories; each finding is told once."""
        explored = Explored(self.pack)
        known: set[Key] = set()
        for n in range(number):
            came = draw(self.ground, f"milepost {self.seed} {self.pack} {n}")
            explored.histories += 1
            explored.events += len(came)
            for key, finding in self.faults(came).items():
                if key not in known and self._is_ours(finding):
                    known.add(key)
                    small = self.shrunk(came, key)
                    last = self.faults(small).get(key, finding)
                    explored.found.append(Found(last, small, n))
        return explored

    def _is_ours(self, finding: Finding) -> bool:
        return not finding.things or any(t.startswith(f"{self.pack}/") for t in finding.things)

    # --- one history ---------------------------------------------------------------------

    def faults(self, came: Sequence[Came]) -> dict[Key, Finding]:
        """Live a history through; give what must not be, by what makes it the same."""
        order = list(arrivals(came))
        last = max((at for at, _ in order), default=0)
        oracle = Oracle(self.plan, last)
        try:
            record = self._live(order, oracle, last + SILENCE)
            self._any_order(came, record, oracle, last + SILENCE)
        except RunawayRulesError as error:
            things = tuple(sorted(set(error.chain)))
            finding = Finding(Fault.CIRCLE, things, self._span(things), " → ".join(error.chain[:6]))
            oracle.found[finding.key] = finding
        except _GoesOn:
            pass
        except Exception as error:  # noqa: BLE001 - whatever it is, it is ours, and an author must be told
            said = f"{type(error).__name__}: {error}"
            finding = Finding(Fault.CRASH, (), NOWHERE, said)
            oracle.found[finding.key] = finding
        return oracle.found

    def _span(self, things: Sequence[str]) -> Span:
        ruleset = self.plan.ruleset
        for name in things:
            known = ruleset.rules.get(name) or ruleset.credentials.get(name)
            if known is not None:
                return known.span
        return NOWHERE

    def _live(self, order: Sequence[tuple[Micros, Event]], oracle: Oracle, end: Micros) -> Record:
        timers = 0
        life = Life(self.plan, WHO, oracle.watch)

        def until(now: Micros) -> None:
            nonlocal timers
            while (due := life.next_timer()) is not None and due <= now:
                timers += 1
                if timers > MOST_TIMERS:
                    raise _GoesOn
                oracle.at_a_moment()
                life.until(due)

        for at, event in order:
            until(at - 1)
            oracle.at_a_moment()
            life.take(event, at)
        until(end)
        return life.record

    def _any_order(self, came: Sequence[Came], record: Record, oracle: Oracle, end: Micros) -> None:
        """Live the same events in the order they happened: what is known and held is the same."""
        if all(item.arrives is None for item in came):
            return
        first: dict[str, Came] = {}
        for item in came:
            first.setdefault(item.event.id, replace(item, arrives=None))
        quiet = Oracle(self.plan, oracle.last_event)
        other = self._live(list(arrivals(tuple(first.values()))), quiet, end)
        if record.facts() != other.facts():
            finding = Finding(Fault.ORDER, (), NOWHERE, "what is known of the learner differs")
            oracle.found.setdefault(finding.key, finding)
        for credential in self.plan.ruleset.credentials.values():
            late, timely = (r.ledger.held(credential.id) is not None for r in (record, other))
            if late is not timely and can_be_recalled(credential.requires):
                said = "held when events come late, and not in their order"
                if timely:
                    said = "held when events come in their order, and not when they come late"
                finding = Finding(Fault.ORDER, (credential.id,), credential.span, said)
                oracle.found.setdefault(finding.key, finding)

    # --- the shortest --------------------------------------------------------------------

    def shrunk(self, came: tuple[Came, ...], key: Key) -> tuple[Came, ...]:
        """Leave out what a finding does not need: halves first, then ever smaller parts."""
        tries = 0

        def shows(some: tuple[Came, ...]) -> bool:
            nonlocal tries
            tries += 1
            return tries <= MOST_TRIES and bool(some) and key in self.faults(some)

        size = max(1, len(came) // 2)
        while size >= 1:
            shorter = _shorter(came, size, shows)
            if shorter is None:
                size //= 2
            else:
                came = shorter
        return _in_time(came, shows)


def _shorter(
    came: tuple[Came, ...], size: int, shows: Callable[[tuple[Came, ...]], bool]
) -> tuple[Came, ...] | None:
    """Give a history without some stretch of so many events that still shows it."""
    for start in range(0, len(came), size):
        less = came[:start] + came[start + size :]
        if shows(less):
            return less
    return None


def _in_time(came: tuple[Came, ...], shows: Callable[[tuple[Came, ...]], bool]) -> tuple[Came, ...]:
    """Let what came late come at once, where that shows it too."""
    for number, item in enumerate(came):
        if item.arrives is not None:
            plain = (*came[:number], replace(item, arrives=None), *came[number + 1 :])
            if shows(plain):
                came = plain
    return came


def explore(ruleset: Ruleset, packs: Sequence[str], number: int, seed: int) -> Iterator[Explored]:
    """Drive each of some packs with so many histories of its own."""
    for pack in packs:
        yield Explorer(ruleset, pack, seed).explore(number)


def ends_at(came: Sequence[Came]) -> Micros:
    """Give the instant of the last arrival."""
    return max((item.arrives or micros(item.event.time) for item in came), default=0)
