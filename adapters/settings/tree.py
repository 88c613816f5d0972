"""
What an operator can set: the tree of all settings, each with its default.

config.toml in the repository shows every one with a sentence, and a test holds the two equal.
The file is optional; an environment variable `MILEPOST_SECTION__KEY` goes before it, so that
a password need not stand in a file.
"""

# ruff: noqa: RUF009 - `_set` gives a field, as dataclasses.field itself does

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from adapters.lti.naming import DEFAULT, Naming
from adapters.settings import kinds
from adapters.settings.kinds import Kind
from engine.source import Span
from engine.values import Hours
from notifications.encryption import Tls
from notifications.mode import Mode

T = TypeVar("T")
KIND = "kind"
KEY = "key"


def _set(default: T, kind: Kind[T], key: str = "") -> T:
    """Declare a setting; `key` is its name in config.toml where Python reserves that word."""
    found: T = field(default=default, metadata={KIND: kind, KEY: key})
    return found


class Synchronous(StrEnum):
    """How surely SQLite writes: `full` survives a power cut, `normal` a crash of the process."""

    FULL = "full"
    NORMAL = "normal"


class MatcherChoice(StrEnum):
    """Which matcher stands behind the door."""

    AUTO = "auto"
    DURABLE_RULES = "durable-rules"
    INDEX = "index"


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where everything is kept."""

    url: str = _set("sqlite:///var/milepost.db", kinds.database())
    synchronous: Synchronous = _set(Synchronous.FULL, kinds.one_of(Synchronous))


@dataclass(frozen=True, slots=True)
class RulesSettings:
    """Where the designers' packs are, and how they are taken in."""

    packs: Path = _set(Path("rules/packs"), kinds.path())
    zone: str = _set("UTC", kinds.zone())
    watch: bool = _set(default=True, kind=kinds.switch())
    require_replay: bool = _set(default=False, kind=kinds.switch())


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """How events are decided."""

    matcher: MatcherChoice = _set(MatcherChoice.AUTO, kinds.one_of(MatcherChoice))
    stale_after: timedelta = _set(timedelta(days=7), kinds.a_period())
    workers: int = _set(1, kinds.whole(1, 64))


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """Where the service listens, and to whom."""

    host: str = _set("127.0.0.1", kinds.text("127.0.0.1"))
    port: int = _set(8470, kinds.whole(0, 65535))
    keys: tuple[str, ...] = field(
        default=(), repr=False, metadata={KIND: kinds.names(hidden=True), KEY: ""}
    )


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How everybody else reaches the service."""

    public_url: str = _set("", kinds.web_address())
    privacy_url: str = _set("", kinds.web_address())
    terms_url: str = _set("", kinds.web_address())


@dataclass(frozen=True, slots=True)
class IssuerSettings:
    """Who issues credentials, and what their keys are sealed with."""

    name: str = _set("", kinds.text("Example University"))
    email: str = _set("", kinds.mailbox())
    country: str = _set("", kinds.country())
    secret: str = field(default="", repr=False, metadata={KIND: kinds.secret(), KEY: ""})
    secret_file: str = _set("", kinds.text("/etc/milepost/issuer.secret"))
    signer: str = _set("", kinds.text("our_hsm.signer:open_signer"))
    suspension_list: bool = _set(default=False, kind=kinds.switch())
    endorsements: tuple[Path, ...] = _set((), kinds.paths("a list of files"))


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Whether mail leaves, from whom, and what the institution allows over all rules."""

    mode: Mode = _set(Mode.HOLD, kinds.one_of(Mode))
    folder: Path = _set(Path("var/mail"), kinds.path())
    redirect_to: str = _set("", kinds.mailbox())
    sender: str = _set("milepost@localhost", kinds.mailbox(), "from")
    reply_to: str = _set("", kinds.mailbox())
    organisation: str = _set("", kinds.text("Example University"))
    quiet_hours: Hours | None = _set(None, kinds.quiet())
    daily_cap: int = _set(0, kinds.whole(0, 1000))
    categories: tuple[str, ...] = _set(
        ("reminders", "feedback", "awards", "service"), kinds.names()
    )


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """The submission server that live and redirected mail goes through."""

    host: str = _set("localhost", kinds.text("smtp.example.edu"))
    port: int = _set(587, kinds.whole(1, 65535))
    tls: Tls = _set(Tls.STARTTLS, kinds.one_of(Tls))
    user: str = _set("", kinds.text("milepost"))
    password: str = field(default="", repr=False, metadata={KIND: kinds.secret(), KEY: ""})
    connections: int = _set(4, kinds.whole(1, 64))


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Where releases, locks, groups and recommendations go: the LMS's side."""

    url: str = _set("", kinds.web_address())
    secret: str = field(default="", repr=False, metadata={KIND: kinds.secret(), KEY: ""})


