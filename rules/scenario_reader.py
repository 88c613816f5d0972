"""Test files read beside the vocabulary: nodes in, a TestFile and problems out."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from engine.cohorts import COHORT_OPENING
from engine.events import Event
from engine.source import Problem, Span
from engine.spelling import suggest
from rules.packs import Reading
from rules.phrases.phrases import YES
from rules.phrases.trigger import AT, STARTS, At
from rules.reader.block import Block
from rules.reader.findings import Findings
from rules.scenario_expected import read_expects
from rules.scenario_history import Histories, read_given
from rules.scenario_names import TestedNames
from rules.scenario_rows import Written, scenarios_of
from rules.scenario_seen import read_sighting
from rules.scenario_told import read_grant, read_revocation, read_told, stated_facts, texts_of
from rules.text import Mapping, Text, read_text
from rules.timeline import (
    Person,
    ReadTest,
    Scenario,
    Step,
    StepKind,
    TestFile,
)
from rules.words.step import LMS_SAYS
from rules.words.word import Place

KNOWN_FIELDS = ("name", "email", "zone", "language", "role")


def read_test_file(
    path: Path, file: str, pack: str, reading: Reading, histories: Histories | None = None
) -> ReadTest:
    """
    Read a test file; one that was read beside the same packs is not read again.

    Args:
        path: Where it is.
        file: Its name as the author knows it.
        pack: The pack it stands in.
        reading: The packs, whose names it may use.
        histories: Reads the histories that scenarios are given; None where nobody plays them.

    Returns:
        What it says (None if nothing of it can be run), what is wrong, and its lines.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        problem = Problem(Span(file), "E101", f"the file can't be read: {error.strerror}")
        return None, (problem,), ()
    key = (file, pack, raw, histories is not None and b"given" in raw)
    known = reading.read_tests.get(key)
    if known is None:
        known = reading.read_tests[key] = read_test_text(raw, file, pack, reading, histories)
    return known


def read_test_text(
    raw: bytes, file: str, pack: str, reading: Reading, histories: Histories | None = None
) -> ReadTest:
    """Read what a test file holds, as `read_test_file` does."""
    findings = Findings()
    document = read_text(raw, file)
    findings.take(document.problems)
    found: TestFile | None = None
    if isinstance(document.root, Mapping):
        found = _Reader(file, pack, reading, findings, histories).read(document.root)
    elif not document.problems:
        findings.add(Span(file), "E106", "the test file is empty", "begin it with: tests: FILE")
    return found, findings.sorted(), document.lines


