"""What is made of activities: units that pack.yaml puts together, and courses by their progress."""

from collections.abc import Mapping

from engine.ruleset import Ruleset
from engine.terms import Leaf, Noun


class Members:
    """The activities of units and courses of one ruleset, by full name."""

    def __init__(self, ruleset: Ruleset, activity_keys: Mapping[str, tuple[str, ...]]) -> None:
        """Gather the activities that packs declare in courses; one LMS object counts once."""
        self._units = ruleset.units
        found: dict[str, dict[str, str]] = {}
        for activity in sorted(ruleset.activities.values(), key=lambda a: a.id):
            if activity.course:
                there = found.setdefault(activity.course, {})
                there.setdefault(activity_keys[activity.id][0], activity.id)
        self._in_course = {course: tuple(there.values()) for course, there in found.items()}

    def of(self, leaf: Leaf) -> tuple[str, ...] | None:
        """Give the activities that a leaf asks about together, None where it asks of one thing."""
        if leaf.progress is not None and leaf.noun is Noun.COURSE:
            return self._in_course.get(leaf.name, ())
        if leaf.noun is Noun.UNIT and leaf.name in self._units:
            return self._units[leaf.name].of
        return None
