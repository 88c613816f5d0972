"""Pages for people: who sees what, in which form, and how nobody sees more."""

import html
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from adapters.showing.tickets import Ticket, Tickets
from adapters.showing.words import WORDS, wished
from adapters.web.accepted import preferred
from adapters.web.people_route import OFFERS, PAGE
from tests.adapters.badges.case import ADA, BOB, EMAIL, URL
from tests.adapters.badges.test_independent import milepost
from tests.adapters.serve.service_process import Service

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "en"}


def browser(service: Service) -> httpx.Client:
    """Give a browser; what it gets from the public address comes from the service."""

    def over_http(request: httpx.Request) -> None:
        # The session's cookie is for https, which a proxy before the service speaks.
        if session := jar.get("milepost_session"):
            request.headers["Cookie"] = f"milepost_session={session}"

    def remember(response: httpx.Response) -> None:
        jar.update(response.cookies)

    jar: dict[str, str] = {}
    client = httpx.Client(
        base_url=service.address,
        headers=BROWSER,
        event_hooks={"request": [over_http], "response": [remember]},
        timeout=30,
    )
    service.clients.append(client)
    return client


def entered(service: Service, folder: Path, learner: str) -> httpx.Client:
    """Give a browser in which a learner has followed her log-in link."""
    link = milepost(folder, "login-link", learner).strip()
    assert link.startswith(f"{URL}/me/enter?ticket=")
    client = browser(service)
    answer = client.get(link.removeprefix(URL))
    assert (303, "/me") == (answer.status_code, answer.headers["location"])
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "secure", "samesite=lax", "path=/me"))
    return client


def published(
    service: Service, folder: Path, credential: str = "sampler", learner: str = ADA
) -> str:
    """Make a learner's credential public; give its path."""
    assert service.address
    milepost(folder, "credential", "publish", learner, credential)
    shown = json.loads(milepost(folder, "credential", "show", learner, credential, "--json"))
    return str(shown["id"]).removeprefix(URL)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", PAGE),
        ("*/*", PAGE),
        ("text/html,application/xhtml+xml,*/*;q=0.8", PAGE),
        ("application/vc", "json"),
        ("application/json", "json"),
        ("application/vc+ld+json, application/json;q=0.5", "json"),
        ("text/html;q=0.2, application/json", "json"),
        ("application/json;q=0.2, text/html", PAGE),
        ("application/vc+jwt", "jwt"),
        ("image/png", PAGE),
        ("application/json;q=x", PAGE),
    ],
)
def test_who_reads_and_who_verifies_is_told_apart(accept: str, expected: str) -> None:
    """A browser gets the page, a verifier the credential, and whoever takes anything the page."""
    assert expected == preferred(accept, OFFERS, PAGE)[0]


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [("", "en"), ("de-AT,de;q=0.9,en;q=0.8", "de"), ("pt;q=0.9, fr;q=0.5", "fr"), ("x;q=y", "en")],
)
def test_a_page_is_in_the_reader_s_language(wishes: str, expected: str) -> None:
    """The first of a browser's wishes in which there are words."""
    assert expected == wished(wishes)


def test_every_language_has_every_word() -> None:
    """No page is half translated."""
    for words in WORDS.values():
        assert WORDS["en"].checks.keys() == words.checks.keys()
        assert all(getattr(words, name) for name in words.__struct_fields__)


