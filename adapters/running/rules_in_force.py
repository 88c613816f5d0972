"""
Which ruleset the service decides by, and what keeps a newer one out.

What was accepted last is kept in the database, as the files that it was read from: a service
that is started again while an author is in the middle of a change goes on with the ruleset it
had, instead of staying down or deciding by none.
"""

import logging
import tempfile
import threading
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import msgspec

from adapters.facts.plugins import plugins
from adapters.matching import event_rules, make_matcher, matcher_in_words
from adapters.outgoing.letters import House, Letters
from adapters.running.reload import Examined, examine
from adapters.running.replayed import NOT_REPLAYED, not_replayed, notes
from adapters.service.live import put_in_force
from adapters.settings.tree import Settings
from adapters.showing.own_page import own_page
from adapters.store.store import Store
from adapters.telling.changes import changes
from engine.matching import Listener, Matcher
from engine.plan import Plan
from engine.ruleset import Ruleset
from engine.source import Problem, Span
from rules.checks.certificates import is_paper, paper_files
from rules.checks.pictures import LARGEST

log = logging.getLogger("milepost.rules")

KEPT = "rules in force"
"""The name in the database's small facts."""

BESIDE = (".png", ".svg", ".json")
"""What credentials name beside their words: pictures, and endorsements."""

ENDINGS = frozenset({".yaml", ".yml", ".md", *BESIDE})
MOST_KEPT = 32 * 1024 * 1024
"""Bytes of packs that are kept; larger ones are not, and the log says so."""


class KeptFile(msgspec.Struct, frozen=True):
    """One file of a pack; `data` is base64, as a file need not be UTF-8."""

    path: str
    data: str


class KeptRules(msgspec.Struct, frozen=True):
    """The files of the ruleset that was accepted last."""

    fingerprint: str
    files: tuple[KeptFile, ...]


@dataclass(frozen=True, slots=True)
class InForce:
    """
    What the service decides by.

    Attributes:
        examined: What it was read from.
        plan: The ruleset, ready to run.
        since: Since when it is in force in this process.
        is_kept: It comes from the database, because what is in the folder was refused.
    """

    examined: Examined
    plan: Plan
    since: datetime
    is_kept: bool = False

    @property
    def letters(self) -> Letters:
        """Give the messages."""
        return self.examined.letters


NOTHING_LEFT = "T101"


class NoRulesError(Exception):
    """There are packs, all of them wrong, and nothing to go on with."""

    def __init__(self, examined: Examined) -> None:
        """Keep what was found."""
        super().__init__(f"{len(examined.refused)} errors in the packs")
        self.examined = examined


