"""Rich Skill Descriptors (Open Skills Network), as OSMT writes them: JSON, or a CSV of many."""

from collections.abc import Iterable, Mapping

from adapters.badges.jsonvalue import JsonObject, as_list, as_object, as_text
from adapters.frameworks.draft import Draft, UnreadableFrameworkError, code_of
from rules.frameworks import Item

FORMAT = "rsd"
TITLE = "Rich Skill Descriptors"
COLUMNS = ("RSD Name", "Skill Statement")
LINKS = {
    "Standards": "standard",
    "Certifications": "certification",
    "Alignment URL": "alignment",
    "O*NET Job Codes": "occupation",
}
SEPARATOR = ";"


def is_rsd(document: object) -> bool:
    """Say whether some JSON is one descriptor, a list of them, or a collection."""
    first = as_object(next(iter(_told(document)), None))
    return bool(first.get("skillStatement") or first.get("skillName"))


def _told(document: object) -> list[object]:
    if isinstance(document, list):
        return document
    return as_list(as_object(document).get("skills")) or as_list(document)


def read_rsd(document: object) -> Draft:
    """
    Read descriptors in JSON.

    Raises:
        UnreadableFrameworkError: There is none among them.
    """
    whole = as_object(document)
    own = as_text(whole.get("name")) if whole.get("skills") else ""
    draft = Draft(as_text(whole.get("id")) if own else FORMAT, own or TITLE, FORMAT)
    draft.id = draft.id or FORMAT
    for number, each in enumerate(_told(document)):
        _descriptor(draft, as_object(each), f"/{number}")
    if not draft.items:
        raise UnreadableFrameworkError("there is no Rich Skill Descriptor in it")
    return draft


def _descriptor(draft: Draft, told: JsonObject, where: str) -> None:
    address = as_text(told.get("id")) or as_text(told.get("@id"))
    title = as_text(told.get("skillName")) or as_text(told.get("name"))
    name = address or as_text(told.get("uuid")) or title
    if not name:
        draft.wrong(where, "it has neither an address nor a name, so it is left out")
        return
    statement = as_text(told.get("skillStatement"))
    if not statement:
        draft.wrong(where, "it has no skillStatement")
    code = address.rstrip("/").rpartition("/")[2] or name
    item = Item(
        id=name,
        code=code_of(code),
        title=title or statement,
        statement=statement,
        url=address if address.startswith("http") else "",
    )
    draft.add(item, where)
    for key, kind in (
        ("alignments", "alignment"),
        ("standards", "standard"),
        ("certifications", "certification"),
        ("occupations", "occupation"),
    ):
        for each in as_list(told.get(key)):
            linked = as_object(each)
            names = (linked.get("id"), linked.get("code"), linked.get("name"), each)
            target = next((text for text in map(as_text, names) if text), "")
            if target:
                draft.join(kind, name, target)


def is_rsd_table(columns: Iterable[str]) -> bool:
    """Say whether a table's columns are those of an OSMT export."""
    return set(COLUMNS) <= set(columns)


def read_rsd_table(rows: Iterable[tuple[int, Mapping[str, str]]]) -> Draft:
    """Read an OSMT export: rows with their line numbers."""
    draft = Draft(FORMAT, TITLE, FORMAT)
    for line, row in rows:
        title, address = row.get("RSD Name", ""), row.get("Canonical URL", "")
        name = address or title
        if not name:
            draft.wrong(f"line {line}", "it has neither an address nor a name, so it is left out")
            continue
        code = address.rstrip("/").rpartition("/")[2] or title
        item = Item(
            id=name,
            code=code_of(code),
            title=title or row.get("Skill Statement", ""),
            statement=row.get("Skill Statement", ""),
            url=address,
        )
        draft.add(item, f"line {line}")
        for column, kind in LINKS.items():
            for target in filter(None, map(str.strip, row.get(column, "").split(SEPARATOR))):
                draft.join(kind, name, target)
    return draft
