"""A credential that is told in several languages is an achievement in each, and she gets hers."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from adapters.badges.achievement import Achievement
from adapters.badges.exporting import Format
from adapters.badges.jsonvalue import JsonObject, as_list, as_object
from adapters.badges.model import misfit
from tests.adapters.badges.case import ADA, BOB, START, URL, House
from tests.adapters.badges.endorser import Endorser
from tests.adapters.badges.test_publication import failing, look
from tests.adapters.badges.test_registrar import told

SPANISH = """\
translations:
  es:
    credentials:
      sampler:
        title: Muestreador
        describes: Sabe elegir, justificar y extraer una muestra.
      cleaner: {title: Limpiador, describes: Sabe reparar registros defectuosos.}
      analyst: {title: Analista, describes: Lleva una pregunta hasta una respuesta.}
    skills:
      sampling: {title: Muestreo, describes: Extrae una muestra adecuada.}
    activities:
      quiz: Cuestionario de muestreo
      report: Informe de muestreo
      lab: Taller de limpieza
"""
GERMAN = """\
translations:
  de:
    credentials:
      sampler: {title: Stichproben, describes: Kann eine Stichprobe ziehen.}
"""


def speaks(folder: Path, house: House, **files: str) -> None:
    """Tell the pack's things in other languages."""
    for name, text in files.items():
        (folder / "packs" / "p" / f"{name}.yaml").write_text(text)
    house.running.rules.look()
    assert () == house.running.rules.refused


def offered(house: House, credential: str = "p/sampler") -> tuple[Achievement, ...]:
    """Give a credential as what would be awarded now, in each language."""
    fingerprint = house.running.service.plan.ruleset.fingerprint
    return house.office.offering.in_force(fingerprint, credential)


def achievement(document: JsonObject) -> JsonObject:
    """Give what was achieved."""
    return as_object(as_object(document["credentialSubject"])["achievement"])


def test_another_language_is_another_achievement_related_to_the_first(
    house: House, tmp_path: Path
) -> None:
    """Each with an address of its own, linked both ways; the first stays what it was."""
    (alone,) = offered(house)
    before = house.running.service.plan.ruleset.fingerprint
    speaks(tmp_path, house, es=SPANISH)
    assert before == house.running.service.plan.ruleset.fingerprint
    english, spanish = offered(house)
    assert (alone.id, alone.document) == (english.id, english.document)
    assert ("en", "es") == (english.language, spanish.language)
    version = {"version": "2026.1"}
    assert [
        [{"id": spanish.id, "type": ["Related"], "inLanguage": "es", **version}],
        [{"id": english.id, "type": ["Related"], "inLanguage": "en", **version}],
    ] == [each.carried["related"] for each in (english, spanish)]
    assert (
        "Muestreador",
        "Sabe elegir, justificar y extraer una muestra.",
        "- Muestreo: proficient o más\n- Cuestionario de muestreo: al menos 60\N{NO-BREAK SPACE}%",
    ) == (
        spanish.document["name"],
        spanish.document["description"],
        as_object(spanish.document["criteria"])["narrative"],
    )


def test_a_third_language_changes_neither_of_two(house: House, tmp_path: Path) -> None:
    """Their addresses stay; each is related to both others."""
    speaks(tmp_path, house, es=SPANISH)
    two = offered(house)
    speaks(tmp_path, house, de=GERMAN)
    three = offered(house)
    assert [each.id for each in two] == [each.id for each in three if each.language != "de"]
    assert [2, 2, 2] == [len(each.related) for each in three]
    assert 2 == len(offered(house, "p/cleaner"))


@pytest.mark.parametrize(
    ("wish", "language", "title", "evidence"),
    [
        ("es", "es", "Muestreador", "Cuestionario de muestreo"),
        ("es-MX", "es", "Muestreador", "Cuestionario de muestreo"),
        ("en", "en", "Sampler", "Sampling quiz"),
        ("fr", "en", "Sampler", "Sampling quiz"),
        ("", "en", "Sampler", "Sampling quiz"),
    ],
)
def test_she_is_awarded_the_one_in_her_language(
    small_house: House, tmp_path: Path, wish: str, language: str, title: str, evidence: str
) -> None:
    """Her language, else the pack's; evidence and results speak it too."""
    speaks(tmp_path, small_house, es=SPANISH)
    profile = {"language": wish} if wish else {}
    small_house.happens(ADA, START, **{"is": "profile", "fields": {"name": "Ada", **profile}})
    small_house.earns_all()
    document = told(small_house.office.registrar.badge(ADA, "sampler"))
    assert "" == misfit(document)
    assert {} == failing(look(small_house, msgspec.json.encode(document)))
    found = achievement(document)
    assert (language, title, title) == (found["inLanguage"], found["name"], document["name"])
    shown = [as_object(each) for each in as_list(document["evidence"])]
    assert evidence == shown[0]["name"]
    described = [as_object(each)["name"] for each in as_list(found["resultDescription"])]
    assert evidence in described
    assert f"{found['id']}#quiz" in [
        as_object(each)["resultDescription"]
        for each in as_list(as_object(document["credentialSubject"])["result"])
    ]


