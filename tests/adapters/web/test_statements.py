"""POST /xapi/statements and its neighbours."""

import json
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.adapters.web.memory_backend import MemoryBackend

SAMPLES = Path(__file__).parents[4] / "shared" / "samples"
VERSION = {"X-Experience-API-Version": "1.0.3"}


def statement(name: str | None = None) -> dict[str, object]:
    """Give a statement that is right."""
    return {
        "id": name or str(uuid4()),
        "actor": {"account": {"homePage": "https://lms.example.edu", "name": "42"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://lms.example.edu/quiz/7"},
        "timestamp": "2025-03-03T10:00:00Z",
    }


def test_ids_come_back_in_order(client: httpx.Client) -> None:
    """One or several statements are answered with their ids, known ones too."""
    several = [statement() for _ in range(3)]
    ids = [one["id"] for one in several]
    answer = client.post("/xapi/statements", json=several, headers=VERSION)
    assert (200, ids) == (answer.status_code, answer.json())
    again = client.post("/xapi/statements", json=several[::-1], headers=VERSION)
    assert (200, ids[::-1]) == (again.status_code, again.json())
    one = client.post("/xapi/statements", json=several[0], headers=VERSION)
    assert ids[:1] == one.json()


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("1.0.3", "1.0.3"),
        ("1.0.0", "1.0.3"),
        ("1.0", "1.0.3"),
        ("2.0.0", "2.0.0"),
        ("2.0.1", "2.0.0"),
    ],
)
def test_version(client: httpx.Client, asked: str, answered: str) -> None:
    """The answer is in the line of versions that was asked for."""
    header = {"X-Experience-API-Version": asked}
    answer = client.post("/xapi/statements", json=statement(), headers=header)
    assert 200 == answer.status_code
    assert answered == answer.headers["X-Experience-API-Version"]


@pytest.mark.parametrize("header", [{}, {"X-Experience-API-Version": "0.9"}])
def test_no_version(client: httpx.Client, header: dict[str, str]) -> None:
    """A version that is missing or unknown is a 400 that names what is known."""
    answer = client.post("/xapi/statements", json=statement(), headers=header)
    assert 400 == answer.status_code
    assert "2.0.0" in answer.json()["error"]
    assert "2.0.0" == answer.headers["X-Experience-API-Version"]


def test_a_bad_batch_is_refused_whole(client: httpx.Client, backend: MemoryBackend) -> None:
    """A statement that is not xAPI refuses its batch, and the answer names which and why."""
    bad = statement() | {"verb": "completed"}
    answer = client.post("/xapi/statements", json=[statement(), bad], headers=VERSION)
    assert 400 == answer.status_code
    assert "statement 1" in answer.json()["error"]
    assert {} == backend.known
    twice = statement()
    answer = client.post("/xapi/statements", json=[twice, twice], headers=VERSION)
    assert 400 == answer.status_code


@pytest.mark.parametrize("body", [b"", b"{", b"[]]", b"null", b"\x00", b"[" * 50_000, b'["a"]'])
def test_garbage(client: httpx.Client, body: bytes) -> None:
    """What is no statement is a 400."""
    headers = VERSION | {"Content-Type": "application/json"}
    answer = client.post("/xapi/statements", content=body, headers=headers)
    assert 400 == answer.status_code
    assert "1.0.3" == answer.headers["X-Experience-API-Version"]


def test_content_types(client: httpx.Client) -> None:
    """JSON is read, with or without parameters; attachments and others are refused."""
    for kind, status in (
        ("application/json; charset=utf-8", 200),
        ("multipart/mixed; boundary=x", 415),
        ("text/plain", 400),
    ):
        headers = VERSION | {"Content-Type": kind}
        body = json.dumps(statement())
        assert status == client.post("/xapi/statements", content=body, headers=headers).status_code


def test_what_comes_later_says_so(client: httpx.Client) -> None:
    """Reading back and PUT are 501 with a sentence; another method is 405."""
    for method in ("GET", "PUT"):
        answer = client.request(method, "/xapi/statements", headers=VERSION)
        assert 501 == answer.status_code
        assert "not in this version yet" in answer.json()["error"]
    assert 405 == client.delete("/xapi/statements", headers=VERSION).status_code


def test_about(client: httpx.Client) -> None:
    """About names the versions, to anybody."""
    answer = client.get("/xapi/about")
    assert ["1.0.3", "2.0.0"] == answer.json()["version"]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples lie beside the checkout")
def test_moodle_batches(client: httpx.Client) -> None:
    """Each batch that Moodle's plugin emits is answered 200, with as many ids."""
    batches = sorted((SAMPLES / "xapi" / "moodle").rglob("*.statements.json"))
    assert batches
    for batch in batches:
        body = batch.read_bytes()
        headers = VERSION | {"Content-Type": "application/json"}
        answer = client.post("/xapi/statements", content=body, headers=headers)
        assert 200 == answer.status_code, (batch, answer.text)
        assert len(json.loads(body)) == len(answer.json())
