"""
E307, E308, E309: messages that nothing keeps in bounds.

Whatever time triggers comes again without anybody doing anything, so an e-mail on it must
state limits, and one that repeats must state a cap.
"""

from collections.abc import Iterator

from engine.actions import NO_LIMITS, CapWindow
from engine.ruleset import Rule, Ruleset
from engine.source import Problem
from engine.terms import ACTIVITY_NOUNS, Leaf, Noun
from engine.triggers import ANY_COURSE, OnDue, OnEvent, OnExpiring, OnInactive, OnOverdue, OnState
from rules.packs import Reading

NO_LIMITS_CODE = "E307"
NO_CAP_CODE = "E308"
NO_COURSE_CODE = "E309"


def check_limits(reading: Reading) -> Iterator[Problem]:
    """Find time-triggered e-mails without limits, repeats without a cap, caps of no course."""
    for rule in reading.ruleset.rules.values():
        if not rule.writes:
            continue
        cap = rule.limits.cap
        in_course = speaks_of_course(rule, reading.ruleset)
        scope = "per course" if in_course else "in all"
        if rule.repeat is not None and cap is None:
            yield Problem(
                rule.span,
                NO_CAP_CODE,
                f"nothing stops this rule from writing every {rule.repeat} for ever",
                f"add a cap to its limits, such as: cap: 3 {scope}",
            )
        elif not isinstance(rule.when, OnEvent) and rule.limits == NO_LIMITS:
            yield Problem(
                rule.span,
                NO_LIMITS_CODE,
                "time triggers this e-mail, and it states no limits",
                f"add limits, such as: limits: {{cap: 1 {scope}}}",
            )
        if cap and cap.window is CapWindow.COURSE and not in_course:
            yield Problem(
                rule.span,
                NO_COURSE_CODE,
                f"a cap of {cap} needs a course, and what triggers this rule has none",
                f"write it like: cap: {cap.number} in all"
                + (", or add `in:` with a course" if _takes_in(rule) else ""),
            )


def _takes_in(rule: Rule) -> bool:
    return not isinstance(rule.when, OnEvent | OnState | OnExpiring)


def speaks_of_course(rule: Rule, ruleset: Ruleset) -> bool:
    """Say whether what triggers a rule happens in a course."""
    if rule.courses == (ANY_COURSE,):
        return not isinstance(rule.when, OnInactive)
    if rule.courses:
        return True
    match rule.when:
        case OnDue(activity=activity) | OnOverdue(activity=activity):
            known = ruleset.activities.get(activity)
            return bool(known and known.course)
        case OnState(leaf=leaf):
            known = ruleset.activities.get(leaf.name)
            return bool(leaf.course or leaf.noun is Noun.COURSE or (known and known.course))
        case OnEvent(leaves=leaves):
            return all(_in_course(leaf) for leaf in leaves)
        case _:
            return False


def _in_course(leaf: Leaf) -> bool:
    """Say whether an event may say a course: the LMS says it of its things, not of awards."""
    if leaf.course or leaf.noun is Noun.EVENT:
        return True
    return leaf.noun in ACTIVITY_NOUNS or leaf.noun is Noun.COURSE
