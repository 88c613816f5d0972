"""OULAD's tables: rows, days, and counts that equal the oracle's."""

import csv
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from adapters.inbound import oulad
from adapters.inbound.received import BadBody, Received
from engine.events import Event, Score

ARRIVED = datetime(2026, 1, 2, tzinfo=UTC)
Oracle = dict[str, dict[str, object]]


@pytest.fixture(scope="module")
def folder(samples: Path) -> Path:
    """The folder of OULAD's tables."""
    return samples / "oulad" / "dev"


@pytest.fixture(scope="module")
def oracle(expected: dict[str, dict[str, object]]) -> Oracle:
    """What is counted in them, by presentation."""
    found = expected["oulad/dev/studentAssessment.csv"]["oracle"]
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def received(folder: Path) -> list[Received]:
    """All that is read of them."""
    return list(oulad.read(folder, "oulad", ARRIVED))


@pytest.fixture(scope="module")
def events(received: list[Received]) -> list[Event]:
    """The events among it."""
    return [one.event for one in received if one.event is not None]


def test_every_row_is_an_event(received: list[Received], folder: Path, oracle: Oracle) -> None:
    """Nothing is put aside: a registration is one event, its end another, a result one."""
    assert [one.reason for one in received if one.reason] == []
    with (folder / oulad.REGISTRATIONS).open(encoding="utf-8", newline="") as table:
        ends = sum(row["date_unregistration"] != "" for row in csv.DictReader(table))
    rows = sum(
        number
        for one in oracle.values()
        for number in (one["registrations"], one["submissions"])
        if isinstance(number, int)
    )
    assert len(received) == rows + ends == len({one.id for one in received})


def test_rows_as_events(events: list[Event]) -> None:
    """Course, object, day and score are the table's; day 0 is the first of October 2013."""
    found = {event.id: event for event in events}
    assert found["oulad:AAA-2013J:11391:1752"] == Event(
        id="oulad:AAA-2013J:11391:1752",
        time=datetime(2013, 10, 19, 12, tzinfo=UTC),
        learner="11391",
        word="submitted",
        object="assignment:1752",
        course="course:AAA-2013J",
        score=Score(Decimal(78), high=Decimal(100)),
        source="oulad",
    )
    enrolment = found["oulad:AAA-2013J:11391:enrolled"]
    assert (enrolment.object, enrolment.course) == ("course:AAA-2013J", "course:AAA-2013J")
    assert enrolment.time == datetime(2013, 10, 1, 9, tzinfo=UTC) - timedelta(days=159)
    assert {event.object for event in events if event.course == "course:BBB-2013J"} == {
        "course:BBB-2013J",
        "quiz:15003",
        "quiz:15004",
        "assignment:14996",
        "assignment:14997",
        "assignment:14998",
    }


def test_events_are_in_order(events: list[Event]) -> None:
    """By time and id, the same every time."""
    assert [event.order for event in events] == sorted(event.order for event in events)


def passed(events: Iterable[Event], presentation: str, number: int, bar: Fraction) -> int:
    """Count the learners who reached a bar in a number of things."""
    reached: dict[str, set[str]] = defaultdict(set)
    for event in events:
        if event.course == f"course:{presentation}" and event.score is not None:
            fraction = event.score.fraction
            assert fraction is not None
            if fraction >= bar:
                reached[event.learner].add(event.object)
    return sum(len(things) == number for things in reached.values())


@pytest.mark.parametrize("presentation", ["AAA-2013J", "BBB-2013J", "EEE-2013J"])
def test_scores_count_as_the_oracle(events: list[Event], oracle: Oracle, presentation: str) -> None:
    """Who has 40% and 70% on every assessment; blank scores and submissions are counted too."""
    one = oracle[presentation]
    assessments = one["assessments_in_order"]
    assert isinstance(assessments, list)
    number = len(assessments)
    submitted = [
        event
        for event in events
        if event.course == f"course:{presentation}" and event.word == "submitted"
    ]
    counted = {
        "submissions": len(submitted),
        "blank_scores": sum(event.score is None for event in submitted),
        "students_with_any_submission": len({event.learner for event in submitted}),
        "students_score_ge_40_on_every_assessment": passed(
            events, presentation, number, Fraction(40, 100)
        ),
        "students_score_ge_70_on_every_assessment": passed(
            events, presentation, number, Fraction(70, 100)
        ),
    }
    assert counted == {key: one[key] for key in counted}


