"""
A running service, wired: database, clock, rules, decisions, and what HTTP and the schedule ask.

`serve` is the usual caller; tests and `load` open one without HTTP. Nothing here decides
anything: it puts the parts together and takes them apart in the right order.
"""

import hashlib
import itertools
import logging
import tempfile
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from adapters.badges.keys import SecretError
from adapters.badges.looking_again import Watch
from adapters.badges.publication import Published
from adapters.badges.verifying.sources import AtHome, Web
from adapters.clock import (
    Anchor,
    Clock,
    ShiftedClock,
    StoppedClock,
    WallClock,
    goes_on,
    machine_now,
)
from adapters.inbound.received import Received
from adapters.outgoing.effects import entries_for
from adapters.plain.telling import proof_of, proof_page
from adapters.reviewing.answering import Answer
from adapters.reviewing.answering import answer as answer_review
from adapters.reviewing.listed import ReviewDocument, ReviewsDocument, review_document, waiting
from adapters.running.entrance import open_entrance
from adapters.running.office import open_office
from adapters.running.people import open_people
from adapters.running.rules_in_force import InForce, RulesInForce
from adapters.running.rules_then import rules_then
from adapters.running.wallets import authorization_of, open_wallets
from adapters.service.committer import Committer
from adapters.service.ingest import Taken as How
from adapters.service.service import Service
from adapters.settings.tree import ClockSettings, Settings
from adapters.store.failures import StoreBusy
from adapters.store.settings import Anchor as KeptAnchor
from adapters.store.store import Store, open_store
from adapters.telling.departures import by_number, with_departures
from adapters.telling.explaining import explanation_document
from adapters.telling.learner_explaining import explain_learner
from adapters.web.backend import Count, Readiness, Refusal, SetAside, Taken
from engine.calendar import micros

log = logging.getLogger("milepost.service")

SWEPT_AT_ONCE = 500
REFOLDED_AT_ONCE = 200
ISSUED_AT_ONCE = 50
REVIEWS_SHOWN = 100

COUNTED = {
    "events": "events taken",
    "records": "learners known",
    "decisions": "decisions",
    "awards": "credentials awarded",
    "timers": "timers set",
    "outbox": "messages and calls",
    "quarantine": "events in quarantine",
}
"""What the page calls each table that it counts."""


def open_settings_store(settings: Settings) -> Store:
    """Open the database that the settings name; nothing is read or changed yet."""
    return open_store(
        settings.database.url, synchronous=settings.database.synchronous.value.upper()
    )


def kept_clock(asked: ClockSettings, store: Store) -> Clock | None:
    """
    Give the clock that is asked for, going on where it was; None if it never ran.

    Raises:
        StoreBusy: The database can't say.
    """
    if asked.start is None:
        return WallClock()
    kept = store.settings.anchor()
    if kept is None:
        return None
    anchor = goes_on(asked.start, asked.speed, Anchor(kept.start, kept.speed, kept.anchored))
    return None if anchor is None else ShiftedClock(anchor)


def open_clock(asked: ClockSettings, store: Store) -> Clock:
    """
    Give the clock that is asked for; one that never ran begins now.

    Raises:
        StoreBusy: The database can't say.
    """
    kept = kept_clock(asked, store)
    if kept is not None or asked.start is None:
        return kept or WallClock()
    anchor = Anchor(asked.start, asked.speed, machine_now())
    store.settings.put_anchor(KeptAnchor(anchor.start, anchor.speed, anchor.anchored_at))
    return ShiftedClock(anchor)


