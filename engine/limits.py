"""
May this message go now? Quiet hours defer, a cap caps, a gap suppresses, in that order.

Limits bind messages, never learning. They count this rule's messages to this learner (or those
of all rules of a block that counts `together`), from the instants of the decisions.
"""

from dataclasses import dataclass
from datetime import tzinfo

from engine.actions import Cap, CapWindow
from engine.calendar import Micros, wall
from engine.ledger import Sent
from engine.ruleset import Rule
from engine.values import Period, PeriodUnit
from engine.view import View


@dataclass(frozen=True, slots=True)
class Go:
    """The message may go."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Quiet hours: ask again when they end."""

    until: Micros


@dataclass(frozen=True, slots=True)
class Capped:
    """So many messages were enough."""

    because: str


@dataclass(frozen=True, slots=True)
class TooSoon:
    """The last message is too near."""

    because: str


Judgement = Go | Wait | Capped | TooSoon


def judge(rule: Rule, sent: list[Sent], view: View, *, for_learner: bool = True) -> Judgement:
    """
    Judge a rule's message at the view's instant, on the learner's clock.

    Args:
        rule: The rule.
        sent: The messages that count, in any order.
        view: The learner.
        for_learner: Whether she gets any of it.
    """
    limits = rule.limits
    if limits.quiet is not None:
        zone = quiet_zone(rule, view, for_learner=for_learner)
        if limits.quiet.contains(view.now, zone):
            until = limits.quiet.end_after(view.now, zone)
            if until > view.now:
                return Wait(until)
    counted = sent
    if len(rule.courses) > 1 and not limits.together:
        counted = [s for s in sent if s.course == view.course]
    if limits.cap is not None:
        used = sum(counts(limits.cap, s, view) for s in counted)
        if used >= limits.cap.number:
            return Capped(f"cap {limits.cap}")
    if limits.gap is not None and counted:
        last = max(s.at for s in counted)
        if not limits.gap.has_passed(last, view.now, view.zone):
            return TooSoon("gap")
    return Go()


def quiet_zone(rule: Rule, view: View, *, for_learner: bool) -> tzinfo:
    """
    Give the clock on which a rule's hours are quiet: that of whoever its message goes to.

    The clocks of others than the learner are not known here: they are taken to live by the
    course's, and what is addressed to one of them waits for her own hours besides.
    """
    if for_learner:
        return view.zone
    return view.plan.clocks.zone("", view.course, rule.id.partition("/")[0])


def counts(cap: Cap, sent: Sent, view: View) -> bool:
    """Say whether a message counts in the cap's present window."""
    then, now = wall(sent.at, view.zone), wall(view.now, view.zone)
    match cap.window:
        case CapWindow.COURSE:
            start = view.record.enrolled_since(view.course, view.now)
            return sent.course == view.course and (start is None or sent.at >= start)
        case CapWindow.DAY:
            return then.date() == now.date()
        case CapWindow.WEEK:
            return then.isocalendar()[:2] == now.isocalendar()[:2]
        case CapWindow.MONTH:
            return (then.year, then.month) == (now.year, now.month)
        case CapWindow.YEAR:
            return then.year == now.year
        case CapWindow.DAYS:
            window = Period(cap.days, PeriodUnit.DAYS)
            return sent.at > window.before(view.now, view.zone)
        case CapWindow.ALL:
            return True
