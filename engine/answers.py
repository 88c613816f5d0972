"""
What people have answered to a review, and what that comes to.

Answers are events, so they may come late, twice, and before their question. What they come to
hangs on the times at which they were given and never on the order in which they arrived.
"""

from dataclasses import dataclass

from engine.calendar import Micros
from engine.events import Word
from engine.ledger import Review
from engine.record import Record, review_key

BY, BECAUSE = "by", "because"
"""Fields of an answer: who gave it, and why."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """
    What the answers to a review come to.

    Attributes:
        approved: Whether enough people approved before anybody declined.
        at: When that was so.
        id: The id of the answer that made it so.
        by: Who approved, in order; or who declined.
        because: Why, as the last of them said, "" if nothing was said.
    """

    approved: bool
    at: Micros
    id: str
    by: tuple[str, ...]
    because: str

    @property
    def word(self) -> str:
        """Give the word of the answer."""
        return (Word.APPROVED if self.approved else Word.DECLINED).value

    def __str__(self) -> str:
        """Say who answered what, and why."""
        why = f": {self.because}" if self.because else ""
        return f"{self.word} by {' and '.join(self.by)}{why}"


def approvers(key: str, record: Record) -> tuple[str, ...]:
    """Give who has approved so far and not taken it back, in order."""
    return tuple(_counted(key, record)[0])


def conclude(
    key: str, review: Review, record: Record, before: tuple[Micros, str] | None = None
) -> Conclusion | None:
    """
    Say what the answers to a review come to, None while too few have come.

    Answers that were not given before a moment (time, id) count for nothing.

    The same person counts once, however often she says it, and the learner never. The first
    who declines decides, unless enough had approved before.
    """
    return _counted(key, record, review.people, before)[1]


def _counted(
    key: str, record: Record, people: int = 0, before: tuple[Micros, str] | None = None
) -> tuple[dict[str, str], Conclusion | None]:
    """Go through the answers in the order they were given; by folded name, the name as said."""
    trace = record.traces.get(review_key(key))
    found: dict[str, str] = {}
    own = {record.learner.casefold(), record.said("email").casefold()}
    for entry in trace.entries if trace else ():
        if before is not None and (entry.at, entry.id) >= before:
            break
        said = dict(entry.fields)
        name = " ".join(said.get(BY, "").split())
        if not name or name.casefold() in own:
            continue
        because = said.get(BECAUSE, "")
        if entry.undone:
            found.pop(name.casefold(), None)
        elif entry.word == Word.DECLINED:
            declined = Conclusion(
                approved=False,
                at=entry.at,
                id=entry.id,
                by=(name,),
                because=because,
            )
            return found, declined
        else:
            found.setdefault(name.casefold(), name)
            if people and len(found) >= people:
                approved = Conclusion(
                    approved=True,
                    at=entry.at,
                    id=entry.id,
                    by=tuple(found.values()),
                    because=because,
                )
                return found, approved
    return found, None