def test_an_employer_reads_what_was_achieved(service: Service, tmp_path: Path) -> None:
    """One address: a page with everything checked, the same as JSON, and nobody's name on it."""
    client = browser(service)
    path = published(service, tmp_path)
    page = client.get(path)
    assert 200 == page.status_code
    text = html.unescape(re.sub(r"<[^>]+>", " ", page.text))
    for told in (
        "Genuine, and good today", "Issued by Example University", "valid until",
        "Sampling: proficient or better", "Sampling quiz: at least 60%", "EQF level 6",
        "Sampling quiz: 80% (asked for: 60%)", "2 ECTS",
    ):  # fmt: skip
        assert told in re.sub(r"\s+", " ", text), told
    for meta in ('property="og:title" content="Sampler"', "image.png", 'content="noindex"'):
        assert meta in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for private in ("Ada", EMAIL, "lms.uni.example", "quiz:1"):
        assert private not in page.text
    for accept in ("application/vc", "application/json"):
        found = client.get(path, headers={"Accept": accept})
        assert f"{URL}{path}" == found.json()["id"]
        assert accept == found.headers["content-type"].partition(";")[0]
    picture = re.search(r'property="og:image" content="([^"]+)"', page.text)
    assert picture is not None
    drawn = client.get(picture[1])
    assert (200, "image/png") == (drawn.status_code, drawn.headers["content-type"])


def test_whose_it_is_is_told_to_who_knows_her(service: Service, tmp_path: Path) -> None:
    """An address that is right is confirmed; another one is not."""
    client = browser(service)
    path = published(service, tmp_path)
    yes = client.post(path, data={"email": EMAIL})
    assert f"Yes: it was issued to {EMAIL}." in html.unescape(yes.text)
    no = client.post(path, data={"email": "eve@uni.example"})
    assert "No: it was not issued to eve@uni.example." in html.unescape(no.text)
    assert "Genuine, and good today" in no.text
    odd = client.post(path, data={"email": "<script>alert(1)</script>"})
    assert "<script" not in odd.text


def test_what_is_taken_back_says_so(service: Service, tmp_path: Path) -> None:
    """The page of a revoked credential is there, and tells that it is."""
    client = browser(service)
    path = published(service, tmp_path)
    milepost(tmp_path, "credential", "revoke", ADA, "sampler", "--reason", "not her own work")
    page = client.get(path)
    assert "Not to be relied on" in page.text
    assert "its issuer has revoked or suspended it" in page.text


def test_nothing_is_shown_that_is_not_public(service: Service, tmp_path: Path) -> None:
    """A private credential, a made-up one and an odd format answer the same, without a hint."""
    client = browser(service)
    path = published(service, tmp_path)
    milepost(tmp_path, "credential", "publish", ADA, "sampler", "--withdraw")
    answers = [
        client.request(method, where)
        for method in ("GET", "HEAD", "POST")
        for where in (path, "/credentials/480fee0b-7be9-4b9b-83b5-b900d333c5c9", f"{path}?format=x")
    ]
    assert {404} == {answer.status_code for answer in answers}
    assert 2 == len({answer.text for answer in answers})


def test_anybody_verifies_anything(service: Service, tmp_path: Path) -> None:
    """A file or an address; a plain verdict with every check, and no private address asked."""
    client = browser(service)
    for form in ("json", "png", "pdf"):
        file = tmp_path / f"ada.{form}"
        milepost(tmp_path, "credential", "export", ADA, "cleaner", "--format", form,
                 "--out", str(file))  # fmt: skip
        page = client.post("/verify", files={"file": (file.name, file.read_bytes())})
        assert 200 == page.status_code
        assert "Genuine, and good today" in page.text
        assert "Cleaner" in page.text
    changed = (tmp_path / "ada.json").read_text().replace("Cleaner", "Doctor")
    page = client.post("/verify", files={"file": ("x.json", changed)})
    assert "Not to be relied on" in page.text
    for url in ("http://127.0.0.1:1/", "https://localhost/", "https://10.0.0.1/", "ftp://x/"):
        page = client.post("/verify", data={"url": url})
        assert 400 == page.status_code
        assert 'role="alert"' in page.text
    assert 400 == client.post("/verify", data={}).status_code
    assert 200 == client.get("/verify").status_code
    large = client.post("/verify", files={"file": ("x", b"x" * (9 * 1024 * 1024))})
    assert 413 == large.status_code


