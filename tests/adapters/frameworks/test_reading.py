"""Other people's frameworks: read leniently, told what is wrong, kept once, never lost."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.frameworks.case import read_case
from adapters.frameworks.draft import UnreadableFrameworkError
from adapters.frameworks.kept import keep
from adapters.frameworks.reading import Format, read_framework
from rules.frameworks import ENDING, FOLDER, frameworks_in
from tests.adapters.serve.service_process import REPOSITORY

CASE = {
    "CFDocument": {"identifier": "doc-1", "title": "Digital Skills", "creator": None},
    "CFItems": [
        {"identifier": "i-1", "uri": "https://f.example/1", "fullStatement": "Finds data.",
         "humanCodingScheme": "D.1", "educationLevel": ["06"], "CFDocumentURI": {"x": 1}},
        {"identifier": "i-2", "uri": "https://f.example/2", "fullStatement": "Repairs data."},
        {"identifier": "i-2", "uri": "https://f.example/2b", "fullStatement": "Twice."},
        {"fullStatement": "Nobody."},
        None,
    ],
    "CFAssociations": [
        {"identifier": "a-1", "associationType": "isChildOf", "sequenceNumber": "1",
         "originNodeURI": {"identifier": "i-2"}, "destinationNodeURI": {"identifier": "i-1"}},
        {"identifier": "a-2", "associationType": "exactMatchOf",
         "originNodeURI": {"identifier": "i-1"},
         "destinationNodeURI": {"uri": "https://elsewhere.example/9"}},
        {"identifier": "a-3", "associationType": "likes", "originNodeURI": "i-1",
         "destinationNodeURI": "i-2"},
        {"identifier": "a-4", "associationType": "isPartOf", "originNodeURI": None},
    ],
}  # fmt: skip
RSD = [
    {"@context": "https://rsd.openskillsnetwork.org/context-v1.json",
     "type": "RichSkillDescriptor", "id": "https://skills.example/api/skills/ab12",
     "skillName": "Sampling", "skillStatement": "Draw a sample that fits the question.",
     "alignments": [{"id": "https://f.example/1"}], "occupations": [{"code": "15-2041"}]},
    {"skillName": "Cleaning"},
]  # fmt: skip
RSD_TABLE = (
    "Canonical URL,RSD Name,Skill Statement,Standards,O*NET Job Codes\n"
    'https://skills.example/1,Sampling,"Draw a sample,\nand say why.",CC.1;CC.2,15-2041\n'
    ",,nothing,,\n"
)
CTDL_ASN = {
    "@context": "https://credreg.net/ctdlasn/schema/context/json",
    "@graph": [
        {"@type": "ceasn:CompetencyFramework", "@id": "https://r.example/resources/ce-f",
         "ceasn:name": {"es": "Datos", "en-US": "Data"}},
        {"@type": "ceasn:Competency", "@id": "https://r.example/resources/ce-1",
         "ceasn:codedNotation": "A 1", "ceasn:competencyText": {"en-US": "Finds data."},
         "ceasn:isChildOf": ["https://r.example/resources/ce-f"]},
        {"@type": "ceterms:Course", "@id": "https://r.example/resources/ce-9"},
    ],
}  # fmt: skip
ESCO_SKILLS = (
    "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,description\n"
    "KnowledgeSkillCompetence,http://data.europa.eu/esco/skill/s1,skill,,clean data,Repairs it.\n"
    "KnowledgeSkillCompetence,,skill,,nothing,\n"
)
ESCO_JOBS = (
    "conceptType,conceptUri,iscoGroup,preferredLabel,code\n"
    "Occupation,http://data.europa.eu/esco/occupation/o1,2511,data analyst,2511.3\n"
)
ESCO_NEEDS = (
    "occupationUri,relationType,skillType,skillUri\n"
    "http://data.europa.eu/esco/occupation/o1,essential,skill,http://data.europa.eu/esco/skill/s1\n"
)
ONET = (
    "O*NET-SOC Code\tTitle\tElement ID\tElement Name\tScale ID\tData Value\n"
    "15-2041.00\tStatisticians\t2.A.1.e\tMathematics\tIM\t4.75\n"
    "15-2041.00\tStatisticians\t2.A.1.e\tMathematics\tLV\t5.88\n"
    "15-2041.00\tStatisticians\t2.A.1.a\tReading\tIM\tmuch\n"
)


def written(folder: Path, name: str, content: object) -> Path:
    """Write a file."""
    path = folder / name
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "content", "form", "items", "associations", "problems"),
    [
        ("a.json", CASE, "case", ["D.1", "i-2"], 3, 5),
        ("b.json", RSD, "rsd", ["ab12", "Cleaning"], 2, 1),
        ("c.csv", RSD_TABLE, "rsd", ["1"], 3, 1),
        ("d.json", CTDL_ASN, "ctdl-asn", ["A-1"], 1, 1),
        ("e.csv", ESCO_SKILLS, "esco", ["s1"], 0, 1),
        ("f.csv", ESCO_JOBS, "esco", ["2511.3"], 0, 0),
        ("g.csv", ESCO_NEEDS, "esco", [], 1, 0),
        ("h.txt", ONET, "onet", ["2.A.1.e", "15-2041.00", "2.A.1.a"], 2, 1),
    ],
)
def test_what_can_be_used_is_used(
    tmp_path: Path, name: str, content: object, form: str, items: list[str],
    associations: int, problems: int,
) -> None:  # fmt: skip
    """The format is found out; what is wrong is told with its place, and the rest is there."""
    draft = read_framework(written(tmp_path, name, content))
    found = draft.made()
    assert form == found.format
    assert items == [item.code for item in found.items]
    assert associations == len(found.associations)
    assert problems == len(found.problems), found.problems
    assert all(": " in problem for problem in found.problems)


def test_what_points_elsewhere_stays(tmp_path: Path) -> None:
    """An association whose other end is in another framework is kept, by its address."""
    draft = read_framework(written(tmp_path, "a.json", CASE))
    kept = {a.id: (a.kind, a.source, a.target) for a in draft.made().associations}
    assert ("exactMatchOf", "i-1", "https://elsewhere.example/9") == kept["a-2"]


@pytest.mark.parametrize(
    ("content", "asked", "because"),
    [
        ("", None, "line 1: its columns are none of"),
        ("{", None, "it is no JSON"),
        ("[]", None, "this JSON is no CASE package"),
        ('{"a": 1}', Format.CASE, "/CFDocument: it has no identifier"),
        ('{"a": 1}', Format.ESCO, "esco is read from tables, and this is JSON"),
        ("a,b\n1,2\n", Format.CASE, "case is read from JSON, and this is none"),
        ("a,b\n1,2\n", Format.ESCO, "line 2: it is none of the tables of ESCO"),
        ("{}", Format.CTDL_ASN, "there is no ceasn:Competency"),
        ("{}", Format.RSD, "there is no Rich Skill Descriptor"),
    ],
)
def test_what_is_none_is_told_so(
    tmp_path: Path, content: str, asked: Format | None, because: str
) -> None:
    """A file that is no framework gets a sentence with the place."""
    with pytest.raises(UnreadableFrameworkError, match=because):
        read_framework(written(tmp_path, "x", content), asked)


def test_bytes_that_are_no_text_are_told_where(tmp_path: Path) -> None:
    """Not UTF-8, and from which byte on."""
    path = tmp_path / "x.csv"
    path.write_bytes(b"conceptUri,preferredLabel\nx,caf\xe9\n")
    with pytest.raises(UnreadableFrameworkError, match="byte 31: it is not UTF-8"):
        read_framework(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@given(JSON, JSON, JSON)
def test_no_package_breaks_the_reader(items: object, associations: object, about: object) -> None:
    """Whatever stands in the places of a package, it is read or refused with a sentence."""
    package = {"CFDocument": about, "CFItems": items, "CFAssociations": associations}
    with suppress(UnreadableFrameworkError):
        made = read_case(package).made()
        assert len(made.items) <= len(items) if isinstance(items, list) else 1


def test_a_file_that_comes_twice_changes_nothing(tmp_path: Path) -> None:
    """The second import finds all of it there; the original lies beside ours."""
    source, packs = written(tmp_path, "a.json", CASE), tmp_path / "packs"
    first, changed = keep(read_framework(source), source, packs)
    assert changed
    file = packs / FOLDER / f"digital-skills{ENDING}"
    before = file.read_bytes()
    second, changed = keep(read_framework(source), source, packs)
    assert not changed
    assert first == second
    assert before == file.read_bytes()
    original = packs / FOLDER / "originals" / "digital-skills-a.json"
    assert source.read_bytes() == original.read_bytes()


def test_tables_of_one_framework_come_one_by_one(tmp_path: Path) -> None:
    """Skills, occupations and what needs what make one framework, in any order."""
    packs = tmp_path / "packs"
    tables = (("n.csv", ESCO_NEEDS), ("s.csv", ESCO_SKILLS), ("o.csv", ESCO_JOBS))
    for name, table in tables:
        source = written(tmp_path, name, table)
        keep(read_framework(source), source, packs)
    found = frameworks_in(packs).known["esco"]
    assert {("s1", "skill"), ("2511.3", "occupation")} == {(i.code, i.kind) for i in found.items}
    assert 1 == len(found.associations)


def test_another_framework_of_the_same_title_has_a_name_of_its_own(tmp_path: Path) -> None:
    """Neither takes the other's place."""
    packs = tmp_path / "packs"
    for number in ("1", "2"):
        about = {"identifier": f"doc-{number}", "title": "Digital Skills"}
        source = written(tmp_path, f"{number}.json", {**CASE, "CFDocument": about})
        keep(read_framework(source), source, packs)
    assert {"digital-skills", "digital-skills-2"} == set(frameworks_in(packs).known)


