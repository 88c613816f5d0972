"""Packs that change while the service runs."""

import shutil
from pathlib import Path

import httpx

from tests.adapters.serve.service_process import PASSED, Service, Start, write_pack

EVENT = {
    "id": "e1",
    "time": "2026-01-05T10:00:00Z",
    "learner": "ada",
    "object": "quiz:1",
    "is": "graded",
    "score": {"raw": 78, "min": 0, "max": 100},
}

EXCELLENT = """\
credentials:
  excellent:
    title: Excellent
    describes: Has nearly all right.
    requires:
      - quiz: quiz
        score: at least 75%
"""

FAILING = """\
tests: rules.yaml
starts: 2026-01-05 Monday
learner: {name: Ada, zone: UTC}

scenarios:

  half is enough:
    - at: day 1 12:00
      seen: {quiz: quiz, is: graded, score: 50%}
      expect: {awarded: badge}
"""


def ruleset(client: httpx.Client) -> str:
    """Give the fingerprint of the ruleset in force."""
    found: str = client.get("/readyz").json()["ruleset"]
    return found


def refused(client: httpx.Client) -> list[str]:
    """Give the codes of what keeps newer files out."""
    return [each["code"] for each in client.get("/readyz").json()["refused"]]


def answer(client: httpx.Client, thing: str) -> str:
    """Ask whether Ada has something."""
    found = client.get(f"/learners/ada/explain/{thing}")
    return str(found.json().get("answer", found.status_code))


def held(client: httpx.Client, thing: str) -> bool:
    """Say whether a credential was awarded, and not only would be."""
    found = client.get(f"/learners/ada/explain/{thing}")
    return any(line.startswith("awarded") for line in found.json().get("history", []))


def test_a_new_credential_is_taken_in_and_asked_over_the_evidence(
    start: Start, tmp_path: Path
) -> None:
    """A file that is right is in force soon, and what was done before earns what is new."""
    packs = write_pack(tmp_path)
    service = start("--packs", str(packs)).ready()
    client = service.client()
    client.post("/events", json=EVENT)
    before = ruleset(client)
    assert "404" == answer(client, "excellent")
    (packs / "p" / "more.yaml").write_text(EXCELLENT)
    service.wait_for(lambda: ruleset(client) != before, "the new file is not taken in")
    service.wait_for(lambda: held(client, "excellent"), "the evidence is not asked")
    assert "yes" == answer(client, "badge")


def test_what_is_not_right_stays_out_and_says_why(start: Start, tmp_path: Path) -> None:
    """Mistakes keep the ruleset in force where it is, also over a restart, until put right."""
    packs = write_pack(tmp_path)
    arguments = ("--packs", str(packs))
    service = start(*arguments).ready()
    client = service.client()
    client.post("/events", json=EVENT)
    before = ruleset(client)
    (packs / "p" / "rules.yaml").write_text(PASSED.replace("score:", "scroe:"))
    service.wait_for(lambda: refused(client) != [], "the mistake is not found")
    found = client.get("/readyz").json()["refused"][0]
    assert "rules.yaml:7:" in found["place"]
    assert found["message"]
    assert before == ruleset(client)
    assert 200 == client.get("/readyz").status_code
    assert "Newer rules were refused" in client.get("/").text
    assert "rules.yaml:7:" in service.said()
    service.kill()

    service = start(*arguments).ready()
    client = service.client()
    assert before == ruleset(client)
    assert "the one in force before" in service.said()
    assert refused(client) != []
    bob = EVENT | {"id": "e2", "learner": "bob"}
    assert 1 == client.post("/events", json=bob).json()["accepted"]
    assert "yes" == client.get("/learners/bob/explain/badge").json()["answer"]
    (packs / "p" / "rules.yaml").write_text(PASSED)
    service.wait_for(lambda: refused(client) == [], "it is not put right")


def test_a_test_that_fails_keeps_a_pack_out(start: Start, tmp_path: Path) -> None:
    """A scenario that does not hold refuses the packs, and names itself."""
    packs = write_pack(tmp_path)
    service = start("--packs", str(packs)).ready()
    client = service.client()
    before = ruleset(client)
    test = packs / "p" / "rules.test.yaml"
    test.write_text(FAILING)
    service.wait_for(lambda: refused(client) == ["T100"], "the failing test is passed over")
    found = client.get("/readyz").json()["refused"][0]
    assert "half is enough" in found["message"]
    assert "rules.test.yaml" in found["place"]
    assert before == ruleset(client)
    test.write_text(FAILING.replace("50%", "65%"))
    service.wait_for(lambda: refused(client) == [], "the test that passes is not taken")


def test_a_folder_that_comes_later(start: Start, tmp_path: Path) -> None:
    """A folder that is missing is taken in when it comes; when it goes, its rules stay."""
    service = start("--packs", "packs").ready()
    client = service.client()
    packs = write_pack(tmp_path)
    _takes_in(service, client, ["p"])
    shutil.rmtree(packs)
    service.wait_for(lambda: client.get("/readyz").json()["refused"], "not told that it went")
    assert ["p"] == client.get("/readyz").json()["packs"]
    write_pack(tmp_path)
    service.wait_for(lambda: not client.get("/readyz").json()["refused"], "not taken in again")
    assert ["p"] == client.get("/readyz").json()["packs"]


def _takes_in(service: Service, client: httpx.Client, packs: list[str]) -> None:
    service.wait_for(
        lambda: client.get("/readyz").json()["packs"] == packs, f"not in force: {packs}"
    )


def test_without_watching(start: Start, tmp_path: Path) -> None:
    """With watch = false the packs are those of the start."""
    packs = write_pack(tmp_path)
    environ = {"MILEPOST_RULES__WATCH": "false"}
    service = start("--packs", str(packs), environ=environ).ready()
    client = service.client()
    before = ruleset(client)
    (packs / "p" / "more.yaml").write_text(EXCELLENT)
    client.post("/events", json=EVENT)
    assert before == ruleset(client)
