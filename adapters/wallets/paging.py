"""A list in pages: what was asked of it, and the links from one page to another (RFC 8288)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import urlencode

from adapters.wallets.answer import Values
from adapters.wallets.status_info import INVALID_QUERY, NotServedError

USUAL, MOST = 50, 100
DIGITS = 9


@dataclass(frozen=True, slots=True)
class Paging:
    """
    What was asked of a list.

    Attributes:
        since: Only what was issued after this instant.
        written: The same as it was written.
    """

    limit: int = USUAL
    offset: int = 0
    since: datetime | None = None
    written: str = ""

    def headers(self, address: str, total: int) -> Mapping[str, str]:
        """Give what HTTP says besides: how much there is, and where the other pages are."""
        shift = self.offset % self.limit
        last = shift + max(0, total - 1 - shift) // self.limit * self.limit
        places = {"last": last, "first": 0}
        if self.offset + self.limit < total:
            places = {"next": self.offset + self.limit, **places}
        if self.offset:
            places["prev"] = max(0, self.offset - self.limit)
        links = (f'<{address}?{self._query(at)}>; rel="{rel}"' for rel, at in places.items())
        return {"X-Total-Count": str(total), "Link": ", ".join(links)}

    def _query(self, offset: int) -> str:
        told = {"limit": str(self.limit), "offset": str(offset)}
        return urlencode({**told, **({"since": self.written} if self.written else {})})


def paging(values: Values) -> Paging:
    """
    Read what was asked of a list.

    Raises:
        NotServedError: A parameter is none.
    """
    written = _one(values, "since")
    limit = _number(values, "limit", 1, USUAL)
    return Paging(min(limit, MOST), _number(values, "offset", 0, 0), _moment(written), written)


def _one(values: Values, name: str) -> str:
    found = values.get(name, [""])
    if len(found) > 1:
        raise _wrong(f"{name} comes twice")
    return found[0].strip()


def _number(values: Values, name: str, least: int, usual: int) -> int:
    text = _one(values, name)
    if not text and name not in values:
        return usual
    if not (text.isascii() and text.isdecimal() and len(text) <= DIGITS and int(text) >= least):
        raise _wrong(f"{name} is a whole number from {least}, not {text[:20]!r}")
    return int(text)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        # A plus sign that nobody encoded arrives as a space.
        found = datetime.fromisoformat(text.replace(" ", "+"))
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _wrong(f"since is a time such as 2026-03-02T09:00:00Z, not {text[:40]!r}") from None


def _wrong(sentence: str) -> NotServedError:
    return NotServedError(HTTPStatus.BAD_REQUEST, sentence, INVALID_QUERY)
