"""A learner's credentials and profile over the API: pages, what is brought, what is refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx
import msgspec
import pytest

from adapters.badges.accepting import name_of
from adapters.badges.exporting import Format
from adapters.badges.jsonvalue import JsonObject
from adapters.badges.taking_back import revoke
from adapters.badges.verifying.sources import AtHome
from adapters.badges.verifying.verify import verify
from adapters.clock import machine_now
from adapters.running.running import Running
from adapters.store.badges import BadgeRow
from tests.adapters.badges.case import ADA, BOB, EMAIL, RULES, START, URL, House, settings_for
from tests.adapters.badges.test_accepting import OUTSIDE, THEIRS
from tests.adapters.badges.test_publication import Nowhere
from tests.adapters.wallets.conftest import (
    Browser,
    Proxied,
    Wallet,
    opened,
    registered,
    served,
)

LINK = re.compile(r'<([^>]+)>; rel="(\w+)"')
JSON = {"Content-Type": "application/json"}
TEXT = {"Content-Type": "text/plain"}


@dataclass
class Two:
    """Our house and a college, a wallet of Ada's with a token, and what she has from there."""

    house: House
    college: House
    wallet: Wallet
    token: str
    theirs: BadgeRow

    def sends(self, body: bytes, kind: dict[str, str], **headers: str) -> httpx.Response:
        """Let the wallet bring something."""
        return self.wallet.calls(
            "POST", "credentials", self.token, content=body, headers={**kind, **headers}
        )

    def listed(self, **query: object) -> httpx.Response:
        """Let the wallet read the list."""
        answer = self.wallet.calls("GET", "credentials", self.token, params=query)
        assert 200 == answer.status_code, answer.text
        return answer

    def of_a_day(self, day: int) -> bytes:
        """Give the college's badge as it was signed on another day, under the same id."""
        desk = self.college.office.desk()
        told = msgspec.json.decode(self.theirs.document, type=JsonObject)
        at = START + timedelta(days=day)
        bare = {**told, "validFrom": at.isoformat().replace("+00:00", "Z")}
        return msgspec.json.encode(desk.sign({k: v for k, v in bare.items() if k != "proof"}, at))


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    """Give both; a rule of ours counts one badge of the college's."""
    there = tmp_path / "college"
    running = Running(settings_for(there, f"sqlite:///{there / 'milepost.db'}", THEIRS))
    college = House(running)
    college.earns_all()
    theirs = college.office.registrar.badge(ADA, "sampler")
    with opened(tmp_path, f"sqlite:///{tmp_path / 'milepost.db'}") as house:
        name = name_of(msgspec.json.decode(theirs.document, type=JsonObject))
        pack = tmp_path / "packs" / "p"
        text = (pack / "pack.yaml").read_text()
        declared = f'  outside: {{lms: "{name}", kind: activity, title: Elsewhere}}\n'
        (pack / "pack.yaml").write_text(text + declared)
        (pack / "rules.yaml").write_text(RULES + OUTSIDE)
        house.running.rules.look()
        web = AtHome(THEIRS, college.office.publication.at, Nowhere())
        with (
            served(house.running, web) as address,
            httpx.Client(transport=Proxied(address), timeout=30) as client,
        ):
            browser = Browser(client)
            browser.enter(house, ADA)
            wallet = registered(browser)
            yield Two(house, college, wallet, wallet.connects()["access_token"], theirs)
    running.close()


