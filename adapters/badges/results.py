"""What a credential's skills and marks could come to, and what they came to for one learner."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from adapters.badges.jsonvalue import JsonObject
from adapters.plain.proof import plain_title
from engine.conditions import answer
from engine.dated import each_of
from engine.mastery import standing
from engine.ruleset import Credential, Ruleset, Skill
from engine.terms import Condition, Group, Leaf, Noun, Quantifier
from engine.values import Comparison, Unit, show_number, show_percent
from engine.view import View

HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Measure:
    """
    One thing that is measured for a credential: a skill by its levels, or a mark.

    Attributes:
        slug: Its name within the achievement.
        leaf: The condition that asks for it.
        skill: The skill, None for a mark.
    """

    slug: str
    title: str
    leaf: Leaf
    skill: Skill | None = None

    def description(self, achievement: str) -> JsonObject:
        """Give it as a ResultDescription of an achievement."""
        own: JsonObject = {
            "id": f"{achievement}#{self.slug}",
            "type": ["ResultDescription"],
            "name": self.title,
        }
        if self.skill is not None:
            levels = [
                {
                    "id": self.level_id(achievement, level.name),
                    "type": ["RubricCriterionLevel"],
                    "name": level.name,
                    "description": "; ".join(str(asked) for asked in level.each),
                }
                for level in self.skill.levels
            ]
            own |= {"resultType": "RubricCriterionLevel", "rubricCriterionLevel": levels}
            own["requiredLevel"] = self.level_id(achievement, self.leaf.level)
            return own
        wanted = self._wanted
        if wanted.unit is Unit.POINTS:
            own["resultType"] = "RawScore"
        else:
            own |= {"resultType": "Percent", "valueMin": "0", "valueMax": str(HUNDRED)}
        if wanted.low is not None:
            own["requiredValue"] = self._shown(wanted.low * self._scale)
        return own

    def result(self, achievement: str, view: View) -> JsonObject | None:
        """Give what it came to as a Result, None where there is nothing to say."""
        own: JsonObject = {
            "type": ["Result"],
            "resultDescription": f"{achievement}#{self.slug}",
        }
        if self.skill is not None:
            stands = standing(self.skill, view)
            if not stands.level:
                return None
            return {**own, "achievedLevel": self.level_id(achievement, stands.level)}
        value = answer(self.leaf, view).value
        if value is None:
            return None
        return {**own, "value": self._shown(value * self._scale)}

    def level_id(self, achievement: str, level: str) -> str:
        """Give the id of a level of the skill."""
        return f"{achievement}#{self.slug}-{level.replace(' ', '-')}"

    @property
    def _wanted(self) -> Comparison:
        if self.leaf.score is None:
            raise TypeError("a measure without a skill has a score")
        return each_of(self.leaf.score)[-1]

    @property
    def _scale(self) -> int:
        return 1 if self._wanted.unit is Unit.POINTS else HUNDRED

    def _shown(self, value: Fraction) -> str:
        if self._wanted.unit is Unit.POINTS:
            return show_number(value)
        return show_percent(value / HUNDRED).removesuffix("%")


def measures(ruleset: Ruleset, credential: Credential) -> tuple[Measure, ...]:
    """Give what is measured for a credential, each once, in the order of its requirements."""
    found: dict[str, Measure] = {}
    for leaf in leaves_of(credential.requires):
        own = leaf.name.rpartition("/")[2]
        skill = ruleset.skills.get(leaf.name) if leaf.noun is Noun.SKILL and leaf.level else None
        if skill is not None:
            found.setdefault(own, Measure(own, plain_title(skill.title, skill.id), leaf, skill))
        elif leaf.score is not None and leaf.name in ruleset.activities:
            slug = f"{own}-{leaf.criterion}" if leaf.criterion else own
            title = plain_title(ruleset.activities[leaf.name].title, leaf.name)
            title += f": {leaf.criterion}" if leaf.criterion else ""
            found.setdefault(slug, Measure(slug, title, leaf))
    return tuple(found.values())


def leaves_of(condition: Condition) -> Iterator[Leaf]:
    """Yield the conditions on things that must hold, or may."""
    if isinstance(condition, Leaf):
        yield condition
    elif isinstance(condition, Group) and condition.quantifier is not Quantifier.NONE:
        for part in condition.parts:
            yield from leaves_of(part)
