"""Certificates that look as their author wants: drawn, attached to, bounded, and told about."""

import logging
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from pypdf import PdfReader

from adapters.badges.drawing.pressing import Fault, Job, press
from adapters.badges.evidence import BY_HAND
from adapters.badges.exporting import Format
from adapters.badges.jsonvalue import JsonObject
from adapters.badges.paper import Looks, Told, certificate_of
from adapters.checking import check_packs
from adapters.cli import main
from engine.source import Problem
from tests.adapters.badges.case import ADA, PACK, RULES, House, write_packs

LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
)

HOUSE = """\
certificate: house
certificates:
  house:
    logo: certificates/logo.svg
    colour: maroon
    paper: a4 landscape
    signed by: ["Dr Ana Ruiz, Dean of Studies", "Lee Chan, Registrar"]
    awarded: {en: has been earned by, es: ha sido obtenida por}
    statement: Given under our seal.
"""
OWN = """\
certificate: diploma
certificates:
  diploma: {template: certificates/diploma.typ}
"""
DIPLOMA = """\
#import "/milepost.typ": *
#set page(width: 20cm, height: 14cm)
#title(said.title)
Our own words for #said.learner.
#if said.learner == "Bob" { panic("not for Bob") }
"""
JOB = Job({"said": "{}", "credential": "{}", "badge": "", "template": "/own.typ"}, 0)
SAID = {"title": "T", "issuer": "I", "describes": "D", "language": "en", "preview": ""}


def designed(folder: Path, words: str, **files: bytes) -> Path:
    """Write the pack with words on certificates; a file's name stands with __ for its dot."""
    pack = write_packs(folder) / "p"
    (pack / "pack.yaml").write_text(PACK + words)
    (pack / "certificates").mkdir(exist_ok=True)
    for name, data in files.items():
        (pack / "certificates" / name.replace("__", ".")).write_bytes(data)
    return pack


def job(**said: object) -> Job:
    """Give a drawing of a template `own.typ`."""
    told = {**SAID, "words": {"attached": "a"}, "colour": "000000", **said}
    given = {"said": msgspec.json.encode(told).decode(), "credential": "{}", "badge": ""}
    return Job({**given, "template": "/own.typ"}, 0)


def drawn(template: str, seconds: int = 20, **said: object) -> bytes | tuple[Fault, ...]:
    """Draw a template."""
    return press({"own.typ": template.encode()}, [job(**said)], seconds)[0]


