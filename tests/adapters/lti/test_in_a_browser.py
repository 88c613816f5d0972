"""A browser, and not a test that keeps cookies by hand, comes from one site to the other."""

import json
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.lti.id_token import CLAIM
from tests.adapters.badges.case import RULES, write_packs
from tests.adapters.badges.test_independent import milepost
from tests.adapters.lti.conftest import tell
from tests.adapters.lti.lms import INSTRUCTOR, Platform, Said, signed
from tests.adapters.serve.service_process import services
from tests.adapters.showing.test_accessible import (
    PATIENCE,
    chromium,  # noqa: F401 - a fixture
    modules,  # noqa: F401 - a fixture
)

SCRIPT = Path(__file__).with_name("browser.mjs")


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@pytest.fixture
def tool(lms: Platform, tmp_path: Path) -> Iterator[str]:
    """Give the address of a service that is another site than the LMS."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    write_packs(tmp_path, RULES)
    (tmp_path / "config.toml").write_text(
        f'[web]\npublic_url = "{address}"\n[issuer]\nname = "Example University"\n{lms.config()}'
    )
    with services(tmp_path) as start:
        service = start("--packs", "packs", port=str(port)).ready()
        tell(service, f"{lms.address}|12", "Ada")
        yield address


def by_user(lms: Platform) -> Callable[[Said], str]:
    """Let what the LMS says depend on who comes."""

    def sign(said: Said) -> str:
        if said["sub"] == "teacher":
            said = {**said, f"{CLAIM}roles": [INSTRUCTOR]}
        if said["sub"] == "nobody":
            said = {**said, f"{CLAIM}deployment_id": "2"}
        return signed(lms.key, said)

    return sign


def test_a_browser_comes_from_one_site_to_the_other(
    lms: Platform,
    tool: str,
    chromium: str,  # noqa: F811 - the fixture
    modules: Path,  # noqa: F811 - the fixture
    tmp_path: Path,
) -> None:
    """By a link, and out of a frame where no cookie is kept; each page can be used by all."""
    lms.sign = by_user(lms)
    lms.more = {f"{CLAIM}custom": {"credential": "p/sampler"}}
    link = milepost(tmp_path, "lti", "register", "again").strip()
    done = subprocess.run(
        ["node", str(SCRIPT), str(modules), chromium, lms.address, tool, str(tmp_path), link],
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert 0 == done.returncode, done.stderr
    said = json.loads(done.stdout)
    for width in (1100, 320):
        link, frame = said[f"link {width}"], said[f"frame {width}"]
        staff, refused = said[f"staff {width}"], said[f"refused {width}"]
        assert "Your credentials" == frame["framed"]
        for found in (link, frame):
            assert "/me#credential-p/sampler" == found["url"]
            assert "My credentials" == found["title"]
            assert "Ada" in found["text"]
            assert ["milepost_session Lax"] == found["cookies"]
        assert "Here learners see their own credentials" == staff["title"]
        assert [] == staff["cookies"]
        assert "This log-in is not set up correctly" == refused["title"]
        assert "For the help desk: deployment" in refused["text"]
        for found in (link, staff, refused):
            assert ([], 0) == (found["violations"], found["wide"])
    assert "The LMS is registered" in said["registered"]["text"]
