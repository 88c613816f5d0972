"""
durable_rules behind the engine's door, and the choice between it and the index.

durable_rules is a Rete network in C. It is fast and sound for a little of what it offers,
and outside that it hangs, forgets or ends the process (docs/decisions/durable-rules-within-
walls.md). So it sees only small networks, and one flat fact of small integers and booleans at
a time (adapters/shards.py).
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Protocol

from adapters.shards import Seat, Shape, Value, gather, seats_of
from engine.matching import Fact, IndexMatcher, Listener, Matcher

QUESTIONS_A_KEY = 1_000
"""At most this many different questions about one key: 63 networks are asked one by one."""

QUESTIONS = 20_000
"""At most this many in all: 0.6 GB if no two networks have the same shape."""

RULES_IN_AUTO = 500
"""Up to here `auto` takes durable_rules; the index beyond, which needs less memory."""

TRIES = 3
"""How often a network that gave no answer is made anew before the machine counts as broken."""


class _Host(Protocol):
    """What is used of durable_rules' Host."""

    def register_rulesets(self, definitions: Mapping[str, object]) -> object:
        """Make networks."""
        ...

    def assert_fact(self, ruleset: str, fact: Mapping[str, Value]) -> object:
        """Run the actions of all rules that a fact meets; give the session's state."""
        ...

    def retract_fact(self, ruleset: str, fact: Mapping[str, Value]) -> object:
        """Take the fact back."""
        ...


@cache
def why_not_here() -> str:
    """Say why durable_rules cannot be used in this Python, "" if it can."""
    try:
        import durable.engine  # noqa: F401, PLC0415 - a C extension; loaded where it is chosen
    except ImportError as error:
        return str(error)
    return ""


@cache
def _stop_its_clock() -> None:
    """
    Keep durable_rules from asking what time it is.

    It asks before and after each action, and where ten seconds have passed (a stopped process, a
    clock put right) it drops the remaining matches. Our actions take no time. On CPython 3.12 its
    way of asking also warns, once an action.
    """
    from durable import engine as durable  # noqa: PLC0415 - see why_not_here

    durable._unix_now = lambda: 0.0  # noqa: SLF001 - the release is pinned, and its last


class _Network:
    """One shape, compiled by durable_rules: 16 rules and one session that is always empty."""

    def __init__(self, shape: Shape) -> None:
        from durable import engine as durable  # noqa: PLC0415 - see why_not_here

        _stop_its_clock()

        class Quiet(durable.Host):  # type: ignore[misc] # durable_rules has no types
            """A Host without its two threads, which re-arm for ever and ask C for the time."""

            def _run(self) -> None:
                pass

        class Noting(durable.Promise):  # type: ignore[misc] # durable_rules has no types
            """An action that lets an interrupt through; Promise's own run swallows it."""

            def run(self, closure: object, complete: Callable[[object], None]) -> None:
                self._func(closure)
                complete(None)

        self._noted: list[int] = []
        self._unmatched: type[Exception] = durable.MessageNotHandledException
        self._observed: type[Exception] = durable.MessageObservedException
        self._host: _Host = Quiet()
        rules = {
            f"r{number}": {"all": [terms.definition()], "run": Noting(self._noting(number))}
            for number, terms in enumerate(shape)
        }
        self._host.register_rulesets({"shard": rules})
        self.sound = True

    def _noting(self, number: int) -> Callable[[object], None]:
        noted = self._noted

        # Exactly one parameter: with two it is taken for asynchronous and never completes.
        def note(_closure: object) -> None:
            noted.append(number)

        return note

    def ask(self, fact: Mapping[str, Value]) -> tuple[int, ...] | None:
        """
        Give the numbers of the rules that a fact meets, None if the network is lost.

        It is lost when an interrupt left the fact in it, or when an action was not completed:
        from then on durable_rules answers every fact with nothing, and says so only by giving no
        state back.
        """
        if not self.sound:
            return None
        self.sound = False
        self._noted.clear()
        try:
            if not isinstance(self._host.assert_fact("shard", fact), dict):
                return None
        except self._unmatched:
            self.sound = True
            return ()
        except self._observed:
            return None
        answer = tuple(self._noted)
        self._host.retract_fact("shard", fact)
        self.sound = True
        return answer


_OWNER = threading.Lock()
"""
Who holds it alone may ask a network: a session asked by two threads at once mixes their matches.

A lock and no thread of its own: handing a fact to a thread costs 20 µs, and milliseconds while
another thread computes.
"""


class _Place:
    """
    Where the network of one shape stands, once it has been asked for.

    What a network was made for is not in it, so all shards of a shape share one, in one
    matcher and across reloads; durable_rules never gives all of a network's memory back.
    """

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self.network: _Network | None = None

    def ask(self, fact: Mapping[str, Value]) -> tuple[int, ...]:
        """Give the numbers of the rules that a fact meets."""
        with _OWNER:
            for _ in range(TRIES):
                if self.network is None:
                    self.network = _Network(self._shape)
                answer = self.network.ask(fact)
                if answer is not None:
                    return answer
                self.network = None
        raise RuntimeError(
            f"durable_rules gave no answer {TRIES} times in a row, each time in a new network. "
            "Set [engine] matcher to index."
        )


