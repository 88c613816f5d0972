"""
The ruleset made ready to run: which names mean the same, what a record must keep, who listens.

Packs name things in their own words and LMSs in theirs, perhaps several for one thing; a
plan settles both once, so that an event costs a dictionary look-up and not a search.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from engine.actions import Choose, Lock, Release
from engine.calendar import (
    MICROSECOND,
    Micros,
    day_end,
    day_start,
    micros,
)
from engine.clocks import Clocks
from engine.cohorts import membership_key, only_cohorts
from engine.events import ANSWERS, Event, Word
from engine.facts import keys_of_facts, words_of_facts
from engine.matching import IndexMatcher, Listener, Matcher
from engine.members import Members
from engine.names import Names
from engine.needs import Needs, only_grows
from engine.observer import Observer
from engine.record import COHORT, CREDENTIAL, GROUP, REVIEW, Placed, review_key
from engine.ruleset import Rule, Ruleset, State
from engine.terms import (
    ACTIVITY_NOUNS,
    Choice,
    Condition,
    EnrolledFor,
    Enrolments,
    Group,
    HasFact,
    HasProfile,
    HasRole,
    Leaf,
    Noun,
)
from engine.triggers import (
    ANY_COURSE,
    OnDue,
    OnEvent,
    OnExpiring,
    OnInactive,
    OnOverdue,
    OnState,
)
from engine.values import Comparison
from engine.wording import Shorten, ask

KINDS_BY_PREFIX = {
    "quiz": Noun.QUIZ,
    "assign": Noun.ASSIGNMENT,
    "assignment": Noun.ASSIGNMENT,
    "forum": Noun.FORUM,
}
"""What an object that no pack names is, by the opening of its LMS name."""

OF_THE_LEARNER: frozenset[str] = frozenset(
    {Word.CREATED, Word.LOGGED_IN, Word.SUSPENDED, Word.RESTORED}
)
"""Words that are of the learner herself, whatever object an LMS tells with them."""

CREDENTIAL_NAME = re.compile(r"[^/:]+/[^/:]+")
"""What a person revokes is called by its full name; no LMS's name of an object looks so."""

STALE_AFTER = timedelta(days=7)
CACHE_SIZE = 200_000
EVER = 2**62


def leaves_of(condition: Condition | None) -> Iterator[Leaf]:
    """Yield the leaves of a condition, in the order they were written."""
    match condition:
        case Leaf():
            yield condition
        case Group():
            for part in condition.parts:
                yield from leaves_of(part)
        case _:
            return


def conditions_of(condition: Condition | None) -> Iterator[Condition]:
    """Yield a condition and all conditions under it."""
    if condition is None:
        return
    yield condition
    if isinstance(condition, Group):
        for part in condition.parts:
            yield from conditions_of(part)