def milepost(folder: Path, *words: str, code: int = 0) -> str:
    """Run a verb; give what it prints."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MILEPOST_")}
    done = subprocess.run(
        [sys.executable, str(REPOSITORY / "milepost.py"), *words],
        cwd=folder, env=kept, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert code == done.returncode, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_verb_lists_what_was_imported(tmp_path: Path) -> None:
    """`framework list --json` has ids, titles and numbers, and what was wrong."""
    written(tmp_path, "a.json", CASE)
    milepost(tmp_path, "framework", "import", "a.json", "--packs", "packs")
    document = json.loads(milepost(tmp_path, "framework", "list", "--packs", "packs", "--json"))
    assert {"frameworks", "problems"} == set(document)
    assert [{"id": "doc-1", "title": "Digital Skills", "items": 2, "associations": 3}] == document[
        "frameworks"
    ]
    assert (
        "digital-skills: /CFItems/3: it has no identifier, so it is left out"
        in (document["problems"])
    )
    told = milepost(tmp_path, "framework", "search", "repairs", "--packs", "packs")
    assert "digital-skills/i-2  Repairs data.\n" == told
    told = milepost(tmp_path, "framework", "import", "nothing.json", "--packs", "packs", code=2)
    assert "nothing.json can't be used: No such file" in told


def test_an_editor_completes_what_was_imported(tmp_path: Path) -> None:
    """The schema names every item, and says what it stands for."""
    written(tmp_path, "a.json", CASE)
    milepost(tmp_path, "framework", "import", "a.json", "--packs", "packs")
    milepost(tmp_path, "schema", "--names", "packs", "--out", "schemas")
    schema = json.loads((tmp_path / "schemas" / "rules.schema.json").read_text())
    text = json.dumps(schema)
    assert '"const": "digital-skills/D.1", "title": "Finds data."' in text
    told = milepost(tmp_path, "schema", "--names", "packs", code=2)
    assert "--names goes with --out" in told
