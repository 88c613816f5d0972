"""What carries rows of the outbox away, as config.toml says: mail by its mode, calls by webhook."""

import ssl

from adapters.clock import machine_now
from adapters.outgoing.composing import LMS
from adapters.settings.tree import Settings
from notifications.mail_folder import FolderTransport
from notifications.mailer import SmtpServer, SmtpTransport
from notifications.mode import Mode
from notifications.transport import Redirected, Transport
from notifications.webhook import WebhookTransport
from notifications.webhook_endpoint import WebhookEndpoint
from notifications.webhook_signature import Secret


def mail_carrier(settings: Settings, tls_context: ssl.SSLContext | None = None) -> Transport:
    """
    Give what carries mail; in mode `hold` nothing asks it for anything.

    Raises:
        ValueError: The settings contradict themselves, in an operator's words.
    """
    match settings.mail.mode:
        case Mode.FOLDER | Mode.HOLD:
            return FolderTransport(settings.mail.folder)
        case Mode.REDIRECT:
            return Redirected(_smtp(settings, tls_context), settings.mail.redirect_to)
        case Mode.LIVE:
            return _smtp(settings, tls_context)


def _smtp(settings: Settings, tls_context: ssl.SSLContext | None) -> SmtpTransport:
    smtp = settings.smtp
    server = SmtpServer(
        host=smtp.host,
        port=smtp.port,
        tls=smtp.tls,
        user=smtp.user,
        password=smtp.password,
        connections=smtp.connections,
    )
    return SmtpTransport(server, tls_context=tls_context)


def call_carrier(settings: Settings) -> WebhookTransport | None:
    """
    Give what carries calls; None where config.toml has no address for them.

    Raises:
        ValueError: The address or the secret is none, in an operator's words.
    """
    webhook = settings.webhook
    if not webhook.url:
        return None
    endpoint = WebhookEndpoint(LMS, webhook.url, Secret.read(webhook.secret))
    return WebhookTransport({LMS: endpoint}, machine_now)
