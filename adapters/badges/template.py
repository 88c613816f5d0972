"""
Canonical statements in bulk: documents of one shape are read as JSON-LD once.

PyLD needs six milliseconds for a badge, most of it to find out again what each term means. Of
badges of one achievement only a few texts differ. So a document's shape is expanded once, with a
slot for every such text; for each further document its texts are put into the slots, escaped,
and the statements are brought into canonical form as ever. The plain way stays the reference: a
new shape, and now and then a document, is read both ways and must come out the same.
"""

from collections.abc import Iterator
from functools import lru_cache

import msgspec

from adapters.badges.jsonvalue import JsonObject
from adapters.badges.linked_data import canonical, canonical_quads, statements

WHOLE = frozenset(
    {"@context", "type", "issuer", "achievement", "credentialSchema", "statusPurpose"}
)
"""What is the same throughout a batch, or decides what a document means."""

IRIS = frozenset(
    {"id", "resultDescription", "achievedLevel", "statusListCredential", "verificationMethod"}
)
"""Whose texts are addresses."""

MARK = "x7f3a9c1e5b2d4680x"
"""Around a slot's number; a document that holds it by chance goes the plain way."""

IRI = "urn:x:"
FORBIDDEN = frozenset('<>"{}|^`\\') | {chr(sign) for sign in range(0x21)}
COMPARED_EVERY = 256
"""How often a document of a known shape is read both ways."""

Path = tuple[str | int, ...]


class TemplateError(AssertionError):
    """The two ways gave different statements, so nothing may be signed by either."""


def canonical_in_bulk(document: JsonObject) -> bytes:
    """
    Give a document's canonical statements, quickly where its shape is known.

    Raises:
        LinkedDataError: As `canonical`.
        TemplateError: The quick way gave something else than the plain one.
    """
    if "proof" in document:  # its words are terms, not texts
        return canonical(document)
    slots = list(_slots(document, ()))
    values = [value for _, _, value in slots]
    if any(is_iri and not _is_plain(value) for _, is_iri, value in slots):
        return canonical(document)
    if MARK.encode() in msgspec.json.encode(document):
        return canonical(document)
    shape = _shape(document, slots)
    parts = _template(shape)
    _uses[shape] = number = _uses.get(shape, -1) + 1
    quads = _filled(parts, values, [is_iri for _, is_iri, _ in slots])
    found = canonical_quads(quads)
    if number % COMPARED_EVERY == 0 and found != canonical(document):
        raise TemplateError("the quick way and the plain one gave different statements")
    return found


_uses: dict[bytes, int] = {}


def _is_plain(iri: str) -> bool:
    """Say whether an address stands in statements as it is."""
    return ":" in iri and FORBIDDEN.isdisjoint(iri) and iri.isascii()


def _slots(value: object, path: Path) -> Iterator[tuple[Path, bool, str]]:
    """Yield the texts that differ from document to document: where, whether an address, what."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in WHOLE:
                continue
            if isinstance(inner, str):
                yield (*path, key), key in IRIS, inner
            else:
                yield from _slots(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _slots(inner, (*path, number))


def _shape(document: JsonObject, slots: list[tuple[Path, bool, str]]) -> bytes:
    """Give a document with numbered slots in place of its texts."""
    copy = msgspec.json.decode(msgspec.json.encode(document), type=JsonObject)
    for number, (path, is_iri, _) in enumerate(slots):
        place: object = copy
        for step in path[:-1]:
            place = place[step] if isinstance(place, dict | list) else place  # type: ignore[index] # the path is of this very document
        if isinstance(place, dict):
            place[path[-1]] = f"{IRI if is_iri else ''}{MARK}{number}{MARK}"
    return msgspec.json.encode(copy)


@lru_cache(512)
def _template(shape: bytes) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Give the statements of a shape, cut at its slots, and the slots in their order."""
    quads = statements(msgspec.json.decode(shape, type=JsonObject))
    texts: list[str] = []
    numbers: list[int] = []
    for part in quads.replace(f"{IRI}{MARK}", MARK).split(MARK):
        if len(texts) > len(numbers):
            numbers.append(int(part))
        else:
            texts.append(part)
    return tuple(texts), tuple(numbers)


def _filled(
    template: tuple[tuple[str, ...], tuple[int, ...]], values: list[str], iris: list[bool]
) -> str:
    texts, numbers = template
    written = [
        value if is_iri else _escaped(value) for value, is_iri in zip(values, iris, strict=True)
    ]
    found = [texts[0]]
    for number, text in zip(numbers, texts[1:], strict=True):
        found += (written[number], text)
    return "".join(found)


def _escaped(text: str) -> str:
    for sign, written in ESCAPES:
        text = text.replace(sign, written)
    return text


ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))
