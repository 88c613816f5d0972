"""POST /events: what is taken, what is set aside, and what is refused with a reason."""

import gzip
import json
import socket
import zlib
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from adapters.web.body import MOST
from tests.adapters.web.memory_backend import MemoryBackend

EVENT = {
    "id": "e1",
    "time": "2025-03-03T10:00:00Z",
    "learner": "ada",
    "object": "quiz:7",
    "is": "graded",
    "score": {"raw": 78, "min": 0, "max": 100},
}


def test_one_object(client: httpx.Client) -> None:
    """One object is one event; sent again it is a duplicate, and both times answered 200."""
    first = client.post("/events", json=EVENT)
    again = client.post("/events", json=EVENT)
    assert 200 == first.status_code
    assert {"accepted": 1, "duplicates": 0, "quarantined": [], "ids": ["e1"]} == first.json()
    assert {"accepted": 0, "duplicates": 1, "quarantined": [], "ids": ["e1"]} == again.json()


def test_array_lines_and_gzip_say_the_same(client: httpx.Client) -> None:
    """An array, lines, and each of them packed, give the same answer but for what was known."""
    events = [EVENT | {"id": f"e{number}"} for number in range(3)]
    array = json.dumps(events).encode()
    lines = b"\n".join(json.dumps(event).encode() for event in events)
    bodies = (array, lines, gzip.compress(array), gzip.compress(lines))
    for body in bodies:
        packed = {"Content-Encoding": "gzip"} if body[:2] == b"\x1f\x8b" else {}
        answer = client.post("/events", content=body, headers=packed)
        assert 200 == answer.status_code, answer.text
        assert ["e0", "e1", "e2"] == answer.json()["ids"]
    two_members = gzip.compress(lines + b"\n") + gzip.compress(json.dumps(EVENT).encode())
    answer = client.post("/events", content=two_members, headers={"Content-Encoding": "gzip"})
    assert 4 == len(answer.json()["ids"])


def test_a_bad_event_is_set_aside_and_its_neighbours_are_taken(client: httpx.Client) -> None:
    """What can't be used comes back with its reason; the others are accepted."""
    bad = EVENT | {"id": "bad", "time": "yesterday"}
    answer = client.post("/events", json=[EVENT, bad, EVENT | {"id": "e2"}]).json()
    assert 2 == answer["accepted"]
    assert ["e1", "bad", "e2"] == answer["ids"]
    assert ["bad"] == [one["id"] for one in answer["quarantined"]]
    assert answer["quarantined"][0]["reason"].startswith("time: ")


GARBAGE = [
    b"",
    b" ",
    b"\x00",
    b"null",
    b"true",
    b"1e999999",
    b'"text"',
    b"{",
    b"[",
    b"[1, 2",
    b"{]",
    b"\xff\xfe\x00\x01",
    b"\xef\xbb\xbf",
    b"<xml/>",
    b"a=b&c=d",
    bytes(range(256)),
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"[" * 100_000 + b"]" * 100_000,
]


@pytest.mark.parametrize("body", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_refused_with_a_reason(client: httpx.Client, body: bytes) -> None:
    """What is no JSON at all is a 400 with one sentence, and the service stays up."""
    answer = client.post("/events", content=body)
    assert 400 == answer.status_code or answer.json()["quarantined"]
    if answer.status_code == 400:
        assert ["error"] == list(answer.json())
    assert 200 == client.get("/healthz").status_code


ODD = [
    b"{}",
    b"[]",
    b"[null]",
    b"[[]]",
    b'[{"learner": {}}]',
    b'{"learner": "a\\u0000b", "is": "graded", "object": "x", "time": "2025-03-03T10:00:00Z"}',
    b'{"learner": "a", "is": "graded", "object": "x", "time": "9999-03-03T10:00:00Z"}',
    b'{"learner": "a", "is": "graded", "object": "x", "time": "0001-01-01T00:00:00Z"}',
    b'{"learner": "a", "is": ["x"], "object": 3, "time": 5}',
    b'{"learner": "a", "is": "graded", "object": "x", "score": {"raw": 1e400, "max": "x"}}',
    b'{"learner": "\\ud800", "is": "graded", "object": "x", "time": "2025-03-03T10:00:00Z"}',
    b"[" + b",".join([b'{"x":' + b"[" * 5_000 + b"]" * 5_000 + b"}"] * 2) + b"]",
]


@pytest.mark.parametrize("body", ODD, ids=range(len(ODD)))
def test_wrong_types_are_never_our_mistake(client: httpx.Client, body: bytes) -> None:
    """JSON that says no event is answered 200 or 400, and nothing of it is accepted."""
    answer = client.post("/events", content=body)
    assert answer.status_code in {200, 400}, answer.text
    assert 0 == answer.json().get("accepted", 0)


def test_too_large(client: httpx.Client) -> None:
    """A body over the limit is a 413, whether its length was told or not."""
    body = b" " * (MOST + 1)
    assert 413 == client.post("/events", content=body).status_code

    def pieces() -> Iterator[bytes]:
        for _ in range(52):
            yield b" " * 1024 * 1024

    assert 413 == client.post("/events", content=pieces()).status_code
    assert 200 == client.get("/healthz").status_code


def test_gzip_bomb(client: httpx.Client) -> None:
    """A small body that unpacks to gigabytes is a 413 before the memory is full."""
    packer = zlib.compressobj(9, wbits=31)
    block = b" " * (1024 * 1024)
    bomb = b"".join(packer.compress(block) for _ in range(1000)) + packer.flush()
    assert len(bomb) < 2_000_000
    answer = client.post("/events", content=bomb, headers={"Content-Encoding": "gzip"})
    assert 413 == answer.status_code


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (b"no gzip", "gzip", 400),
        (gzip.compress(b"{}")[:-5], "gzip", 400),
        (b"{}", "br", 415),
    ],
)
def test_packed_wrongly(client: httpx.Client, body: bytes, encoding: str, status: int) -> None:
    """What says gzip and is not, is cut short, or is packed in another way, is refused."""
    answer = client.post("/events", content=body, headers={"Content-Encoding": encoding})
    assert status == answer.status_code
    assert "error" in answer.json()


