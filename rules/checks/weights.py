"""W505: skills whose evidence weighs nothing, so that their score is never known."""

from collections.abc import Iterator

from engine.source import Problem, Severity
from rules.packs import Reading

CODE = "W505"


def check_weights(reading: Reading) -> Iterator[Problem]:
    """Find skills all of whose weights are zero."""
    for skill in reading.ruleset.skills.values():
        if skill.sources and all(source.weight == 0 for source in skill.sources):
            yield Problem(
                skill.span,
                CODE,
                "all weights of this skill are 0, so its score is never known",
                "give at least one source a weight, such as: weight: 1",
                Severity.WARNING,
            )