def test_a_stack_speaks_one_language(small_house: House, tmp_path: Path) -> None:
    """The whole, its parts and the record of all are in hers, and every form is genuine."""
    speaks(tmp_path, small_house, es=SPANISH)
    small_house.happens(ADA, START, **{"is": "profile", "fields": {"language": "es"}})
    small_house.earns_all()
    badge = small_house.office.registrar.badge(ADA, "analyst")
    shown = [as_object(each) for each in as_list(told(badge)["evidence"])]
    assert ["Muestreador", "Limpiador"] == [each["name"] for each in shown if "id" in each]
    for form in (Format.CLR, Format.JWT, Format.PNG, Format.PDF):
        data = small_house.office.exporter().exported(badge, form)
        assert {} == failing(look(small_house, data))
    picture = small_house.office.publication.at(f"{badge.achievement.removeprefix(URL)}/image.svg")
    assert picture is not None
    assert b"<title>Analista, Example University</title>" in picture.body


def test_a_held_credential_stays_in_its_language(small_house: House, tmp_path: Path) -> None:
    """Renewed, it keeps the one it has; signed anew at a person's wish, it follows hers."""
    small_house.earns_all()
    first = small_house.office.registrar.badge(ADA, "sampler")
    speaks(tmp_path, small_house, es=SPANISH)
    small_house.happens(ADA, START, **{"is": "profile", "fields": {"language": "es"}})
    later = START + timedelta(days=2 * 365 + 300)
    small_house.happens(ADA, later, object="quiz:1", **{"is": "graded", "score": _TEN})
    small_house.happens(ADA, later, object="assign:2", **{"is": "graded", "score": _TEN})
    renewed = small_house.office.registrar.badge(ADA, "sampler")
    assert renewed.valid_until != first.valid_until
    assert first.achievement == renewed.achievement
    again = small_house.office.registrar.reissued(ADA, "sampler")
    assert "es" == achievement(told(again))["inLanguage"]
    assert first.id == again.id


_TEN = {"raw": 10, "min": 0, "max": 10}


def test_each_language_is_published(house: House, tmp_path: Path) -> None:
    """Also the one that nobody has earned yet, with what it is related to."""
    house.earns_all()
    house.running.issue()
    speaks(tmp_path, house, es=SPANISH)
    house.running.issue()
    for each in offered(house):
        found = house.office.publication.at(each.id.removeprefix(URL))
        assert found is not None
        assert each.carried == msgspec.json.decode(found.body, type=JsonObject)
        assert [other.id for other in offered(house) if other.id != each.id] == [
            as_object(one)["id"] for one in as_list(each.carried["related"])
        ]


def test_an_endorsement_is_of_one_language(small_house: House, tmp_path: Path) -> None:
    """It names an address, so it goes with the achievement there, and with no other."""
    speaks(tmp_path, small_house, es=SPANISH)
    spanish = offered(small_house, "p/cleaner")[1]
    pack = tmp_path / "packs" / "p"
    (pack / "endorsements").mkdir()
    (pack / "endorsements" / "agency.json").write_bytes(Endorser().file(spanish.id))
    rules = (pack / "rules.yaml").read_text()
    named = "    endorsed by: endorsements/agency.json\n    if evidence falls"
    (pack / "rules.yaml").write_text(rules.replace("    if evidence falls", named))
    small_house.running.rules.look()
    small_house.happens(ADA, START, **{"is": "profile", "fields": {"language": "es"}})
    small_house.earns_all(ADA)
    small_house.earns_all(BOB)
    carried = [
        as_list(
            achievement(told(small_house.office.registrar.badge(who, "cleaner"))).get("endorsement")
        )
        for who in (ADA, BOB)
    ]
    assert [1, 0] == [len(each) for each in carried]
