"""The setting `[engine] matcher`: which matcher it takes, what it refuses, what it says."""

import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction

import pytest

from adapters.matching import (
    QUESTIONS,
    QUESTIONS_A_KEY,
    DurableMatcher,
    make_matcher,
    matcher_in_words,
    why_not_here,
)
from engine.matching import Fact, IndexMatcher, Listener
from engine.values import Comparison

needs_durable_rules = pytest.mark.skipif(
    bool(why_not_here()), reason=f"durable_rules cannot be loaded here: {why_not_here()}"
)


def rules(number: int) -> tuple[Listener, ...]:
    """Give so many rules, each with an object of its own."""
    return tuple(Listener(f"rule-{n}", f"quiz:{n}") for n in range(number))


@pytest.fixture
def without_durable_rules(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make its import fail, as on CPython 3.13."""
    monkeypatch.setitem(sys.modules, "durable", None)
    monkeypatch.setitem(sys.modules, "durable.engine", None)
    why_not_here.cache_clear()
    yield
    why_not_here.cache_clear()


@needs_durable_rules
@pytest.mark.parametrize("given", [None, 500])
def test_auto_takes_durable_rules_up_to_500_rules(given: int | None) -> None:
    """Counted by the caller or among the listeners, a rule counts once."""
    twice = (*rules(500), *rules(500))
    assert isinstance(make_matcher("auto", given)(twice), DurableMatcher)
    expected = "Rules are matched by durable_rules: 500 are triggered by events."
    assert expected == matcher_in_words("auto", 500)


@needs_durable_rules
@pytest.mark.parametrize("given", [None, 501])
def test_auto_takes_the_index_beyond(given: int | None) -> None:
    """The 501st rule turns it."""
    assert isinstance(make_matcher("auto", given)(rules(501)), IndexMatcher)
    expected = (
        "Rules are matched by the index: 501 are triggered by events, "
        "and durable_rules is taken up to 500."
    )
    assert expected == matcher_in_words("auto", 501)


@needs_durable_rules
def test_durable_rules_by_name_serves_beyond_500_rules() -> None:
    """Who names it gets it, up to its limits."""
    assert isinstance(make_matcher("durable-rules")(rules(501)), DurableMatcher)
    expected = "Rules are matched by durable_rules, as [engine] matcher says."
    assert expected == matcher_in_words("durable-rules", 501)


def test_the_index_by_name() -> None:
    """Who names it gets it, and hears so."""
    assert isinstance(make_matcher("index")(rules(1)), IndexMatcher)
    expected = "Rules are matched by the index, as [engine] matcher says."
    assert expected == matcher_in_words("index", 1)


@pytest.mark.usefixtures("without_durable_rules")
def test_auto_serves_with_the_index_where_durable_rules_fails_to_load() -> None:
    """It is said, with the import's own reason."""
    assert isinstance(make_matcher("auto")(rules(1)), IndexMatcher)
    expected = (
        f"Rules are matched by the index: durable_rules cannot be loaded here ({why_not_here()})."
    )
    assert expected == matcher_in_words("auto", 1)
    assert "durable" in why_not_here()


@pytest.mark.usefixtures("without_durable_rules")
def test_durable_rules_by_name_is_refused_where_it_fails_to_load() -> None:
    """At once, before any listener is known."""
    with pytest.raises(ValueError, match=r"which cannot be loaded here .* auto or index will do"):
        make_matcher("durable-rules")


@pytest.mark.parametrize("given", [None, 3])
def test_an_unknown_name_is_refused(given: int | None) -> None:
    """The sentence says what would have been right."""
    with pytest.raises(ValueError, match="'drools' is not known; it may be auto, durable-rules"):
        make_matcher("drools", given)


def asked_of_one_object(number: int) -> tuple[Listener, ...]:
    """Give listeners that each ask another score of one quiz."""
    scores = [Comparison(Fraction(n, 5000), True, None, False) for n in range(number)]
    return tuple(Listener(f"rule-{n}", "quiz:1", score=s) for n, s in enumerate(scores))


def test_too_many_questions_about_one_object_are_refused() -> None:
    """At load, and in the operator's words."""
    with pytest.raises(ValueError, match=r"listen to quiz:1 in 1,001 different ways; .* 1,000 for"):
        DurableMatcher(asked_of_one_object(QUESTIONS_A_KEY + 1))


@needs_durable_rules
def test_as_many_questions_about_one_object_as_are_allowed_are_answered() -> None:
    """The limit itself is inside."""
    durable = DurableMatcher(asked_of_one_object(QUESTIONS_A_KEY))
    fact = Fact(("quiz:1",), "", frozenset(), score=Fraction(499, 5000))
    assert 500 == len(durable.triggered_by(fact))


def test_too_many_questions_in_all_are_refused() -> None:
    """At load, and in the operator's words."""
    with pytest.raises(ValueError, match=r"in 20,001 different ways; .* at most 20,000"):
        DurableMatcher(rules(QUESTIONS + 1))


def test_any_number_of_rules_may_ask_the_same() -> None:
    """What counts is what is asked, not who asks: a course of 2,000 rules on one quiz."""
    same = tuple(Listener(f"rule-{n:04}", "quiz:1", word="passed") for n in range(2000))
    assert 1 == DurableMatcher(same).shards


def test_durable_rules_is_not_loaded_before_it_is_chosen() -> None:
    """A verb that matches nothing never runs C it does not need."""
    asked = (
        "import sys; from adapters.matching import make_matcher; make_matcher('index')(()); "
        "sys.exit(any(m.partition('.')[0].startswith('durable') for m in sys.modules))"
    )
    assert 0 == subprocess.run([sys.executable, "-c", asked], check=False).returncode
