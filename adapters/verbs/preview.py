"""`milepost preview`: how a credential will look, before anybody has earned it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer

from adapters.badges.drawing.certificate import Attached, drawn, job_of
from adapters.badges.drawing.own import own_png, own_svg
from adapters.badges.drawing.picture import DrawingError, Face, png, svg
from adapters.badges.drawing.pressing import press
from adapters.badges.issuer import Issuer
from adapters.badges.jsonvalue import JsonObject, as_object
from adapters.badges.paper import Looks, Told, certificate_of
from adapters.badges.publication import face_of
from adapters.badges.sample import LEARNER, sample
from adapters.badges.trial import ADDRESS, files_of
from adapters.clock import machine_now
from adapters.packs import FAILED, USAGE, fail, packs_or_default, read_for_use, settings_here
from engine.in_language import plan_for
from engine.plan import Plan
from engine.ruleset import Credential
from engine.spelling import suggest
from rules.packs import Reading

app = typer.Typer(no_args_is_help=True, help="How a credential will look, with a made-up learner.")

MARK = {"en": "preview", "de": "Vorschau", "es": "vista previa", "fr": "aperçu"}
"""What is written across a certificate that nobody has earned."""

Named = Annotated[str, typer.Argument(help="The credential: data-cleaning, or its full name.")]
Language = Annotated[
    str, typer.Option("--language", help="As for a learner of this one: es; the pack's if not.")
]
Packs = Annotated[
    list[Path] | None, typer.Option("--pack", help="Folders of rule packs; may be repeated.")
]


@app.command("certificate")
def certificate(
    credential: Named,
    *,
    out: Annotated[Path, typer.Option("--out", help="The file: .pdf, or .png for the first page.")],
    pack: Packs = None,
    learner: Annotated[str, typer.Option("--learner", help="The name on it.")] = LEARNER,
    language: Language = "",
) -> None:
    """Draw a credential's certificate, as its pack wants it to look. It is marked as a preview."""
    kinds: dict[str, Literal["pdf", "png"]] = {".pdf": "pdf", ".png": "png"}
    kind = kinds.get(out.suffix.lower())
    if kind is None:
        fail(f"{out} should end in .pdf or .png", USAGE)
    reading, found = _found(credential, pack)
    document, badge = _made(reading, found, language)
    design = reading.ruleset.design_of(found)
    zone = Plan(reading.ruleset).clocks.course_zone("", found.id.partition("/")[0])
    looks = Looks(zone=zone)
    if design is not None:
        files = files_of(Path(reading.folders[design.id.partition("/")[0]]))
        looks = Looks(design, files, zone)
    spoken = language or reading.ruleset.pack_of(found.id).language
    mark = MARK.get(spoken.partition("-")[0], MARK["en"])
    said = certificate_of(document, Told(learner, ADDRESS, language, mark), looks)
    paper = looks.paper
    attached = Attached(msgspec.json.encode(document), badge)
    try:
        data = drawn(press(paper.files, [job_of(said, attached, machine_now(), paper, kind)])[0])
    except DrawingError as error:
        fail(str(error), FAILED)
    _write(out, data)


@app.command("badge")
def badge(
    credential: Named,
    *,
    out: Annotated[Path, typer.Option("--out", help="The file: .svg or .png.")],
    pack: Packs = None,
    language: Language = "",
) -> None:
    """Draw a credential's badge: its author's picture, or the one that is made from the title."""
    kind = out.suffix.lower()
    if kind not in (".svg", ".png"):
        fail(f"{out} should end in .svg or .png", USAGE)
    reading, found = _found(credential, pack)
    own = _image(reading, found)
    document, picture = _made(reading, found, language)
    try:
        as_png = own_png(own) if own else png(_face(document))
    except DrawingError as error:
        fail(str(error), FAILED)
    _write(out, picture.encode() if kind == ".svg" else as_png)


def _found(name: str, packs: Sequence[Path] | None) -> tuple[Reading, Credential]:
    """Read packs and find a credential; exits with a sentence where there is none."""
    reading = read_for_use(packs_or_default(packs))
    known = reading.ruleset.credentials
    full = [each for each in known if name in (each, each.partition("/")[2])]
    if len(full) > 1:
        fail(f"`{name}` is of several packs: {', '.join(sorted(full))}", USAGE)
    if not full:
        near = suggest(name, sorted({each.partition("/")[2] for each in known}))
        meant = f"; did you mean `{near}`?" if near else ""
        fail(f"there is no credential `{name}`{meant}", FAILED)
    return reading, known[full[0]]


def _made(reading: Reading, credential: Credential, language: str) -> tuple[JsonObject, str]:
    """Give the credential as it would be, and its picture as SVG."""
    settings = settings_here()
    name = settings.issuer.name or settings.mail.organisation or "Example University"
    issuer = Issuer("did:key:example", "", name)
    plan = plan_for(Plan(reading.ruleset), language)
    spoken = plan.ruleset.credentials[credential.id]
    document = sample(plan, spoken, issuer, machine_now())
    own, face = _image(reading, credential), _face(document)
    try:
        return document, own_svg(own, face.title) if own else svg(face)
    except DrawingError as error:
        fail(str(error), FAILED)


def _face(document: JsonObject) -> Face:
    return face_of(as_object(as_object(document.get("credentialSubject")).get("achievement")))


def _image(reading: Reading, credential: Credential) -> bytes:
    if not credential.image:
        return b""
    folder = Path(reading.folders[credential.id.partition("/")[0]])
    return (folder / credential.image).read_bytes()


def _write(out: Path, data: bytes) -> None:
    try:
        out.write_bytes(data)
    except OSError as error:
        fail(f"{out} can't be written: {error.strerror or error}", FAILED)
    print(f"wrote {out}")  # noqa: T201 - the answer
