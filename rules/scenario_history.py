"""
A saved history that a scenario begins with: real events, in the order they happened.

What lies before day 1 is known when the scenario begins; the rest comes at its own instants,
between the steps. Instants are taken to the whole second, so that a step can name them.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from engine.events import Event
from engine.spelling import suggest
from rules.reader.findings import Findings
from rules.text import Text
from rules.timeline import Person

Histories = Callable[[Path], Sequence[Event] | str]
"""Reads a file of events; a sentence instead says why it can't be read."""


def read_given(
    text: Text, folder: Path, people: Sequence[Person], histories: Histories, findings: Findings
) -> tuple[Event, ...]:
    """
    Read the history that a scenario is given.

    Args:
        text: The file's name, from the folder of the test file.
        folder: That folder.
        people: Whose history it may be: of one learner whatever her name, of several by name.
        histories: Reads the file.
        findings: Where what is wrong is noted.

    Returns:
        The events in their order, of learners of the test; none where something is wrong.
    """
    path = folder / text.value
    if Path(text.value).is_absolute() or ".." in Path(text.value).parts:
        findings.add(
            text.span,
            "E201",
            f"`{text.value}` lies outside the pack",
            "save the history beside the test file",
        )
        return ()
    if not path.is_file():
        near = suggest(text.value, _histories_in(folder))
        findings.add(
            text.span,
            "E201",
            f"there is no history `{text.value}`",
            f"did you mean `{near}`?" if near else "save it beside the test file",
        )
        return ()
    events = histories(path)
    if isinstance(events, str):
        findings.add(text.span, "E101", f"this history can't be used: {events}")
        return ()
    whose = _whose(events, people)
    if whose is None:
        findings.add(
            text.span,
            "E201",
            "this history is of several learners, and the test does not name them all",
            "name each under `learners`, or save the history of one",
        )
        return ()
    return as_given(events, whose)


def as_given(events: Sequence[Event], whose: Mapping[str, str]) -> tuple[Event, ...]:
    """Give events as a scenario takes them: in order, to the second, of the test's learners."""
    ordered = sorted(events, key=lambda event: event.order)
    return tuple(
        replace(
            event,
            id=f"given-{number:06}",
            time=event.time.replace(microsecond=0),
            learner=whose[event.learner],
            source="given",
        )
        for number, event in enumerate(ordered, 1)
    )


def _histories_in(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.json*"))]


def _whose(events: Sequence[Event], people: Sequence[Person]) -> dict[str, str] | None:
    """Say which learner of the test each learner of a history is."""
    names = {event.learner for event in events}
    if len(names) <= 1:
        return dict.fromkeys(names, people[0].name)
    known = {person.name for person in people}
    return {name: name for name in names} if names <= known else None
