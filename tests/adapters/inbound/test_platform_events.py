"""A platform's own event names, as real samples have them, reach the rules that name them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.inbound import native, xapi
from adapters.packs import plan_from, read_for_use
from engine.events import Event
from engine.plan import Plan

ARRIVED = datetime(2026, 1, 2, tzinfo=UTC)
PACK = """\
pack: named
language: 1
version: 2025.1
title: Named
owner: tests@uni.example
events:
  wanted: {iri: '%s'}
"""
RULES = "rules:\n  r: {title: R, when: {event: wanted}, then: [{webhook: x}]}\n"


def plan_for(folder: Path, name: str) -> Plan:
    """Give the plan of a pack with one rule, which waits for an event of a name."""
    (folder / "pack.yaml").write_text(PACK % name)
    (folder / "rules.yaml").write_text(RULES)
    return plan_from(read_for_use([folder]).ruleset, ARRIVED)


def listens(plan: Plan, event: Event) -> bool:
    """Say whether the rule listens to an event."""
    return any(key.startswith("!") for key in plan.place(event).keys)


def said(name: str) -> Event:
    """Give an event as a bridge would write it: the platform's name after `is`."""
    body = {"id": "1", "time": "2025-03-03T10:00:00Z", "learner": "a", "object": "x", "is": name}
    (received,) = native.decode(json.dumps(body).encode(), "lms", ARRIVED)
    assert received.event is not None, received.reason
    return received.event


def names_of(samples: Path, which: str) -> Iterator[str]:
    """Yield the event names of a platform's samples."""
    match which:
        case "moodle":
            for path in (samples / "xapi" / "moodle").glob("*.event.json"):
                yield json.loads(path.read_text())["eventname"]
        case "canvas":
            for path in (samples / "canvas-live-events").glob("*.json"):
                found = json.loads(path.read_text())
                name = found.get("metadata", {}).get("event_name") if found else None
                if name:
                    yield name
        case _:
            for path in (samples / "openedx" / "tracking").glob("*.json"):
                yield json.loads(path.read_text())["name"]


@pytest.mark.parametrize("which", ["moodle", "canvas", "openedx"])
def test_a_platforms_own_name(samples: Path, tmp_path: Path, which: str) -> None:
    """Each name of the samples can be named under `events:`, and then is heard."""
    names = sorted(set(names_of(samples, which)))
    assert names
    for name in names:
        plan = plan_for(tmp_path, name)
        assert (name, True) == (name, listens(plan, said(name)))
        assert not listens(plan, said("something else"))


def test_a_verb_of_xapi(samples: Path, tmp_path: Path) -> None:
    """A verb can be named by its IRI, whether or not a word of the language means it."""
    verbs = 0
    for path in sorted((samples / "openedx" / "xapi").glob("*.json")):
        received = xapi.read(path.read_bytes(), "lms", ARRIVED)
        if received.event is None:
            continue
        verbs += 1
        plan = plan_for(tmp_path, received.event.verb)
        assert (path.name, True) == (path.name, listens(plan, received.event))
    assert verbs


def test_course_grades_and_entries_of_the_samples(samples: Path) -> None:
    """A course grade is *graded* of the course, a verdict *passed*, and a course view *entered*."""
    found = {}
    for path in (
        "openedx/xapi/edx.grades.course.grade_calculated_letter_grade.json",
        "openedx/xapi/edx.course.grade.now_passed.json",
        "xapi/moodle/core__course_viewed__viewing_existing_course.statements.json",
        "xapi/moodle/core__user_loggedin__existing_user_loggedin.statements.json",
        "xapi/moodle/mod_forum__post_created.statements.json",
    ):
        (received,) = xapi.decode((samples / path).read_bytes(), "lms", ARRIVED).received
        assert received.event is not None, received.reason
        event = received.event
        found[path.rpartition("/")[2].partition(".json")[0]] = (
            event.word,
            event.course == event.object,
            event.attempt,
            dict(event.fields).get("thread", ""),
        )
    assert found == {
        "edx.grades.course.grade_calculated_letter_grade": ("graded", True, "", ""),
        "edx.course.grade.now_passed": ("passed", True, "", ""),
        "core__course_viewed__viewing_existing_course.statements": ("entered", True, "", ""),
        "core__user_loggedin__existing_user_loggedin.statements": ("logged in", False, "", ""),
        "mod_forum__post_created.statements": (
            "replied",
            False,
            "",
            "http://www.example.org/mod/forum/discuss.php?d=1",
        ),
    }
