"""Why something that a scenario expects did not happen, as `explain` would say it."""

from engine.calendar import Micros
from engine.explain import UnknownThingError, explain
from engine.plan import Plan
from engine.record import Record
from engine.verdict import Answer, Verdict
from rules.timeline import Expected

EXPLAINED = ("email", "lms message", "banner", "release", "awarded", "fired", "review")
"""What is expected of a rule, a credential or what they do, and can be explained by its name."""


def why_not(expected: Expected, plan: Plan, record: Record, now: Micros) -> Verdict | None:
    """Give what kept a thing from happening to a learner; None where no condition did."""
    if expected.key not in EXPLAINED:
        return None
    try:
        verdict = explain(plan, record, expected.name, now).verdict
    except UnknownThingError:
        return None
    return None if verdict.answer is Answer.YES else verdict