def text_of(data: bytes) -> str:
    """Give what stands on a PDF."""
    pages = PdfReader(BytesIO(data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def is_archival(data: bytes) -> bool:
    """Say whether a PDF says of itself that it is PDF/A-3 with tags."""
    return b"<pdfaid:part>3</pdfaid:part>" in data and b"<pdfaid:conformance>A<" in data


@pytest.mark.parametrize(
    ("words", "files", "expected"),
    [
        (HOUSE, {"logo__svg": LOGO}, ("has been earned by", "Given under our seal.", "Lee Chan")),
        (OWN, {"diploma__typ": DIPLOMA.encode()}, ("Our own words for Ada.",)),
    ],
    ids=["a few choices", "a template"],
)
def test_a_certificate_looks_as_its_author_wants(
    small_house: House,
    tmp_path: Path,
    words: str,
    files: dict[str, bytes],
    expected: tuple[str, ...],
) -> None:
    """However it looks it is PDF/A-3, and the very credential that was signed is attached."""
    designed(tmp_path, words, **files)
    small_house.running.rules.look()
    assert () == small_house.running.rules.refused
    small_house.earns_all()
    badge = small_house.office.registrar.badge(ADA, "cleaner")
    data = small_house.office.exporter().exported(badge, Format.PDF)
    assert [badge.document] == PdfReader(BytesIO(data)).attachments["credential.json"]
    assert is_archival(data)
    said = text_of(data)
    assert [] == [each for each in expected if each not in said]
    assert "Ada" in said


def test_it_speaks_another_language_when_asked(small_house: House, tmp_path: Path) -> None:
    """The author's words for that language, and ours; what the rules say stays as it is."""
    designed(tmp_path, HOUSE, logo__svg=LOGO)
    small_house.running.rules.look()
    small_house.earns_all()
    badge = small_house.office.registrar.badge(ADA, "cleaner")
    said = text_of(small_house.office.exporter().exported(badge, Format.PDF, "es"))
    assert ("ha sido obtenida por" in said, "Otorgado el" in said) == (True, True)


def test_a_newer_design_is_that_of_older_awards_too(small_house: House, tmp_path: Path) -> None:
    """Paper is drawn when it is asked for; the signed credential is not touched by it."""
    small_house.earns_all()
    badge = small_house.office.registrar.badge(ADA, "cleaner")
    plain = text_of(small_house.office.exporter().exported(badge, Format.PDF))
    designed(tmp_path, HOUSE, logo__svg=LOGO)
    small_house.running.rules.look()
    newer = text_of(small_house.office.exporter().exported(badge, Format.PDF))
    assert (False, True) == ("Lee Chan" in plain, "Lee Chan" in newer)
    assert badge == small_house.office.registrar.badge(ADA, "cleaner")


def test_a_learner_gets_one_though_her_name_breaks_the_template(
    small_house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Then it looks as ours do, and the log says what is wrong in the template, and where."""
    designed(tmp_path, OWN, diploma__typ=DIPLOMA.encode())
    small_house.running.rules.look()
    small_house.earns_all()
    profile = {"name": "Bob", "email": "ada@uni.example"}
    small_house.happens(ADA, small_house.office.now(), **{"is": "profile", "fields": profile})
    badge = small_house.office.registrar.badge(ADA, "cleaner")
    with caplog.at_level(logging.WARNING, "milepost.badges"):
        said = text_of(small_house.office.exporter().exported(badge, Format.PDF))
    assert ("Bob" in said, "Our own words" in said) == (True, False)
    assert "certificates/diploma.typ:5:" in caplog.text
    assert "not for Bob" in caplog.text


def told(problems: tuple[Problem, ...]) -> list[tuple[str, int, str, str]]:
    """Give problems as file, line, code and message."""
    return [(Path(p.span.file).name, p.span.line, p.code, p.message) for p in problems]


def test_a_broken_template_keeps_a_pack_out(small_house: House, tmp_path: Path) -> None:
    """The service says where, and goes on with what it has."""
    before = small_house.running.rules.current
    designed(tmp_path, OWN, diploma__typ=b'#import "/milepost.typ": *\n#said.titel')
    small_house.running.rules.look()
    expected = ("diploma.typ", 2, "E212", 'dictionary does not contain key "titel"')
    refused = small_house.running.rules.refused
    assert [expected] == told(refused)
    assert "did you mean `title`?" == refused[0].hint
    assert before is small_house.running.rules.current


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("colour: sky", "`sky` is not a colour"),
        ("paper: a5", "`a5` is not a paper"),
        ("logo: logo.svg", "`logo.svg` is not in the pack's folder `certificates`"),
        ("logo: certificates/../x.svg", "`certificates/../x.svg` is not in the pack's folder"),
        ("template: certificates/own.md", "`certificates/own.md` is not a Typst template"),
        ("awarded: {English: has}", "`English` is not a language"),
        ("color: maroon", "a certificate has no `color`"),
    ],
)
def test_a_slip_is_told_where_it_stands(tmp_path: Path, words: str, message: str) -> None:
    """In the words of the language, with the line."""
    pack = designed(tmp_path, f"certificates:\n  house:\n    {words}\n")
    place = len(PACK.splitlines()) + 3
    (found,) = check_packs([pack]).errors
    assert (place, True) == (found.span.line, found.message.startswith(message)), found


def test_a_name_that_is_nobody_s_is_told(tmp_path: Path) -> None:
    """A credential that names no certificate of the pack gets the nearest one as a hint."""
    pack = designed(tmp_path, HOUSE, logo__svg=LOGO)
    rules = RULES.replace("    if evidence falls", "    certificate: hous\n    if evidence falls")
    (pack / "rules.yaml").write_text(rules)
    (found,) = check_packs([pack]).errors
    assert ("E201", "did you mean `house`?") == (found.code, found.hint)


def test_a_link_out_of_the_pack_is_not_followed(tmp_path: Path) -> None:
    """Neither as a logo, nor by a template that reads it."""
    secret = tmp_path / "secret.svg"
    secret.write_bytes(LOGO)
    pack = designed(tmp_path, HOUSE)
    (pack / "certificates" / "logo.svg").symlink_to(secret)
    assert ["`certificates/logo.svg` is a link that leads out of the pack"] == [
        each.message for each in check_packs([pack]).errors
    ]
    template = b'#import "/milepost.typ": *\n#read("logo.svg")'
    designed(tmp_path, OWN, diploma__typ=template)
    assert ["there is no file `certificates/logo.svg`"] == [
        each.message for each in check_packs([pack]).errors
    ]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('#read("/etc/passwd")', "there is no file `etc/passwd`"),
        ('#read("../../../etc/passwd")', "a certificate reads no files outside of the pack"),
        ('#import "@preview/cetz:0.3.4"', "a certificate can't use packages of the network"),
        ('#import ("@pre" + "view/cetz:0.3.4")', "a certificate can't use packages of the network"),
        ("#let f(n) = f(n + 1)\n#f(1)", "maximum function call depth exceeded"),
        ("#let i = 0\n#while i < 1 { i = i * 1.0 }", "loop seems to be infinite"),
        ("𒀀𒀁𒀀", "no font here has the signs 𒀀 𒀁"),
        ('#let x = "ab"\n#for i in range(64) { x = x + x }', "it needs too much memory"),
    ],
)
def test_a_template_is_kept_within_walls(template: str, expected: str) -> None:
    """It reads nothing but its own files, reaches nobody, and takes no more than its share."""
    found = drawn(template)
    assert isinstance(found, tuple)
    assert [expected] == [fault.message for fault in found]


def test_a_template_that_takes_too_long_is_ended() -> None:
    """Another one is drawn after it, as if nothing had been."""
    hog = "#let n = 0\n#for a in range(9000) { for b in range(9000) { n = n + 1 } }\n#n"
    late = Fault("it is not drawn after 2 seconds", "does a loop in the template never end?")
    assert (late,) == drawn(hog, seconds=2)
    assert isinstance(drawn("Hello"), bytes)


def test_what_was_drawn_before_is_kept_when_the_next_fails() -> None:
    """Of several drawings each has its own end."""
    template = {
        "own.typ": b'#import "/milepost.typ": *\n#if said.title == "bad" { panic("no") }\nHi'
    }
    good, bad, again = press(template, [job(), job(title="bad"), job()])
    assert (True, False, True) == tuple(isinstance(each, bytes) for each in (good, bad, again))


def test_a_preview_is_seen_before_anybody_has_earned_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As PDF and as a picture, with a name and in a language; it says that it is a preview."""
    pack = str(designed(tmp_path, HOUSE, logo__svg=LOGO))
    out = tmp_path / "c.pdf"
    asked = ["preview", "certificate", "cleaner", "--pack", pack]
    run([*asked, "--out", str(out), "--learner", "Łukasz Nguyễn", "--language", "es"])
    said = text_of(out.read_bytes())
    expected = ("Łukasz Nguyễn", "ha sido obtenida por", "vista previa")
    assert [] == [each for each in expected if each not in said]
    attached = PdfReader(out).attachments["credential.json"][0]
    assert "proof" not in msgspec.json.decode(attached, type=JsonObject)
    picture = tmp_path / "c.png"
    run([*asked, "--out", str(picture)])
    assert picture.read_bytes().startswith(b"\x89PNG")
    capsys.readouterr()
    assert 1 == run(["preview", "certificate", "cleanr", "--pack", pack, "--out", str(out)])
    assert "there is no credential `cleanr`; did you mean `cleaner`?" in capsys.readouterr().err
    assert 2 == run([*asked, "--out", "c.gif"])


@pytest.mark.parametrize(("ending", "begins"), [("svg", b"<svg"), ("png", b"\x89PNG")])
@pytest.mark.parametrize("image", ["", "    image: own.svg\n"], ids=["drawn", "the author's"])
def test_a_badge_is_seen_before_anybody_has_earned_it(
    tmp_path: Path, image: str, ending: str, begins: bytes
) -> None:
    """The picture that is drawn from the title, or the author's own."""
    pack = designed(tmp_path, "")
    (pack / "own.svg").write_bytes(LOGO)
    rules = RULES.replace("    if evidence falls", f"{image}    if evidence falls")
    (pack / "rules.yaml").write_text(rules)
    out = tmp_path / f"b.{ending}"
    run(["preview", "badge", "cleaner", "--pack", str(pack), "--out", str(out)])
    assert out.read_bytes().startswith(begins)
    if ending == "svg":
        assert (LOGO == out.read_bytes()) is bool(image)


def test_a_template_to_begin_with_looks_as_ours(tmp_path: Path) -> None:
    """`new certificate` writes it once, and the pack that names it is right."""
    pack = designed(tmp_path, OWN)
    assert 0 == run(["new", "certificate", "diploma", "--pack", str(pack)])
    assert () == check_packs([pack]).errors
    assert 1 == run(["new", "certificate", "diploma", "--pack", str(pack)])
    assert 2 == run(["new", "certificate", "diploma", "--pack", str(tmp_path)])


SPANISH = """\
translations:
  es:
    credentials:
      sampler: {title: Muestreo, describes: Sabe tomar una muestra.}
      cleaner: {title: Limpieza, describes: Sabe reparar datos.}
      analyst: {title: Análisis, describes: Sabe responder.}
    skills:
      sampling: {title: Muestras, describes: Toma muestras.}
    activities: {quiz: Prueba, report: Informe, lab: Taller}
"""


def test_it_is_drawn_in_each_language(tmp_path: Path) -> None:
    """What fails only in one that a credential is told in too is found before a learner does."""
    template = b'#import "/milepost.typ": *\n#if said.language == "es" { panic(said.title) }\nHi'
    pack = designed(tmp_path, OWN, diploma__typ=template)
    assert () == check_packs([pack]).errors
    (pack / "spanish.yaml").write_text(SPANISH)
    (found,) = check_packs([pack]).errors
    assert ("E212", 2, True) == (found.code, found.span.line, "Muestreo" in found.message)
    out = tmp_path / "c.pdf"
    designed(tmp_path, HOUSE, logo__svg=LOGO)
    asked = ["preview", "certificate", "cleaner", "--pack", str(pack), "--out", str(out)]
    run([*asked, "--language", "es-MX"])
    said = text_of(out.read_bytes())
    expected = ("Limpieza", "Taller: completado", "ha sido obtenida por")
    assert [] == [each for each in expected if each not in said], said


def run(words: list[str]) -> int:
    """Run the command line; give its exit code."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    return int(ended.value.code or 0)


@pytest.mark.parametrize(
    ("until", "zone"),
    [
        ("2029-11-26T00:00:00Z", "UTC"),
        ("2029-11-25T23:00:00Z", "Europe/Madrid"),
        ("2029-11-26T05:00:00Z", "America/Bogota"),
        ("2029-11-25T15:00:00Z", "Asia/Tokyo"),
    ],
)
def test_its_last_day_is_the_last_on_which_it_is_good(until: str, zone: str) -> None:
    """A credential that is good until midnight is not good on the day that begins then."""
    document: JsonObject = {"awardedDate": "2026-11-25T10:00:00Z", "validUntil": until}
    dates = certificate_of(document, Told("Ada"), Looks(zone=ZoneInfo(zone))).dates
    assert "Awarded on 25 November 2026, valid until 25 November 2029" == dates


def test_the_pack_s_clock_says_the_day(small_house: House, tmp_path: Path) -> None:
    """Paper and page write the days of its pack: in Bogotá it was still the evening before."""
    pack = tmp_path / "packs" / "p"
    (pack / "pack.yaml").write_text(PACK.replace("Europe/Madrid", "America/Bogota"))
    small_house.running.rules.look()
    small_house.earns_all(at=datetime(2026, 3, 3, 2, tzinfo=UTC))
    office = small_house.office
    badge = office.registrar.badge(ADA, "sampler")
    office.store.badges.publish(badge.id, office.now())
    page = small_house.running.people.credential(badge.id.rpartition("/")[2], None, "en")
    assert page is not None
    said = text_of(office.exporter().exported(badge, Format.PDF))
    expected = "Awarded on 2 March 2026, valid until 2 March 2029"
    assert (True, True) == (expected in said, expected in page.body.decode())


def test_an_award_by_hand_is_told_so_on_paper() -> None:
    """Who reads the paper alone learns that a person gave it, as who reads the credential does."""
    item = {"genre": BY_HAND, "name": "Awarded by hand by kay", "narrative": "prior learning"}
    document: JsonObject = {"awardedDate": "2026-11-25T10:00:00Z", "evidence": [item]}
    expected = ("Awarded by hand by kay: prior learning",)
    assert expected == certificate_of(document, Told("Ada")).evidence
