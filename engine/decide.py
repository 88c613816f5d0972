"""
The heart: what follows from one trigger, for one learner, at one instant.

Pure: the plan, the record, the trigger and the instant are arguments, and the same four give
the same outcome, for ever. Rules have no order: all that one round triggers sees the same
record, and what it causes triggers the next round, until nothing new happens.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from engine.answering import take_answer
from engine.asking import after_waiting, ask, by_event
from engine.awards import ask_credential, ask_levels, look_at_level
from engine.calendar import HOUR, Micros, micros
from engine.choosing import settle_offers
from engine.digest import send_digest
from engine.doing import apply_pending
from engine.ending import expire
from engine.events import ANSWERS, NOT_BY_THE_LEARNER, Event, Word
from engine.happening import Happening, happening_of
from engine.holding import ask_kept
from engine.joining import is_echo
from engine.ledger import Occasion, Spell, timer_renamed
from engine.outcome import Outcome
from engine.plan import Plan
from engine.record import APART, CREDENTIAL, DUE_GROUP, GROUP, Placed, Record
from engine.ruleset import Rule
from engine.run import Run
from engine.timers import ask_instant, next_instant, time_verdict, turn
from engine.triggers import ANY_COURSE, OnDate, OnEvery, OnExpiring, OnInactive
from engine.view import View
from engine.walking import ask_pathways, look_at_pathway
from engine.writing import after_quiet

MOST_ROUNDS = 25
"""Rounds after which rules are said to go in circles; the deepest real stacks need five."""


@dataclass(frozen=True, slots=True)
class TimerDue:
    """A timer that was set has come: `key` says which."""

    key: str


@dataclass(frozen=True, slots=True)
class RulesChanged:
    """The ruleset is new, or the learner is: ask all levels, and set all timers anew."""


Trigger = Event | TimerDue | RulesChanged


class RunawayRulesError(Exception):
    """Rules go in circles: what one causes triggers the next, without end."""

    def __init__(self, chain: tuple[str, ...]) -> None:
        """Name the chain of rules and credentials that led to it."""
        super().__init__("rules go in circles: " + " → ".join(chain))
        self.chain = chain


def decide(plan: Plan, record: Record, trigger: Trigger, now: datetime) -> Outcome:
    """
    Say what follows from one trigger: what to do, and when to look again.

    The record is not changed; the outcome holds the new one. Events must not come twice
    (the store sees to it) and may come in any order.

    Raises:
        RunawayRulesError: If rules trigger one another without end.
    """
    return advance(plan, record.fork(), trigger, micros(now))


def advance(plan: Plan, record: Record, trigger: Trigger, now: Micros) -> Outcome:
    """Do as `decide` does, on a record that the caller gives away: it changes in place."""
    if isinstance(trigger, Event):
        return _take_event(plan, record, trigger, now)
    run = Run(plan, Outcome(record), now)
    match trigger:
        case TimerDue(key=key):
            _take_timer(run, key)
        case RulesChanged():
            _take_change(run)
    return run.outcome


# --- events ------------------------------------------------------------------------------


def _take_event(plan: Plan, record: Record, event: Event, now: Micros) -> Outcome:
    placed = plan.place(event)
    fresh = not (record.seen or record.changes or record.traces)
    record.fold(event, placed)
    concerns = placed.keys or fresh or event.word in CHANGE_PRESENCE
    if event.undone and placed.traces:
        # What is taken back may begin a spell of a rule that listens to no event.
        concerns = True
    if not (concerns or plan.silence_rules):
        # Most of a stream: pages viewed that no rule, credential or skill asks about.
        return Outcome(record)
    run = Run(plan, Outcome(record), now)
    if not concerns:
        _set_timers_of_silence(run, event, placed)
        return run.outcome
    happening = happening_of(event, placed, run.view("", placed.course))
    if placed.kind == CREDENTIAL:
        _take_word_on_award(run, happening)
        return run.outcome
    if event.word in ANSWERS:
        take_answer(run, placed.object, happening)
    if event.word == Word.CHOSEN:
        settle_offers(run)
    news = not event.undone and not is_echo(record, event, placed)
    _rounds(run, [happening] if news else [], [happening])
    _set_timers_after(run, event, placed, fresh=fresh)
    return run.outcome


def _take_word_on_award(run: Run, happening: Happening) -> None:
    """Look at what a person revokes or awards; rules hear of it only if that changes something."""
    names = [
        credential.id
        for credential in run.plan.ruleset.credentials.values()
        if happening.object in (credential.id, credential.was)
    ]
    for name in names:
        ask_credential(run, name, happening)
    followed, run.followed = run.followed, []
    _rounds(run, followed, followed)


def _rounds(run: Run, triggering: list[Happening], changed: list[Happening]) -> None:
    """Ask rules and levels about what happened, and about what follows, until nothing does."""
    chain: tuple[str, ...] = ()
    for _ in range(MOST_ROUNDS):
        for happening in triggering:
            for name in run.plan.matcher.triggered_by(happening.fact()):
                by_event(run, run.plan.ruleset.rules[name], happening)
        ask_kept(run)
        chain = run.pending[0][1] if run.pending else chain
        moved = bool(run.pending and run.outcome.record.ledger.kept)
        apply_pending(run)
        ask_levels(run, changed)
        ask_pathways(run, changed)
        triggering = changed = run.followed
        run.followed = []
        if not triggering and not moved:
            _set_timers_of_states(run)
            if run.presence:
                set_all_timers(run)
            return
    raise RunawayRulesError(triggering[0].chain if triggering else chain)


# --- timers ------------------------------------------------------------------------------


def _take_timer(run: Run, timer: str) -> None:
    ledger = run.outcome.record.ledger
    due = ledger.timers.get(timer)
    if due is None or due > run.now:
        if due is not None:
            run.outcome.timers[timer] = due
        return
    run.set_timer(timer, None)
    run.chain = ()
    what, _, rest = timer.partition(" ")
    match what:
        case "rule":
            name, _, course = rest.partition("@")
            rule = run.plan.ruleset.rules.get(name)
            if rule is not None:
                _ask_time_rule(run, rule, course)
        case "defer":
            after_quiet(run, rest)
        case "after":
            after_waiting(run, timer, due)
        case "look":
            ask_credential(run, rest, None)
        case "level":
            look_at_level(run, rest)
        case "walk":
            look_at_pathway(run, rest)
        case "expiry":
            expire(run, rest)
        case "digest":
            send_digest(run, rest)
        case _:
            pass
    apply_pending(run)
    followed, run.followed = run.followed, []
    _rounds(run, followed, followed)


def timer_key(rule: Rule, course: str) -> str:
    """Give the key of a time rule's timer."""
    return f"rule {rule.id}@{course}"