@dataclass
class Reader:
    """A wallet that only reads what Ada holds."""

    wallet: Wallet
    token: str

    def calls(self, path: str, method: str = "GET") -> httpx.Response:
        """Call the API."""
        return self.wallet.calls(method, path, self.token)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Give one for all tests that change nothing."""
    folder = tmp_path_factory.mktemp("house")
    with (
        opened(folder, f"sqlite:///{folder / 'milepost.db'}") as house,
        served(house.running) as address,
        httpx.Client(transport=Proxied(address), timeout=30) as client,
    ):
        browser = Browser(client)
        browser.enter(house, ADA)
        wallet = registered(browser)
        yield Reader(wallet, wallet.connects()["access_token"])


def minor(answer: httpx.Response) -> str:
    """Give 1EdTech's word for what is wrong; the rest of its form is looked at."""
    told = answer.json()
    assert {"imsx_codeMajor", "imsx_severity", "imsx_description", "imsx_codeMinor"} == set(told)
    (field,) = told["imsx_codeMinor"]["imsx_codeMinorField"]
    return str(field["imsx_codeMinorFieldValue"])


def names(answer: httpx.Response) -> list[str]:
    """Give what the credentials of a page are called."""
    return [
        each["credentialSubject"]["achievement"]["name"] for each in answer.json()["credential"]
    ]


# --- what is brought -------------------------------------------------------------------------


def test_what_a_wallet_brings_counts_and_is_kept(two: Two) -> None:
    """It is created, it counts at once, and it is read again as it was sent."""
    answer = two.sends(two.theirs.document, JSON)
    assert (201, two.theirs.document) == (answer.status_code, answer.content)
    assert "p/statistician" == two.house.office.registrar.badge(ADA, "statistician").credential
    listed = two.listed()
    assert two.theirs.document in listed.content
    assert {"Sampler", "Cleaner", "Analyst", "Statistician"} == set(names(listed))
    assert "5" == listed.headers["x-total-count"]
    events = [each for each in two.house.office.store.events_of(ADA) if each.source == "reviews"]
    assert 1 == len(events)


def test_the_same_again_is_no_news(two: Two) -> None:
    """It is here; who knows its tag is told so without a word. Another form takes its place."""
    tag = two.sends(two.theirs.document, JSON).headers["etag"]
    again = two.sends(two.theirs.document, JSON)
    assert (200, two.theirs.document, tag) == (
        again.status_code,
        again.content,
        again.headers["etag"],
    )
    known = two.sends(two.theirs.document, JSON, **{"If-None-Match": tag})
    assert (304, b"") == (known.status_code, known.content)
    token = two.college.office.exporter().exported(two.theirs, Format.JWT)
    replaced = two.sends(token, TEXT, **{"If-None-Match": tag})
    assert (200, token) == (replaced.status_code, replaced.content)
    listed = two.listed()
    assert ([token.decode()], False, "5") == (
        listed.json()["compactJwsString"],
        two.theirs.document in listed.content,
        listed.headers["x-total-count"],
    )


def test_an_older_one_takes_no_place(two: Two) -> None:
    """Of two with one id and one issuer, the later is the truth (Open Badges 3.0, 10)."""
    assert 201 == two.sends(two.of_a_day(1), JSON).status_code
    newest = two.of_a_day(2)
    assert 200 == two.sends(newest, JSON).status_code
    older = two.sends(two.of_a_day(1), JSON)
    assert (400, "invalid_data") == (older.status_code, minor(older))
    assert "a later one" in older.json()["imsx_description"]
    assert newest in two.listed().content


def test_a_token_is_brought_as_text(two: Two) -> None:
    """And stands among the tokens."""
    token = two.college.office.exporter().exported(two.theirs, Format.JWT)
    answer = two.sends(b"\xef\xbb\xbf " + token + b"\n", TEXT)
    assert (201, token) == (answer.status_code, answer.content)
    assert answer.headers["content-type"].startswith("text/plain")
    assert [token.decode()] == two.listed().json()["compactJwsString"]


