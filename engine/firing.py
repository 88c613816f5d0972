"""
A rule that was triggered: whether it is asked, whether it acts, and whether its message may go.

Releases and locks happen at once; only the message is held back. A deferred message asks
the whole rule again when quiet hours end, leaving out what this very firing did.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from engine.attempts import Attempt
from engine.calendar import Micros, day_end, day_start
from engine.conditions import group_answer
from engine.events import Word
from engine.happening import Happening, leaf_triggered
from engine.ledger import Deferred, Membership, Occasion, Opening, Sent
from engine.limits import Capped, Go, TooSoon, Wait, judge
from engine.outcome import Decision, Did, Effect, Kind, Outcome, firing_key
from engine.plan import Plan
from engine.record import GROUP, SUSPENDED
from engine.ruleset import (
    CallWebhook,
    Email,
    Lock,
    Noun,
    OnEvent,
    PutInGroup,
    Recommend,
    Release,
    Rule,
    State,
)
from engine.timers import time_asks, turn, word_of
from engine.verdict import Answer, Verdict, all_of, any_of
from engine.view import Known, View

Asked = Callable[[View], Verdict]
"""A trigger's question, which can be asked again to be put into words."""


@dataclass(slots=True)
class Firings:
    """
    All that one call of `decide` does with rules, for one learner.

    Attributes:
        plan: The ruleset.
        outcome: What is being built; its record changes in place.
        now: The instant.
        pending: Effects on the learner's state, applied when a round is over, each with the
            chain of rules that led to it.
        chain: The rules and credentials that led to what is being asked about.
        followed: What followed in this round and may trigger further rules.
        touched: Keys whose states changed, so that timers on them are set anew.
    """

    plan: Plan
    outcome: Outcome
    now: Micros
    pending: list[tuple[Effect, tuple[str, ...]]] = field(default_factory=list)
    chain: tuple[str, ...] = ()
    followed: list[Happening] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    known: Known = field(default_factory=dict)

    # --- views ---------------------------------------------------------------------------

    def view(self, owner: str, course: str = "", at: Micros | None = None) -> View:
        """Give the learner as the author of a pack sees her now."""
        pack = owner.partition("/")[0]
        record = self.outcome.record
        zone = self.plan.zone(record.said("zone"), course, pack)
        return View(
            self.plan,
            record,
            self.now,
            zone,
            pack,
            course,
            trigger_at=at,
            telling=False,
            known=self.known,
        )

    def is_in_force(self, rule: Rule, at: Micros, *, spell: bool = False) -> bool:
        """Say whether a rule acts on what happened at an instant."""
        if rule.state is State.RETIRED:
            return False
        zone = self.plan.course_zone("", rule.id.partition("/")[0])
        if rule.until is not None and self.now >= day_end(rule.until, zone):
            return False
        if spell and rule.catch_up:
            return rule.since is None or self.now >= day_start(rule.since, zone)
        return at >= self.plan.live_from(rule, zone)

    # --- triggers ------------------------------------------------------------------------

    def by_event(self, rule: Rule, happening: Happening) -> None:
        """Ask a rule about something that happened."""
        if not isinstance(rule.when, OnEvent) or not self.is_in_force(rule, happening.at):
            return
        self.chain = happening.chain
        view = self.view(rule.id, happening.course, happening.at)
        when = partial(_triggered, rule, happening)
        if not when(view).holds:
            return
        key = f"{happening.object}#{happening.attempt}" if happening.attempt else happening.id
        memory = self.memory(rule)
        ledger = self.outcome.record.ledger
        if happening.attempt:
            triggered = ledger.triggered.setdefault(memory, [])
            if key in triggered:
                return
            triggered.append(key)
        occasion = Occasion(
            rule.id,
            key,
            happening.cause,
            happening.course,
            happening.object,
            happening.attempt,
            happening.id,
        )
        if rule.when.after is not None:
            due = rule.when.after.after(happening.at, view.zone)
            if due > self.now:
                timer = f"after {memory}#{key}"
                ledger.waiting[timer] = occasion
                self.set_timer(timer, due)
                return
        self.ask(rule, occasion, view, when, happening)

    def after_waiting(self, timer: str) -> None:
        """Ask a rule whose `after` has passed, if its event still stands."""
        occasion = self.outcome.record.ledger.waiting.pop(timer, None)
        rule = self.plan.ruleset.rules.get(occasion.rule) if occasion else None
        if occasion is None or rule is None or rule.state is State.RETIRED:
            return
        view = self.view(rule.id, occasion.course, occasion.at)
        stands = partial(self.still_stands, rule, occasion)
        if stands(view).holds:
            self.ask(rule, occasion, view, stands, None)

    # --- asking --------------------------------------------------------------------------

    def ask(
        self,
        rule: Rule,
        occasion: Occasion,
        view: View,
        when: Asked,
        happening: Happening | None,
    ) -> None:
        """Ask a triggered rule's `if`, and act where it says yes; `when` is known to hold."""
        verdict = self.whole_verdict(rule, view, when)
        firing = self.firing(rule, occasion)
        if verdict.answer is Answer.UNKNOWN:
            self.decide(rule, occasion, Did.UNDECIDED, firing, verdict=verdict, because="if")
        if not verdict.holds:
            return
        done = self.act(rule, occasion, firing, verdict, happening)
        if rule.writes:
            late = self.late(occasion, happening)
            if late:
                self.decide(rule, occasion, Did.SUPPRESSED, firing, because=late, verdict=verdict)
            else:
                done = self.write(rule, occasion, firing, view, verdict, done)
        if done is not None:
            self.outcome.decisions.append(done)

    def whole_verdict(self, rule: Rule, view: View, when: Asked) -> Verdict:
        """
        Join the trigger's verdict and that of `if`.

        A plain no to `if` is no decision, so only other answers are put into words.
        """
        span = rule.span
        if rule.condition is None:
            view.telling = self.plan.tells
            return all_of("when and if", span, (when(view),))
        quick = group_answer(rule.condition, view)
        if quick.answer is Answer.NO and not view.leave_out:
            return quick
        if not self.plan.tells:
            return all_of("when and if", span, (when(view), quick))
        view.telling = True
        return all_of("when and if", span, (when(view), group_answer(rule.condition, view)))

    def late(self, occasion: Occasion, happening: Happening | None) -> str:
        """Say why a message must not go because of its age, "" if it may."""
        if happening is not None and happening.backfill:
            return "backfill"
        if not occasion.event:
            return ""
        age = self.now - occasion.at
        return "late" if age > self.plan.stale_micros else ""

    def firing(self, rule: Rule, occasion: Occasion) -> str:
        """Give the key of a firing."""
        return firing_key(
            self.outcome.record.learner, self.memory(rule), occasion.course, occasion.key
        )

    @staticmethod
    def memory(rule: Rule) -> str:
        """Give the name under which the ledger remembers a rule; drafts use up nothing."""
        return f"draft {rule.id}" if rule.state is State.DRAFT else rule.id

    def decide(
        self,
        rule: Rule,
        occasion: Occasion,
        did: Did,
        firing: str,
        *,
        because: str = "",
        until: Micros | None = None,
        verdict: Verdict | None = None,
    ) -> None:
        """Note what a rule did."""
        self.outcome.decisions.append(
            Decision(
                did,
                rule.id,
                self.now,
                occasion.course,
                occasion.event or word_of(rule),
                firing,
                because,
                until,
                verdict,
                draft=rule.state is State.DRAFT,
            )
        )

    # --- acting --------------------------------------------------------------------------

    def effect(
        self,
        rule: Rule,
        occasion: Occasion,
        firing: str,
        number: int,
        kind: Kind,
        target: str,
        happening: Happening | None = None,
    ) -> Effect:
        """Build one effect of a firing."""
        action = rule.then[number]
        email = action if isinstance(action, Email) else None
        own = happening.own if happening else self.own_attempt(occasion)
        return Effect(
            f"{firing}.{number}",
            kind,
            target,
            self.outcome.record.learner,
            rule.id,
            self.now,
            action.span,
            occasion.course,
            occasion.object,
            own.mark() if own else None,
            email.to if email else "learner",
            email.cc if email else (),
            email.reply_to if email else "",
            credential=_credential_of(occasion),
        )

    def act(
        self,
        rule: Rule,
        occasion: Occasion,
        firing: str,
        verdict: Verdict,
        happening: Happening | None,
    ) -> Decision | None:
        """Do all but the messages; give the decision, None where there was nothing to do."""
        effects: list[Effect] = []
        for number, action in enumerate(rule.then):
            if not isinstance(action, Email):
                kind, name = _kind_and_target(action)
                effects.append(self.effect(rule, occasion, firing, number, kind, name, happening))
        if not effects:
            return None
        if rule.state is not State.DRAFT:
            self.pending += [(effect, (*self.chain, rule.id)) for effect in effects]
        return self.fired(rule, occasion, firing, verdict, tuple(effects))

    def fired(
        self,
        rule: Rule,
        occasion: Occasion,
        firing: str,
        verdict: Verdict,
        effects: tuple[Effect, ...],
        *,
        again: bool = False,
    ) -> Decision:
        """Give the decision of a rule that acted."""
        draft = rule.state is State.DRAFT
        return Decision(
            Did.FIRED,
            rule.id,
            self.now,
            occasion.course,
            occasion.event or word_of(rule),
            firing,
            verdict=verdict,
            effects=() if draft else effects,
            draft=draft,
            again=again,
        )

    def write(
        self,
        rule: Rule,
        occasion: Occasion,
        firing: str,
        view: View,
        verdict: Verdict,
        done: Decision | None,
        *,
        fired_already: bool = False,
    ) -> Decision | None:
        """Judge the messages of a firing; give the decision with those that go."""
        ledger = self.outcome.record.ledger
        memory = self.memory(rule)
        place = f"{memory}@{occasion.course}"
        fired_already = fired_already or done is not None
        match judge(rule, ledger.sent.get(memory, []), view):
            case Wait(until=until):
                ledger.deferred[place] = Deferred(occasion, until, firing, fired_already)
                self.set_timer(f"defer {place}", until)
                self.decide(
                    rule,
                    occasion,
                    Did.DEFERRED,
                    firing,
                    because="quiet hours",
                    until=until,
                    verdict=verdict,
                )
            case Capped(because=because):
                reported = self.cap_period(occasion, view)
                if ledger.capped.get(place) != reported:
                    ledger.capped[place] = reported
                    self.decide(
                        rule, occasion, Did.CAPPED, firing, because=because, verdict=verdict
                    )
            case TooSoon(because=because):
                self.decide(
                    rule, occasion, Did.SUPPRESSED, firing, because=because, verdict=verdict
                )
            case Go():
                emails = tuple(
                    self.effect(rule, occasion, firing, number, Kind.EMAIL, action.file)
                    for number, action in enumerate(rule.then)
                    if isinstance(action, Email)
                )
                sent = ledger.sent.setdefault(memory, [])
                sent.append(Sent(self.now, occasion.course, firing))
                if done is not None:
                    return replace(done, effects=() if done.draft else done.effects + emails)
                return self.fired(rule, occasion, firing, verdict, emails, again=fired_already)
        return done

    def cap_period(self, occasion: Occasion, view: View) -> str:
        """Name the spell, or for an event rule the enrolment, in which capping is told once."""
        if not occasion.event:
            return occasion.key.partition("+")[0]
        return f"enrolled {self.outcome.record.enrolled_since(occasion.course, view.now)}"

    # --- deferred messages ---------------------------------------------------------------

    def after_quiet(self, place: str) -> None:
        """Ask a rule again whose message waited for the end of quiet hours."""
        ledger = self.outcome.record.ledger
        waiting = ledger.deferred.pop(place, None)
        rule = self.plan.ruleset.rules.get(waiting.occasion.rule) if waiting else None
        if waiting is None or rule is None or rule.state is State.RETIRED:
            return
        occasion = waiting.occasion
        view = self.view(rule.id, occasion.course, occasion.at)
        view.leave_out = waiting.firing
        when = partial(self.still_stands, rule, occasion)
        verdict = self.whole_verdict(rule, view, when)
        if not verdict.holds:
            because = "if" if when(view).holds else word_of(rule)
            self.decide(
                rule, occasion, Did.SUPPRESSED, waiting.firing, because=because, verdict=verdict
            )
            return
        done = self.write(
            rule,
            occasion,
            waiting.firing,
            view,
            verdict,
            None,
            fired_already=waiting.fired_already,
        )
        if done is not None:
            self.outcome.decisions.append(done)

    def still_stands(self, rule: Rule, occasion: Occasion, view: View) -> Verdict:
        """Answer whether what triggered a rule is still so."""
        if not isinstance(rule.when, OnEvent):
            return self._time_stands(rule, occasion, view)
        if occasion.object.startswith(("credential ", "skill ", GROUP)):
            stands = self._derived_stands(occasion)
            answer = Answer.YES if stands else Answer.NO
            return Verdict(answer, "the event still stands", "", rule.span)
        own = self.own_attempt(occasion)
        if own is None:
            trace = view.record.traces.get(occasion.object)
            stands = trace is None or any(
                tally.number and tally.last[0] > tally.undone for tally in trace.tallies.values()
            )
            answer = Answer.YES if stands else Answer.NO
            return Verdict(answer, "the event still stands", "", rule.span)
        placed_keys = tuple(self.plan.leaf_key(leaf) for leaf in rule.when.leaves)
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
        )
        return _triggered(rule, happening, view)

    def _time_stands(self, rule: Rule, occasion: Occasion, view: View) -> Verdict:
        begins = int(occasion.key.partition("+")[0])
        asks = time_asks(rule, view) if view.telling else word_of(rule)
        if view.record.is_on(SUSPENDED, view.now):
            return Verdict(Answer.NO, asks, "suspended", rule.when.span)
        present = turn(rule, view, None)
        if present is not None and present.lasts:
            stands = present.begins == begins
        else:
            spell = self.is_spell(rule)
            enrolled = not view.course or view.record.enrolled_since(view.course, view.now)
            stands = not spell and enrolled is not None
        answer = Answer.YES if stands else Answer.NO
        return Verdict(answer, asks, "" if stands else "no longer so", rule.when.span)

    @staticmethod
    def is_spell(rule: Rule) -> bool:
        """Say whether a time rule's trigger lasts, so that it can be over."""
        return word_of(rule) not in ("enrolled", "course start", "course end", "every", "on") or (
            hasattr(rule.when, "leaf")
        )

    def _derived_stands(self, occasion: Occasion) -> bool:
        noun, _, name = occasion.object.partition(" ")
        ledger = self.outcome.record.ledger
        match noun:
            case Noun.CREDENTIAL.value:
                return ledger.held(name) is not None
            case Noun.SKILL.value:
                return bool(ledger.levels.get(name))
            case _:
                did = ledger.groups.get(name)
                return did.member if did else self.outcome.record.is_on(occasion.object)

    def own_attempt(self, occasion: Occasion) -> Attempt | None:
        """Give the attempt that an occasion was about, as known now; None if there is none."""
        trace = self.outcome.record.traces.get(occasion.object)
        if trace is None or not occasion.event:
            return None
        view = self.view(occasion.rule, occasion.course)
        known = self.plan.activities_at.get(occasion.object)
        for attempt in view.attempts_in(occasion.object, trace, known[0] if known else None):
            if attempt.name and attempt.name == occasion.attempt:
                return attempt
            if any(entry.id == occasion.event for entry in attempt.entries):
                return attempt
        return None

    # --- state and timers ----------------------------------------------------------------

    def apply_pending(self) -> None:
        """Change the learner's state by the round's effects; release beats lock, add remove."""
        ledger = self.outcome.record.ledger
        released = {e.target for e, _ in self.pending if e.kind is Kind.RELEASE}
        added = {e.target for e, _ in self.pending if e.kind is Kind.GROUP}
        for effect, chain in self.pending:
            firing = effect.key.partition(".")[0]
            match effect.kind:
                case Kind.RELEASE | Kind.LOCK:
                    opens = effect.kind is Kind.RELEASE
                    if not opens and effect.target in released:
                        self.drop(effect)
                        continue
                    key = self.plan.activity_key[effect.target]
                    ledger.openings[key] = Opening(opens, self.now, firing)
                    self.touched.add(key)
                case Kind.GROUP | Kind.UNGROUP:
                    joins = effect.kind is Kind.GROUP
                    if not joins and effect.target in added:
                        self.drop(effect)
                        continue
                    self.change_group(effect, chain, joins=joins)
                case _:
                    continue
        self.pending.clear()

    def change_group(self, effect: Effect, chain: tuple[str, ...], *, joins: bool) -> None:
        """Put the learner in a group or out of it; rules may listen to that."""
        ledger = self.outcome.record.ledger
        key = GROUP + effect.target
        known = ledger.groups.get(effect.target)
        was = known.member if known else self.outcome.record.is_on(key)
        ledger.groups[effect.target] = Membership(joins, self.now, effect.key.partition(".")[0])
        self.touched.add(key)
        if was is not joins:
            word = Word.JOINED if joins else Word.LEFT
            self.followed.append(
                Happening(
                    (key, "*group"),
                    effect.key,
                    self.now,
                    self.now,
                    effect.course,
                    key,
                    frozenset({word}),
                    chain=chain,
                )
            )

    def drop(self, effect: Effect) -> None:
        """Take an effect back that another rule of the same round outdid."""
        for number, decision in enumerate(self.outcome.decisions):
            if effect in decision.effects:
                left = tuple(e for e in decision.effects if e != effect)
                self.outcome.decisions[number] = replace(decision, effects=left)

    def set_timer(self, key: str, at: Micros | None) -> None:
        """Note when to look again, or that a timer is no longer needed."""
        timers = self.outcome.record.ledger.timers
        if at is None:
            if timers.pop(key, None) is not None:
                self.outcome.timers[key] = None
        elif timers.get(key) != at:
            timers[key] = at
            self.outcome.timers[key] = at


def _triggered(rule: Rule, happening: Happening, view: View) -> Verdict:
    """Answer whether a happening is what a rule's `when` waits for."""
    leaves = rule.when.leaves if isinstance(rule.when, OnEvent) else ()
    verdicts = tuple(leaf_triggered(leaf, happening, view) for leaf in leaves)
    return verdicts[0] if len(verdicts) == 1 else any_of("when", rule.span, verdicts)


def _kind_and_target(
    action: Release | Lock | Recommend | PutInGroup | CallWebhook,
) -> tuple[Kind, str]:
    match action:
        case Release(activity=name):
            return Kind.RELEASE, name
        case Lock(activity=name):
            return Kind.LOCK, name
        case Recommend(activity=name):
            return Kind.RECOMMEND, name
        case PutInGroup(group=name, remove=remove):
            return (Kind.UNGROUP if remove else Kind.GROUP), name
        case CallWebhook(name=name):
            return Kind.WEBHOOK, name


def _credential_of(occasion: Occasion) -> str:
    noun, _, name = occasion.object.partition(" ")
    return name if noun == Noun.CREDENTIAL.value else ""
