"""
A block of the author's, read beside the vocabulary.

Opening a block checks each of its words once: whether it exists here, whether it is in this
version, whether a text, a list or a block may follow it, and whether a word is missing. What
is left can be read without asking again.
"""

from typing import TypeVar

from engine.source import Span
from rules.phrases.phrases import Misread, Phrase
from rules.reader.findings import Findings
from rules.text import List, Mapping, Node, Text
from rules.vocabulary import example_at, find, home_of, suggest_at, usable, words_at
from rules.words.foreign import ELSEWHERE
from rules.words.word import Expects, Place, Status, Word

T = TypeVar("T")

FEW = 6
"""Up to so many words are listed where none is near."""
MANY = 30
"""Up to so many are listed of those that say what a block is."""


def this(place: Place) -> str:
    """Name a block as the author sees it: this rule, this credential."""
    article, _, rest = place.value.partition(" ")
    return f"this {rest}" if article in {"a", "an"} else place.value


def read_phrase(node: Text, phrase: Phrase[T], findings: Findings) -> T | None:
    """Read a text as a phrase; None where it is none, which is then noted."""
    value = phrase(node.value)
    if isinstance(value, Misread):
        findings.add(node.span, value.code, value.message, value.hint)
        return None
    return value


def _as_list(node: Node, example: str, items: Expects) -> str:
    """Write what stands after a word as the list that is wanted."""
    if isinstance(node, Text) and items.block is None:
        parts = [part.strip() for part in node.value.strip("[]").split(",")]
        return f"- {parts[0][:40]}" if len(parts) == 1 else f"[{', '.join(parts)[:60]}]"
    if isinstance(node, Mapping) and node.entries:
        key, value = node.entries[0]
        said = value.value if isinstance(value, Text) and value.value else "…"
        return f"- {key.value}: {said[:40]}"
    return example or "- …"


def inline(word: Word) -> str:
    """Give a word's example on one line."""
    first, *rest = (word.example or f"{word.key}: …").split("\n")
    inner = [line.strip() for line in rest]
    if not inner:
        return first
    if inner[0].startswith("- "):
        return f"{first} [{{{', '.join(line.removeprefix('- ') for line in inner)}}}]"
    if all(": " in line for line in inner):
        return f"{first} {{{', '.join(inner)}}}"
    return f"{first} {{{inner[0]} …}}"


def _as_item(item: Node, name: str) -> str:
    """Write an item with its colon: `email messages/a.md` is `- email: messages/a.md`."""
    place = Place.ACTION if name == "then" else Place.CONDITION
    said = item.value if isinstance(item, Text) else ""
    first, _, rest = said.partition(" ")
    first = first.removesuffix(":")
    if rest and first in usable(place):
        return f"- {first}: {rest.strip()[:40]}"
    return "- release: sampling-workshop" if name == "then" else "- quiz: sampling-quiz"


