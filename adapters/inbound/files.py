"""
Files and folders of events, whatever is in them, as one stream.

What a file is, its name tells (`.jsonl`, `.ndjson`, `.json`, `.csv`, each also with `.gz`);
whether a line is Milepost's own or xAPI, the line tells. Files of lines and tables are streamed;
a file that is one JSON value is read whole, up to a limit.
"""

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from adapters.inbound import native, oulad, tables, xapi
from adapters.inbound.received import UNREADABLE, BadBody, Received, refused

LINES = (".jsonl", ".ndjson")
WHOLE = ".json"
TABLE = ".csv"
KNOWN = (*LINES, WHOLE, TABLE)

MAX_LINE = 4 * 1024 * 1024
"""Bytes in one line; a longer one is put aside, of which only the beginning is kept."""

KEPT = 1024
MAX_WHOLE = 256 * 1024 * 1024
"""Bytes in a file that is one JSON value."""

BROKEN = (OSError, EOFError, zlib.error)


class _Probe(msgspec.Struct):
    actor: msgspec.Raw = msgspec.Raw()
    learner: msgspec.Raw = msgspec.Raw()


_probe = msgspec.json.Decoder(_Probe)


def read_files(paths: Iterable[Path], source: str, arrived: datetime) -> Iterator[Received]:
    """
    Read files and folders, in the order given.

    Args:
        paths: Files; or folders, of which OULAD's are known by their tables and of others every
            file of a known kind is read, in the order of its path.
        source: Whose events these are.
        arrived: When they came: the time of what tells none.

    Raises:
        BadBody: A file is missing, of no known kind, broken or cut short; the message names it.
            What could be read of it before has been given.
    """
    for path in paths:
        if path.is_dir():
            yield from _folder(path, source, arrived)
        else:
            yield from _file(path, source, arrived)


def read_any(raw: bytes, source: str, arrived: datetime) -> Received:
    """Read one JSON value, Milepost's own or an xAPI statement."""
    if _is_statement(raw):
        return xapi.read(raw, source, arrived)
    return native.read(raw, source, arrived)


def _is_statement(raw: bytes) -> bool:
    """Tell xAPI from Milepost's own form: who it is about is an actor, not a learner."""
    if b'"actor"' not in raw:
        return False
    try:
        probe = _probe.decode(raw)
    except UNREADABLE:
        return False
    return bytes(probe.actor) != b"" and bytes(probe.learner) == b""


def _folder(folder: Path, source: str, arrived: datetime) -> Iterator[Received]:
    if oulad.is_oulad(folder):
        yield from oulad.read(folder, source, arrived)
        return
    found = sorted(path for path in folder.rglob("*") if path.is_file() and _kind(path))
    if not found:
        raise BadBody(f"{folder}: no file of events in it ({', '.join(KNOWN)}, also with .gz)")
    for path in found:
        yield from _file(path, source, arrived)


def _kind(path: Path) -> str:
    """Give the ending that tells what is in a file, "" if it is none of ours."""
    ending = Path(path.name.lower().removesuffix(".gz")).suffix
    return ending if ending in KNOWN else ""


def _file(path: Path, source: str, arrived: datetime) -> Iterator[Received]:
    """Read one file; whatever is wrong with the whole of it names it."""
    kind = _kind(path)
    if not kind:
        raise BadBody(f"{path}: not a file of events ({', '.join(KNOWN)}, also with .gz)")
    try:
        with _opened(path) as stream:
            if kind in LINES:
                yield from _lines(stream, source, arrived)
            elif kind == WHOLE:
                yield from _whole(stream, source, arrived)
            else:
                text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
                yield from tables.read(text, source, arrived)
    except BadBody as error:
        raise BadBody(f"{path}: {error}") from None
    except UnicodeDecodeError:
        raise BadBody(f"{path}: not UTF-8; save it as CSV in UTF-8") from None
    except FileNotFoundError:
        raise BadBody(f"{path}: no such file") from None
    except EOFError:
        raise BadBody(f"{path}: cut short; the compressed data ends too early") from None
    except BROKEN as error:
        raise BadBody(f"{path}: can't be read: {error}") from None


def _opened(path: Path) -> io.BufferedReader:
    if path.name.lower().endswith(".gz"):
        return io.BufferedReader(gzip.GzipFile(path, "rb"))
    return path.open("rb")


def _lines(stream: io.BufferedReader, source: str, arrived: datetime) -> Iterator[Received]:
    """Read one JSON value a line; empty lines are nothing."""
    for number, line in enumerate(iter(lambda: stream.readline(MAX_LINE), b""), 1):
        if len(line) == MAX_LINE and not line.endswith(b"\n"):
            while (more := stream.readline(MAX_LINE)) and not more.endswith(b"\n"):
                pass
            yield refused(line[:KEPT], f"json: line {number} is longer than {MAX_LINE:,} bytes")
            continue
        text = line.removeprefix(native.BOM).strip()
        if text:
            received = read_any(text, source, arrived)
            if received.reason.startswith("json: "):
                sentence = received.reason.removeprefix("json: ")
                received = refused(text, f"json: line {number}: {sentence}", received.id)
            yield received


def _whole(stream: io.BufferedReader, source: str, arrived: datetime) -> Iterator[Received]:
    """Read a file that is one object, an array or, against its name, lines of objects."""
    body = stream.read(MAX_WHOLE + 1)
    if len(body) > MAX_WHOLE:
        raise BadBody(f"larger than {MAX_WHOLE:,} bytes; write one event a line, as .jsonl")
    for raw in native.split(body):
        yield read_any(raw, source, arrived)
