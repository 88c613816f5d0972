"""durable_rules, in its walls, gives the index's answers, whatever is asked."""

from fractions import Fraction

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

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
    """Thresholds hold exactly, where doubles cannot tell these three scores apart."""
    seventy = Fraction(7, 10)
    assert score is None or float(score) == float(seventy)
    ranges = {
        "at least": (seventy, True, None, False),
        "more": (seventy, False, None, False),
        "below": (None, False, seventy, False),
        "exactly": (seventy, True, seventy, True),
        "up to": (seventy - HAIR, False, seventy, True),
    }
    durable = DurableMatcher(
        tuple(Listener(rule, "quiz:1", score=Comparison(*ends)) for rule, ends in ranges.items())
    )
    assert expected == durable.triggered_by(Fact(("quiz:1",), "", frozenset(), score))


@pytest.mark.parametrize("unit", Unit)
def test_percent_and_points_are_two_scores(unit: Unit) -> None:
    """A rule on points never looks at the percentage, nor the other way round."""
    score = Comparison(Fraction(1, 2), True, None, False, unit)
    durable = DurableMatcher((Listener("rule", "quiz:1", score=score),))
    percent = Fact(("quiz:1",), "", frozenset(), score=Fraction(1, 2))
    points = Fact(("quiz:1",), "", frozenset(), points=Fraction(1, 2))
    hears = ("rule",)
    assert (hears if unit is Unit.PERCENT else ()) == durable.triggered_by(percent)
    assert (hears if unit is Unit.POINTS else ()) == durable.triggered_by(points)


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
    """Three keys with 5 questions fill 15 places of 16; a key with one takes the last."""
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
