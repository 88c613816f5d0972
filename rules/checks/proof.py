"""
What `check` proves: the most messages that one learner can get in one enrolment in a course.

Computed from the caps, not guessed: a rule without a cap counts only where what triggers it
comes once. Quiet hours, gaps and conditions make it fewer and are left out; a credential's
own message counts once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.actions import CapWindow, is_message
from engine.leaves import leaves_of
from engine.ruleset import Rule, Ruleset, State
from engine.source import Span
from engine.terms import Condition, Leaf, Noun
from engine.triggers import (
    ANY_COURSE,
    OnCourseDate,
    OnDate,
    OnDue,
    OnEnrolled,
    OnEvent,
    OnOverdue,
    OnState,
)
from engine.withholding import is_to_learner
from rules.checks.limits import speaks_of_course
from rules.checks.subject import short

FEW = 6
"""Up to so many rules are named."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a rule, or an award's message, adds: so many messages, None for without end."""

    name: str
    most: int | None
    span: Span


@dataclass(frozen=True, slots=True)
class Proof:
    """
    The most messages one learner can get in one course, or in one day.

    Attributes:
        most: The number; None where nothing bounds it.
        course: The full name of the course in which it is most, "" where there is none.
        shares: What it is made of, the most first.
        in_a_day: Whether it is of one day, not of one course.
    """

    most: int | None
    course: str = ""
    shares: tuple[Share, ...] = ()
    in_a_day: bool = False

    @property
    def unbounded(self) -> tuple[str, ...]:
        """Name what can write without end."""
        return tuple(share.name for share in self.shares if share.most is None)

    @property
    def sentence(self) -> str:
        """Say it in a sentence."""
        if self.most == 0:
            return "no rule and no award writes to learners"
        if self.most is None:
            endless = [share for share in self.shares if share.most is None]
            names = _listed([f"`{s.name}` ({s.span.file}:{s.span.line})" for s in endless])
            day = " in one day" if self.in_a_day else ""
            return (
                f"nothing bounds the messages one learner can get{day}: "
                f"{names} can write without end"
            )
        plural = "" if self.most == 1 else "s"
        where = f" in one course ({short(self.course)})" if self.course else ""
        where = " in one day" if self.in_a_day else where
        sums = _listed([f"{s.name} {s.most}" for s in self.shares])
        return f"one learner gets at most {self.most} message{plural}{where}: {sums}"


def prove(ruleset: Ruleset, pack: str = "") -> Proof:
    """
    Find the most messages that one learner can get in one course.

    Args:
        ruleset: Everything in force; rules of all packs count.
        pack: Only the courses that this pack's rules and activities are in; "" for all.
    """
    courses = sorted(c for c in ruleset.courses if not pack or c.startswith(f"{pack}/"))
    proofs = [_prove_course(ruleset, course, pack) for course in courses or [""]]
    return max(proofs, key=lambda proof: (proof.most is None, proof.most or 0))


def _prove_course(ruleset: Ruleset, course: str, pack: str) -> Proof:
    return counted(_shares(ruleset, course, pack), course)


def counted(found: Iterable[Share], course: str = "", *, in_a_day: bool = False) -> Proof:
    """Add shares up; what adds nothing is left out."""
    shares = [share for share in found if share.most != 0]
    shares.sort(key=lambda s: (s.most is not None, -(s.most or 0), s.name))
    numbers = [share.most for share in shares if share.most is not None]
    most = sum(numbers) if len(numbers) == len(shares) else None
    return Proof(most, course, tuple(shares), in_a_day)


def _shares(ruleset: Ruleset, course: str, pack: str) -> Iterator[Share]:
    blocks: dict[str, list[Rule]] = {}
    for rule in ruleset.rules.values():
        if rule.state is not State.LIVE or not may_act_in(rule, course, ruleset):
            continue
        if rule.limits.together and rule.writes:
            blocks.setdefault(rule.limits.together, []).append(rule)
        else:
            yield Share(name_in(rule.id, pack), most_of(rule, ruleset), rule.span)
    for block, rules in blocks.items():
        most = _most_together(rules, ruleset)
        yield Share(f"rules under {name_in(block, pack)}", most, rules[0].span)
    yield from awards_in([course], ruleset, pack)


def awards_in(courses: Iterable[str], ruleset: Ruleset, pack: str) -> Iterator[Share]:
    """Give the messages of awards whose evidence may come from some courses; each is one."""
    wanted = {"", *courses}
    for credential in ruleset.credentials.values():
        if not credential.message or credential.state is not State.LIVE:
            continue
        if wanted & _courses(leaves_of(credential.requires), ruleset):
            yield Share(f"the award {name_in(credential.id, pack)}", 1, credential.span)


def name_in(full: str, pack: str) -> str:
    """Give a name as a pack's author knows it: without the pack, where it is the pack's own."""
    return full.removeprefix(f"{pack}/") if pack else full


