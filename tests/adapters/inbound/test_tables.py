"""CSV tables of people, enrolments and grades, as they are really written."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.inbound import tables
from adapters.inbound.received import BadBody, Received
from engine.events import Event, Score

ARRIVED = datetime(2026, 1, 2, tzinfo=UTC)


def read(text: str) -> list[Received]:
    """Read a table."""
    return list(tables.read(text.splitlines(keepends=True), "registry", ARRIVED))


def events(text: str) -> list[Event]:
    """Read a table of which every row is usable."""
    received = read(text)
    assert [one.reason for one in received if one.reason] == []
    return [one.event for one in received if one.event is not None]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("learner,name,email,zone,language", "people"),
        ("\ufeffUser ID;First name;Last-Name;E-mail;Time_Zone", "people"),
        ("id,email", "people"),
        ("learner,course,enrolled", "enrolments"),
        ("Student\tCourse ID\tStart date\tRole", "enrolments"),
        ("learner,object,course,score,max,time", "grades"),
        ("Username;Assignment;Grade;Out of;Graded on", "grades"),
        ("learner,activity,due date,group", "due dates"),
        ("learner,activity,due date,score,time", "grades"),
    ],
)
def test_the_header_tells_which_table_it_is(header: str, kind: str) -> None:
    """By many names, in any case, separated by comma, semicolon or tab."""
    assert tables.recognise(header).kind == kind


@pytest.mark.parametrize("header", ["", "a,b", "name,email", "learner", "learner,score,score"])
def test_other_headers_are_refused(header: str) -> None:
    """A table without a learner, or of which nothing is known, is no table of ours."""
    with pytest.raises(BadBody):
        read(f"{header}\n1,2,3\n")


def test_people() -> None:
    """A row is a profile; columns of other names are kept under them."""
    (ada, bo) = events(
        "Learner;First name;Last name;E-mail;Zone;Language;Team\r\n"
        "ada;Ada;Löwe;ada@learner.example;Europe/Madrid;es;red\r\n"
        '\r\nbo;Bo;"Ng; Jr";;;;\r\n'
    )
    assert (ada.learner, ada.word, ada.time) == ("ada", "profile", ARRIVED)
    assert ada.fields == (
        ("email", "ada@learner.example"),
        ("first", "Ada"),
        ("language", "es"),
        ("last", "Löwe"),
        ("name", "Ada Löwe"),
        ("team", "red"),
        ("zone", "Europe/Madrid"),
    )
    assert dict(bo.fields)["name"] == "Bo Ng; Jr"


def test_enrolments() -> None:
    """A row is an enrolment and, where it has ended, its end; a day is its noon."""
    text = (
        "learner,course,enrolled,unenrolled,role\n"
        "ada,course:101,2025-03-03,,student\n"
        "bo,course:101,2025-03-03T09:00:00+01:00,2025-04-01,tutor\n"
        "cy,course:101,,,\n"
    )
    found = events(text)
    assert [(one.learner, one.word, one.time, one.role, one.course) for one in found] == [
        ("ada", "enrolled", datetime(2025, 3, 3, 12, tzinfo=UTC), "", "course:101"),
        ("bo", "enrolled", datetime(2025, 3, 3, 8, tzinfo=UTC), "tutor", "course:101"),
        ("bo", "unenrolled", datetime(2025, 4, 1, 12, tzinfo=UTC), "", "course:101"),
        ("cy", "enrolled", ARRIVED, "", "course:101"),
    ]


def test_due_dates() -> None:
    """A due date is a day or an instant, of one learner, a group or everybody; empty is none."""
    text = (
        "learner,activity,due date,group,for\n"
        "ada,assign:1,2025-04-11,,\n"
        "ada,assign:1,2025-04-12T18:00:00+02:00,evening,\n"
        "ada,assign:1,2025-04-10,,everybody\n"
        "ada,assign:2,,,\n"
    )
    assert [(e.word, e.object, e.due, e.undone, e.fields) for e in events(text)] == [
        ("due", "assign:1", None, False, (("day", "2025-04-11"),)),
        (
            "due",
            "assign:1",
            datetime(2025, 4, 12, 16, tzinfo=UTC),
            False,
            (("group", "evening"),),
        ),
        ("due", "assign:1", None, False, (("day", "2025-04-10"), ("for", "everybody"))),
        ("due", "assign:2", None, True, ()),
    ]


def test_excuses_and_threads_in_a_table() -> None:
    """A column `is` says other words than a grade, `thread` which thread of a forum it was."""
    text = (
        "learner,activity,is,thread,time\n"
        "ada,assign:1,excused,,2025-04-11\n"
        "ada,forum:1,answered,17,2025-04-11\n"
    )
    assert [(e.word, e.object, e.fields) for e in events(text)] == [
        ("excused", "assign:1", ()),
        ("answered", "forum:1", (("thread", "17"),)),
    ]


def test_loading_again_changes_nothing() -> None:
    """Ids are made of the row, not of its arrival."""
    for text in ("learner,course\nada,course:101\n", "learner,name\nada,Ada\n"):
        lines = text.splitlines(keepends=True)
        later = tables.read(lines, "registry", ARRIVED.replace(year=2027))
        assert [one.id for one in later] == [one.id for one in read(text)]


def test_grades() -> None:
    """Points with their range, percentages, decimal commas; no score is a submission."""
    found = events(
        "student;object;course;score;max;date;attempt\n"
        "ada;quiz:1;course:101;7,5;10;2025-03-03;\n"
        "bo;quiz:1;course:101;69.996%;;2025-03-03;2\n"
        "cy;quiz:1;course:101;;;2025-03-03;\n"
    )
    assert [(one.word, one.score, one.attempt) for one in found] == [
        ("graded", Score(Decimal("7.5"), high=Decimal(10)), ""),
        ("graded", Score(Decimal("69.996"), high=Decimal(100)), "2"),
        ("submitted", None, ""),
    ]


@pytest.mark.parametrize(
    ("header", "row", "reason"),
    [
        ("learner,course", ",course:1", "learner: line 2: the cell is empty"),
        ("learner,course", "ada,", "object: line 2: the cell of the course is empty"),
        ("learner,course,start", "ada,c,3/3/25", "time: line 2: 3/3/25 is not like 2025-03-03"),
        ("learner,course,start", "ada,c,2025-03-03T10:00", "time: line 2: 2025-03-03T10:00 has no"),
        ("learner,object,score", "ada,q,5", "time: line 2: missing"),
        ("learner,object,score,time", "ada,q,good,2025-03-03", "score: line 2: score good is not"),
        ("learner,object,score,time", "ada,q,NaN,2025-03-03", "score: line 2: score is no number"),
        ("learner,object,score,max,time", "ada,q,1,0,2025-03-03", "score: line 2: max 0 is not"),
        ("learner,object,score,time", "ada,,5,2025-03-03", "object: line 2: the cell is empty"),
        ("learner,object,score,time", "ada,q,5,1066-10-14", "time: line 2: 1066-10-14T12:00:00"),
        ("learner,name", f"{'a' * 2001},Ada", "learner: line 2: 2,001 characters"),
        ("learner,name", "a\x00,Ada", "learner: line 2: it contains a NUL character"),
    ],
)
def test_a_bad_row_has_a_reason_with_its_line(header: str, row: str, reason: str) -> None:
    """The row is kept as it was, and the next one is read."""
    good = "zoe," + ",".join(
        {"course": "c", "object": "q", "score": "1", "max": "2", "name": "Zoe"}.get(
            name, "2025-03-03"
        )
        for name in header.split(",")[1:]
    )
    bad, *others = read(f"{header}\n{row}\n{good}\n")
    assert bad.event is None
    assert bad.reason.startswith(reason)
    assert bad.raw.startswith(b"{")
    assert [one.event is None for one in others] == ["time" not in header and "score" in header]


@given(st.text(max_size=200))
def test_any_text_gives_rows_or_a_refusal(text: str) -> None:
    """No text raises anything but BadBody, whatever its header."""
    for header in ("", "learner,course,enrolled\n", "learner,object,score,time\n", "user;mail\n"):
        try:
            received = read(header + text)
        except BadBody:
            continue
        assert all((one.event is None) == bool(one.reason) for one in received)
