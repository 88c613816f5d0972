"""Our skills as Rich Skill Descriptors."""

from adapters.badges.jsonvalue import JsonObject
from adapters.frameworks.ours import Naming
from adapters.plain.proof import plain_title
from engine.ruleset import Ruleset

CONTEXT = "https://rsd.openskillsnetwork.org/context-v1.json"


def rsd_collection(ruleset: Ruleset, pack: str, naming: Naming) -> JsonObject:
    """Give the skills of a pack as a collection of descriptors."""
    about = ruleset.packs[pack]
    skills: list[JsonObject] = [
        {
            "@context": CONTEXT,
            "type": "RichSkillDescriptor",
            "id": naming.uri("skill", skill.id),
            "uuid": naming.uuid("skill", skill.id),
            "skillName": plain_title(skill.title, skill.id),
            "skillStatement": skill.describes,
            "category": about.title or pack,
            "keywords": [level.name for level in skill.levels],
            "author": {"name": about.owner or pack},
            "status": "published",
            "alignments": [{"id": aligned} for aligned in skill.aligns],
        }
        for name, skill in ruleset.skills.items()
        if name.partition("/")[0] == pack
    ]
    return {
        "@context": CONTEXT,
        "type": "RichSkillCollection",
        "id": naming.uri("framework", pack),
        "name": about.title or pack,
        "skills": skills,
    }
