"""What `milepost check` says: as text for people, as one document for programs."""

from collections.abc import Mapping, Sequence

import msgspec

from adapters.checking import Checked
from adapters.telling.show import show_problems
from engine.source import Problem, Severity
from rules.checks.unreachable import Never


class ShownProblem(msgspec.Struct):
    """One problem in the JSON document."""

    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str
    severity: str


class Impossible(msgspec.Struct):
    """A rule that can never fire or a credential that nobody can earn, and the line at fault."""

    name: str
    why: str
    file: str
    line: int


class Proved(msgspec.Struct):
    """
    What was proved; nothing where there are errors.

    Attributes:
        most_messages_per_learner: In one course; None where nothing bounds them.
        most_messages_per_day: In one day, over all courses; None where nothing bounds them.
        unbounded: What can write without end in one course.
        unbounded_per_day: What can write without end in one day.
        never_fire: Rules that can never fire.
        never_earned: Credentials that nobody can earn.
    """

    most_messages_per_learner: int | None = None
    most_messages_per_day: int | None = None
    unbounded: tuple[str, ...] = ()
    unbounded_per_day: tuple[str, ...] = ()
    never_fire: tuple[Impossible, ...] = ()
    never_earned: tuple[Impossible, ...] = ()


class Document(msgspec.Struct):
    """The one JSON document of `check --json`."""

    problems: list[ShownProblem]
    proved: Proved


def document(checked: Checked, problems: Sequence[Problem]) -> Document:
    """Give problems and what is proved as the JSON document."""
    shown = [
        ShownProblem(
            p.span.file, p.span.line, p.span.column, p.code, p.message, p.hint, p.severity.value
        )
        for p in problems
    ]
    return Document(shown, _proved(checked))


def _proved(checked: Checked) -> Proved:
    course, day, never = checked.proof, checked.day_of(""), checked.never()
    if course is None or day is None or never is None:
        return Proved()
    return Proved(
        course.most,
        day.most,
        course.unbounded,
        day.unbounded,
        tuple(_impossible(each) for each in never.rules.values()),
        tuple(_impossible(each) for each in never.credentials.values()),
    )


def _impossible(never: Never) -> Impossible:
    return Impossible(never.id, never.why, never.span.file, never.span.line)


def told(
    checked: Checked,
    problems: Sequence[Problem],
    texts: Mapping[str, Sequence[str]],
    shown: str | None = None,
) -> str:
    """
    Give the problems, then a paragraph on each pack.

    Args:
        checked: The packs.
        problems: What is wrong with them and beside them.
        texts: The lines of each file, by the name that spans carry.
        shown: The problems as they are to be shown; None for lines with carets.
    """
    first = show_problems(problems, texts) if shown is None else shown
    parts = [first] if problems else []
    reading = checked.reading
    for pack in reading.given:
        parts.append(_pack_told(pack, checked))
        uses = reading.ruleset.packs[pack].uses
        parts += [_pack_told(use, checked) for use in uses if use in reading.instances]
    if not checked.reading.given and not problems:
        parts.append("there is no pack in this folder; `milepost new pack NAME` begins one")
    if problems:
        parts.append(count_told(problems))
    return "\n\n".join(parts)


def count_told(problems: Sequence[Problem]) -> str:
    """Say how many errors and warnings there are."""
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    return f"{_number(errors, 'error')}, {_number(len(problems) - errors, 'warning')}"


def _pack_told(name: str, checked: Checked) -> str:
    reading = checked.reading
    ruleset = reading.ruleset
    pack = ruleset.packs[name]
    opening = f"{name}/"
    counts = ", ".join(
        (
            _number(sum(key.startswith(opening) for key in ruleset.rules), "rule"),
            _number(sum(key.startswith(opening) for key in ruleset.credentials), "credential"),
            _number(sum(key.startswith(opening) for key in ruleset.skills), "skill"),
            _number(sum(key.startswith(opening) for key in reading.messages), "message file"),
        )
    )
    shown = f"{name} {pack.version}"
    if name in reading.instances:
        shown = f"{reading.instances[name]} {pack.version} as {name}"
    return "\n  ".join([f"{shown}: {counts}", *_proved_of(name, checked)])


def _proved_of(name: str, checked: Checked) -> list[str]:
    """Say what is proved of a pack, a sentence on each line."""
    course, day, never = checked.proof_of(name), checked.day_of(name), checked.never()
    if course is None or day is None or never is None:
        return ["nothing is proved of packs with errors"]
    said = [f"proved: {course.sentence}"]
    if day.most != 0:
        said.append(f"proved: {day.sentence}")
    opening = f"{name}/"
    for each in never.rules.values():
        if each.id.startswith(opening):
            thing = each.id.removeprefix(opening)
            said.append(f"proved: `{thing}` can never fire: {each.why} ({each.place})")
    for each in never.credentials.values():
        if each.id.startswith(opening):
            thing = each.id.removeprefix(opening)
            said.append(f"proved: nobody can earn `{thing}`: {each.why} ({each.place})")
    return said


def _number(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