_PLACES: dict[Shape, _Place] = {}


def _place_of(shape: Shape) -> _Place:
    return _PLACES.setdefault(shape, _Place(shape))


def networks_made() -> int:
    """Give the number of networks that this process holds."""
    return sum(place.network is not None for place in tuple(_PLACES.values()))


class DurableMatcher:
    """
    durable_rules, in the walls within which it is right.

    A dictionary by key says which shards to ask, if any: most events ask none. Networks are
    made on first use.

    Attributes:
        shards: How many shards the listeners fill; those of one shape share a network.

    Raises ValueError, with a sentence for an operator, where it is asked to hold too much.
    """

    def __init__(self, listeners: tuple[Listener, ...]) -> None:
        """Pack what the rules listen for into shards; no network is made yet."""
        asked = gather(listeners)
        _refuse_too_many({key: len(questions) for key, questions in asked.items()})
        seats = seats_of(asked)
        shards = {id(seat.shard): seat.shard for found in seats.values() for seat in found}
        places = {name: _place_of(shard.shape) for name, shard in shards.items()}
        self.shards = len(shards)
        self._asked: Mapping[str, tuple[tuple[_Place, Seat], ...]] = {
            key: tuple((places[id(seat.shard)], seat) for seat in found)
            for key, found in seats.items()
        }

    def triggered_by(self, fact: Fact) -> tuple[str, ...]:
        """Give the full names of the rules that a fact may trigger, sorted, each once."""
        found: set[str] = set()
        for key in fact.keys:
            for place, seat in self._asked.get(key, ()):
                for number in place.ask(seat.flat(fact)):
                    found.update(seat.shard.rules[number])
        return tuple(sorted(found)) if found else ()


def _refuse_too_many(questions: Mapping[str, int]) -> None:
    instead = "Set [engine] matcher to index, which has no such limit."
    for key, number in questions.items():
        if number > QUESTIONS_A_KEY:
            raise ValueError(
                f"Rules listen to {key} in {number:,} different ways; the matcher durable-rules "
                f"takes at most {QUESTIONS_A_KEY:,} for one object. {instead}"
            )
    total = sum(questions.values())
    if total > QUESTIONS:
        raise ValueError(
            f"Rules listen in {total:,} different ways; the matcher durable-rules takes at most "
            f"{QUESTIONS:,}. {instead}"
        )


class MatcherName(StrEnum):
    """What `[engine] matcher` may say."""

    AUTO = "auto"
    DURABLE_RULES = "durable-rules"
    INDEX = "index"


@dataclass(frozen=True, slots=True)
class _Choice:
    """Which matcher serves, and why."""

    make: Callable[[tuple[Listener, ...]], Matcher]
    words: str


def _choose(name: str, rules: int) -> _Choice:
    try:
        chosen = MatcherName(name)
    except ValueError:
        allowed = ", ".join(MatcherName)
        raise ValueError(f"The matcher {name!r} is not known; it may be {allowed}.") from None
    match chosen:
        case MatcherName.INDEX:
            return _Choice(
                IndexMatcher, "Rules are matched by the index, as [engine] matcher says."
            )
        case MatcherName.DURABLE_RULES:
            if why_not_here():
                raise ValueError(
                    f"[engine] matcher is durable-rules, which cannot be loaded here "
                    f"({why_not_here()}). It needs CPython 3.11 or 3.12; auto or index will do."
                )
            return _Choice(
                DurableMatcher, "Rules are matched by durable_rules, as [engine] matcher says."
            )
        case MatcherName.AUTO:
            return _automatic(rules)


def _automatic(rules: int) -> _Choice:
    if rules > RULES_IN_AUTO:
        return _Choice(
            IndexMatcher,
            f"Rules are matched by the index: {rules:,} are triggered by events, and durable_rules "
            f"is taken up to {RULES_IN_AUTO:,}.",
        )
    if why_not_here():
        return _Choice(
            IndexMatcher,
            f"Rules are matched by the index: durable_rules cannot be loaded here "
            f"({why_not_here()}).",
        )
    count = "1 is" if rules == 1 else f"{rules:,} are"
    return _Choice(
        DurableMatcher, f"Rules are matched by durable_rules: {count} triggered by events."
    )


def make_matcher(name: str, rules: int | None = None) -> Callable[[tuple[Listener, ...]], Matcher]:
    """
    Give what builds the matcher that a setting asks for, as a plan's `make_matcher`.

    Args:
        name: What `[engine] matcher` says: auto, durable-rules or index.
        rules: How many rules are triggered by events; None to count them among the listeners.

    Raises ValueError, with a sentence for an operator, where the name is not known or
    durable_rules is asked for and cannot be loaded; what it returns, where the listeners are
    more than durable_rules takes.
    """
    if rules is not None:
        return _choose(name, rules).make
    _choose(name, 0)  # a wrong setting is said at once
    return lambda listeners: _choose(name, event_rules(listeners)).make(listeners)


def event_rules(listeners: Iterable[Listener]) -> int:
    """Count the rules that listen."""
    return len({listener.rule for listener in listeners})


def matcher_in_words(name: str, rules: int) -> str:
    """Say in one sentence which matcher is in force and why, as `serve` does at its start."""
    return _choose(name, rules).words
