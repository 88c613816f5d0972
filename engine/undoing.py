"""
Taking back what a rule has done to one learner, and what it has asked, offered and announced.

Only what still stands as the rule left it is taken back; what another rule or a later firing has
changed since is theirs. No rule is triggered by it: a person corrects a mistake, and nothing has
happened to the learner.
"""

from collections.abc import Collection, Iterator

from engine.calendar import Micros
from engine.decide import set_all_timers
from engine.holding import HOLDING
from engine.ledger import WITHDRAWN, Membership, Opening
from engine.outcome import UNDONE_BY, Decision, Did, Effect, Kind, Outcome
from engine.plan import Plan
from engine.record import COHORT, GROUP, Record
from engine.run import Run
from engine.source import NOWHERE

TAKEN_BACK_BY = UNDONE_BY | {takes: gives for gives, takes in UNDONE_BY.items()}
"""The opposite of each effect that has one; nothing else can be taken back."""


def undo(
    plan: Plan, record: Record, rule: str, firings: Collection[str], now: Micros, because: str
) -> Outcome:
    """
    Take back what firings of a rule have done; the record changes in place.

    Args:
        plan: The rules in force.
        record: The learner.
        rule: The rule's full name.
        firings: Which of its firings.
        now: The instant.
        because: Who asked, and why.

    Returns:
        One decision, with what the LMS is to be told; none where nothing stands or waits.
    """
    run = Run(plan, Outcome(record), now)
    effects = [
        Effect(f"{firing}.undone.{kind.value}.{target}", kind, target, record.learner, rule, now,
               NOWHERE)
        for kind, target, firing in (
            *_openings(run, firings),
            *_memberships(record, record.ledger.groups, Kind.GROUP, firings),
            *_memberships(record, record.ledger.cohorts, Kind.COHORT, firings),
            *_enrolments(run, firings),
        )
    ]  # fmt: skip
    withdrawn = _let_go(run, firings) + _withdraw(run, firings)
    if effects or withdrawn:
        run.outcome.decisions.append(
            Decision(Did.UNDONE, rule, now, because=because, effects=tuple(effects))
        )
        set_all_timers(run)
    return run.outcome


def _let_go(run: Run, firings: Collection[str]) -> int:
    """
    Watch no more what was given `while` something is so; give how much there was.

    Also where nothing of it stands: it would be given again once the rule's `if` is true again.
    """
    kept = run.outcome.record.ledger.kept
    places = [place for place, one in kept.items() if one.firing in firings]
    for place in places:
        del kept[place]
        run.set_timer(f"{HOLDING} {place}", None)
    return len(places)


WITHDRAWN_BY_UNDOING = (Kind.REVIEW, Kind.CHOOSE, Kind.ANNOUNCE)
"""What waits for somebody's answer, or for other rules to ask about it, and then does no more."""


def _withdraw(run: Run, firings: Collection[str]) -> int:
    """
    Take back what was asked, offered and announced, so that it does nothing any more.

    What other rules have done already on an announcement is theirs, and stays.

    Returns:
        How much of it there was.
    """
    ledger = run.outcome.record.ledger
    offers = [key for key in ledger.offers if key.partition(".")[0] in firings]
    for key in offers:
        del ledger.offers[key]
    asked = [
        review
        for key, review in ledger.reviews.items()
        if key in firings and review.settled is None
    ]
    for review in asked:
        review.answer, review.settled = WITHDRAWN, run.now
    number = len(offers) + len(asked)
    for name, announced in list(ledger.announced.items()):
        left = [one for one in announced if one.id.partition(".")[0] not in firings]
        number += len(announced) - len(left)
        if left:
            ledger.announced[name] = left
        else:
            del ledger.announced[name]
    return number


def _openings(run: Run, firings: Collection[str]) -> Iterator[tuple[Kind, str, str]]:
    openings = run.outcome.record.ledger.openings
    for key, opening in list(openings.items()):
        if opening.firing not in firings:
            continue
        if opening.was is None:
            del openings[key]
        else:
            openings[key] = Opening(opening.was[0], opening.was[1], "")
        known = run.plan.activities_at.get(key)
        was = opening.was[0] if opening.was else key not in run.plan.closed_at_first
        if known and was is not opening.open:
            yield (Kind.LOCK if opening.open else Kind.RELEASE), known[0].id, opening.firing


def _memberships(
    record: Record, memberships: dict[str, Membership], kind: Kind, firings: Collection[str]
) -> Iterator[tuple[Kind, str, str]]:
    opening = GROUP if kind is Kind.GROUP else COHORT
    for name, did in list(memberships.items()):
        if did.firing not in firings:
            continue
        if did.was is None:
            del memberships[name]
        else:
            memberships[name] = Membership(did.was[0], did.was[1], "")
        was = did.was[0] if did.was else record.is_on(opening + name)
        if was is not did.member:
            yield (UNDONE_BY[kind] if did.member else kind), name, did.firing


def _enrolments(run: Run, firings: Collection[str]) -> Iterator[tuple[Kind, str, str]]:
    enrolments = run.outcome.record.ledger.enrolments
    for key, did in list(enrolments.items()):
        undone = [each for each in did if each.firing in firings]
        if not undone:
            continue
        enrolments[key] = [each for each in did if each.firing not in firings]
        known = run.plan.courses_at.get(key)
        last = did[-1]
        if known and last in undone:
            yield (Kind.UNENROL if last.on else Kind.ENROL), known[0].id, last.firing
