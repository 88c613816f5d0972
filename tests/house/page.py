"""
A page of the documentation, played: its files written, its commands run, what it shows compared.

Four kinds of fenced blocks do something, and readers see what: `yaml PATH` (or `markdown PATH`) is
a whole file; `diff PATH` is a change to one; `console` shows commands after a `$` and what they
print; `console stays` starts a program that goes on in another terminal. A line `…` alone
stands for lines that are left out. Other blocks are only read.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REWRITE = os.environ.get("REWRITE_GOLDEN") == "1"
"""`REWRITE_GOLDEN=1 pytest …` writes what the commands print anew; it is then read by eye."""

FENCE = re.compile(r"^```(?P<info>\S.*)\n(?P<body>(?:.*\n)*?)```$", re.MULTILINE)
MOMENT = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4} at \d\d:\d\d")
OPAQUE = re.compile(
    r"(?<=ruleset )[0-9a-f]{16}|(?<=\()[0-9a-f]{16} → [0-9a-f]{16}|(?<=from revision none to )\d{4}"
    r"|(?<=urn:uuid:)[0-9a-f-]{36}|z6Mk\w{44}|(?<=rs256-)[\w-]{12}|20\d\d-\d\d-\d\d"
)
"""What means nothing to a reader and changes with the program, not with what is shown."""
LEFT_OUT = "…"
PROMPT = "$ "
PATIENCE = 30.0
PATIENCE_TO_LOOK = 10.0
REWRITE_PAUSE = 2.0
READING = 1.1
"""Seconds that a reader takes at least; events that she types are younger than the rules."""
LOOKS = re.compile(r"/(?:readyz|explain)|^\$ (?:grep|ls|\S+ outbox list)")
"""What a reader would do again a moment later, while a service works."""
STORED = "--database"
"""What is said from a database is said as of now, which is another moment each time."""
PORT = "8470"
"""The port in the pages; when they are played it is another one that is free."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: the words after the fence, its text, and where that begins and ends."""

    info: str
    body: str
    start: int
    end: int


def blocks(page: str) -> tuple[Block, ...]:
    """Give the fenced blocks of a page in their order."""
    return tuple(
        Block(found["info"], found["body"], found.start("body"), found.end("body"))
        for found in FENCE.finditer(page)
    )


def said(body: str) -> tuple[tuple[str, str], ...]:
    """Give the commands of a console block, each with what is shown to come of it."""
    found: list[tuple[str, str]] = []
    lines = body.splitlines()
    while lines:
        command = [lines.pop(0)]
        assert command[0].startswith(PROMPT), command[0]
        while command[-1].endswith("\\"):
            command.append(lines.pop(0))
        output = []
        while lines and not lines[0].startswith(PROMPT):
            output.append(lines.pop(0))
        found.append(("\n".join(command), "\n".join(output)))
    return tuple(found)


def fits(expected: str, actual: str, *, now: bool = False) -> bool:
    """
    Say whether an output is the one that is shown, where lines may be left out.

    Args:
        expected: As the page has it.
        actual: As it was printed.
        now: Whether it speaks of the wall clock's time, which is another each time.

    A ruleset's fingerprint and a database's revision are taken for any other.
    """
    if now:
        expected, actual = MOMENT.sub("then", expected), MOMENT.sub("then", actual)
    expected, actual = OPAQUE.sub("such", expected), OPAQUE.sub("such", actual)
    parts = [re.escape(line) + "\n" for line in expected.splitlines()]
    left_out = re.escape(LEFT_OUT) + "\n"
    pattern = "".join("(?:.*\n)*?" if part == left_out else part for part in parts)
    return re.fullmatch(pattern, _tidy(actual)) is not None


def _tidy(output: str) -> str:
    lines = [line.rstrip() for line in output.strip("\n").splitlines()]
    return "".join(f"{line}\n" for line in lines)


