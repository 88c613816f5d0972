"""`milepost new scenario`: what a real learner did, as a scenario that passes and names nobody."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from adapters.checking import check_packs
from adapters.feeding.history import EPOCH, History
from adapters.inbound.cohort import cohort
from adapters.inbound.files import read_files
from adapters.inbound.native_line import encode
from adapters.packs import read_for_use
from adapters.verbs.test import play
from engine.calendar import micros
from engine.events import Event, Score, Word
from rules.recorded_steps import Came
from rules.recording import UnrecordableError, Wanted, record

ROOT = Path(__file__).resolve().parents[3]
PACKS = ROOT / "rules" / "packs"
SAMPLES = ROOT.parent / "shared" / "samples"
MILEPOST = Path(sys.executable).with_name("milepost")
needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the real samples are not here; they may not be copied (licences)"
)
DUE = datetime(2025, 4, 20, 21, 59, tzinfo=UTC)
DAY_1 = datetime(2025, 3, 3, 9, tzinfo=UTC)


def by_learner(path: Path) -> Iterator[tuple[str, list[Came]]]:
    """Give the learners of a file or a folder."""
    with History() as history:
        for _ in history.add(read_files([path], "", EPOCH)):
            pass
        for name, events in history.learners():
            yield name, [Came(event) for event in events]


@pytest.fixture
def literacy(tmp_path: Path) -> Path:
    """Give a copy of the example pack, without its scenarios."""
    for pack in ("data-literacy", "shared"):
        for path in sorted((PACKS / pack).rglob("*")):
            if path.is_file() and not path.name.endswith(".test.yaml"):
                copy = tmp_path / path.relative_to(PACKS)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(path.read_bytes())
    return tmp_path / "data-literacy"


@pytest.fixture
def term(tmp_path: Path) -> Path:
    """Give a file with the term of some made-up learners."""
    file = tmp_path / "term.jsonl"
    file.write_bytes(b"".join(encode(event) + b"\n" for event in cohort(20, 3)))
    return file


def milepost(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return subprocess.run(
        [str(MILEPOST), *map(str, words)], capture_output=True, text=True, check=False
    )


def new_scenario(
    learner: str, events: Path, pack: Path, *words: str
) -> subprocess.CompletedProcess[str]:
    """Record a learner of a file into a pack."""
    return milepost(
        "new", "scenario", "--from", learner, "--events", events, "--pack", pack, *words
    )


def test_every_learner_of_a_term_passes_as_recorded(term: Path) -> None:
    """And much happens to them; nothing of their events is left out."""
    reading = read_for_use([PACKS / "data-literacy"])
    recordings = [
        record(reading, came, Wanted(pack="data-literacy")) for _, came in by_learner(term)
    ]

    assert [(True, 0)] * 20 == [(r.result.passed, r.left_out) for r in recordings]
    assert sum(r.happened for r in recordings) > 100


def test_a_recording_names_nobody(literacy: Path, term: Path) -> None:
    """Neither name nor address nor any id is in the files; they check, and they pass."""
    name, came = next(iter(by_learner(term)))
    for words in ((), ("--since", "2025-04-01")):
        done = milepost(
            "new", "scenario", "--from", name, "--events", term, "--pack", literacy, *words
        )
        assert (0, "") == (done.returncode, done.stderr)
    texts = [path.read_text() for path in sorted(literacy.glob("recorded-*"))]
    said = [
        value for item in came for field, value in item.event.fields if field in ("name", "email")
    ]
    secret = {name, *said, *(item.event.id for item in came), *(i.event.attempt for i in came)}

    assert ["recorded-1.test.yaml", "recorded-2.jsonl", "recorded-2.test.yaml"] == sorted(
        path.name for path in literacy.glob("recorded-*")
    )
    assert [] == [word for text in texts for word in secret - {""} if word in text]
    # The history names things as the LMS does; the heads of the scenarios say so.
    kept = {item.event.object for item in came} & {"quiz:4411", "page:201", "lesson:77"}
    assert kept
    assert [] == [thing for thing in kept if thing not in texts[1]]
    for text in (texts[0], texts[2]):
        head = " ".join(line[2:] for line in text.splitlines() if line.startswith("# "))
        made_up, _, as_it_was = head.partition("As they were:")
        assert "name, address and ids" in made_up
        assert "the LMS's names of activities, courses and groups" in as_it_was
    assert () == check_packs([literacy]).errors
    assert [True, True] == [result.passed for result in play([literacy]).results]


def test_regrades_late_and_undone_events_are_told() -> None:
    """In the words of tests: attempts, a regrade, what came late, an extension, a suspension."""

    def event(day: int, word: str, target: str = "") -> Event:
        return Event(
            id=f"{day}-{word}",
            time=DAY_1 + timedelta(days=day - 1),
            learner="u",
            word=word,
            object=target,
            course="" if word == Word.PROFILE else "course:101",
        )

    def mark(percent: str) -> Score:
        return Score(raw=Decimal(percent), high=Decimal(100))

    def marked(day: int, word: str, attempt: str, percent: str) -> Event:
        return replace(event(day, word, "quiz:4411"), attempt=attempt, score=mark(percent))

    late = event(6, Word.COMPLETED, "lesson:77")
    came = [
        Came(replace(event(1, Word.PROFILE), fields=(("zone", "Europe/Madrid"), ("name", "Eva")))),
        Came(event(2, Word.ENROLLED, "course:101")),
        Came(marked(3, Word.SUBMITTED, "a", "59.5")),
        Came(marked(4, Word.SUBMITTED, "b", "55")),
        Came(marked(5, Word.GRADED, "b", "72")),
        Came(late, micros(DAY_1 + timedelta(days=9))),
        Came(marked(7, Word.GRADED, "a", "61")),
        Came(replace(event(8, Word.COMPLETED, "lesson:77"), undone=True)),
        Came(replace(event(9, Word.DUE, "assign:310"), due=DUE)),
        Came(event(11, Word.SUSPENDED)),
        Came(event(12, Word.UNENROLLED, "course:101")),
    ]
    reading = read_for_use([PACKS / "data-literacy"])
    recording = record(reading, came, Wanted(pack="data-literacy", since=date(2025, 3, 3)))
    text = recording.text

    assert recording.result.passed
    assert [
        "learner: {name: Ada, zone: Europe/Madrid}",
        "enrolled: data101",
        "seen: {quiz: sampling-quiz, score: 59.5%}",
        "seen: {quiz: sampling-quiz, score: 55%}",
        "regraded: {quiz: sampling-quiz, score: 72%}",
        "seen: {activity: sampling-workshop, is: completed, arrives: day 10 10:00}",
        "seen: {quiz: sampling-quiz, is: graded, score: 61%, attempt: 1}",
        "undone: {activity: sampling-workshop, is: completed}",
        "due: {sampling-report: day 49 23:59}",
        "seen: {learner: any, is: suspended}",
        "unenrolled: data101",
    ] == [
        line.strip()
        for line in text.splitlines()
        if line.strip().startswith(
            ("learner:", "enrolled:", "seen:", "regraded:", "undone:", "due:", "unenrolled:")
        )
    ]


def test_a_decision_is_recorded_up_to_itself(literacy: Path, term: Path) -> None:
    """The file tests the rule that decided, and ends with what it did."""
    name, _ = next(iter(by_learner(term)))
    done = milepost(
        "new",
        "scenario",
        "--from",
        name,
        "--decision",
        "",
        "--events",
        term,
        "--pack",
        literacy,
        "--json",
    )
    assert done.returncode == 0, done.stderr
    missing = new_scenario(name, term, literacy, "--decision", "zzz")

    assert (1, f"no decision about `{name}` has a key that begins with zzz\n") == (
        missing.returncode,
        missing.stderr,
    )


def test_a_database_gives_the_same_as_its_file(literacy: Path, term: Path, tmp_path: Path) -> None:
    """What was loaded in one go came in order, whenever that was."""
    database = f"sqlite:///{tmp_path / 'milepost.db'}"
    loaded = milepost("load", term, "--database", database)
    assert loaded.returncode == 0, loaded.stderr
    name, _ = next(iter(by_learner(term)))
    for number, words in enumerate((("--events", str(term)), ("--database", database))):
        out = literacy / f"r{number}.test.yaml"
        done = milepost("new", "scenario", "--from", name, "--pack", literacy, "--out", out, *words)
        assert done.returncode == 0, done.stderr

    assert (literacy / "r0.test.yaml").read_text() == (literacy / "r1.test.yaml").read_text()


def test_who_is_not_there_is_said(literacy: Path, term: Path) -> None:
    """A sentence for each mistake on the command line, and nothing is written."""
    told = [
        new_scenario("nobody", term, literacy),
        milepost("new", "scenario", "--from", "x", "--since", "monday", "--events", term),
        milepost(
            "new",
            "scenario",
            "--from",
            "x",
            "--events",
            term,
            "--pack",
            literacy,
            "--out",
            "x.yaml",
        ),
    ]

    assert [1, 2, 1] == [done.returncode for done in told]
    assert "there is no event of a learner `nobody`\n" == told[0].stderr
    assert "is not a day" in told[1].stderr or "is not a date" in told[1].stderr
    assert [] == sorted(literacy.glob("recorded-*"))


def test_nothing_to_tell_is_no_scenario() -> None:
    """A learner of whom no rule can notice anything."""
    reading = read_for_use([PACKS / "data-literacy"])
    other = Event(id="1", time=DAY_1, learner="u", word=Word.VIEWED, object="page:elsewhere")

    with pytest.raises(UnrecordableError, match="no rule of the pack can notice"):
        record(reading, [Came(other)], Wanted(pack="data-literacy"))


@needs_samples
@pytest.mark.parametrize(
    ("pack", "sample", "number"),
    [("oulad", "oulad/dev", 60), ("fun", "xapi/fun-mooc/course-00001.jsonl.gz", 40)],
)
def test_real_learners_pass_as_recorded(pack: str, sample: str, number: int) -> None:
    """OULAD's tables and FUN's statements, which are out of order and full of repetition."""
    reading = read_for_use([PACKS / pack])
    passed = 0
    for _, (_, came) in zip(range(number), by_learner(SAMPLES / sample), strict=False):
        try:
            assert record(reading, came, Wanted(pack=pack)).result.passed
            passed += 1
        except UnrecordableError as error:
            assert "no rule of the pack can notice" in str(error)  # noqa: PT017 - some did nothing

    assert passed > number // 2


def test_json_names_the_files(literacy: Path, term: Path) -> None:
    """For programs: the files, and how much happens in them."""
    name, _ = next(iter(by_learner(term)))
    done = new_scenario(name, term, literacy, "--json")
    document = json.loads(done.stdout)

    assert [str(literacy / "recorded-1.test.yaml")] == document["files"]
    assert document["passes"]
