"""
Our credentials and pathways as CTDL (Credential Engine): what each requires, k of n included.

A condition of a rule becomes a condition profile: its words, and what it targets. `at least 2 of`
becomes alternatives; a pathway's steps become components, with how many of them are required.
"""

from collections.abc import Iterator

from adapters.badges.achievement import credits_of
from adapters.badges.jsonvalue import JsonObject
from adapters.badges.results import leaves_of
from adapters.frameworks.ours import Naming
from adapters.plain.criteria import criteria_of
from adapters.plain.proof import Prover, plain_title
from engine.plan import Plan
from engine.ruleset import Credential, Pathway, Skill, State
from engine.terms import Condition, Group, Leaf, Noun, Quantifier

CONTEXT = "https://credreg.net/ctdl/schema/context/json"
COMPONENTS = {
    Noun.CREDENTIAL: "ceterms:CredentialComponent",
    Noun.SKILL: "ceterms:CompetencyComponent",
    Noun.COURSE: "ceterms:CourseComponent",
    Noun.QUIZ: "ceterms:AssessmentComponent",
    Noun.ASSIGNMENT: "ceterms:AssessmentComponent",
}
BASIC = "ceterms:BasicComponent"


class Ctdl:
    """Writes one pack's credentials and pathways."""

    def __init__(self, plan: Plan, pack: str, naming: Naming) -> None:
        """Take the rules, the name of a pack in them, and what gives identifiers."""
        self._ruleset = plan.ruleset
        self._pack = pack
        self._naming = naming
        self._language = plan.ruleset.packs[pack].language
        self._prover = Prover(plan, self._language)

    def graph(self) -> JsonObject:
        """Give the graph."""
        ruleset, nodes = self._ruleset, []
        nodes.append(self._organisation())
        for name, credential in ruleset.credentials.items():
            if self._is_ours(name) and credential.state is State.LIVE:
                nodes.append(self._credential(credential))
        for name, skill in ruleset.skills.items():
            if self._is_ours(name):
                nodes.append(self._competency(skill))
        for name, pathway in ruleset.pathways.items():
            if self._is_ours(name):
                nodes += self._pathway(pathway)
        return {"@context": CONTEXT, "@graph": nodes}

    def _is_ours(self, name: str) -> bool:
        return name.partition("/")[0] == self._pack

    def _named(self, kind: str, name: str, told: str, title: str) -> JsonObject:
        return {
            "@id": self._naming.uri(kind, name),
            "@type": told,
            "ceterms:ctid": self._naming.ctid(kind, name),
            "ceterms:name": {self._language: plain_title(title, name)},
        }

    def _organisation(self) -> JsonObject:
        about = self._ruleset.packs[self._pack]
        return self._named(
            "owner", self._pack, "ceterms:CredentialOrganization", about.owner or self._pack
        )

    def _credential(self, credential: Credential) -> JsonObject:
        node = self._named("credential", credential.id, "ceterms:MicroCredential", credential.title)
        node |= {
            "ceterms:description": {self._language: credential.describes},
            "ceterms:inLanguage": [self._language],
            "ceterms:ownedBy": [self._naming.uri("owner", self._pack)],
            "ceterms:credentialStatusType": "credentialStat:Active",
            "ceterms:requires": [self._profile(credential.requires, credential.title)],
        }
        wholes = [
            self._naming.uri("credential", name)
            for name, other in self._ruleset.credentials.items()
            if credential.id in set(_credentials_in(other.requires))
        ]
        if wholes:
            node["ceterms:isPartOf"] = wholes
        parts = [self._naming.uri("credential", n) for n in _credentials_in(credential.requires)]
        if parts:
            node["ceterms:hasPart"] = parts
        number = credits_of(credential)
        if number is not None:
            node["ceterms:creditValue"] = [
                {
                    "@type": "schema:QuantitativeValue",
                    "schema:value": number,
                    "schema:description": {self._language: credential.credits},
                }
            ]
        aligned = [each for each in credential.aligns if each.startswith("http")]
        if aligned:
            node["ceterms:sameAs"] = aligned
        return node

    def _profile(self, condition: Condition, title: str) -> JsonObject:
        """Give a condition as a profile: its words, its targets, and its alternatives."""
        lines = criteria_of(self._prover, condition)
        profile: JsonObject = {
            "@type": "ceterms:ConditionProfile",
            "ceterms:name": {self._language: title},
            "ceterms:condition": {self._language: [line.text for line in lines]},
        }
        targets: dict[str, list[str]] = {}
        choices: list[JsonObject] = []
        for part in _all_of(condition):
            if isinstance(part, Leaf):
                self._target(part, targets)
            elif isinstance(part, Group):
                choices.append(self._choice(part))
        profile |= targets
        if choices:
            profile["ceterms:alternativeCondition"] = choices
        return profile

    def _choice(self, group: Group) -> JsonObject:
        words = self._prover.told(group)
        inner = [self._profile(part, self._prover.told(part)) for part in group.parts]
        # CTDL has a number for a pathway's components alone; here the words say how many.
        return {
            "@type": "ceterms:ConditionProfile",
            "ceterms:description": {self._language: words},
            "ceterms:alternativeCondition": inner,
        }

    def _target(self, leaf: Leaf, targets: dict[str, list[str]]) -> None:
        kinds = {
            Noun.CREDENTIAL: ("ceterms:targetCredential", "credential"),
            Noun.SKILL: ("ceterms:targetCompetency", "skill"),
        }
        key, kind = kinds.get(leaf.noun, ("ceterms:targetAssessment", "activity"))
        if leaf.name:
            targets.setdefault(key, []).append(self._naming.uri(kind, leaf.name))

    def _competency(self, skill: Skill) -> JsonObject:
        node: JsonObject = {
            "@id": self._naming.uri("skill", skill.id),
            "@type": "ceasn:Competency",
            "ceterms:ctid": self._naming.ctid("skill", skill.id),
            "ceasn:competencyLabel": {self._language: plain_title(skill.title, skill.id)},
            "ceasn:competencyText": {self._language: skill.describes},
            "ceasn:inLanguage": [self._language],
        }
        if skill.parts:
            node["ceasn:hasChild"] = [self._naming.uri("skill", part) for part in skill.parts]
        aligned = [each for each in skill.aligns if each.startswith("http")]
        return {**node, "ceasn:exactAlignment": aligned} if aligned else node

    def _pathway(self, pathway: Pathway) -> list[JsonObject]:
        node = self._named("pathway", pathway.id, "ceterms:Pathway", pathway.title)
        node["ceterms:description"] = {self._language: pathway.describes}
        node["ceterms:ownedBy"] = [self._naming.uri("owner", self._pack)]
        end_name = f"{pathway.id}/end"
        components: list[JsonObject] = []
        conditions: list[JsonObject] = []
        for number, step in enumerate(pathway.steps, 1):
            made, condition = self._step(f"{pathway.id}/{number}", step.condition, step.title)
            for each in made:
                each["ceterms:isPartOf"] = [node["@id"]]
                if not step.required:
                    each["ceterms:componentCategory"] = {self._language: "optional"}
            components += made
            if step.required:
                conditions.append(condition)
        end = self._component(end_name, "ceterms:CredentialComponent", pathway.title)
        credential = self._ruleset.credentials.get(pathway.leads_to)
        if credential is not None:
            end["ceterms:name"] = {self._language: credential.title}
            end["ceterms:sourceData"] = self._naming.uri("credential", credential.id)
        end["ceterms:isDestinationComponentOf"] = [node["@id"]]
        end["ceterms:hasCondition"] = conditions
        node["ceterms:hasDestinationComponent"] = [end["@id"]]
        node["ceterms:hasPart"] = [each["@id"] for each in (*components, end)]
        return [node, *components, end]

    def _step(
        self, name: str, condition: Condition, title: str
    ) -> tuple[list[JsonObject], JsonObject]:
        """Give a step's components, and how many of them it asks for."""
        parts = list(condition.parts) if isinstance(condition, Group) else [condition]
        made: list[JsonObject] = []
        for number, part in enumerate(parts, 1):
            kind = COMPONENTS.get(part.noun, BASIC) if isinstance(part, Leaf) else BASIC
            words = title if title and len(parts) == 1 else self._prover.told(part)
            component = self._component(f"{name}.{number}", kind, words)
            if isinstance(part, Leaf) and part.noun is Noun.CREDENTIAL and part.name:
                component["ceterms:sourceData"] = self._naming.uri("credential", part.name)
            made.append(component)
        wanted = len(parts)
        if isinstance(condition, Group) and condition.quantifier is Quantifier.AT_LEAST:
            wanted = condition.number
        elif isinstance(condition, Group) and condition.quantifier is Quantifier.ANY:
            wanted = 1
        return made, {
            "@type": "ceterms:ComponentCondition",
            "ceterms:description": {self._language: title or self._prover.told(condition)},
            "ceterms:requiredNumber": wanted,
            "ceterms:targetComponent": [each["@id"] for each in made],
        }

    def _component(self, name: str, kind: str, title: str) -> JsonObject:
        return self._named("component", name, kind, title)


def _all_of(condition: Condition) -> Iterator[Condition]:
    """Yield what must all hold."""
    if isinstance(condition, Group) and condition.quantifier is Quantifier.ALL:
        for part in condition.parts:
            yield from _all_of(part)
    else:
        yield condition


def _credentials_in(condition: Condition) -> Iterator[str]:
    seen: set[str] = set()
    for leaf in leaves_of(condition):
        if leaf.noun is Noun.CREDENTIAL and leaf.name and leaf.name not in seen:
            seen.add(leaf.name)
            yield leaf.name
