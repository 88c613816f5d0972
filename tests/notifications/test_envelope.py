"""The bytes of a message: the same for ever, whole, and with nothing smuggled into them."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest

from notifications import address
from notifications.envelope import Mailbox, OutgoingMail, build, message_id

MAIL = OutgoingMail(
    key="nudge · ada · 2025-03-10",
    sender=Mailbox("milepost@uni.test", "Example University"),
    to=Mailbox("ada@learners.test", "Ada Łovelace"),
    date=datetime(2025, 3, 10, 8, 0, tzinfo=UTC),
    subject="Señal: your place in Data 101 is kept",
    text="It has been a week, Ada.\n.\nFrom here on — ¡ánimo!\n" + "long " * 400,
    html='<p lang="en">It has been a week, Ada.</p>',
    language="en",
    domain="uni.test",
    unsubscribe="https://milepost.uni.test/u/" + "abc123XYZ-_" * 26,
)


def read(mail: OutgoingMail) -> EmailMessage:  # type: ignore[explicit-any]  # typeshed's own
    """Read the bytes back as a mailbox does."""
    message = message_from_bytes(build(mail), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_same_input_gives_the_same_bytes() -> None:
    """A retry sends what the first try sent: nothing comes from chance or from the clock."""
    assert build(MAIL) == build(replace(MAIL))


def test_a_mailbox_reads_back_what_was_written() -> None:
    """Headers and both parts survive."""
    message = read(MAIL)
    assert MAIL.subject == message["Subject"]
    assert "Ada Łovelace <ada@learners.test>" == str(message["To"])
    assert MAIL.date == message["Date"].datetime
    assert message_id(MAIL.key, "uni.test") == message["Message-ID"]
    assert ("en", "auto-generated", "All") == (
        message["Content-Language"],
        message["Auto-Submitted"],
        message["X-Auto-Response-Suppress"],
    )
    text, html = (part.get_content().splitlines() for part in message.iter_parts())
    assert (MAIL.text.splitlines(), [MAIL.html]) == (text, html)
    assert "multipart/alternative" == message.get_content_type()


def test_a_long_unsubscribe_link_survives_byte_for_byte() -> None:
    """Python's default would fold 300 characters into an encoded word, which mailboxes ignore."""
    assert len(MAIL.unsubscribe) > 300
    assert f"\r\nList-Unsubscribe: <{MAIL.unsubscribe}>\r\n".encode() in build(MAIL)
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in build(MAIL)


def test_where_nobody_can_unsubscribe_no_header_says_so() -> None:
    """Service mail has neither of the two headers."""
    assert b"List-Unsubscribe" not in build(replace(MAIL, unsubscribe=""))


def test_seven_bits_and_short_lines() -> None:
    """A relay has nothing to convert and nothing to fold."""
    data = build(replace(MAIL, unsubscribe=""))
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert 78 >= max(map(len, data.partition(b"\r\n\r\n")[2].split(b"\r\n")))


def test_two_keys_are_two_messages() -> None:
    """The Message-ID comes of the key alone."""
    assert message_id("a", "uni.test") != message_id("b", "uni.test")
    assert message_id("a", "uni.test") == message_id("a", "uni.test")


def test_a_text_cannot_close_its_own_part() -> None:
    """A learner's words that look like a boundary stay words."""
    first = read(MAIL).get_boundary()
    assert first is not None
    forged = replace(MAIL, text=f"--{first}\nContent-Type: text/html\n\n<b>evil</b>")
    assert 2 == len(list(read(forged).iter_parts()))


BREAKS = [
    "\r\nBcc: evil@x.test",
    "\nX: y",
    "\r",
    "\0",
    "\x0b",
    "\x85",
    "\u2028",
    "\u2029",
    "\u202e",
]


@pytest.mark.parametrize("smuggled", BREAKS)
@pytest.mark.parametrize("header", ["subject", "language", "domain", "unsubscribe"])
def test_no_header_takes_a_line_break(header: str, smuggled: str) -> None:
    """Refused where it is made, in words."""
    evil = f"https://a.test/{smuggled}"
    made = {
        "subject": lambda: replace(MAIL, subject=evil),
        "language": lambda: replace(MAIL, language=evil),
        "domain": lambda: replace(MAIL, domain=evil),
        "unsubscribe": lambda: replace(MAIL, unsubscribe=evil),
    }
    with pytest.raises(ValueError, match="line break"):
        made[header]()


@pytest.mark.parametrize("smuggled", BREAKS)
def test_no_name_takes_a_line_break(smuggled: str) -> None:
    """A learner's name becomes a header too."""
    with pytest.raises(ValueError, match="line break"):
        Mailbox("ada@learners.test", f"Ada{smuggled}")


@pytest.mark.parametrize(
    "name", ['Evil" <evil@x.test>, "a', "=?utf-8?q?x?=", "a, b@x.test", "(comment)", "\\", "«Ада»"]
)
def test_a_name_full_of_tricks_names_one_recipient(name: str) -> None:
    """However a name is quoted, there is one address, and it is the learner's."""
    message = read(replace(MAIL, to=Mailbox("ada@learners.test", name)))
    assert ["ada@learners.test"] == [each.addr_spec for each in message["To"].addresses]


def test_a_naive_date_is_refused() -> None:
    """It would be another instant on another machine."""
    with pytest.raises(ValueError, match="zone"):
        replace(MAIL, date=datetime(2025, 3, 10))


@pytest.mark.parametrize("link", ["<https://a.test>", "https://a.test/ b", "https://a.test/é"])
def test_an_unsubscribe_link_is_one_address(link: str) -> None:
    """Brackets, spaces and other letters would end the header's address early."""
    with pytest.raises(ValueError, match="unsubscribe"):
        replace(MAIL, unsubscribe=link)


@pytest.mark.parametrize(
    "good",
    [
        "ada@learners.test",
        "a.b+c_d@x-y.example",
        "o'brien@uni.test",
        "1@2.test",
        "a@xn--mnchen-3ya.de",
    ],
)
def test_addresses_that_are_good(good: str) -> None:
    """Plain mailboxes of every usual kind."""
    assert address.refusal(good) == ""


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "ada",
        "@x.test",
        "a@",
        "a@@x.test",
        "a@b@x.test",
        "a b@x.test",
        " a@x.test",
        "a@x.test ",
        "a@x.test\r\nRCPT TO:<evil@x.test>",
        "a@x.test\0",
        "<a@x.test>",
        "a@x.test> SIZE=1",
        'Evil" <evil@x.test>',
        '"quoted"@x.test',
        "a(comment)@x.test",
        ".a@x.test",
        "a.@x.test",
        "a..b@x.test",
        "a@-x.test",
        "a@x-.test",
        "a@x..test",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@x.test,b@x.test",
        "é@x.test",
        "a@é.test",
        "a\u200b@x.test",
        f"{'a' * 65}@x.test",
        f"a@{'b' * 64}.test",
        f"a@{'b.' * 130}test",
    ],
)
def test_addresses_that_are_refused(bad: str) -> None:
    """Each with a reason in words, and no message can be made to one."""
    assert address.refusal(bad) != ""
    with pytest.raises(ValueError, match="no e-mail address"):
        Mailbox(bad)


def test_the_standard_library_would_have_broken_the_link() -> None:
    """Guards the reason for our policy: if this fails, Python folds rightly and POLICY can go."""
    message = EmailMessage(policy=SMTP)
    message["List-Unsubscribe"] = f"<{MAIL.unsubscribe}>"
    assert b"=?utf-8?q?" in message.as_bytes()
