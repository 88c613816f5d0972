"""
The keys under which things are listened to, looked up and kept.

Packs name things in their own words and LMSs in theirs, perhaps several for one thing; both are
settled once, so that an event costs a dictionary look-up and not a search.
"""

from collections.abc import Iterator

from engine.actions import Choose
from engine.members import Members
from engine.names import Names
from engine.record import COHORT, GROUP
from engine.ruleset import Rule, Ruleset
from engine.terms import ACTIVITY_NOUNS, Leaf, Noun
from engine.triggers import ANY_COURSE, OnDue, OnOverdue, OnState

KINDS_BY_PREFIX = {
    "quiz": Noun.QUIZ,
    "assign": Noun.ASSIGNMENT,
    "assignment": Noun.ASSIGNMENT,
    "forum": Noun.FORUM,
}
"""What an object that no pack names is, by the opening of its LMS name."""


class Keys:
    """
    The keys of one ruleset.

    Attributes:
        names: What the LMSs' names mean.
        course_keys: The canonical names of a course, by its full name.
        activity_keys: Those of an activity.
        courses_at: The courses that a canonical name stands for.
        activities_at: The activities that it stands for.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        """Settle the names of a ruleset."""
        self.ruleset = ruleset
        self.names = Names(ruleset)
        self.course_keys = self.names.course_keys
        self.activity_keys = self.names.activity_keys
        self.courses_at = self.names.courses_at
        self.activities_at = self.names.activities_at
        self._members = Members(ruleset, self.activity_keys)

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
        courses = {self.courses_of_activity(name) for name in names}
        return courses.pop() if len(courses) == 1 else ()

    def courses_of_activity(self, name: str) -> tuple[str, ...]:
        """Give the canonical courses that an activity lies in."""
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

    def offered(self, rule: Rule) -> Iterator[str]:
        """Yield the keys of what a rule lets a learner choose from."""
        for action in rule.then:
            if isinstance(action, Choose):
                for name in action.activities:
                    yield from self.activity_keys[name]

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
                return self.courses_of_activity(activity)
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
