"""Who listens to what: rules, credentials, skills and pathways, by the keys of events."""

from collections.abc import Sequence

from engine.facts import keys_of_facts
from engine.keys import Keys
from engine.leaves import conditions_of, is_of_the_person, leaves_of, leaves_of_rule
from engine.matching import Listener
from engine.record import CREDENTIAL
from engine.ruleset import Rule, State
from engine.terms import Condition, HasFact, Leaf, Noun
from engine.triggers import OnEvent, OnExpiring, OnState
from engine.values import Comparison


class Listening:
    """
    The listeners of one ruleset.

    Attributes:
        of_events: Rules that an event triggers, for the matcher.
        credentials_on: Credentials by the keys under which they are asked again.
        credentials_of_person: Those that may turn with the learner's roles, profile, enrolments.
        skills_on: Skills by the keys of their evidence.
        time_rules: Rules with time triggers, by canonical course.
        state_rules: Rules about states, by the keys that the states hang on.
        pathways_on: Pathways that somebody asks about, by the keys that move them.
        pathways_of_person: Those that may move with roles, profile, enrolments.
        listened: All keys that anything listens under.
    """

    def __init__(self, keys: Keys, skill_order: Sequence[str]) -> None:
        """Gather the listeners of a ruleset; skills come after their parts in the order."""
        self._keys = keys
        listeners: list[Listener] = []
        self.credentials_on: dict[str, list[str]] = {}
        self.credentials_of_person: list[str] = []
        self.skills_on: dict[str, list[str]] = {}
        self.time_rules: dict[str, list[Rule]] = {}
        self.state_rules: dict[str, list[Rule]] = {}
        for rule in sorted(self._keys.ruleset.rules.values(), key=lambda r: r.id):
            if rule.state is State.RETIRED:
                continue
            if isinstance(rule.when, OnEvent):
                for leaf in rule.when.leaves:
                    listeners += self._listeners(rule.id, leaf)
            else:
                for course in self._keys.courses_of_rule(rule) or ("",):
                    self.time_rules.setdefault(course, []).append(rule)
                for key in self._states_of(rule):
                    self.state_rules.setdefault(key, []).append(rule)
        self.of_events = tuple(listeners)
        self.listened = {listener.key for listener in listeners} | set(self.state_rules)
        for skill in skill_order:
            for source in self._keys.ruleset.skills[skill].sources:
                for key in self._keys.leaf_keys(source.leaf):
                    self.skills_on.setdefault(key, []).append(skill)
        for credential in sorted(self._keys.ruleset.credentials.values(), key=lambda c: c.id):
            if credential.state is not State.RETIRED:
                for condition in conditions_of(credential.requires):
                    self._listen(credential.id, condition)
        self.pathways_on = self._gather_pathways()
        self.pathways_of_person = [
            name
            for name in self._asked_pathways()
            if any(
                is_of_the_person(condition)
                for step in self._keys.ruleset.pathways[name].steps
                for condition in conditions_of(step.condition)
            )
        ]
        self.listened |= self.credentials_on.keys() | self.skills_on.keys()
        self.listened.update(
            key for rule in self._keys.ruleset.rules.values() for key in self._keys.offered(rule)
        )
        self.listened |= self.pathways_on.keys()
        self.listened |= {
            key
            for rule in self._keys.ruleset.rules.values()
            if rule.holds
            for leaf in leaves_of(rule.condition)
            for key in self._keys.keys_of(leaf)
        }
        for rule in self._keys.ruleset.rules.values():
            if rule.holds:
                self.listened.update(keys_of_facts(rule.condition))

    def _asked_pathways(self) -> list[str]:
        """Give the pathways that rules or credentials ask about."""
        rules = self._keys.ruleset.rules.values()
        asked = [leaf for rule in rules for leaf in leaves_of_rule(rule)]
        for credential in self._keys.ruleset.credentials.values():
            asked += leaves_of(credential.requires)
        named = {leaf.name for leaf in asked if leaf.noun is Noun.PATHWAY}
        return sorted(name for name in self._keys.ruleset.pathways if named & {name, ""})

    def _gather_pathways(self) -> dict[str, list[str]]:
        """Give what moves the pathways that rules or credentials ask about, by key."""
        found: dict[str, list[str]] = {}
        for name in self._asked_pathways():
            for step in self._keys.ruleset.pathways[name].steps:
                for leaf in leaves_of(step.condition):
                    for key in self._keys.keys_of(leaf):
                        found.setdefault(key, []).append(name)
                for key in keys_of_facts(step.condition):
                    found.setdefault(key, []).append(name)
        return found

    def _states_of(self, rule: Rule) -> tuple[str, ...]:
        """Give the keys of what a time rule's spell hangs on, beside the clock."""
        match rule.when:
            case OnState(leaf=leaf):
                return self._keys.keys_of(leaf)
            case OnExpiring(credential=credential):
                names = [credential] if credential else self._keys.ruleset.credentials
                return tuple(f"{CREDENTIAL} {name}" for name in names)
            case _:
                return ()

    def _listen(self, credential: str, condition: Condition) -> None:
        """Note under what a credential is asked again, because one of its conditions may turn."""
        if isinstance(condition, Leaf):
            for key in self._keys.keys_of(condition):
                listening = self.credentials_on.setdefault(key, [])
                if credential not in listening:
                    listening.append(credential)
        elif isinstance(condition, HasFact):
            for key in keys_of_facts(condition):
                self.credentials_on.setdefault(key, []).append(credential)
        if is_of_the_person(condition):
            self.credentials_of_person.append(credential)

    def _listeners(self, rule: str, leaf: Leaf) -> tuple[Listener, ...]:
        if self._keys.members(leaf) is not None:
            return tuple(Listener(rule, key) for key in self._keys.keys_of(leaf))
        courses = self._keys.course_keys[leaf.course] if leaf.course else ("",)
        word = leaf.word if leaf.noun is not Noun.EVENT else ""
        # A matcher compares the event's own attempt by one range, and nothing else.
        plain = not (leaf.criterion or leaf.crosses or leaf.attempt)
        score = leaf.score if plain and isinstance(leaf.score, Comparison) else None
        return tuple(
            Listener(rule, key, course, word, score)
            for key in self._keys.leaf_keys(leaf)
            for course in courses
        )
