"""Real learners' data: every count equals that of an independent oracle."""

import gzip
import json
import random
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT.parent / "shared" / "samples"
needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the real samples are not here; they may not be copied (licences)"
)


class Awarded(msgspec.Struct):
    """What replay says of a credential."""

    awarded: int
    learners: int


class Rule(msgspec.Struct):
    """What replay says of a rule."""

    fired: int
    learners: int


class Report(msgspec.Struct):
    """What `milepost replay --json` prints."""

    events: int
    learners: int
    quarantined: int
    credentials: dict[str, Awarded]
    skills: dict[str, dict[str, int]]
    rules: dict[str, Rule]
    messages: int
    ruleset: str


def replay(pack: str, events: Path) -> Report:
    """Run the verb as its user would."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "milepost",
            "replay",
            pack if pack.startswith("/") else f"rules/packs/{pack}",
            "--events",
            str(events),
            "--json",
        ],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return msgspec.json.decode(done.stdout, type=Report)


def oracle(file: str) -> dict[str, object]:
    """Give the oracle's row for a file."""
    with (SAMPLES / "expected.jsonl").open() as rows:
        return next(row for row in map(json.loads, rows) if row["file"] == file)["oracle"]  # type: ignore[no-any-return] # JSON


@needs_samples
def test_oulad_counts_equal_the_oracle() -> None:
    """Credentials, weighted means and missed due days of three courses, to the learner."""
    report = replay("oulad", SAMPLES / "oulad" / "dev")
    expected, found = {}, {}
    for name, course in oracle("oulad/dev/studentAssessment.csv").items():
        assert isinstance(course, dict)
        short = name[:3].lower()
        expected[name] = (
            course["students_score_ge_40_on_every_assessment"],
            course["students_score_ge_70_on_every_assessment"],
            course["students_weighted_mean_ge_70_missing_counts_0"],
            course["nudge_active_registered_no_submission_by_due_day"],
        )
        found[name] = (
            report.credentials[f"{short}-sound"].learners,
            report.credentials[f"{short}-strong"].learners,
            report.skills[f"{short}-mean"]["strong"],
            {
                number: report.rules[f"{short}-{number}-overdue"].learners
                for number in course["assessments_in_order"]
            },
        )

    assert expected == found


FUN = SAMPLES / "xapi" / "fun-mooc" / "course-00001.jsonl.gz"


def check_fun(events: Path) -> None:
    """Compare a replay of FUN's statements with the oracle."""
    wanted = oracle("xapi/fun-mooc/course-00001.jsonl.gz")
    report = replay("fun", events)
    found = {name: award.learners for name, award in report.credentials.items()}

    assert (wanted["statements"], wanted["actors"], 0) == (
        report.events,
        report.learners,
        report.quarantined,
    )
    assert {
        "first-video": wanted["actors_completed_ge_1_distinct_videos"],
        "two-videos": wanted["actors_completed_ge_2_distinct_videos"],
        "three-videos": wanted["actors_completed_ge_3_distinct_videos"],
        "keen-player": wanted["actors_played_ge_10_times"],
    } == found


@needs_samples
def test_fun_counts_equal_the_oracle() -> None:
    """8,691 real statements, half of them out of order: all accepted, all counts right."""
    check_fun(FUN)


@needs_samples
def test_fun_counts_stay_when_shuffled_and_sent_twice(tmp_path: Path) -> None:
    """Any order and every statement twice give the same counts."""
    lines = gzip.decompress(FUN.read_bytes()).splitlines(keepends=True) * 2
    random.Random(7).shuffle(lines)
    shuffled = tmp_path / "shuffled.jsonl"
    shuffled.write_bytes(b"".join(line if line.endswith(b"\n") else line + b"\n" for line in lines))
    check_fun(shuffled)


def test_a_profile_without_a_time_is_known_from_the_start(tmp_path: Path) -> None:
    """What tells no time begins no history: rules are live from the first event that has one."""
    (tmp_path / "pack.yaml").write_text(
        "pack: weekly\nlanguage: 1\nversion: 1.0\ntitle: Weekly\nowner: a@b.example\n"
    )
    (tmp_path / "rules.yaml").write_text(
        "rules:\n  weekly:\n    title: Weekly\n    when: {every: monday at 09:00}\n"
        "    then: [{webhook: x}]\n"
    )
    events = tmp_path / "events.jsonl"
    events.write_text(
        '{"learner":"a","is":"profile","name":"Ada","zone":"Europe/Madrid"}\n'
        '{"id":"1","time":"2025-03-03T10:00:00Z","learner":"a","object":"page:1","is":"viewed"}\n'
        '{"id":"2","time":"2025-03-20T10:00:00Z","learner":"a","object":"page:1","is":"viewed"}\n'
    )
    report = replay(str(tmp_path), events)

    assert (3, 2) == (report.events, report.rules["weekly"].fired)