class _Reader:
    def __init__(
        self,
        file: str,
        pack: str,
        reading: Reading,
        findings: Findings,
        histories: Histories | None,
    ) -> None:
        self.histories = histories
        self.file = file
        self.pack = pack
        self.ruleset = reading.ruleset
        self.folder = reading.folders.get(pack, Path())
        self.reading = reading
        self.findings = findings
        self.names = TestedNames(reading, pack, findings)

    def read(self, root: Mapping) -> TestFile | None:
        block = Block(root, Place.TESTS, self.findings)
        starts = block.read("starts", STARTS)
        tested = tuple(
            file for text in block.texts("tests") if (file := self._tested(text)) is not None
        )
        people = self.names.people = self._people(block)
        scenarios = [
            self._scenario(written, people)
            for name, node in block.named("scenarios")
            for written in scenarios_of(name, node, self.findings)
        ]
        if not isinstance(starts, date) or not people:
            return None
        original = self.reading.instances.get(self.pack, "")
        return TestFile(self.file, self.pack, tested, starts, people, tuple(scenarios), original)

    def _tested(self, text: Text) -> str | None:
        path = Path(self.file).parent / text.value
        if str(path) in self.reading.texts:
            return str(path)
        near = [Path(name).name for name in self.reading.texts if not name.endswith("pack.yaml")]
        suggestion = suggest(text.value, near)
        hint = f"did you mean `{suggestion}`?" if suggestion else "name a file of this pack"
        self.findings.add(text.span, "E201", f"there is no rule file `{text.value}`", hint)
        return None

    # --- learners ------------------------------------------------------------------------

    def _people(self, block: Block) -> tuple[Person, ...]:
        nodes: list[tuple[str, Mapping]] = []
        learner = block.values.get("learner")
        if learner is not None and isinstance(learner[1], Mapping):
            nodes.append(("", learner[1]))
        nodes += [("", node) for node in block.blocks("learners")]
        nodes += [(n.value, b) for n, b in block.named("learners") if isinstance(b, Mapping)]
        people = tuple(self._person(name, node) for name, node in nodes)
        return people or (Person("the learner"),)

    def _person(self, name: str, node: Mapping) -> Person:
        block = Block(node, Place.LEARNER, self.findings)
        fields = [
            (key, text.value) for key in KNOWN_FIELDS if (text := block.text(key)) is not None
        ]
        fields += texts_of(block.named("profile"))
        fields += stated_facts(block, self.ruleset.facts, self.findings)
        said = dict(fields)
        if name and "name" not in said:
            fields.append(("name", name))
        enrolled = tuple(
            full for text in block.texts("enrolled") if (full := self.names.of(text, "a course"))
        )
        groups = tuple(
            opening + text.value
            for key, opening in (("groups", ""), ("cohorts", COHORT_OPENING))
            for text in block.texts(key)
        )
        shown = name or said.get("name", "the learner")
        role = said.get("role", "")
        return Person(shown, tuple(f for f in fields if f[0] != "role"), enrolled, role, groups)

    # --- steps ---------------------------------------------------------------------------

    def _scenario(self, written: Written, people: tuple[Person, ...]) -> Scenario:
        steps = []
        for item in written.steps.items:
            if isinstance(item, Mapping):
                step = self._step(item)
                if step is not None:
                    steps.append(step)
            else:
                self.findings.add(
                    item.span, "E105", "a step wants words of its own", "begin it with: - at: day 1"
                )
        given: tuple[Event, ...] = ()
        if written.given is not None and self.histories is not None:
            folder = Path(self.file).parent
            given = read_given(written.given, folder, people, self.histories, self.findings)
        return Scenario(written.name.value, written.name.span, tuple(steps), given)

    def _step(self, node: Mapping) -> Step | None:
        block = Block(node, Place.STEP, self.findings)
        at = block.read("at", AT)
        who = block.text("learner")
        name = self.names.who(who)
        arrives = block.read("arrives", AT)
        twice = bool(block.read("twice", YES))
        seen = [
            replace(s, arrives=s.arrives or arrives, twice=s.twice or twice)
            for kind in StepKind
            for node in self._blocks(block, kind.value)
            if (s := read_sighting(node, kind, self.names)) is not None
        ]
        seen += [
            replace(s, arrives=s.arrives or arrives, twice=twice)
            for node in self._blocks(block, "revoked")
            if (s := read_revocation(node, self.findings, self.names.of)) is not None
        ]
        seen += [
            replace(s, arrives=s.arrives or arrives, twice=twice)
            for node in self._blocks(block, "awarded")
            if (s := read_grant(node, self.findings, self.names.of)) is not None
        ]
        told = read_told(block, self.findings, self.names.of, self.ruleset.facts)
        expects = read_expects(block, name, self.names)
        if not isinstance(at, At):
            return None
        fails = bool(block.read("lms says", LMS_SAYS))
        return Step(block.key("at").span, at, name, tuple(seen), tuple(told), expects, fails)

    @staticmethod
    def _blocks(block: Block, key: str) -> tuple[Mapping, ...]:
        value = block.values.get(key)
        if value is not None and isinstance(value[1], Mapping):
            return (value[1],)
        return block.blocks(key) if value is not None else ()
