"""durable_rules, in its walls, gives the index's answers, whatever is asked and by whom."""

import json
import resource
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from fractions import Fraction
from random import Random
from types import FrameType

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from adapters import matching
from adapters.matching import DurableMatcher, networks_made, why_not_here
from engine.matching import Fact, IndexMatcher, Listener
from engine.values import Comparison, Unit

pytestmark = pytest.mark.skipif(
    bool(why_not_here()), reason=f"durable_rules cannot be loaded here: {why_not_here()}"
)

KEYS = ("quiz:1", "*quiz", "*activity@course:1", '!"it\'s $m", {}', "é🦉\\u0000\n", "x" * 300)
COURSES = ("", "course:1", "$s", '"🎓"')
WORDS = ("", "graded", "passed", "w_1", "$not", "id", 'say "hi"')
HAIR = Fraction(1, 10**30)
ENDS = (Fraction(0), Fraction(1, 3), Fraction(7, 10), Fraction(7, 10) + HAIR, Fraction(1))


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    """Ranges with and without ends, open and closed, also empty ones, in both units."""
    end = st.none() | st.sampled_from(ENDS) | st.fractions(-2, 200)
    return Comparison(
        low=draw(end),
        low_included=draw(st.booleans()),
        high=draw(end),
        high_included=draw(st.booleans()),
        unit=draw(st.sampled_from(Unit)),
    )


@st.composite
def values(draw: st.DrawFn) -> Fraction | None:
    """Unknown, on a threshold that tests like, or a hair beside it."""
    near = draw(st.none() | st.sampled_from(ENDS) | st.fractions(-2, 200))
    return None if near is None else near + draw(st.sampled_from((-HAIR, Fraction(0), HAIR)))


listeners = st.builds(
    Listener,
    rule=st.integers(0, 60).map(lambda number: f"pack/rule-{number}"),
    key=st.sampled_from(KEYS),
    course=st.sampled_from(COURSES),
    word=st.sampled_from(WORDS),
    score=st.none() | comparisons(),
)
facts = st.builds(
    Fact,
    keys=st.lists(st.sampled_from((*KEYS, "quiz:2")), max_size=5).map(tuple),
    course=st.sampled_from(COURSES),
    words=st.frozensets(st.sampled_from((*WORDS[1:], "unheard of"))),
    score=values(),
    points=values(),
)


def at_least(percent: Fraction) -> Comparison:
    """Give the comparison that most rules ask."""
    return Comparison(percent, low_included=True, high=None, high_included=False)


@settings(deadline=None, max_examples=200)
@given(st.lists(listeners, max_size=60).map(tuple), st.lists(facts, max_size=20))
def test_gives_the_answers_of_the_index(listening: tuple[Listener, ...], asked: list[Fact]) -> None:
    """Any listeners and any facts: the same rules from both matchers."""
    index, durable = IndexMatcher(listening), DurableMatcher(listening)
    for fact in asked:
        expected = index.triggered_by(fact)
        event(f"fires {min(len(expected), 3)}{'+' if len(expected) > 3 else ''}")
        assert expected == durable.triggered_by(fact)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (Fraction(7, 10) - HAIR, ("below",)),
        (Fraction(7, 10), ("at least", "exactly", "up to")),
        (Fraction(7, 10) + HAIR, ("at least", "more")),
        (None, ()),
    ],
)
def test_a_hair_below_70_percent_is_not_70_percent(
    score: Fraction | None, expected: tuple[str, ...]
) -> None:
    """Thresholds hold exactly, where doubles would not tell these three scores apart."""
    seventy = Fraction(7, 10)
    assert score is None or float(score) == 0.7
    durable = DurableMatcher(
        (
            Listener("at least", "quiz:1", score=at_least(seventy)),
            Listener("more", "quiz:1", score=Comparison(seventy, False, None, False)),
            Listener("below", "quiz:1", score=Comparison(None, False, seventy, False)),
            Listener("exactly", "quiz:1", score=Comparison(seventy, True, seventy, True)),
            Listener(
                "up to", "quiz:1", score=Comparison(Fraction(69, 100) + HAIR, True, seventy, True)
            ),
        )
    )
    answer = durable.triggered_by(Fact(("quiz:1",), "", frozenset(), score))
    assert expected == tuple(rule for rule in answer if not (score != seventy and rule == "up to"))


