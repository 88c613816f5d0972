"""
From config.toml and the environment to Settings, and to what is wrong with them, with places.

tomllib keeps no positions, so a small scan over the lines finds where a key stands; it is
only asked once something is wrong.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, fields, replace
from pathlib import Path
from typing import TypeVar, cast

from adapters.settings.contradictions import contradictions
from adapters.settings.kinds import Kind
from adapters.settings.tree import (
    API_KEYS,
    CONFIG,
    CONFIG_VARIABLE,
    FLAGS,
    KEY,
    KIND,
    LtiSettings,
    PlatformSettings,
    Settings,
)
from engine.source import Problem, Severity, Span
from engine.spelling import suggest
from rules.phrases.phrases import Misread

S = TypeVar("S")

UNREADABLE = "C100"
UNKNOWN_SECTION = "C101"
UNKNOWN_KEY = "C102"
WRONG_VALUE = "C103"
UNKNOWN_VARIABLE = "C105"

LTI = "lti"
PREFIX = "MILEPOST_"
BETWEEN = "__"
OTHER_VARIABLES = (API_KEYS, CONFIG_VARIABLE)

_TABLE = re.compile(r"^\s*\[\s*([^\]\[]+?)\s*\]")
_ASSIGNED = re.compile(r"^\s*([A-Za-z0-9_\-.\"']+(?:\s*\.\s*[A-Za-z0-9_\-\"']+)*)\s*=\s*")
_TOML_PLACE = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class _Places:
    """Where keys and values stand in the text of one file."""

    file: str
    lines: tuple[str, ...]

    def key(self, section: str, key: str = "") -> Span:
        """Give the place of a key's name, or of a section's."""
        return self._find(section, key, value=False)

    def value(self, section: str, key: str) -> Span:
        """Give the place of a key's value."""
        return self._find(section, key, value=True)

    def _find(self, section: str, key: str, *, value: bool) -> Span:
        opened = ""
        fallback = Span(self.file)
        for number, line in enumerate(self.lines, 1):
            table = _TABLE.match(line)
            if table:
                opened = _bare(table.group(1))
                if opened == section:
                    fallback = Span(self.file, number, table.start(1) + 1, len(table.group(1)))
                    if not key:
                        return fallback
                continue
            found = _ASSIGNED.match(line)
            if not found:
                continue
            full = ".".join(part for part in (opened, _bare(found.group(1))) if part)
            if full == f"{section}.{key}" or (not key and full.partition(".")[0] == section):
                if value:
                    rest = line[found.end() :].rstrip()
                    return Span(self.file, number, found.end() + 1, max(1, len(rest)))
                return Span(self.file, number, found.start(1) + 1, len(found.group(1)))
            if full == section:
                within = re.search(rf"[{{,\s]({re.escape(key)})\s*=", line)
                column = within.start(1) if within else found.start(1)
                fallback = Span(self.file, number, column + 1, len(key))
        return fallback


def _bare(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))


def load_settings(
    path: Path | None, environ: Mapping[str, str], flags: Mapping[str, str] | None = None
) -> tuple[Settings, tuple[Problem, ...]]:
    """
    Read config.toml, the environment and the command line; the later goes before the earlier.

    Args:
        path: The file; None where there is none. Relative paths in it, and in the environment,
            are meant from its folder, or else from the current one.
        environ: The environment, with its `MILEPOST_SECTION__KEY`.
        flags: Options of FLAGS and their texts; relative paths are meant from the current folder.

    Returns:
        The settings, with the default wherever something is wrong, and all that is wrong, in
        order of place. Settings with an error among their problems must not be run.
    """
    problems: list[Problem] = []
    table: dict[str, object] = {}
    places = _Places(CONFIG if path is None else str(path), ())
    if path is not None:
        text = _text_of(path, problems)
        places = _Places(str(path), tuple(text.splitlines()))
        table = _table_of(text, places, problems)
    source = _Source(path, environ, flags or {}, places)
    sections = {section.name: section for section in fields(Settings)}
    problems.extend(
        _unknown_section(name, sections, table, places) for name in table if name not in sections
    )
    read: dict[str, object] = {}
    default = Settings()
    for name in sections:
        given = table.get(name, {})
        if not isinstance(given, dict):
            problems.append(
                Problem(
                    places.key(name),
                    WRONG_VALUE,
                    f"`{name}` is a section",
                    f"write it like: [{name}]",
                )
            )
            given = {}
        section: object = getattr(default, name)
        read[name] = (
            _platforms(given, source, problems)
            if isinstance(section, LtiSettings)
            else _section(section, name, given, source, problems)
        )
    problems.extend(_unknown_variables(environ))
    settings = _filled(default, read)
    problems.extend(contradictions(settings, source.place))
    return settings, tuple(sorted(problems, key=lambda problem: problem.place))


