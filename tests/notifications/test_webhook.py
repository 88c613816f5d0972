"""Signed webhooks to a real HTTP server on loopback, and the published signature."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from notifications.transport import Accepted, Answer, Deferred, Parcel, Rejected
from notifications.webhook import WebhookTransport, meaning, webhook_id
from notifications.webhook_endpoint import WebhookEndpoint
from notifications.webhook_signature import Secret, sign, verify

NOW = datetime(2025, 3, 10, 8, 0, tzinfo=UTC)
SECRET = Secret.read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
OTHER = Secret.read("whsec_" + base64.b64encode(b"x" * 32).decode())
BODY = b'{"release": "sampling-workshop"}'


@dataclass(slots=True)
class Receiver:
    """Answers as told, and keeps what came."""

    answers: list[str] = field(default_factory=list)
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request."""
        task = asyncio.current_task()
        assert task is not None
        self.tasks.append(task)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        pairs = [line.partition(": ") for line in head if ": " in line]
        headers = {name.lower(): value for name, _, value in pairs}
        body = await reader.readexactly(int(headers["content-length"]))
        self.requests.append((headers, body))
        answer = self.answers.pop(0) if self.answers else "204 No Content"
        if answer != "silence":
            extra = "" if "\r\n" in answer else "\r\n"
            writer.write(
                f"HTTP/1.1 {answer}{extra}content-length: 0\r\nconnection: close\r\n\r\n".encode()
            )
            await writer.drain()
        else:
            await reader.read()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


@asynccontextmanager
async def listening(receiver: Receiver) -> AsyncIterator[str]:
    """Listen on a free port; gives the address."""
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks"
    finally:
        server.close()
        await server.wait_closed()
        await asyncio.gather(*receiver.tasks)


async def no_note() -> None:
    """Commit nothing."""


def post(receiver: Receiver, *, count: int = 1, timeout: float = 5) -> list[Answer]:
    """Send the same parcel to a receiver so many times."""

    async def whole() -> list[Answer]:
        async with listening(receiver) as url:
            endpoint = WebhookEndpoint("lms", url, SECRET)
            transport = WebhookTransport({"lms": endpoint}, lambda: NOW, timeout=timeout)
            parcel = Parcel("key", "", "lms", BODY)
            got = [await transport.send(parcel, no_note) for _ in range(count)]
            await transport.close()
            return got

    return asyncio.run(whole())


def test_the_published_example() -> None:
    """The signature in the tests of Standard Webhooks' own libraries, digit by digit."""
    time = datetime.fromtimestamp(1614265330, UTC)
    headers = sign(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", time, b'{"test": 2432232314}')
    assert "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" == headers["webhook-signature"]
    assert "1614265330" == headers["webhook-timestamp"]


def test_a_receiver_believes_what_we_send() -> None:
    """The request that arrives verifies, and its id is the key's, also the second time."""
    receiver = Receiver()
    answers = post(receiver, count=2)
    assert [Accepted] * 2 == [type(answer) for answer in answers]
    assert [(BODY, webhook_id("key"))] * 2 == [
        (body, headers["webhook-id"]) for headers, body in receiver.requests
    ]
    for headers, body in receiver.requests:
        assert verify((SECRET,), headers, body, NOW) == ""


def test_a_forged_request_is_not_believed() -> None:
    """Another secret, body, id, time, or none at all."""
    headers = dict(sign(SECRET, "msg_1", NOW, BODY))
    assert verify((SECRET,), headers, BODY, NOW) == ""
    assert verify((OTHER, SECRET), headers, BODY, NOW) == ""
    assert verify((OTHER,), headers, BODY, NOW) != ""
    assert verify((SECRET,), headers, BODY + b" ", NOW) != ""
    assert verify((SECRET,), {**headers, "webhook-id": "msg_2"}, BODY, NOW) != ""
    assert verify((SECRET,), {**headers, "webhook-timestamp": "²"}, BODY, NOW) != ""
    assert verify((SECRET,), {**headers, "webhook-signature": "v1,é v1a,x"}, BODY, NOW) != ""
    assert verify((SECRET,), headers, BODY, NOW + timedelta(minutes=6)) != ""
    assert verify((SECRET,), headers, BODY, NOW - timedelta(minutes=6)) != ""
    assert verify((SECRET,), {}, BODY, NOW) != ""


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, Accepted("200")),
        (301, Rejected("http_301", "301 (redirects are not followed)")),
        (400, Rejected("http_400", "400")),
        (408, Deferred("http_408", "408")),
        (410, Rejected("http_410", "410")),
        (429, Deferred("http_429", "429")),
        (500, Deferred("http_500", "500")),
        (503, Deferred("http_503", "503")),
    ],
)
def test_what_an_answer_means(status: int, expected: Answer) -> None:
    """2xx is taken, 4xx is never, everything else is later."""
    assert expected == meaning(status, "", None, NOW)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("120", timedelta(minutes=2)),
        ("Mon, 10 Mar 2025 08:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 10 Mar 2025 07:00:00 GMT", timedelta()),
        ("soon", None),
        ("-5", None),
        ("9" * 40, timedelta(days=1)),
    ],
)
def test_retry_after(written: str, expected: timedelta | None) -> None:
    """Seconds or a date; nonsense is as good as nothing."""
    assert Deferred("http_503", "503", wait=expected) == meaning(503, "", written, NOW)


