"""The mail that goes with an award leads the learner to her own page."""

import email
import re
from email.policy import default
from pathlib import Path

from adapters.clock import machine_now
from tests.adapters.badges.case import ADA, EMAIL, RULES, URL, write_packs
from tests.adapters.serve.conftest import start  # noqa: F401 - a fixture
from tests.adapters.serve.service_process import Start

MESSAGE = """\
---
subject: You have earned {{ credential.title }}
category: awards
---
See it, and share it if you like: {{ credential.link }}
"""


def test_the_link_opens_her_page(start: Start, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    """She follows it without a password, and finds what she has earned."""
    packs = write_packs(
        tmp_path,
        RULES.replace(
            "    if evidence falls", "    message: messages/earned.md\n    if evidence falls"
        ),
    )
    (packs / "p" / "messages").mkdir()
    (packs / "p" / "messages" / "earned.md").write_text(MESSAGE)
    service = start("--packs", "packs", "--public-url", URL, "--mail-mode", "folder").ready()
    client = service.client()
    happened: tuple[dict[str, object], ...] = (
        {"is": "profile", "fields": {"name": "Ada", "email": EMAIL}},
        {"is": "completed", "object": "lesson:3"},
    )
    for number, more in enumerate(happened):
        event = {"id": str(number), "time": machine_now().isoformat(), "learner": ADA, **more}
        assert 200 == client.post("/events", json=event).status_code
    folder = tmp_path / "var" / "mail"
    service.wait_for(lambda: any(folder.glob("*.eml")), "no mail was written")
    (file,) = folder.glob("*.eml")
    body = email.message_from_bytes(file.read_bytes(), policy=default).get_body(("plain",))
    assert body is not None
    link = re.search(rf"{URL}(/me/enter\?ticket=[\w.=-]+)", body.get_content())
    assert link is not None
    entered = client.get(link[1])
    assert (303, "/me") == (entered.status_code, entered.headers["location"])
    session = entered.headers["set-cookie"].partition(";")[0]
    page = client.get("/me", headers={"Cookie": session})
    assert 200 == page.status_code
    assert "Cleaner" in page.text
