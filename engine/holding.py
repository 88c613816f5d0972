"""
`while: yes`: what a rule gave is taken back when its `if` stops being true, and given again.

Asked whenever something happens that a rule listens to, and by a timer where time alone
changes the answer. An unknown answer changes nothing; what the rule itself gave is left out.
"""

import msgspec

from engine.actions import lasts
from engine.calendar import MINUTE, Micros
from engine.conditions import group_answer
from engine.doing import effect, fired
from engine.ledger import Kept
from engine.outcome import UNDONE_BY, Effect
from engine.ruleset import Rule, State
from engine.run import Firing, Run
from engine.terms import Group
from engine.verdict import Answer
from engine.view import View

HOLDING = "while"
"""What a timer's key begins with that asks here."""


def ask_kept(run: Run) -> None:
    """Ask every rule that has given the learner something for as long as its `if` is true."""
    kept = run.outcome.record.ledger.kept
    for place in sorted(kept):
        name, _, course = place.partition("@")
        rule = run.plan.ruleset.rules.get(name)
        if rule is None or rule.condition is None or not _still_acts(run, rule):
            del kept[place]
            run.set_timer(f"{HOLDING} {place}", None)
            continue
        _ask(run, rule, rule.condition, kept[place], run.view(name, course), place)


def _still_acts(run: Run, rule: Rule) -> bool:
    """Say whether a rule's `while` still counts; where not, what was given stays."""
    _, _, until = run.plan.in_force(rule)
    live = rule.state is State.LIVE and not run.is_draft(rule)
    return rule.holds and live and run.now < until


def _ask(run: Run, rule: Rule, condition: Group, kept: Kept, view: View, place: str) -> None:
    view.trigger_at = kept.occasion.at
    view.leave_out = kept.firing
    verdict = group_answer(condition, view)
    run.set_timer(f"{HOLDING} {place}", _full_minute(view.later))
    if verdict.answer is Answer.UNKNOWN or verdict.holds is kept.given:
        return
    if run.plan.tells:
        view.telling = True
        verdict = group_answer(condition, view)
    kept.given = verdict.holds
    kept.turns += 1
    firing = Firing(rule, kept.occasion, kept.firing, view, verdict)
    effects = tuple(
        _turned(effect(run, firing, number), kept)
        for number, action in enumerate(rule.then)
        if lasts(action)
    )
    run.pending += [(turned, (rule.id,)) for turned in effects]
    because = "`if` is true again" if kept.given else "`if` is no longer true"
    told = fired(run, firing, effects, again=True)
    run.outcome.decisions.append(msgspec.structs.replace(told, because=because))


def _full_minute(later: list[Micros]) -> Micros | None:
    """Give the first full minute at which an answer may be another, None if time changes none."""
    return -(-min(later) // MINUTE) * MINUTE if later else None


def _turned(given: Effect, kept: Kept) -> Effect:
    """Give the effect of a turn; each has a key of its own."""
    kind = given.kind if kept.given else UNDONE_BY[given.kind]
    return msgspec.structs.replace(given, key=f"{given.key}.{kept.turns}", kind=kind)
