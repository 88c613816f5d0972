"""
Certificates drawn in a process of their own, which is ended when it takes too long.

An author's template is a program. It sees a folder with its own files and nothing else, has no
way into the network, and a bounded share of time and memory.
"""

import logging
import re
import shutil
import signal
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from typing import Literal

import msgspec

log = logging.getLogger("milepost.badges")

PROGRAM = Path(__file__).with_name("press.py")
PAPER = Path(__file__).with_name("paper")
"""What stands around a template: our own one, and what templates may use."""

SECONDS = 20
AT_ONCE = BoundedSemaphore(2)
"""Processes that draw at a time: a rush of learners must not take the machine."""

LONGEST = 500
"""Letters that are kept of what the process says of itself."""

DEAD = "http://127.0.0.1:9"
"""A proxy that nobody runs: a template that asks for a package of the network gets none."""

SURROUNDINGS = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "HTTP_PROXY": DEAD,
    "HTTPS_PROXY": DEAD,
    "ALL_PROXY": DEAD,
}

_ONE = re.compile(r"^error: ", re.MULTILINE)
_PLACE = re.compile(r"┌─ (?P<file>.+?):(?P<line>\d+):(?P<column>\d+)$", re.MULTILINE)
_HINT = re.compile(r"= hint: (.+)")
_SIGN = re.compile(r"the text `\"(?P<sign>.+)\"` could not be displayed")
_SEARCHED = re.compile(r"file not found \(searched at (?P<path>.+)\)")


@dataclass(frozen=True, slots=True)
class Fault:
    """
    Why something can't be drawn.

    Attributes:
        file: Of the author's, from the pack's folder on; "" where it is in none of them.
        line: From 1; 0 where that is not known.
        column: From 1.
    """

    message: str
    hint: str = ""
    file: str = ""
    line: int = 0
    column: int = 0


class Job(msgspec.Struct, frozen=True):
    """One drawing: what goes into the template, and what is to come out."""

    inputs: Mapping[str, str]
    timestamp: int
    kind: Literal["pdf", "png"] = "pdf"


class _Asked(msgspec.Struct, frozen=True):
    folder: str
    seconds: int
    jobs: Sequence[Job]


class _Answer(msgspec.Struct, frozen=True):
    drawn: str = ""
    error: str = ""
    told: str = ""


Drawing = bytes | tuple[Fault, ...]
"""A drawing, or all that is wrong with it."""


def press(files: Mapping[str, bytes], jobs: Sequence[Job], seconds: int = SECONDS) -> list[Drawing]:
    """
    Draw.

    Args:
        files: All that the template may read, by the name from the pack's folder on.
        jobs: What to draw, each with the same files.
        seconds: How long all of it may take.
    """
    with TemporaryDirectory(prefix="milepost-paper-") as name, AT_ONCE:
        folder = Path(name).resolve()
        for file, data in files.items():
            path = (folder / file).resolve()
            if path.is_relative_to(folder):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        for path in PAPER.glob("*.typ"):
            shutil.copyfile(path, folder / path.name)
        said, ended = _run(_Asked(str(folder), seconds, jobs), folder)
        answers = [msgspec.json.decode(line, type=_Answer) for line in said.splitlines()]
        found: list[Drawing] = [_drawing(each, folder, files) for each in answers]
    return [*found, *((Fault(*ended),) for _ in jobs[len(found) :])]


def _run(asked: _Asked, folder: Path) -> tuple[bytes, tuple[str, str]]:
    """Run the process; give what it said, and why the rest is missing."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-I", str(PROGRAM)],
            input=msgspec.json.encode(asked),
            capture_output=True,
            timeout=asked.seconds,
            cwd=folder,
            env=SURROUNDINGS,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        why = f"it is not drawn after {asked.seconds} seconds"
        return late.stdout or b"", (why, "does a loop in the template never end?")
    if done.returncode in (-signal.SIGKILL, -signal.SIGXCPU):
        why = f"it is not drawn after {asked.seconds} seconds"
        return done.stdout, (why, "does a loop in the template never end?")
    if done.returncode == -signal.SIGABRT or b"MemoryError" in done.stderr:
        return done.stdout, ("it needs too much memory", "does the template make more and more?")
    if done.returncode:
        log.warning("drawing ended with %d: %s", done.returncode, done.stderr[-LONGEST:].decode())
    return done.stdout, ("the process that draws has ended", "")


def _drawing(answer: _Answer, folder: Path, files: Mapping[str, bytes]) -> Drawing:
    if answer.drawn:
        return b64decode(answer.drawn)
    faults = list(_faults(answer, folder, files))
    return tuple(faults) or (Fault(answer.error),)


def _faults(answer: _Answer, folder: Path, files: Mapping[str, bytes]) -> Iterator[Fault]:
    """Yield each thing that is wrong; signs that no font has are told of once."""
    signs: dict[str, None] = {}
    place: tuple[str, int, int] = ("", 0, 0)
    for told in _ONE.split(answer.told)[1:]:
        message = told.partition("\n")[0]
        sign = _SIGN.search(message)
        if sign is not None:
            signs[sign["sign"]] = None
            place = place if place[0] else _place(told, files)
            continue
        searched = _SEARCHED.search(message)
        hints = "; ".join(_HINT.findall(told))
        if searched is not None:
            path = searched["path"].replace(f"{folder}/", "")
            message, hints = f"there is no file `{path}`", "put it into the folder `certificates`"
        elif "failed to download package" in message:
            message = "a certificate can't use packages of the network"
            hints = "put the files that it needs into the folder `certificates`"
        elif "project root" in message:
            message, hints = "a certificate reads no files outside of the pack", ""
        yield Fault(message.removeprefix("PDF/A-3a error: "), hints, *_place(told, files))
    if signs:
        yield Fault(
            f"no font here has the sign{'s' if len(signs) > 1 else ''} {' '.join(signs)}",
            "put a font that has them, such as one of Noto, into the folder `certificates`, or "
            "have it installed",
            *place,
        )


def _place(told: str, files: Mapping[str, bytes]) -> tuple[str, int, int]:
    """Give the first place in a file of the author's; what calls it comes behind."""
    for found in _PLACE.finditer(told):
        if found["file"] in files:
            return found["file"], int(found["line"]), int(found["column"]) + 1
    return "", 0, 0
