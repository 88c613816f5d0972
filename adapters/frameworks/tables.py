"""
ESCO and O*NET, whose frameworks are tables: of skills, of occupations, and of what needs what.

Each file is read by itself and added to what was read before, so that the tables of a download
can be imported one after another, in any order.
"""

from collections.abc import Iterable, Mapping

from adapters.frameworks.draft import Draft, UnreadableFrameworkError, code_of
from rules.frameworks import Item

Rows = Iterable[tuple[int, Mapping[str, str]]]

ESCO, ONET = "esco", "onet"
OCCUPATION_URI, SKILL_URI, CONCEPT_URI = "occupationUri", "skillUri", "conceptUri"
SOC, ELEMENT = "O*NET-SOC Code", "Element ID"
ONET_PAGE = "https://www.onetonline.org/link/summary/"
IMPORTANCE = "IM"
"""The scale of O*NET by which a skill's weight for an occupation is told: 1 to 5."""


def is_esco(columns: Iterable[str]) -> bool:
    """Say whether a table's columns are ESCO's."""
    return bool({CONCEPT_URI, OCCUPATION_URI, "originalSkillUri"} & set(columns))


def is_onet(columns: Iterable[str]) -> bool:
    """Say whether a table's columns are O*NET's."""
    return bool({SOC, ELEMENT} & set(columns))


def read_esco(rows: Rows) -> Draft:
    """
    Read one of ESCO's tables: concepts, or relations.

    Raises:
        UnreadableFrameworkError: It is none of those that are read.
    """
    draft = Draft(ESCO, "ESCO", ESCO, name=ESCO)
    for line, row in rows:
        where = f"line {line}"
        if OCCUPATION_URI in row and SKILL_URI in row:
            _join(draft, row.get("relationType", "essential"), row[OCCUPATION_URI],
                  row[SKILL_URI], where)  # fmt: skip
        elif "broaderUri" in row:
            _join(draft, "broader", row[CONCEPT_URI], row["broaderUri"], where)
        elif "originalSkillUri" in row:
            _join(draft, row.get("relationType", "related"), row["originalSkillUri"],
                  row.get("relatedSkillUri", ""), where)  # fmt: skip
        elif CONCEPT_URI in row:
            _concept(draft, row, where)
        else:
            raise UnreadableFrameworkError(f"{where}: it is none of the tables of ESCO")
    return draft


def _join(draft: Draft, kind: str, source: str, target: str, where: str) -> None:
    if source and target:
        draft.join(kind or "related", source, target)
    else:
        draft.wrong(where, "it does not name both ends, so it is left out")


def _concept(draft: Draft, row: Mapping[str, str], where: str) -> None:
    uri = row[CONCEPT_URI]
    title = row.get("preferredLabel", "")
    if not uri or not title:
        draft.wrong(where, "it has no conceptUri or no preferredLabel, so it is left out")
        return
    is_job = row.get("conceptType", "").casefold() == "occupation" or "/occupation/" in uri
    code = row.get("code", "") or uri.rpartition("/")[2]
    item = Item(
        id=uri,
        code=code_of(code),
        title=title,
        statement=row.get("description", "") or row.get("definition", ""),
        url=uri,
        kind="occupation" if is_job else "skill",
    )
    draft.add(item, where)


def read_onet(rows: Rows) -> Draft:
    """
    Read one of O*NET's tables: occupations, elements, or how much each needs each.

    Of several scales the importance counts; the other rows only name the element.
    """
    draft = Draft(ONET, "O*NET", ONET, name=ONET)
    for line, row in rows:
        where = f"line {line}"
        job, element = row.get(SOC, ""), row.get(ELEMENT, "")
        if not job and not element:
            draft.wrong(where, "it names neither an occupation nor an element, so it is left out")
            continue
        if element and element not in draft.items:
            draft.items[element] = Item(
                id=element,
                code=code_of(element),
                title=row.get("Element Name", "") or element,
                statement="" if job else row.get("Description", ""),
            )
        if job and job not in draft.items:
            draft.items[job] = Item(
                id=job,
                code=code_of(job),
                title=row.get("Title", "") or job,
                statement="" if element else row.get("Description", ""),
                url=f"{ONET_PAGE}{job}",
                kind="occupation",
            )
        if job and element and row.get("Scale ID", IMPORTANCE) == IMPORTANCE:
            draft.join("requires", job, element, _number(row.get("Data Value", ""), draft, where))
    return draft


def _number(text: str, draft: Draft, where: str) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        draft.wrong(where, f"{text[:40]} is no number")
        return None