def test_another_learner_s_is_refused(two: Two) -> None:
    """Bob's wallet can't bring what was issued to Ada, from there or from here."""
    bob = two.wallet.browser
    two.house.happens(BOB, START, **{"is": "profile", "fields": {"email": "bob@uni.example"}})
    bob.cookies.clear()
    bob.enter(two.house, BOB)
    token = two.wallet.connects()["access_token"]
    hers = two.house.office.registrar.badge(ADA, "sampler").document
    for body, expected, status in (
        (two.theirs.document, "not issued to bob@uni.example", 400),
        (hers, "another learner's", 403),
    ):
        answer = two.wallet.calls("POST", "credentials", token, content=body, headers=JSON)
        assert status == answer.status_code
        assert expected in answer.json()["imsx_description"]
    assert "0" == two.wallet.calls("GET", "credentials", token).headers["x-total-count"]


def test_what_is_not_good_is_refused(two: Two) -> None:
    """Changed, revoked, uncounted, no credential, sent as something else: each with its reason."""
    good = two.theirs.document
    uncounted = two.college.office.registrar.badge(ADA, "cleaner").document
    token = two.college.office.exporter().exported(two.theirs, Format.JWT)
    picture = two.college.office.exporter().exported(two.theirs, Format.PNG)
    presented = b'{"type":["VerifiablePresentation"],"verifiableCredential":[' + good + b"]}"
    for body, kind, status, word in (
        (good.replace(b"Sampler", b"Doctor_"), JSON, 400, "changed after it was signed"),
        (token[:-4] + b"AAAA", TEXT, 400, "can't be accepted"),
        (uncounted, JSON, 403, "no rule counts it"),
        (presented, JSON, 400, "no AchievementCredential"),
        (picture, JSON, 400, "is png"),
        (good, TEXT, 400, "is json"),
        (token, JSON, 400, "is jwt"),
        (b"", JSON, 400, "can't be accepted"),
        (b"{}", JSON, 400, "no AchievementCredential"),
        (b"[]", JSON, 400, "can't be accepted"),
        (b"\xff", JSON, 400, "can't be accepted"),
        (b'{"type":"OpenBadgeCredential"}', JSON, 400, "no id"),
        (good.replace(b"credentials/", b"credentials/\\u0000"), JSON, 400, "no id"),
        (good.replace(b"credentials/", b"credentials/" + b"x" * 3000), JSON, 400, "no id"),
        (b'{"a":' * 3000, JSON, 400, "can't be accepted"),
    ):
        answer = two.sends(body, kind)
        assert status == answer.status_code, (body[:60], answer.text)
        assert word in answer.json()["imsx_description"], (body[:60], answer.text)
        assert {400: "invalid_data", 403: "forbidden"}[status] == minor(answer)
    for kind in ({"Content-Type": "image/png"}, {"Content-Type": ""}, {}):
        answer = two.sends(good, kind)
        assert (415, "not_acceptable") == (answer.status_code, minor(answer))
    take = two.college.running.service.ingest
    later = START + timedelta(days=1)
    revoke(two.college.office.store, take, two.theirs, "kay", "copied", later)
    answer = two.sends(good, JSON)
    assert "its issuer has revoked" in answer.json()["imsx_description"]
    assert "3" == two.listed().headers["x-total-count"]


def test_one_of_ours_that_comes_back_is_known(two: Two) -> None:
    """It is hers and here already, in whatever form; a changed one is none of ours."""
    ours = two.house.office.registrar.badge(ADA, "sampler")
    token = two.house.office.exporter().exported(ours, Format.JWT)
    assert [200, 200] == [
        two.sends(ours.document, JSON).status_code,
        two.sends(token, TEXT).status_code,
    ]
    changed = two.sends(ours.document.replace(b"Sampler", b"Doctor_"), JSON)
    assert 400 == changed.status_code
    assert "3" == two.listed().headers["x-total-count"]


# --- the list --------------------------------------------------------------------------------


