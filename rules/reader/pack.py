"""pack.yaml: what a pack is, and the activities, courses, events and limits that it names."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.actions import Limits
from engine.design import Design
from engine.naming import Activity, Course, EventKind, PassMark, Unit
from engine.ruleset import DIGEST_AT, Pack
from engine.terms import Choice, Noun
from rules.phrases.language import LANGUAGE_TAG
from rules.phrases.link import LANGUAGE, VERSION
from rules.phrases.marks import WHICH
from rules.phrases.phrases import NAME, PERCENT, TEXT
from rules.phrases.time import CLOCK, DUE, ZONE
from rules.reader.actions import read_limits
from rules.reader.block import Block, read_phrase
from rules.reader.certificate import read_certificate
from rules.reader.dated import read_dated
from rules.reader.names import Kind, Scope
from rules.reader.runs import read_dates, read_lms, read_names_by_run, read_runs, texts_in
from rules.reader.uses import Used, check_uses, used_in
from rules.text import List, Mapping, Text
from rules.words.pack import KINDS
from rules.words.word import Place

Courses = dict[str, Course]
"""The courses that are declared, by full name."""


@dataclass(frozen=True, slots=True)
class Head:
    """A pack's name, version and what it uses, known before any name is resolved."""

    id: str
    version: str
    uses: tuple[Used, ...]


@dataclass(slots=True)
class Declared:
    """What pack.yaml declares, by full name."""

    pack: Pack
    activities: dict[str, Activity] = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    events: dict[str, EventKind] = field(default_factory=dict)
    limits: dict[str, Limits | None] = field(default_factory=dict)
    certificates: dict[str, Design] = field(default_factory=dict)


DECLARED = (
    Kind.ACTIVITY,
    Kind.COURSE,
    Kind.UNIT,
    Kind.EVENT,
    Kind.LIMITS,
    Kind.CERTIFICATE,
)
"""What pack.yaml gives names to."""


def peek(node: Mapping) -> Head | None:
    """
    Give a pack's name and what it uses without noting anything; None if it has no name.

    A use that is written wrongly has no version here, so that its names are not unknown too.
    """
    name = node.get("pack")
    if not isinstance(name, Text) or not isinstance(NAME(name.value), str) or not name.value:
        return None
    version = node.get("version")
    return Head(
        " ".join(name.value.split()),
        " ".join(version.value.split()) if isinstance(version, Text) else "",
        tuple(used_in(node)),
    )


def register(node: Mapping, scope: Scope) -> None:
    """Put the names that pack.yaml declares into the index."""
    for kind in DECLARED:
        entries = node.get(kind.value)
        if not isinstance(entries, Mapping):
            continue
        for name, body in entries.entries:
            if read_phrase(name, NAME, scope.findings) is None:
                continue
            noun = _noun_of(body) if kind is Kind.ACTIVITY else kind.value.removesuffix("s")
            scope.declare(name, kind, noun)
            if kind is Kind.EVENT and isinstance(body, Mapping):
                fields = body.get("fields")
                scope.names.fields[f"{scope.pack}/{name.value}"] = tuple(
                    item.value
                    for item in (fields.items if isinstance(fields, List) else ())
                    if isinstance(item, Text)
                )


def _noun_of(body: object) -> str:
    kind = body.get("kind") if isinstance(body, Mapping) else None
    noun = KINDS(kind.value) if isinstance(kind, Text) else None
    return noun if isinstance(noun, str) else Noun.ACTIVITY.value


def read_pack(node: Mapping, head: Head, scope: Scope) -> Declared:
    """Read pack.yaml; what is wrong is noted and left out."""
    block = Block(node, Place.PACK, scope.findings)
    block.read("pack", NAME)
    block.read("language", LANGUAGE)
    version, title = block.read("version", VERSION), block.read("title", TEXT)
    owner, zone = block.read("owner", TEXT), block.read("zone", ZONE)
    language, attempt = block.read("in language", LANGUAGE_TAG), block.read("attempt", WHICH)
    check_uses(block, scope.findings)
    digest_at = block.read("digest at", CLOCK)
    certificate = block.text("certificate")
    declared = Declared(
        Pack(
            id=head.id,
            version=version or "",
            title=title or head.id,
            owner=owner or "",
            zone=zone or "",
            language=language or "en",
            attempt=attempt or Choice.BEST,
            uses=tuple(used.name for used in head.uses),
            digest_at=DIGEST_AT if digest_at is None else digest_at,
            certificate=(scope.resolve(certificate, Kind.CERTIFICATE) or "") if certificate else "",
        )
    )
    for name, body in block.named("courses"):
        course = _read_course(name, _block(name, body, Place.COURSE, scope), scope)
        if course:
            declared.courses[course.id] = course
    for name, body in block.named("activities"):
        activity = _read_activity(
            name, _block(name, body, Place.ACTIVITY, scope), scope, declared.courses
        )
        if activity:
            declared.activities[activity.id] = activity
    for name, body in block.named("units"):
        unit = _read_unit(name, _block(name, body, Place.UNIT, scope), scope)
        if unit:
            declared.units[unit.id] = unit
    for name, body in block.named("events"):
        event = _read_event(name, _block(name, body, Place.EVENT, scope), scope)
        if event:
            declared.events[event.id] = event
    for name, body in block.named("limits"):
        checked = _is_block(name, body, scope)
        declared.limits[scope.full(name.value)] = (
            read_limits(checked, scope, name.span, scope.full(name.value)) if checked else None
        )
    for name, body in block.named("certificates"):
        looks = _block(name, body, Place.CERTIFICATE, scope)
        design = read_certificate(name, looks, scope) if looks else None
        if design:
            declared.certificates[design.id] = design
    _same_lms_names(block, scope)
    return declared


