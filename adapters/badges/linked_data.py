"""
A JSON-LD document as the statements that a signature covers.

PyLD turns the document into RDF, and pyoxigraph puts that into canonical form (RDFC-1.0): PyLD
alone leaves control characters unescaped, which other verifiers reject. PyLD drops what it
does not know without a word, and a signature would not cover it; here that is an error.
"""

from collections import Counter
from collections.abc import Iterator

from pyld import jsonld
from pyld.options import ExpandOptions, ToRdfOptions
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Quad,
    RdfFormat,
    parse,
    serialize,
)

from adapters.badges.contexts import UnknownContextError, context
from adapters.badges.jsonvalue import JsonObject, as_list, as_object, as_text
from adapters.badges.pinned import ChangedFileError

KEYWORDS = "@"
MOST_ALIKE = 6
"""Nameless nodes that look alike and hang together; their orders are all tried."""

BASE = "relative://name/"
"""What relative names are resolved against, so that they are seen."""


class LinkedDataError(Exception):
    """A document can't be read as JSON-LD, or says something that its contexts don't define."""


def _load(url: str, _options: object = None) -> JsonObject:
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": context(url),
        "tag": "static",
    }


def canonical(document: JsonObject) -> bytes:
    """
    Give a document's statements as canonical N-Quads.

    Raises:
        LinkedDataError: A context is unknown, a term undefined, or a type or an id relative.
    """
    quads = statements(document)
    refuse_poison(quads)
    return canonical_quads(quads)


def statements(document: JsonObject) -> str:
    """
    Give a document's statements as N-Quads, not yet canonical.

    Raises:
        LinkedDataError: As `canonical`.
    """
    dropped: list[str] = []
    try:
        expanded = jsonld.expand(
            document,
            ExpandOptions(documentLoader=_load, base=BASE),
            on_property_dropped=lambda name: dropped.append(str(name)),
        )
    except (UnknownContextError, ChangedFileError) as error:
        raise LinkedDataError(str(error)) from None
    except (jsonld.JsonLdError, ValueError, TypeError, RecursionError) as error:
        raise LinkedDataError(_first_cause(error)) from None
    if dropped:
        raise LinkedDataError(f"no context defines {', '.join(sorted(set(dropped)))}")
    for wrong in _relative(expanded):
        raise LinkedDataError(wrong)
    try:
        quads = jsonld.to_rdf(
            expanded, ToRdfOptions(documentLoader=_load, format="application/n-quads")
        )
    except (jsonld.JsonLdError, ValueError, TypeError) as error:
        raise LinkedDataError(_first_cause(error)) from None
    return str(quads)


def refuse_poison(quads: str) -> None:
    """
    Refuse statements whose canonical form could take for ever.

    RDFC-1.0 tries the orders of nameless nodes that look alike and hang together: nine of them
    cost half a minute, and each further one ten times that. Credentials have hardly any, as
    their parts differ or have ids.

    Raises:
        LinkedDataError: There are too many such nodes.
    """
    told: dict[str, list[str]] = {}
    hangs: set[str] = set()
    for quad in _parsed(quads):
        subject, object_ = quad.subject, quad.object
        ends = [end for end in (subject, object_) if isinstance(end, BlankNode)]
        if len(ends) > 1:
            hangs.update(end.value for end in ends)
        for end in ends:
            around = ("" if each in ends else str(each) for each in (subject, object_))
            told.setdefault(end.value, []).append(
                f"{end == subject} {quad.predicate} {' '.join(around)}"
            )
    alike = Counter("\n".join(sorted(lines)) for name, lines in told.items() if name in hangs)
    if sum(number for number in alike.values() if number > 1) > MOST_ALIKE:
        raise LinkedDataError("too many of its nameless parts look alike")


def canonical_quads(quads: str) -> bytes:
    """
    Put N-Quads into canonical form: named blank nodes, escaped signs, sorted lines.

    Raises:
        LinkedDataError: They can't be read.
    """
    dataset = Dataset(_parsed(quads))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    written = serialize(dataset, format=RdfFormat.N_QUADS)
    return b"".join(sorted(bytes(written or b"").splitlines(keepends=True)))


def _parsed(quads: str) -> list[Quad]:
    try:
        return list(parse(quads, RdfFormat.N_QUADS))
    except (SyntaxError, ValueError) as error:
        raise LinkedDataError(f"its statements can't be read: {error}") from None


def _first_cause(error: BaseException) -> str:
    """Give the innermost reason of PyLD's, which wraps each error in others."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error).partition("\n")[0] or type(error).__name__


def _relative(expanded: object) -> Iterator[str]:
    """Yield what in an expanded document is no absolute name."""
    if isinstance(expanded, list):
        for each in expanded:
            yield from _relative(each)
        return
    node = as_object(expanded)
    for name in map(as_text, as_list(node.get("@type"))):
        if "@value" not in node and _is_relative(name):
            yield f"no context defines the type {name.removeprefix(BASE)}"
    own = as_text(node.get("@id"))
    if own and _is_relative(own):
        yield f"the id {own.removeprefix(BASE)} is not a whole address"
    for key, value in node.items():
        if not key.startswith(KEYWORDS) or key in {"@list", "@set", "@graph", "@included"}:
            yield from _relative(value)


def _is_relative(name: str) -> bool:
    return name.startswith(BASE) or ":" not in name
