"""
From an effect in the outbox to the bytes that leave: addressed, judged, written, frozen.

Done in batches and in one transaction before anything is claimed, so that the bytes are in the
row before they are on the wire and a retry sends what the first try sent. Who may be written
to is judged here: the address, what the person has switched off, the day's cap, and the house's
quiet hours, which put a message off instead of dropping it.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Protocol

import msgspec
from sqlalchemy import Connection

from adapters.lms.webhook_body import Words, webhook_body
from adapters.outgoing import outbox_preparation as rows
from adapters.outgoing.brakes import hold_back
from adapters.outgoing.correspondents import LEARNER, Correspondent, People, switched_off
from adapters.outgoing.effects import AWARDS, CHANGES, Frozen, melt, thaw
from adapters.outgoing.letters import Letters
from adapters.outgoing.outbox_preparation import Counted, Prepared, Waiting
from adapters.settings.tree import MailSettings
from adapters.store.store import Store
from engine.calendar import Micros, instant, micros, next_time, zone_named
from engine.outcome import MESSAGES, Effect
from engine.outcome import Kind as EffectKind
from engine.plan import Plan
from engine.record import SUSPENDED, Record
from notifications import address
from notifications.contact_policy import (
    AWARDS as AWARDS_CATEGORY,
)
from notifications.contact_policy import (
    Contact,
    ContactPolicy,
    Refusal,
    counts,
    learners_day,
    refusal,
)
from notifications.envelope import Mailbox, OutgoingMail, build
from notifications.mode import Mode
from notifications.one_line import flat
from notifications.outbox import Entry, Kind, Status
from notifications.sandbox import TooLongError
from notifications.settlement import reason

log = logging.getLogger("milepost.outbox")

LMS = "lms"
"""The name of the one webhook that config.toml knows."""


def gives_back(status: Status, why: str) -> bool:
    """Say whether a message that ended so counts for no gap and cap any more."""
    opted_out = status is Status.SUPPRESSED and why.startswith(Refusal.SWITCHED_OFF)
    return opted_out or status is Status.FAILED


BATCH = 100
"""Rows made ready in one transaction."""


class InForce(Protocol):
    """The rules and messages by which rows are written out now."""

    @property
    def plan(self) -> Plan:
        """Give the rules, ready to run."""
        ...

    @property
    def letters(self) -> Letters:
        """Give the messages."""
        ...


class Composer:
    """Makes rows ready to leave. Call it from one thread at a time."""

    def __init__(
        self,
        store: Store,
        mail: MailSettings,
        in_force: Callable[[], InForce],
        *,
        webhook: bool,
        give_back: Callable[[str, str], object] | None = None,
    ) -> None:
        """
        Compose for one database.

        Args:
            store: Where the rows and records are.
            mail: The house's own rules, and who writes.
            in_force: Gives the rules of the moment.
            webhook: Whether there is an address that calls go to; without, they are held.
            give_back: Told learner and key of each message that ends here, never sent.
        """
        self._store = store
        self._mail = mail
        self._in_force = in_force
        self._webhook = webhook
        self._give_back = give_back
        self._policy = ContactPolicy(messages_a_day=mail.daily_cap or None)

    def prepare(self, now: datetime) -> int:
        """
        Make a batch of rows ready that may go at `now`; give how many.

        Raises:
            StoreBusy: The database is; nothing was changed.
        """
        in_force = self._in_force()
        ended: list[tuple[str, str]] = []

        def work(connection: Connection) -> int:
            ended.clear()  # a transaction may be tried again
            if not rows.take_turn(connection):
                return 0
            if not self._webhook:
                rows.hold_calls(connection)
            for held in hold_back(connection, in_force.plan.ruleset, now):
                log.warning("%s", held)
            found = rows.waiting(connection, now, BATCH)
            if not found:
                return 0
            batch = _Batch(connection, self._store, self._mail, self._policy, in_force, now)
            ended.extend(batch.run(found))
            return len(found)

        with self._store.database.read() as connection:
            # Nearly always there is nothing, and a transaction that writes keeps others out.
            if not rows.waiting(connection, now, 1):
                return 0
        number = self._store.database.run(work)
        if self._give_back is not None:
            for learner, key in ended:
                self._give_back(learner, key)
        return number

    def refused_now(self, learner: str, recipient: str, category: str) -> Refusal | None:
        """Say why a message that was ready must not go after all, if so; asked before each try."""
        by_mail = recipient != LMS
        record = self._store.record_of(learner)
        if record is None or (by_mail and record.said("email") != recipient):
            return None  # a copy to somebody else
        contact = Contact(
            recipient,
            record.is_on(SUSPENDED),
            preferences=switched_off(record),
            by_mail=by_mail,
        )
        return refusal(ContactPolicy(), contact, category)

    def preview(self, data: bytes, key: str, row_id: int, now: datetime) -> bytes | None:
        """
        Write the message or call of a row that is not ready yet, as it would be written now.

        Returns:
            The bytes; None where there is nothing to write, or nobody to write to.
        """
        in_force = self._in_force()
        with self._store.database.read() as connection:
            batch = _Batch(connection, self._store, self._mail, self._policy, in_force, now)
            return batch.preview(thaw(data), key, row_id)


class _Batch:
    """One transaction's rows."""

    def __init__(
        self,
        connection: Connection,
        store: Store,
        mail: MailSettings,
        policy: ContactPolicy,
        in_force: InForce,
        now: datetime,
    ) -> None:
        self._connection = connection
        self._mail = mail
        self._policy = policy
        self._plan = in_force.plan
        self._letters = in_force.letters
        self._now = now
        self._people = People(self._records, store.history.staff)
        self._known: dict[str, Record] = {}
        self._dead: frozenset[str] = frozenset()
        self._counted: list[Counted] = []

    def run(self, found: Collection[Waiting]) -> list[tuple[str, str]]:
        """Make the rows ready and write them; give learner and key of messages that ended."""
        learners = {row.learner for row in found}
        self._known.update(rows.records_of(self._connection, learners))
        self._dead = rows.dead_addresses(self._connection, learners)
        if self._policy.messages_a_day is not None:
            self._counted = rows.counted(self._connection, learners)
        prepared: list[Prepared] = []
        copies: list[Entry] = []
        for row in found:
            try:
                for number, each in enumerate(self._prepared(row)):
                    if number == 0 and isinstance(each, Prepared):
                        prepared.append(each)
                    elif isinstance(each, Entry):
                        copies.append(each)
            except Exception as error:
                # One message that can't be written must not keep the others from leaving.
                log.exception("row %d of the outbox can't be written", row.id)
                why = reason("broken", repr(error))
                prepared.append(_ended(row, Status.FAILED, "", "", why))
        rows.put_prepared(self._connection, prepared, copies)
        keys = {row.id: (row.learner, row.key) for row in found}
        return [keys[one.id] for one in prepared if gives_back(one.status, one.reason)]

    def preview(self, frozen: Frozen, key: str, row_id: int) -> bytes | None:
        """Write one message for whoever it goes to first, or one call."""
        effect = melt(frozen)
        self._known.update(rows.records_of(self._connection, {effect.learner}))
        record = self._known.get(effect.learner, Record(effect.learner))
        if effect.kind not in MESSAGES:
            return webhook_body(effect, row_id, self._plan)
        if effect.kind is not EffectKind.EMAIL:
            category = self._letters.category(effect, record, self._plan) or ""
            return self._call_with_words(effect, record, category, row_id)
        to = self._people.correspondents(effect, record, self._plan)[0]
        if address.refusal(to.email):
            return None
        return self._mail_to(to, key, effect, record, effect.at)

    def _prepared(self, row: Waiting) -> Iterator[Prepared | Entry]:
        """Give what a row becomes, and then the copies that come of it."""
        try:
            frozen = thaw(row.data or b"")
        except msgspec.MsgspecError as error:
            yield _ended(row, Status.FAILED, "", "", reason("unreadable", str(error)))
            return
        effect = melt(frozen)
        if row.kind is Kind.WEBHOOK and effect.kind not in MESSAGES:
            body = webhook_body(effect, row.id, self._plan)
            yield Prepared(row.id, Status.QUEUED, body, LMS, CHANGES, row.not_before)
            return
        record = self._known.get(effect.learner, Record(effect.learner))
        effect = _still_wanted(effect, record, self._letters, self._plan)
        category = self._letters.category(effect, record, self._plan)
        if category is None:
            yield _no_message(row, effect)
            return
        if effect.kind is not EffectKind.EMAIL:
            yield self._within_lms(row, effect, record, category)
            return
        is_award = bool(effect.credential) and effect.credential == effect.by
        for number, to in enumerate(self._people.correspondents(effect, record, self._plan)):
            sent = self._for(to, row, effect, record, category, is_award=is_award)
            if number == 0:
                yield sent
                continue
            yield Entry(
                key=to.key,
                kind=Kind.EMAIL,
                learner=effect.learner,
                category=sent.category,
                recipient=sent.recipient,
                data=sent.data,
                not_before=instant(sent.not_before),
                status=sent.status,
                reason=sent.reason,
                by=effect.by,
            )

    def _for(
        self,
        to: Correspondent,
        row: Waiting,
        effect: Effect,
        record: Record,
        category: str,
        *,
        is_award: bool,
    ) -> Prepared:
        """Judge and write the message to one person."""
        goes, zone = self._when(to, effect)
        capped_as = AWARDS_CATEGORY if is_award else category
        refused = self._refused(to, goes, zone, category, capped_as)
        if refused is not None:
            why = refused.value if to.email else reason(refused.value, f"of {to.who}")
            return _ended(row, Status.SUPPRESSED, to.email, category, why)
        try:
            date = goes if goes > micros(self._now) else effect.at
            data = self._mail_to(to, row_key(effect, to), effect, record, date)
        except (TooLongError, ValueError) as error:
            return _ended(row, Status.FAILED, to.email, category, reason("no_message", str(error)))
        if data is None:
            return _no_message(row, effect)
        if to.is_learner and counts(self._policy, capped_as):
            self._counted.append(Counted(effect.learner, to.email, capped_as, goes))
        stored = AWARDS if is_award else category
        return Prepared(row.id, Status.QUEUED, data, to.email, stored, max(goes, row.not_before))

    def _when(self, to: Correspondent, effect: Effect) -> tuple[Micros, tzinfo]:
        """
        Give when a message to somebody may go, and on whose clock.

        The engine has judged the learner's own hours; those of others are known only here: the
        rule's quiet hours, and the hour of a digest, on their own clock where it is known.
        """
        plan, pack = self._plan, effect.by.partition("/")[0]
        said = to.record.said("zone") if to.record else ""
        zone = plan.clocks.zone(said, effect.course, pack)
        goes = micros(self._now)
        if not to.is_learner:
            if effect.items and zone_named(said) and pack in plan.ruleset.packs:
                goes = next_time(goes, plan.ruleset.packs[pack].digest_at, zone)
            for item in effect.items or (effect,):
                rule = plan.ruleset.rules.get(item.by)
                if rule is not None and rule.limits.quiet is not None:
                    goes = rule.limits.quiet.end_after(goes, zone)
        quiet = self._mail.quiet_hours
        return (goes if quiet is None else quiet.end_after(goes, zone)), zone

    def _within_lms(self, row: Waiting, effect: Effect, record: Record, category: str) -> Prepared:
        """Judge and write a message that the LMS shows to the learner."""
        if self._mail.mode is Mode.HOLD:
            return _ended(row, Status.HELD, LMS, category, "mode_hold")
        to = Correspondent(effect.key, "", "", record, is_learner=True, who=effect.learner)
        goes, zone = self._when(to, effect)
        refused = self._refused(to, goes, zone, category, category, by_mail=False)
        if refused is not None:
            return _ended(row, Status.SUPPRESSED, LMS, category, refused.value)
        try:
            body = self._call_with_words(effect, record, category, row.id)
        except (TooLongError, ValueError) as error:
            why = reason("no_message", str(error))
            return _ended(row, Status.FAILED, LMS, category, why)
        if body is None:
            return _no_message(row, effect)
        if counts(self._policy, category):
            self._counted.append(Counted(effect.learner, LMS, category, goes))
        return Prepared(row.id, Status.QUEUED, body, LMS, category, max(goes, row.not_before))

    def _call_with_words(
        self, effect: Effect, record: Record, category: str, row_id: int
    ) -> bytes | None:
        said = self._letters.render(effect, record, self._plan, bare=True)
        if said is None:
            return None
        words = Words(said.subject, said.text, said.html, said.language, category)
        return webhook_body(effect, row_id, self._plan, words)

    def _refused(
        self,
        to: Correspondent,
        goes: Micros,
        zone: tzinfo,
        category: str,
        capped_as: str,
        *,
        by_mail: bool = True,
    ) -> Refusal | None:
        today = learners_day(instant(goes), zone)
        mine = {(to.email, ""), (LMS, to.who)} if to.is_learner else {(to.email, "")}
        used = sum(
            (each.recipient, each.learner if each.recipient == LMS else "") in mine
            and counts(self._policy, each.category)
            and learners_day(instant(each.not_before), zone) == today
            for each in self._counted
        )
        contact = Contact(
            to.email,
            to.record is not None and to.record.is_on(SUSPENDED, micros(self._now)),
            to.email in self._dead,
            {} if to.record is None else switched_off(to.record),
            used if to.is_learner and capped_as == category else 0,
            by_mail,
        )
        return refusal(self._policy, contact, category)

    def _mail_to(
        self, to: Correspondent, key: str, effect: Effect, record: Record, date: Micros
    ) -> bytes | None:
        """Write a message to one person, in her own language, about the learner."""
        plan = self._plan
        rendered = self._letters.render(effect, record, plan, to.record)
        if rendered is None:
            return None
        answers = self._people.reply_to(effect, record, plan) or self._mail.reply_to
        return build(
            OutgoingMail(
                key=key,
                sender=Mailbox(self._mail.sender, flat(self._mail.organisation)),
                to=Mailbox(to.email, flat(to.name)),
                # When it was decided, not when a worker came round to it: the text says "a week".
                date=instant(date).replace(microsecond=0),
                subject=rendered.subject,
                text=rendered.text,
                html=rendered.html,
                language=rendered.language,
                domain=self._mail.sender.rpartition("@")[2],
                reply_to=Mailbox(answers) if answers else None,
            )
        )

    def _records(self, people: Collection[str]) -> Mapping[str, Record]:
        unknown = [person for person in people if person not in self._known]
        self._known.update(rows.records_of(self._connection, unknown))
        return {person: self._known[person] for person in people if person in self._known}


def row_key(effect: Effect, to: Correspondent) -> str:
    """Give the outbox key of the message to one person; its Message-ID comes of it."""
    return to.key or effect.key


def _still_wanted(effect: Effect, record: Record, letters: Letters, plan: Plan) -> Effect:
    """Leave out of a digest to the learner what she has switched off since it was decided."""
    if not effect.items or effect.to != LEARNER:
        return effect
    off = record.opted_out()
    left = tuple(i for i in effect.items if letters.category(i, record, plan) not in off)
    return msgspec.structs.replace(effect, items=left) if left else effect


def _no_message(row: Waiting, effect: Effect) -> Prepared:
    why = reason("no_message", f"{effect.target} is no message that can be sent")
    return _ended(row, Status.FAILED, "", "", why)


def _ended(row: Waiting, status: Status, recipient: str, category: str, why: str) -> Prepared:
    """End a row that never became a message; what it was stays in it."""
    return Prepared(row.id, status, row.data, recipient, category, row.not_before, why)