def _is_block(name: Text, body: object, scope: Scope) -> Mapping | None:
    if isinstance(body, Mapping):
        return body
    scope.findings.add(
        name.span,
        "E105",
        f"`{name.value[:60]}` wants a block",
        "write its words on lines of their own, two spaces further in",
    )
    return None


def _block(name: Text, body: object, place: Place, scope: Scope) -> Block | None:
    node = _is_block(name, body, scope)
    return None if node is None else Block(node, place, scope.findings, name.span)


def _read_activity(
    name: Text, block: Block | None, scope: Scope, courses: Courses
) -> Activity | None:
    if block is None:
        return None
    kind = block.read("kind", KINDS)
    course_text = block.text("in")
    course = scope.resolve(course_text, Kind.COURSE) if course_text else None
    pass_mark, due = _pass_mark(block, scope), block.read("due", DUE)
    title, link = block.read("title", TEXT), block.read("link", TEXT)
    in_runs = read_names_by_run(block, courses.get(course or ""), scope)
    if kind is None or not block.is_whole or "/" in name.value:
        return None
    return Activity(
        id=scope.full(name.value),
        kind=Noun(kind),
        lms=read_lms(block) or tuple(name for _, names in in_runs for name in names),
        course=course or "",
        pass_mark=pass_mark,
        due=due,
        title=title or name.value,
        link=link or "",
        span=name.span,
        in_runs=in_runs,
    )


def _pass_mark(block: Block, scope: Scope) -> PassMark | None:
    key, value = block.values.get("pass", (None, None))
    if key is None or not isinstance(value, Mapping):
        return block.read("pass", PERCENT)
    dated = read_dated(value, Place.MARKS, PERCENT, scope.findings, key)
    block.is_whole = block.is_whole and dated is not None
    return dated


def _read_unit(name: Text, block: Block | None, scope: Scope) -> Unit | None:
    if block is None:
        return None
    title = block.read("title", TEXT)
    named: dict[str, Text] = {}
    for text in block.texts("of"):
        activity = scope.resolve(text, Kind.ACTIVITY)
        if activity is None:
            block.is_whole = False
        elif activity in named:
            block.is_whole = False
            scope.findings.add(
                text.span,
                "E111",
                f"`{text.value}` stands twice in one unit",
                "take one of them out",
            )
        else:
            named[activity] = text
    if not block.is_whole or not named or "/" in name.value:
        return None
    return Unit(scope.full(name.value), tuple(named), title or name.value, name.span)


def _read_course(name: Text, block: Block | None, scope: Scope) -> Course | None:
    if block is None:
        return None
    starts, ends = read_dates(block, scope, name, "the course")
    runs = read_runs(block, scope)
    title, link = block.read("title", TEXT), block.read("link", TEXT)
    zone, pass_mark = block.read("zone", ZONE), block.read("pass", PERCENT)
    if not block.is_whole or "/" in name.value:
        return None
    return Course(
        id=scope.full(name.value),
        lms=read_lms(block),
        title=title or name.value,
        starts=starts,
        ends=ends,
        zone=zone or "",
        link=link or "",
        pass_mark=pass_mark,
        span=name.span,
        runs=runs,
    )


def _read_event(name: Text, block: Block | None, scope: Scope) -> EventKind | None:
    if block is None:
        return None
    iri, fields = block.read("iri", TEXT), block.phrases("fields", NAME)
    if iri is None or not block.is_whole or "/" in name.value:
        return None
    return EventKind(scope.full(name.value), iri, fields, name.span)


def _same_lms_names(block: Block, scope: Scope) -> None:
    """Note an LMS name that two things of the pack have: an event could mean either (E207)."""
    first: dict[str, Text] = {}
    for key in ("courses", "activities"):
        for name, body in block.named(key):
            for named, item in _lms_names(name, body) if isinstance(body, Mapping) else ():
                said = item.value.strip()
                owner = first.setdefault(said, named)
                if owner is not named:
                    scope.findings.add(
                        item.span,
                        "E207",
                        f"`{said}` is already the LMS's name of `{owner.value}` "
                        f"(line {owner.span.line})",
                        "each LMS name belongs to one activity or course",
                    )


def _lms_names(name: Text, body: Mapping) -> Iterator[tuple[Text, Text]]:
    """Yield each LMS name of a thing, behind what has it: the thing itself, or a run."""
    node, runs = body.get("lms"), body.get("runs")
    if isinstance(node, Mapping):
        for run, value in node.entries:
            yield from ((run, text) for text in texts_in(value))
    else:
        yield from ((name, text) for text in texts_in(node))
    for run, value in runs.entries if isinstance(runs, Mapping) else ():
        if isinstance(value, Mapping):
            yield from ((run, text) for text in texts_in(value.get("lms")))
