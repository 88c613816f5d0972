"""
The names that packs declare, known before any rule is read.

So a rule that is wrong in itself is still known to others, a name of the wrong kind can be
told from an unknown one, and a pack whose file can't be read makes no further noise.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from engine.facts import NO_FACTS, Fact, Facts
from engine.source import Span
from engine.spelling import suggest
from engine.terms import Noun
from rules.phrases.phrases import FULL_NAME
from rules.reader.block import FEW, read_phrase
from rules.reader.findings import Findings
from rules.text import Mapping, Text


class Kind(StrEnum):
    """What a name may name, and the block that declares it."""

    ACTIVITY = "activities"
    COURSE = "courses"
    UNIT = "units"
    EVENT = "events"
    LIMITS = "limits"
    CERTIFICATE = "certificates"
    CREDENTIAL = "credentials"
    SKILL = "skills"
    RULE = "rules"
    PATHWAY = "pathways"


SINGULAR = {
    Kind.ACTIVITY: "activity",
    Kind.COURSE: "course",
    Kind.UNIT: "unit",
    Kind.EVENT: "event",
    Kind.LIMITS: "limits",
    Kind.CERTIFICATE: "certificate",
    Kind.CREDENTIAL: "credential",
    Kind.SKILL: "skill",
    Kind.RULE: "rule",
    Kind.PATHWAY: "pathway",
}


ASKED = frozenset(noun.value for noun in Noun)
"""Words that a trigger and a condition may begin with."""


def article(word: str) -> str:
    """Put the article before a word."""
    if word == "limits":
        return word
    return f"{'an' if word[0] in 'aeio' else 'a'} {word}"


@dataclass(frozen=True, slots=True)
class Named:
    """A declared thing: its kind, the noun that rules use for it, and where it stands."""

    kind: Kind
    noun: str
    span: Span


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rule with blanks as it was written, and its name."""

    name: Text
    node: Mapping


@dataclass(slots=True)
class Names:
    """
    All names of all packs that are read.

    Attributes:
        things: By kind, then by full name.
        levels: The level names of a skill, None where its levels could not be read.
        fields: The fields of an event.
        uses: The packs that a pack may name, by pack.
        unread: Packs with a file that could not be read: nothing of theirs is unknown.
        undeclared: Names that were told of as declared nowhere.
        patterns: Rules with blanks, by full name, as they were written.
        facts: Who answers `fact`, asked only where an author writes it.
    """

    things: dict[Kind, dict[str, Named]] = field(
        default_factory=lambda: {kind: {} for kind in Kind}
    )
    levels: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)
    uses: dict[str, frozenset[str]] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    undeclared: set[tuple[Kind, str]] = field(default_factory=set)
    patterns: dict[str, Pattern] = field(default_factory=dict)
    facts: Facts = NO_FACTS

    def find(self, full: str) -> tuple[Named, ...]:
        """Give everything of a full name, of whatever kind."""
        return tuple(found[full] for found in self.things.values() if full in found)


