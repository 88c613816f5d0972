"""W503, W504: locks that nothing opens again, and locks without a reason."""

from collections.abc import Iterator

from engine.actions import Choose, Lock, Release
from engine.source import Problem, Severity
from rules.checks.subject import acts, short
from rules.packs import Reading

NO_RELEASE = "W503"
NO_WHY = "W504"


def check_locks(reading: Reading) -> Iterator[Problem]:
    """Find locks that no rule releases, and rules that lock and don't say why."""
    whole = not any(problem.severity is Severity.ERROR for problem in reading.problems)
    rules = [rule for rule in reading.ruleset.rules.values() if acts(rule)]
    released = {a.activity for rule in rules for a in rule.then if isinstance(a, Release)}
    offered = [a for rule in rules for a in rule.then if isinstance(a, Choose)]
    released.update(name for choice in offered for name in choice.activities)
    for rule in rules:
        locks = [action for action in rule.then if isinstance(action, Lock)]
        for lock in locks:
            # With errors about, the rule that releases it may be one that could not be read.
            if whole and lock.activity not in released:
                name = short(lock.activity)
                yield Problem(
                    lock.span,
                    NO_RELEASE,
                    f"no rule releases {name} again, so this shuts learners out for good",
                    f"write a rule with: - release: {name}",
                    Severity.WARNING,
                )
        if locks and not rule.why:
            yield Problem(
                rule.span,
                NO_WHY,
                "this rule locks something and says no `why`",
                "add `why:`, for the learner who asks",
                Severity.WARNING,
            )
