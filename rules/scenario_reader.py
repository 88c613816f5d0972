"""Test files read beside the vocabulary: nodes in, a TestFile and problems out."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from engine.cohorts import COHORT_OPENING
from engine.events import Event, Word
from engine.source import Problem, Span
from engine.spelling import suggest
from engine.terms import ACTIVITY_NOUNS, Noun
from engine.threads import THREAD
from rules.packs import Reading
from rules.phrases.trigger import AT, STARTS, At
from rules.reader.block import Block, one_head
from rules.reader.findings import Findings
from rules.scenario_history import Histories, read_given
from rules.scenario_marks import read_mark
from rules.scenario_names import TestedNames
from rules.scenario_rows import Written, scenarios_of
from rules.scenario_told import read_revocation, read_told, stated_facts, texts_of
from rules.text import List, Mapping, Text, read_text
from rules.timeline import (
    Expected,
    Person,
    ReadTest,
    Scenario,
    Sighting,
    Step,
    StepKind,
    TestFile,
)
from rules.vocabulary import is_words
from rules.words.step import LMS_SAYS
from rules.words.word import Place, Status

NOUNS = {noun.value: noun for noun in Noun}
THINGS = {
    "release": "an activity",
    "lock": "an activity",
    "recommend": "an activity",
    "enrol": "a course",
    "unenrol": "a course",
    "awarded": "a credential",
    "revoked": "a credential",
    "expired": "a credential",
    "renewed": "a credential",
    "restored": "a credential",
    "fired": "a rule",
    "deferred": "a rule",
    "suppressed": "a rule",
    "capped": "a rule",
    "undecided": "a rule",
    "review": "a rule",
    "announce": "an event",
    "failed": "a rule",
}
CHOOSE = "choose"
WRITTEN = ("email", "lms message", "banner")
OUTCOMES = (*THINGS, *WRITTEN, "group", "cohort", "webhook", CHOOSE)
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
        people = self._people(block)
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
                step = self._step(item, people)
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

    def _step(self, node: Mapping, people: tuple[Person, ...]) -> Step | None:
        block = Block(node, Place.STEP, self.findings)
        at = block.read("at", AT)
        who = block.text("learner")
        name = self._who(who, people)
        arrives = block.read("arrives", AT)
        twice = _yes(block.text("twice"))
        seen = [
            replace(s, arrives=s.arrives or _at(arrives), twice=s.twice or twice)
            for kind in StepKind
            for node in self._blocks(block, kind.value)
            if (s := self._sighting(node, kind)) is not None
        ]
        seen += [
            replace(s, arrives=s.arrives or _at(arrives), twice=twice)
            for node in self._blocks(block, "revoked")
            if (s := read_revocation(node, self.findings, self.names.of)) is not None
        ]
        told = read_told(block, self.findings, self.names.of, self.ruleset.facts)
        expects = self._expects(block, name, people)
        if not isinstance(at, At):
            return None
        fails = bool(block.read("lms says", LMS_SAYS))
        return Step(block.key("at").span, at, name, tuple(seen), tuple(told), expects, fails)

    def _who(self, text: Text | None, people: tuple[Person, ...]) -> str:
        if text is None:
            return people[0].name if people else ""
        for person in people:
            if text.value in (person.name, person.name.partition(" ")[0]):
                return person.name
        near = suggest(text.value, [person.name for person in people])
        self.findings.add(
            text.span,
            "E201",
            f"there is no learner `{text.value}`",
            f"did you mean `{near}`?" if near else "",
        )
        return people[0].name if people else ""

    @staticmethod
    def _blocks(block: Block, key: str) -> tuple[Mapping, ...]:
        value = block.values.get(key)
        if value is not None and isinstance(value[1], Mapping):
            return (value[1],)
        return block.blocks(key) if value is not None else ()

    # --- what is seen --------------------------------------------------------------------

    def _sighting(self, node: Mapping, kind: StepKind) -> Sighting | None:
        block = Block(node, Place.SEEN, self.findings)
        head = one_head(block, "what was seen")
        if head is None:
            return None
        key, _ = head
        noun = NOUNS[key.value]
        named = block.text(key.value)
        if named is None:
            return None
        name = named.value
        if noun in ACTIVITY_NOUNS or noun in (Noun.COURSE, Noun.EVENT):
            full = self.names.of(named, _what(noun), noun)
            if full is None:
                return None
            name = full
        course = block.text("in")
        word = Word.CHOSEN.value if kind is StepKind.CHOSEN else self._word(block, noun)
        score = read_mark(self.findings, block.text("score"))
        attempt = block.text("attempt")
        where = tuple(texts_of(block.named("where")))
        thread = block.text("thread")
        if thread is not None:
            where = (*where, (THREAD, thread.value))
        criteria = []
        for row, value in block.named("criteria"):
            mark = read_mark(self.findings, value if isinstance(value, Text) else None)
            if mark is not None:
                criteria.append((row.value, mark))
        asks = block.text("is") or block.text("score") or block.named("criteria")
        if not asks and not word and noun is not Noun.EVENT:
            block.miss("is", key.span)
            return None
        return Sighting(
            key.span,
            kind,
            noun.value,
            name,
            (self.names.of(course, "a course") or "") if course else "",
            word,
            score,
            attempt.value if attempt else "",
            tuple(criteria),
            where,
            _at(block.read("arrives", AT)),
            _yes(block.text("twice")),
        )

    def _word(self, block: Block, noun: Noun) -> str:
        text = block.text("is")
        if text is None:
            return ""
        words = {
            word: row for word, row in is_words(noun).items() if row.event or noun is Noun.LEARNER
        }
        row = words.get(text.value)
        if row is None and noun is not Noun.EVENT:
            near = suggest(text.value, list(words))
            hint = f"did you mean `{near}`?" if near else f"it may be: {', '.join(sorted(words))}"
            self.findings.add(
                text.span, "E107", f"`{text.value}` is nothing that happens to a {noun.value}", hint
            )
            return ""
        if row is not None and row.status is Status.LATER:
            self.findings.add(
                text.span, "E108", f"`{text.value}` is not in this version yet", "leave it out"
            )
        return text.value

    # --- what is expected ----------------------------------------------------------------

    def _expects(
        self, block: Block, who: str, people: tuple[Person, ...]
    ) -> tuple[Expected, ...] | None:
        if "expect" not in block:
            return None
        key, value = block.values["expect"]
        if isinstance(value, Text):
            if value.value.strip() != "nothing":
                self.findings.add(
                    value.span,
                    "E110",
                    f"`{value.value[:40]}` is nothing that can be expected",
                    "write: nothing, or {email: messages/FILE.md}",
                )
            return ()
        nodes = value.items if isinstance(value, List) else (value,)
        found = []
        for node in nodes:
            if isinstance(node, Mapping):
                expected = self._expected(node, who, people)
                if expected is not None:
                    found.append(expected)
            else:
                self.findings.add(
                    node.span,
                    "E105",
                    "an expectation wants a word, a colon and what it is",
                    "write it like: - {release: sampling-workshop}",
                )
        if not nodes:
            self.findings.add(key.span, "E106", "`expect` is empty", "write: nothing")
        return tuple(found)

    def _expected(self, node: Mapping, who: str, people: tuple[Person, ...]) -> Expected | None:
        block = Block(node, Place.EXPECTATION, self.findings)
        heads = [key for key in block.values if key in OUTCOMES]
        if len(heads) != 1:
            if block.is_whole:
                self.findings.add(
                    block.span,
                    "E111" if heads else "E106",
                    "an expectation names one thing that happens",
                    "begin it with one word such as `email:` or `release:`",
                )
            return None
        (key,) = heads
        text = next(iter(block.texts(key)), None) if key == CHOOSE else block.text(key)
        if text is None:
            return None
        name: str | None = text.value
        shown = text.value
        if key == CHOOSE:
            each = [self.names.of(one, "an activity") for one in block.texts(key)]
            name = ", ".join(one or "" for one in each) if all(each) else None
            shown = ", ".join(one.value for one in block.texts(key))
        if key in THINGS:
            name = self.names.of(text, THINGS[key])
        elif key in WRITTEN:
            name = self.names.message(text)
        if name is None:
            return None
        because, to, goes = block.text("because"), block.text("to"), block.text("go to")
        return Expected(
            text.span,
            key,
            name,
            shown,
            tuple(t.value for t in block.texts("says")),
            to.value if to else "",
            _yes(block.text("remove")),
            (self.names.of(goes, "an activity") or "") if goes else "",
            _at(block.read("until", AT)),
            because.value if because else "",
            self._who(block.text("learner"), people) if "learner" in block else who,
        )


def _what(noun: Noun) -> str:
    match noun:
        case Noun.COURSE:
            return "a course"
        case Noun.EVENT:
            return "an event"
        case _:
            return "an activity"


def _yes(text: Text | None) -> bool:
    return text is not None and text.value.strip().lower() in ("yes", "true")


def _at(value: object) -> At | None:
    return value if isinstance(value, At) else None