def test_retry_after_is_read_off_a_real_answer() -> None:
    """The header arrives."""
    (answer,) = post(Receiver(["503 Busy\r\nRetry-After: 90\r\n"]))
    assert isinstance(answer, Deferred)
    assert timedelta(seconds=90) == answer.wait


def test_a_redirect_is_not_followed() -> None:
    """A signed body goes nowhere else."""
    receiver = Receiver(["302 Found\r\nLocation: http://127.0.0.1:1/\r\n"])
    assert [Rejected] == [type(answer) for answer in post(receiver)]


def test_a_receiver_that_is_silent_or_away_is_tried_again() -> None:
    """The id makes it safe: nothing is ever in doubt."""
    assert [Deferred] == [type(answer) for answer in post(Receiver(["silence"]), timeout=0.1)]

    async def away() -> Answer:
        async with listening(Receiver()) as url:
            pass
        transport = WebhookTransport({"lms": WebhookEndpoint("lms", url, SECRET)}, lambda: NOW)
        answer = await transport.send(Parcel("key", "", "lms", BODY), no_note)
        await transport.close()
        return answer

    assert isinstance(asyncio.run(away()), Deferred)


def test_an_endpoint_that_is_not_configured() -> None:
    """A dead letter that says what is missing."""

    async def whole() -> Answer:
        transport = WebhookTransport({}, lambda: NOW)
        answer = await transport.send(Parcel("key", "", "lms", BODY), no_note)
        await transport.close()
        return answer

    answer = asyncio.run(whole())
    assert isinstance(answer, Rejected)
    assert "lms" in answer.reply


@pytest.mark.parametrize("url", ["http://lms.test/", "ftp://lms.test/", "lms.test", "https://", ""])
def test_where_a_webhook_may_not_go(url: str) -> None:
    """Only https, or this machine."""
    with pytest.raises(ValueError, match="web"):
        WebhookEndpoint("lms", url, SECRET)


@pytest.mark.parametrize(
    "written", ["", "whsec_", "whsec_short", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_é"]
)
def test_a_secret_that_is_none(written: str) -> None:
    """Refused without being quoted, and never shown."""
    with pytest.raises(ValueError, match="webhook secret") as refused:
        Secret.read(written)
    assert not written.removeprefix("whsec_") or written.removeprefix("whsec_") not in str(
        refused.value
    )
    assert "MfKQ" not in repr(WebhookEndpoint("lms", "https://lms.test/", SECRET))
