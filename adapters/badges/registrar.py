"""
The registrar: gives every award its signed credential, once, and anew where it was renewed.

Nothing here runs inside the transaction of an event. The award is committed first and stays
listed as unsigned until its badge is committed too, so a crash in between loses nothing and
signs nothing twice: an award has one badge, one place in the status lists and one recipient.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import randbelow
from uuid import uuid4

import msgspec

from adapters.badges.achievement import Achievement, credits_of
from adapters.badges.achievements import in_her_language
from adapters.badges.credential import Awarded, new_subject, subject_of, unsigned
from adapters.badges.evidence import evidence_of, grant_as_evidence, part_as_evidence
from adapters.badges.issuer import Issuer
from adapters.badges.jsonvalue import JsonObject, as_object, as_text
from adapters.badges.keys import IssuerKey, KeyKind
from adapters.badges.offering import Offering, Rules
from adapters.badges.results import leaves_of
from adapters.badges.signing import Desk, UnissuableError
from adapters.badges.status_list import PLACES
from adapters.badges.template import canonical_in_bulk
from adapters.store.badges import BadgeRow, TakenError
from adapters.store.history import AwardRow
from adapters.store.store import Store
from engine.calendar import instant, micros
from engine.granting import of_award
from engine.in_language import plan_in
from engine.ledger import HELD, WITHDRAWN, Award
from engine.plan import Plan
from engine.replay import live_through
from engine.ruleset import Credential
from engine.terms import Noun
from engine.view import View

log = logging.getLogger("milepost.badges")

FULLEST = PLACES // 2
"""A list is closed when half of its places are taken, so that a free one is soon found."""

TRIES = 64
TRIED_AGAIN_AFTER = timedelta(minutes=10)
"""A key or a secret may be put right meanwhile."""


class NoAwardError(LookupError):
    """There is no such award; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One award, and all that its credential is made from."""

    row: AwardRow
    award: Award
    rules: Rules
    credential: Credential
    older: BadgeRow | None
    wish: str

    @property
    def plan(self) -> Plan:
        """Give the rules that awarded it."""
        return self.rules.plan

    def told_in(self, language: str) -> "_Case":
        """Give it with the words of a language."""
        spoken = plan_in(self.plan, language)
        credential = spoken.ruleset.credentials[self.credential.id]
        return replace(self, rules=replace(self.rules, plan=spoken), credential=credential)


class Registrar:
    """Issues credentials from one database. Safe to use from several threads."""

    def __init__(
        self,
        store: Store,
        desk: Callable[[], Desk],
        offering: Offering,
        now: Callable[[], datetime],
    ) -> None:
        """
        Begin.

        Args:
            store: The database.
            desk: Gives what to sign with; asked each time, as keys change.
            offering: Makes what is awarded.
            now: The machine's clock, which verifiers live on.
        """
        self._store = store
        self._desk = desk
        self._offering = offering
        self._now = now
        self._unfit: dict[tuple[str, str, int], datetime] = {}

    def issue_waiting(self, limit: int) -> int:
        """Issue what was awarded and is not signed yet; give how many. What fails comes again."""
        issued = 0
        for each in self._store.badges.unsigned(limit + len(self._unfit)):
            name = (each.learner, each.credential, each.number)
            tried = self._unfit.get(name)
            if tried is not None and self._now() - tried < TRIED_AGAIN_AFTER:
                continue
            try:
                self.badge(each.learner, each.credential, each.number)
            except (UnissuableError, NoAwardError) as error:
                self._unfit[name] = self._now()
                log.warning("%s of %s is not issued: %s", each.credential, each.learner, error)
            else:
                self._unfit.pop(name, None)
                issued += 1
        return issued

    def reissued(self, learner: str, credential: str, number: int = 0) -> BadgeRow:
        """
        Sign the credential of an award anew; its address, place and recipient stay.

        Raises:
            NoAwardError: There is no such award.
            UnissuableError: It can't be issued, for the reason given.
        """
        return self._badge(learner, credential, number, anew=True)

    def badge(self, learner: str, credential: str, number: int = 0) -> BadgeRow:
        """
        Give the credential of an award, signing it if that has not been done.

        Args:
            learner: Whose.
            credential: A full name, or the name alone where only one of hers has it.
            number: Of the award; 0 for the latest.

        Raises:
            NoAwardError: There is no such award.
            UnissuableError: It can't be issued, for the reason given.
        """
        return self._badge(learner, credential, number, anew=False)

    def held(self, learner: str) -> tuple[BadgeRow, ...]:
        """
        Give the credentials of all that a learner holds, signing those that are not.

        One that can't be issued is not among them. Her record is read once, however many she has.
        """
        record = self._store.record_of(learner)
        awards = record.ledger.awards if record else {}
        known = {
            (row.credential, row.number): row for row in self._store.badges.of_learner(learner)
        }
        desk = self._desk()
        found: list[BadgeRow] = []
        for row in self._store.history.awards_of(learner):
            if row.ended is not None:
                continue
            badge = known.get((row.credential, row.number))
            award = next(iter(awards.get(row.credential, [])[row.number - 1 : row.number]), None)
            if badge is None or award is None or not _is_up_to_date(badge, award, desk):
                try:
                    badge = self.badge(learner, row.credential, row.number)
                except (NoAwardError, UnissuableError):
                    continue
            found.append(badge)
        return tuple(found)

    def _badge(self, learner: str, credential: str, number: int, *, anew: bool) -> BadgeRow:
        row = self._award(learner, credential, number)
        record = self._store.record_of(learner)
        awards = record.ledger.awards.get(row.credential, []) if record else []
        if len(awards) < row.number:
            raise NoAwardError(f"nothing is known any more of an award of {row.credential}")
        award = awards[row.number - 1]
        older = self._store.badges.of_award(learner, row.credential, row.number)
        desk = self._desk()
        if older is not None and not anew and _is_up_to_date(older, award, desk):
            return older
        rules = self._offering.plans(row.fingerprint)
        known = None if rules is None else rules.plan.ruleset.credentials.get(row.credential)
        if rules is None or known is None:
            raise UnissuableError(
                f"the rules that awarded it ({row.fingerprint}) are not kept, so that nobody can "
                "say what it took"
            )
        wish = record.said("language") if record else ""
        if older is not None and not anew:
            wish = _language_of(older) or wish
        return self._issued(_Case(row, award, rules, known, older, wish), desk)

    def _award(self, learner: str, credential: str, number: int) -> AwardRow:
        rows = self._store.history.awards_of(learner)
        if not rows:
            raise NoAwardError(f"nothing has been awarded to a learner `{learner}`")
        names = {row.credential for row in rows}
        full = {name for name in names if name == credential} or {
            name for name in names if name.partition("/")[2] == credential
        }
        if len(full) != 1:
            among = ", ".join(sorted(full or names))
            what = f"`{credential}` is of several packs" if full else f"no `{credential}`"
            raise NoAwardError(f"{what} was awarded to {learner}; there is {among}")
        found = [
            row
            for row in rows
            if row.credential in full
            and (row.number == number if number else row.ended_by != WITHDRAWN)
        ]
        if not found:
            raise NoAwardError(f"{credential} was withdrawn: it had never been earned")
        return found[-1]

    def _issued(self, case: _Case, desk: Desk) -> BadgeRow:
        """Sign, look once more, and keep."""
        key = desk.key(KeyKind.ED25519)
        issuer = desk.for_key(key)
        today = self._store.reigns.at(micros(self._now()))
        later = None if today == case.row.fingerprint else self._offering.plans(today)
        offered = self._offering.achievements(case.rules, case.credential, issuer, later)
        achievement = in_her_language(offered, case.wish)
        if achievement.language != offered[0].language:
            case = case.told_in(achievement.language)
        signs = self._offering.endorsed(issuer)
        awarded = self._awarded(case, achievement)
        older_id = case.older.id if case.older else ""
        for _ in range(TRIES):
            row = self._row(case, achievement, issuer, key)
            place = None if row.list is None or row.place is None else (row.list, row.place)
            document = unsigned(row.id, signs, achievement, awarded, place)
            try:
                row = replace(row, document=_signed(desk, document, self._now()))
            except UnissuableError as error:
                if not achievement.endorsements and not signs.endorsements:
                    raise
                # Nobody else's file keeps a learner from what she has earned.
                log.warning("%s goes without endorsements: %s", row.credential, error)
                achievement, signs = replace(achievement, endorsements=()), issuer
                continue
            if row.id == older_id:
                self._store.badges.reissue(row, achievement.row)
                return row
            try:
                return self._store.badges.add(row, achievement.row, older_id)
            except TakenError:
                continue
        raise UnissuableError("no free place was found in the status lists")

    def _row(
        self, case: _Case, achievement: Achievement, issuer: Issuer, key: IssuerKey
    ) -> BadgeRow:
        """
        Give the row of a badge; where there was one, its name and its place stay.

        One that was made without a public address gets one, once there is one.
        """
        award = case.award
        older = None if _is_homeless(case.older, issuer) else case.older
        own = BadgeRow(
            id=older.id if older else "",
            learner=case.row.learner,
            credential=case.row.credential,
            number=case.row.number,
            achievement=achievement.id,
            list=older.list if older else None,
            place=older.place if older else None,
            document=b"",
            key=key.public.id,
            issued=micros(self._now()),
            valid_from=award.newest,
            valid_until=award.expires,
        )
        if older is not None:
            return own
        if not issuer.public_url:
            return replace(own, id=uuid4().urn)
        number = self._store.badges.newest_list()
        if self._store.badges.places_used(number) >= FULLEST:
            number += 1
        name = issuer.address(f"credentials/{uuid4()}")
        return replace(own, id=name, list=number, place=randbelow(PLACES))

    def _awarded(self, case: _Case, achievement: Achievement) -> Awarded:
        """Gather what an award rests on, from the learner's events as they were known then."""
        row, award, plan = case.row, case.award, case.plan
        events = self._store.events_of(row.learner)
        record = live_through(plan, row.learner, events, award.newest, lambda _outcome, _at: None)
        pack = row.credential.partition("/")[0]
        zone = plan.clocks.zone(record.said("zone"), "", pack)
        view = View(plan, record, award.newest, zone, pack)
        results = [each.result(achievement.id, view) for each in achievement.measures]
        own = [event for event in events if event.id in award.evidence]
        grant = of_award(case.credential, record, award)
        language = plan.ruleset.pack_of(row.credential).language
        evidence = [
            *(grant_as_evidence(grant, language) if grant is not None else ()),
            *self._parts(case),
            *evidence_of(plan, case.credential, own),
        ]
        times = [event.time for event in own]
        subject = new_subject(record.said("email"))
        if case.older is not None:
            subject = subject_of(msgspec.json.decode(case.older.document, type=JsonObject))
        return Awarded(
            first=instant(award.at),
            since=instant(award.newest),
            until=None if award.expires is None else instant(award.expires),
            subject=subject,
            results=tuple(result for result in results if result is not None),
            evidence=tuple(evidence),
            credits=credits_of(case.credential),
            days=(min(times), max(times)) if times else None,
        )

    def _parts(self, case: _Case) -> list[JsonObject]:
        """Give the credentials that counted for a stack; each is issued first."""
        found: dict[str, JsonObject] = {}
        for leaf in leaves_of(case.credential.requires):
            if leaf.noun is not Noun.CREDENTIAL or leaf.word != HELD:
                continue
            part = self._part(case, leaf.name)
            known = case.plan.ruleset.credentials.get(leaf.name)
            if part is not None and known is not None:
                found[part.id] = part_as_evidence(part.id, known.title, known.describes)
        return list(found.values())

    def _part(self, case: _Case, name: str) -> BadgeRow | None:
        """Give the badge of a part as it was held when the stack was last earned."""
        at = case.award.newest
        held = [
            row
            for row in self._store.history.awards_of(case.row.learner)
            if row.credential == name
            and micros(row.at) <= at
            and (row.ended is None or micros(row.ended) > at)
            and row.ended_by != WITHDRAWN
        ]
        return self.badge(case.row.learner, name, held[-1].number) if held else None


def _language_of(badge: BadgeRow) -> str:
    """Give the language that a badge is in."""
    document = msgspec.json.decode(badge.document, type=JsonObject)
    subject = as_object(document.get("credentialSubject"))
    return as_text(as_object(subject.get("achievement")).get("inLanguage"))


def _is_homeless(badge: BadgeRow | None, issuer: Issuer) -> bool:
    """Say whether a badge was made without a public address, and there is one now."""
    return badge is not None and badge.list is None and bool(issuer.public_url)


def _signed(desk: Desk, document: JsonObject, now: datetime) -> bytes:
    return msgspec.json.encode(desk.sign(document, now, canonical=canonical_in_bulk))


def _is_up_to_date(badge: BadgeRow, award: Award, desk: Desk) -> bool:
    """Say whether a badge says what its award does, and its key is still worth something."""
    worthless = {key.public.id for key in desk.keys if not key.is_published}
    says = (badge.valid_from, badge.valid_until)
    if badge.key in worthless or _is_homeless(badge, desk.issuer):
        return False
    return says == (award.newest, award.expires)