def test_every_credential_in_the_list_is_good(two: Two) -> None:
    """Each verifies by itself; what is revoked, suspended or over is not in it."""
    office = two.house.office
    sources = AtHome(URL, office.publication.at, Nowhere())
    for each in two.listed().json()["credential"]:
        found = verify(msgspec.json.encode(each), sources, machine_now(), EMAIL)
        assert found.verified, found
    office.store.badges.suspend(office.registrar.badge(ADA, "sampler").id, START, "fees")
    assert {"Cleaner", "Analyst"} == set(names(two.listed()))
    cleaner = office.registrar.badge(ADA, "cleaner")
    take, later = two.house.running.service.ingest, START + timedelta(days=1)
    revoke(office.store, take, cleaner, "kay", "copied", later)
    assert ["Analyst"] == names(two.listed())


def test_a_list_comes_in_pages(two: Two) -> None:
    """Every page once, by its links alone; each knows the first, the last and the total."""
    two.sends(two.theirs.document, JSON)
    whole = [each["id"] for each in two.listed().json()["credential"]]
    found: list[str] = []
    where: str | None = f"{URL}/ims/ob/v3p0/credentials?limit=2"
    rels: list[set[str]] = []
    while where:
        path = where.removeprefix(f"{URL}/ims/ob/v3p0/")
        page = two.wallet.calls("GET", path, two.token)
        assert "5" == page.headers["x-total-count"]
        found += [each["id"] for each in page.json()["credential"]]
        links = {rel: url for url, rel in LINK.findall(page.headers["link"])}
        rels.append(set(links))
        assert links["first"].endswith("limit=2&offset=0")
        assert links["last"].endswith("limit=2&offset=4")
        where = links.get("next")
    assert (5, whole) == (len(whole), found)
    ends = {"first", "last"}
    assert [ends | {"next"}, ends | {"next", "prev"}, ends | {"prev"}] == rels


@pytest.mark.parametrize(
    ("query", "shown", "links"),
    [
        ({"limit": 2, "offset": 1}, 2, {"prev": 0, "first": 0, "last": 1}),
        ({"limit": 1, "offset": 1}, 1, {"next": 2, "prev": 0, "first": 0, "last": 2}),
        ({"limit": 3}, 3, {"first": 0, "last": 0}),
        ({"limit": 100000}, 3, {"first": 0, "last": 0}),
        ({"offset": 3}, 0, {"prev": 0, "first": 0, "last": 3}),
        ({"offset": 999}, 0, {"prev": 949, "first": 0, "last": 49}),
    ],
)
def test_odd_pages(
    reader: Reader, query: dict[str, int], shown: int, links: dict[str, int]
) -> None:
    """Beyond the end there is nothing, and it is said where the end is."""
    page = reader.calls(f"credentials?{urlencode(query)}")
    told = {
        rel: int(httpx.URL(url).params["offset"]) for url, rel in LINK.findall(page.headers["link"])
    }
    assert (shown, links) == (len(page.json()["credential"]), told)


def test_only_what_is_newer(two: Two) -> None:
    """By when it was issued or brought; the links keep asking for it."""
    before = machine_now() + timedelta(seconds=0)
    two.listed()
    two.sends(two.theirs.document, JSON)
    issued = sorted(row.issued for row in two.house.office.store.badges.of_learner(ADA))
    assert issued
    all_of_them = two.listed(since="2020-01-01T00:00:00")
    later = (before + timedelta(days=1)).isoformat()
    assert ("5", "0") == (
        all_of_them.headers["x-total-count"],
        two.listed(since=later).headers["x-total-count"],
    )
    raw = two.wallet.calls("GET", f"credentials?since={later}", two.token)  # its plus is a space
    assert "0" == raw.headers["x-total-count"]
    (brought,) = two.house.office.store.wallets.brought(ADA)
    stamp = (START.replace(year=1970, month=1, day=1, hour=0)).isoformat()
    assert "5" == two.listed(since=stamp).headers["x-total-count"]
    assert "since=2020-01-01" in all_of_them.headers["link"]
    assert brought.received >= issued[0]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=-1", "limit=x", "limit=", "limit=1.5", "limit=%D9%A3", "limit=1&limit=2",
        "offset=-1", "offset=99999999999999999999", "offset=1e3", "since=yesterday",
        "since=2026-13-01T00:00:00Z", "since=0001-01-01T00:00:00%2B14:00", "since=%00",
        "&".join(f"a{number}=1" for number in range(60)),
    ],
)  # fmt: skip
def test_what_can_t_be_asked(reader: Reader, query: str) -> None:
    """A parameter that is none is refused, in 1EdTech's words."""
    answer = reader.calls(f"credentials?{query}")
    assert 400 == answer.status_code
    assert minor(answer) in {"invalid_query_parameter", "invalid_data"}


