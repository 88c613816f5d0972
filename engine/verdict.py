"""
The answer to a condition, and the reasons under it.

A condition is answered yes, no or unknown. Unknown is not no: a quiz that the LMS has not
marked yet must neither award a credential nor tell the learner that she failed.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from fractions import Fraction

import msgspec

from engine.source import Span


class Answer(StrEnum):
    """What a condition says of one learner at one instant."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Verdict(msgspec.Struct, frozen=True):
    """
    One condition, answered.

    Attributes:
        answer: Whether it holds.
        asks: The condition in the author's words.
        because: The fact that decided it; empty where `under` says it.
        span: Where the author wrote it.
        under: The verdicts that this one was made of.
        evidence: Ids of the events that made it hold.
        value: The number that was compared, None where there is none.
    """

    answer: Answer
    asks: str
    because: str
    span: Span
    under: tuple["Verdict", ...] = ()
    evidence: tuple[str, ...] = ()
    value: Fraction | None = None

    @property
    def holds(self) -> bool:
        """Say whether the answer is yes."""
        return self.answer is Answer.YES

    def blockers(self) -> Iterator["Verdict"]:
        """Yield the innermost conditions that keep this one from a yes."""
        if self.holds:
            return
        if not self.under or self.asks.startswith("none of"):
            yield self
            return
        for part in self.under:
            yield from part.blockers()

    def all_evidence(self) -> tuple[str, ...]:
        """Give the ids of all events under this verdict that speak for it, each once."""
        found: dict[str, None] = {}
        self._collect(found)
        return tuple(found)

    def _collect(self, found: dict[str, None]) -> None:
        if not self.holds:
            return
        found.update(dict.fromkeys(self.evidence))
        for part in self.under:
            part._collect(found)  # noqa: SLF001 - our own kind


def all_of(asks: str, span: Span, under: Iterable[Verdict]) -> Verdict:
    """Answer no if any part does, else unknown if any is, else yes."""
    parts = tuple(under)
    answers = {part.answer for part in parts}
    answer = next((a for a in (Answer.NO, Answer.UNKNOWN) if a in answers), Answer.YES)
    return Verdict(answer, asks, "", span, parts)


def any_of(asks: str, span: Span, under: Iterable[Verdict]) -> Verdict:
    """Answer yes if any part does, else unknown if any is, else no."""
    parts = tuple(under)
    answers = {part.answer for part in parts}
    answer = next((a for a in (Answer.YES, Answer.UNKNOWN) if a in answers), Answer.NO)
    return Verdict(answer, asks, "", span, parts)


def none_of(asks: str, span: Span, under: Iterable[Verdict]) -> Verdict:
    """Answer no if any part says yes, else unknown if any is, else yes."""
    parts = tuple(under)
    answers = {part.answer for part in parts}
    if Answer.YES in answers:
        answer = Answer.NO
    elif Answer.UNKNOWN in answers:
        answer = Answer.UNKNOWN
    else:
        answer = Answer.YES
    return Verdict(answer, asks, "", span, parts)


def at_least_of(number: int, asks: str, span: Span, under: Iterable[Verdict]) -> Verdict:
    """Answer yes if so many parts do, no if yes and unknown together are too few."""
    parts = tuple(under)
    yes = sum(part.answer is Answer.YES for part in parts)
    unknown = sum(part.answer is Answer.UNKNOWN for part in parts)
    if yes >= number:
        answer = Answer.YES
    elif yes + unknown < number:
        answer = Answer.NO
    else:
        answer = Answer.UNKNOWN
    return Verdict(answer, asks, f"{yes} of {len(parts)} hold", span, parts)
