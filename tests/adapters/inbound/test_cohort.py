"""The synthetic cohort: the same for a seed, of several kinds, and the same as xAPI."""

import gzip
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from typer.testing import CliRunner

from adapters.cli import application
from adapters.inbound import native, xapi
from adapters.inbound.cohort import END, START, Kind, cohort, kind_of, one_learner
from adapters.inbound.cohort_statements import statements
from adapters.inbound.native_line import encode
from engine.calendar import zone_named
from engine.events import Event

ARRIVED = datetime(2026, 1, 2, tzinfo=UTC)
THINGS = {"page:201", "quiz:4411", "lesson:77", "assign:310", "lesson:81", "quiz:4415"}


def run(*arguments: str) -> tuple[int, str]:
    """Run the verb and give its exit code and output."""
    result = CliRunner().invoke(application("cohort"), ["cohort", *arguments])
    return result.exit_code, result.output


def test_a_seed_gives_the_same_cohort() -> None:
    """The same seed, the same events; another, others; more learners change no earlier one."""
    assert list(cohort(20, 7)) == list(cohort(20, 7))
    assert list(cohort(20, 7)) == list(cohort(30, 7))[: len(list(cohort(20, 7)))]
    assert list(cohort(20, 7)) != list(cohort(20, 8))


def test_a_cohort_is_pinned() -> None:
    """Figures that documents and benchmarks quote do not move with a version of Python."""
    assert Counter(event.word for event in cohort(200, 1)) == {
        "profile": 200,
        "enrolled": 200,
        "viewed": 712,
        "completed": 466,
        "started": 591,
        "submitted": 747,
        "graded": 156,
        "unenrolled": 10,
    }
    assert {kind_of(number, 1) for number in range(1, 201)} == set(Kind)


def test_every_event_is_of_the_pack_and_the_term() -> None:
    """Activities of the pack, times of the term, unique ids, learner after learner."""
    events = list(cohort(300, 3))
    assert {event.object for event in events} == THINGS | {"course:101", ""}
    assert len({event.id for event in events}) == len(events)
    assert all((START - event.time.date()).days <= 7 for event in events)
    assert all(event.time.date() <= END for event in events)
    assert [event.learner for event in events] == sorted(event.learner for event in events)
    for number in range(1, 50):
        mine = one_learner(number, 3)
        assert [event.order for event in mine] == sorted(event.order for event in mine)
        assert [event.word for event in mine[:2]] == ["profile", "enrolled"]


def test_profiles_can_be_written_to() -> None:
    """A name, an address, a zone that exists and a language."""
    for event in cohort(100, 5):
        if event.word == "profile":
            known = dict(event.fields)
            assert set(known) == {"name", "email", "zone", "language"}
            assert known["email"].isascii()
            assert known["email"].endswith("@learner.example")
            assert zone_named(known["zone"]) is not None
            assert known["language"] in {"en", "es"}


def test_native_lines_are_read_again() -> None:
    """Every event survives being written and read."""
    for event in cohort(100, 2):
        assert native.read(encode(event), "", ARRIVED).event == event


def without_sender(event: Event | None) -> tuple[object, ...]:
    """Give what an event says, apart from its ids and the sender's own words."""
    assert event is not None
    return (
        event.time,
        event.learner,
        event.word,
        event.object,
        event.course,
        event.attempt,
        event.score,
        event.criteria,
        event.fields,
    )


def test_as_xapi_it_says_the_same() -> None:
    """Activity sent as statements, the rest as it is, is read as the same events."""
    page = "https://lms.uni.example"
    sent = list(statements(100, 2, page))
    read = [
        (xapi if one.is_statement else native).read(one.body, "", ARRIVED).event for one in sent
    ]
    wanted = list(cohort(100, 2, f"{page}|"))
    assert [without_sender(event) for event in read] == [without_sender(one) for one in wanted]
    assert [one.time for one in sent] == [one.time for one in wanted]
    assert {one.is_statement for one in sent} == {True, False}


def test_the_verb_writes_a_file(tmp_path: Path) -> None:
    """One event a line; compressed, the same run gives the same bytes."""
    plain, packed, again = (tmp_path / name for name in ("a.jsonl", "b.jsonl.gz", "c.jsonl.gz"))
    code, output = run("--learners", "20", "--seed", "4", "--out", str(plain), "--json")
    lines = plain.read_bytes().splitlines()
    assert code == 0
    assert json.loads(output) == {
        "events": len(lines),
        "learners": 20,
        "seed": 4,
        "file": str(plain),
    }
    assert [encode(event) for event in cohort(20, 4)] == lines
    for path in (packed, again):
        assert run("--learners", "20", "--seed", "4", "--out", str(path))[0] == 0
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()
    assert packed.read_bytes() == again.read_bytes()
    assert sorted(tmp_path.iterdir()) == [plain, packed, again]


def test_the_verb_writes_to_standard_output() -> None:
    """A dash is standard output, and then nothing else is."""
    code, output = run("--learners", "2", "--seed", "4", "--out", "-")
    assert code == 0
    assert output.encode().splitlines() == [encode(event) for event in cohort(2, 4)]
    assert run("--learners", "2", "--out", "-", "--json")[0] == 2


def test_the_verb_says_what_is_wrong(tmp_path: Path) -> None:
    """A file that can't be written fails, a wrong number is wrong usage."""
    code, output = run("--learners", "2", "--out", str(tmp_path / "no" / "a.jsonl"))
    assert code == 1
    assert "can't be written: No such file or directory" in output
    assert run("--learners", "0", "--out", str(tmp_path / "a.jsonl"))[0] == 2
