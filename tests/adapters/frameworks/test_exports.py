"""Ours, as others read them: from the rule file alone, the same every time."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.badges.achievement import achievement_of
from adapters.badges.issuer import web_issuer
from adapters.badges.jsonvalue import JsonObject, as_list, as_object
from adapters.frameworks.case import read_case
from adapters.frameworks.case_out import case_package
from adapters.frameworks.ctdl_asn import read_ctdl_asn
from adapters.frameworks.ctdl_out import Ctdl
from adapters.frameworks.kept import keep
from adapters.frameworks.ours import Naming
from adapters.frameworks.reading import read_framework
from adapters.frameworks.rsd import read_rsd
from adapters.frameworks.rsd_out import rsd_collection
from engine.plan import Plan
from rules.frameworks import frameworks_in
from rules.packs import read_packs
from tests.adapters.badges.case import RULES, URL, write_packs
from tests.adapters.frameworks.test_reading import CASE, milepost, written
from tests.adapters.showing.conftest import PATHWAY

NAMING = Naming(URL)
CHANGED = datetime(2026, 3, 2, tzinfo=UTC)
PROPERTIES = {
    "CFDocument": {
        "identifier", "uri", "frameworkType", "caseVersion", "creator", "title",
        "lastChangeDateTime", "officialSourceURL", "publisher", "description", "subject",
        "subjectURI", "language", "version", "adoptionStatus", "statusStartDate",
        "statusEndDate", "licenseURI", "notes", "extensions",
    },
    "CFItems": {
        "identifier", "fullStatement", "alternativeLabel", "CFItemType", "uri",
        "humanCodingScheme", "listEnumeration", "abbreviatedStatement", "conceptKeywords",
        "conceptKeywordsURI", "notes", "subject", "subjectURI", "language", "educationLevel",
        "CFItemTypeURI", "licenseURI", "statusStartDate", "statusEndDate", "lastChangeDateTime",
        "extensions",
    },
    "CFAssociations": {
        "identifier", "associationType", "sequenceNumber", "uri", "originNodeURI",
        "destinationNodeURI", "CFAssociationGroupingURI", "lastChangeDateTime", "notes",
        "extensions",
    },
}  # fmt: skip
"""What CASE 1.1 names, by the part of a package."""


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """Give the rules of a pack with a stack and a pathway."""
    return Plan(read_packs([write_packs(tmp_path, RULES + PATHWAY)]).ruleset)


def test_case_is_strict_and_read_again(plan: Plan) -> None:
    """No property that the standard does not name, and our own reader finds nothing wrong."""
    package = case_package(plan.ruleset, "p", NAMING, CHANGED)
    assert set(as_object(package["CFDocument"])) <= PROPERTIES["CFDocument"]
    for part in ("CFItems", "CFAssociations"):
        for each in as_list(package[part]):
            assert set(as_object(each)) <= PROPERTIES[part]
    assert all(
        isinstance(as_object(each)["sequenceNumber"], int)
        for each in as_list(package["CFAssociations"])
    )
    draft = read_case(json.loads(json.dumps(package)))
    assert [] == draft.problems
    assert ["Sampling"] == [item.title for item in draft.items.values()]
    assert package == case_package(plan.ruleset, "p", NAMING, CHANGED)


def test_descriptors_are_read_again(plan: Plan) -> None:
    """A Rich Skill Descriptor for each skill, with its levels as keywords."""
    collection = rsd_collection(plan.ruleset, "p", NAMING)
    draft = read_rsd(collection)
    assert [] == draft.problems
    assert ["Sampling"] == [item.title for item in draft.items.values()]


def nodes(plan: Plan, kind: str) -> Iterator[JsonObject]:
    """Yield the nodes of a kind."""
    for node in map(as_object, as_list(Ctdl(plan, "p", NAMING).graph()["@graph"])):
        if node["@type"] == kind:
            yield node


def test_ctdl_says_what_a_credential_requires(plan: Plan) -> None:
    """Conditions in words with their targets; a stack has parts, and each knows its whole."""
    by_name = {
        str(as_object(node["ceterms:name"])["en"]): node
        for node in nodes(plan, "ceterms:MicroCredential")
    }
    assert {"Sampler", "Cleaner", "Analyst"} == set(by_name)
    profile = as_object(as_list(by_name["Sampler"]["ceterms:requires"])[0])
    assert {"en": ["Sampling: proficient or better", "Sampling quiz: at least 60%"]} == (
        profile["ceterms:condition"]
    )
    assert [NAMING.uri("skill", "p/sampling")] == profile["ceterms:targetCompetency"]
    assert [by_name["Analyst"]["@id"]] == by_name["Sampler"]["ceterms:isPartOf"]
    assert {by_name["Sampler"]["@id"], by_name["Cleaner"]["@id"]} == set(
        map(str, as_list(by_name["Analyst"]["ceterms:hasPart"]))
    )
    whole = as_object(as_list(by_name["Analyst"]["ceterms:requires"])[0])
    choice = as_object(as_list(whole["ceterms:alternativeCondition"])[0])
    assert 2 == len(as_list(choice["ceterms:alternativeCondition"]))
    competencies = read_ctdl_asn(Ctdl(plan, "p", NAMING).graph()).items.values()
    assert ["Sampling"] == [item.title for item in competencies]


def test_ctdl_says_how_a_pathway_goes(plan: Plan) -> None:
    """A component for each step, a destination, and how many are required."""
    pathway = next(nodes(plan, "ceterms:Pathway"))
    end = next(
        node
        for node in nodes(plan, "ceterms:CredentialComponent")
        if "ceterms:isDestinationComponentOf" in node
    )
    assert [end["@id"]] == pathway["ceterms:hasDestinationComponent"]
    assert 4 == len(as_list(pathway["ceterms:hasPart"]))
    assert NAMING.uri("credential", "p/analyst") == end["ceterms:sourceData"]
    conditions = [as_object(each) for each in as_list(end["ceterms:hasCondition"])]
    assert [1, 1] == [each["ceterms:requiredNumber"] for each in conditions]


def test_claim_and_rule_can_t_differ(plan: Plan) -> None:
    """Badge, catalogue and CTDL say the same words, since one function writes them."""
    credential = plan.ruleset.credentials["p/sampler"]
    issuer = web_issuer(URL, "Example University")
    badge = as_object(achievement_of(plan, credential, issuer).document["criteria"])["narrative"]
    node = next(
        node
        for node in nodes(plan, "ceterms:MicroCredential")
        if as_object(node["ceterms:name"])["en"] == "Sampler"
    )
    condition = as_object(as_list(node["ceterms:requires"])[0])["ceterms:condition"]
    assert badge == "\n".join(f"- {line}" for line in as_list(as_object(condition)["en"]))


def test_what_a_name_stands_for_is_in_the_badge(tmp_path: Path) -> None:
    """`aligns: digital-skills/D.1` becomes an alignment with name, code, address and framework."""
    rules = RULES.replace("aligns: https://credential", "aligns: digital-skills/D.1 #")
    packs = write_packs(tmp_path, rules)
    source = written(tmp_path, "a.json", CASE)
    keep(read_framework(source), source, packs)
    plan = Plan(read_packs([packs]).ruleset)
    issuer = web_issuer(URL, "Example University")
    made = achievement_of(plan, plan.ruleset.credentials["p/sampler"], issuer, frameworks_in(packs))
    assert {
        "type": ["Alignment"],
        "targetName": "Finds data.",
        "targetUrl": "https://f.example/1",
        "targetCode": "D.1",
        "targetFramework": "Digital Skills",
        "targetType": "CFItem",
        "targetDescription": "Finds data.",
    } == as_list(made.document["alignment"])[0]


def test_the_verb_writes_them(tmp_path: Path) -> None:
    """To a file or to the terminal; what is no pack is told so."""
    write_packs(tmp_path, RULES + PATHWAY)
    for kind in ("case", "rsd", "ctdl"):
        out = tmp_path / f"{kind}.json"
        milepost(tmp_path, "export", kind, "packs/p", "--out", str(out), "--public-url", URL)
        assert URL in out.read_text()
        assert json.loads(milepost(tmp_path, "export", kind, "packs/p"))
    assert "is no pack" in milepost(tmp_path, "export", "case", "packs", code=2)
