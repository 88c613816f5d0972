"""
What a triggered rule is asked: its trigger, its `if`, and later whether both are still so.

A question can be asked twice: quickly, to decide, and again in words, to tell why.
"""

from collections.abc import Callable
from dataclasses import replace

from engine.conditions import group_answer, leaf_answer
from engine.events import Word
from engine.happening import Happening, leaf_triggered
from engine.ledger import Occasion
from engine.record import COHORT, GROUP, SUSPENDED
from engine.ruleset import Rule
from engine.run import Run
from engine.terms import Leaf, Noun
from engine.timers import begun as spells_of
from engine.timers import time_asks, turn, word_of
from engine.triggers import OnEvent, OnExpiring, OnState
from engine.values import ONCE
from engine.verdict import Answer, Verdict, all_of, any_of
from engine.view import View

Asked = Callable[[View], Verdict]
"""A trigger's question, which can be asked again to be put into words."""


def triggered(rule: Rule, happening: Happening, view: View) -> Verdict:
    """Answer whether a happening is what a rule's `when` waits for."""
    leaves = rule.when.leaves if isinstance(rule.when, OnEvent) else ()
    verdicts = tuple(leaf_triggered(leaf, happening, view) for leaf in leaves)
    observer = view.plan.observer
    if observer is not None:
        for leaf, verdict in zip(leaves, verdicts, strict=True):
            if any(key in happening.keys for key in view.plan.leaf_keys(leaf)):
                observer.answered(leaf, verdict.answer)
    return verdicts[0] if len(verdicts) == 1 else any_of("when", rule.span, verdicts)


def whole_verdict(
    run: Run, rule: Rule, view: View, when: Asked, known: Verdict | None = None
) -> Verdict:
    """
    Join the trigger's verdict and that of `if`.

    A plain no to `if` is no decision, so only other answers are put into words.

    Args:
        run: The call under way.
        rule: The rule that is asked.
        view: The learner; it tells in words from here on, if the plan wants that.
        when: Asks the trigger.
        known: The trigger's answer, if it was asked already, without words.
    """
    span = rule.span
    if rule.condition is None:
        if known is not None and not run.plan.tells:
            return known
        view.telling = run.plan.tells
        return when(view)
    quick = group_answer(rule.condition, view)
    if quick.answer is Answer.NO and not view.leave_out:
        return quick
    if not run.plan.tells:
        return all_of("when and if", span, (known or when(view), quick))
    view.telling = True
    return all_of("when and if", span, (when(view), group_answer(rule.condition, view)))


def still_stands(run: Run, rule: Rule, occasion: Occasion, view: View) -> Verdict:
    """Answer whether what triggered a rule is still so."""
    if not isinstance(rule.when, OnEvent):
        return _time_stands(rule, occasion, view)
    if occasion.object.startswith(("credential ", "skill ", "pathway ", GROUP, COHORT)):
        stands = _derived_stands(run, rule.when, occasion, view)
        answer = Answer.YES if stands else Answer.NO
        return Verdict(answer, "the event still stands", "", rule.span)
    own = run.own_attempt(occasion)
    if own is None:
        trace = view.record.traces.get(occasion.object)
        stands = trace is None or any(
            tally.number and tally.last[0] > tally.undone for tally in trace.tallies.values()
        )
        answer = Answer.YES if stands else Answer.NO
        return Verdict(answer, "the event still stands", "", rule.span)
    placed_keys = tuple(key for leaf in rule.when.leaves for key in run.plan.keys_of(leaf))
    happening = Happening(
        placed_keys,
        occasion.event,
        occasion.at,
        occasion.at,
        occasion.course,
        occasion.object,
        own.words
        | {w for w in (Word.SUBMITTED, Word.GRADED, Word.PASSED, Word.FAILED) if own.has(w)},
        own,
        again=True,
    )
    return triggered(_once(rule), happening, view)


def _once(rule: Rule) -> Rule:
    """Give a rule that no more asks whether its event was the day's first: it was."""
    when = rule.when
    if not isinstance(when, OnEvent) or not any(leaf.times.daily for leaf in when.leaves):
        return rule
    leaves = tuple(replace(leaf, times=ONCE) if leaf.times.daily else leaf for leaf in when.leaves)
    return replace(rule, when=replace(when, leaves=leaves))


def _time_stands(rule: Rule, occasion: Occasion, view: View) -> Verdict:
    begins = int(occasion.key.partition("+")[0])
    if isinstance(rule.when, OnExpiring):
        view = replace(view, thing=occasion.object)
    asks = time_asks(rule, view) if view.telling else word_of(rule)
    if view.course and view.record.is_on(SUSPENDED, view.now):
        return Verdict(Answer.NO, asks, "suspended", rule.when.span)
    present = turn(rule, view, None)
    if isinstance(rule.when, OnState):
        stands = any(spell.begins == begins for spell in spells_of(rule.when, view))
    elif present is not None and present.lasts:
        stands = present.begins == begins
    else:
        spell = is_spell(rule)
        enrolled = not view.course or view.record.enrolled_since(view.course, view.now)
        stands = not spell and enrolled is not None
    answer = Answer.YES if stands else Answer.NO
    return Verdict(answer, asks, "" if stands else "no longer so", rule.when.span)


def is_spell(rule: Rule) -> bool:
    """Say whether a time rule's trigger lasts, so that it can be over."""
    return word_of(rule) not in ("enrolled", "course start", "course end", "every", "on") or (
        hasattr(rule.when, "leaf")
    )


def _derived_stands(run: Run, when: OnEvent, occasion: Occasion, view: View) -> bool:
    noun, _, name = occasion.object.partition(" ")
    ledger = run.outcome.record.ledger
    match noun:
        case Noun.CREDENTIAL.value:
            # What became of an award stands while its last word is still the same.
            meant = [leaf for leaf in when.leaves if leaf.noun is Noun.CREDENTIAL]
            asked = [Leaf(leaf.span, leaf.noun, name, word=leaf.word) for leaf in meant]
            return any(leaf_answer(leaf, view).holds for leaf in asked)
        case Noun.PATHWAY.value:
            own = [leaf for leaf in when.leaves if leaf.noun is Noun.PATHWAY]
            return any(leaf_answer(replace(leaf, name=name), view).holds for leaf in own)
        case Noun.SKILL.value:
            return bool(ledger.levels.get(name))
        case _:
            did = ledger.membership(occasion.object)
            return did.member if did else run.outcome.record.is_on(occasion.object)
