"""What a certificate is made of is there, is not too large, and can be read on white paper."""

from collections.abc import Iterator
from pathlib import Path

from engine.design import Design, DesignFile
from engine.source import Problem, Severity
from rules.packs import Reading
from rules.phrases.link import PAPERS

LARGEST = 8 * 1024 * 1024
"""Bytes of a pack's folder `certificates`, fonts included."""

ENDINGS = frozenset({".typ", ".svg", ".png", ".jpg", ".jpeg", ".ttf", ".otf"})
"""What a certificate may be made of."""

LEAST_CONTRAST = 4.5
"""Of text on white, by WCAG 2.2."""

CODE = "E211"
TOO_LIGHT = "W516"


def check_certificates(reading: Reading) -> Iterator[Problem]:
    """Say which files of certificates are not there or too large, and which colour is too light."""
    for design in reading.ruleset.certificates.values():
        pack = design.id.partition("/")[0]
        if pack not in reading.folders:
            continue
        folder = Path(reading.folders[pack])
        for file in design.files:
            yield from _wrong(file, folder)
        yield from _too_large(design, folder)
        if design.colour and contrast(design.colour) < LEAST_CONTRAST:
            yield Problem(
                design.span,
                TOO_LIGHT,
                f"the colour {design.colour} is too light to be read on white paper",
                "take a darker one",
                Severity.WARNING,
            )


def is_paper(name: str) -> bool:
    """Say whether a file, named from its pack's folder on, is something to make certificates of."""
    return name.startswith(PAPERS) and Path(name).suffix.lower() in ENDINGS


def paper_files(folder: Path) -> dict[str, Path]:
    """Give what lies in a pack's folder `certificates`, by the name from the pack's folder on."""
    inside = folder / PAPERS
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(inside.rglob("*"))
        if is_paper(path.relative_to(folder).as_posix())
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.resolve().is_relative_to(folder.resolve())
    }


def _wrong(file: DesignFile, folder: Path) -> Iterator[Problem]:
    path = folder / file.name
    if not path.is_file():
        hint = f"put it into the pack's folder `{PAPERS.rstrip('/')}`"
        yield Problem(file.span, CODE, f"there is no file `{file.name}`", hint)
    elif not path.resolve().is_relative_to(folder.resolve()):
        message = f"`{file.name}` is a link that leads out of the pack"
        yield Problem(file.span, CODE, message, "put the file itself there")


def _too_large(design: Design, folder: Path) -> Iterator[Problem]:
    size = sum(path.stat().st_size for path in paper_files(folder).values())
    if size > LARGEST:
        message = f"the folder `{PAPERS.rstrip('/')}` is larger than {LARGEST // 2**20} MiB"
        yield Problem(design.span, CODE, message, "take out what no certificate needs")


def contrast(colour: str) -> float:
    """Give the contrast of a colour to white, from 1 to 21, as WCAG 2.2 reckons it."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    parts = [_linear(each) for each in (red, green, blue)]
    light = sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), parts, strict=True))
    return 1.05 / (light + 0.05)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB's own
