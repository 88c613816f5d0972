"""
Packs: folders in, one ruleset and all problems of all files out.

All names of all packs are collected before any rule is read, so files may stand in any order.
A pack named in `uses` that was not given is looked for beside those that were. Nothing is
raised for what authors write, nor for a folder that isn't there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from engine.actions import Limits
from engine.facts import NO_FACTS, Facts
from engine.ruleset import Ruleset
from engine.source import Problem, Span
from engine.spelling import suggest
from engine.terms import Choice
from rules import text as nodes
from rules.fingerprint import fingerprint
from rules.folders import (
    PACK_FILE,
    base_of,
    category_of,
    files_in,
    name_in,
    packs_among,
    packs_in,
)
from rules.reader import pack as pack_reader
from rules.reader import things
from rules.reader.findings import Findings
from rules.reader.names import Names, Scope
from rules.reader.uses import Used, fill, join_credentials
from rules.timeline import ReadTest

T = TypeVar("T")

MESSAGES = "messages/"
TEST_ENDING = ".test.yaml"


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What was read.

    Attributes:
        ruleset: Everything that is right, of the given packs and those they use.
        problems: What is wrong, in order of place.
        given: The names of the packs that were given, in order.
        folders: The folder of each pack.
        messages: Message files by full name (`pack/messages/x.md`): those that are named, their
            variants for other languages (`x.es.md`), and all in `messages/`.
        tests: Test files of the given packs.
        texts: The lines of each file, by the name that spans carry.
        playing: The use of a pack that its tests are played in, "" for the packs themselves.
        instances: The packs that are there once more under another name, by that name.
        read_tests: Test files that were read beside it: `check` and `test` ask for each several
            times.
    """

    ruleset: Ruleset
    problems: tuple[Problem, ...]
    given: tuple[str, ...]
    folders: Mapping[str, Path]
    messages: Mapping[str, Path]
    tests: tuple[Path, ...]
    texts: Mapping[str, tuple[str, ...]]
    instances: Mapping[str, str] = field(default_factory=dict)
    playing: str = ""
    read_tests: dict[tuple[str, str, bytes, bool], ReadTest] = field(
        default_factory=dict, compare=False, repr=False
    )


@dataclass(slots=True)
class _Opened:
    """A pack whose pack.yaml could be read at least as far as its name."""

    folder: Path
    root: nodes.Mapping
    head: pack_reader.Head
    files: list[nodes.Document] = field(default_factory=list)
    tests: list[Path] = field(default_factory=list)
    messages: dict[str, Path] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    original: str = ""
    same: bool = False
    used_at: Span | None = None

    def has_file(self, name: str) -> bool:
        """Say whether there is a file, and remember that a rule named it."""
        self.asked.add(name)
        return name in self.messages

    def message_files(self) -> dict[str, Path]:
        """Give what is a message: what is named, its variants, and all in `messages/`."""
        return {
            name: path
            for name, path in sorted(self.messages.items())
            if name.startswith(MESSAGES) or name in self.asked or base_of(name) in self.asked
        }


def read_packs(
    folders: Sequence[Path],
    search: Sequence[Path] = (),
    zone: str = "UTC",
    facts: Facts = NO_FACTS,
) -> Reading:
    """
    Read packs from their folders.

    Args:
        folders: Folders of packs, or folders that hold such folders.
        search: Further folders in which packs named by `uses` are looked for.
        zone: The time zone of those whose zone nobody knows.
        facts: Who answers `fact`.

    Returns:
        The ruleset and what is wrong. A pack with errors is in it as far as it is right.
    """
    return _Reader(search, facts).read(folders, zone)


