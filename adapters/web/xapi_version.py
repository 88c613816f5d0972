"""
The version of xAPI that a request speaks and its answer is given in.

A client of 1.0 is answered as 1.0.3, one of 2.0 as 2.0.0; a statement's meaning for us is the
same in both.
"""

import re

from litestar.exceptions import ClientException

HEADER = "X-Experience-API-Version"
KNOWN = ("1.0.3", "2.0.0")
_VERSION = re.compile(r"(1\.0|2\.0)(\.[0-9]{1,4})?")


def version_of(header: str | None) -> str:
    """
    Give the version to answer in.

    Raises:
        ClientException: The header is missing, or names a version that is not known.
    """
    if not header or not header.strip():
        raise ClientException(f"the header {HEADER} is missing; send {' or '.join(KNOWN)}")
    found = _VERSION.fullmatch(header.strip())
    if not found:
        raise ClientException(
            f"{HEADER} is {header.strip()[:40]!r}; versions {' and '.join(KNOWN)} are spoken here"
        )
    return KNOWN[0] if found.group(1) == "1.0" else KNOWN[1]


def answered_in(header: str) -> str:
    """Give the version to refuse in: the one asked for if it is known, else the newest."""
    found = _VERSION.fullmatch(header.strip())
    return KNOWN[0] if found and found.group(1) == "1.0" else KNOWN[1]
