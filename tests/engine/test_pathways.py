"""Pathways: when each step was first done, and what the report counts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from adapters.packs import plan_from, read_for_use
from adapters.reporting.funnel import Funnel
from engine.calendar import micros
from engine.events import Event, Score, Word
from engine.pathways import first_done
from engine.plan import Plan
from engine.record import Record
from engine.replay import live_through

PACK = Path(__file__).parents[1] / "language" / "pathways"
START = datetime(2025, 3, 3, 9, tzinfo=UTC)
LATER = START + timedelta(days=30)


@cache
def plan() -> Plan:
    """Give the pack's plan, its rules live from the start."""
    return plan_from(read_for_use([PACK]).ruleset, START)


def said(
    day: int, target: str, word: str, mark: int | None = None, *, undone: bool = False
) -> Event:
    """Give an event of ada on a day."""
    return Event(
        id=f"{day} {target} {word}",
        time=START + timedelta(days=day),
        learner="ada",
        word=word,
        object=target,
        course="course:1",
        score=None if mark is None else Score(raw=Decimal(mark), high=Decimal(100)),
        attempt="" if mark is None else str(day),
        undone=undone,
    )


def lived(*events: Event) -> Record:
    """Live a history through."""
    return live_through(plan(), "ada", events, micros(LATER), lambda *_: None)


def days(record: Record) -> list[float | None]:
    """Give on which day each step of the pathway was first done."""
    pathway = plan().ruleset.pathways["pathways/analyst"]
    found = first_done(plan(), record, pathway, micros(LATER))
    start = micros(START)
    return [None if at is None else (at - start) / 86_400_000_000 for at in found]


ENROLLED = said(0, "course:1", Word.ENROLLED)


def test_a_step_was_first_done_with_its_own_evidence() -> None:
    """In whatever order; a credential counts from its award, and what is undone later was done."""
    record = lived(
        ENROLLED,
        said(2, "quiz:1", Word.GRADED, 59),
        said(3, "quiz:1", Word.GRADED, 60),
        said(4, "page:2", Word.COMPLETED),
        said(6, "page:1", Word.COMPLETED),
        said(8, "page:2", Word.COMPLETED, undone=True),
    )

    assert days(record) == [6, 3, None, 4, 6]


def test_who_has_done_nothing_has_no_times() -> None:
    """No step was ever done."""
    assert days(lived(ENROLLED)) == [None] * 5


def test_a_funnel_counts_learners_and_days_between_steps() -> None:
    """Each step from the one before it; who has done no step is not on the way."""
    pathway = plan().ruleset.pathways["pathways/analyst"]
    funnel = Funnel(plan(), pathway)
    first = [ENROLLED, said(2, "page:1", Word.COMPLETED), said(5, "quiz:1", Word.GRADED, 80)]
    second = [ENROLLED, said(4, "page:1", Word.COMPLETED)]
    for record in (lived(*first), lived(*second), lived(ENROLLED)):
        funnel.add(record, micros(LATER))
    report = funnel.report()

    assert (report.learners, report.completed) == (2, 0)
    assert [step.learners for step in report.steps] == [2, 1, 0, 0, 0]
    assert [step.median_days for step in report.steps] == [3.0, 3.0, None, None, None]
    assert report.steps[1].step == "Show that you can draw a sample"