def _text_of(path: Path, problems: list[Problem]) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        problems.append(Problem(Span(str(path)), UNREADABLE, "it is not UTF-8", "save it as UTF-8"))
    except OSError as error:
        problems.append(
            Problem(Span(str(path)), UNREADABLE, f"it can't be read: {error.strerror or error}")
        )
    return ""


def _table_of(text: str, places: _Places, problems: list[Problem]) -> dict[str, object]:
    try:
        return cast("dict[str, object]", tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        message = str(error)
        found = _TOML_PLACE.search(message)
        line, column = len(places.lines) or 1, 1
        if found:
            message = message[: found.start()].strip()
            if found.group(1):
                line, column = int(found.group(1)), int(found.group(2))
        lowered = message[:1].lower() + message[1:]
        hint = _toml_hint(places.lines[line - 1] if line <= len(places.lines) else "")
        problems.append(
            Problem(Span(places.file, line, column), UNREADABLE, f"not TOML: {lowered}", hint)
        )
        return {}


def _toml_hint(line: str) -> str:
    """Say what the most frequent slip in a line of TOML was: a text without quotes."""
    found = re.match(r"^\s*([A-Za-z0-9_-]+)\s*[=:]\s*([^\s\"'\[{#][^#]*?)\s*(#.*)?$", line)
    if found and found.group(2) not in {"true", "false"}:
        value = found.group(2).replace('"', "")
        return f'write it like: {found.group(1)} = "{value}"'
    return ""


MOVED = {("http", "public"): "write it under [web], as public_url"}
"""Settings that have moved, by section and key, and where to."""


def _unknown_section(
    name: str, sections: Mapping[str, object], table: Mapping[str, object], places: _Places
) -> Problem:
    near = suggest(name, sections)
    hint = f"did you mean [{near}]?" if near else f"the sections are {', '.join(sections)}"
    owners = [
        section.name
        for section in fields(Settings)
        if not isinstance(table[name], dict) and name in _keys_of(getattr(Settings(), section.name))
    ]
    if owners:
        hint = f"write it under [{owners[0]}]"
    return Problem(places.key(name), UNKNOWN_SECTION, f"there is no section `{name}`", hint)


def _keys_of(section: object) -> dict[str, "Field[object]"]:
    """Give a section's settings by their names in config.toml."""
    found = fields(section)  # type: ignore[arg-type]  # every section is a dataclass
    return {str(each.metadata[KEY] or each.name): each for each in found if KEY in each.metadata}


def variable(section: str, key: str) -> str:
    """Give the name of the environment variable that stands for a setting."""
    return f"{PREFIX}{section}{BETWEEN}{key}".upper()


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a setting may be said: on the command line, in the environment, in the file."""

    path: Path | None
    environ: Mapping[str, str]
    flags: Mapping[str, str]
    places: _Places

    @property
    def folder(self) -> Path:
        """The folder that relative paths are meant from."""
        return Path() if self.path is None else self.path.parent

    def flag(self, section: str, key: str) -> str:
        """Give the option that says a setting, "" if none does."""
        said = (option for option, what in FLAGS.items() if what == (section, key))
        return next((option for option in said if option in self.flags), "")

    def place(self, section: str, key: str) -> Span:
        """Say where a setting was said, or would be."""
        if option := self.flag(section, key):
            return Span(option, 0, 0)
        if (name := variable(section, key)) in self.environ:
            return Span(name, 0, 0)
        return self.places.value(section, key)

    def read(
        self, section: str, key: str, kind: Kind[object], given: Mapping[str, object]
    ) -> object:
        """Give a setting as it is said, a Misread, or None if it is not said at all."""
        if option := self.flag(section, key):
            return kind.from_environment(self.flags[option], Path())
        if (name := variable(section, key)) in self.environ:
            return kind.from_environment(self.environ[name], self.folder)
        return kind.from_toml(given[key], self.folder)

    def says(self, section: str, key: str, given: Mapping[str, object]) -> bool:
        """Say whether a setting is said anywhere."""
        return (
            key in given or variable(section, key) in self.environ or self.flag(section, key) != ""
        )


def _section(
    default: S,
    name: str,
    given: Mapping[str, object],
    source: _Source,
    problems: list[Problem],
) -> S:
    keys = _keys_of(default)
    for key in given:
        if key not in keys:
            near = suggest(key, keys)
            hint = f"did you mean {near}?" if near else f"[{name}] has {', '.join(keys)}"
            hint = MOVED.get((name, key), hint)
            place = source.places.key(name, key)
            problems.append(Problem(place, UNKNOWN_KEY, f"[{name}] has no setting `{key}`", hint))
    values: dict[str, object] = {}
    for key, each in keys.items():
        kind = cast("Kind[object]", each.metadata[KIND])
        current: object = getattr(default, each.name)
        values[each.name] = _based(current, kind, source.folder)
        if source.says(name, key, given):
            value = source.read(name, key, kind, given)
            if isinstance(value, Misread):
                message = f"{key}: {value.message}"
                problems.append(Problem(source.place(name, key), WRONG_VALUE, message, value.hint))
            else:
                values[each.name] = value
    return _filled(default, values)


def _platforms(
    given: Mapping[str, object], source: _Source, problems: list[Problem]
) -> LtiSettings:
    """Read the sections `[lti.NAME]`, whose names are the operator's."""
    found: dict[str, PlatformSettings] = {}
    for name, table in given.items():
        section = f"{LTI}.{name}"
        if isinstance(table, dict):
            found[name] = _section(PlatformSettings(), section, table, source, problems)
            continue
        place = source.places.key(LTI, name)
        hint = f"write it under [{LTI}.moodle], or whatever you call your LMS"
        problems.append(Problem(place, UNKNOWN_KEY, f"[{LTI}] has no setting `{name}`", hint))
    return LtiSettings(found)


def _filled(default: S, values: Mapping[str, object]) -> S:
    """Give a part of the tree with values that its fields' own kinds have read."""
    return replace(default, **values)  # type: ignore[type-var] # every section is a dataclass


def _based(current: object, kind: Kind[object], folder: Path) -> object:
    """Give a default as it is meant from a folder: only paths and addresses depend on it."""
    if isinstance(current, Path) or (isinstance(current, str) and current.startswith("sqlite:")):
        return kind.from_toml(str(current), folder)
    return current


def _unknown_variables(environ: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a problem for each variable of ours that stands for nothing."""
    default = Settings()
    known = [
        variable(section.name, key)
        for section in fields(Settings)
        for key in _keys_of(getattr(default, section.name))
    ]
    for name in environ:
        if not name.startswith(PREFIX) or name in known or name in OTHER_VARIABLES:
            continue
        near = suggest(name, (*known, *OTHER_VARIABLES))
        if BETWEEN in name:
            hint = f"did you mean {near}?" if near else "its form is MILEPOST_SECTION__KEY"
            yield Problem(Span(name, 0, 0), UNKNOWN_VARIABLE, "no setting has this name", hint)
        elif near:
            yield Problem(
                Span(name, 0, 0),
                UNKNOWN_VARIABLE,
                "no setting has this name; it is ignored",
                f"did you mean {near}?",
                Severity.WARNING,
            )
