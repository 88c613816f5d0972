"""Where config.toml requires a replay, changed rules wait outside until somebody has looked."""

import os
import subprocess
import sys
from pathlib import Path

from tests.adapters.serve.service_process import PASSED, REPOSITORY, Start, write_pack
from tests.adapters.serve.test_reload import EVENT, EXCELLENT, refused, ruleset


def test_changed_rules_wait_for_their_replay(start: Start, tmp_path: Path) -> None:
    """They are refused with the command to run; once it has run they are in force by themselves."""
    packs = write_pack(tmp_path, PASSED)
    database = f"sqlite:///{tmp_path / 'm.db'}"
    required = {"MILEPOST_RULES__REQUIRE_REPLAY": "true"}
    service = start("--packs", str(packs), "--database", database, environ=required).ready()
    client = service.client()
    client.post("/events", json=EVENT)
    before = ruleset(client)
    (packs / "p" / "more.yaml").write_text(EXCELLENT)
    service.wait_for(lambda: refused(client) == ["T102"], "the change is not refused")

    assert before == ruleset(client)
    hint = client.get("/readyz").json()["refused"][0]["hint"]
    assert f"milepost replay {packs} --database" in hint

    done = subprocess.run(
        [sys.executable, str(REPOSITORY / "milepost.py"), "replay", packs, "--database", database],
        env=os.environ | required,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    assert "beside the rules in force" in done.stdout.lower()
    assert "may go live" in done.stdout
    service.wait_for(lambda: ruleset(client) != before, "the replayed rules are not in force")


def test_a_corrected_title_needs_no_replay(start: Start, tmp_path: Path) -> None:
    """What changes no meaning goes live at once."""
    packs = write_pack(tmp_path, PASSED)
    required = {"MILEPOST_RULES__REQUIRE_REPLAY": "true"}
    service = start("--packs", str(packs), environ=required).ready()
    client = service.client()
    before = ruleset(client)
    (packs / "p" / "rules.yaml").write_text(PASSED.replace("title: Badge", "title: Better"))
    service.wait_for(
        lambda: "1 rules" in service.said() or service.said().count("in force:") > 1,
        "it is not taken in",
    )

    assert ([], before) == (refused(client), ruleset(client))
