"""
W509: `passed` or `failed` asked of an activity that has no pass mark.

Where the LMS says no verdict the answer is then never known, and what is unknown neither
awards nor acts. Moodle says *success* also where no pass mark is set: that is no verdict.
"""

from collections.abc import Iterator

from engine.leaves import leaves_of
from engine.ruleset import Ruleset
from engine.source import Problem, Severity
from engine.terms import ACTIVITY_NOUNS, Leaf
from engine.triggers import OnEvent, OnState
from rules.checks.subject import short
from rules.packs import Reading

CODE = "W509"
VERDICTS = ("passed", "failed")


def check_pass_marks(reading: Reading) -> Iterator[Problem]:
    """Find activities without a pass mark of which a verdict is asked; each is told of once."""
    told: set[str] = set()
    for leaf in sorted(_leaves(reading.ruleset), key=lambda leaf: leaf.span):
        if leaf.word not in VERDICTS or leaf.noun not in ACTIVITY_NOUNS or leaf.name in told:
            continue
        activity = reading.ruleset.activities.get(leaf.name)
        if activity is not None and activity.pass_mark is None:
            told.add(leaf.name)
            name = short(leaf.name)
            yield Problem(
                leaf.span,
                CODE,
                f"`{leaf.word}` is asked of {name}, which has no pass mark",
                f"add `pass: 60%` to {name} in pack.yaml",
                Severity.WARNING,
            )


def _leaves(ruleset: Ruleset) -> Iterator[Leaf]:
    for credential in ruleset.credentials.values():
        yield from leaves_of(credential.requires)
    for rule in ruleset.rules.values():
        yield from leaves_of(rule.condition)
        if isinstance(rule.when, OnEvent):
            yield from rule.when.leaves
        elif isinstance(rule.when, OnState):
            yield rule.when.leaf
