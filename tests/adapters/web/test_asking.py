"""What can be asked: why, whether it is ready, and the page."""

import socket
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

import httpx
import pytest

from tests.adapters.web.memory_backend import MemoryBackend

NAMES = [
    ("ada", "pack/badge"),
    ("https://lms.example.edu|42", "data-literacy/credential"),
    ("mailto:ada@example.edu", "a b"),
    ("100%", "%2F"),
    ("öß/ñ|é", "学/習"),
    ("a?b#c", "d;e&f=g"),
    ("..", "."),
]


@pytest.mark.parametrize(("learner", "thing"), NAMES)
def test_names_of_any_signs(
    client: httpx.Client, backend: MemoryBackend, learner: str, thing: str
) -> None:
    """A learner's and a thing's name arrive as they are, whatever signs they are made of."""
    url = urlsplit(str(client.base_url))
    path = f"/learners/{_encoded(learner)}/explain/{_encoded(thing)}"
    with socket.create_connection((url.hostname or "", url.port or 0)) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert b" 200 " in answer.partition(b"\r\n")[0], answer
    assert [(learner, thing, None)] == backend.explained


def _encoded(name: str) -> str:
    return quote(name, safe="").replace(".", "%2E")


def test_pipes_and_colons_may_stay(client: httpx.Client, backend: MemoryBackend) -> None:
    """Signs that need no encoding may come without it."""
    client.get("/learners/https:%2F%2Fx|1/explain/skill:y")
    assert [("https://x|1", "skill:y", None)] == backend.explained


def test_on(client: httpx.Client, backend: MemoryBackend) -> None:
    """A day to ask for is a time with an offset; anything else is a 400."""
    assert 200 == client.get("/learners/a/explain/b?on=2025-03-03T10:00:00Z").status_code
    assert 200 == client.get("/learners/a/explain/b?on=2025-03-03T11:00:00+01:00").status_code
    moment = datetime(2025, 3, 3, 10, tzinfo=UTC)
    assert [moment, moment] == [on for _, _, on in backend.explained]
    for on in ("2025-03-03", "yesterday", "", "2025-03-03T10:00:00"):
        answer = client.get("/learners/a/explain/b", params={"on": on})
        assert 400 == answer.status_code
        assert "offset" in answer.json()["error"]


def test_unknown(client: httpx.Client) -> None:
    """An unknown learner or thing is a 404 with a sentence, and bad encoding a 400."""
    assert 404 == client.get("/learners/nobody/explain/b").status_code
    assert 404 == client.get("/learners/a/explain/nothing").status_code
    assert 400 == client.get("/learners/%FF/explain/b").status_code
    assert 400 == client.get("/learners/a%00/explain/b").status_code
    assert 404 == client.get("/learners/a/explain/b/c").status_code


def test_page(client: httpx.Client) -> None:
    """The page is HTML without a script, and escapes what it shows."""
    answer = client.get("/")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<script" not in answer.text
    assert "&lt;one&gt;" in answer.text
    assert "<one>" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_ready(client: httpx.Client) -> None:
    """Readiness names the ruleset in force."""
    assert "abc" == client.get("/readyz").json()["ruleset"]


def test_schema(client: httpx.Client) -> None:
    """The OpenAPI document names every route."""
    for path in ("/schema", "/schema/openapi.json"):
        paths = client.get(path).json()["paths"]
        assert {
            "/events",
            "/xapi/statements",
            "/xapi/about",
            "/learners/{learner}/explain/{thing}",
            "/healthz",
            "/readyz",
            "/reviews",
            "/reviews/{key}",
            "/.well-known/did.json",
            "/.well-known/jwks.json",
            "/did.json",
            "/keys/{rest}",
            "/status/{rest}",
            "/achievements/{rest}",
            "/ob2/{rest}",
        } == set(paths)


def test_schema_says_what_can_be_sent(client: httpx.Client) -> None:
    """The document tells bodies, refusals and credentials, and the page loads nothing."""
    document = client.get("/schema/openapi.json").json()
    post = document["paths"]["/events"]["post"]
    assert {"application/json", "application/x-ndjson"} == set(post["requestBody"]["content"])
    assert {"200", "400", "401", "413", "415", "503"} <= set(post["responses"])
    assert {"Basic", "Bearer"} == set(document["components"]["securitySchemes"])
