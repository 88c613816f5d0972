"""Why an activity is open or locked to a learner: which rule did it, and which could."""

from collections.abc import Iterable, Iterator

from engine.actions import Lock, Release
from engine.explain import Explanation
from engine.outcome import Decision
from engine.ruleset import Rule, State
from engine.states import opening_of
from engine.verdict import Answer, Verdict
from engine.view import View


def explain_opening(name: str, view: View, decisions: Iterable[Decision]) -> Explanation:
    """
    Explain whether an activity is open to a learner, as known at the view's instant.

    Args:
        name: Its full name.
        view: The learner, as the activity's pack sees her.
        decisions: What was decided about her up to then, in order.
    """
    activity = view.plan.ruleset.activities[name]
    key = view.key_of(name)
    is_open, since = opening_of(key, view)
    word = "open" if is_open else "locked"
    opening = view.record.ledger.openings.get(key)
    made = [d for d in decisions if opening is not None and d.firing == opening.firing]
    state = "OPEN" if is_open else "LOCKED"
    if since is None:
        headline = f"{state}: no rule has " + ("locked it" if is_open else "released it yet")
    else:
        by = made[-1].thing if made else "a rule"
        headline = f"{state} since {view.when(since)}, by {view.short(by)}"
    asks = f"{activity.kind.value} {view.short(name)} is {word}"
    under = tuple(_lines(key, view))
    told = made[-1].verdict if made else None
    verdict = told or Verdict(Answer.YES, asks, headline, activity.span, under)
    return Explanation(
        view.record.learner,
        name,
        "activity",
        activity.title,
        Answer.YES if is_open else Answer.NO,
        headline,
        verdict,
        () if is_open else tuple(_what_opens(key, view)),
        tuple(f"{d.did.value} by {view.short(d.thing)} on {view.when(d.at)}" for d in made),
    )


def _lines(key: str, view: View) -> Iterator[Verdict]:
    for rule, opens in _rules(key, view):
        word = "releases" if opens else "locks"
        yield Verdict(Answer.NO, f"rule {view.short(rule.id)} {word} it", "has not", rule.span)


def _what_opens(key: str, view: View) -> Iterator[str]:
    found = False
    for rule, opens in _rules(key, view):
        if opens:
            found = True
            yield f"rule {view.short(rule.id)} releases it: {rule.title}"
    if not found:
        yield "no rule releases it"


def _rules(key: str, view: View) -> Iterator[tuple[Rule, bool]]:
    """Yield the rules that open or close an activity, each with whether it opens."""
    for rule in view.plan.ruleset.rules.values():
        if rule.state is State.RETIRED:
            continue
        for action in rule.then:
            if isinstance(action, Release | Lock) and view.key_of(action.activity) == key:
                yield rule, isinstance(action, Release)
