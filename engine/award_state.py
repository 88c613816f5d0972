"""What is so of a learner's award: held, expired, expiring, renewed; and since when."""

from engine.calendar import Micros
from engine.events import Word
from engine.expiry import expiring_from
from engine.happened import in_time
from engine.ledger import HELD, Award
from engine.terms import Leaf
from engine.verdict import Answer, Verdict
from engine.view import View

NOT_HELD = "not held"
EARNING = frozenset({HELD, Word.AWARDED, Word.RENEWED})
"""What is said of an award that was earned: where only newer evidence counts, newly."""


def credential_answer(leaf: Leaf, view: View) -> Verdict:
    """Answer a leaf about a credential, or about any."""
    ledger = view.record.ledger
    names = [leaf.name] if leaf.name else sorted(ledger.awards)
    holds, because, evidence = False, "not earned", tuple[str, ...]()
    for name in names:
        awards = ledger.awards.get(name, [])
        if view.dated:
            awards = [award for award in awards if award.at <= view.now]
        if not awards:
            continue
        award = awards[-1]
        state, evidence = award.state, ()
        still = award.ended_by in view.still or (view.dated and (award.ended or 0) > view.now)
        if award.ended is None or still:
            state, evidence = HELD, award.evidence
            because = f"earned on {view.when(award.at)}"
        else:
            because = f"{state} on {view.when(award.ended)}"
        holds, at = _is(leaf.word, name, award, state, view)
        if holds and leaf.word in EARNING and view.since is not None and award.newest < view.since:
            holds, because = False, f"earned before {view.when(view.since)}"
        if holds and leaf.happened is not None:
            holds = in_time(leaf.happened, at, leaf, view, "")
        if holds:
            break
    if leaf.word == NOT_HELD:
        holds = not holds
        evidence = ()
    answer = Answer.YES if holds else Answer.NO
    return Verdict(answer, view.ask(leaf), because, leaf.span, (), evidence)


def _is(word: str, name: str, award: Award, state: str, view: View) -> tuple[bool, Micros]:
    """Say whether something is so of an award (of NOT_HELD: whether it is held), since when."""
    ended = award.ended if award.ended is not None else award.at
    match word:
        case Word.AWARDED:
            return state != Word.REVOKED, award.at
        case "held" | "not held":
            return state == HELD, award.at if state == HELD else ended
        case "expiring":
            return _expiring(name, award, state, view)
        case Word.RENEWED:
            return state == HELD and bool(award.renewed), award.newest
        case Word.RESTORED:
            return state == HELD and award.restored is not None, award.restored or award.at
        case _:
            return state == word, ended


def _expiring(name: str, award: Award, state: str, view: View) -> tuple[bool, Micros]:
    if state != HELD or award.expires is None:
        return False, award.at
    zone = view.plan.clocks.course_zone("", name.partition("/")[0])
    since = expiring_from(view.plan.ruleset.credentials.get(name), award.expires, zone)
    since = max(since, award.newest)
    view.look_again(since)
    view.look_again(award.expires)
    return since <= view.now < award.expires, since