def _ask_time_rule(run: Run, rule: Rule, course: str) -> None:
    ledger = run.outcome.record.ledger
    view = _view_of(run, rule, course)
    if course == ANY_COURSE:
        view = run.view(rule.id)
        view.course = ANY_COURSE
    _, since, _ = run.plan.in_force(rule)
    if rule.catch_up and run.now < since:
        run.set_timer(timer_key(rule, course), since)
        return
    place = f"{run.memory(rule)}@{course}"
    known = ledger.spells.get(place)
    asked = known.asked if known else None
    present = turn(rule, view, asked)
    if present is not None and present.begins <= run.now:
        at = ask_instant(rule, present, asked, view)
        if at is not None:
            ledger.spells[place] = Spell(present.begins, at)
            stale = not present.lasts and run.now - at > run.plan.stale_micros
            in_force = run.is_in_force(rule, present.begins, spell=present.lasts)
            if in_force and not stale:
                key = f"{present.begins}+{at}"
                occasion = Occasion(rule.id, key, at, view.course, view.thing)
                view.trigger_at = present.begins
                ask(run, rule, occasion, view, partial(time_verdict, rule, present))
    set_rule_timer(run, rule, course)


def _view_of(run: Run, rule: Rule, place: str) -> View:
    """Give the learner as a time rule asks about her: in a course, or about one credential."""
    if not isinstance(rule.when, OnExpiring):
        return run.view(rule.id, place)
    view = run.view(rule.id)
    view.thing = place
    return view


def set_rule_timer(run: Run, rule: Rule, course: str) -> None:
    """Set a time rule's timer for a course to the next instant that matters."""
    ledger = run.outcome.record.ledger
    view = _view_of(run, rule, course)
    place = f"{run.memory(rule)}@{course}"
    known = ledger.spells.get(place)
    if known is None and isinstance(rule.when, OnEvery | OnDate):
        known = ledger.spells[place] = Spell(0, run.now - 1)
    asked = known.asked if known else None
    present = turn(rule, view, asked)
    at = None if present is None else next_instant(rule, present, asked, view)
    run.set_timer(timer_key(rule, course), at)


