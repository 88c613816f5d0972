"""Pages say who endorses a credential: in the catalogue, at its address, and where anybody asks."""

import html
import json
import re
from pathlib import Path

from tests.adapters.badges.case import ADA, RULES, URL
from tests.adapters.badges.endorser import COMMENT, Endorser
from tests.adapters.badges.test_endorsements import named_in
from tests.adapters.badges.test_independent import milepost
from tests.adapters.serve.service_process import Service
from tests.adapters.showing.conftest import PATHWAY
from tests.adapters.showing.test_pages import browser, published

ADDRESS = re.compile(rf"<code>{URL}(/achievements/p/cleaner/[0-9a-f]{{16}})</code>")


def receive(service: Service, folder: Path, name: str = "Agency <b>QA</b>") -> None:
    """Let an agency endorse what the catalogue says its address is, and take that into the pack."""
    client = browser(service)
    found = ADDRESS.search(client.get("/catalogue/p/cleaner").text)
    assert found is not None
    service.wait_for(lambda: client.get(found[1]).is_success, "the achievement")
    answer = client.get(found[1])
    assert f"{URL}{found[1]}" == answer.json()["id"]
    (folder / "packs" / "p" / "endorsements").mkdir()
    file = folder / "packs" / "p" / "endorsements" / "agency.json"
    file.write_bytes(Endorser(name=name).file(answer.json()["id"]))
    rules = named_in(RULES + PATHWAY, "agency.json")
    (folder / "packs" / "p" / "rules.yaml").write_text(rules)


def test_pages_say_who_endorses(service: Service, tmp_path: Path) -> None:
    """By name, with what they say, and whether it counts; all of it escaped."""
    receive(service, tmp_path)
    client = browser(service)

    def shows() -> bool:
        return COMMENT in client.get("/catalogue/p/cleaner").text

    service.wait_for(shows, "the endorsement")
    page = client.get("/catalogue/p/cleaner", headers={"Accept-Language": "de"}).text
    assert "Wer sich dafür ausspricht" in page
    assert html.escape("Agency <b>QA</b>") in page
    assert "Selbst unterschrieben und heute gültig." in page
    milepost(tmp_path, "credential", "reissue", ADA, "cleaner")
    path = published(service, tmp_path, "cleaner")
    page = client.get(path).text
    assert "Who endorses it" in page
    assert COMMENT in page
    assert "Signed by them, and good today." in page
    told = client.get(path, headers={"Accept": "application/vc"}).content
    page = client.post("/verify", files={"file": ("a.json", told)}).text
    assert "Signed by them, and good today." in page
    document = json.loads(told)
    carried = document["credentialSubject"]["achievement"]["endorsement"]
    served = client.get(carried[0]["credentialSubject"]["id"].removeprefix(URL)).json()
    assert carried == served["endorsement"]


def test_the_verb_lists_each_endorsement(service: Service, tmp_path: Path) -> None:
    """In words and as JSON, beside the checks that decide."""
    receive(service, tmp_path, "Agency")
    client = browser(service)
    service.wait_for(lambda: COMMENT in client.get("/catalogue/p/cleaner").text, "the endorsement")
    milepost(tmp_path, "credential", "reissue", ADA, "cleaner")
    file = tmp_path / "ada.json"
    milepost(tmp_path, "credential", "export", ADA, "cleaner", "--out", str(file))
    words = ("verify", str(file), "--database", "sqlite:///var/milepost.db")
    told = milepost(tmp_path, *words)
    assert "\nEndorsements, each by its own proof:\n  + Agency, of the achievement: signed" in told
    assert f"\n      {COMMENT}\n" in told
    found = json.loads(milepost(tmp_path, *words, "--json"))
    (each,) = found["endorsements"]
    assert ("endorsement of the achievement", True, "Agency") == (
        each["name"],
        each["passed"],
        each["by"],
    )