@pytest.mark.parametrize("presentation", ["AAA-2013J", "BBB-2013J", "EEE-2013J"])
def test_who_has_not_submitted_counts_as_the_oracle(
    events: list[Event], folder: Path, oracle: Oracle, presentation: str
) -> None:
    """At each due day's end: enrolled, and nothing submitted until then."""
    with (folder / oulad.ASSESSMENTS).open(encoding="utf-8", newline="") as table:
        due = {row["id_assessment"]: int(row["date"]) for row in csv.DictReader(table)}
    wanted = oracle[presentation]["nudge_active_registered_no_submission_by_due_day"]
    assert isinstance(wanted, dict)
    start = datetime(2013, 10, 1, tzinfo=UTC)
    counted = {}
    for assessment in wanted:
        end = start + timedelta(days=due[assessment] + 1)
        enrolled: set[str] = set()
        handed_in: set[str] = set()
        for event in events:
            if event.time >= end or event.course != f"course:{presentation}":
                continue
            match event.word:
                case "enrolled":
                    enrolled.add(event.learner)
                case "unenrolled":
                    enrolled.discard(event.learner)
                case _ if event.object.endswith(f":{assessment}"):
                    handed_in.add(event.learner)
        counted[assessment] = len(enrolled - handed_in)
    assert counted == wanted


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Callable[[str, str], Path]:
    """A copy of the tables to one of which a line is added."""

    def added(table: str, line: str) -> Path:
        for name in oulad.TABLES:
            shutil.copy(folder / name, tmp_path / name)
        with (tmp_path / table).open("a", encoding="utf-8") as file:
            file.write(line)
        return tmp_path

    return added


@pytest.mark.parametrize(
    ("table", "line", "reason"),
    [
        (oulad.RESULTS, "9,1,5,0,70\n", "object: studentAssessment.csv line 9822: no assessment 9"),
        (oulad.RESULTS, "1752,1,x,0,70\n", "time: studentAssessment.csv line 9822: x is not"),
        (oulad.RESULTS, "1752,1,5,0,a\n", "score: studentAssessment.csv line 9822: a is not"),
        (oulad.RESULTS, "1752,,5,0,70\n", "learner: studentAssessment.csv line 9822: the cell is"),
        (oulad.RESULTS, "1752,7\n", "time: studentAssessment.csv line 9822: an empty cell is not"),
        (oulad.REGISTRATIONS, "AAA,2013J,1,,\n", "time: studentRegistration.csv line 2727: an em"),
        (oulad.REGISTRATIONS, "AAA,spring,1,2,\n", "time: studentRegistration.csv line 2727: AAA"),
    ],
)
def test_a_bad_row_is_put_aside_alone(
    copy: Callable[[str, str], Path], received: list[Received], table: str, line: str, reason: str
) -> None:
    """Its reason says where it stands, and all others are read."""
    bad = [one for one in oulad.read(copy(table, line), "oulad", ARRIVED) if one.event is None]
    assert len(bad) == 1
    assert bad[0].reason.startswith(reason)
    assert len(received) == len(list(oulad.read(copy(table, ""), "oulad", ARRIVED)))


def test_a_leaving_without_a_registration_day(copy: Callable[[str, str], Path]) -> None:
    """Whoever left without a day of registration has left, and that is all that is known."""
    folder = copy(oulad.REGISTRATIONS, "AAA,2013J,7,,3\n")
    found = [one.event for one in oulad.read(folder, "oulad", ARRIVED) if one.event]
    assert [event.word for event in found if event.learner == "7"] == ["unenrolled"]


def test_a_folder_without_its_columns_is_refused(
    copy: Callable[[str, str], Path], tmp_path: Path
) -> None:
    """A table that lacks a column can't be read at all."""
    folder = copy(oulad.RESULTS, "")
    (folder / oulad.RESULTS).write_text("id_assessment,id_student\n1,2\n", encoding="utf-8")
    with pytest.raises(BadBody, match="no column date_submitted, is_banked, score"):
        list(oulad.read(folder, "oulad", ARRIVED))
    assert not oulad.is_oulad(tmp_path / "nowhere")
