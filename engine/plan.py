"""
The ruleset made ready to run, in one place for whoever decides by it.

Its parts are made once: the keys (keys.py), who listens under them (listening.py), what records
must keep (keeping.py) and where an event belongs (placing.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from engine.actions import Choose, Lock, Release
from engine.calendar import MICROSECOND, Micros, day_end, day_start, micros
from engine.clocks import Clocks
from engine.keeping import needs_of
from engine.keys import Keys
from engine.leaves import conditions_of
from engine.listening import Listening
from engine.matching import IndexMatcher, Listener, Matcher
from engine.observer import Observer
from engine.placing import Placing
from engine.record import COHORT
from engine.ruleset import Rule, Ruleset
from engine.terms import Condition
from engine.triggers import OnEvent, OnInactive
from engine.wording import Shorten, ask

STALE_AFTER = timedelta(days=7)
EVER = 2**62


@dataclass
class Plan:
    """
    A ruleset, compiled.

    Attributes:
        ruleset: What was compiled.
        stale_after: Events older than this on arrival send no message.
        make_matcher: How to build the matcher behind the door.
        tells: Whether decisions carry their reasons in words; counting alone needs none.
        observer: Sees every answer; None, as in service, costs nothing.
    """

    ruleset: Ruleset
    stale_after: timedelta = STALE_AFTER
    make_matcher: Callable[[tuple[Listener, ...]], Matcher] = IndexMatcher
    tells: bool = True
    observer: Observer | None = None

    def __post_init__(self) -> None:
        """Compile the names, the needs and the listeners."""
        keys = Keys(self.ruleset)
        # Asked for each event, so without a step in between.
        self.names = keys.names
        self.course_keys = keys.course_keys
        self.activity_keys = keys.activity_keys
        self.courses_at = keys.courses_at
        self.activities_at = keys.activities_at
        self.name = keys.name
        self.kind_of = keys.kind_of
        self.course_of = keys.course_of
        self.members = keys.members
        self.keys_of = keys.keys_of
        self.leaf_key = keys.leaf_key
        self.leaf_keys = keys.leaf_keys
        self.courses_of_leaf = keys.courses_of_leaf
        self.courses_of_rule = keys.courses_of_rule
        self.clocks = Clocks(self.ruleset, self.courses_at)
        self._asked: dict[tuple[int, str], str] = {}
        self._in_force: dict[str, tuple[Micros, Micros, Micros]] = {}
        listening = Listening(keys, self.skill_order)
        self.credentials_on = listening.credentials_on
        self.credentials_of_person = listening.credentials_of_person
        self.skills_on = listening.skills_on
        self.time_rules = listening.time_rules
        self.state_rules = listening.state_rules
        self.pathways_on = listening.pathways_on
        self.pathways_of_person = listening.pathways_of_person
        self.matcher: Matcher = self.make_matcher(listening.of_events)
        self._needs = needs_of(keys)
        self._placing = Placing(keys, self._needs, listening.listened)
        self.place = self._placing.place

    @cached_property
    def needs_fingerprint(self) -> str:
        """Give a hash of what records keep; a record folded under another must be refolded."""
        names = [f"{name}={canonical}" for name, canonical in sorted(self.names.canonical.items())]
        for activity in sorted(self.ruleset.activities.values(), key=lambda a: a.id):
            keys = self.activity_keys[activity.id]
            names += [f"{key}:{activity.kind}:{self.course_of(key)}" for key in keys]
        names += [f"{COHORT}{name}" for name in sorted(self._placing.only_cohorts)]
        return self._needs.fingerprint(names)

    @cached_property
    def skill_order(self) -> tuple[str, ...]:
        """Give the skills so that each comes after its parts."""
        done: dict[str, None] = {}

        def visit(skill: str, path: tuple[str, ...]) -> None:
            if skill in done or skill in path or skill not in self.ruleset.skills:
                return
            for part in self.ruleset.skills[skill].parts:
                visit(part, (*path, skill))
            done[skill] = None

        for skill in sorted(self.ruleset.skills):
            visit(skill, ())
        return tuple(done)

    @cached_property
    def silence_rules(self) -> dict[str, tuple[tuple[Rule, Micros], ...]]:
        """Give the rules about silence by course, each with the length of its silence."""
        found: dict[str, list[tuple[Rule, Micros]]] = {}
        for course, rules in self.time_rules.items():
            for rule in rules:
                if isinstance(rule.when, OnInactive):
                    found.setdefault(course, []).append((rule, rule.when.period.elapsed))
        return {course: tuple(rules) for course, rules in found.items()}

    @cached_property
    def together(self) -> dict[str, tuple[str, ...]]:
        """Give the rules whose messages count as one rule's, by the name of their limits."""
        found: dict[str, list[str]] = {}
        for rule in sorted(self.ruleset.rules.values(), key=lambda r: r.id):
            if rule.limits.together:
                found.setdefault(rule.limits.together, []).append(rule.id)
        return {name: tuple(rules) for name, rules in found.items()}

    def asked(self, condition: Condition, pack: str, short: Shorten) -> str:
        """Write a condition as its author would; those of the ruleset are written once."""
        # Only what the ruleset itself keeps alive is known by its identity.
        key = (id(condition), pack)
        words = self._asked.get(key)
        if words is None:
            words = ask(condition, short)
            if id(condition) in self._own:
                self._asked[key] = words
        return words

    @cached_property
    def _own(self) -> frozenset[int]:
        """Give the identities of all conditions of the ruleset."""
        found: set[int] = set()
        for rule in self.ruleset.rules.values():
            if isinstance(rule.when, OnEvent):
                found.update(map(id, rule.when.leaves))
            found.update(map(id, conditions_of(rule.condition)))
        for credential in self.ruleset.credentials.values():
            found.update(map(id, conditions_of(credential.requires)))
        return frozenset(found)

    @cached_property
    def closed_at_first(self) -> frozenset[str]:
        """Give the objects that some rule releases and none locks: learners begin without them."""
        released: set[str] = set()
        locked: set[str] = set()
        for rule in self.ruleset.rules.values():
            for action in rule.then:
                if isinstance(action, Release):
                    released.update(self.activity_keys[action.activity])
                elif isinstance(action, Choose):
                    for name in action.activities:
                        released.update(self.activity_keys[name])
                elif isinstance(action, Lock):
                    locked.update(self.activity_keys[action.activity])
        return frozenset(released - locked)

    @property
    def stale_micros(self) -> Micros:
        """Give the age from which an event is too late for messages, in microseconds."""
        return self.stale_after // MICROSECOND

    @cached_property
    def wholes(self) -> dict[str, tuple[str, ...]]:
        """Give, for each skill, the skills that it is a part of."""
        found: dict[str, list[str]] = {}
        for skill in self.ruleset.skills.values():
            for part in skill.parts:
                found.setdefault(part, []).append(skill.id)
        return {part: tuple(sorted(wholes)) for part, wholes in found.items()}

    # --- clocks --------------------------------------------------------------------------

    def in_force(self, rule: Rule) -> tuple[Micros, Micros, Micros]:
        """
        Give the instants from which a rule acts, from which it may catch up, and until when.

        It acts from the later of `since` and going live; `catch up` needs only `since`.
        """
        found = self._in_force.get(rule.id)
        if found is None:
            zone = self.clocks.course_zone("", rule.id.partition("/")[0])
            since = -EVER if rule.since is None else day_start(rule.since, zone)
            live = -EVER if rule.live_from is None else micros(rule.live_from)
            until = EVER if rule.until is None else day_end(rule.until, zone)
            found = self._in_force[rule.id] = (max(since, live), since, until)
        return found
