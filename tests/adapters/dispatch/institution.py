"""A small institution for tests of the way out: one pack with messages, and people."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from msgspec import structs

from adapters.inbound import native
from adapters.outgoing.dispatch import Dispatch
from adapters.outgoing.effects import entries_for
from adapters.outgoing.letters import House, Letters, read_letters
from adapters.service.service import Service
from adapters.settings.tree import MailSettings, Settings, SmtpSettings, WebhookSettings
from adapters.store import Store
from engine.calendar import micros
from engine.outcome import Effect, Kind
from engine.plan import Plan
from engine.record import Record
from engine.source import NOWHERE
from notifications.encryption import Tls
from notifications.mode import Mode
from notifications.outbox import OutboxRow, Status
from rules.packs import read_packs

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)
SECRET = "whsec_" + "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0"

PACK = """\
pack: p
language: 1
version: "1"
title: A pack
owner: me@uni.example
zone: UTC
activities:
  quiz: {lms: ["quiz:1", "https://lms.example/quiz/1"], kind: quiz, in: c, pass: 60%}
courses:
  c: {lms: "course:1", title: The course, starts: 2025-01-01, ends: 2025-12-31}
"""
RULES = """\
rules:
  nudge:
    title: Nudge
    when: {inactive: 7 days, in: c}
    then:
      - email: messages/nudge.md
      - release: quiz
    limits: {cap: 3 per course}
"""
NUDGE = """\
---
subject: Come back, {{ learner.first_name }}
category: reminders
---
We miss you in {{ course.title }}.
"""
NUDGE_ES = NUDGE.replace("Come back", "Vuelve").replace("We miss you in", "Te echamos de menos en")


@dataclass
class StillClock:
    """A clock in a test's hand."""

    time: datetime = NOON

    def now(self) -> datetime:
        """Say what time it is."""
        return self.time

    def seconds_until(self, moment: datetime) -> float:
        """Say how long it is until then."""
        return max(0.0, (moment - self.time).total_seconds())


@dataclass(frozen=True)
class InForce:
    """The rules and messages of the pack."""

    plan: Plan
    letters: Letters


def in_force(folder: Path) -> InForce:
    """Write the pack into a folder and read it."""
    pack = folder / "packs" / "p"
    (pack / "messages").mkdir(parents=True, exist_ok=True)
    (pack / "pack.yaml").write_text(PACK)
    (pack / "rules.yaml").write_text(RULES)
    (pack / "messages" / "nudge.md").write_text(NUDGE)
    (pack / "messages" / "nudge.es.md").write_text(NUDGE_ES)
    reading = read_packs((folder / "packs",))
    letters, problems = read_letters(reading, House("Example University"))
    assert () == (*reading.problems, *problems)
    return InForce(Plan(reading.ruleset, timedelta(days=7)), letters)


@dataclass
class Institution:
    """A database with people and effects, and a way out of it."""

    store: Store
    folder: Path
    mail: MailSettings = field(default_factory=lambda: MailSettings(mode=Mode.FOLDER))
    smtp: SmtpSettings = field(default_factory=SmtpSettings)
    webhook: WebhookSettings = field(default_factory=WebhookSettings)
    clock: StillClock = field(default_factory=StillClock)

    def __post_init__(self) -> None:
        """Read the pack, and put mail into the test's folder."""
        self.rules = in_force(self.folder)
        self.mail = replace(self.mail, folder=self.folder / "mail", sender="house@uni.example")
        self.service = Service(self.store, self.rules.plan, entries_for(self.mail.mode))

    def know(self, *events: str) -> None:
        """Take in native events, as JSON without their braces and time."""
        found = [
            native.read(f'{{{event},"time":"2025-03-01T10:00:00Z"}}'.encode(), "lms", NOON)
            for event in events
        ]
        assert [""] * len(found) == [one.reason for one in found]
        self.service.ingest(found, NOON, "lms")

    def learner(self, name: str, more: str = "") -> None:
        """Make a learner known by an address."""
        extra = f",{more}" if more else ""
        self.know(
            f'"learner":"{name}","is":"profile","name":"{name.title()} Berg",'
            f'"email":"{name}@learner.example"{extra}'
        )

    def decide(self, *effects: Effect) -> None:
        """Put effects into the outbox, as a decision does."""
        entries_of = entries_for(self.mail.mode)
        for effect in effects:
            record = self.store.record_of(effect.learner) or Record(effect.learner)
            self.store.outbox.add(entries_of(effect, record))

    def dispatch(self, give_back: Callable[[str, str], object] | None = None) -> Dispatch:
        """Open the way out."""
        settings = Settings(mail=self.mail, smtp=self.smtp, webhook=self.webhook)
        return Dispatch(self.store, settings, lambda: self.rules, self.clock, give_back=give_back)

    def rows(self, status: Status) -> tuple[OutboxRow, ...]:
        """Give the rows of a status."""
        return self.store.outbox.listed(status)

    def files(self) -> list[str]:
        """Give the messages in the folder, as texts, in the order of their names."""
        return [path.read_text() for path in sorted(self.mail.folder.glob("*.eml"))]


def effect(
    number: int = 1, kind: Kind = Kind.EMAIL, learner: str = "ada", **more: object
) -> Effect:
    """Make an effect: by default the nudge to Ada, at noon."""
    target = {Kind.EMAIL: "p/messages/nudge.md", Kind.GROUP: "p/mentors"}.get(kind, "p/quiz")
    made = Effect(
        key=f"firing{number:018d}.0",
        kind=kind,
        target=target,
        learner=learner,
        by="p/nudge",
        at=micros(NOON),
        span=NOWHERE,
        course="course:1",
        score=Fraction(1, 3) if kind is Kind.RELEASE else None,
    )
    return structs.replace(made, **more)


def smtp_at(port: int) -> SmtpSettings:
    """Give the settings of a server on this machine."""
    return SmtpSettings(host="127.0.0.1", port=port, tls=Tls.NONE)
