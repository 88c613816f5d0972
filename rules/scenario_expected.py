"""What a scenario's step expects, all of it: nothing, one thing or a list."""

from rules.phrases.phrases import YES
from rules.phrases.trigger import AT
from rules.reader.block import Block
from rules.scenario_names import TestedNames
from rules.text import List, Mapping, Text
from rules.timeline import Expected
from rules.words.word import Place

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


def read_expects(block: Block, who: str, names: TestedNames) -> tuple[Expected, ...] | None:
    """Read what a step of a learner expects; None where it expects nothing in particular."""
    findings = names.findings
    if "expect" not in block:
        return None
    key, value = block.values["expect"]
    if isinstance(value, Text):
        if value.value.strip() != "nothing":
            findings.add(
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
            expected = _expected(node, who, names)
            if expected is not None:
                found.append(expected)
        else:
            findings.add(
                node.span,
                "E105",
                "an expectation wants a word, a colon and what it is",
                "write it like: - {release: sampling-workshop}",
            )
    if not nodes:
        findings.add(key.span, "E106", "`expect` is empty", "write: nothing")
    return tuple(found)


def _expected(node: Mapping, who: str, names: TestedNames) -> Expected | None:
    block = Block(node, Place.EXPECTATION, names.findings)
    heads = [key for key in block.values if key in OUTCOMES]
    if len(heads) != 1:
        if block.is_whole:
            names.findings.add(
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
        each = [names.of(one, "an activity") for one in block.texts(key)]
        name = ", ".join(one or "" for one in each) if all(each) else None
        shown = ", ".join(one.value for one in block.texts(key))
    if key in THINGS:
        name = names.of(text, THINGS[key])
    elif key in WRITTEN:
        name = names.message(text)
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
        bool(block.read("remove", YES)),
        (names.of(goes, "an activity") or "") if goes else "",
        block.read("until", AT),
        because.value if because else "",
        names.who(block.text("learner")) if "learner" in block else who,
    )