def _set_timers_after(run: Run, event: Event, placed: Placed, *, fresh: bool) -> None:
    plan = run.plan
    of_group = event.word in CHANGE_GROUP and has_dates(run.outcome.record, event.object)
    if event.word in CHANGE_PRESENCE or event.undone or fresh or of_group:
        set_all_timers(run)
        return
    _set_timers_of_silence(run, event, placed)
    for key in placed.keys:
        for rule in plan.state_rules.get(key, ()):
            _set_state_timer(run, rule)


def _set_timers_of_silence(run: Run, event: Event, placed: Placed) -> None:
    """Set the timers of rules about silence that have none, or one that is too late by far."""
    if not run.plan.silence_rules or event.word in NOT_BY_THE_LEARNER or event.undone:
        return
    timers = run.outcome.record.ledger.timers
    at = micros(event.time)
    for course in dict.fromkeys((placed.course, ANY_COURSE, "")):
        for rule, elapsed in run.plan.silence_rules.get(course, ()):
            timer = timers.get(timer_key(rule, course))
            if timer is None or timer - at > elapsed + SLACK:
                set_rule_timer(run, rule, course)


SLACK = 2 * HOUR
"""By how much a day on a clock may differ from 24 hours, and some more."""

CHANGE_PRESENCE = frozenset(
    {Word.ENROLLED, Word.UNENROLLED, Word.SUSPENDED, Word.RESTORED, Word.PROFILE, Word.DUE}
)
"""Words after which every time rule is looked at again."""


CHANGE_GROUP = frozenset({Word.JOINED, Word.LEFT})


def has_dates(record: Record, group: str) -> bool:
    """Say whether a group has due dates, so that being in it changes what is due."""
    opening = f"{DUE_GROUP}{group}{APART}"
    return any(key.startswith(opening) for key in record.dues)


def _set_timers_of_states(run: Run) -> None:
    record = run.outcome.record
    groups = [key.removeprefix(GROUP) for key in run.touched if key.startswith(GROUP)]
    if record.dues and any(has_dates(record, group) for group in groups):
        set_all_timers(run)
    for key in sorted(run.touched):
        for rule in run.plan.state_rules.get(key, ()):
            _set_state_timer(run, rule)
    run.touched.clear()


def _set_state_timer(run: Run, rule: Rule) -> None:
    for course in run.plan.courses_of_rule(rule) or ("",):
        for place in _places(run, rule, course):
            set_rule_timer(run, rule, place)


def set_all_timers(run: Run) -> None:
    """Set the timers of all time rules that concern the learner."""
    for course, rules in run.plan.time_rules.items():
        for rule in rules:
            for place in _places(run, rule, course):
                set_rule_timer(run, rule, place)


def _places(run: Run, rule: Rule, course: str) -> tuple[str, ...]:
    """Give what a rule is asked for: courses (`any` is each, or all for silence), credentials."""
    if isinstance(rule.when, OnExpiring):
        named, awards = rule.when.credential, run.outcome.record.ledger.awards
        known = [named] if named else sorted(awards.keys() & run.plan.ruleset.credentials.keys())
        return tuple(f"{CREDENTIAL} {name}" for name in known if name in awards)
    if course != ANY_COURSE:
        return (course,)
    if isinstance(rule.when, OnInactive):
        return (ANY_COURSE,)
    return run.outcome.record.courses()


# --- a new ruleset -----------------------------------------------------------------------


def _take_change(run: Run) -> None:
    """Ask every level over the evidence on record, without messages, and set all timers."""
    ruleset, ledger = run.plan.ruleset, run.outcome.record.ledger
    renamed = [(rule.was, rule.id) for rule in ruleset.rules.values() if rule.was]
    renamed += [(c.was, c.id) for c in ruleset.credentials.values() if c.was]
    for old, new in renamed:
        ledger.rename(old, new)
        for timer, due in list(ledger.timers.items()):
            other = timer_renamed(timer, old, new)
            if other != timer:
                run.set_timer(timer, None)
                run.set_timer(other, due)
    change = Happening((), "rules changed", run.now, run.now, backfill=True)
    ask_levels(run, [change], everything=True)
    ask_pathways(run, [change], everything=True)
    followed, run.followed = run.followed, []
    _rounds(run, followed, followed)
    gone = [key for key in run.outcome.record.ledger.timers if _is_orphan(run, key)]
    for key in gone:
        run.set_timer(key, None)
    set_all_timers(run)


def _is_orphan(run: Run, timer: str) -> bool:
    what, _, rest = timer.partition(" ")
    if what != "rule":
        return False
    return rest.partition("@")[0] not in run.plan.ruleset.rules
