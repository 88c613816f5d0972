"""Runs of a course, each with the LMS's names and its dates, and names that hold in one run."""

from datetime import date

from engine.naming import Course, CourseRun
from rules.phrases.phrases import NAME, TEXT
from rules.phrases.time import DATE, ZONE
from rules.reader.block import Block, read_phrase
from rules.reader.names import Scope
from rules.text import List, Mapping, Node, Text
from rules.words.word import Place

OF_A_RUN = ("lms", "starts", "ends", "zone", "link")
"""What each run says for itself, and a course with runs does not; but a clock for all of them."""

Lms = tuple[str, ...]


def read_dates(
    block: Block, scope: Scope, name: Text, what: str
) -> tuple[date | None, date | None]:
    """Read the first and the last day of a course or a run; an end before the start is noted."""
    starts, ends = block.read("starts", DATE), block.read("ends", DATE)
    if starts and ends and ends < starts:
        text = block.text("ends")
        block.is_whole = False
        scope.findings.add(
            text.span if text else name.span,
            "E110",
            f"{what} ends before it starts ({starts})",
            "write the later day under `ends`",
        )
    return starts, ends


def read_lms(block: Block) -> Lms:
    """Read the LMS's names of a thing: a text, or a list of texts."""
    return tuple(text.value.strip() for text in block.texts("lms"))


def read_runs(block: Block, scope: Scope) -> tuple[CourseRun, ...]:
    """Read the runs of a course; a course has runs, or names and dates of its own (E111)."""
    for key in OF_A_RUN:
        if "runs" in block and key in block and key not in ("zone", "link"):
            block.is_whole = False
            scope.findings.add(
                block.key(key).span,
                "E111",
                f"`{key}` and `runs` stand in one course",
                f"write `{key}` in each run",
            )
    if "runs" not in block and "lms" not in block and "lms" not in block.meant:
        block.miss("lms")
    found = []
    for name, body in block.named("runs"):
        run = _read_run(name, body, scope) if isinstance(body, Mapping) else None
        if not isinstance(body, Mapping):
            scope.findings.add(
                name.span,
                "E105",
                f"`{name.value[:60]}` wants a block",
                'write it like: spring: {lms: "course:101", starts: 2025-03-03}',
            )
        if run is None:
            block.is_whole = False
        else:
            found.append(run)
    return tuple(found)


def _read_run(name: Text, body: Mapping, scope: Scope) -> CourseRun | None:
    block = Block(body, Place.RUN, scope.findings, name.span)
    known = read_phrase(name, NAME, scope.findings)
    starts, ends = read_dates(block, scope, name, "the run")
    zone, link = block.read("zone", ZONE), block.read("link", TEXT)
    if known is None or not block.is_whole:
        return None
    return CourseRun(known, read_lms(block), starts, ends, zone or "", link or "", name.span)


def read_names_by_run(
    block: Block, course: Course | None, scope: Scope
) -> tuple[tuple[str, Lms], ...]:
    """Read what an activity is called in each run of its course; () where all runs share it."""
    found = []
    for run, node in block.named("lms"):
        names = texts_in(node)
        known = [one.name for one in course.runs] if course else [run.value]
        if not names:
            block.is_whole = False
            scope.findings.add(
                run.span, "E106", f"`{run.value}` is followed by nothing", "write the LMS's name"
            )
        elif run.value not in known:
            block.is_whole = False
            hint = f"it has: {', '.join(known)}" if known else "write one name, or a list"
            scope.findings.add(
                run.span, "E201", f"the course has no run named `{run.value[:60]}`", hint
            )
        else:
            found.append((run.value, tuple(text.value.strip() for text in names)))
    if "in" not in block and found:
        block.is_whole = False
        scope.findings.add(
            block.key("lms").span,
            "E106",
            "the names are of runs, and no course is said",
            "add `in:` with the course that has the runs",
        )
    return tuple(found)


def texts_in(node: Node | None) -> tuple[Text, ...]:
    """Give the texts of a text, a list, or a block of such: all of an LMS's names."""
    match node:
        case Text():
            return (node,) if node.value.strip() else ()
        case List():
            return tuple(text for item in node.items for text in texts_in(item))
        case Mapping():
            return tuple(text for _, value in node.entries for text in texts_in(value))
        case None:
            return ()
