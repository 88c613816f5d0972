"""durable_rules at its worst: many threads, long runs, interrupts, a clock that leaps."""

import gc
import itertools
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from random import Random
from types import FrameType

import pytest

from adapters import matching
from adapters.matching import TRIES, DurableMatcher, why_not_here
from adapters.shards import Shape
from engine.matching import Fact, IndexMatcher, Listener
from engine.values import Comparison

pytestmark = pytest.mark.skipif(
    bool(why_not_here()), reason=f"durable_rules cannot be loaded here: {why_not_here()}"
)

KEYS = tuple(f"quiz:{number}" for number in range(6))
COURSES = ("", "course:1", "course:2")
WORDS = ("", "graded", "passed", "submitted", "completed")
ENDS = (Fraction(0), Fraction(1, 3), Fraction(7, 10), Fraction(1))


def at_least(percent: Fraction) -> Comparison:
    """Give the comparison that most rules ask."""
    return Comparison(percent, low_included=True, high=None, high_included=False)


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


def test_eight_threads_get_their_own_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that ask one matcher at once never see each other's matches, nor lose a network."""
    made: list[object] = []
    network = matching._Network  # noqa: SLF001 - its making is what is counted

    def counted(shape: Shape) -> object:
        made.append(shape)
        return network(shape)

    monkeypatch.setattr(matching, "_Network", counted)
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
    assert len(set(made)) == len(made)


def _resident() -> int:
    """Give the memory that this process holds, in KiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="Linux alone has /proc")
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


class Interrupted(BaseException):
    """What a signal's handler raises, as Ctrl-C does."""


@contextmanager
def interrupting() -> Iterator[None]:
    """Let an alarm raise in this thread, but not inside the garbage collector's callbacks."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise Interrupted

    previous = signal.signal(signal.SIGALRM, interrupt)
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def test_an_interrupt_at_any_moment_is_raised_and_changes_no_later_answer() -> None:
    """Ctrl-C amid an answer reaches the caller, and no match is left over for the next fact."""
    random = Random(3)
    listening, asked = _mixed(random)
    index, durable = IndexMatcher(listening), DurableMatcher(listening)
    raised = 0
    with interrupting():
        for _ in range(60):
            try:
                signal.setitimer(signal.ITIMER_REAL, random.uniform(0.00002, 0.002))
                end = time.monotonic() + 5
                while time.monotonic() < end:
                    durable.triggered_by(random.choice(asked))
                signal.setitimer(signal.ITIMER_REAL, 0)
            except Interrupted:
                raised += 1
            fact = random.choice(asked)
            assert index.triggered_by(fact) == durable.triggered_by(fact)
    assert 60 == raised
    assert [index.triggered_by(f) for f in asked] == [durable.triggered_by(f) for f in asked]


def test_a_leap_of_the_clock_loses_no_match(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were its clock not stopped: durable_rules goes dumb in 10 s amid an action, we do not."""
    listening = tuple(Listener(f"rule-{n}", "quiz:1", word="leapt over") for n in range(2))
    durable = DurableMatcher((*listening, Listener("rule-2", "quiz:1")))
    heard = Fact(("quiz:1",), "", frozenset({"leapt over"}))
    every = ("rule-0", "rule-1", "rule-2")
    assert every == durable.triggered_by(heard)
    leaps = itertools.chain([0.0, 11.0], itertools.repeat(11.0))
    monkeypatch.setattr("durable.engine._unix_now", lambda: next(leaps))
    assert every == durable.triggered_by(heard)
    monkeypatch.undo()
    assert [every] * 3 == [durable.triggered_by(heard) for _ in range(3)]


def test_durable_rules_asks_no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would ask before and after each action, and drop matches where ten seconds passed."""
    durable = DurableMatcher((Listener("rule", "quiz:1", word="timeless"),))
    monkeypatch.setattr("durable.engine.datetime", None)
    heard = Fact(("quiz:1",), "", frozenset({"timeless"}))
    assert ("rule",) == durable.triggered_by(heard)


def test_a_clock_that_never_stops_leaping_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no network ever answers, the caller hears of it; no match is silently lost."""
    durable = DurableMatcher((Listener("rule", "quiz:1", word="never heard"),))
    heard = Fact(("quiz:1",), "", frozenset({"never heard"}))
    leaps = itertools.count(0, 11)
    monkeypatch.setattr("durable.engine._unix_now", lambda: next(leaps))
    with pytest.raises(RuntimeError, match=f"no answer {TRIES} times in a row"):
        durable.triggered_by(heard)
    monkeypatch.undo()
    assert ("rule",) == durable.triggered_by(heard)