def test_600_rules_on_600_objects_pass_the_wall_of_512() -> None:
    """One ruleset with 512 literals never returns; shards do, and each rule hears its own."""
    listening = tuple(
        Listener(f"rule-{n}", f"quiz:{n}", score=at_least(Fraction(n, 600))) for n in range(600)
    )
    durable = DurableMatcher(listening)
    assert 38 == durable.shards  # packed full: ceil(600 / 16)
    for n in range(600):
        fact = Fact((f"quiz:{n}", "*quiz"), "", frozenset(), Fraction(n, 600))
        assert (f"rule-{n}",) == durable.triggered_by(fact)


def test_600_questions_about_one_object_all_fire() -> None:
    """300 rules that all match are refused by durable_rules; over shards, 600 fire."""
    listening = tuple(
        Listener(f"rule-{n:03}", "quiz:1", score=at_least(Fraction(n, 1000))) for n in range(600)
    )
    durable = DurableMatcher(listening)
    fact = Fact(("quiz:1",), "", frozenset(), Fraction(1))
    assert tuple(f"rule-{n:03}" for n in range(600)) == durable.triggered_by(fact)
    half = Fact(("quiz:1",), "", frozenset(), Fraction(299, 1000))
    assert tuple(f"rule-{n:03}" for n in range(300)) == durable.triggered_by(half)


def test_shards_are_packed_full_whatever_the_keys_hold() -> None:
    """Keys with 5 questions leave one place in 16 at most, and with others none."""
    listening = tuple(
        Listener(f"rule-{key}-{n}", f"quiz:{key}", word=f"word-{n}")
        for key, size in enumerate([5] * 32 + [1] * 32)
        for n in range(size)
    )
    assert -(-len(listening) // 16) == DurableMatcher(listening).shards


def test_nothing_is_made_before_it_is_asked_and_shapes_are_shared() -> None:
    """10,000 rules cost no network at set-up, and one where all objects are asked the same."""
    before = networks_made()
    durable = DurableMatcher(
        tuple(Listener(f"rule-{n}", f"quiz:{n}", word="lazily made") for n in range(10_000))
    )
    assert 625 == durable.shards
    assert before == networks_made()
    for n in range(0, 10_000, 7):
        heard = Fact((f"quiz:{n}",), "", frozenset({"lazily made"}))
        assert (f"rule-{n}",) == durable.triggered_by(heard)
    assert before + 1 >= networks_made()


def _mixed(random: Random) -> tuple[tuple[Listener, ...], list[Fact]]:
    listening = tuple(
        Listener(
            rule=f"rule-{n}",
            key=random.choice(KEYS),
            course=random.choice(COURSES),
            word=random.choice(WORDS),
            score=random.choice((None, at_least(random.choice(ENDS)))),
        )
        for n in range(80)
    )
    asked = [
        Fact(
            keys=tuple(random.sample(KEYS, 3)),
            course=random.choice(COURSES),
            words=frozenset(random.sample(WORDS[1:], 2)),
            score=random.choice((None, *ENDS)),
        )
        for _ in range(200)
    ]
    return listening, asked


def test_eight_threads_get_their_own_answers() -> None:
    """Threads that ask one matcher at once never see each other's matches."""
    listening, asked = _mixed(Random(8))
    index, durable = IndexMatcher(listening), DurableMatcher(listening)
    expected = [index.triggered_by(fact) for fact in asked]
    start = threading.Barrier(8)

    def ask(seed: int) -> int:
        order = Random(seed).sample(range(len(asked)), len(asked))
        start.wait()
        return sum(expected[n] != durable.triggered_by(asked[n]) for _ in range(3) for n in order)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as pool:
            assert [0] * 8 == list(pool.map(ask, range(8)))
    finally:
        sys.setswitchinterval(interval)
    assert sum(map(len, expected)) > 200


def _resident() -> int:
    """Give the most memory that this process ever held, in KiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


def test_20_000_facts_leave_no_memory_behind() -> None:
    """Facts that fire, that match in part and that match nothing: the process does not grow."""
    listening, asked = _mixed(Random(20))
    durable = DurableMatcher(listening)
    for fact in asked * 5:
        durable.triggered_by(fact)
    before = _resident()
    for _ in range(100):
        for fact in asked:
            durable.triggered_by(fact)
    assert _resident() - before < 8 * 1024


class _InterruptedError(BaseException):
    """What a signal's handler raises, as Ctrl-C does."""


@contextmanager
def _interrupts(every: float) -> Iterator[list[int]]:
    """Raise in this thread again and again, and count how often."""
    raised = [0]

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raised[0] += 1
        raise _InterruptedError

    previous = signal.signal(signal.SIGALRM, interrupt)
    try:
        yield raised
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
