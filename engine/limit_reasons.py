"""What a rule's limits say of its message at an instant, a line for each of them."""

from collections.abc import Iterator, Sequence

from engine.calendar import wall
from engine.ledger import Sent
from engine.limits import counts, quiet_zone
from engine.ruleset import Rule
from engine.verdict import Answer, Verdict
from engine.view import View
from engine.withholding import reaches_learner
from engine.wording import day_shown


def limit_verdicts(
    rule: Rule, sent: Sequence[Sent], view: View, firing: str = ""
) -> Iterator[Verdict]:
    """
    Yield a line for each limit of a rule, as it stands at the view's instant.

    Args:
        rule: The rule.
        sent: The messages that count, as of then; later ones are left out.
        view: The learner.
        firing: The firing whose own message is asked about, which doesn't count; "" for none.
    """
    limits = rule.limits
    before = [slot for slot in sent if slot.at <= view.now and slot.firing != firing]
    if len(rule.courses) > 1 and not limits.together:
        before = [slot for slot in before if slot.course == view.course]
    if limits.quiet is not None:
        for_learner = any(map(reaches_learner, rule.then))
        zone = quiet_zone(rule, view, for_learner=for_learner)
        there = wall(view.now, zone)
        quiet = limits.quiet.contains(view.now, zone)
        until = f", until {view.when(limits.quiet.end_after(view.now, zone))}" if quiet else ""
        state = "is quiet" if quiet else "is open"
        whose = "" if for_learner else " on the course's clock"
        because = f"{there:%A} at {there:%H:%M}{whose} {state}{until}"
        yield _line(rule, f"quiet hours {limits.quiet}", because, holds=not quiet)
    if limits.cap is not None:
        used = sum(counts(limits.cap, slot, view) for slot in before)
        number = limits.cap.number
        this = "this is" if firing else "this would be"
        because = f"{used or 'none'} sent, {this} the {ordinal(used + 1)}"
        yield _line(rule, f"cap {limits.cap}", because, holds=used < number)
    if limits.gap is not None:
        last = max((slot.at for slot in before), default=None)
        passed = last is None or limits.gap.has_passed(last, view.now, view.zone)
        because = (
            "no message before"
            if last is None
            else f"the last was on {day_shown(wall(last, view.zone))}"
        )
        yield _line(rule, f"gap {limits.gap}", because, holds=passed)
    if limits.digest is not None:
        rhythm = limits.digest.value
        yield _line(rule, f"digest {rhythm}", f"its e-mails wait for the {rhythm} one", holds=True)


def ordinal(number: int) -> str:
    """Write a place in a row: 1st, 2nd, 3rd, 11th."""
    teens = number % 100 in range(11, 14)
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _line(rule: Rule, asks: str, because: str, *, holds: bool) -> Verdict:
    return Verdict(Answer.YES if holds else Answer.NO, asks, because, rule.span)