def test_a_catalogue_says_what_it_takes(service: Service) -> None:
    """All live credentials and pathways; searched by words; as linked data too."""
    client = browser(service)
    page = client.get("/catalogue")
    for title in ("Sampler", "Cleaner", "Analyst", "To analyse"):
        assert title in page.text
    assert "Cleaner" not in client.get("/catalogue", params={"q": "Sampling quiz"}).text
    assert "Nothing has these words." in client.get("/catalogue", params={"q": "zebra"}).text
    one = client.get("/catalogue/p/sampler").text
    assert "after 3 years from the award" in one or "3 years from the award" in one
    linked = re.search(r'<script type="application/ld\+json">(.*?)</script>', one, re.DOTALL)
    assert linked is not None
    document = json.loads(linked[1])
    assert ("EducationalOccupationalCredential", "Sampler", f"{URL}/catalogue/p/sampler") == (
        document["@type"],
        document["name"],
        document["url"],
    )
    assert "Sampling quiz: at least 60%" in document["competencyRequired"]
    pathway = client.get("/catalogue/pathways/p/analysing").text
    assert "Leads to Analyst" in pathway
    assert "Cleaning lab: completed (optional)" in pathway
    assert 404 == client.get("/catalogue/p/none").status_code


def test_a_learner_sees_her_own_and_shares_it(service: Service, tmp_path: Path) -> None:
    """Through her link: what she holds; she makes one public, shares it, and takes it back."""
    client = entered(service, tmp_path, ADA)
    page = client.get("/me")
    assert "no-store" == page.headers["cache-control"]
    for told in ("Ada", "Sampler", "Cleaner", "Analyst", "Only you can see it.", "proficient"):
        assert told in page.text
    name = re.search(r'id="c-([0-9a-f-]{36})"', page.text)
    proof = re.search(r'name="proof" value="([^"]+)"', page.text)
    assert name is not None
    assert proof is not None
    stranger = browser(service)
    assert 404 == stranger.get(f"/credentials/{name[1]}").status_code
    answer = client.post(f"/me/{name[1]}", data={"proof": proof[1], "public": "yes"})
    assert 303 == answer.status_code
    assert 200 == stranger.get(f"/credentials/{name[1]}").status_code
    page = client.get("/me")
    assert "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME" in page.text
    assert "data:image/svg+xml;base64," in page.text
    embed = re.search(r"<textarea readonly[^>]*>(.*?)</textarea>", page.text, re.DOTALL)
    assert embed is not None
    shown = html.unescape(embed[1])
    assert f'<a href="{URL}/credentials/{name[1]}"><img src="{URL}/achievements/' in shown
    client.post(f"/me/{name[1]}", data={"proof": proof[1], "public": "no"})
    assert 404 == stranger.get(f"/credentials/{name[1]}").status_code
    for form, begins in (("json", b"{"), ("pdf", b"%PDF"), ("png", b"\x89PNG"), ("jwt", b"ey")):
        found = client.get(f"/me/{name[1]}", params={"format": form})
        assert found.content.startswith(begins), form


def test_a_badge_that_no_rule_counts_is_told_so(service: Service, tmp_path: Path) -> None:
    """She brings a file, and reads on her page what became of it."""
    client = entered(service, tmp_path, ADA)
    proof = re.search(r'name="proof" value="([^"]+)"', client.get("/me").text)
    assert proof is not None
    file = tmp_path / "ada.json"
    milepost(tmp_path, "credential", "export", ADA, "cleaner", "--out", str(file))
    for data, told in (
        (file.read_bytes(), "no rule counts it."),
        (b"nothing", "it is no JSON"),
    ):
        page = client.post("/me/bring", data={"proof": proof[1]}, files={"file": ("x", data)})
        assert 200 == page.status_code
        assert told in html.unescape(page.text)
    assert 401 == client.post("/me/bring", files={"file": ("x", b"x")}).status_code


