"""Our skills as a CASE 1.1 package, strictly: no property that the standard does not name."""

from datetime import datetime

from adapters.badges.jsonvalue import JsonObject
from adapters.badges.proof import zulu
from adapters.frameworks.ours import Naming
from adapters.plain.proof import plain_title
from engine.ruleset import Ruleset, Skill

VERSION = "1.1"


def case_package(ruleset: Ruleset, pack: str, naming: Naming, changed: datetime) -> JsonObject:
    """
    Give the skills of a pack as a package.

    Args:
        ruleset: With the pack in it.
        pack: Its name.
        naming: Gives identifiers.
        changed: When its files were last changed.
    """
    about = ruleset.packs[pack]
    skills = [each for name, each in ruleset.skills.items() if name.partition("/")[0] == pack]
    at = zulu(changed)
    document: JsonObject = {
        "identifier": naming.uuid("framework", pack),
        "uri": naming.uri("framework", pack),
        "frameworkType": "Competency Framework",
        "caseVersion": VERSION,
        "creator": about.owner or pack,
        "title": about.title or pack,
        "lastChangeDateTime": at,
        "language": about.language,
        "version": str(about.version),
        "adoptionStatus": "Adopted",
    }
    return {
        "CFDocument": document,
        "CFItems": [_item(skill, naming, about.language, at) for skill in skills],
        "CFAssociations": _associations(ruleset, skills, pack, naming, at),
    }


def _item(skill: Skill, naming: Naming, language: str, at: str) -> JsonObject:
    own = skill.id.partition("/")[2]
    levels = "; ".join(
        f"{level.name}: {' or '.join(map(str, level.each))}" for level in skill.levels
    )
    item: JsonObject = {
        "identifier": naming.uuid("skill", skill.id),
        "uri": naming.uri("skill", skill.id),
        "fullStatement": skill.describes,
        "abbreviatedStatement": plain_title(skill.title, skill.id)[:60],
        "humanCodingScheme": own,
        "CFItemType": "Skill",
        "language": language,
        "lastChangeDateTime": at,
    }
    return {**item, "notes": f"Levels: {levels}"} if levels else item


def _associations(
    ruleset: Ruleset, skills: list[Skill], pack: str, naming: Naming, at: str
) -> list[JsonObject]:
    wholes: dict[str, list[str]] = {}
    for skill in skills:
        for part in skill.parts:
            wholes.setdefault(part, []).append(skill.id)
    found: list[JsonObject] = []

    def join(kind: str, source: Skill, target: JsonObject, number: int) -> None:
        name = naming.uuid("association", f"{source.id} {kind} {target['uri']}")
        found.append(
            {
                "identifier": name,
                "uri": naming.uri_of(name, "association"),
                "associationType": kind,
                "sequenceNumber": number,
                "originNodeURI": _node("skill", source.id, source.title, naming),
                "destinationNodeURI": target,
                "lastChangeDateTime": at,
            }
        )

    title = ruleset.packs[pack].title or pack
    for number, skill in enumerate(skills, 1):
        above = wholes.get(skill.id, [])
        for whole in above:
            target = _node("skill", whole, ruleset.skills[whole].title, naming)
            join("isChildOf", skill, target, number)
        if not above:
            join("isChildOf", skill, _node("framework", pack, title, naming), number)
        for aligned in skill.aligns:
            if aligned.startswith("http"):
                elsewhere: JsonObject = {
                    "title": aligned,
                    "identifier": naming.uuid("elsewhere", aligned),
                    "uri": aligned,
                }
                join("isRelatedTo", skill, elsewhere, number)
    return found


def _node(kind: str, name: str, title: str, naming: Naming) -> JsonObject:
    return {
        "title": plain_title(title, name),
        "identifier": naming.uuid(kind, name),
        "uri": naming.uri(kind, name),
    }
