"""
CASE packages (1EdTech Competencies and Academic Standards Exchange, 1.0 and 1.1), leniently.

Real ones break the schema in many ways: numbers as texts, nulls, further properties, nodes that
point elsewhere. What can be used is used, the rest is told.
"""

from adapters.badges.jsonvalue import JsonObject, as_list, as_object, as_text
from adapters.frameworks.draft import Draft, UnreadableFrameworkError, code_of
from rules.frameworks import Item

FORMAT = "case"
ASSOCIATIONS = frozenset(
    {
        "isChildOf", "isPeerOf", "isPartOf", "exactMatchOf", "precedes", "isRelatedTo",
        "replacedBy", "exemplar", "hasSkillLevel", "isTranslationOf",
    }
)  # fmt: skip
REQUIRED = ("identifier", "uri", "fullStatement")


def is_case(document: object) -> bool:
    """Say whether some JSON is a CASE package."""
    return "CFDocument" in as_object(document)


def read_case(document: object) -> Draft:
    """
    Read a CASE package.

    Raises:
        UnreadableFrameworkError: It has no document, or nothing that tells it from others.
    """
    package = as_object(document)
    about = as_object(package.get("CFDocument"))
    name = as_text(about.get("identifier")) or as_text(about.get("uri"))
    if not name:
        raise UnreadableFrameworkError("/CFDocument: it has no identifier")
    draft = Draft(name, as_text(about.get("title")) or name, FORMAT)
    if not about.get("title"):
        draft.wrong("/CFDocument", "it has no title")
    for number, each in enumerate(as_list(package.get("CFItems"))):
        _item(draft, as_object(each), f"/CFItems/{number}")
    for number, each in enumerate(as_list(package.get("CFAssociations"))):
        _association(draft, as_object(each), f"/CFAssociations/{number}")
    return draft


def _item(draft: Draft, told: JsonObject, where: str) -> None:
    name = as_text(told.get("identifier")) or as_text(told.get("uri"))
    if not name:
        draft.wrong(where, "it has no identifier, so it is left out")
        return
    for lacking in (each for each in REQUIRED if not as_text(told.get(each))):
        draft.wrong(where, f"it has no {lacking}")
    statement = as_text(told.get("fullStatement"))
    short = as_text(told.get("abbreviatedStatement"))
    code = as_text(told.get("humanCodingScheme")) or name
    item = Item(
        id=name,
        code=code_of(code),
        title=short or statement or code,
        statement=statement,
        url=as_text(told.get("uri")),
        kind=as_text(told.get("CFItemType")) or "item",
    )
    draft.add(item, where)


def _association(draft: Draft, told: JsonObject, where: str) -> None:
    kind = as_text(told.get("associationType"))
    if kind not in ASSOCIATIONS:
        draft.wrong(where, f"{kind or 'nothing'} is no type of association in CASE")
    source, target = _node(told.get("originNodeURI")), _node(told.get("destinationNodeURI"))
    if not source or not target:
        draft.wrong(where, "it does not name both its nodes, so it is left out")
        return
    draft.join(kind or "isRelatedTo", source, target, own=as_text(told.get("identifier")))


def _node(told: object) -> str:
    """Give a node's identifier, by which items are named; else its address."""
    node = as_object(told)
    return as_text(node.get("identifier")) or as_text(node.get("uri")) or as_text(told)
