"""
A message as bytes: what goes over the wire, the same for the same input, for ever.

The bytes are a function of the outbox row alone (id, date and boundary come of it, not of
chance or the clock), so a retry sends what the first try sent, and the far end can tell a
copy by its Message-ID.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from notifications import address
from notifications.one_line import is_flat

# Python's own 78 columns would fold a long List-Unsubscribe into encoded words, invalid there.
POLICY = SMTP.clone(max_line_length=998)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Who: a checked address, and a name to show."""

    address: str
    name: str = ""

    def __post_init__(self) -> None:
        """
        Refuse an address that is no plain mailbox, and a name with invisible signs.

        Raises:
            ValueError: In an operator's words.

        """
        if why := address.refusal(self.address):
            raise ValueError(f"{self.address!r} is no e-mail address: {why}")
        if not is_flat(self.name):
            raise ValueError(f"{self.name!r} is no name to show: it has a line break in it")


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """All that one message to one learner is made of."""

    key: str
    """The outbox key; Message-ID and boundary come of it."""
    sender: Mailbox
    to: Mailbox
    date: datetime
    subject: str
    text: str
    html: str
    language: str
    domain: str
    """What stands after the @ of the Message-ID."""
    reply_to: Mailbox | None = None
    unsubscribe: str = ""
    """An https link that takes a one-click POST (RFC 8058); empty if there is no unsubscribing."""

    def __post_init__(self) -> None:
        """
        Refuse a naive date, and line breaks in what becomes a header.

        Raises:
            ValueError: If one is found.

        """
        if self.date.utcoffset() is None:
            raise ValueError("the date of a message needs a zone")
        for header in (self.subject, self.language, self.domain, self.unsubscribe):
            if not is_flat(header):
                raise ValueError(f"a header of a message has a line break in it: {header!r}")
        if not self.unsubscribe.isascii() or any(sign in self.unsubscribe for sign in "<> ,"):
            raise ValueError(f"no link to unsubscribe by: {self.unsubscribe!r}")


def message_name(key: str) -> str:
    """Give the name of a message: 32 hexadecimal digits, decided by its key."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def message_id(key: str, domain: str) -> str:
    """Give the Message-ID, with its angle brackets."""
    return f"<{message_name(key)}@{domain}>"


def build(mail: OutgoingMail) -> bytes:
    """Build the message: text and HTML as alternatives, lines of 7 bits, ending in CR LF."""
    message = EmailMessage(policy=POLICY)
    message["From"] = _header(mail.sender)
    message["To"] = _header(mail.to)
    if mail.reply_to is not None:
        message["Reply-To"] = _header(mail.reply_to)
    message["Subject"] = mail.subject
    message["Date"] = mail.date
    message["Message-ID"] = message_id(mail.key, mail.domain)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["MIME-Version"] = "1.0"
    message["Content-Language"] = mail.language
    message["Content-Type"] = f'multipart/alternative; boundary="{_boundary(mail)}"'
    for content, subtype in ((mail.text, "plain"), (mail.html, "html")):
        part = EmailMessage(policy=SMTP)  # folds bodies at 76 columns, unlike headers
        part.set_content(content, subtype=subtype, cte="quoted-printable")
        del part["MIME-Version"]
        message.attach(part)
    return message.as_bytes()


def _header(who: Mailbox) -> Address:
    return Address(display_name=who.name, addr_spec=who.address)


def _boundary(mail: OutgoingMail) -> str:
    """Draw a boundary from key and content: nobody who writes a text can foresee it."""
    seed = f"{mail.key}\n{mail.text}\n{mail.html}".encode()
    return f"=_{hashlib.sha256(seed).hexdigest()[:32]}"
