"""
A credential of the rules as an Open Badges achievement: what it takes, and what it stands for.

All of it comes from the rule file, so what is claimed and what was asked can't differ. An
achievement never changes: its address ends in a digest of its content, and rules that say
something else make another.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from adapters.badges.issuer import Issuer
from adapters.badges.jsonvalue import JsonObject, as_text
from adapters.badges.results import Measure, leaves_of, measures
from adapters.plain.criteria import as_markdown, criteria
from adapters.plain.proof import Prover
from adapters.store.badges import AchievementRow
from engine.plan import Plan
from engine.ruleset import Credential, Ruleset, Skill
from engine.terms import Noun
from rules.frameworks import Frameworks

NONE = Frameworks()
EQF = "http://data.europa.eu/snb/eqf/"
DIGITS = 16

_EQF = re.compile(r"EQF\s*(?:level\s*)?([1-8])", re.IGNORECASE)
_CREDITS = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*(.*)")
_WEB = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Achievement:
    """
    What was awarded.

    Attributes:
        id: Its address.
        credential: The full name of what it is made of.
        document: As Open Badges has it.
        measures: What is measured for it.
        image: Its author's picture, empty where it is drawn.
        endorsements: Who speaks for it, as they have signed it. They are about the achievement
            and no part of it: it stays the same when another one comes.
        related: The same in other languages; no part of it, either.
    """

    id: str
    credential: str
    document: JsonObject
    measures: tuple[Measure, ...]
    image: bytes = b""
    endorsements: tuple[JsonObject, ...] = ()
    related: tuple[JsonObject, ...] = ()

    @property
    def carried(self) -> JsonObject:
        """Give it as a credential carries it."""
        found = {"related": list(self.related), "endorsement": list(self.endorsements)}
        return {**self.document, **{name: value for name, value in found.items() if value}}

    @property
    def language(self) -> str:
        """Give the language that it is in."""
        return as_text(self.document.get("inLanguage"))

    @property
    def row(self) -> AchievementRow:
        """Give it as it is kept."""
        document = msgspec.json.encode(self.carried)
        return AchievementRow(self.id, document, self.image, self.credential)


def achievement_of(
    plan: Plan,
    credential: Credential,
    issuer: Issuer,
    frameworks: Frameworks = NONE,
    image: bytes = b"",
) -> Achievement:
    """
    Give a credential of a ruleset as an achievement.

    Args:
        plan: The rules that awarded it.
        credential: One of them.
        issuer: Whose it is.
        frameworks: What names in `aligns` are looked up in.
        image: Its author's picture, empty for one that is drawn.
    """
    measured = measures(plan.ruleset, credential)
    bare = _document(plan, credential, issuer, measured, frameworks, "")
    content = msgspec.json.encode(bare, order="sorted") + image
    digest = hashlib.sha256(content).hexdigest()[:DIGITS]
    name = issuer.address(f"achievements/{credential.id}/{digest}")
    document = _document(plan, credential, issuer, measured, frameworks, name)
    return Achievement(name, credential.id, document, measured, image)


def _document(
    plan: Plan,
    credential: Credential,
    issuer: Issuer,
    measured: tuple[Measure, ...],
    frameworks: Frameworks,
    name: str,
) -> JsonObject:
    ruleset = plan.ruleset
    pack = ruleset.pack_of(credential.id)
    found: JsonObject = {
        "id": name,
        "type": ["Achievement"],
        "name": credential.title,
        "description": credential.describes,
        "achievementType": "MicroCredential",
        "criteria": {"narrative": as_markdown(criteria(Prover(plan, pack.language), credential))},
        "creator": issuer.profile,
        "humanCode": credential.id,
        "inLanguage": pack.language,
        "version": str(pack.version),
    }
    if issuer.public_url:
        found["image"] = {"id": f"{name}/image.svg", "type": "Image", "caption": credential.title}
    alignments = alignments_of(ruleset, credential, frameworks)
    if alignments:
        found["alignment"] = alignments
    if measured:
        found["resultDescription"] = [each.description(name) for each in measured]
    number = credits_of(credential)
    if number is not None:
        found["creditsAvailable"] = number
    if tags := list(_tags(credential)):
        found["tag"] = tags
    return found


def _tags(credential: Credential) -> Iterator[str]:
    """Yield what Open Badges has no property for, in words: what it counts, and how it was."""
    if credential.credits:
        yield credential.credits
    for what, told in (
        ("Workload", credential.workload),
        ("Assessment", credential.assessment),
        ("Participation", credential.participation),
        ("Quality assurance", credential.quality_assurance),
    ):
        if told:
            yield f"{what}: {told}"


def credits_of(credential: Credential) -> float | None:
    """Give the number in `credits`, None where there is none."""
    found = _CREDITS.fullmatch(credential.credits)
    return float(found[1].replace(",", ".")) if found else None


def alignments_of(
    ruleset: Ruleset, credential: Credential, frameworks: Frameworks = NONE
) -> list[JsonObject]:
    """Give what it stands for elsewhere: its own alignments, its skills', and its level."""
    found: dict[str, JsonObject] = {}
    for written in credential.aligns:
        _align(found, written, credential, frameworks)
    for leaf in leaves_of(credential.requires):
        skill = ruleset.skills.get(leaf.name) if leaf.noun is Noun.SKILL else None
        for written in skill.aligns if skill else ():
            if skill is not None:
                _align(found, written, skill, frameworks)
    level = _EQF.search(credential.framework_level)
    if level:
        found[EQF + level[1]] = {
            "type": ["Alignment"],
            "targetName": f"EQF level {level[1]}",
            "targetUrl": EQF + level[1],
            "targetFramework": "European Qualifications Framework",
            "targetType": "ext:QualificationLevel",
        }
    return list(found.values())


FRAMEWORKS = (
    ("credentialengineregistry.org/resources/", "CTDL", "Credential Registry"),
    ("/ims/case/", "CFItem", "CASE"),
    ("data.europa.eu/esco/", "ext:ESCO", "ESCO"),
    ("onetonline.org/", "ext:ONET", "O*NET"),
)
"""What an address tells of its framework: a part of it, the type of its nodes, its name."""


TARGET_TYPES = {
    "case": "CFItem",
    "ctdl-asn": "ceasn:Competency",
    "esco": "ext:ESCO",
    "onet": "ext:ONET",
    "rsd": "ext:RSD",
}
"""What an item of a framework is to Open Badges, by the format it was imported from."""


def _align(
    found: dict[str, JsonObject], written: str, own: Credential | Skill, frameworks: Frameworks
) -> None:
    """Add what an author has written: a name in a framework, or an address with words around."""
    named = frameworks.find(written)
    if named is not None:
        framework, item = named
        url = item.url or f"urn:{framework.id}:{item.id}"
        found[url] = {
            "type": ["Alignment"],
            "targetName": item.title,
            "targetUrl": url,
            "targetCode": item.code,
            "targetFramework": framework.title,
            "targetType": TARGET_TYPES.get(framework.format, "ext:Skill"),
        }
        if item.statement:
            found[url]["targetDescription"] = item.statement
        return
    address = _WEB.search(written)
    if address is None:
        return
    alignment: JsonObject = {
        "type": ["Alignment"],
        "targetName": written.replace(address[0], "").strip(" <>()-:") or own.title,
        "targetUrl": address[0].rstrip(">)"),
        "targetDescription": own.describes,
    }
    for part, kind, framework_name in FRAMEWORKS:
        if part in address[0]:
            alignment |= {"targetType": kind, "targetFramework": framework_name}
    found[address[0]] = alignment
