"""Nonsense over HTTP to a running service: a clear no or a quarantine, never a 500, still up."""

import gzip
import json
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.acceptance.faults.processes import Processes
from tests.adapters.serve.service_process import Service, write_pack

MB = 1024 * 1024
GOOD: dict[str, object] = {
    "id": "good",
    "time": "2026-01-05T10:00:00Z",
    "learner": "ada",
    "object": "quiz:1",
    "is": "graded",
    "score": {"raw": 78, "min": 0, "max": 100},
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Start one service for all; whatever it is fed, it stays the same process."""
    folder: Path = tmp_path_factory.mktemp("garbage")
    processes = Processes(folder)
    try:
        started = processes.serve("--packs", write_pack(folder)).ready()
        worker = started.worker()
        yield started
        assert worker == started.worker()
        assert "Traceback" not in started.said(), started.said()
    finally:
        processes.end()


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    """Give a client; afterwards the service is up and still takes what is good."""
    with httpx.Client(base_url=service.address, timeout=60) as found:
        yield found
    # Another one: the first may be in a broken state.
    with httpx.Client(base_url=service.address, timeout=60) as after:
        assert 200 == after.get("/healthz").status_code
        answer = after.post("/events", json=GOOD)
        assert (200, []) == (answer.status_code, answer.json()["quarantined"])


def nested(opening: str, inner: str, closing: str, times: int) -> bytes:
    """Give deep JSON."""
    return (opening * times + inner + closing * times).encode()


NO_JSON = {
    "nothing": b"",
    "NUL": b"\x00" * 1000,
    "every byte": bytes(range(256)),
    "100,000 brackets": b"[" * 100_000,
    "100,000 braces": b'{"a":' * 100_000,
    "invalid UTF-8": b'[{"learner": "\xff\xfe\xc0\xaf"}]',
    "half an object": json.dumps(GOOD).encode()[:-5],
    "UTF-16": json.dumps(GOOD).encode("utf-16"),
    "a form": b"learner=ada&object=quiz",
    "a page": b"<!doctype html><p>hello",
    "a number": b"1e999999999",
    "half a surrogate": b'{"learner":"a\\ud800b","is":"graded","object":"quiz:1"}',
}
DEEP = {
    "100,000 closed brackets": nested("[", "", "]", 100_000),
    "100,000 closed braces": nested('{"a":', "1", "}", 100_000),
    "deep in an event": b'[{"learner":"a","x":' + nested("[", "", "]", 100_000) + b"}]",
    "deep among lines": b'{"learner":"a","x":' + nested("[", "", "]", 90_000) + b"}\n{}",
}


@pytest.mark.parametrize("path", ["/events", "/xapi/statements"])
@pytest.mark.parametrize("name", [*NO_JSON, *DEEP])
def test_what_is_no_event_at_all(client: httpx.Client, path: str, name: str) -> None:
    """No JSON, or JSON without a bottom, is a 400 with one sentence or is set aside."""
    body = (NO_JSON | DEEP)[name]
    headers = {"Content-Type": "application/json", "X-Experience-API-Version": "1.0.3"}
    answer = client.post(path, content=body, headers=headers)
    if answer.status_code == 400:
        assert ["error"] == list(answer.json())
        assert 400 > len(answer.json()["error"])
    else:
        assert (200, 0) == (answer.status_code, answer.json()["accepted"]), answer.text
        assert answer.json()["quarantined"]


WRONG: dict[str, dict[str, object]] = {
    "a learner who is a list": {"learner": ["ada"]},
    "a learner who is an object": {"learner": {"name": "ada"}},
    "no learner": {"learner": None},
    "an empty learner": {"learner": ""},
    "a learner with NUL": {"learner": "a\x00b"},
    "an object with NUL": {"object": "quiz:\x00"},
    "a time that is a number": {"time": 1767607200},
    "a time without a zone": {"time": "2026-01-05T10:00:00"},
    "no time there is": {"time": "2026-02-31T10:00:00Z"},
    "a time before time": {"time": "0000-01-01T00:00:00Z"},
    "a score that is text": {"score": {"raw": "many"}},
    "a score that is a list": {"score": [78]},
    "a score of 4,000 digits": {"score": {"raw": 10**3_999, "max": 100}},
    "max below min": {"score": {"raw": 1, "min": 10, "max": 0}},
    "what is no word": {"is": 42},
    "a learner of a megabyte": {"learner": "a" * MB},
    "an id of a megabyte": {"id": "a" * MB},
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_types_are_set_aside(client: httpx.Client, name: str) -> None:
    """An event that can't be understood is set aside with a reason; its neighbours are taken."""
    good = [GOOD | {"id": f"{name}-{number}"} for number in range(2)]
    wrong = GOOD | {"id": f"{name}-wrong"} | WRONG[name]
    body = json.dumps([good[0], wrong, good[1]]).encode()
    answer = client.post("/events", content=body)
    assert 200 == answer.status_code, answer.text
    found = answer.json()
    assert (2, 1) == (found["accepted"], len(found["quarantined"])), found
    assert 0 < len(found["quarantined"][0]["reason"]) < 1000


@pytest.mark.parametrize(
    ("time", "quarantined"),
    [
        ("2150-01-01T00:00:00Z", 0),  # a clock that is ahead: taken, at its arrival
        ("9999-12-31T23:59:59Z", None),
        ("1900-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00Z", None),
        ("-0044-03-15T12:00:00Z", 1),
        ("1969-12-31T23:59:59Z", None),
    ],
)
def test_future_and_ancient_times(
    service: Service, client: httpx.Client, time: str, quarantined: int | None
) -> None:
    """A time out of this world is taken or set aside with a reason, and explained all the same."""
    learner = f"at {time}"
    answer = client.post("/events", json=GOOD | {"id": learner, "learner": learner, "time": time})
    assert 200 == answer.status_code, answer.text
    found = answer.json()
    assert 1 == found["accepted"] + len(found["quarantined"])
    if quarantined is not None:
        assert quarantined == len(found["quarantined"])
    if found["accepted"]:
        explained = client.get(f"/learners/{learner}/explain/badge")
        assert (200, "yes") == (explained.status_code, explained.json()["answer"])
    assert service.process.poll() is None


def test_fifty_megabytes(client: httpx.Client) -> None:
    """A body just over the limit is a 413; one just under it, of nonsense, is a 400."""
    too_large = client.post("/events", content=b"[" + b" " * (50 * MB) + b"]")
    assert 413 == too_large.status_code
    assert ["error"] == list(too_large.json())
    nonsense = client.post("/events", content=b"x" * (50 * MB))
    assert 400 == nonsense.status_code
    statements = client.post(
        "/xapi/statements",
        content=b"[" * (50 * MB),
        headers={"Content-Type": "application/json", "X-Experience-API-Version": "2.0.0"},
    )
    assert 400 == statements.status_code


def test_fifty_megabytes_without_a_length(client: httpx.Client) -> None:
    """What comes in pieces is bounded as well."""
    answer = client.post("/events", content=(b"x" * MB for _ in range(60)))
    assert 413 == answer.status_code


def test_one_event_of_fifty_megabytes(client: httpx.Client) -> None:
    """An event with a huge field beside the known ones does no harm."""
    body = json.dumps(GOOD | {"id": "huge", "more": "x" * (49 * MB)}).encode()
    answer = client.post("/events", content=body)
    assert answer.status_code in {200, 400, 413}
    if answer.status_code == 200:
        assert 1 == answer.json()["accepted"] + len(answer.json()["quarantined"])


def test_gzip_bombs(client: httpx.Client) -> None:
    """A gigabyte in a megabyte is a 413; what only says that it is gzip is a 400."""
    packed = {"Content-Encoding": "gzip"}
    piece = gzip.compress(b" " * (64 * MB), 9)
    bomb = client.post("/events", content=piece * 16, headers=packed)
    assert 413 == bomb.status_code
    twice = client.post("/events", content=gzip.compress(gzip.compress(b"[]")), headers=packed)
    assert 400 == twice.status_code
    for broken in (b"no gzip", gzip.compress(b"[]" * 1000)[:-9], b"\x1f\x8b" + b"\xff" * 100):
        assert 400 == client.post("/events", content=broken, headers=packed).status_code
    other = client.post("/events", content=b"x", headers={"Content-Encoding": "br"})
    assert 415 == other.status_code


CUT = {
    "in the head": b"POST /events HTTP/1.1\r\nHost: x\r\nConte",
    "before the body": b"POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n",
    "in the body": b"POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n[{",
    "in a chunk": b"POST /events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n[",
    "at once": b"",
    "in no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "in a huge head": b"GET / HTTP/1.1\r\nX: " + b"a" * MB,
    "with two lengths": b"GET / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n[]",
    "with no length there is": b"POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
}


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("name", CUT)
def test_lines_that_are_cut(
    service: Service, client: httpx.Client, name: str, *, reset: bool
) -> None:
    """A caller that goes in mid-sentence, politely or not, leaves nothing behind."""
    url = httpx.URL(service.address)
    lines = []
    for _ in range(20):
        line = socket.create_connection((url.host, url.port or 0))
        try:
            line.sendall(CUT[name])
            if reset:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            else:
                line.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it has had enough already, which is right too
        lines.append(line)
    assert 200 == client.get("/healthz").status_code
    for line in lines:
        line.close()


def test_slow_callers_do_not_keep_others_out(service: Service, client: httpx.Client) -> None:
    """A hundred callers that never finish their sentence, and one that is answered all the same."""
    url = httpx.URL(service.address)
    lines = [socket.create_connection((url.host, url.port or 0)) for _ in range(100)]
    for line in lines:
        line.sendall(CUT["in the body"])
    try:
        assert 200 == client.post("/events", json=GOOD | {"id": "in between"}).status_code
    finally:
        for line in lines:
            line.close()


def test_odd_paths(client: httpx.Client) -> None:
    """Paths that name nothing, or too much, are a 404 or 400."""
    for path in (
        "/learners/%00/explain/badge",
        "/learners/%FF%FE/explain/badge",
        "/learners/ada/explain/" + "x" * 5_000,
        "/learners/..%2F..%2Fetc%2Fpasswd/explain/badge",
        "/../../etc/passwd",
        "/learners/ada/explain/badge?on=yesterday",
        "/learners/ada/explain/badge?on=0000-00-00",
    ):
        answer = client.get(path)
        assert 400 <= answer.status_code < 500, (path, answer.text)
