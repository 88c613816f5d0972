"""How far a rule is live: a draft, live, live for a share of learners, retired; when to ask."""

import re
from dataclasses import dataclass
from fractions import Fraction

from engine.ruleset import State
from rules.phrases.phrases import Misread, Phrase, wrong

_SHARE = re.compile(r"live for (\d{1,2}(?:\.\d{1,4})?|100) ?% of learners")
_MESSAGES = re.compile(r"(\d{1,7}) messages?")
WORDS = tuple(state.value for state in State)
CANARY = "live for 10% of learners"


@dataclass(frozen=True, slots=True)
class Stage:
    """A state, and for `live` the share of learners that it is live for; None for all."""

    state: State
    share: Fraction | None = None


def read_stage(text: str) -> Stage | Misread:
    """Read a rule's state."""
    if text in WORDS:
        return Stage(State(text))
    found = _SHARE.fullmatch(text)
    if found is None:
        if text.startswith("live for") or "%" in text:
            return wrong(text, "a state", CANARY)
        if text.lower() in WORDS:
            return wrong(text, "a state", text.lower())
        return Misread(f"`{text[:60]}` is not a state", f"write one of: {', '.join(WORDS)}")
    share = Fraction(found.group(1)) / 100
    if not share:
        return Misread("a rule that is live for nobody is a draft", "write it like: draft")
    return Stage(State.LIVE, None if share == 1 else share)


STAGE = Phrase(
    "a state",
    rf"({'|'.join(WORDS)}|live for \d{{1,3}}(\.\d{{1,4}})? ?% of learners)",
    CANARY,
    read_stage,
    (*WORDS, CANARY),
)


def read_messages(text: str) -> int | Misread:
    """Read `500 messages`."""
    found = _MESSAGES.fullmatch(text)
    if found is None:
        return wrong(text, "a number of messages", "500 messages")
    return int(found.group(1))


MESSAGES = Phrase("a number of messages", r"\d{1,7} messages?", "500 messages", read_messages)
