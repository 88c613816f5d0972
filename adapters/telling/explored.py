"""What `milepost test --explore` says: each finding with the shortest story that shows it."""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import msgspec

from adapters.packs import fail, shown_name
from adapters.telling.numbers import counted
from engine.calendar import DAY
from rules.exploring.explore import Explored, Found, ends_at, explore
from rules.exploring.oracle import Fault
from rules.packs import TEST_ENDING, Reading
from rules.recording import Wanted, story

TOLD_DAYS = 60
"""How far a story of a rule that never ends is told."""

OURS = "this is a fault of Milepost's; please report it with the story"


class FindingDocument(msgspec.Struct):
    """Something that must not be, with the scenario that shows it."""

    fault: str
    things: list[str]
    place: str
    said: str
    history: int
    scenario: str


class PackDocument(msgspec.Struct):
    """What came of one pack."""

    pack: str
    histories: int
    events: int
    findings: list[FindingDocument]


class Document(msgspec.Struct):
    """The one JSON document of `test --explore --json`."""

    seed: int
    packs: list[PackDocument]


def tell_explored(
    reading: Reading, number: int, seed: int, out: Path | None, *, as_json: bool
) -> bool:
    """
    Explore packs and tell what was found; say whether that was nothing.

    Args:
        reading: The packs, without errors.
        number: Histories a pack.
        seed: The same gives the same.
        out: A folder to write the scenarios of findings to, None for none.
        as_json: Whether to print one JSON document instead of lines.
    """
    packs: list[PackDocument] = []
    began = perf_counter()
    for explored in explore(reading.ruleset, reading.given, number, seed):
        findings = [_document(reading, explored, found, seed) for found in explored.found]
        packs.append(PackDocument(explored.pack, explored.histories, explored.events, findings))
        if not as_json:
            print("\n".join(_lines(packs[-1])), flush=True)  # noqa: T201 - the verb's answer
    if as_json:
        print(msgspec.json.encode(Document(seed, packs)).decode())  # noqa: T201 - the one document
    else:
        events = sum(pack.events for pack in packs)
        speed = events / max(perf_counter() - began, 1e-6)
        found = sum(len(pack.findings) for pack in packs)
        print(  # noqa: T201 - the verb's answer
            f"\n{found or 'nothing'} found in "
            f"{counted(sum(p.histories for p in packs), 'history', 'histories')}, "
            f"seed {seed} ({counted(events, 'event')}, {speed:,.0f} a second)"
        )
    if out is not None:
        for path in _written(out, packs):
            if not as_json:
                print(f"wrote {path}")  # noqa: T201 - the verb's answer
    return not any(pack.findings for pack in packs)


def _document(reading: Reading, explored: Explored, found: Found, seed: int) -> FindingDocument:
    finding = found.finding
    until = None
    if finding.fault is Fault.ENDLESS:
        until = ends_at(found.came) + TOLD_DAYS * DAY
    who = " and ".join(shown_name(name, reading) for name in finding.things)
    wanted = Wanted(
        pack=explored.pack,
        name=f"{who} {finding.fault.value}".strip(),
        why=f"Found by `milepost test --explore`, seed {seed}: {finding.said}.",
        until=until,
    )
    return FindingDocument(
        finding.fault.value,
        list(finding.things),
        str(finding.span) if finding.things else "",
        finding.said,
        found.number,
        story(reading, found.came, wanted),
    )


def _lines(pack: PackDocument) -> Iterator[str]:
    histories = counted(pack.histories, "history", "histories")
    yield f"{pack.pack}: {histories}, {counted(pack.events, 'event')}"
    for finding in pack.findings:
        names = " and ".join(name.removeprefix(f"{pack.pack}/") for name in finding.things)
        yield ""
        yield f"  {names or 'the engine'}  {finding.fault}   {finding.place}".rstrip()
        yield f"  {finding.said}"
        if finding.fault in (Fault.CRASH.value, Fault.ORDER.value):
            yield f"  {OURS}"
        yield ""
        yield from (f"    {line}" for line in finding.scenario.splitlines())


def _written(out: Path, packs: list[PackDocument]) -> Iterator[Path]:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for pack in packs:
            for number, finding in enumerate(pack.findings, 1):
                path = out / f"{pack.pack}-{number}{TEST_ENDING}"
                path.write_text(finding.scenario, encoding="utf-8", newline="\n")
                yield path
    except OSError as error:
        fail(f"{out} can't be written to: {error.strerror or error}")
