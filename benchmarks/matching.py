"""
What matching costs: the index, our durable_rules, and durable_rules alone, beside each other.

The question is whether cost grows with the number of rules when only one of them listens to an
event, and what each matcher takes to set up. Read the ratios: each compares figures of one run
on one machine, and absolute times say more about the machine.

Method:

- N rules (10, 100, 1,000, 10,000), each for an object of its own, one word and one threshold of
  its own. EVENTS events go to objects drawn at random, so exactly one rule listens to each;
  half of them score high enough to trigger it. An event carries the five keys that a plan gives
  a quiz's event, as in `serve`; four of them nobody listens to. The same seed gives all
  contestants the same rules and events.
- Every answer is compared with the one known by construction, before anything is timed.
- That first pass also makes the networks that durable_rules makes on first use. It is timed on
  its own ("first pass"); the rounds are timed warm, as a service runs.
- Contestants and sizes take turns, ROUNDS rounds over, so that a neighbour's load falls on all
  of them; of the rounds the median counts. The garbage collector is run before each and off
  in it. Time is CPU time of this process: what others do on the machine is not counted.
- "durable_rules alone" is the library as its manual shows it: one ruleset with all rules, one
  session, the object's name and the score as a float in the fact. 10,000 rules of it never
  return, nor do 512, so it stops at 500 here; each of its sizes is a column of that name.
- A worst case for our shards: networks share what has the same shape, and rules that all ask
  alike need few. So 10,000 more rules, sixteen an object with thresholds in random order and
  random words, whose shapes all differ, say what memory and first use cost at most.

`python -m benchmarks.matching` prints the ratios; they are recorded in benchmarks/README.md.
"""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from random import Random
from resource import getpagesize
from statistics import median
from time import process_time

from adapters.matching import DurableMatcher, networks_made, why_not_here
from engine.matching import Fact, IndexMatcher, Listener, Matcher
from engine.values import Comparison

SIZES = (10, 100, 1_000, 10_000)
SIZES_ALONE = (10, 100, 500)
EVENTS = 5_000
ROUNDS = 7
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Workload:
    """So many rules, and events of which each is heard by one, with what each triggers."""

    listeners: tuple[Listener, ...]
    facts: tuple[Fact, ...]
    expected: tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class Contestant:
    """A matcher at one size, what making it cost, and its rounds in µs an event."""

    name: str
    size: int
    ask: Callable[[Fact], tuple[str, ...]]
    workload: Workload
    setup: float
    first_pass: float
    rounds: list[float]

    @property
    def cost(self) -> float:
        """Give the median of the rounds, in µs an event."""
        return median(self.rounds)


def workload(size: int) -> Workload:
    """Make the rules and events of a size, the same each time."""
    random = Random(size)
    percents = [random.randrange(1, HUNDRED) for _ in range(size)]
    listeners = tuple(
        Listener(f"pack/rule-{n}", f"quiz:{n}", word="graded", score=at_least(percent))
        for n, percent in enumerate(percents)
    )
    facts, expected = [], []
    for _ in range(EVENTS):
        number = random.randrange(size)
        passes = random.random() < 0.5
        percent = random.randint(percents[number], HUNDRED) if passes else percents[number] - 1
        facts.append(
            Fact(
                keys=(f"quiz:{number}", "*quiz", "*activity", "*quiz@course:1", "!graded"),
                course="course:1",
                words=frozenset({"graded", "attempted"}),
                score=Fraction(percent, HUNDRED),
            )
        )
        expected.append((f"pack/rule-{number}",) if passes else ())
    return Workload(listeners, tuple(facts), tuple(expected))


def at_least(percent: int) -> Comparison:
    """Give `at least N%`."""
    return Comparison(Fraction(percent, HUNDRED), low_included=True, high=None, high_included=False)


def alone(listeners: tuple[Listener, ...]) -> Callable[[Fact], tuple[str, ...]]:
    """Put all rules into one ruleset of durable_rules, as its manual does."""
    # The library as others use it is what is measured, so it is imported past our one door.
    from durable import engine  # noqa: PLC0415 - only where it can be loaded

    class Quiet(engine.Host):  # type: ignore[misc] # durable_rules has no types
        """A Host without timers, which would take CPU time of their own."""

        def _run(self) -> None:
            pass

    noted: list[str] = []

    def noting(rule: str) -> Callable[[object], None]:
        def note(_closure: object) -> None:
            noted.append(rule)

        return note

    host = Quiet()
    host.register_rulesets(
        {
            "all": {
                listener.rule: {
                    "all": [
                        {
                            "m": {
                                "$and": [
                                    {"object": listener.key},
                                    {"word": listener.word},
                                    {"$gte": {"score": float(listener.score.low)}},
                                ]
                            }
                        }
                    ],
                    "run": noting(listener.rule),
                }
                for listener in listeners
                if listener.score is not None and listener.score.low is not None
            }
        }
    )

    def ask(fact: Fact) -> tuple[str, ...]:
        noted.clear()
        flat = {"id": "f", "sid": "s", "object": fact.keys[0], "word": "graded"}
        try:
            host.assert_fact("all", flat | {"score": float(fact.score or 0)})
        except engine.MessageNotHandledException:
            return ()
        host.retract_fact("all", flat | {"score": float(fact.score or 0)})
        return tuple(noted)

    return ask