def test_busy_store(client: httpx.Client, backend: MemoryBackend) -> None:
    """A database that is locked or full is a 503 that says when to come again."""
    backend.busy = True
    answer = client.post("/events", json=EVENT)
    assert 503 == answer.status_code
    assert answer.headers["Retry-After"].isdecimal()
    ready = client.get("/readyz")
    assert (503, False) == (ready.status_code, ready.json()["ready"])
    assert 200 == client.get("/healthz").status_code
    backend.busy = False
    assert 200 == client.post("/events", json=EVENT).status_code
    assert 200 == client.get("/readyz").status_code


def test_our_own_mistake_is_told_without_its_insides(
    client: httpx.Client, backend: MemoryBackend
) -> None:
    """A bug is a 500 in JSON whose text quotes no code."""
    backend.broken = True
    answer = client.post("/events", json=EVENT)
    assert 500 == answer.status_code
    assert "ZeroDivision" not in answer.text


def test_other_methods_and_paths(client: httpx.Client) -> None:
    """A wrong method is a 405 and an unknown path a 404, both in JSON."""
    assert 405 == client.get("/events").status_code
    assert "GET" in client.get("/events").json()["error"]
    assert 404 == client.get("/nowhere").status_code
    assert "error" in client.get("/nowhere").json()


def test_a_sender_that_hangs_up(client: httpx.Client) -> None:
    """A sender who goes away in mid-body leaves the service as it was."""
    url = urlsplit(str(client.base_url))
    with socket.create_connection((url.hostname or "", url.port or 0)) as line:
        line.sendall(b"POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    assert 200 == client.get("/healthz").status_code


def test_credentials(guarded: httpx.Client, backend: MemoryBackend) -> None:
    """Basic name and secret, or Bearer secret, say whose events these are; else it is a 401."""
    assert 401 == guarded.post("/events", json=EVENT).status_code
    assert "Basic" in guarded.post("/events", json=EVENT).headers["WWW-Authenticate"]
    basic = "Basic " + b64encode("canvas:öffne:dich".encode()).decode()
    for header, status in (
        ("Bearer sesam", 200),
        (basic, 200),
        ("Bearer öffne:dich".encode(), 200),
        ("Basic " + b64encode(b"moodle:sesam").decode(), 200),
        ("Basic " + b64encode(b"canvas:sesam").decode(), 401),
        ("Basic " + b64encode(b"moodle").decode(), 401),
        ("Basic ???", 401),
        ("Bearer sesa", 401),
        ("Bearer", 401),
        ("Digest sesam", 401),
        ("sesam", 401),
    ):
        sent = header if isinstance(header, bytes) else header.encode()
        answer = guarded.post("/events", json=EVENT, headers={b"Authorization": sent})
        assert status == answer.status_code, header
    assert ["moodle", "canvas", "canvas", "moodle"] == backend.sources


def test_what_is_open(guarded: httpx.Client) -> None:
    """Health is open to all; everything that says something of learners is not."""
    for path, status in (
        ("/healthz", 200),
        ("/readyz", 200),
        ("/xapi/about", 200),
        ("/", 401),
        ("/learners/ada/explain/badge", 401),
        ("/xapi/statements", 401),
    ):
        assert status == guarded.get(path).status_code, path
