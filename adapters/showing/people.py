"""
What the pages for people ask of the service: each answer is a whole page, or there is none.

Log-in is by a signed link that an institution's own system, or an operator, hands out; it opens
a session that is signed too, so nothing of either is kept.
"""

import base64
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from adapters.badges.accepting import NotAcceptedError, Reception
from adapters.badges.achievement import Achievement
from adapters.badges.drawing.certificate import qr_of
from adapters.badges.drawing.picture import DrawingError
from adapters.badges.endorsing.judging import Endorsed, endorsements
from adapters.badges.exporting import MEDIA_TYPES, Exporter, Format
from adapters.badges.jsonvalue import JsonObject, as_object, as_text
from adapters.badges.offering import Offering
from adapters.badges.publication import CREDENTIAL as AS_CREDENTIAL
from adapters.badges.publication import Publication
from adapters.badges.registrar import NoAwardError, Registrar
from adapters.badges.signing import UnissuableError
from adapters.badges.verifying.sources import AtHome, LookupFailedError, Sources
from adapters.badges.verifying.verify import VerdictDocument, verify
from adapters.inbound.received import Take
from adapters.showing import learner_page
from adapters.showing.catalogue_page import CREDENTIAL, entries, entry_at, linked_data
from adapters.showing.credential_page import shown
from adapters.showing.keeping import ToAnybody, told_to_anybody
from adapters.showing.learner_page import Held, Me
from adapters.showing.site import Site
from adapters.showing.sums import credits_told
from adapters.showing.tickets import Ticket, Tickets
from adapters.showing.wallet_words import app_told, wallet_words_of
from adapters.showing.words import words_of
from adapters.store.badges import BadgeRow
from adapters.store.history import AwardRow
from adapters.store.store import Store
from adapters.telling.learner_explaining import folded
from adapters.wallets.authorization import Authorization
from engine.calendar import micros
from engine.in_language import plan_for
from engine.ledger import WITHDRAWN
from engine.plan import Plan
from rules.frameworks import Frameworks

log = logging.getLogger("milepost.people")

HTML = "text/html"
LASTS = timedelta(hours=12)
"""How long a session is good."""

OF_THE_PUBLIC = (Format.JSON, Format.JWT, Format.PNG, Format.SVG, Format.CLR)
OF_THE_LEARNER = (*OF_THE_PUBLIC, Format.PDF)


