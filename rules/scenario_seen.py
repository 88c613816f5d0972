"""What a scenario's step saw: one thing that the LMS tells of a learner."""

from engine.events import Word
from engine.spelling import suggest
from engine.terms import ACTIVITY_NOUNS, Noun
from engine.threads import THREAD
from rules.phrases.phrases import YES
from rules.phrases.trigger import AT
from rules.reader.block import Block, one_head
from rules.reader.findings import Findings
from rules.scenario_marks import read_mark
from rules.scenario_names import TestedNames
from rules.scenario_told import texts_of
from rules.text import Mapping, Text
from rules.timeline import Sighting, StepKind
from rules.vocabulary import is_words
from rules.words.word import Place, Status

NOUNS = {noun.value: noun for noun in Noun}


def read_sighting(node: Mapping, kind: StepKind, names: TestedNames) -> Sighting | None:
    """Read what was seen; None if it can't be known, and then why is noted."""
    findings = names.findings
    block = Block(node, Place.SEEN, findings)
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
        full = names.of(named, _what(noun), noun)
        if full is None:
            return None
        name = full
    course = block.text("in")
    word = Word.CHOSEN.value if kind is StepKind.CHOSEN else _word(block, noun, findings)
    score = read_mark(findings, block.text("score"))
    attempt = block.text("attempt")
    where = tuple(texts_of(block.named("where")))
    thread = block.text("thread")
    if thread is not None:
        where = (*where, (THREAD, thread.value))
    criteria = []
    for row, value in block.named("criteria"):
        mark = read_mark(findings, value if isinstance(value, Text) else None)
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
        (names.of(course, "a course") or "") if course else "",
        word,
        score,
        attempt.value if attempt else "",
        tuple(criteria),
        where,
        block.read("arrives", AT),
        bool(block.read("twice", YES)),
    )


def _word(block: Block, noun: Noun, findings: Findings) -> str:
    text = block.text("is")
    if text is None:
        return ""
    words = {word: row for word, row in is_words(noun).items() if row.event or noun is Noun.LEARNER}
    row = words.get(text.value)
    if row is None and noun is not Noun.EVENT:
        near = suggest(text.value, list(words))
        hint = f"did you mean `{near}`?" if near else f"it may be: {', '.join(sorted(words))}"
        findings.add(
            text.span, "E107", f"`{text.value}` is nothing that happens to a {noun.value}", hint
        )
        return ""
    if row is not None and row.status is Status.LATER:
        findings.add(
            text.span, "E108", f"`{text.value}` is not in this version yet", "leave it out"
        )
    return text.value


def _what(noun: Noun) -> str:
    match noun:
        case Noun.COURSE:
            return "a course"
        case Noun.EVENT:
            return "an event"
        case _:
            return "an activity"
