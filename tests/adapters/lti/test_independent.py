"""An LMS that others have written, Open edX's own platform, sends its learners."""

import subprocess
import time
import venv
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.adapters.badges.case import RULES, URL, write_packs
from tests.adapters.lti.conftest import tell
from tests.adapters.lti.test_in_a_browser import free_port
from tests.adapters.serve.service_process import services

PATIENCE = 180
SCRIPT = Path(__file__).with_name("openedx_lms.py")
LISTED = Path(__file__).with_name("openedx-platform.txt")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a Python with Open edX's platform; skipped where it can't be had."""
    folder = tmp_path_factory.mktemp("openedx")
    venv.create(folder, with_pip=True)
    found = folder / "bin" / "python"
    words = ("-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", LISTED)
    done = subprocess.run(
        [found, *words], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    if done.returncode:
        pytest.skip(f"Open edX's platform can't be installed: {done.stderr[-300:]}")
    return found


@pytest.fixture
def edx(python: Path) -> Iterator[str]:
    """Give the address of a running Open edX platform."""
    port = free_port()
    address = f"http://localhost:{port}"
    process = subprocess.Popen(
        [python, SCRIPT, str(port), URL],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until:
            try:
                httpx.get(f"{address}/keys")
                break
            except httpx.ConnectError:
                time.sleep(0.1)
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        yield address
    finally:
        process.terminate()
        process.communicate()


def test_a_learner_comes_from_open_edx(edx: str, tmp_path: Path) -> None:
    """It accepts what we ask of it, and we accept what it says."""
    write_packs(tmp_path, RULES)
    (tmp_path / "config.toml").write_text(
        f'[lti.edx]\nissuer = "{edx}"\nclient_id = "edx-client"\ndeployments = ["1"]\n'
        f'auth_login_url = "{edx}/auth"\njwks_url = "{edx}/keys"\n'
    )
    with services(tmp_path) as start:
        service = start("--packs", "packs", "--public-url", URL).ready()
        tell(service, f"{edx}|12", "Ada")
        client = service.client()
        begun = str(httpx.get(f"{edx}/begin").json())
        assert begun.startswith(f"{URL}/lti/login?")
        sent = client.get(begun.removeprefix(URL))
        assert 303 == sent.status_code, sent.text
        form = httpx.get(sent.headers["location"])
        assert 200 == form.status_code, form.text
        cookie = {"Cookie": sent.headers["set-cookie"].partition(";")[0]}
        answer = client.post("/lti/launch", data=form.json(), headers=cookie)
        assert 303 == answer.status_code, answer.text
        assert "/me#credential-p/sampler" == answer.headers["location"]
        session = answer.headers["set-cookie"].partition(";")[0]
        assert ">Ada<" in client.get("/me", headers={"Cookie": session}).text
