"""The vocabulary as a page to read and as rows for programs: every word, once."""

from collections.abc import Iterable

from engine.facts import Fact
from engine.spelling import suggest
from engine.terms import Noun
from rules.vocabulary import TABLE
from rules.words.said import IS_WORDS
from rules.words.word import IsWord, Place, Status, Word

HEADINGS = {
    Place.PACK: "pack.yaml",
    Place.USE: "A pack that is used again, under `uses`",
    Place.ACTIVITY: "An activity, under `activities`",
    Place.COURSE: "A course, under `courses`",
    Place.RUN: "A run of a course, under `runs`",
    Place.UNIT: "A unit, under `units`",
    Place.EVENT: "An event, under `events`",
    Place.LIMITS: "Limits",
    Place.CERTIFICATE: "A certificate, under `certificates`",
    Place.FILE: "A rule file",
    Place.CREDENTIAL: "A credential, under `credentials`",
    Place.SKILL: "A skill, under `skills`",
    Place.PATHWAY: "A pathway, under `pathways`",
    Place.PATH_STEP: "A step, under `steps`",
    Place.SOURCE: "A source of evidence, under `evidence`",
    Place.PATTERN: "A pattern, under `patterns`",
    Place.TRANSLATION: "Another language, under `translations`",
    Place.TOLD: "A credential or a skill, in another language",
    Place.RULE: "A rule, under `rules`",
    Place.WHEN: "Triggers, under `when`",
    Place.LEAF: "A thing and what is asked of it, in triggers and conditions",
    Place.CONDITION: "Other conditions, under `if` and `requires`",
    Place.SCORES: "Scores by date, under `score`",
    Place.MARKS: "Pass marks by date, under `pass`",
    Place.MASTERIES: "Levels by date, under a level of a skill",
    Place.ACTION: "Actions, under `then`",
    Place.TESTS: "A test file",
    Place.LEARNER: "A test's learner",
    Place.SCENARIO: "A scenario with rows, or with a history",
    Place.STEP: "A step of a scenario",
    Place.SEEN: "What was seen, in a step",
    Place.REVOCATION: "What a person revokes, in a step",
    Place.GRANT: "What a person awards by hand, in a step",
    Place.ANSWER: "A person's answer, in a step",
    Place.EXPECTATION: "Expectations, under `expect`",
}


def rows(words: Iterable[Word] = TABLE) -> list[dict[str, str | bool | int]]:
    """Give each word as a row of names and values."""
    return [
        {
            "word": word.key,
            "where": word.place.value,
            "expects": word.expects.words,
            "required": word.required,
            "status": word.status.value,
            "use_instead": word.use_instead,
            "since": word.since,
            "help": word.help,
            "example": word.example,
        }
        for word in words
    ]


def is_rows(words: Iterable[IsWord] = IS_WORDS) -> list[dict[str, str | bool | list[str]]]:
    """Give each word after `is` as a row of names and values."""
    return [
        {
            "word": row.word,
            "of": [noun.value for noun in Noun if noun in row.nouns],
            "event": row.event,
            "state": row.state,
            "status": row.status.value,
            "help": row.help,
        }
        for row in words
    ]


def fact_rows(facts: Iterable[Fact]) -> list[dict[str, str | list[str]]]:
    """Give each fact of an installed plug-in as a row of names and values."""
    return [
        {"fact": fact.word, "listens_to": list(fact.listens_to), "help": fact.help}
        for fact in facts
    ]


def plain_facts(facts: Iterable[Fact]) -> str:
    """Give the facts of installed plug-ins for a terminal."""
    lines = []
    for fact in facts:
        lines += ["", f"fact: {fact.word}    (a plug-in's)", f"    {fact.help}"]
        if fact.listens_to:
            lines.append(f"    Asked again after: {', '.join(fact.listens_to)}.")
    return "\n".join(lines) + "\n" if lines else ""


def look_up(asked: str) -> tuple[tuple[Word, ...], tuple[IsWord, ...]]:
    """Give the rows of a word wherever it stands; the nearest word's where there is none."""
    keys = {word.key for word in TABLE} | {row.word for row in IS_WORDS}
    key = asked if asked in keys else suggest(asked, sorted(keys))
    return (
        tuple(word for word in TABLE if word.key == key),
        tuple(row for row in IS_WORDS if row.word == key),
    )


def markdown() -> str:
    """Give the whole vocabulary as one page."""
    parts = [
        "# The words of the rule language\n",
        (
            "Written by `milepost words --markdown`; do not edit it by hand. A word that is not "
            "here does not exist. *Required* words must be there; words of a *later* version are "
            "refused, never ignored.\n"
        ),
    ]
    for place, heading in HEADINGS.items():
        words = [word for word in TABLE if word.place is place]
        parts.append(f"## {heading}\n")
        parts.extend(_entry(word) for word in words if word.status is Status.BUILT)
        later = [f"`{word.key}`" for word in words if word.status is Status.LATER]
        if later:
            parts.append(f"Later: {', '.join(later)}.\n")
        foreign = [
            f"`{word.key}` is `{word.use_instead}`"
            for word in words
            if word.status is Status.RETIRED
        ]
        if foreign:
            parts.append(f"From elsewhere: {', '.join(foreign)}.\n")
    parts.append("## Words after `is`\n")
    parts.append(
        "An *event* happens and triggers a rule; a *state* is so, and triggers one only with "
        "`for`. A word that is both is an event in `when`, unless `for` follows.\n"
    )
    parts.append("| word | of | event | state | meaning |\n| --- | --- | --- | --- | --- |")
    parts.extend(
        f"| `{row.word}` | {', '.join(noun.value for noun in Noun if noun in row.nouns)} "
        f"| {'yes' if row.event else ''} | {'yes' if row.state else ''} | {row.help} |"
        for row in IS_WORDS
        if row.status is Status.BUILT
    )
    return "\n".join(parts) + "\n"


def _entry(word: Word) -> str:
    required = " (required)" if word.required else ""
    example = f"\n\n```yaml\n{word.example}\n```" if word.example else ""
    return f"### `{word.key}`{required}\n\n{word.help} Wants {word.expects.words}.{example}\n"


def plain(words: tuple[Word, ...], said: tuple[IsWord, ...]) -> str:
    """Give words as lines for a terminal."""
    lines = []
    for word in words:
        status = "" if word.status is Status.BUILT else f" ({word.status.value})"
        lines.append(f"{word.key}{status} - in {word.place.value}")
        lines.append(f"  {word.help}")
        if word.use_instead:
            lines.append(f"  Write instead: {word.use_instead}")
        if word.status is Status.BUILT:
            lines.append(f"  Wants {word.expects.words}.")
        lines.extend(f"    {line}" for line in word.example.split("\n") if line)
        lines.append("")
    for row in said:
        status = "" if row.status is Status.BUILT else f" ({row.status.value})"
        kind = " and ".join(
            kind for kind, so in (("an event", row.event), ("a state", row.state)) if so
        )
        nouns = ", ".join(noun.value for noun in Noun if noun in row.nouns)
        lines.append(f"is: {row.word}{status} - {kind} of: {nouns}")
        lines.append(f"  {row.help}")
        lines.append("")
    return "\n".join(lines)