def is_of_the_person(condition: Condition) -> bool:
    """Say whether a condition may turn with the learner's roles, profile or enrolments."""
    if isinstance(condition, Leaf):
        return condition.enrolments is Enrolments.THIS
    return isinstance(condition, HasFact | HasRole | HasProfile | EnrolledFor)


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
        self.names = Names(self.ruleset)
        self.course_keys = self.names.course_keys
        self.activity_keys = self.names.activity_keys
        self.courses_at = self.names.courses_at
        self.activities_at = self.names.activities_at
        self._placed: dict[tuple[str, str, str, str], Placed] = {}
        self.clocks = Clocks(self.ruleset, self.courses_at)
        self._asked: dict[tuple[int, str], str] = {}
        self._in_force: dict[str, tuple[Micros, Micros, Micros]] = {}
        self._members = Members(self.ruleset, self.activity_keys)
        self._needs = self._gather_needs()
        self._gather_listeners()

    # --- names ---------------------------------------------------------------------------

    def name(self, lms: str) -> str:
        """Give the canonical name of an LMS's object or course."""
        return self.names.of(lms)

    def kind_of(self, key: str) -> str:
        """Give what an object is: by a pack, by its name's opening, or a plain activity."""
        activities = self.activities_at.get(key)
        if activities:
            return activities[0].kind.value
        if key in self.courses_at:
            return Noun.COURSE.value
        if key.startswith("course:"):
            return Noun.COURSE.value
        return KINDS_BY_PREFIX.get(key.partition(":")[0], Noun.ACTIVITY).value

    def course_of(self, key: str) -> str:
        """Give the canonical course that packs say an object lies in, "" if none does."""
        return self.names.course_at(key)

    def members(self, leaf: Leaf) -> tuple[str, ...] | None:
        """Give the activities that a leaf asks about together, None where it asks of one thing."""
        return self._members.of(leaf)

    def keys_of(self, leaf: Leaf) -> tuple[str, ...]:
        """Give all keys that a leaf listens under: its own, or those of its activities."""
        members = self.members(leaf)
        if members is None:
            return self.leaf_keys(leaf)
        return tuple(dict.fromkeys(key for name in members for key in self.activity_keys[name]))

    def courses_of_leaf(self, leaf: Leaf) -> tuple[str, ...]:
        """Give the canonical courses of the one course that a leaf's activities lie in, or ()."""
        names = self.members(leaf) or ((leaf.name,) if leaf.name else ())
        courses = {self._courses_of_activity(name) for name in names}
        return courses.pop() if len(courses) == 1 else ()

    def _courses_of_activity(self, name: str) -> tuple[str, ...]:
        found = dict.fromkeys(self.course_of(key) for key in self.activity_keys[name])
        return tuple(course for course in found if course)

    def leaf_key(self, leaf: Leaf) -> str:
        """Give the key of a leaf that has one, the first of one that has several."""
        return self.leaf_keys(leaf)[0]

    def leaf_keys(self, leaf: Leaf) -> tuple[str, ...]:
        """
        Give the keys that a leaf listens and looks under; those of *any* begin with `*`.

        Several where a course has runs: then each is of one run.
        """
        if leaf.noun is Noun.UNIT and leaf.name in self.ruleset.units:
            return (f"unit {leaf.name}",)
        if leaf.noun in ACTIVITY_NOUNS:
            if leaf.name:
                return self.activity_keys[leaf.name]
            return self._in(f"*{leaf.noun.value}", leaf)
        match leaf.noun:
            case Noun.COURSE:
                return self.course_keys[leaf.name] if leaf.name else ("*course",)
            case Noun.EVENT:
                iri = self.ruleset.events[leaf.name].iri if leaf.name else ""
                return self._in(f"!{iri}", leaf)
            case Noun.GROUP:
                return (GROUP + leaf.name if leaf.name else "*group",)
            case Noun.COHORT:
                return (COHORT + leaf.name if leaf.name else "*cohort",)
            case Noun.LEARNER:
                return ("learner",)
            case _:
                return (f"{leaf.noun.value} {leaf.name}" if leaf.name else f"*{leaf.noun.value}",)

    def _in(self, key: str, leaf: Leaf) -> tuple[str, ...]:
        if not leaf.course:
            return (key,)
        return tuple(f"{key}@{course}" for course in self.course_keys[leaf.course])

    # --- needs ---------------------------------------------------------------------------

    def _gather_needs(self) -> Needs:
        def course_keys(leaf: Leaf) -> tuple[str, ...]:
            return self.course_keys[leaf.course] if leaf.course else ("",)

        needs = Needs(self.leaf_keys, course_keys)
        for rule in self.ruleset.rules.values():
            for leaf in self.leaves(rule):
                self._need(needs, leaf)
            for key in self._offered(rule):
                needs.named.setdefault(key, set()).add(Word.CHOSEN)
            needs.of_fact(words_of_facts(rule.condition))
            if isinstance(rule.when, OnDue | OnOverdue):
                for key in self.activity_keys[rule.when.activity]:
                    needs.of_hand_in(key)
        for credential in self.ruleset.credentials.values():
            needs.of_fact(words_of_facts(credential.requires))
            pack = self.ruleset.packs.get(credential.id.partition("/")[0])
            grows = only_grows(credential.requires, pack.attempt if pack else Choice.BEST)
            dated = not grows or credential.renew is not None
            for leaf in leaves_of(credential.requires):
                self._need(needs, leaf, dated=dated)
        for skill in self.ruleset.skills.values():
            for source in skill.sources:
                needs.of_leaf(source.leaf)
        for pathway in self.ruleset.pathways.values():
            for step in pathway.steps:
                needs.of_fact(words_of_facts(step.condition))
                for leaf in leaves_of(step.condition):
                    self._need(needs, leaf, dated=True)
        return needs

    def _need(self, needs: Needs, leaf: Leaf, *, dated: bool = False) -> None:
        members = self.members(leaf)
        if members is None:
            needs.of_leaf(leaf, dated=dated)
        for name in members or ():
            for key in self.activity_keys[name]:
                needs.of_doing(key)

    def _offered(self, rule: Rule) -> Iterator[str]:
        """Yield the keys of what a rule lets a learner choose from."""
        for action in rule.then:
            if isinstance(action, Choose):
                for name in action.activities:
                    yield from self.activity_keys[name]

    @staticmethod
    def leaves(rule: Rule) -> Iterator[Leaf]:
        """Yield the leaves of a rule: of its `when` and of its `if`."""
        if isinstance(rule.when, OnEvent):
            yield from rule.when.leaves
        elif isinstance(rule.when, OnState):
            yield rule.when.leaf
        yield from leaves_of(rule.condition)

    @cached_property
    def needs_fingerprint(self) -> str:
        """Give a hash of what records keep; a record folded under another must be refolded."""
        names = [f"{name}={canonical}" for name, canonical in sorted(self.names.canonical.items())]
        for activity in sorted(self.ruleset.activities.values(), key=lambda a: a.id):
            keys = self.activity_keys[activity.id]
            names += [f"{key}:{activity.kind}:{self.course_of(key)}" for key in keys]
        names += [f"{COHORT}{name}" for name in sorted(self._only_cohorts)]
        return self._needs.fingerprint(names)

    def place(self, event: Event) -> Placed:
        """Say what an event is under this ruleset: canonical names, keys, traces."""
        asked = (event.object, event.course, event.word, event.verb)
        placed = self._placed.get(asked)
        if placed is None:
            if len(self._placed) >= CACHE_SIZE:
                self._placed.clear()
            placed = self._placed[asked] = self._place(*asked)
        return placed

    def _place(self, lms: str, lms_course: str, word: str, verb: str) -> Placed:
        if word in ANSWERS:
            review = lms.removeprefix(REVIEW)
            return Placed(
                review, "", "review", (review_key(review),), ((review_key(review), True),)
            )
        if word in (Word.JOINED, Word.LEFT):
            key, noun = membership_key(lms, self._only_cohorts)
            return Placed(key, self.name(lms_course), noun.value, (key, f"*{noun.value}"), ())
        if word == Word.REVOKED and CREDENTIAL_NAME.fullmatch(lms):
            return Placed(lms, "", CREDENTIAL, (f"{CREDENTIAL} {lms}",), ())
        # Where somebody logged in, or was created, is no thing that a rule names.
        key = "" if word in OF_THE_LEARNER else self.name(lms)
        course = self.name(lms_course) if lms_course else self.course_of(key)
        key = self.names.in_course(key, course)
        if not key:
            keys = ["learner"]
            kind = Noun.LEARNER.value
        else:
            kind = self.kind_of(key)
            if kind == Noun.COURSE or (lms_course and key == course):
                kind, course = Noun.COURSE.value, key
                keys = [key, "*course"]
            else:
                kinds = dict.fromkeys((kind, Noun.ACTIVITY.value))
                keys = [key, *(f"*{k}" for k in kinds)]
                if course:
                    keys += [f"*{k}@{course}" for k in kinds]
        for name in dict.fromkeys((verb, word)):
            if name:
                keys.append(f"!{name}")
                if course:
                    keys.append(f"!{name}@{course}")
        traces = tuple(self._needs.traces(keys, kind, course, word))
        return Placed(key, course, kind, tuple(k for k in keys if k in self._listened), traces)

    @cached_property
    def _only_cohorts(self) -> frozenset[str]:
        return only_cohorts(self.ruleset)

    # --- listeners -----------------------------------------------------------------------

    def _gather_listeners(self) -> None:
        listeners: list[Listener] = []
        self.credentials_on: dict[str, list[str]] = {}
        self.credentials_of_person: list[str] = []
        self.skills_on: dict[str, list[str]] = {}
        self.time_rules: dict[str, list[Rule]] = {}
        self.state_rules: dict[str, list[Rule]] = {}
        for rule in sorted(self.ruleset.rules.values(), key=lambda r: r.id):
            if rule.state is State.RETIRED:
                continue
            if isinstance(rule.when, OnEvent):
                for leaf in rule.when.leaves:
                    listeners += self._listeners(rule.id, leaf)
            else:
                for course in self.courses_of_rule(rule) or ("",):
                    self.time_rules.setdefault(course, []).append(rule)
                for key in self._states_of(rule):
                    self.state_rules.setdefault(key, []).append(rule)
        self.matcher: Matcher = self.make_matcher(tuple(listeners))
        self._listened = {listener.key for listener in listeners} | set(self.state_rules)
        for skill in self.skill_order:
            for source in self.ruleset.skills[skill].sources:
                for key in self.leaf_keys(source.leaf):
                    self.skills_on.setdefault(key, []).append(skill)
        for credential in sorted(self.ruleset.credentials.values(), key=lambda c: c.id):
            if credential.state is not State.RETIRED:
                for condition in conditions_of(credential.requires):
                    self._listen(credential.id, condition)
        self.pathways_on = self._gather_pathways()
        self.pathways_of_person = [
            name
            for name in self._asked_pathways()
            if any(
                is_of_the_person(condition)
                for step in self.ruleset.pathways[name].steps
                for condition in conditions_of(step.condition)
            )
        ]
        self._listened |= self.credentials_on.keys() | self.skills_on.keys()
        self._listened.update(
            key for rule in self.ruleset.rules.values() for key in self._offered(rule)
        )
        self._listened |= self.pathways_on.keys()
        self._listened |= {
            key
            for rule in self.ruleset.rules.values()
            if rule.holds
            for leaf in leaves_of(rule.condition)
            for key in self.keys_of(leaf)
        }
        for rule in self.ruleset.rules.values():
            if rule.holds:
                self._listened.update(keys_of_facts(rule.condition))

    def steps_of(self, leaf: Leaf) -> list[Leaf]:
        """Give the leaves of the steps of the pathways that a leaf speaks of."""
        known = self.ruleset.pathways
        return [
            inner
            for name in ([leaf.name] if leaf.name else sorted(known))
            for step in known[name].steps
            for inner in leaves_of(step.condition)
        ]

    def _asked_pathways(self) -> list[str]:
        """Give the pathways that rules or credentials ask about."""
        asked = [leaf for rule in self.ruleset.rules.values() for leaf in self.leaves(rule)]
        for credential in self.ruleset.credentials.values():
            asked += leaves_of(credential.requires)
        named = {leaf.name for leaf in asked if leaf.noun is Noun.PATHWAY}
        return sorted(name for name in self.ruleset.pathways if named & {name, ""})

    def _gather_pathways(self) -> dict[str, list[str]]:
        """Give what moves the pathways that rules or credentials ask about, by key."""
        found: dict[str, list[str]] = {}
        for name in self._asked_pathways():
            for step in self.ruleset.pathways[name].steps:
                for leaf in leaves_of(step.condition):
                    for key in self.keys_of(leaf):
                        found.setdefault(key, []).append(name)
                for key in keys_of_facts(step.condition):
                    found.setdefault(key, []).append(name)
        return found

    def _states_of(self, rule: Rule) -> tuple[str, ...]:
        """Give the keys of what a time rule's spell hangs on, beside the clock."""
        match rule.when:
            case OnState(leaf=leaf):
                return self.keys_of(leaf)
            case OnExpiring(credential=credential):
                names = [credential] if credential else self.ruleset.credentials
                return tuple(f"{CREDENTIAL} {name}" for name in names)
            case _:
                return ()

    def _listen(self, credential: str, condition: Condition) -> None:
        """Note under what a credential is asked again, because one of its conditions may turn."""
        if isinstance(condition, Leaf):
            for key in self.keys_of(condition):
                listening = self.credentials_on.setdefault(key, [])
                if credential not in listening:
                    listening.append(credential)
        elif isinstance(condition, HasFact):
            for key in keys_of_facts(condition):
                self.credentials_on.setdefault(key, []).append(credential)
        if is_of_the_person(condition):
            self.credentials_of_person.append(credential)

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

    def _listeners(self, rule: str, leaf: Leaf) -> tuple[Listener, ...]:
        if self.members(leaf) is not None:
            return tuple(Listener(rule, key) for key in self.keys_of(leaf))
        courses = self.course_keys[leaf.course] if leaf.course else ("",)
        word = leaf.word if leaf.noun is not Noun.EVENT else ""
        # A matcher compares the event's own attempt by one range, and nothing else.
        plain = not (leaf.criterion or leaf.crosses or leaf.attempt)
        score = leaf.score if plain and isinstance(leaf.score, Comparison) else None
        return tuple(
            Listener(rule, key, course, word, score)
            for key in self.leaf_keys(leaf)
            for course in courses
        )

    def courses_of_rule(self, rule: Rule) -> tuple[str, ...]:
        """Give the canonical courses that a time rule speaks of; ("*",) for any, () for none."""
        if rule.courses == (ANY_COURSE,):
            return (ANY_COURSE,)
        if rule.courses:
            return tuple(
                dict.fromkeys(key for course in rule.courses for key in self.course_keys[course])
            )
        match rule.when:
            case OnDue(activity=activity) | OnOverdue(activity=activity):
                return self._courses_of_activity(activity)
            case OnState(leaf=leaf):
                if leaf.course:
                    return self.course_keys[leaf.course]
                if leaf.noun is Noun.COURSE and leaf.name:
                    return self.course_keys[leaf.name]
                if leaf.noun in ACTIVITY_NOUNS and leaf.name:
                    return self.courses_of_leaf(leaf)
                return ()
            case _:
                return ()

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