class RulesInForce:
    """Examines packs, and keeps what is in force. Safe to use from several threads."""

    def __init__(self, settings: Settings, store: Store, now: Callable[[], datetime]) -> None:
        """Begin with nothing in force; call `begin` once the database is migrated."""
        self._settings = settings
        self._store = store
        self._now = now
        self._lock = threading.Lock()
        self._house = House(
            settings.mail.organisation, settings.web.public_url, own_page(settings, store)
        )
        self._in_force: InForce | None = None
        self._refused: tuple[Problem, ...] = ()
        self._waiting = ""
        self._paused: frozenset[str] = frozenset()
        self._takers: list[Callable[[InForce], None]] = []

    @property
    def current(self) -> InForce:
        """Give what is in force."""
        if self._in_force is None:
            raise RuntimeError("nothing is in force yet")
        return self._in_force

    @property
    def refused(self) -> tuple[Problem, ...]:
        """Give what keeps the newest files from being in force, nothing if they are."""
        return self._refused

    def on_change(self, take: Callable[[InForce], None]) -> None:
        """Ask to be told of each ruleset that is put in force."""
        self._takers.append(take)

    def begin(self) -> InForce:
        """
        Put in force what is in the folder, or else what was in force last.

        Raises:
            NoRulesError: What is in the folder is wrong, and nothing was in force before.
            StoreBusy: The database can't say.
        """
        examined = self._examined(self._settings.rules.packs)
        kept = self._store.settings.get(KEPT, KeptRules)
        if kept is not None and kept.files:
            examined = refuse_nothing_at_all(examined, self._settings.rules.packs)
        examined = self._if_replayed(examined, "" if kept is None else kept.fingerprint)
        if not examined.refused:
            return self._accept(examined)
        if kept is None:
            raise NoRulesError(examined)
        with tempfile.TemporaryDirectory(prefix="milepost-rules-") as name:
            folder = Path(name)
            unpack(kept, folder)
            before = self._examined(folder)
        if before.refused:
            raise NoRulesError(examined)
        found = InForce(before, self._plan(before.reading.ruleset), self._now(), is_kept=True)
        self._in_force = found
        self._refuse(examined)
        return found

    def look(self) -> None:
        """Examine the folder anew, and put in force what is there if it is right."""
        examined = self._examined(self._settings.rules.packs)
        with self._lock:
            if self._in_force is not None and self._in_force.plan.ruleset.packs:
                examined = refuse_nothing_at_all(examined, self._settings.rules.packs)
            if self._in_force is not None:
                examined = self._if_replayed(examined, self._in_force.plan.ruleset.fingerprint)
            if examined.refused:
                self._refuse(examined)
                return
            found = self._accept(examined)
        for take in self._takers:
            take(found)

    def keep_up(self) -> None:
        """Take in what changes no file that is watched: pauses, and a replay that was missing."""
        paused = frozenset(self._store.pauses.all())
        found = None
        with self._lock:
            if self._in_force is not None and paused != self._paused:
                plan = self._plan(self._in_force.examined.reading.ruleset)
                found = self._in_force = replace(self._in_force, plan=plan)
        if found is not None:
            log.info("paused now: %s", ", ".join(sorted(paused)) or "nothing")
            for take in self._takers:
                take(found)
        waits = [problem.code for problem in self._refused] == [NOT_REPLAYED]
        if waits and self._waiting in {note.fingerprint for note in notes(self._store)}:
            self.look()

    def _if_replayed(self, examined: Examined, in_force: str) -> Examined:
        """Refuse changed rules that nobody has replayed, where config.toml asks for that."""
        if examined.refused or not self._settings.rules.require_replay:
            return examined
        ruleset = examined.reading.ruleset
        packs = str(self._settings.rules.packs)
        missing = not_replayed(self._store, ruleset, in_force, packs)
        if missing is None:
            return examined
        self._waiting = ruleset.fingerprint
        return replace(examined, refused=(missing,))

    def _examined(self, packs: Path) -> Examined:
        settings = self._settings
        facts = plugins(settings.facts)
        return examine(packs, settings.rules.zone, settings.mail.categories, self._house, facts)

    def _refuse(self, examined: Examined) -> None:
        self._refused = examined.refused
        for problem in examined.refused:
            log.warning("refused: %s: %s %s", problem.span, problem.code, problem.message)
            if problem.hint:
                log.warning("         %s", problem.hint)
        if self._in_force is not None:
            log.warning("the ruleset in force stays: %s", self._in_force.plan.ruleset.fingerprint)

    def _accept(self, examined: Examined) -> InForce:
        ruleset = examined.reading.ruleset
        if self._in_force is not None:
            for told in changes(self._in_force.examined.reading.ruleset, ruleset):
                log.info("%s %s: %s", told.kind, told.thing, " ".join(told.sentences))
        found = InForce(examined, self._plan(ruleset), self._now())
        reading = examined.reading
        # A pack that is there once more lies in one folder, and is kept once, by its own name.
        own = {reading.instances.get(name, name): path for name, path in reading.folders.items()}
        kept = pack_up(own, ruleset.fingerprint)
        if kept is not None:
            self._store.settings.put(KEPT, kept)
        self._store.reigns.begin(
            ruleset.fingerprint, None if kept is None else compressed(kept), self._now()
        )
        self._in_force, self._refused = found, ()
        log.info(
            "in force: %s, %d rules, %d credentials, %d tests passed",
            ruleset.fingerprint,
            len(ruleset.rules),
            len(ruleset.credentials),
            examined.tests,
        )
        return found

    def _plan(self, ruleset: Ruleset) -> Plan:
        """Make a ruleset ready: each rule acts from when it first was live, and never before."""
        self._paused = frozenset(self._store.pauses.all())
        live = put_in_force(self._store, ruleset, self._now())
        return Plan(live, self._settings.engine.stale_after, self._matcher)

    def _matcher(self, listeners: tuple[Listener, ...]) -> Matcher:
        name = self._settings.engine.matcher.value
        log.info("%s", matcher_in_words(name, event_rules(listeners)))
        return make_matcher(name)(listeners)


def refuse_nothing_at_all(examined: Examined, packs: Path) -> Examined:
    """
    Refuse a folder without any pack where there were some.

    A disk that is not mounted, or a checkout half done, must not switch every rule off. Whoever
    means it writes `state: retired`, or leaves one pack without rules.
    """
    if examined.refused or examined.reading.ruleset.packs:
        return examined
    what = "is not there any more" if examined.is_missing else "holds no pack any more"
    gone = Problem(Span(str(packs)), NOTHING_LEFT, f"the folder {packs} {what}")
    return replace(examined, refused=(gone,))


def pack_up(folders: Mapping[str, Path], fingerprint: str) -> KeptRules | None:
    """
    Give the files of packs, each pack in a folder of its name; None where they are too many.

    Args:
        folders: Of all packs in force, also those that others use and that lie elsewhere.
        fingerprint: Of the ruleset that they make.
    """
    files: list[KeptFile] = []
    size = 0
    for pack, folder in sorted(folders.items()):
        papers = paper_files(folder)
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            hidden = any(part.startswith(".") for part in inside.parts)
            is_kept = path.suffix in ENDINGS or is_paper(inside.as_posix())
            if hidden or not is_kept or not path.is_file():
                continue
            if is_paper(inside.as_posix()):
                if inside.as_posix() not in papers:
                    continue
            elif path.suffix in BESIDE and path.stat().st_size > LARGEST:
                continue
            data = path.read_bytes()
            size += len(data)
            if size > MOST_KEPT:
                log.warning("the packs have more than %d bytes; they are not kept", MOST_KEPT)
                return None
            files.append(KeptFile(f"{pack}/{inside.as_posix()}", b64encode(data).decode()))
    return KeptRules(fingerprint, tuple(files))


def compressed(kept: KeptRules) -> bytes:
    """Give kept files as few bytes."""
    return zlib.compress(msgspec.msgpack.encode(kept), 9)


def decompressed(data: bytes) -> KeptRules:
    """Give kept files back."""
    return msgspec.msgpack.decode(zlib.decompress(data), type=KeptRules)


def unpack(kept: KeptRules, folder: Path) -> None:
    """Write kept files into a folder; a path that leads out of it is left out."""
    for file in kept.files:
        path = (folder / file.path).resolve()
        if path.is_relative_to(folder.resolve()):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b64decode(file.data))