# --- the profile, and the service ------------------------------------------------------------


def test_a_profile_is_the_institution_s_word(two: Two) -> None:
    """What is known may be put again; anything else is refused by name, and nothing changes."""
    known = two.wallet.calls("GET", "profile", two.token)
    profile = known.json()
    tag = {"If-None-Match": known.headers["etag"]}

    def puts(told: object, **more: str) -> httpx.Response:
        return two.wallet.calls("PUT", "profile", two.token, json=told, headers=more)

    assert (200, profile) == (puts(profile).status_code, puts(profile).json())
    assert 304 == puts(profile, **tag).status_code
    for changed, named in (
        ({"email": "bob@uni.example"}, "email"),
        ({"name": "Eve"}, "name"),
        ({"id": "urn:uuid:0"}, "id"),
        ({"phone": "111-222-3333"}, "phone"),
        ({"email": None}, "email"),
        ({"type": ["Person"]}, "type"),
    ):
        answer = puts({**profile, **changed})
        assert (400, "invalid_data") == (answer.status_code, minor(answer))
        assert named in answer.json()["imsx_description"]
    for body in (b"", b"[]", b"null", b"\xff", b'{"a":' * 3000):
        answer = two.wallet.calls("PUT", "profile", two.token, content=body)
        assert (400, "invalid_data") == (answer.status_code, minor(answer))
    assert EMAIL == two.house.office.store.record_of(ADA).said("email")  # type: ignore[union-attr]


def test_the_service_is_described(reader: Reader) -> None:
    """To anybody, without a token: OpenAPI, with what wallets look for first."""
    answer = reader.wallet.browser.client.get(f"{URL}/ims/ob/v3p0/discovery")
    told = answer.json()
    assert ("*", "3.0.1") == (answer.headers["access-control-allow-origin"], told["openapi"])
    assert f"{URL}/ims/ob/v3p0" == told["servers"][0]["url"]
    assert {"title", "version", "termsOfService", "x-imssf-privacyPolicyUrl"} <= set(told["info"])
    scheme = told["components"]["securitySchemes"]["OAuth2ACG"]
    flow = scheme["flows"]["authorizationCode"]
    assert "Example University" == scheme["x-imssf-name"]
    urls = [flow[name] for name in flow if name.endswith("Url")]
    for where in (scheme["x-imssf-registrationUrl"], *urls):
        assert where.startswith(f"{URL}/")
        assert 404 != reader.wallet.browser.client.post(where).status_code
    operations = {each["operationId"] for path in told["paths"].values() for each in path.values()}
    assert {
        "getCredentials", "upsertCredential", "getProfile", "putProfile", "getServiceDescription",
    } == operations  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "status", "word"),
    [
        ("DELETE", "credentials", 405, "not_allowed"),
        ("PUT", "credentials", 405, "not_allowed"),
        ("POST", "profile", 405, "not_allowed"),
        ("POST", "discovery", 405, "not_allowed"),
        ("GET", "assertions", 404, "unknown"),
        ("GET", "", 404, "unknown"),
    ],
)
def test_what_is_not_served(reader: Reader, method: str, path: str, status: int, word: str) -> None:
    """Is said in 1EdTech's form, too."""
    answer = reader.calls(path, method)
    assert (status, word) == (answer.status_code, minor(answer))
