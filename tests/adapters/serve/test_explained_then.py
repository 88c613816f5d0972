"""Explanations by the rules that were in force, by numbers, and for learners over HTTP."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tests.adapters.load.milepost import environment
from tests.adapters.serve.service_process import PASSED, REPOSITORY, Start, write_pack
from tests.adapters.serve.test_reload import EVENT, ruleset


def explain(folder: Path, *words: str) -> dict[str, object]:
    """Explain from the service's database, and give the document."""
    done = subprocess.run(
        [sys.executable, str(REPOSITORY / "milepost.py"), "explain", *words,
         "--database", f"sqlite:///{folder / 'm.db'}", "--json"],
        env=environment(),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert 0 == done.returncode, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def test_an_earlier_ruleset_still_explains(start: Start, tmp_path: Path) -> None:
    """The bar was 60% and is 90%: by the rules of then the award holds, and its place is named."""
    packs = write_pack(tmp_path, PASSED)
    database = f"sqlite:///{tmp_path / 'm.db'}"
    service = start("--packs", str(packs), "--database", database).ready()
    client = service.client()
    client.post("/events", json=EVENT)
    before = ruleset(client)
    (packs / "p" / "rules.yaml").write_text(PASSED.replace("60%", "90%"))
    service.wait_for(lambda: ruleset(client) != before, "the change is not taken in")
    now, then = (
        explain(tmp_path, "ada", "badge"),
        explain(tmp_path, "ada", "badge", "--ruleset", before),
    )

    assert ("yes", "yes") == (now["answer"], then["answer"])
    assert (ruleset(client), before) == (now["ruleset"], then["ruleset"])
    verdict = then["verdict"]
    assert isinstance(verdict, dict)
    assert ("quiz quiz score at least 60%", "yes", "p/rules.yaml") == (
        verdict["asks"],
        verdict["answer"],
        verdict["file"],
    )


def test_an_earlier_instant_is_told_by_its_own_rules_over_http(
    start: Start, tmp_path: Path
) -> None:
    """Of before the change by 60%, in the pack's own place; of now by 90%."""
    packs = write_pack(tmp_path, PASSED)
    service = start("--packs", str(packs)).ready()
    client = service.client()
    client.post("/events", json={**EVENT, "time": "2025-03-03T10:00:00Z"})
    before, moment = ruleset(client), datetime.now(UTC)  # noqa: TID251 - the service's own clock
    (packs / "p" / "rules.yaml").write_text(PASSED.replace("60%", "90%"))
    service.wait_for(lambda: ruleset(client) != before, "the change is not taken in")
    then = client.get("/learners/ada/explain/badge", params={"on": moment.isoformat()}).json()
    now = client.get("/learners/ada/explain/badge").json()

    assert (before, ruleset(client)) == (then["ruleset"], now["ruleset"])
    assert "quiz quiz score at least 60%" == then["verdict"]["asks"]
    assert "p/rules.yaml" == then["verdict"]["file"]
    assert "quiz quiz score at least 90%" == now["verdict"]["asks"]


def test_a_decision_is_explained_by_its_number(start: Start, tmp_path: Path) -> None:
    """What was noted of it at the time; another learner's number is none of hers."""
    packs = write_pack(tmp_path, PASSED)
    database = f"sqlite:///{tmp_path / 'm.db'}"
    service = start("--packs", str(packs), "--database", database).ready()
    service.client().post("/events", json=EVENT)
    with closing(sqlite3.connect(tmp_path / "m.db", timeout=30)) as connection:
        number = connection.execute("SELECT id FROM decisions WHERE did = 'awarded'").fetchone()[0]
    found = explain(tmp_path, "ada", f"decision:{number}")

    assert ("p/badge", "yes") == (found["title"], found["answer"])
    assert "awarded on" in str(found["headline"])


def test_a_learner_is_told_over_http_in_her_language(start: Start, tmp_path: Path) -> None:
    """As JSON, or as a page to whoever accepts HTML; also of an activity."""
    packs = write_pack(tmp_path, PASSED)
    service = start("--packs", str(packs)).ready()
    client = service.client()
    profile = {"id": "p1", "time": EVENT["time"], "learner": "ada", "is": "profile"}
    client.post("/events", json={**profile, "fields": {"language": "de"}})
    client.post("/events", json=EVENT)
    address = "/learners/ada/explain/badge?for=learner"
    proof = client.get(address).json()
    page = client.get(address, headers={"Accept": "text/html"})

    assert ("Das hast du: Badge.", "de") == (proof["headline"], proof["language"])
    assert page.headers["content-type"].startswith("text/html")
    assert '<html lang="de">' in page.text
    assert 400 == client.get("/learners/ada/explain/badge?for=boss").status_code
    activity = client.get("/learners/ada/explain/quiz?for=learner").json()
    assert ("Quiz ist für dich offen.", "de") == (activity["headline"], activity["language"])
    assert 404 == client.get("/learners/ada/explain/quizz?for=learner").status_code
