"""Runs of a course in pack.yaml: what is refused, and what their names come to."""

from pathlib import Path

import msgspec
import pytest

from adapters.packs import plan_from
from engine.calendar import instant
from engine.events import Event, Word
from engine.record import Record
from engine.source import Severity
from rules.packs import Reading, read_packs

PACK = """\
pack: p
language: 1
version: 2025.1
title: P
owner: tests@uni.example
courses:
  c1:
    title: C1
    runs:
      spring: {lms: "course:1", starts: 2025-03-03, ends: 2025-06-30}
      autumn: {lms: "course:2", starts: 2025-09-15, ends: 2025-12-19}
  plain: {lms: "course:3", title: Plain}
activities:
  quiz: {lms: {spring: "quiz:1", autumn: "quiz:2"}, kind: quiz, in: c1}
  film: {lms: "page:1", kind: activity, in: c1}
"""
RULES = "rules:\n  r: {title: R, when: {activity: any, in: c1, is: viewed}, then: [{webhook: x}]}\n"


def read(folder: Path, pack: str) -> Reading:
    """Read a pack with one rule."""
    (folder / "pack.yaml").write_text(pack)
    (folder / "rules.yaml").write_text(RULES)
    return read_packs([folder])


def errors(folder: Path, pack: str) -> list[str]:
    """Give the errors in a pack."""
    found = read(folder, pack).problems
    return [f"{p.code} {p.message} ({p.hint})" for p in found if p.severity is Severity.ERROR]


def test_runs_are_taken(tmp_path: Path) -> None:
    """A course with runs needs no name of its own, and an activity may have one in each."""
    assert errors(tmp_path, PACK) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "    title: C1\n",
            '    title: C1\n    lms: "course:9"\n',
            "E111 `lms` and `runs` stand in one course (write `lms` in each run)",
        ),
        (
            "    title: C1\n",
            "    title: C1\n    starts: 2025-03-03\n",
            "E111 `starts` and `runs` stand in one course (write `starts` in each run)",
        ),
        (
            "ends: 2025-06-30",
            "ends: 2025-01-30",
            "E110 the run ends before it starts (2025-03-03) (write the later day under `ends`)",
        ),
        (
            'autumn: "quiz:2"',
            'summer: "quiz:2"',
            "E201 the course has no run named `summer` (it has: spring, autumn)",
        ),
        (
            'film: {lms: "page:1", kind: activity, in: c1}',
            'film: {lms: {spring: "page:1"}, kind: activity, in: plain}',
            "E201 the course has no run named `spring` (write one name, or a list)",
        ),
        (
            'autumn: {lms: "course:2"',
            'autumn: {lms: "course:1"',
            (
                "E207 `course:1` is already the LMS's name of `spring` (line 10) (each LMS name "
                "belongs to one activity or course)"
            ),
        ),
        (
            '  plain: {lms: "course:3", title: Plain}',
            "  plain: {title: Plain}",
            'E106 this course says no `lms` (add it, for example  lms: "course:101")',
        ),
    ],
)
def test_what_is_wrong_with_runs(tmp_path: Path, old: str, new: str, told: str) -> None:
    """Each mistake is told of once, in the author's words."""
    assert old in PACK
    assert errors(tmp_path, PACK.replace(old, new)) == [told]


def test_what_both_runs_share_is_kept_apart_in_any_order(tmp_path: Path) -> None:
    """The same page, seen in both runs, leaves the same record whichever run is told first."""
    plan = plan_from(read(tmp_path, PACK).ruleset, instant(0))
    seen = Event(
        id="1",
        time=instant(10**15),
        learner="ada",
        word=Word.VIEWED,
        object="page:1",
        course="course:1",
    )
    events = [
        seen,
        msgspec.structs.replace(seen, id="2", course="course:2"),
        msgspec.structs.replace(seen, id="3", course=""),
    ]
    records = []
    for order in (events, events[::-1]):
        record = Record("ada")
        for event in order:
            record.fold(event, plan.place(event))
        records.append(record)
    assert records[0] == records[1]
    film = plan.ruleset.activities["p/film"]
    assert plan.names.lms_in(film, "course:2") == ("page:1",)
    quiz = plan.ruleset.activities["p/quiz"]
    assert plan.names.lms_in(quiz, "course:2") == ("quiz:2",)


def test_the_names_of_runs_mean_nothing_but_to_activities(tmp_path: Path) -> None:
    """Which name an activity has in which run is part of a ruleset's meaning."""
    one = read(tmp_path, PACK).ruleset
    other = read(
        tmp_path,
        PACK.replace('spring: {lms: "course:1"', 'winter: {lms: "course:1"')
        .replace("autumn: {lms", "spring: {lms")
        .replace("winter:", "autumn:"),
    ).ruleset
    assert one.courses != other.courses
    assert one.fingerprint != other.fingerprint
