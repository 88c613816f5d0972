"""
The fingerprint: a hash of what a ruleset means.

Comments, titles, texts for people, spans and the order of files and lists leave it as it is,
so that a corrected typo does not count as a new ruleset. Two ways to write the same period
are the same. Decisions store it; a loader compares the single ones to see what was edited.
"""

from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from fractions import Fraction
from functools import cache
from hashlib import sha256

from engine.naming import Activity, Course, EventKind, Unit
from engine.ruleset import Credential, Pack, Pathway, Rule, Ruleset, Skill
from engine.values import Period

FOR_PEOPLE = frozenset(
    {"title", "why", "describes", "link", "owner", "words", "span", "certificate", "endorsed_by"}
)
"""Fields that change what people read, and nothing that is decided."""

NOT_MEANING = FOR_PEOPLE | {"id", "was", "version", "live_from", "earlier", "fingerprint"}

IN_ORDER = frozenset({"levels", "steps"})
"""Fields whose order means something."""

DIGITS = 16

Thing = Activity | Course | Unit | EventKind | Credential | Skill | Pathway | Rule | Pack


def fingerprint_of(thing: Thing) -> str:
    """Hash the meaning of one thing: 16 hexadecimal digits, the same after a mere renaming."""
    return _hash(_canonical(thing))


def fingerprint(ruleset: Ruleset) -> str:
    """Hash the meaning of a ruleset: 16 hexadecimal digits."""
    parts = [f"zone {ruleset.zone}"]
    for kind, things in (
        ("pack", ruleset.packs),
        ("activity", ruleset.activities),
        ("course", ruleset.courses),
        ("unit", ruleset.units),
        ("event", ruleset.events),
        ("credential", ruleset.credentials),
        ("skill", ruleset.skills),
        ("pathway", ruleset.pathways),
        ("rule", ruleset.rules),
    ):
        for name in sorted(things):
            thing = things[name]
            was = thing.was if isinstance(thing, Credential | Rule) else ""
            parts.append(f"{kind} {name!r} {was!r} {_canonical(thing)}")
    return _hash("\n".join(parts))


WORDS = {
    "condition": "if",
    "courses": "in",
    "course": "in",
    "share": "state",
    "if_falls": "if evidence falls",
    "expires_with_part": "if a part expires",
    "sources": "evidence",
    "missing_zero": "missing",
    "pass_mark": "pass",
    "in_runs": "lms",
}
"""The author's word for a field, where it is not the field's own name."""


def changed_words(old: Thing, new: Thing) -> tuple[str, ...]:
    """Give the author's words, in order, under which two things of a kind mean other things."""
    kind: type = type(new)
    found: dict[str, None] = {}
    for name, _ in _meaningful(kind):
        if _canonical(getattr(old, name), name) != _canonical(getattr(new, name), name):
            found[WORDS.get(name, name.replace("_", " "))] = None
    return tuple(found)


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


@cache
def _meaningful(kind: type) -> tuple[tuple[str, object], ...]:
    """Give a dataclass's fields that mean something, with their defaults; () for other types."""
    if not is_dataclass(kind):
        return ()
    return tuple((f.name, f.default) for f in fields(kind) if f.name not in NOT_MEANING)


def _canonical(value: object, name: str = "") -> str:
    """Write a value so that equal meanings give equal texts."""
    match value:
        case Period():
            days = value.days
            return f"{days} days" if days is not None else f"{value.elapsed} elapsed"
        case Enum():
            return repr(value.value)
        case tuple():
            parts = [_canonical(part) for part in value]
            return f"[{', '.join(parts if name in IN_ORDER else sorted(parts))}]"
        case frozenset():
            return f"{{{', '.join(sorted(_canonical(part) for part in value))}}}"
        case Fraction():
            return f"{value.numerator}/{value.denominator}"
        case datetime() | date() | time():
            return value.isoformat()
    kind: type = type(value)
    known = _meaningful(kind)
    if known:
        # What an author left out is not written, so a new word of the language edits no old rule.
        parts = [
            f"{field}={_canonical(said, field)}"
            for field, default in known
            if (said := getattr(value, field)) != default
        ]
        return f"{type(value).__name__}({', '.join(parts)})"
    return repr(value)