@dataclass(frozen=True, slots=True)
class Scope:
    """
    What a file is read in.

    Attributes:
        pack: The pack's name.
        names: All that is declared.
        findings: Where problems go.
        has_file: Whether the pack has a file of a name.
        message_files: The names of the message files that it has.
        original: In another use of a pack, the used pack; "" otherwise.
        elsewhere: Gives what the files of another pack are read in.
        same: In such a use, whether its credentials are the used pack's own.
    """

    pack: str
    names: Names
    findings: Findings
    has_file: Callable[[str], bool]
    message_files: Callable[[], Iterable[str]]
    original: str = ""
    same: bool = False
    elsewhere: Callable[[str], "Scope"] | None = None

    def of(self, text: Text) -> "Scope":
        """Give what a text's names are looked for in: this, or the pack that it speaks of."""
        return self.elsewhere(text.home) if text.home and self.elsewhere else self

    def full(self, name: str) -> str:
        """Give the full name of something in this pack, or the name if it is full."""
        pack, slash, own = name.partition("/")
        if not slash or pack == self.original:
            return f"{self.pack}/{own or name}"
        return name

    def is_unit(self, text: Text) -> bool:
        """Say whether a name is that of a unit made of activities."""
        return self.of(text).full(" ".join(text.value.split())) in self.names.things[Kind.UNIT]

    def declare(self, name: Text, kind: Kind, noun: str) -> bool:
        """Put a name into the index; one that another file has already is noted (E206)."""
        full = f"{self.pack}/{name.value}"
        first = self.names.things[kind].get(full)
        if first is not None:
            self.findings.add(
                name.span,
                "E206",
                f"{article(SINGULAR[kind])} `{name.value}` stands in two files",
                f"the first is in {first.span.file}:{first.span.line}; rename one of them",
            )
            return False
        self.names.things[kind][full] = Named(kind, noun, name.span)
        return True

    def resolve(self, text: Text, kind: Kind, noun: str = "") -> str | None:
        """
        Give the full name of what a text names, or note why it names nothing.

        Args:
            text: The name.
            kind: What it should name.
            noun: The noun the author wrote, for activities: `quiz` names only quizzes.
        """
        if text.home and self.elsewhere:
            return self.of(text).resolve(replace(text, home=""), kind, noun)
        name = read_phrase(text, FULL_NAME, self.findings)
        if name is None:
            return None
        full = self.full(name)
        pack = full.partition("/")[0]
        if pack != self.pack and self.pack in self.names.unread:
            return None
        if pack != self.pack and pack not in self.names.uses.get(self.pack, frozenset()):
            self._unknown_pack(text, pack)
            return None
        if self.same and kind is Kind.CREDENTIAL and pack == self.pack:
            full = f"{self.original}/{full.partition('/')[2]}"
        found = self.names.things[kind].get(full)
        if found is None:
            self._unknown(text, full, kind, noun)
            return None
        if noun and kind is Kind.ACTIVITY and noun not in {Noun.ACTIVITY.value, found.noun}:
            self._wrong_kind(text, found, noun)
            return None
        return full

    def fact(self, text: Text) -> Fact | None:
        """Give the fact that a text names, or note that there is none."""
        return find_fact(text, self.names.facts, self.findings)

    def _unknown_pack(self, text: Text, pack: str) -> None:
        near = suggest(pack, sorted(self.names.uses.get(self.pack, frozenset())))
        hint = (
            f"did you mean `{near}`?" if near else f"add `- {pack} VERSION` to `uses` in pack.yaml"
        )
        self.findings.add(text.span, "E203", f"this pack doesn't use a pack named `{pack}`", hint)

    def _wrong_kind(self, text: Text, found: Named, noun: str) -> None:
        said = text.value
        self.findings.add(
            text.span,
            "E202",
            f"`{noun}: {said}`: {said} is {article(found.noun)} "
            f"({_file(found.span)}:{found.span.line})",
            f"write `{found.noun}: {said}`"
            if found.noun in ASKED
            else f"{article(found.noun)} can't be asked about here",
        )

    def _unknown(self, text: Text, full: str, kind: Kind, noun: str) -> None:
        """Say what else the name names, or which one was probably meant."""
        others = self.names.find(full)
        if others and noun:
            self._wrong_kind(text, others[0], noun)
            return
        if others:
            other = others[0]
            self.findings.add(
                text.span,
                "E202",
                f"{text.value} is {article(other.noun)} ({_file(other.span)}:{other.span.line})",
                f"name {article(SINGULAR[kind])} here",
            )
            return
        pack = full.partition("/")[0]
        if pack in self.names.unread:
            return
        what = SINGULAR[kind]
        named = (
            f"`{text.value}` are no limits"
            if what == "limits"
            else f"there is no {noun or what} named `{text.value}`"
        )
        hint = "" if self.findings.are_many else self._hint(text, pack, kind)
        if hint.startswith(DECLARE):
            if (kind, full) in self.names.undeclared:
                return
            self.names.undeclared.add((kind, full))
        self.findings.add(text.span, "E201", named, hint)

    def _hint(self, text: Text, pack: str, kind: Kind) -> str:
        """Give the name that was probably meant, or the few there are, or where to declare it."""
        known = {
            name.removeprefix(f"{self.pack}/"): thing
            for name, thing in self.names.things[kind].items()
            if name.startswith(f"{pack}/")
        }
        elsewhere = [
            name
            for name in self.names.things[kind]
            if name.partition("/")[2] == text.value
            and name.partition("/")[0] in self.names.uses.get(self.pack, frozenset())
        ]
        near = elsewhere[0] if len(elsewhere) == 1 else suggest(text.value, sorted(known))
        if near:
            return f"did you mean `{near}`?"
        if 0 < len(known) <= FEW:
            return f"this pack has: {', '.join(sorted(known))}"
        where = "in pack.yaml" if kind in _IN_PACK else "in a rule file"
        return f"{DECLARE} `{kind.value}:` {where}"


DECLARE = "declare it under"
"""How the hint begins where a name is not misspelt but missing: once a name is enough."""

_IN_PACK = {
    Kind.ACTIVITY,
    Kind.COURSE,
    Kind.UNIT,
    Kind.EVENT,
    Kind.LIMITS,
    Kind.CERTIFICATE,
}


def find_fact(text: Text, facts: Facts, findings: Findings) -> Fact | None:
    """Give the installed fact that a text names, or note that there is none (E201)."""
    known = facts.known()
    found = known.get(" ".join(text.value.split()))
    if found is None:
        near = suggest(text.value, sorted(known))
        listed = f"the facts here are: {', '.join(sorted(known))}" if known else ""
        meant = f"did you mean `{near}`? " if near else ""
        hint = meant + (listed or "no plug-in is installed that answers facts")
        findings.add(text.span, "E201", f"there is no fact named `{text.value[:60]}`", hint)
    return found


def _file(span: Span) -> str:
    return span.file.rpartition("/")[2]