def test_nobody_does_anything_in_her_name(service: Service, tmp_path: Path) -> None:
    """Not without a session, not from another site's form, not with another's session."""
    ada, bob = entered(service, tmp_path, ADA), entered(service, tmp_path, BOB)
    found = re.search(r'id="c-([0-9a-f-]{36})"', ada.get("/me").text)
    assert found is not None
    name = found[1]
    proof = re.search(r'name="proof" value="([^"]+)"', bob.get("/me").text)
    assert proof is not None
    tries = (
        (browser(service), {"public": "yes"}),
        (ada, {"public": "yes"}),
        (ada, {"public": "yes", "proof": proof[1]}),
        (bob, {"public": "yes", "proof": proof[1]}),
    )
    for client, form in tries:
        assert 401 == client.post(f"/me/{name}", data=form).status_code
    assert 404 == bob.get(f"/me/{name}", params={"format": "json"}).status_code
    assert 404 == browser(service).get(f"/me/{name}", params={"format": "json"}).status_code
    assert 403 == browser(service).get("/me").status_code
    assert 403 == browser(service).get("/me/enter", params={"ticket": "x.y"}).status_code
    assert 401 == ada.post("/me/leave", data={}).status_code


def test_she_reads_why_something_was_taken_back(service: Service, tmp_path: Path) -> None:
    """A revoked credential is on her page, with the reason that a person gave, and not to share."""
    milepost(tmp_path, "credential", "revoke", ADA, "cleaner", "--reason", "not her own work")
    page = entered(service, tmp_path, ADA).get("/me").text
    assert "taken back" in page
    assert "not her own work" in page


def test_who_has_begun_sees_what_is_missing(service: Service, tmp_path: Path) -> None:
    """In her own language: what is missing for the next credential, and how far the pathway is."""
    page = entered(service, tmp_path, BOB).get("/me").text
    text = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))
    assert "Meine Nachweise" in text
    assert "Was als Nächstes kommt" in text
    assert "Sampler" in text
    assert "To analyse" in text
    assert '<html lang="de">' in page


def test_who_logs_out_is_out(service: Service, tmp_path: Path) -> None:
    """The session's cookie is taken away."""
    client = entered(service, tmp_path, ADA)
    proof = re.search(r'name="proof" value="([^"]+)"', client.get("/me").text)
    assert proof is not None
    answer = client.post("/me/leave", data={"proof": proof[1]})
    assert "You are logged out." in answer.text
    assert "max-age=0" in answer.headers["set-cookie"].lower()


NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_ticket_is_of_one_kind_and_one_time() -> None:
    """Neither a link for a session, nor one that is too old, nor one that somebody else signed."""
    tickets = Tickets("a secret", lambda: NOW)
    link = tickets.give(Ticket.LINK, "ada", timedelta(hours=1))
    assert "ada" == tickets.learner(Ticket.LINK, link)
    assert tickets.learner(Ticket.SESSION, link) is None
    later = Tickets("a secret", lambda: NOW + timedelta(hours=1))
    assert later.learner(Ticket.LINK, link) is None
    assert Tickets("another", lambda: NOW).learner(Ticket.LINK, link) is None
    assert Tickets("", lambda: NOW).learner(Ticket.LINK, link) is None
    assert tickets.learner(Ticket.LINK, f"{link}x") is None


def test_evidence_that_a_person_named_can_be_followed(service: Service, tmp_path: Path) -> None:
    """An address is a link that no search engine counts; a part of ours may be private."""
    page = "https://lab.example/bob?year=2025&all"
    profile = {"id": "b", "learner": BOB, "is": "profile", "fields": {"name": "Bob"}}
    assert 200 == service.client().post("/events", json=profile).status_code
    milepost(tmp_path, "credential", "award", BOB, "analyst", "--reason", "Done at work",
             "--by", "Dr Kay", "--evidence", page)  # fmt: skip
    path = published(service, tmp_path, "analyst", BOB)
    shown = browser(service).get(path).text

    assert f'<a href="{html.escape(page)}" rel="noopener nofollow ugc">' in shown
    assert "Awarded by Dr Kay, and not by rule: Done at work" in shown
    assert [] == re.findall(r'<a href="[^"]*/credentials/[^"]*" rel="noopener nofollow ugc"', shown)
