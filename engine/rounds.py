"""
The rounds of an approval: each time people are asked about one award, and what came of it.

They are found anew from the evidence and the answers, by the times of both, so that no order in
which these arrive changes them. A round begins when the requirements come to hold and is over
when they no longer do; an answer that was given later answers nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from engine.answers import Conclusion, conclude
from engine.calendar import Micros
from engine.conditions import group_answer
from engine.evidence import can_be_recalled, moments, spelled_out
from engine.leaves import leaves_of
from engine.ledger import WITHDRAWN, Award, Review
from engine.outcome import firing_key
from engine.reviewing import Asks
from engine.ruleset import Credential
from engine.run import Run
from engine.terms import Noun
from engine.verdict import Answer
from engine.view import LAST, View

Moment = tuple[Micros, str]
"""An instant, and the id of the last event that had happened by then."""


@dataclass(slots=True)
class Round:
    """
    One round.

    Attributes:
        key: The review's key.
        begins: When the requirements came to be met.
        answer: What the answers came to while they were met, None while too few have come.
        agreed: When enough people had agreed to what was met, None where they have not.
        over: Whether the requirements ceased to be met before there was an answer.
    """

    key: str
    begins: Moment
    answer: Conclusion | None = None
    agreed: Moment | None = None
    over: bool = False


def rounds_of(run: Run, credential: Credential, memory: str, view: View) -> list[Round]:
    """
    Give the rounds about a credential, in order; only the last may still wait.

    Args:
        run: The call under way.
        credential: The credential.
        memory: Its name in the ledger.
        view: The learner as of now, with the evidence that counts for the next award.
    """
    walk = _Walk(run, credential, memory, view)
    for moment, is_evidence, answer in _edges(run, credential, memory, view):
        walk.take(moment, answer, is_evidence=is_evidence)
    walk.conclude(None)
    return walk.rounds


class _Walk:
    """The way through the moments of the evidence, from the first to now."""

    def __init__(self, run: Run, credential: Credential, memory: str, view: View) -> None:
        self.rounds: list[Round] = []
        self._record = run.outcome.record
        self._credential = credential
        self._memory = memory
        self._since = () if view.since is None else (str(view.since),)
        self._forgets = not can_be_recalled(spelled_out(run.plan, credential.requires))
        self._at: Moment = (0, "")
        self._met = Answer.NO

    def take(self, moment: Moment, met: Answer, *, is_evidence: bool) -> None:
        """Go on to a moment, at which the requirements are met or not, or nobody knows."""
        self.conclude(moment)
        self._at, self._met = moment, met
        last = self.rounds[-1] if self.rounds else None
        if last is not None and last.answer is None and not last.over:
            last.over = met is Answer.NO
        elif met is Answer.YES and (
            last is None or self._is_new(last, moment, is_evidence=is_evidence)
        ):
            self.rounds.append(Round(self._key(), moment))
            while self._withdrawn(self.rounds[-1].key, moment):
                self.rounds[-1].over = True
                self.rounds.append(Round(self._key(), moment))

    def _key(self) -> str:
        """Give the key of the next round's review."""
        parts = (Asks.APPROVAL, *self._since, str(len(self.rounds) + 1))
        return firing_key(self._record.learner, self._memory, *parts)

    def _withdrawn(self, key: str, by: Moment | None) -> Moment | None:
        """
        Give when a question is known to have been withdrawn, None if not by then.

        Of what can be asked as of a moment long past the walk itself finds when it lapsed; of
        the rest (a profile, a group) only what was noted then is known.
        """
        review = self._record.ledger.reviews.get(key) if self._forgets else None
        if review is None or review.answer != WITHDRAWN or review.settled is None:
            return None
        found = (review.settled, "")
        return found if by is None or found <= by else None

    def conclude(self, before: Moment | None) -> None:
        """See whether the last round was answered before a moment."""
        last = self.rounds[-1] if self.rounds else None
        if last is None or last.answer is not None or last.over:
            return
        asked = self._record.ledger.reviews.get(last.key)
        approval = self._credential.approval
        people = approval.people if approval else 1
        review = asked or Review(Asks.APPROVAL.value, self._memory, "", 0, people)
        withdrawn = self._withdrawn(last.key, before)
        found = conclude(last.key, review, self._record, withdrawn or before)
        if found is not None and found.approved and self._met is Answer.YES:
            last.agreed = max(self._at, (found.at, LAST))
        if last.agreed is not None or (found is not None and not found.approved):
            last.answer = found
        last.over = last.answer is None and withdrawn is not None

    def _is_new(self, last: Round, moment: Moment, *, is_evidence: bool) -> bool:
        """Say whether people are to be asked once more after a round that has ended."""
        if last.answer is None:
            return True
        if not last.answer.approved:
            return is_evidence and moment > max(last.begins, (last.answer.at, last.answer.id))
        ended = used_up(self._record.ledger.awards.get(self._memory, ()), last.answer)
        return ended is not None and moment >= (ended, "")


def used_up(awards: Iterable[Award], agreed: Conclusion) -> Micros | None:
    """Give when the award ended to which people had agreed, None where there is none."""
    ended = [
        award.ended
        for award in awards
        if award.ended is not None and award.ended_by != WITHDRAWN and award.at >= agreed.at
    ]
    return max(ended, default=None)


def _edges(
    run: Run, credential: Credential, memory: str, view: View
) -> Iterator[tuple[Moment, bool, Answer]]:
    """Yield each moment that may change something: whether it is evidence, and the answer."""
    awards = run.outcome.record.ledger.awards
    parts = [
        award
        for leaf in leaves_of(credential.requires)
        if leaf.noun is Noun.CREDENTIAL
        for award in awards.get(leaf.name, ())
    ]
    evidence = {*moments(run.plan, credential, view), *((part.at, LAST) for part in parts)}
    ends = (award.ended for award in [*parts, *awards.get(memory, ())])
    others = {(at, LAST) for at in ends if at is not None and at <= view.now}
    waiting = sorted(evidence | others | {(view.now, LAST)}, reverse=True)
    while waiting:
        moment = waiting.pop()
        looking = replace(view, now=moment[0], last=moment[1], later=[], telling=False)
        answer = group_answer(credential.requires, looking).answer
        yield moment, moment in evidence, answer
        soonest = min(looking.later, default=None)
        if waiting and soonest is not None and (soonest, LAST) < waiting[-1]:
            waiting.append((soonest, LAST))
