"""What an app asked over HTTP, and what it is answered, without a web framework in between."""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field

Values = Mapping[str, list[str]]
"""Of a query or a form; a name may come twice."""

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Asked:
    """
    A request.

    Attributes:
        uri: Under the public address, not under the one that a proxy knows.
        authorization: The header, "" where there is none.
    """

    method: str
    uri: str
    values: Values
    authorization: str = ""

    def repeated(self) -> str:
        """Give a parameter that comes twice, which OAuth forbids; "" where none does."""
        return next((name for name, values in self.values.items() if len(values) > 1), "")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; `location` is where a browser is sent."""

    status: int
    body: bytes = b""
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def location(self) -> str:
        """Give where a browser is sent, "" where it is not."""
        return self.headers.get("Location", "")


def readable(authorization: str) -> str:
    """
    Give an Authorization header by which an app proves itself, "" for any other.

    Authlib takes Basic for text in UTF-8 without a look, and breaks where it is none.
    """
    scheme, _, rest = authorization.strip().partition(" ")
    shown = rest.strip()
    if scheme.lower() != "basic" or not shown:
        return ""
    try:
        b64decode(shown, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return f"Basic {shown}"