class Block:
    """
    The words of one block that may stand there, each with what follows it.

    Attributes:
        span: The first word, or the name of what the block describes.
        is_whole: False if a word was left out because it is wrong or missing.
    """

    def __init__(
        self, node: Mapping, place: Place, findings: Findings, owner: Span | None = None
    ) -> None:
        """Check the block's words; `owner` is what a missing word is missed at."""
        self.node = node
        self.place = place
        self.findings = findings
        self.span = owner or (node.entries[0][0].span if node.entries else node.span)
        self.is_whole = True
        self.values: dict[str, tuple[Text, Node]] = {}
        self.meant: set[str] = set()
        for key, value in node.entries:
            word = self._word(key)
            if word is None:
                self.is_whole = False
            elif self._fits(key, value, word.expects):
                self.values[key.value] = (key, value)
            else:
                self.meant.add(key.value)
                self.is_whole = False
        self._require()

    def _word(self, key: Text) -> Word | None:
        """Find a word in the vocabulary, or say why it can't stand here."""
        word = find(self.place, key.value)
        if word is None:
            near = suggest_at(self.place, key.value)
            otherwise = ELSEWHERE.get((self.place, key.value.casefold()), "")
            elsewhere = home_of(key.value)
            if elsewhere and near.casefold() != key.value.casefold():
                near = ""
            if otherwise:
                near = ""
            self.meant.add(near)
            hint = f"did you mean `{near}`?" if near else self._no_such(key.value, elsewhere)
            hint = otherwise or hint
            shown = key.value[:60]
            message = f"{self.place.value} has no `{shown}`" if shown else "a name is missing here"
            self.findings.add(key.span, "E102", message, hint)
            return None
        if word.status is Status.LATER:
            self.findings.add(
                key.span, "E108", f"`{key.value}` is not in this version yet", "leave it out"
            )
            return None
        if word.status is Status.RETIRED:
            self.meant.add(word.use_instead)
            self.findings.add(
                key.span,
                "E109",
                f"`{key.value}` is no word of the language",
                f"write `{word.use_instead}`",
            )
            return None
        return word

    def _no_such(self, said: str, elsewhere: Place | None) -> str:
        """Say where a word belongs, or what may stand here instead."""
        name, colon, rest = said.partition(":")
        if colon and find(self.place, name):
            return f"write a space after the colon: {name}: {rest[:40]}"
        if elsewhere:
            return f"it belongs into {elsewhere.value}"
        known = usable(self.place)
        if not known:
            return f"write it like: {example_at(self.place)}"
        if len(known) <= FEW:
            return f"it may have: {', '.join(known)}"
        heads_here = [key for key in known if _is_head(self.place, key)]
        if not heads_here:
            return f"it may have: {', '.join(known[:MANY])}"
        return f"it may say: {', '.join(heads_here[:MANY])}"

    def _fits(self, key: Text, value: Node, expects: Expects) -> bool:
        """Say whether a text, a list or a block may follow, else note it."""
        name = key.value
        match value:
            case Text() if not value.value.strip():
                self.findings.add(
                    key.span, "E106", f"`{name}` is followed by nothing", f"wants {expects.words}"
                )
                return False
            case Text() if expects.phrase or expects.free:
                return True
            case List() | Mapping() if expects.free:
                return True
            case List() if expects.items and value.items:
                return True
            case List() if expects.items:
                self.findings.add(
                    key.span,
                    "E106",
                    f"the list under `{name}` is empty",
                    "leave it out, or fill it",
                )
                return False
            case Mapping() if expects.block or expects.named:
                return True
        if expects.items and not expects.phrase:
            self.findings.add(
                key.span,
                "E104",
                f"`{name}` wants a list, each line opening with a dash",
                f"write it like: {_as_list(value, self._example(name), expects.items)}",
            )
        elif expects.phrase and not expects.block and not expects.named:
            said = "a list" if isinstance(value, List) else "a block"
            word = find(self.place, name)
            example = self._example(name) or f"{name}: {expects.phrase.example}"
            self.findings.add(
                key.span,
                "E105",
                f"`{name}` wants {expects.words}, not {said}",
                "name one here; of several, give each a dash of its own under `any:`"
                if isinstance(value, List) and word is not None and word.head and expects.of
                else f"write it like: {example}",
            )
        else:
            hint = "write its words on lines of their own, two spaces further in"
            if isinstance(value, List):
                hint = "take the dash out" if len(value.items) == 1 else "take the dashes out"
                if name == "when" and len(value.items) > 1:
                    hint = "put the list under `any:`"
            self.findings.add(key.span, "E105", f"`{name}` wants {expects.words}", hint)
        return False

    def _example(self, name: str) -> str:
        word = find(self.place, name)
        return inline(word) if word and word.example else ""

    def _require(self) -> None:
        for word in words_at(self.place).values():
            if word.required and word.key not in self.values:
                self.is_whole = False
                if word.key not in self.meant and self.node.key(word.key) is None:
                    self.miss(word.key)

    def miss(self, key: str, span: Span | None = None, example: str = "") -> None:
        """Note that a word is missing; `example` where the word's own is of something else."""
        self.is_whole = False
        word = find(self.place, key)
        self.findings.add(
            span or self.span,
            "E106",
            f"{this(self.place)} says no `{key}`",
            f"add it, for example  {example or inline(word)}" if word else f"add `{key}:`",
        )

    def __contains__(self, key: str) -> bool:
        """Say whether a word stands here with something that fits it."""
        return key in self.values

    def key(self, name: str) -> Text:
        """Give a word with its place; the block's own place where it isn't there."""
        return self.values[name][0] if name in self.values else Text(self.span, name)

    def text(self, name: str) -> Text | None:
        """Give the text after a word, None where there is none."""
        value = self.values[name][1] if name in self.values else None
        return value if isinstance(value, Text) else None

    def read(self, name: str, phrase: Phrase[T]) -> T | None:
        """Read the text after a word as a phrase; None where it is absent or wrong."""
        text = self.text(name)
        if text is None:
            return None
        value = read_phrase(text, phrase, self.findings)
        if value is None:
            self.is_whole = False
        return value

    def texts(self, name: str) -> tuple[Text, ...]:
        """Give the text or the list of texts after a word; other items are noted."""
        if name not in self.values:
            return ()
        value = self.values[name][1]
        if isinstance(value, Text):
            return (value,)
        found = []
        for item in value.items if isinstance(value, List) else ():
            if isinstance(item, Text) and item.value.strip():
                found.append(item)
            else:
                self.is_whole = False
                self.findings.add(
                    item.span,
                    "E105",
                    f"an item of `{name}` wants a text",
                    "write it after the dash",
                )
        return tuple(found)

    def phrases(self, name: str, phrase: Phrase[T]) -> tuple[T, ...]:
        """Read the text or the list of texts after a word as phrases."""
        found = []
        for text in self.texts(name):
            value = read_phrase(text, phrase, self.findings)
            if value is None:
                self.is_whole = False
            else:
                found.append(value)
        return tuple(found)

    def blocks(self, name: str) -> tuple[Mapping, ...]:
        """Give the blocks in the list after a word; other items are noted."""
        value = self.values[name][1] if name in self.values else None
        found = []
        for item in value.items if isinstance(value, List) else ():
            if isinstance(item, Mapping) and item.entries:
                found.append(item)
            else:
                self.is_whole = False
                self.findings.add(
                    item.span,
                    "E105",
                    f"an item of `{name}` wants a word, a colon and what it says",
                    f"write it like: {_as_item(item, name)}",
                )
        return tuple(found)

    def named(self, name: str) -> tuple[tuple[Text, Node], ...]:
        """Give the entries of the block of names after a word."""
        value = self.values[name][1] if name in self.values else None
        return value.entries if isinstance(value, Mapping) else ()