@dataclass(frozen=True, slots=True)
class PlatformSettings:
    """An LMS whose learners log in by LTI 1.3: one section `[lti.NAME]`."""

    issuer: str = _set("", kinds.web_address())
    client_id: str = _set("", kinds.text("10000000000001"))
    deployments: tuple[str, ...] = _set((), kinds.names())
    auth_login_url: str = _set("", kinds.web_address())
    jwks_url: str = _set("", kinds.web_address())
    learner: Naming = _set(Naming(DEFAULT), kinds.naming())


@dataclass(frozen=True, slots=True)
class LtiSettings:
    """The LMSs whose learners log in by LTI 1.3, by the names that the operator gives them."""

    platforms: Mapping[str, PlatformSettings] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """How long things are kept that nothing is decided by; None is for ever."""

    messages: timedelta | None = _set(timedelta(days=400), kinds.period(or_forever=True))
    quarantine: timedelta | None = _set(timedelta(days=400), kinds.period(or_forever=True))


@dataclass(frozen=True, slots=True)
class FactsSettings:
    """Where plug-ins that answer `fact` lie, and how long one may take."""

    path: tuple[Path, ...] = _set((), kinds.paths())
    timeout: float = _set(1.0, kinds.factor(0.01, 60))


@dataclass(frozen=True, slots=True)
class ClockSettings:
    """A simulated clock, to live old data through; without `start` it is the machine's."""

    start: datetime | None = _set(None, kinds.instant(), "from")
    speed: float = _set(1.0, kinds.factor(0.001, 10_000_000))


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, by the sections of config.toml."""

    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    rules: RulesSettings = field(default_factory=RulesSettings)
    engine: EngineSettings = field(default_factory=EngineSettings)
    http: HttpSettings = field(default_factory=HttpSettings)
    web: WebSettings = field(default_factory=WebSettings)
    issuer: IssuerSettings = field(default_factory=IssuerSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    smtp: SmtpSettings = field(default_factory=SmtpSettings)
    webhook: WebhookSettings = field(default_factory=WebhookSettings)
    lti: LtiSettings = field(default_factory=LtiSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    facts: FactsSettings = field(default_factory=FactsSettings)
    clock: ClockSettings = field(default_factory=ClockSettings)


CONFIG = "config.toml"
API_KEYS = "MILEPOST_API_KEYS"
CONFIG_VARIABLE = "MILEPOST_CONFIG"


FLAGS = {
    "--host": ("http", "host"),
    "--port": ("http", "port"),
    "--public-url": ("web", "public_url"),
    "--database": ("database", "url"),
    "--packs": ("rules", "packs"),
    "--mail-mode": ("mail", "mode"),
    "--clock-from": ("clock", "from"),
    "--clock-speed": ("clock", "speed"),
}
"""The options of the command line that stand for a setting: section and key."""


def shown_place(span: Span) -> str:
    """Give where a setting was said: file:line:column, or a variable's or an option's name."""
    return str(span) if span.line else span.file


def config_file(asked: Path | None, environ: Mapping[str, str]) -> Path | None:
    """Find config.toml: the one asked for, MILEPOST_CONFIG's, or the one in this folder."""
    if asked is not None:
        return asked
    if named := environ.get(CONFIG_VARIABLE):
        return Path(named)
    here = Path(CONFIG)
    return here if here.is_file() else None