class _Reader:
    def __init__(self, search: Sequence[Path], facts: Facts) -> None:
        self.search = search
        self.findings = Findings()
        self.names = Names(facts=facts)
        self.texts: dict[str, tuple[str, ...]] = {}
        self.packs: dict[str, _Opened] = {}
        self.declared: dict[str, pack_reader.Declared] = {}
        self.instances: dict[str, str] = {}

    def read(self, folders: Sequence[Path], zone: str) -> Reading:
        found = packs_among(folders, self.findings)
        given = [name for folder in found if (name := self._open(folder))]
        self._open_used()
        for name, opened in self.packs.items():
            scope = self._scope(name, opened)
            pack_reader.register(opened.root, scope)
            for document in opened.files:
                if isinstance(document.root, nodes.Mapping):
                    things.register(document.root, scope)
        for name, opened in self.packs.items():
            scope = self._scope(name, opened)
            self.declared[name] = pack_reader.read_pack(opened.root, opened.head, scope)
        read = self._read_files()
        tests = [path for name in given for path in self.packs[name].tests]
        return Reading(
            ruleset=self._ruleset(read, zone),
            problems=self.findings.sorted(),
            given=tuple(given),
            folders={name: opened.folder for name, opened in self.packs.items()},
            messages={
                f"{name}/{file}": path
                for name, opened in self.packs.items()
                for file, path in opened.message_files().items()
            },
            tests=tuple(tests),
            texts=self.texts,
            instances=self.instances,
        )

    # --- folders and files

    def _document(self, path: Path, name: str) -> nodes.Document | None:
        """Read a file, keep its lines, and note what is wrong with it as a text."""
        try:
            raw = path.read_bytes()
        except OSError as error:
            self.findings.add(
                Span(name),
                "E101",
                f"the file can't be read: {error.strerror}",
                "look at its permissions",
            )
            return None
        document = nodes.read_text(raw, name)
        self.texts[name] = document.lines
        self.findings.take(document.problems)
        return document

    def _open(self, folder: Path) -> str:
        """Open a pack; "" where it has no name to be known by."""
        name = str(folder / PACK_FILE)
        document = self._document(folder / PACK_FILE, name)
        if document is None or document.is_broken:
            self._read_nameless(folder)
            return ""
        root = document.root
        if not isinstance(root, nodes.Mapping):
            self.findings.add(
                Span(name), "E106", "pack.yaml says no `pack`", "begin it with: pack: my-pack"
            )
            self._read_nameless(folder)
            return ""
        head = pack_reader.peek(root)
        if head is None:
            scope = Scope("", self.names, self.findings, lambda _: True, tuple)
            pack_reader.read_pack(root, pack_reader.Head("", "", ()), scope)
            self._read_nameless(folder)
            return ""
        other = self.packs.get(head.id)
        if other is not None:
            key = root.get("pack")
            self.findings.add(
                key.span if key else Span(name),
                "E206",
                f"there are two packs named `{head.id}`",
                f"the other is in {other.folder}; give each its own name",
            )
            return ""
        opened = _Opened(folder, root, head)
        self.packs[head.id] = opened
        self.names.uses[head.id] = frozenset(used.name for used in head.uses)
        self._take_files(head.id, opened)
        return head.id

    def _read_nameless(self, folder: Path) -> None:
        """Note what is wrong in the files of a pack whose pack.yaml can't be used."""
        name = str(folder)
        opened = _Opened(folder, nodes.Mapping(Span(name), ()), pack_reader.Head(name, "", ()))
        self.names.unread.add(name)
        self._take_files(name, opened)
        scope = self._scope(name, opened)
        for document in opened.files:
            if isinstance(document.root, nodes.Mapping):
                things.register(document.root, scope)
        for document in opened.files:
            if isinstance(document.root, nodes.Mapping):
                defaults = things.Defaults({}, Choice.BEST)
                things.read_file(document.root, scope, defaults, things.Read())

    def _take_files(self, name: str, opened: _Opened) -> None:
        for path in files_in(opened.folder):
            inside = path.relative_to(opened.folder).as_posix()
            if path.name.endswith(TEST_ENDING):
                opened.tests.append(path)
            elif path.suffix == ".md":
                opened.messages[inside] = path
            elif path.suffix in {".yaml", ".yml"} and inside != PACK_FILE:
                document = self._document(path, str(opened.folder / inside))
                if document is None or document.is_broken:
                    self.names.unread.add(name)
                elif document.root is None or isinstance(document.root, nodes.Mapping):
                    opened.files.append(document)
                else:
                    self.findings.add(
                        document.root.span,
                        "E105",
                        "a rule file wants `rules:`, `credentials:` or `skills:` at its left edge",
                        "write one of them, and the rest below it",
                    )

    def _scope(self, name: str, opened: _Opened) -> Scope:
        return Scope(
            name,
            self.names,
            self.findings,
            opened.has_file,
            lambda: opened.messages,
            opened.original,
            opened.same,
            lambda pack: self._scope(pack, self.packs[pack]),
        )

    # --- packs that others use

    def _open_used(self) -> None:
        waiting = list(self.packs)
        missing: list[tuple[Used, _Opened]] = []
        while waiting:
            user = self.packs[waiting.pop(0)]
            for used in user.head.uses:
                use = used.use
                if use.alias and self._open_again(used, user):
                    waiting.append(use.alias)
                if use.alias and not used.same:
                    continue
                if use.pack not in self.packs:
                    folder = self._look_for(use.pack, user.folder)
                    if folder is None:
                        missing.append((used, user))
                        continue
                    if self._open(folder) != use.pack:
                        self.names.unread.add(use.pack)
                        continue
                    waiting.append(use.pack)
                self._compare(used, self.packs[use.pack].head.version)
        for used, user in missing:
            # Another pack may have it under that name, and stand further on.
            if used.use.pack in self.packs:
                self._compare(used, self.packs[used.use.pack].head.version)
            else:
                self._unknown_pack(used.text, used.use.pack, user.folder)

    def _compare(self, used: Used, there: str) -> None:
        """Note a version that is not the one that is there."""
        use = used.use
        if use.version and there and there != use.version:
            again = f" as {use.alias}" if use.alias else ""
            self.findings.add(
                used.text.span,
                "E204",
                f"`{use.pack}` is version {there}, not {use.version}",
                f"write `- {use.pack} {there}{again}` once its changes are right for this pack",
            )

    def _open_again(self, used: Used, user: _Opened) -> bool:
        """Open a pack once more under a name of its own, for another course."""
        use = used.use
        other = self.packs.get(use.alias)
        if other is not None and other.used_at == used.text.span:
            return False  # The file that says so is itself used again.
        if other is not None:
            self.findings.add(
                used.text.span,
                "E206",
                f"there are two packs named `{use.alias}`",
                f"the other is in {other.folder}; give this one another name after `as`",
            )
            return False
        folder = self._folder_of(use.pack, user)
        document = None
        if folder is not None:
            document = nodes.read_text((folder / PACK_FILE).read_bytes(), str(folder / PACK_FILE))
        if folder is None or document is None or not isinstance(document.root, nodes.Mapping):
            self._unknown_pack(used.text, use.pack, user.folder)
            self.names.unread.add(use.alias)
            return False
        self.texts[str(folder / PACK_FILE)] = document.lines
        root = fill(document.root, used, self.findings)
        head = pack_reader.peek(root)
        if head is None:
            return False
        self._compare(used, head.version)
        opened = _Opened(
            folder,
            root,
            replace(head, id=use.alias),
            original=head.id,
            same=used.same,
            used_at=used.text.span,
        )
        self.packs[use.alias] = opened
        self.instances[use.alias] = head.id
        self.names.uses[use.alias] = frozenset(each.name for each in head.uses)
        self._take_files(use.alias, opened)
        return True

    def _folder_of(self, pack: str, user: _Opened) -> Path | None:
        known = self.packs.get(pack)
        return known.folder if known is not None else self._look_for(pack, user.folder)

    def _unknown_pack(self, text: nodes.Text, name: str, user: Path) -> None:
        self.names.unread.add(name)
        beside = [path.name for path in packs_in(user.resolve().parent)]
        near = suggest(name, tuple(pack for pack in (*self.packs, *beside) if pack != name))
        self.findings.add(
            text.span,
            "E203",
            f"there is no pack named `{name}` here",
            f"did you mean `{near}`?" if near else "put its folder beside this pack's",
        )

    def _look_for(self, name: str, user: Path) -> Path | None:
        """Find the folder of a pack beside its user, beside the given ones, or in `search`."""
        beside = [user.resolve().parent]
        beside += [opened.folder.resolve().parent for opened in self.packs.values()]
        beside += list(self.search)
        tried = list(dict.fromkeys(beside))
        for parent in tried:
            folder = parent / name
            if (folder / PACK_FILE).is_file() and name_in(folder) in {name, ""}:
                return self._as_given(folder, user)
        for parent in tried:
            for folder in (parent, *packs_in(parent)):
                if name_in(folder) == name:
                    return self._as_given(folder, user)
        return None

    def _as_given(self, folder: Path, user: Path) -> Path:
        """Give a folder the way the author's own is written, where they lie side by side."""
        if folder.parent == user.resolve().parent:
            return user.parent / folder.name
        return folder

    # --- meaning

    def _read_files(self) -> things.Read:
        limits: dict[str, Limits | None] = {}
        for declared in self.declared.values():
            limits.update(declared.limits)
        read = things.Read()
        for name, opened in self.packs.items():
            scope = self._scope(name, opened)
            defaults = things.Defaults(limits, self.declared[name].pack.attempt)
            for document in opened.files:
                if isinstance(document.root, nodes.Mapping):
                    things.read_file(document.root, scope, defaults, read)
        for name, opened in self.packs.items():
            if opened.same:
                join_credentials(read.credentials, name, opened.original)
        return read

    def _ruleset(self, read: things.Read, zone: str) -> Ruleset:
        ruleset = Ruleset(
            packs={name: declared.pack for name, declared in self.declared.items()},
            activities=_merged(declared.activities for declared in self.declared.values()),
            courses=_merged(declared.courses for declared in self.declared.values()),
            units=_merged(declared.units for declared in self.declared.values()),
            events=_merged(declared.events for declared in self.declared.values()),
            credentials=read.credentials,
            skills=read.skills,
            pathways=read.pathways,
            translations=tuple(read.translations),
            certificates=_merged(declared.certificates for declared in self.declared.values()),
            rules=read.rules,
            zone=zone,
            categories={
                f"{name}/{file}": category_of(path)
                for name, opened in self.packs.items()
                for file, path in opened.message_files().items()
            },
            facts=self.names.facts,
        )
        return replace(ruleset, fingerprint=fingerprint(ruleset))


def _merged(parts: Iterable[Mapping[str, T]]) -> dict[str, T]:
    merged: dict[str, T] = {}
    for part in parts:
        merged.update(part)
    return merged