def heads(block: Block) -> list[tuple[Text, Word]]:
    """Give the words of a block that say what it is; one block has one."""
    found = []
    for key, _ in block.values.values():
        word = find(block.place, key.value)
        if word is not None and word.head:
            found.append((key, word))
    return found


def one_head(block: Block, what: str) -> tuple[Text, Word] | None:
    """Give the one word that says what a block is; none or two are noted (E106, E111)."""
    found = heads(block)
    if not found:
        if block.is_whole:
            choices = [key for key in usable(block.place) if _is_head(block.place, key)]
            choice = "quiz" if "quiz" in choices else choices[0]
            block.findings.add(
                block.span,
                "E106",
                f"{this(block.place)} names nothing that it is about",
                f"say first what it is about, such as `{choice}:`",
            )
        block.is_whole = False
        return None
    if len(found) > 1:
        (first, _), (second, _) = found[:2]
        block.is_whole = False
        block.findings.add(
            second.span,
            "E111",
            f"`{first.value}` and `{second.value}` stand in one {what}",
            "give each a dash of its own"
            if block.place in {Place.CONDITION, Place.ACTION, Place.SOURCE}
            else "a rule has one trigger; write a rule for each",
        )
        return None
    return found[0]


def _is_head(place: Place, key: str) -> bool:
    word = find(place, key)
    return word is not None and word.head


def only_beside(block: Block, head: Text, allowed: tuple[str, ...], what: str) -> None:
    """Note words that stand beside a head and say nothing of it (E102)."""
    for key, _ in list(block.values.values()):
        if key.value != head.value and key.value not in allowed:
            block.is_whole = False
            del block.values[key.value]
            hint = f"beside it may stand: {', '.join(allowed)}" if allowed else "take it out"
            block.findings.add(key.span, "E102", f"{what} takes no `{key.value}`", hint)