def most_of(rule: Rule, ruleset: Ruleset) -> int | None:
    """Give the most messages of a rule to one learner in one enrolment, None without end."""
    each = letters_of(rule)
    if each == 0:
        return 0
    cap = rule.limits.cap
    firings = None if rule.repeat else most_firings(rule, ruleset)
    if cap is not None:
        bounded = cap.window is CapWindow.ALL or (
            cap.window is CapWindow.COURSE and speaks_of_course(rule, ruleset)
        )
        if bounded:
            firings = cap.number if firings is None else min(firings, cap.number)
    return None if firings is None else firings * each


def _most_together(rules: Sequence[Rule], ruleset: Ruleset) -> int | None:
    """Give the most messages of rules whose limits count together: one cap for all of them."""
    each = [most_of(rule, ruleset) for rule in rules]
    bounded = [number for number in each if number is not None]
    if len(bounded) < len(each):
        return None
    cap = rules[0].limits.cap
    widest = max(letters_of(rule) for rule in rules)
    total = sum(bounded)
    return total if cap is None or not _bounds(rules, ruleset) else min(total, cap.number * widest)


def _bounds(rules: Sequence[Rule], ruleset: Ruleset) -> bool:
    """Say whether the cap of a block bounds what its rules write in one enrolment."""
    cap = rules[0].limits.cap
    if cap is None:
        return False
    if cap.window is CapWindow.ALL:
        return True
    return cap.window is CapWindow.COURSE and all(speaks_of_course(r, ruleset) for r in rules)


def letters_of(rule: Rule) -> int:
    """Give how many messages one firing sends to the learner."""
    return sum(is_message(action) and is_to_learner(action) for action in rule.then)


def most_firings(rule: Rule, ruleset: Ruleset) -> int | None:
    """Say how often what triggers a rule can come in one enrolment; None for any number."""
    match rule.when:
        case OnEnrolled() | OnCourseDate() | OnDate():
            return 1
        case OnEvent(leaves=leaves):
            numbers = [_most_events(leaf, ruleset) for leaf in leaves]
            known = [number for number in numbers if number is not None]
            return sum(known) if len(known) == len(numbers) else None
        case _:
            return None


def _most_events(leaf: Leaf, ruleset: Ruleset) -> int | None:
    match leaf.noun:
        case Noun.LEARNER if leaf.word == "created":
            return 1
        case Noun.CREDENTIAL if leaf.name and leaf.word == "awarded":
            return 1 if _is_lasting(leaf.name, ruleset) else None
        case Noun.COURSE if leaf.name and leaf.word in ("enrolled", "unenrolled"):
            return 1
        case _:
            return None


def _is_lasting(credential: str, ruleset: Ruleset) -> bool:
    """Say whether a credential, once awarded, is never awarded again by itself."""
    known = ruleset.credentials.get(credential)
    return known is not None and known.expires is None


def _requires(credential: str, ruleset: Ruleset) -> Condition | None:
    known = ruleset.credentials.get(credential)
    return known.requires if known else None


def may_act_in(rule: Rule, course: str, ruleset: Ruleset) -> bool:
    """Say whether a rule may write to a learner about a course, or about none."""
    if rule.courses and rule.courses != (ANY_COURSE,):
        return course in rule.courses
    match rule.when:
        case OnDue(activity=activity) | OnOverdue(activity=activity):
            named = {_course_of(activity, ruleset)}
        case OnState(leaf=leaf):
            named = _courses((leaf,), ruleset)
        case OnEvent(leaves=leaves):
            named = _courses(leaves, ruleset)
        case _:
            named = {""}
    return "" in named or course in named


def _course_of(activity: str, ruleset: Ruleset) -> str:
    known = ruleset.activities.get(activity)
    return known.course if known else ""


def _courses(leaves: Iterable[Leaf], ruleset: Ruleset) -> set[str]:
    """Give the courses that leaves speak of, through awards and skills too; "" for any."""
    found: set[str] = set()
    waiting, seen = list(leaves), set[tuple[Noun, str]]()
    while waiting:
        leaf = waiting.pop()
        if (leaf.noun, leaf.name) in seen and leaf.name:
            continue
        seen.add((leaf.noun, leaf.name))
        match leaf.noun:
            case Noun.CREDENTIAL if leaf.name:
                waiting += leaves_of(_requires(leaf.name, ruleset))
            case Noun.SKILL if leaf.name:
                skill = ruleset.skills.get(leaf.name)
                if skill is None:
                    found.add("")
                    continue
                waiting += [source.leaf for source in skill.sources]
                waiting += [replace(leaf, name=part) for part in skill.parts]
            case Noun.COURSE:
                found.add(leaf.name)
            case _:
                found.add(leaf.course or _course_of(leaf.name, ruleset))
    return found


def _listed(names: list[str]) -> str:
    more = len(names) - FEW
    return ", ".join(names[:FEW]) + (f" and {more} more" if more > 0 else "")
