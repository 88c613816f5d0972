"""Reviews over HTTP: what waits, and the answers."""

import httpx
import pytest

from tests.adapters.web.memory_backend import MemoryBackend


def test_what_waits_is_listed(client: httpx.Client) -> None:
    """With the key that an answer names."""
    found = client.get("/reviews").json()
    assert (1, "abc123", "Award Checked?") == (
        found["waiting"],
        found["reviews"][0]["key"],
        found["reviews"][0]["question"],
    )


def test_an_answer_is_passed_on(client: httpx.Client, backend: MemoryBackend) -> None:
    """Who, what and why."""
    body = {"answer": "declined", "by": "kay", "because": "no"}
    assert 200 == client.post("/reviews/abc123", json=body).status_code
    (said,) = backend.answers
    assert ("abc123", False, "kay", "no") == (said.key, said.approves, said.by, said.because)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/reviews/abc123", {"answer": "perhaps", "by": "kay"}, 400),
        ("/reviews/abc123", {"answer": "approved"}, 400),
        ("/reviews/abc123", ["approved"], 400),
        ("/reviews/zzz999", {"answer": "approved", "by": "kay"}, 404),
        ("/reviews/abc123", {"answer": "approved", "by": "ada"}, 409),
    ],
)
def test_what_is_no_answer_is_refused_with_a_sentence(
    client: httpx.Client, path: str, body: object, status: int
) -> None:
    """Nothing is committed."""
    answer = client.post(path, json=body)
    assert status == answer.status_code
    assert answer.json()["error"]


def test_nobody_unknown_reads_or_answers(guarded: httpx.Client, backend: MemoryBackend) -> None:
    """The same credentials as for events."""
    body = {"answer": "approved", "by": "kay"}
    assert 401 == guarded.get("/reviews").status_code
    assert 401 == guarded.post("/reviews/abc123", json=body).status_code
    assert [] == backend.answers
    known = {"Authorization": "Bearer sesam"}
    assert 200 == guarded.post("/reviews/abc123", json=body, headers=known).status_code
