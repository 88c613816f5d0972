"""CTDL-ASN (Credential Engine): a graph in JSON-LD of a framework and its competencies."""

from adapters.badges.jsonvalue import JsonObject, as_list, as_object, as_text, id_of
from adapters.frameworks.draft import Draft, UnreadableFrameworkError, code_of
from rules.frameworks import Item

FORMAT = "ctdl-asn"
FRAMEWORK, COMPETENCY = "ceasn:CompetencyFramework", "ceasn:Competency"
LINKS = (
    "isChildOf", "hasChild", "isTopChildOf", "broadAlignment", "narrowAlignment",
    "exactAlignment", "majorAlignment", "minorAlignment", "prerequisiteAlignment",
)  # fmt: skip


def is_ctdl_asn(document: object) -> bool:
    """Say whether some JSON is such a graph."""
    return any(_is(node, COMPETENCY) or _is(node, FRAMEWORK) for node in _graph(document))


def _graph(document: object) -> list[JsonObject]:
    whole = as_object(document)
    return [as_object(each) for each in as_list(whole.get("@graph") or document)]


def _is(node: JsonObject, kind: str) -> bool:
    return kind in as_list(node.get("@type"))


def read_ctdl_asn(document: object) -> Draft:
    """
    Read a graph.

    Raises:
        UnreadableFrameworkError: There is no competency in it.
    """
    graph = _graph(document)
    about = next((node for node in graph if _is(node, FRAMEWORK)), {})
    name = as_text(about.get("@id")) or FORMAT
    draft = Draft(name, _text(about.get("ceasn:name")) or name, FORMAT)
    for number, node in enumerate(graph):
        where = f"/@graph/{number}"
        if _is(node, COMPETENCY):
            _competency(draft, node, where)
        elif not _is(node, FRAMEWORK):
            draft.wrong(where, "it is neither a framework nor a competency, so it is left out")
    if not draft.items:
        raise UnreadableFrameworkError("there is no ceasn:Competency in its @graph")
    return draft


def _competency(draft: Draft, node: JsonObject, where: str) -> None:
    name = as_text(node.get("@id"))
    if not name:
        draft.wrong(where, "it has no @id, so it is left out")
        return
    text = _text(node.get("ceasn:competencyText"))
    label = _text(node.get("ceasn:competencyLabel"))
    if not text:
        draft.wrong(where, "it has no ceasn:competencyText")
    coded = as_text(node.get("ceasn:codedNotation")) or as_text(node.get("ceterms:ctid"))
    item = Item(
        id=name,
        code=code_of(coded or name.rpartition("/")[2] or name),
        title=label or text or name,
        statement=text,
        url=name if name.startswith("http") else "",
        kind="competency",
    )
    draft.add(item, where)
    for link in LINKS:
        for target in as_list(node.get(f"ceasn:{link}")):
            other = id_of(target) or as_text(as_object(target).get("@id"))
            if other:
                draft.join(link, name, other)


def _text(told: object) -> str:
    """Give a text that may be a map of languages: English first."""
    if isinstance(told, list):
        told = told[0] if told else ""
    if isinstance(told, str):
        return told
    known = {language.lower(): as_text(text) for language, text in as_object(told).items()}
    english = next((text for tag, text in known.items() if tag.startswith("en")), "")
    return english or next(iter(known.values()), "")
