"""
What a setting may be: a text, a number within bounds, one of some words, a path, a period.

A kind reads two forms, the value that TOML has typed and the text of an environment variable,
and says of both in the same words what would have been right.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

from adapters.lti.naming import Naming, NamingError
from engine.calendar import MICROSECOND
from engine.spelling import suggest
from engine.values import Hours
from notifications import address
from rules.phrases.phrases import Misread
from rules.phrases.time import HOURS, PERIOD, ZONE

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

FOREVER = "forever"
YES = frozenset({"true", "yes", "on", "1"})
NO = frozenset({"false", "no", "off", "0"})


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """
    One kind of setting.

    Attributes:
        what: What it is, with its article: `a whole number from 1 to 65535`.
        read: From the value in TOML, and the folder of that file, to ours.
        of_text: From an environment variable's text to what TOML would have had, None for the
            text itself.
    """

    what: str
    read: Callable[[object, Path], T | Misread]
    of_text: Callable[[str], object] | None = None

    def from_toml(self, value: object, folder: Path) -> T | Misread:
        """Read a value that TOML has typed."""
        return self.read(value, folder)

    def from_environment(self, text: str, folder: Path) -> T | Misread:
        """Read the text of an environment variable."""
        return self.read(text if self.of_text is None else self.of_text(text), folder)


def shown(value: object) -> str:
    """Show a value as TOML writes it, cut to a line's width."""
    text = str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')
    return text if len(text) <= 60 else text[:59] + "…"  # noqa: PLR2004 - a line's width


def _not(value: object, what: str, hint: str = "") -> Misread:
    return Misread(f"{shown(value)} is not {what}", hint)


def _plain(value: object, what: str, example: str) -> str | Misread:
    """Give a text without invisible signs, else say what it should be."""
    if not isinstance(value, str):
        hint = f"write it like: {example}"
        if isinstance(value, int | float) and not isinstance(value, bool):
            hint = f'put it in quotes: "{value}"'
        return _not(value, what, hint)
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in value):  # noqa: PLR2004 - ASCII's own
        return Misread("it has a line break or another invisible sign in it", "")
    return value


def text(example: str) -> Kind[str]:
    """Take any text of one line."""
    return Kind("a text", lambda value, _: _plain(value, "a text", f'"{example}"'))


def secret() -> Kind[str]:
    """Take any text; it is never shown, also not when it is wrong."""

    def read(value: object, _: Path) -> str | Misread:
        if isinstance(value, str):
            return value
        return Misread("it is not a text (it is not shown, as it may be a secret)", "quote it")

    return Kind("a text that is kept secret", read)


def whole(low: int, high: int) -> Kind[int]:
    """Take a whole number within bounds, both included."""
    what = f"a whole number from {low} to {high}"

    def read(value: object, _: Path) -> int | Misread:
        if isinstance(value, bool) or not isinstance(value, int):
            bare = value if isinstance(value, str) and value.isdecimal() else ""
            return _not(value, what, f"leave the quotes away: {bare}" if bare else "")
        if not low <= value <= high:
            return _not(value, what, f"write it like: {min(max(value, low), high)}")
        return value

    def of_text(written: str) -> object:
        try:
            return int(written)
        except ValueError:
            return written

    return Kind(what, read, of_text)


def factor(low: float, high: float) -> Kind[float]:
    """Take a number within bounds, both included."""
    what = f"a number from {low:g} to {high:g}"

    def read(value: object, _: Path) -> float | Misread:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return _not(value, what)
        if not low <= value <= high:
            return _not(value, what)
        return float(value)

    def of_text(written: str) -> object:
        try:
            return float(written)
        except ValueError:
            return written

    return Kind(what, read, of_text)


def paths(what: str = "a list of folders") -> Kind[tuple[Path, ...]]:
    """Take a list of paths, relative ones from config.toml's; between commas in a variable."""
    one, several = path(), names()

    def read(value: object, folder: Path) -> tuple[Path, ...] | Misread:
        written = several.read(value, folder)
        if isinstance(written, Misread):
            return written
        found = [one.read(each, folder) for each in written]
        wrong = next((each for each in found if isinstance(each, Misread)), None)
        return wrong or tuple(each for each in found if isinstance(each, Path))

    return Kind(what, read, several.of_text)


def switch() -> Kind[bool]:
    """Take true or false."""

    def read(value: object, _: Path) -> bool | Misread:
        if isinstance(value, bool):
            return value
        meant = str(value).lower()
        hint = "true" if meant in YES else "false" if meant in NO else ""
        return _not(value, "true or false", f"write it like: {hint}" if hint else "")

    def of_text(written: str) -> object:
        meant = written.strip().lower()
        return True if meant in YES else False if meant in NO else written

    return Kind("true or false", read, of_text)


def one_of(words: type[E]) -> Kind[E]:
    """Take one of some words."""
    known = [word.value for word in words]
    what = f"one of {', '.join(known)}"

    def read(value: object, _: Path) -> E | Misread:
        if isinstance(value, str) and value in known:
            return words(value)
        near = suggest(value.lower(), known) if isinstance(value, str) else ""
        return _not(value, what, f'did you mean "{near}"?' if near else "")

    return Kind(what, read)


def path() -> Kind[Path]:
    """Take a path; a relative one is meant from the folder of config.toml."""

    def read(value: object, folder: Path) -> Path | Misread:
        plain = _plain(value, "a path", '"var/mail"')
        if isinstance(plain, Misread):
            return plain
        if not plain:
            return Misread("an empty path leads nowhere", "")
        return folder / Path(plain).expanduser()

    return Kind("a path", read)


SQLITE = "sqlite:///"
POSTGRESQL = ("postgresql+psycopg://", "postgresql://")
OTHER_SPELLINGS = ("postgres://", "postgresql+psycopg2://", "postgresql+asyncpg://")