@dataclass(frozen=True, slots=True)
class Page:
    """An answer: what it is, what HTTP says to it, and a name where it is to be saved."""

    body: bytes
    media_type: str = HTML
    status: int = 200
    file: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """
    Answers people. Safe to use from several threads.

    Attributes:
        take: Takes events in.
        plan: Gives the rules in force.
        offering: Makes achievements of them.
        frameworks: Gives what names in `aligns` are looked up in.
        exporter: Gives what exports, with the keys of now.
        tickets: Gives what signs log-ins, with the secret of now.
        web: Looks up what others publish; it reaches no private address.
        endorsers: The same, for pages that name the same few to each reader.
        now: The service's clock.
        machine: The machine's, on which verifiers live.
        authorization: What apps have access by, None where none are served.
    """

    store: Store
    take: Take
    site: Site
    public_url: str
    plan: Callable[[], Plan]
    offering: Offering
    frameworks: Callable[[], Frameworks]
    registrar: Registrar
    publication: Publication
    exporter: Callable[[], Exporter]
    tickets: Callable[[], Tickets]
    web: Sources
    endorsers: Sources
    now: Callable[[], datetime]
    machine: Callable[[], datetime]
    authorization: Authorization | None = None

    # --- for employers ---------------------------------------------------------------------

    def credential(
        self, name: str, asked: Format | None, language: str, email: str = ""
    ) -> Page | None:
        """
        Give a credential that its learner has made public: as a page, or in a format.

        Args:
            name: The last part of its address.
            asked: The format, None for the page.
            language: The reader's.
            email: Whether it was issued to this address; "" where nobody asks.
        """
        row = self.publication.credential(name)
        if row is None or (asked is not None and asked not in OF_THE_PUBLIC):
            return None
        if asked is not None:
            return self._exported(row, asked)
        found = verify(row.document, self._sources(self.endorsers), self.machine(), email)
        document = msgspec.json.decode(row.document, type=JsonObject)
        asked_good = any(each.passed for each in found.checks if each.name == "recipient")
        plain = tuple(each for each in found.checks if each.name != "recipient")
        verified = all(each.passed for each in plain)
        found = msgspec.structs.replace(found, verified=verified, checks=plain)
        keeping, picture = self._keeping(row, language), self._picture(row)
        zone = self.plan().clocks.course_zone("", row.credential.partition("/")[0])
        page = self.site.page(
            "credential.html",
            language,
            shown=shown(document, language, picture, zone, falls=bool(keeping.falls)),
            keeping=keeping,
            found=found,
            asked=email,
            asked_good=asked_good,
        )
        return Page(page.encode())

    def verify(self, data: bytes, url: str, email: str, language: str) -> Page:
        """Verify a file or what lies at an address, ours or anybody's; give the page."""
        problem, found = "", None
        if not data and not url:
            problem = words_of(language).verify_nothing
        else:
            try:
                sources = self._sources(self.web)
                found = verify(data or sources.get(url), sources, self.machine(), email)
            except LookupFailedError as error:
                problem = str(error)
        return self.verify_form(language, found, problem)

    def verify_form(
        self, language: str, found: VerdictDocument | None = None, problem: str = ""
    ) -> Page:
        """Give the page on which anybody verifies."""
        page = self.site.page("verify.html", language, found=found, problem=problem)
        return Page(page.encode(), status=400 if problem else 200)

    def catalogue(self, asked: str, language: str, wishes: tuple[str, ...] = ()) -> Page:
        """Give all that can be earned, or what has some words in it, as the reader wishes."""
        all_ = entries(self.plan(), self.frameworks(), wishes)
        found = [each for each in all_ if each.has(asked)]
        return Page(self.site.page("catalogue.html", language, found=found, asked=asked).encode())

    def entry(self, path: str, language: str, wishes: tuple[str, ...] = ()) -> Page | None:
        """Give what it takes to earn one thing, in a language that the reader wishes for."""
        plan = self.plan()
        entry = entry_at(plan, self.frameworks(), path, wishes)
        if entry is None:
            return None
        credential = plan.ruleset.credentials.get(path) if entry.kind == CREDENTIAL else None
        url = f"{self.public_url}/catalogue/{path}" if self.public_url else ""
        linked = linked_data(entry, credential, self.site.house, url)
        offered = tuple(
            each
            for each in self.offering.in_force(plan.ruleset.fingerprint, path)
            if each.language == entry.language
        )
        page = self.site.page(
            "entry.html",
            language,
            entry=entry,
            linked=linked,
            endorsements=self._endorsed(offered),
            addresses=[each.id for each in offered],
            own=f"{self.public_url or self.site.base}/catalogue/{path}",
        )
        return Page(page.encode())

    def _endorsed(self, offered: tuple[Achievement, ...]) -> tuple[Endorsed, ...]:
        """Judge who endorses what would be awarded now, and its issuer."""
        found: list[Endorsed] = []
        for each in offered:
            issuer = self.offering.endorsed(self.offering.desk().issuer)
            carried: JsonObject = {
                "issuer": issuer.endorsed,
                "credentialSubject": {"achievement": each.carried},
            }
            found += endorsements(carried, self._sources(self.endorsers), self.machine())
        return tuple(found)

    def _keeping(self, row: BadgeRow, language: str) -> ToAnybody:
        """Say what an employer should know of how long it lasts, while it is held."""
        record = self.store.record_of(row.learner)
        awards = record.ledger.awards.get(row.credential, []) if record else []
        if record is None or len(awards) != row.number:
            return ToAnybody()
        now = micros(self.now())
        return told_to_anybody(self.plan(), record, row.credential, now, language)

    # --- for a learner ---------------------------------------------------------------------

    def enter(self, ticket: str) -> str | None:
        """Give a session for a log-in link, None if it is none of ours or too old."""
        tickets = self.tickets()
        learner = tickets.learner(Ticket.LINK, ticket)
        if learner is None:
            return None
        return tickets.give(Ticket.SESSION, learner, LASTS)

    def let_in(self, learner: str) -> str:
        """Give a session of a learner who has proved elsewhere who she is."""
        if self.store.record_of(learner) is None:
            # Either it is her first day, or the LMS's events name learners in another way.
            log.info("%s has logged in, and nothing is known of a learner of this name", learner)
        return self.tickets().give(Ticket.SESSION, learner, LASTS)

    def said(self, language: str, *, left: bool) -> Page:
        """Say that somebody is logged out, or that a link is no good."""
        words = words_of(language)
        sentence = words.left if left else words.link_old
        page = self.site.page("said.html", language, sentence=sentence)
        return Page(page.encode(), status=200 if left else 403)

    def bring(self, session: str, proof: str, data: bytes, wished: str) -> Page | None:
        """Let another issuer's badge count for her; give her page with what became of it."""
        learner = self.tickets().learner(Ticket.SESSION, session)
        if learner is None or self.tickets().learner(Ticket.FORM, proof) != learner:
            return None
        try:
            titles = ", ".join(self.reception().accept(learner, data).titles)
            stored = self.store.record_of(learner)
            language = (stored.said("language") if stored else "") or wished
            told = words_of(language).bring_done.format(title=titles)
        except NotAcceptedError as error:
            told = str(error)
        return self.me(session, wished, told)

    def reception(self) -> Reception:
        """Give where other issuers' badges are brought to, with the rules in force."""
        return Reception(
            self.store, self.take, self.plan(), self._sources(self.web), self.machine(), self.now()
        )

    def me(self, session: str, wished: str, brought: str = "") -> Page | None:
        """Give a learner's own page, None without a session."""
        tickets = self.tickets()
        learner = tickets.learner(Ticket.SESSION, session)
        if learner is None:
            return None
        plan, stored = self.plan(), self.store.record_of(learner)
        language = (stored.said("language") if stored else "") or wished
        held = self._held(plan, learner, language)
        at = micros(self.now())
        outside = learner_page.brought(self.store.outside.of_learner(learner), language)
        form = tickets.give(Ticket.FORM, learner, LASTS)
        me = Me(learner_page.called(learner), held, form, outside=outside)
        if stored is not None:
            spoken = plan_for(plan, language)
            record = folded(plan, stored, self.store.events_of(learner))
            has = frozenset(
                name for name, awards in record.ledger.awards.items() if not awards[-1].ended
            )
            me = Me(
                record.said("name") or learner_page.called(learner),
                held,
                form,
                learner_page.pathways(spoken, record, at, language),
                learner_page.ahead(spoken, record, at, language, has),
                learner_page.skills(spoken, record, at, language),
                credits_told(spoken, record, has, language),
                learner_page.kept(spoken, record, at, language, has),
                outside,
            )
        apps = self.authorization.connected(learner) if self.authorization else ()
        page = self.site.page(
            "me.html",
            language,
            me=me,
            brought=brought,
            wallet=wallet_words_of(language),
            apps=tuple(app_told(app, language) for app in apps),
        )
        return Page(page.encode())

    def publish(self, session: str, proof: str, name: str, *, public: bool) -> bool:
        """Make a credential of hers public, or private; say whether it is hers and she asked."""
        row = self._own(session, name)
        if row is None or self.tickets().learner(Ticket.FORM, proof) != row.learner:
            return False
        self.store.badges.publish(row.id, self.now() if public else None)
        return True

    def may_leave(self, session: str, proof: str) -> bool:
        """Say whether it is she who wants to log out."""
        tickets = self.tickets()
        learner = tickets.learner(Ticket.SESSION, session)
        return learner is not None and tickets.learner(Ticket.FORM, proof) == learner

    def download(self, session: str, name: str, asked: Format) -> Page | None:
        """Give a credential of hers in a format."""
        row = self._own(session, name)
        return None if row is None or asked not in OF_THE_LEARNER else self._exported(row, asked)

    # --- parts -----------------------------------------------------------------------------

    def _own(self, session: str, name: str) -> BadgeRow | None:
        learner = self.tickets().learner(Ticket.SESSION, session)
        if learner is None:
            return None
        rows = self.store.badges.of_learner(learner)
        return next((row for row in rows if _name_of(row) == name), None)

    def _exported(self, row: BadgeRow, asked: Format) -> Page | None:
        try:
            data = self.exporter().exported(row, asked)
        except (UnissuableError, DrawingError):
            return None
        name = "" if asked is Format.JSON else f"{row.credential.rpartition('/')[2]}.{asked.value}"
        media = AS_CREDENTIAL if asked is Format.JSON else MEDIA_TYPES[asked]
        return Page(data, media, file=name)

    def _sources(self, others: Sources) -> Sources:
        return AtHome(self.public_url, self.publication.at, others)

    def _picture(self, row: BadgeRow) -> str:
        """Give where a badge's picture lies, without the ending; "" where there is no server."""
        if not self.public_url:
            return ""
        return f"{self.site.base}{row.achievement.removeprefix(self.public_url)}/image"

    def _because(self, award: AwardRow, badge: BadgeRow | None) -> str:
        """Say why an award was taken back, or its badge suspended, in a person's words."""
        if award.ended is not None:
            record = self.store.record_of(award.learner)
            awards = record.ledger.awards.get(award.credential, []) if record else []
            return awards[award.number - 1].because if len(awards) >= award.number else ""
        return badge.because if badge is not None else ""

    def _held(self, plan: Plan, learner: str, language: str) -> tuple[Held, ...]:
        rows = [row for row in self.store.history.awards_of(learner) if row.ended_by != WITHDRAWN]
        rows.sort(key=lambda row: (row.ended is not None, row.at))
        found: list[Held] = []
        seen: set[str] = set()
        for row in rows:
            anchor = "" if row.credential in seen else row.credential
            found.append(self._one(plan, row, language, anchor))
            seen.add(row.credential)
        return tuple(found)

    def _one(self, plan: Plan, award: AwardRow, language: str, anchor: str) -> Held:
        try:
            badge = self.registrar.badge(award.learner, award.credential, award.number)
        except (NoAwardError, UnissuableError):
            badge = None
        known = plan.ruleset.credentials.get(award.credential)
        title, describes = learner_page.told_of(known, award.credential)
        pack = plan.ruleset.packs.get(award.credential.partition("/")[0])
        spoken = pack.language if pack else "en"
        document: JsonObject = {}
        if badge is not None:
            document = msgspec.json.decode(badge.document, type=JsonObject)
            told = as_object(as_object(document.get("credentialSubject")).get("achievement"))
            title, describes = as_text(told.get("name")), as_text(told.get("description"))
            spoken = as_text(told.get("inLanguage"))
        state = learner_page.state_of(award, badge)
        public = badge is not None and badge.published is not None
        address = badge.id if badge is not None and self.public_url else ""
        return Held(
            name="" if badge is None else _name_of(badge),
            anchor=anchor,
            address=address,
            title=title,
            describes=describes,
            language=spoken,
            state=state,
            state_told=learner_page.state_told(state, words_of(language)),
            dates=learner_page.dates_of(plan, award, language),
            because=learner_page.because_of(award, self._because(award, badge), language),
            picture="" if badge is None else self._picture(badge),
            forms=tuple(form.value for form in OF_THE_LEARNER),
            can_be_public=bool(address) and state != "revoked",
            public=public,
            linkedin=learner_page.linkedin_url(document, address, award.at, award.expires),
            qr=_data_url(address) if public and address else "",
            embed=learner_page.embedded(document, address),
        )


def _name_of(row: BadgeRow) -> str:
    """Give the last part of a badge's address."""
    return row.id.rpartition("/")[2].removeprefix("urn:uuid:")


def _data_url(address: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(qr_of(address).encode()).decode()
