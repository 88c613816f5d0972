"""Two services on one PostgreSQL: started at once, fed at once, one of them killed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.adapters.serve.service_process import Service, Start, write_pack

LEARNERS = 12
TURNS = 15


def event(learner: int, turn: int) -> dict[str, object]:
    """Give one of a learner's marks; the last of each is good."""
    raw = 90 if turn == TURNS - 1 else 10
    return {
        "id": f"{learner}-{turn}",
        "time": f"2026-01-05T10:{turn:02}:00Z",
        "learner": f"learner-{learner}",
        "object": "quiz:1",
        "is": "graded",
        "score": {"raw": raw, "max": 100},
    }


def test_nothing_is_lost_or_doubled(start: Start, tmp_path: Path, postgresql_empty: str) -> None:
    """Each event sent to both is accepted by one, and one that was killed is missed by nobody."""
    packs = str(write_pack(tmp_path))
    arguments = ("--packs", packs, "--database", postgresql_empty)
    environ = {"MILEPOST_ENGINE__WORKERS": "2"}
    services = [start(*arguments, environ=environ) for _ in range(2)]
    for service in services:
        service.ready()

    def feed(service: Service, learner: int) -> int:
        with httpx.Client(base_url=service.address, timeout=30) as client:
            accepted = 0
            for turn in range(TURNS):
                answer = client.post("/events", json=event(learner, turn))
                assert 200 == answer.status_code, answer.text
                accepted += answer.json()["accepted"]
            return accepted

    with ThreadPoolExecutor(8) as threads:
        fed = [
            threads.submit(feed, service, learner)
            for learner in range(LEARNERS)
            for service in services
        ]
        accepted = sum(each.result() for each in fed)
    assert LEARNERS * TURNS == accepted
    services[0].kill()
    client = services[1].client()
    for learner in range(LEARNERS):
        found = client.get(f"/learners/learner-{learner}/explain/badge").json()
        assert "yes" == found["answer"]
        assert 1 == sum(line.startswith("awarded") for line in found["history"])
    page = client.get("/").text
    assert f"credentials awarded</th><td>{LEARNERS}<" in page
    assert f"events taken</th><td>{LEARNERS * TURNS}<" in page