def database() -> Kind[str]:
    """Take a database's address; a relative SQLite path is meant from config.toml's folder."""
    what = f'a database: "{SQLITE}file.db" or "{POSTGRESQL[0]}user@host/name"'

    def read(value: object, folder: Path) -> str | Misread:
        if not isinstance(value, str):
            return _not(value, what)
        if value.startswith(POSTGRESQL):
            return value
        file = value.removeprefix(SQLITE)
        if file not in {value, "", ":memory:"}:
            return SQLITE + str(folder / file)
        # Never the whole of it: it may hold a password.
        opening = value.partition("://")[0][:30]
        if value.startswith(OTHER_SPELLINGS):
            return Misread(f"it begins with {opening}://", f"let it begin with {POSTGRESQL[0]}")
        return Misread(f'"{opening}…" is not {what}', f"write it like: {SQLITE}var/milepost.db")

    return Kind(what, read)


def web_address() -> Kind[str]:
    """Take an address that begins with http, or nothing."""

    def read(value: object, _: Path) -> str | Misread:
        plain = _plain(value, "a web address", '"https://milepost.example.edu"')
        if isinstance(plain, str) and plain and not plain.startswith(("https://", "http://")):
            return _not(plain, "a web address", f"write it like: https://{plain[:40]}")
        return plain

    return Kind("a web address", read)


def country() -> Kind[str]:
    """Take a country by its two letters, or nothing."""

    def read(value: object, _: Path) -> str | Misread:
        plain = _plain(value, "a country's two letters", '"ES"')
        if isinstance(plain, str) and plain and not re.fullmatch("[A-Z]{2}", plain):
            meant = plain.upper() if re.fullmatch("[A-Za-z]{2}", plain) else "ES"
            return _not(plain, "a country's two letters (ISO 3166-1)", f'write it like: "{meant}"')
        return plain

    return Kind("a country's two letters", read)


def naming() -> Kind[Naming]:
    """Take how a learner's name is made of what an LMS says of her."""
    what = "how learners are named"

    def read(value: object, _: Path) -> Naming | Misread:
        plain = _plain(value, what, '"{iss}|{sub}"')
        if isinstance(plain, Misread):
            return plain
        try:
            return Naming(plain)
        except NamingError as error:
            return Misread(f"{shown(plain)} is not {what}: {error}", 'write it like: "{iss}|{sub}"')

    return Kind(what, read)


def mailbox() -> Kind[str]:
    """Take one plain e-mail address, or nothing."""

    def read(value: object, _: Path) -> str | Misread:
        plain = _plain(value, "an e-mail address", '"milepost@example.edu"')
        if isinstance(plain, str) and plain and (why := address.refusal(plain)):
            return Misread(f"{shown(plain)} is not an e-mail address: {why}", "")
        return plain

    return Kind("an e-mail address", read)


def period(*, or_forever: bool = False) -> Kind[timedelta | None]:
    """Take a period such as `7 days`, a day being 24 hours; None stands for `forever`."""
    what = "a period" + (f" or {FOREVER}" if or_forever else "")

    def read(value: object, _: Path) -> timedelta | Misread | None:
        if or_forever and value == FOREVER:
            return None
        if not isinstance(value, str):
            return _not(value, what, f'write it like: "{PERIOD.example}"')
        found = PERIOD(value)
        return found if isinstance(found, Misread) else found.elapsed * MICROSECOND

    return Kind(what, read)


def a_period() -> Kind[timedelta]:
    """Take a period such as `7 days`, a day being 24 hours."""
    may_be_none = period()

    def read(value: object, folder: Path) -> timedelta | Misread:
        found = may_be_none.read(value, folder)
        return timedelta() if found is None else found

    return Kind("a period", read)


def quiet() -> Kind[Hours | None]:
    """Take quiet hours such as `21:00 to 08:00 and weekends`; "" for none."""

    def read(value: object, _: Path) -> Hours | Misread | None:
        if value == "":
            return None
        if not isinstance(value, str):
            return _not(value, HOURS.what, f'write it like: "{HOURS.example}"')
        return HOURS(value)

    return Kind(HOURS.what, read)


def zone() -> Kind[str]:
    """Take a time zone by its name."""

    def read(value: object, _: Path) -> str | Misread:
        if not isinstance(value, str):
            return _not(value, ZONE.what, f'write it like: "{ZONE.example}"')
        return ZONE(value)

    return Kind(ZONE.what, read)


def instant() -> Kind[datetime | None]:
    """Take a time with an offset, as TOML's own or as text; "" for none."""
    what = "a time with an offset"
    example = "write it like: 2025-03-03T08:00:00+01:00"

    def read(value: object, _: Path) -> datetime | Misread | None:
        if value == "":
            return None
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                return _not(value, what, example)
        if not isinstance(value, datetime) or value.tzinfo is None:
            return Misread(f"{shown(str(value))} is not {what}", example)
        return value

    return Kind(what, read)


def names(*, hidden: bool = False) -> Kind[tuple[str, ...]]:
    """Take a list of texts; in an environment variable they stand between commas."""
    what = "a list of texts"

    def read(value: object, _: Path) -> tuple[str, ...] | Misread:
        if not isinstance(value, list):
            told = "it" if hidden else shown(value)
            return Misread(f"{told} is not {what}", 'write it like: ["reminders", "awards"]')
        found: list[str] = []
        for each in value:
            if not isinstance(each, str) or not each.strip():
                told = "one of the list" if hidden else shown(each)
                return Misread(f"{told} is not a text", "")
            found.append(each.strip())
        return tuple(found)

    def of_text(written: str) -> object:
        return [part for part in written.split(",") if part.strip()]

    return Kind(what, read, of_text)
