"""
Settings that are right each on their own and wrong together.

They are asked once all sources have been read, since the mode may be said on the command line
and the address that it needs in a file.
"""

from collections.abc import Callable, Iterator
from itertools import combinations
from urllib.parse import urlsplit

from adapters.settings.tree import Settings
from engine.source import Problem, Severity, Span
from notifications.encryption import Tls, is_loopback
from notifications.mode import Mode
from notifications.webhook_endpoint import WebhookEndpoint
from notifications.webhook_signature import Secret

CONTRADICTION = "C104"

Where = Callable[[str, str], Span]
"""Says where a setting was said, by section and key."""


def contradictions(settings: Settings, where: Where) -> Iterator[Problem]:
    """Yield a problem for each."""
    yield from _of_mail(settings, where)
    yield from _of_webhook(settings, where)
    yield from _of_keys(settings, where)
    yield from _of_lti(settings, where)
    yield from _of_names(settings, where)


def _of_mail(settings: Settings, where: Where) -> Iterator[Problem]:
    smtp, mail = settings.smtp, settings.mail
    if smtp.tls is Tls.NONE and (smtp.password or smtp.user) and not is_loopback(smtp.host):
        yield Problem(
            where("smtp", "tls"),
            CONTRADICTION,
            f"tls: the password for {smtp.host} would cross the network unencrypted",
            'write it like: tls = "starttls"',
        )
    if mail.mode is Mode.REDIRECT and not mail.redirect_to:
        yield Problem(
            where("mail", "mode"),
            CONTRADICTION,
            "mode: mail is to be redirected, and nothing says where to",
            'write it like: redirect_to = "milepost-test@example.edu"',
        )
    leaves = mail.mode in {Mode.LIVE, Mode.REDIRECT}
    if leaves and not mail.sender:
        yield Problem(
            where("mail", "from"),
            CONTRADICTION,
            "from: mail is to leave, and nothing says from whom",
            'write it like: from = "milepost@example.edu"',
        )
    elif leaves and mail.sender.endswith("@localhost") and not is_loopback(smtp.host):
        yield Problem(
            where("mail", "from"),
            CONTRADICTION,
            f"from: mail leaves as {mail.sender}, which most servers refuse",
            'write it like: from = "milepost@example.edu"',
            Severity.WARNING,
        )


def _of_webhook(settings: Settings, where: Where) -> Iterator[Problem]:
    webhook = settings.webhook
    if not webhook.url:
        return
    if not webhook.secret:
        yield Problem(
            where("webhook", "url"),
            CONTRADICTION,
            "url: calls to the LMS are signed, and there is no secret to sign with",
            "set MILEPOST_WEBHOOK__SECRET to whsec_ and the base64 of 32 random bytes",
        )
        return
    try:
        WebhookEndpoint("lms", webhook.url, Secret.read(webhook.secret))
    except ValueError as error:
        key = "secret" if "secret" in str(error) else "url"
        yield Problem(where("webhook", key), CONTRADICTION, f"{key}: {error}")


def _of_keys(settings: Settings, where: Where) -> Iterator[Problem]:
    for key in settings.http.keys:
        name, _, secret = key.partition(":")
        if not (name and secret):
            yield Problem(
                where("http", "keys"),
                CONTRADICTION,
                "keys: one of them is not a name, a colon and a secret (it is not shown)",
                'write it like: keys = ["moodle:a-long-random-secret"]',
            )


def _of_lti(settings: Settings, where: Where) -> Iterator[Problem]:
    """Yield what an LMS's section lacks; the log-in would fail at each launch without it."""
    public = settings.web.public_url
    if settings.lti.platforms and not _is_safe(public):
        yield Problem(
            where("web" if public else f"lti.{next(iter(settings.lti.platforms))}", "public_url"),
            CONTRADICTION,
            "public_url: a log-in from an LMS needs an https address of this service",
            'write it like: public_url = "https://milepost.example.edu", under [web]',
        )
    seen: dict[tuple[str, str], str] = {}
    for name, platform in settings.lti.platforms.items():
        section = f"lti.{name}"
        needed = {
            "issuer": platform.issuer,
            "client_id": platform.client_id,
            "deployments": platform.deployments,
            "auth_login_url": platform.auth_login_url,
            "jwks_url": platform.jwks_url,
        }
        missing = [key for key, value in needed.items() if not value]
        if missing:
            yield Problem(
                where(section, missing[0]),
                CONTRADICTION,
                f"[{section}] does not say {', '.join(missing)}",
                "docs/how-to/log-in-from-the-lms.md says where the LMS shows them",
            )
        for key in ("auth_login_url", "jwks_url"):
            url = str(needed[key])
            if url and not _is_safe(url):
                yield Problem(
                    where(section, key),
                    CONTRADICTION,
                    f"{key}: {url[:60]} is not encrypted, so anybody could answer for the LMS",
                    f"write it like: https://{url.partition('://')[2][:60]}",
                )
        who = (platform.issuer, platform.client_id)
        if platform.client_id and who in seen:
            yield Problem(
                where(section, "client_id"),
                CONTRADICTION,
                f"[{section}] has the issuer and the client_id of [lti.{seen[who]}]",
                "put the deployments of both into one section",
            )
        seen.setdefault(who, name)


def _of_names(settings: Settings, where: Where) -> Iterator[Problem]:
    """Yield where two LMSs could call two learners by one name: `sub` is one LMS's own."""
    for (name, one), (other, another) in combinations(settings.lti.platforms.items(), 2):
        mine, theirs = (each.learner.opening(each.issuer) for each in (one, another))
        own = "{sub}" in str(one.learner) or "{sub}" in str(another.learner)
        apart = one.issuer == another.issuer or not (
            mine.startswith(theirs) or theirs.startswith(mine)
        )
        if own and not apart:
            yield Problem(
                where(f"lti.{other}", "learner"),
                CONTRADICTION,
                f"learner: one of [lti.{name}] and another of [lti.{other}] could have the same "
                "name, and would see each other's page",
                'let the names of one begin differently, like: learner = "{iss}|{sub}"',
                Severity.WARNING,
            )


def _is_safe(url: str) -> bool:
    """Say whether an address is encrypted, or on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return host != "" and (parts.scheme == "https" or is_loopback(host))
