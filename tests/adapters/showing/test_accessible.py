"""Pages for people can be used by all of them: WCAG 2.2 AA as far as axe sees it, in Chromium."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.adapters.badges.case import ADA, URL
from tests.adapters.badges.test_independent import milepost
from tests.adapters.serve.service_process import Service
from tests.adapters.showing.test_pages import published

PACKAGES = ("axe-core@4.11.0", "playwright-core@1.64.1")
INSTALL = (
    "npm", "install", "--no-save", "--no-package-lock", "--omit-lockfile-registry-resolved",
    "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES,
)  # fmt: skip
SCRIPT = Path(__file__).with_name("axe.mjs")
PATIENCE = 180


@pytest.fixture(scope="module")
def chromium() -> str:
    """Give a Chromium; skipped where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("there is no Chromium here to look at pages with")
    return found


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of axe; skipped where it can't be had."""
    if shutil.which("npm") is None:
        pytest.skip("there is no npm here to install axe with")
    folder = tmp_path_factory.mktemp("axe")
    done = subprocess.run(
        INSTALL, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    if done.returncode:
        pytest.skip(f"axe can't be installed: {done.stderr[-300:]}")
    return folder


def test_axe_finds_nothing(service: Service, chromium: str, modules: Path, tmp_path: Path) -> None:
    """In light and dark, wide and at 320 pixels, where nothing scrolls sideways either."""
    path = published(service, tmp_path)
    link = milepost(tmp_path, "login-link", ADA).strip().replace(URL, service.address)
    pages = (path, "/catalogue", "/catalogue/p/sampler", "/catalogue/pathways/p/analysing",
             "/verify", "/me")  # fmt: skip
    addresses = [*(f"{service.address}{page}" for page in pages), link]
    done = subprocess.run(
        ["node", str(SCRIPT), str(modules), chromium, *addresses],
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert 0 == done.returncode, done.stderr
    assert [] == json.loads(done.stdout)
