"""Why an activity is open, locked or recommended to a learner: which rule did it, or would."""

from collections.abc import Iterator, Sequence

from engine.actions import Lock, Recommend, Release
from engine.explain_decided import explain_decided
from engine.explained import Explanation, decision_told
from engine.outcome import Decision
from engine.plan import Plan
from engine.ruleset import Rule, State
from engine.states import opening_of
from engine.verdict import Answer, Verdict, any_of
from engine.view import View

RELEASES, LOCKS, RECOMMENDS = "releases", "locks", "recommends"


def explain_opening(name: str, view: View, decisions: Sequence[Decision]) -> Explanation:
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
    opening = view.record.ledger.openings.get(key)
    made = [d for d in decisions if opening is not None and d.firing == opening.firing]
    state = "OPEN" if is_open else "LOCKED"
    if since is None:
        headline = f"{state}: no rule has " + ("locked it" if is_open else "released it yet")
    else:
        by = view.short(made[-1].thing) if made else "a rule"
        headline = f"{state} since {view.when(since)}, by {by}"
    rules = [
        (word, explain_decided(view.plan, view.record, rule, view.now, decisions))
        for rule, word in rules_about(name, view.plan)
    ]
    asks = f"{activity.kind.value} {view.short(name)} is {'open' if is_open else 'locked'}"
    parts = [_line(word, found, view) for word, found in rules]
    told = any_of(asks, activity.span, parts) if parts else None
    under = told.under if told else ()
    verdict = Verdict(Answer.YES, asks, headline, activity.span, under)
    openers = [found for word, found in rules if word == RELEASES]
    return Explanation(
        view.record.learner,
        name,
        "activity",
        activity.title,
        Answer.YES if is_open else Answer.NO,
        headline,
        verdict,
        () if is_open else _missing(openers, view),
        tuple(f"{view.short(d.thing)} {decision_told(d, view.zone)}" for d in made),
        ways=() if is_open else tuple(_ways(openers, view)),
    )


def _line(word: str, found: Explanation, view: View) -> Verdict:
    """Give a line for a rule: whether it acted for the learner, and its own proof under it."""
    answer = Answer.YES if found.answer is Answer.YES else Answer.NO
    asks = f"rule {view.short(found.thing)} {word} it"
    return Verdict(answer, asks, found.headline, found.verdict.span, (found.verdict,))


def _missing(openers: Sequence[Explanation], view: View) -> tuple[str, ...]:
    if not openers:
        return ("no rule releases it",)
    return tuple(
        f"rule {view.short(found.thing)}: {lacks}" for found in openers for lacks in found.missing
    )


def _ways(openers: Sequence[Explanation], view: View) -> Iterator[str]:
    """Yield what would open it: any one of the rules that release it, each with its own way."""
    for found in openers:
        own = ", and ".join(found.ways) or found.headline
        yield f"rule {view.short(found.thing)} ({found.title}): {own}"


def rules_about(name: str, plan: Plan) -> Iterator[tuple[Rule, str]]:
    """Yield the rules that open, close or recommend an activity, each with which it does."""
    own = frozenset(plan.activity_keys[name])
    for rule in plan.ruleset.rules.values():
        if rule.state is State.RETIRED:
            continue
        for action in rule.then:
            if not isinstance(action, Release | Lock | Recommend):
                continue
            if not own.isdisjoint(plan.activity_keys[action.activity]):
                yield rule, _DOES[type(action)]


_DOES: dict[type, str] = {Release: RELEASES, Lock: LOCKS, Recommend: RECOMMENDS}
