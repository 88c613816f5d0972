"""The office that issues credentials for one database, and publishes what verifiers read."""

from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from adapters.badges.desk import ensure_keys, open_desk
from adapters.badges.exporting import Exporter
from adapters.badges.offering import Offering, Rules
from adapters.badges.paper import PLAIN, Looks
from adapters.badges.publication import Publication
from adapters.badges.registrar import Registrar
from adapters.badges.signing import Desk, UnissuableError
from adapters.clock import machine_now
from adapters.running.rules_in_force import BESIDE, decompressed
from adapters.running.rules_then import rules_of
from adapters.settings.tree import Settings
from adapters.store.badges import BadgeRow
from adapters.store.store import Store
from engine.calendar import micros
from rules.checks.certificates import is_paper
from rules.frameworks import Frameworks, frameworks_in

RULESETS = 8
"""Rulesets that are kept ready: awards of one day come from one or two."""


@dataclass(frozen=True, slots=True)
class Office:
    """
    What issues and what publishes.

    Attributes:
        desk: Gives the issuer and its keys, as they are now.
        looks: Gives how a badge looks on paper.
    """

    store: Store
    settings: Settings
    desk: Callable[[], Desk]
    offering: Offering
    registrar: Registrar
    publication: Publication
    now: Callable[[], datetime]
    looks: Callable[[BadgeRow], Looks]

    def exporter(self) -> Exporter:
        """Give what exports, with the keys of now."""
        return Exporter(self.store, self.desk(), machine_now(), self.looks)

    def offer(self, fingerprint: str) -> int:
        """
        Publish what the rules in force offer; give how much of it is new.

        Raises:
            StoreBusy: The database can't be written.
        """
        try:
            offered = self.offering.offered(fingerprint)
        except UnissuableError:  # without a key there is no issuer yet
            return 0
        return self.store.badges.offer({each.id: each.row for each in offered}, machine_now())

    def ensure_keys(self) -> tuple[str, ...]:
        """
        Make the keys that an issuer needs and this one lacks; give their ids.

        Raises:
            SecretError: There is nothing to seal them with.
            StoreBusy: The database can't be written.
        """
        made = ensure_keys(self.store, self.settings, self.now())
        return tuple(key.public.id for key in made)


def open_office(
    store: Store, settings: Settings, now: Callable[[], datetime], public_url: str = ""
) -> Office:
    """
    Open the office on a database.

    Args:
        store: A migrated database.
        settings: Of the issuer.
        now: The service's clock.
        public_url: Of the service on the database, where the settings say none.
    """

    def desk() -> Desk:
        return open_desk(store, settings, public_url)

    @lru_cache(RULESETS)
    def read(files: bytes) -> Rules:
        then = rules_of(files, store, settings)
        kept = {
            file.path: b64decode(file.data)
            for file in decompressed(files).files
            if file.path.endswith(BESIDE) or is_paper(file.path.partition("/")[2])
        }

        def file(name: str) -> bytes:
            pack, _, rest = name.partition("/")
            return kept.get(f"{then.instances.get(pack, pack)}/{rest}", b"")

        def papers(pack: str) -> dict[str, bytes]:
            opening = f"{then.instances.get(pack, pack)}/"
            own = {
                name.removeprefix(opening): kept[name] for name in kept if name.startswith(opening)
            }
            return {name: data for name, data in own.items() if is_paper(name)}

        return Rules(then.plan, file, papers)

    def plan(fingerprint: str) -> Rules | None:
        files = store.reigns.files(fingerprint) if fingerprint else None
        return None if files is None else read(files)

    def looks(badge: BadgeRow) -> Looks:
        """Give how it looks by the rules in force, else by those that awarded it."""
        for fingerprint in (store.reigns.at(micros(now())), _fingerprint(store, badge)):
            rules = plan(fingerprint)
            known = rules.plan.ruleset.credentials.get(badge.credential) if rules else None
            if rules is not None and known is not None:
                pack = badge.credential.partition("/")[0]
                zone = rules.plan.clocks.course_zone("", pack)
                design = rules.plan.ruleset.design_of(known)
                if design is None:
                    return Looks(zone=zone)
                return Looks(design, rules.papers(design.id.partition("/")[0]), zone)
        return PLAIN

    def frameworks() -> Frameworks:
        return frameworks_in(settings.rules.packs)

    def endorsements() -> tuple[bytes, ...]:
        return tuple(map(_bytes_of, settings.issuer.endorsements))

    # Verifiers live on the machine's clock, also where the service's is simulated.
    offering = Offering(desk, plan, frameworks, endorsements, machine_now)
    registrar = Registrar(store, desk, offering, machine_now)
    publication = Publication(store.badges, desk, machine_now)
    return Office(store, settings, desk, offering, registrar, publication, now, looks)


def _fingerprint(store: Store, badge: BadgeRow) -> str:
    """Give which rules awarded a badge, "" where that is not known."""
    awards = store.history.awards_of(badge.learner)
    own = (each for each in awards if (each.credential, each.number) == _award(badge))
    return next((each.fingerprint for each in own), "")


def _award(badge: BadgeRow) -> tuple[str, int]:
    return badge.credential, badge.number


def _bytes_of(path: Path) -> bytes:
    """Give a file of the operator's; one that can't be read is as good as empty."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
