"""Pages that list what the language knows: whole, and nothing made up."""

import re
from pathlib import Path

from notifications.tokens import TOKENS
from rules.phrases.marks import HALF_AFTER, PROGRESS, SCORE, TIMES, WHICH
from rules.phrases.phrases import COMPARISON, COUNT, MASTERY
from rules.phrases.time import CAP, DUE, HAPPENED, HOURS, LONG_PERIOD, PERIOD
from rules.phrases.trigger import EVERY, OFFSET

DOCS = Path(__file__).parents[2] / "docs"
KINDS = {
    "score": COMPARISON,
    "points": COMPARISON,
    "crossing": SCORE,
    "attempt": WHICH,
    "share": PROGRESS,
    "times": TIMES,
    "half after": HALF_AFTER,
    "period": PERIOD,
    "long period": LONG_PERIOD,
    "count": COUNT,
    "mastery": MASTERY,
    "quiet hours": HOURS,
    "cap": CAP,
    "due": DUE,
    "when it happened": HAPPENED,
    "every": EVERY,
    "course start, course end": OFFSET,
}


def test_the_page_of_messages_lists_every_token() -> None:
    """A token that is not on the page would be known to nobody."""
    listed = re.findall(
        r"^\| `\{\{ ([a-z_.]+) \}\}`", (DOCS / "messages.md").read_text(), re.MULTILINE
    )

    assert sorted(TOKENS) == sorted(listed)


def test_every_phrase_on_the_page_is_understood() -> None:
    """Each example reads as what its row says it is."""
    rows = re.findall(
        r"^\| ([a-z, ]+) \| (`[^|]+) \|", (DOCS / "phrases.md").read_text(), re.MULTILINE
    )
    examples = {name: re.findall("`([^`]+)`", written) for name, written in rows}

    assert set(KINDS) <= set(examples)
    wrong = [
        example
        for name, phrase in KINDS.items()
        for example in examples[name]
        if type(phrase(example)).__name__ == "Misread"
    ]
    assert [] == wrong
