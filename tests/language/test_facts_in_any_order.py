"""Any order: what an LMS tells of due dates, excuses and threads ends in the same record."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar import micros
from engine.due import due_time, is_excused
from engine.events import Event, Word
from engine.record import Record
from engine.source import NOWHERE
from engine.terms import Leaf, Noun
from engine.threads import unanswered
from engine.view import View
from tests.language.lived import plan_of

START = datetime(2025, 3, 3, 9, tzinfo=UTC)

WHOSE = ((), (("group", "evening"),), (("group", "morning"),), (("for", "everybody"),))


@st.composite
def facts(draw: st.DrawFn) -> list[Event]:
    """Draw events of due dates, memberships, excuses, threads and course entries."""
    kinds = st.sampled_from(
        [Word.DUE, Word.JOINED, Word.LEFT, Word.EXCUSED, Word.POSTED, Word.ANSWERED, Word.GRADED]
    )
    events = []
    for number in range(draw(st.integers(2, 9))):
        word = draw(kinds)
        fields: tuple[tuple[str, str], ...] = ()
        due: datetime | None = None
        target = {Word.DUE: "assign:1", Word.EXCUSED: "assign:1", Word.GRADED: "course:1"}.get(
            word, "forum:1"
        )
        if word is Word.DUE:
            fields = draw(st.sampled_from(WHOSE))
            due = START + timedelta(days=draw(st.integers(1, 30)))
        elif word in (Word.JOINED, Word.LEFT):
            target = draw(st.sampled_from(["evening", "morning"]))
        elif target == "forum:1":
            thread = draw(st.sampled_from(["", "a", "b"]))
            fields = (("thread", thread),) if thread else ()
        events.append(
            Event(
                id=f"e{number}",
                time=START + timedelta(hours=draw(st.integers(0, 40))),
                learner="ada",
                word=word,
                object=target,
                due=due,
                fields=fields,
                undone=draw(st.booleans()) and word not in (Word.JOINED, Word.LEFT),
            )
        )
    return events


@settings(deadline=None)  # the first example reads the packs
@given(st.data())
def test_the_same_facts_in_any_order_are_the_same(data: st.DataObject) -> None:
    """Due date, excuse and waiting threads do not hang on the order in which they are told."""
    events = data.draw(facts())
    shuffled = data.draw(st.permutations(events))
    for pack in ("due-dates", "excused", "threads"):
        assert known(pack, events) == known(pack, shuffled)


def known(pack: str, events: Sequence[Event]) -> object:
    """Fold events; give the record's facts and what follows from them."""
    plan = plan_of(pack, START)
    record = Record("ada")
    for event in events:
        record.fold(event, plan.place(event))
    now = micros(START + timedelta(days=20))
    view = View(plan, record, now, plan.clocks.course_zone("", pack), pack)
    essay = plan.ruleset.activities.get(f"{pack}/essay")
    due = due_time(essay, view) if essay else None
    threads = unanswered(Leaf(NOWHERE, Noun.FORUM), view)
    return record.facts(), due, is_excused("assign:1", view), threads
