"""
W510, W511: rules that can never fire and credentials that nobody can earn, and why.

Contradictions between conditions are E302 and refuse a pack. Here stands what reads well and
leads nowhere: a date outside of a rule's own time, a course without a first day, an expiry of
what never expires; and whatever rests on such a thing. Only what is certain is said.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from engine.names import runs_of
from engine.naming import Course
from engine.ruleset import Credential, Rule, Ruleset, State
from engine.source import Problem, Severity, Span
from engine.terms import BetweenDates, Condition, Group, Leaf, Noun, Quantifier
from engine.triggers import ANY_COURSE, OnCourseDate, OnDate, OnEvent, OnState
from rules.checks.subject import acts, short
from rules.packs import Reading

RULE = "W510"
CREDENTIAL = "W511"

A_DAY = timedelta(days=1)
"""Zones differ by at most so much, so a day that lies further outside is certainly outside."""


@dataclass(frozen=True, slots=True)
class Never:
    """
    Something that can never be, and why.

    Attributes:
        id: The full name of the rule or credential.
        why: The reason, to stand behind a colon.
        hint: What would be right, "" where the cause is told of elsewhere.
        span: The line that makes it so.
    """

    id: str
    why: str
    hint: str
    span: Span

    @property
    def place(self) -> str:
        """Give file and line of what makes it so."""
        return f"{self.span.file}:{self.span.line}"


@dataclass(frozen=True, slots=True)
class Unreachable:
    """All rules that can never fire and all credentials that nobody can earn, by full name."""

    rules: Mapping[str, Never]
    credentials: Mapping[str, Never]


def check_unreachable(reading: Reading) -> Iterator[Problem]:
    """Warn of what can never be, once for a cause: what only rests on it is left to the proof."""
    found = unreachable(reading.ruleset)
    for never in found.rules.values():
        if never.hint:
            message = f"this rule can never fire: {never.why}"
            yield Problem(never.span, RULE, message, never.hint, Severity.WARNING)
    for never in found.credentials.values():
        if never.hint:
            message = f"nobody can earn {short(never.id)}: {never.why}"
            yield Problem(never.span, CREDENTIAL, message, never.hint, Severity.WARNING)


def unreachable(ruleset: Ruleset) -> Unreachable:
    """Find what can never be: credentials first, until no further one rests on what was found."""
    dead: dict[str, Never] = {}
    while True:
        more = {
            credential.id: never
            for credential in ruleset.credentials.values()
            if credential.id not in dead
            and credential.state is not State.RETIRED
            and (never := _never_earned(credential, ruleset, dead))
        }
        if not more:
            break
        dead |= more
    rules = {
        rule.id: replace(never, id=rule.id)
        for rule in ruleset.rules.values()
        if acts(rule) and (never := _never_fires(rule, ruleset, dead))
    }
    return Unreachable(rules, dead)


def _never_earned(
    credential: Credential, ruleset: Ruleset, dead: Mapping[str, Never]
) -> Never | None:
    never = _impossible(
        credential.requires, _Within(credential.since, credential.until), ruleset, dead
    )
    return never and replace(never, id=credential.id)


def _never_fires(rule: Rule, ruleset: Ruleset, dead: Mapping[str, Never]) -> Never | None:
    within = _Within(rule.since, rule.until)
    when = rule.when
    never: Never | None = None
    match when:
        case OnEvent(leaves=leaves):
            each = [_leaf(leaf, ruleset, dead) for leaf in leaves]
            never = each[0] if all(each) else None
        case OnState(leaf=leaf):
            never = _leaf(leaf, ruleset, dead)
        case OnDate(moment=moment):
            never = within.excludes(moment.date(), moment.date(), when.span, f"on {moment.date()}")
        case OnCourseDate(end=end):
            never = _no_course_date(rule.courses, when.span, ruleset, end=end)
        case _:
            pass
    if never is None and rule.condition is not None:
        never = _impossible(rule.condition, within, ruleset, dead)
    return never


def can_never_be(condition: Condition, ruleset: Ruleset, dead: Mapping[str, Never]) -> Never | None:
    """Say why a condition can never hold at any time, None where it may."""
    return _impossible(condition, _Within(None, None), ruleset, dead)


@dataclass(frozen=True, slots=True)
class _Within:
    """The days between which a rule acts or a credential is awarded, each open where None."""

    since: date | None
    until: date | None

    def excludes(self, first: date, last: date, span: Span, said: str) -> Never | None:
        """Say that a range of days lies outside, None where it may not."""
        if self.until is not None and first > self.until + A_DAY:
            return Never(
                "", f"`{said}` comes after `until: {self.until}`", "let `until` be later", span
            )
        if self.since is not None and last < self.since - A_DAY:
            return Never(
                "", f"`{said}` comes before `since: {self.since}`", "let `since` be earlier", span
            )
        return None


def _impossible(
    condition: Condition, within: _Within, ruleset: Ruleset, dead: Mapping[str, Never]
) -> Never | None:
    """Say why a condition can never hold, None where it may."""
    match condition:
        case Group(quantifier=Quantifier.NONE):
            return None
        case Group(quantifier=quantifier, parts=parts, number=number):
            each = [_impossible(part, within, ruleset, dead) for part in parts]
            reasons = [never for never in each if never]
            wanted = {Quantifier.ALL: len(parts), Quantifier.ANY: 1}.get(quantifier, number)
            return reasons[0] if len(parts) - len(reasons) < wanted else None
        case Leaf():
            return _leaf(condition, ruleset, dead)
        case BetweenDates(first=first, last=last):
            said = f"date: between {first} and {last}"
            return within.excludes(first, last, condition.span, said)
        case _:
            return None


def _leaf(leaf: Leaf, ruleset: Ruleset, dead: Mapping[str, Never]) -> Never | None:
    """Say why what a leaf asks of a credential or a skill can never be."""
    if leaf.noun is Noun.CREDENTIAL and leaf.name:
        return _credential(leaf, ruleset, dead)
    if leaf.noun is Noun.SKILL and leaf.name:
        skill = ruleset.skills.get(leaf.name)
        if skill and skill.sources and not any(source.weight for source in skill.sources):
            why = f"the score of the skill {short(skill.id)} is never known"
            return Never("", why, "", skill.span)
    return None


def _credential(leaf: Leaf, ruleset: Ruleset, dead: Mapping[str, Never]) -> Never | None:
    credential = ruleset.credentials.get(leaf.name)
    if credential is None or leaf.word in ("not held", "revoked"):
        return None
    name = short(credential.id)
    if leaf.word in ("expired", "expiring") and credential.expires is None:
        return Never(
            "",
            f"{name} never expires",
            f"add `expires:` to {name}, such as: expires: after 3 years",
            leaf.span,
        )
    if leaf.word == "renewed" and credential.renew is None:
        why = f"{name} is never renewed"
        hint = f"add `renew:` to {name}, such as: renew: 3 months before"
        return Never("", why, hint, leaf.span)
    if credential.id in dead:
        return replace(dead[credential.id], why=f"nobody can earn {name}", hint="")
    if leaf.word == "awarded" and credential.state is State.RETIRED:
        return Never("", f"{name} is retired, and nobody earns it any more", "", credential.span)
    return None


def _no_course_date(
    courses: Iterable[str], span: Span, ruleset: Ruleset, *, end: bool
) -> Never | None:
    """Say that no course of a trigger has the day that it counts from."""
    every = ruleset.courses.values()
    known = list(every) if ANY_COURSE in courses else [c for c in every if c.id in courses]
    if not known or any(_has_day(course, every, end=end) for course in known):
        return None
    word = "ends" if end else "starts"
    names = ", ".join(short(course.id) for course in known[:3])
    why = f"pack.yaml says no `{word}:` of {names}"
    return Never("", why, f"add it to the course, such as: {word}: 2025-03-03", span)


def _has_day(course: Course, every: Iterable[Course], *, end: bool) -> bool:
    """Say whether a pack says the day of a course, also where another names the same one."""
    runs = [run for other in every for run in runs_of(other)]
    names = {name for run in runs_of(course) for name in run.lms}
    same = [run for run in runs if names & set(run.lms)]
    return any((run.ends if end else run.starts) is not None for run in same)
