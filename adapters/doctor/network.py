"""Whether the mail server and the LMS can be reached, and prove who they are."""

import os
import smtplib
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from adapters.doctor.finding import Finding, State
from adapters.settings.tree import Settings, SmtpSettings
from notifications.encryption import Tls
from notifications.mode import Mode

MAIL = "mail"
LMS = "webhook"
WAIT = 10.0
"""Seconds to wait for a server."""
SOON = timedelta(days=14)


def look_at_network(settings: Settings, machine: datetime) -> Iterator[Finding]:
    """Yield what is found of mail and webhook; no message is sent and nothing is called."""
    yield from _mail(settings, machine)
    yield from _webhook(settings, machine)


def _mail(settings: Settings, machine: datetime) -> Iterator[Finding]:
    mail = settings.mail
    match mail.mode:
        case Mode.HOLD:
            yield Finding(
                MAIL, State.NOT_CHECKED, "mode hold: nothing leaves, the server is not asked"
            )
            return
        case Mode.FOLDER:
            folder = mail.folder
            there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
            if not os.access(there, os.W_OK):
                yield Finding(MAIL, State.WRONG, f"{folder} can't be written", "change its owner")
            else:
                yield Finding(MAIL, State.GOOD, f"messages become files in {folder}")
            return
        case Mode.REDIRECT:
            yield Finding(MAIL, State.GOOD, f"all mail goes to {mail.redirect_to}")
        case Mode.LIVE:
            yield Finding(MAIL, State.GOOD, f"mail goes to learners, from {mail.sender}")
    yield from _smtp(settings.smtp, machine)


def _smtp(smtp: SmtpSettings, machine: datetime) -> Iterator[Finding]:
    name = f"{smtp.host} port {smtp.port}"
    context = ssl.create_default_context()
    try:
        with _connected(smtp, context) as server:
            server.ehlo()
            yield Finding(MAIL, State.GOOD, f"{name} answers")
            if smtp.tls is Tls.STARTTLS:
                if not server.has_extn("starttls"):
                    yield Finding(
                        MAIL,
                        State.WRONG,
                        f"{name} offers no STARTTLS",
                        'write tls = "implicit" for port 465, or use the port for submission',
                    )
                    return
                server.starttls(context=context)
                server.ehlo()
            if isinstance(server.sock, ssl.SSLSocket):
                yield _certificate(MAIL, name, server.sock, machine)
            if smtp.user:
                server.login(smtp.user, smtp.password)
                yield Finding(MAIL, State.GOOD, f"{smtp.user} can log in")
    except ssl.SSLError as error:
        yield _untrusted(MAIL, name, error)
    except smtplib.SMTPAuthenticationError as error:
        yield Finding(
            MAIL,
            State.WRONG,
            f"{name} refuses the log-in of {smtp.user}: {error.smtp_code}",
            "look at user and MILEPOST_SMTP__PASSWORD",
        )
    except (smtplib.SMTPException, OSError) as error:
        yield Finding(
            MAIL,
            State.WRONG,
            f"{name} can't be used: {_why(error)}",
            "look at [smtp] host and port, and at the firewall",
        )


def _connected(smtp: SmtpSettings, context: ssl.SSLContext) -> smtplib.SMTP:
    if smtp.tls is Tls.IMPLICIT:
        return smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=WAIT, context=context)
    return smtplib.SMTP(smtp.host, smtp.port, timeout=WAIT)


def _webhook(settings: Settings, machine: datetime) -> Iterator[Finding]:
    if not settings.webhook.url:
        yield Finding(
            LMS,
            State.NOT_CHECKED,
            "no [webhook] url: releases and other calls are held in the outbox",
        )
        return
    url = urlsplit(settings.webhook.url)
    host = url.hostname or ""
    port = url.port or (443 if url.scheme == "https" else 80)
    name = f"{host} port {port}"
    try:
        with socket.create_connection((host, port), WAIT) as line:
            yield Finding(LMS, State.GOOD, f"{name} answers")
            if url.scheme == "https":
                context = ssl.create_default_context()
                with context.wrap_socket(line, server_hostname=host) as safe:
                    yield _certificate(LMS, name, safe, machine)
    except ssl.SSLError as error:
        yield _untrusted(LMS, name, error)
    except OSError as error:
        yield Finding(
            LMS, State.WRONG, f"{name} can't be reached: {_why(error)}", "look at [webhook] url"
        )


def _certificate(part: str, name: str, line: ssl.SSLSocket, machine: datetime) -> Finding:
    ends = (line.getpeercert() or {}).get("notAfter")
    version = line.version() or "TLS"
    if not isinstance(ends, str):
        return Finding(part, State.GOOD, f"{name} speaks {version}, and its certificate is valid")
    until = parsedate_to_datetime(ends).replace(tzinfo=UTC)
    says = f"{name} speaks {version}, and its certificate is valid until {until:%Y-%m-%d}"
    if until - machine < SOON:
        return Finding(part, State.WARNING, says, "have it renewed")
    return Finding(part, State.GOOD, says)


def _untrusted(part: str, name: str, error: ssl.SSLError) -> Finding:
    why = getattr(error, "verify_message", "") or error.reason or str(error)
    return Finding(
        part,
        State.WRONG,
        f"{name} does not prove who it is: {why}",
        "use the name in its certificate; SSL_CERT_FILE adds an institution's own authority",
    )


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {WAIT:g} s"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
