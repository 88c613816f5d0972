"""
Phrases that point elsewhere: versions, other packs, files, levels, people to write to.

A file's name stays within its pack: `..` and absolute paths are refused, since a pack is a
folder that can be moved and shared.
"""

import re
from dataclasses import dataclass

from rules.phrases.phrases import NAME, NAME_PATTERN, Misread, Phrase, one_of, wrong


def read_language(text: str) -> int | Misread:
    """Read the version of the language; there is one so far."""
    if text == "1":
        return 1
    if text.isdecimal():
        return Misread(f"this version reads language 1, not {text[:20]}", "write 1", "E108")
    return wrong(text, "a version of the language", "1")


LANGUAGE = Phrase("a version of the language", "1", "1", read_language)

_VERSION = r"[0-9]{1,9}(?:\.[0-9]{1,9}){0,3}"


def read_version(text: str) -> str | Misread:
    """Read a pack's version: numbers with points, kept as written (1.10 is not 1.1)."""
    if re.fullmatch(_VERSION, text):
        return text
    return wrong(text, "a version", "2025.1")


VERSION = Phrase("a version", _VERSION, "2025.1", read_version)


@dataclass(frozen=True, slots=True)
class Use:
    """A pack that is used, its version, and the name it has here where it is used again."""

    pack: str
    version: str
    alias: str = ""


def read_use(text: str) -> Use | Misread:
    """Read a pack and its version, `shared 2025.1`, and perhaps `as autumn`."""
    pack, _, rest = text.partition(" ")
    version, again, alias = rest.partition(" as ")
    if again and isinstance(NAME(pack), str) and re.fullmatch(_VERSION, version):
        if isinstance(NAME(alias), str) and alias:
            return Use(pack, version, alias)
        return wrong(text, "a pack with a name of its own here", f"{pack} {version} as autumn")
    if isinstance(NAME(pack), str) and re.fullmatch(_VERSION, version) and not again:
        return Use(pack, version)
    if isinstance(NAME(pack), str) and not version:
        return Misread(f"`{pack[:60]}` says no version", f"write it like: {pack[:60]} 2025.1")
    return wrong(text, "a pack and its version", "shared 2025.1")


USE = Phrase(
    "a pack and its version",
    rf"{NAME_PATTERN} {_VERSION}( as {NAME_PATTERN})?",
    "shared 2025.1",
    read_use,
)


def read_level_asked(text: str) -> str | Misread:
    """Read the least level of a skill: `at least proficient` gives `proficient`."""
    if text.startswith("at least ") and text != "at least ":
        return text.removeprefix("at least ")
    return wrong(text, "a level that is asked for", f"at least {text[:40] or 'proficient'}")


LEVEL_ASKED = Phrase(
    "a level that is asked for", r"at least \S.*", "at least proficient", read_level_asked
)


def read_address(text: str) -> str | Misread:
    """Read somebody to write to: a role, or an address."""
    if re.fullmatch(r"[^\s@<>]+(@[^\s@<>]+\.[^\s@<>]+)?", text) or re.fullmatch(
        r"[\w-]+( [\w-]+)*", text
    ):
        return text
    return wrong(text, "a role or an address", "instructor")


ADDRESS = Phrase("a role or an address", r"\S.*", "instructor", read_address)


def _is_inside(text: str) -> bool:
    """Say whether a file's name stays within the pack."""
    parts = text.split("/")
    return "\\" not in text and all(part and not part.startswith(".") for part in parts)


def read_file(text: str) -> str | Misread:
    """Read a message file's name within the pack."""
    if not _is_inside(text):
        return Misread(
            f"`{text[:60]}` is not a file of this pack",
            "write it from the pack's folder on: messages/we-miss-you.md",
        )
    if not text.endswith(".md"):
        return Misread(
            f"`{text[:60]}` is not a message file", "write it like: messages/we-miss-you.md"
        )
    return text


FILE = Phrase("a message file", r"[^/\\][^\\]*\.md", "messages/we-miss-you.md", read_file)


PAPERS = "certificates/"
"""The folder in which all that certificates need lies."""

PICTURES = (".svg", ".png", ".jpg", ".jpeg")


def _certificate_file(what: str, example: str, endings: tuple[str, ...]) -> Phrase[str]:
    """Make a phrase for a file in the pack's folder `certificates`."""

    def read(text: str) -> str | Misread:
        parts = text.split("/")
        inside = text.startswith(PAPERS) and all(p and not p.startswith(".") for p in parts)
        if not inside or "\\" in text:
            return Misread(
                f"`{text[:60]}` is not in the pack's folder `certificates`",
                f"put it there, and write it like: {example}",
            )
        if not text.lower().endswith(endings):
            return Misread(f"`{text[:60]}` is not {what}", f"write it like: {example}")
        return text

    ending = "|".join(each.removeprefix(".") for each in endings)
    return Phrase(what, rf"certificates/[^\\]*\.({ending})", example, read)


TEMPLATE = _certificate_file("a Typst template", "certificates/diploma.typ", (".typ",))
LOGO = _certificate_file("a picture", "certificates/logo.svg", PICTURES)
PAPER = one_of(
    "a paper", {name: name for name in ("a4", "a4 landscape", "letter", "letter landscape")}
)

COLOURS = {
    "black": "000000",
    "navy": "001f5b",
    "blue": "1d3f72",
    "teal": "005f5f",
    "green": "1f5f2f",
    "olive": "55601a",
    "brown": "5f3a1a",
    "maroon": "7a1f3d",
    "red": "a01c1c",
    "purple": "4f2a7a",
    "grey": "444444",
}
"""Colours by name, all of them dark enough to be read on white."""


def read_colour(text: str) -> str | Misread:
    """Read a colour as six hexadecimal digits."""
    said = text.lower().removeprefix("#")
    if said in COLOURS:
        return COLOURS[said]
    if re.fullmatch(r"[0-9a-f]{6}", said):
        return said
    return Misread(
        f"`{text[:60]}` is not a colour",
        f"write six digits, such as 7a1f3d, or one of: {', '.join(COLOURS)}",
    )


COLOUR = Phrase("a colour", rf"#?[0-9A-Fa-f]{{6}}|{'|'.join(COLOURS)}", "7a1f3d", read_colour)


def read_signed(text: str) -> str | Misread:
    """Read the name of a signed file within the pack."""
    if not _is_inside(text):
        return Misread(
            f"`{text[:60]}` is not a file of this pack",
            "write it from the pack's folder on: endorsements/qa-agency.json",
        )
    if not text.endswith(".json"):
        return Misread(
            f"`{text[:60]}` is not a JSON file", "write it like: endorsements/qa-agency.json"
        )
    return text


SIGNED = Phrase("a signed file", r"[^/\\][^\\]*\.json", "endorsements/qa-agency.json", read_signed)
