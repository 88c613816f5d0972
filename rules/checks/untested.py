"""
W501: rules that no scenario speaks of.

A rule is tested where an expectation names it, or names what it does: its message, what it
releases or locks. Whether the scenario passes is `milepost test`'s to say.
"""

from collections.abc import Iterator
from pathlib import Path

from engine.actions import Action
from engine.doing import kind_and_target
from engine.outcome import Kind
from engine.ruleset import Rule
from engine.source import Problem, Severity
from rules.checks.subject import acts
from rules.packs import Reading
from rules.scenario_reader import read_test_file

CODE = "W501"
WHAT_RULES_DID = ("fired", "deferred", "suppressed", "capped", "undecided", "failed")


def check_untested(reading: Reading) -> Iterator[Problem]:
    """Find rules of the given packs that no scenario speaks of."""
    spoken = {pack: _spoken(pack, reading) for pack in reading.given}
    named = {pair for found in spoken.values() for pair in found or ()}
    for rule in reading.ruleset.rules.values():
        pack = rule.id.partition("/")[0]
        if spoken.get(pack) is None or not acts(rule):
            continue
        if not named.intersection(_names(rule)):
            file = Path(rule.span.file)
            yield Problem(
                rule.span,
                CODE,
                "nothing tests this rule",
                f"add a scenario to {file.stem}.test.yaml",
                Severity.WARNING,
            )


def _names(rule: Rule) -> Iterator[tuple[str, str]]:
    for word in WHAT_RULES_DID:
        yield word, rule.id
    yield Kind.REVIEW.value, rule.id
    for action in rule.then:
        yield _done(action, rule.id.partition("/")[0])


def _done(action: Action, pack: str) -> tuple[str, str]:
    kind, name = kind_and_target(action)
    bare = kind.action in ("group", "cohort", "webhook")
    return kind.action, f"{pack}/{name}" if bare else name


def _spoken(pack: str, reading: Reading) -> frozenset[tuple[str, str]] | None:
    """Give what a pack's scenarios expect; None where a test file can't be read as a whole."""
    found: set[tuple[str, str]] = set()
    folder = reading.folders[pack]
    for path in reading.tests:
        if not path.is_relative_to(folder):
            continue
        tests, problems, _ = read_test_file(path, str(path), pack, reading)
        if tests is None or any(p.severity is Severity.ERROR for p in problems):
            return None
        for scenario in tests.scenarios:
            for step in scenario.steps:
                for expected in step.expects or ():
                    found |= {
                        (expected.key, expected.name),
                        (expected.key, f"{pack}/{expected.name}"),
                    }
    return frozenset(found)