class Room:
    """A copy of what a fresh clone has, as far as the pages need it."""

    def __init__(self, folder: Path) -> None:
        """Copy the example packs and the settings, with the command where `make venv` puts it."""
        self.folder = folder
        self._port = _free_port()
        self._staying: list[subprocess.Popen[str]] = []
        shutil.copytree(ROOT / "rules/packs", folder / "rules/packs")
        for packs in ("first-rule", "coming-from", "how-to/course", "how-to/frameworks"):
            shutil.copytree(ROOT / "docs" / packs, folder / "docs" / packs)
        shutil.copy(ROOT / "config.toml", folder)
        (folder / ".venv").mkdir()
        (folder / ".venv/bin").symlink_to(Path(sys.executable).parent)

    def play(self, path: Path) -> list[str]:
        """
        Do what a page says, block after block.

        Returns:
            What differs from what it shows, a text each.
        """
        page = path.read_text(encoding="utf-8")
        differences: list[str] = []
        new: list[tuple[Block, str]] = []
        for block in blocks(page):
            kind, _, where = block.info.partition(" ")
            if kind == "console":
                shown = self._console(block, differences, stays=where == "stays")
                new.append((block, shown))
            elif kind == "diff" and where:
                self._change(where, block.body)
            elif kind in {"yaml", "markdown"} and where:
                file = self.folder / where
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(block.body, encoding="utf-8")
        if REWRITE:
            for block, shown in reversed(new):
                page = page[: block.start] + shown + page[block.end :]
            path.write_text(page, encoding="utf-8")
        return differences

    def _console(self, block: Block, differences: list[str], *, stays: bool) -> str:
        shown = ""
        for command, expected in said(block.body):
            if stays:
                actual = self._start(command, expected)
            elif self._staying and LOOKS.search(command):
                actual = self._seen(command, expected)
            else:
                actual = self._run(command)
            now = bool(self._staying) or STORED in command
            as_shown = fits(expected, actual, now=now)
            if not as_shown:
                differences.append(f"{command}\n--- shown\n{expected}\n--- printed\n{actual}")
            shown += f"{command}\n" + _tidy(expected if as_shown else actual)
        return shown

    def _seen(self, command: str, expected: str) -> str:
        """Run a command that only looks until it shows what is expected, or patience ends."""
        if REWRITE:
            time.sleep(REWRITE_PAUSE)
            return self._run(command)
        until = time.monotonic() + PATIENCE_TO_LOOK
        while True:
            actual = self._run(command)
            if fits(expected, actual, now=True) or time.monotonic() > until:
                return actual
            time.sleep(0.2)

    def _run(self, command: str) -> str:
        """Run a command, and give what it prints."""
        finished = subprocess.run(
            ["bash", "-c", self._here(command)],
            cwd=self.folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return self._there(finished.stdout)

    def _start(self, command: str, expected: str) -> str:
        """Start a program that stays, and give what it prints until it has said the last line."""
        log = self.folder / f"terminal-{len(self._staying)}.log"
        with log.open("w", encoding="utf-8") as output:
            program = subprocess.Popen(
                ["bash", "-c", f"exec env {self._here(command)}"],
                cwd=self.folder,
                env=self._environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
            )
        self._staying.append(program)
        last = expected.splitlines()[-1] if expected else ""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and program.poll() is None:
            printed = self._there(log.read_text(encoding="utf-8"))
            if last and last in printed.splitlines():
                break
            time.sleep(0.05)
        time.sleep(READING)
        return self._there(log.read_text(encoding="utf-8"))

    def _change(self, where: str, change: str) -> None:
        """Take the lines with a minus out of a file and put those with a plus there."""
        file = self.folder / where
        lines = change.splitlines()
        before = "".join(f"{line[1:]}\n" for line in lines if line[0] in "- ")
        after = "".join(f"{line[1:]}\n" for line in lines if line[0] in "+ ")
        text = file.read_text(encoding="utf-8")

        assert 1 == text.count(before), f"{where} has not once:\n{before}"

        file.write_text(text.replace(before, after), encoding="utf-8")

    def _environment(self) -> dict[str, str]:
        dropped = ("MILEPOST_", "COV", "PYTEST")
        kept = {key: text for key, text in os.environ.items() if not key.startswith(dropped)}
        return kept | {"NO_COLOR": "1", "COLUMNS": "100", "MILEPOST_HTTP__PORT": str(self._port)}

    def _here(self, text: str) -> str:
        return text.removeprefix(PROMPT).replace(PORT, str(self._port))

    def _there(self, text: str) -> str:
        return text.replace(str(self._port), PORT).replace(str(self.folder), "/home/you/milepost")

    def close(self) -> None:
        """End what was started."""
        for program in self._staying:
            program.terminate()
        for program in self._staying:
            program.wait(PATIENCE)


@contextmanager
def room(folder: Path) -> Iterator[Room]:
    """Give a room in an empty folder, and end what was started in it."""
    made = Room(folder)
    try:
        yield made
    finally:
        made.close()


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        number: int = asked.getsockname()[1]
        return number
