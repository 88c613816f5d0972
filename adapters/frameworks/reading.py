"""A file that is said to be a framework: which format it is in, and what it holds."""

import csv
import io
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

import msgspec

from adapters.frameworks.case import is_case, read_case
from adapters.frameworks.ctdl_asn import is_ctdl_asn, read_ctdl_asn
from adapters.frameworks.draft import Draft, UnreadableFrameworkError
from adapters.frameworks.rsd import is_rsd, is_rsd_table, read_rsd, read_rsd_table
from adapters.frameworks.tables import is_esco, is_onet, read_esco, read_onet

MOST_BYTES = 512 * 1024 * 1024
LONGEST_FIELD = 16 * 1024 * 1024


class Format(StrEnum):
    """The formats that frameworks are read in."""

    CASE = "case"
    RSD = "rsd"
    CTDL_ASN = "ctdl-asn"
    ESCO = "esco"
    ONET = "onet"


def read_framework(path: Path, asked: Format | None = None) -> Draft:
    """
    Read a framework from a file.

    Args:
        path: The file.
        asked: Its format, None to find out.

    Raises:
        OSError: The file can't be read.
        UnreadableFrameworkError: It is in none of the formats, or not in the one asked for.
    """
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableFrameworkError(f"it is larger than {MOST_BYTES // 1024 // 1024} MiB")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFrameworkError(f"byte {error.start}: it is not UTF-8") from None
    if text.lstrip()[:1] in ("{", "["):
        return _json(text, asked)
    return _table(text, asked)


def _json(text: str, asked: Format | None) -> Draft:
    try:
        document: object = msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise UnreadableFrameworkError(f"it is no JSON: {error}") from None
    known = {
        Format.CASE: (is_case, read_case),
        Format.CTDL_ASN: (is_ctdl_asn, read_ctdl_asn),
        Format.RSD: (is_rsd, read_rsd),
    }
    for form, (fits, read) in known.items():
        if fits(document) and asked in (None, form):
            return read(document)
    if asked in known:
        return known[asked][1](document)
    raise UnreadableFrameworkError(
        "this JSON is no CASE package, no Rich Skill Descriptor and no CTDL-ASN graph"
        if asked is None
        else f"{asked.value} is read from tables, and this is JSON"
    )


def _table(text: str, asked: Format | None) -> Draft:
    lines = text.splitlines()
    head = lines[0] if lines else ""
    separator = "\t" if "\t" in head else ";" if head.count(";") > head.count(",") else ","
    columns = next(csv.reader([head], delimiter=separator), [])
    rows = _rows(text, separator)
    if asked is Format.ESCO or (asked is None and is_esco(columns)):
        return read_esco(rows)
    if asked is Format.ONET or (asked is None and is_onet(columns)):
        return read_onet(rows)
    if asked is Format.RSD or (asked is None and is_rsd_table(columns)):
        return read_rsd_table(rows)
    raise UnreadableFrameworkError(
        "line 1: its columns are none of ESCO's, O*NET's or OSMT's"
        if asked is None
        else f"{asked.value} is read from JSON, and this is none"
    )


def _rows(text: str, separator: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for row in reader:
            named = {(name or "").strip(): value for name, value in row.items()}
            yield (
                reader.line_num,
                {name: value.strip() for name, value in named.items() if isinstance(value, str)},
            )
    except csv.Error as error:
        raise UnreadableFrameworkError(f"line {reader.line_num}: {error}") from None