def marks_folder(store: Store) -> Path:
    """Give the folder in which the workers of one database on this machine mark their work."""
    url = store.database.url
    if store.database.is_sqlite and url.database:
        return Path(f"{url.database}.workers")
    name = hashlib.sha256(url.render_as_string(hide_password=True).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"milepost-workers-{name}"


class Running:
    """
    A service in this process. It answers what HTTP asks (`web.backend.Backend`).

    Attributes:
        settings: What it runs by.
        store: The database.
        clock: The service's time.
        rules: What is in force.
        service: What decides.
        office: What issues credentials.
        watch: What looks at badges from elsewhere again.
        people: What answers people on pages of their own.
        entrance: Where learners come in from an LMS; None without a public address.
        wallets: What answers wallets, None where none are served.
    """

    def __init__(self, settings: Settings) -> None:
        """
        Open everything, migrating the database first.

        Raises:
            DatabaseTooNewError: A newer Milepost wrote the database.
            NoRulesError: The packs are wrong, and none were in force before.
            StoreBusy: The database is locked, full or out of reach.
            ValueError: A setting can't be met on this machine; the message is a sentence.
        """
        self.settings = settings
        self.store = open_settings_store(settings)
        try:
            self.migrated = self.store.migrate()
            # A simulation begins when all is ready: at a hundred thousand times the speed, the
            # second that reading rules takes is a day, on which they would not be live yet.
            start = settings.clock.start
            self.clock: Clock = kept_clock(settings.clock, self.store) or (
                WallClock() if start is None else StoppedClock(start)
            )
            self.rules = RulesInForce(settings, self.store, self.now)
            in_force = self.rules.begin()
            self.service = Service(
                self.store,
                in_force.plan,
                entries_for(settings.mail.mode),
                marks=marks_folder(self.store),
            )
            self.clock = open_clock(settings.clock, self.store)
            self.office = open_office(self.store, settings, self.now)
            self._issues = self._has_keys()
            self.watch = Watch(
                self.store,
                self.service.ingest,
                AtHome(settings.web.public_url, self.office.publication.at, Web(public_only=True)),
                machine_now,
                self.now,
            )
            self.people = open_people(
                self.office,
                lambda: self.service.plan,
                self.service.ingest,
                authorization=authorization_of(settings, self.store),
            )
            self.entrance = open_entrance(self.office)
            self.wallets = open_wallets(self.office, self.people)
        except BaseException:
            self.store.close()
            raise
        self._committers = tuple(Committer(self.service) for _ in range(settings.engine.workers))
        self._turns = itertools.cycle(self._committers)
        self._offers = threading.Event()
        self._offers.set()
        self._refold = threading.Event()
        self._refold.set()
        self.rules.on_change(self._put_in_force)
        self._stopping = threading.Event()

    def _put_in_force(self, found: InForce) -> None:
        self.service.put_in_force(found.plan)
        self._refold.set()
        self._offers.set()

    # --- what the schedule asks ------------------------------------------------------------

    def sweep(self) -> int:
        """Ask all timers that are due; give how many. Stops early when the service does."""
        asked = 0
        while not self._stopping.is_set():
            found = self.service.sweep(self.clock.now(), SWEPT_AT_ONCE)
            asked += found
            if found == 0:
                break
        return asked

    def refold(self) -> int:
        """Bring learners to the ruleset in force; give how many. It goes on where it stopped."""
        looked_at = 0
        while self._refold.is_set() and not self._stopping.is_set():
            self._refold.clear()
            try:
                found = self.service.refold(self.clock.now(), REFOLDED_AT_ONCE)
            except StoreBusy:
                self._refold.set()
                raise
            looked_at += found
            if found:
                self._refold.set()
        if looked_at:
            log.info("%d learners brought to the ruleset in force", looked_at)
        return looked_at

    def issue(self) -> int:
        """Sign what was awarded; give how much. Without a public address that is done on demand."""
        self.offer()
        issued = 0
        while self._issues and not self._stopping.is_set():
            found = self.office.registrar.issue_waiting(ISSUED_AT_ONCE)
            issued += found
            if found == 0:
                break
        return issued

    def offer(self) -> int:
        """Publish what can be earned by the rules in force; give how much of it is new."""
        if not self._issues or not self._offers.is_set():
            return 0
        self._offers.clear()
        try:
            return self.office.offer(self.service.plan.ruleset.fingerprint)
        except StoreBusy:
            self._offers.set()
            raise

    def look_again(self) -> int:
        """Ask the issuers of badges from elsewhere whose day has come; give how many."""
        return self.watch.look_at_due(self._stopping.is_set)

    def _has_keys(self) -> bool:
        """Say whether credentials are signed as they are awarded; make their keys if need be."""
        if not self.settings.web.public_url:
            return False
        try:
            made = self.office.ensure_keys()
        except SecretError as error:
            log.warning("no credential is issued: %s", error)
            return False
        if made:
            log.info("signing keys made: %s", ", ".join(made))
        return True

    # --- what HTTP asks --------------------------------------------------------------------

    def published(self, path: str) -> Published | None:
        """Give what the issuer publishes at a path; see Backend."""
        return self.office.publication.at(path)

    def now(self) -> datetime:
        """Give the service's time."""
        return self.clock.now()

    def take(self, received: Sequence[Received], arrived: datetime, source: str) -> Taken:
        """Store and decide events; see Backend."""
        receipts = next(self._turns).take(received, arrived, source)
        counted = dict.fromkeys(How, 0)
        aside: list[SetAside] = []
        for one, receipt in zip(received, receipts, strict=True):
            counted[receipt.taken] += 1
            if receipt.taken is How.QUARANTINED:
                aside.append(SetAside(one.id, receipt.reason))
        return Taken(
            counted[How.ACCEPTED],
            counted[How.DUPLICATE],
            tuple(aside),
            tuple(one.id for one in received),
        )

    def explain(self, learner: str, thing: str, on: datetime | None) -> bytes:
        """Say in JSON why, or why not; see Backend."""
        by = rules_then(self.store, self.settings, self.service.plan, on)
        plan = by.plan
        numbered = by_number(self.store, learner, thing)
        if numbered is not None:
            found, left = numbered.found, numbered.left
        else:
            now = self.clock.now()
            found = explain_learner(self.store, plan, learner, thing, on, now)
            found, left = with_departures(self.store, plan, found, micros(on or now))
        document = explanation_document(found, thing)
        document.ruleset, document.left = plan.ruleset.fingerprint, list(left)
        return by.placed(msgspec.json.encode(document))

    def prove(self, learner: str, thing: str, on: datetime | None, *, html: bool) -> bytes:
        """Tell the learner herself, in her language; see Backend."""
        plan = rules_then(self.store, self.settings, self.service.plan, on).plan
        found = explain_learner(self.store, plan, learner, thing, on, self.clock.now())
        record = self.store.record_of(learner)
        proof = proof_of(plan, found, record.said("language") if record else "")
        return proof_page(proof).encode() if html else msgspec.json.encode(proof)

    def reviews(self) -> ReviewsDocument:
        """Give what waits for a person; see Backend."""
        return waiting(self.store, REVIEWS_SHOWN)

    def answer(self, answer: Answer) -> ReviewDocument:
        """Answer a review; see Backend."""
        take = next(self._turns).take
        return review_document(answer_review(self.store, take, answer, self.clock.now()))

    def readiness(self) -> Readiness:
        """Say whether events would be taken, and by which rules."""
        in_force = self.rules.current
        ruleset = in_force.plan.ruleset
        refused = tuple(
            Refusal(str(each.span), each.code, each.message, each.hint)
            for each in self.rules.refused
        )
        found = Readiness(
            ready=True,
            ruleset=ruleset.fingerprint,
            since=in_force.since,
            rules=len(ruleset.rules),
            credentials=len(ruleset.credentials),
            packs=tuple(sorted(ruleset.packs)),
            refused=refused,
        )
        if self._stopping.is_set():
            return replace_ready(found, "the service is stopping")
        try:
            self.store.ping()
        except StoreBusy as error:
            return replace_ready(found, str(error))
        return found

    def counts(self) -> tuple[Count, ...]:
        """Give the numbers for the page."""
        return tuple(
            Count(COUNTED.get(table, table), number)
            for table, number in self.store.counts().items()
        )

    # --- the end ---------------------------------------------------------------------------

    def stop(self) -> None:
        """Let long work come to its end early; what is committed stays."""
        self._stopping.set()

    def close(self) -> None:
        """Commit what waits, and let go of the database."""
        self.stop()
        for committer in self._committers:
            committer.close()
        self.store.close()


def replace_ready(readiness: Readiness, because: str) -> Readiness:
    """Give the same, not ready for a reason."""
    return msgspec.structs.replace(readiness, ready=False, because=because)