Making = Callable[[tuple[Listener, ...]], Callable[[Fact], tuple[str, ...]]]


def asking(make: Callable[[tuple[Listener, ...]], Matcher]) -> Making:
    """Give a matcher's way to be asked, from its listeners."""
    return lambda listeners: make(listeners).triggered_by


def contestants() -> Iterator[Contestant]:
    """Make each matcher at each of its sizes, and hold its answers to those expected."""
    entries: list[tuple[str, Making, tuple[int, ...]]] = [("index", asking(IndexMatcher), SIZES)]
    if not why_not_here():
        entries.append(("durable_rules in shards", asking(DurableMatcher), SIZES))
        entries.append(("durable_rules alone", alone, SIZES_ALONE))
    for name, make, sizes in entries:
        for size in sizes:
            work = workload(size)
            start = process_time()
            ask = make(work.listeners)
            setup = process_time() - start
            start = process_time()
            answers = tuple(map(ask, work.facts))
            first_pass = process_time() - start
            if answers != work.expected:
                raise AssertionError(f"{name} answers wrongly at {size:,} rules")
            yield Contestant(name, size, ask, work, setup, first_pass, [])


def run_round(contestant: Contestant) -> None:
    """Time one pass over all events."""
    ask = contestant.ask
    gc.collect()
    gc.disable()
    start = process_time()
    for fact in contestant.workload.facts:
        ask(fact)
    taken = process_time() - start
    gc.enable()
    contestant.rounds.append(taken / EVENTS * 1e6)


def resident() -> float:
    """Give the memory that this process holds, in MB; Linux only."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * getpagesize() / 1e6


def worst_case(size: int) -> None:
    """Print what rules cost whose networks all differ in shape, each asked once."""
    random = Random(1)
    words = ("graded", "passed", "submitted", "completed", "attempted", "")
    listeners = tuple(
        Listener(f"rule-{n}", f"quiz:{n // 16}", word=random.choice(words), score=at_least(percent))
        for start in range(0, size, 16)
        for n, percent in enumerate(random.sample(range(HUNDRED), 16), start)
    )
    matcher = DurableMatcher(listeners)
    before, made, start = resident(), networks_made(), process_time()
    fired = 0
    for number in range(size // 16):
        fact = Fact((f"quiz:{number}",), "", frozenset(words[:-1]), Fraction(1))
        fired += len(matcher.triggered_by(fact))
    if fired != size:
        raise AssertionError(f"{fired:,} of {size:,} rules were triggered")
    print(f"\n{size:,} rules of shapes that all differ, each triggered once:")
    print(f"  {networks_made() - made:,} networks made and asked in {process_time() - start:.2f} s")
    print(f"  {resident() - before:,.0f} MB, {(resident() - before) * 1e3 / size:.1f} KB a rule")


def main() -> None:
    """Print the table and the ratios that the benchmark is for."""
    entered = list(contestants())
    for _ in range(ROUNDS):
        for contestant in entered:
            run_round(contestant)
    index = {c.size: c.cost for c in entered if c.name == "index"}
    smallest = {c.name: c.cost for c in entered if c.size == SIZES[0]}
    print("One rule listens to an event; half of the events trigger it.\n")
    print(
        f"{'matcher':<24}{'rules':>7}{'µs an event':>13}{'/ 10 rules':>12}{'/ index':>9}"
        f"{'set-up':>10}{'first pass':>12}"
    )
    for c in entered:
        to_index = f"{c.cost / index[c.size]:.1f}" if c.size in index else "-"
        print(
            f"{c.name:<24}{c.size:>7,}{c.cost:>13.2f}{c.cost / smallest[c.name]:>12.2f}"
            f"{to_index:>9}{c.setup:>8.3f} s{c.first_pass:>10.3f} s"
        )
    if why_not_here():
        print(f"\ndurable_rules cannot be loaded here: {why_not_here()}")
        return
    if Path("/proc/self/statm").exists():
        worst_case(SIZES[-1])


if __name__ == "__main__":
    main()
