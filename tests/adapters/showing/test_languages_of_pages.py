"""What can be earned is told in the reader's language, with links to it in others."""

import re
from pathlib import Path

import pytest

from adapters.showing.words import wishes_in
from tests.adapters.badges.case import ADA, URL
from tests.adapters.badges.test_independent import milepost
from tests.adapters.badges.test_languages import SPANISH
from tests.adapters.serve.service_process import Service
from tests.adapters.showing.test_pages import browser, entered, published

PATHWAY = """\
    pathways:
      analysing: {title: Analizar, describes: De la primera muestra a una respuesta.}
"""


@pytest.fixture
def speaking(service: Service, tmp_path: Path) -> Service:
    """Give a service whose pack is told in Spanish too."""
    (tmp_path / "packs" / "p" / "es.yaml").write_text(SPANISH + PATHWAY)
    client = browser(service)

    def is_told() -> bool:
        return "Muestreador" in client.get("/catalogue/p/sampler?lang=es").text

    service.wait_for(is_told, "Spanish")
    return service


def test_the_catalogue_speaks_the_reader_s_language(speaking: Service) -> None:
    """As the browser wishes, or as an address asks; who wishes for neither gets the pack's."""
    client = browser(speaking)
    page = client.get("/catalogue", headers={"Accept-Language": "es-MX,en;q=0.5"}).text
    assert '<html lang="es">' in page
    assert "Muestreador" in page
    assert "Sabe reparar registros defectuosos." in page
    assert "De la primera muestra a una respuesta." in page
    page = client.get("/catalogue", headers={"Accept-Language": "de"}).text
    assert '<html lang="de">' in page
    assert '<article class="card" lang="en">' in page
    found = client.get("/catalogue?q=muestreador", headers={"Accept-Language": "en"}).text
    assert "/catalogue/p/sampler" in found
    assert "/catalogue/p/cleaner" not in found


def test_an_entry_links_to_its_other_languages(speaking: Service) -> None:
    """For people and for machines, each by an address of its own."""
    client = browser(speaking)
    spanish = client.get("/catalogue/p/sampler?lang=es").text
    assert "Cuestionario de muestreo: al menos 60\N{NO-BREAK SPACE}%" in spanish
    for tag, query in (("x-default", ""), ("es", "?lang=es"), ("en", "?lang=en")):
        href = f"{URL}/catalogue/p/sampler{query}"
        assert f'<link rel="alternate" hreflang="{tag}" href="{href}">' in spanish
    assert '<a href="/catalogue/p/sampler?lang=en" hreflang="en" lang="en">Sampler</a>' in spanish
    (own,) = re.findall(rf"<code>{URL}(/achievements/\S+)</code>", spanish)
    speaking.wait_for(lambda: client.get(own).is_success, "the Spanish achievement")
    told = client.get(own).json()
    assert ("es", "Muestreador") == (told["inLanguage"], told["name"])
    (english,) = told["related"]
    assert "en" == english["inLanguage"]
    other = client.get(english["id"].removeprefix(URL)).json()
    assert [f"{URL}{own}"] == [each["id"] for each in other["related"]]


def test_a_learner_s_page_and_her_credential_speak_hers(speaking: Service, tmp_path: Path) -> None:
    """What she has is in her language once she says which; the public page is marked with it."""
    event = {"id": "es", "time": "2026-03-03T09:00:00Z", "learner": ADA, "is": "profile"}
    client = speaking.client()
    answer = client.post("/events", json={**event, "fields": {"language": "es"}})
    assert 200 == answer.status_code
    milepost(tmp_path, "credential", "reissue", ADA, "sampler")
    path = published(speaking, tmp_path)
    page = browser(speaking).get(path).text
    assert '<h1 lang="es">Muestreador</h1>' in page
    assert "Cuestionario de muestreo" in page
    mine = entered(speaking, tmp_path, ADA).get("/me").text
    assert "Muestreador" in mine
    assert "Muestreo" in mine


def test_a_pathway_is_told_in_another_language_too(speaking: Service) -> None:
    """With its steps in words, and a link to the first language."""
    page = browser(speaking).get("/catalogue/pathways/p/analysing?lang=es").text
    assert "<h1>Analizar</h1>" in page
    assert "Muestreador" in page
    assert '?lang=en" hreflang="en" lang="en">To analyse</a>' in page


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("", ()),
        ("es", ("es",)),
        ("en;q=0.5,es-MX,de;q=0.9", ("es-MX", "de", "en")),
        ("es,fr;q=x,*;q=0.1", ("es", "*")),
    ],
)
def test_wishes_are_read_in_their_order(said: str, expected: tuple[str, ...]) -> None:
    """The dearest first; what can't be read is left out."""
    assert expected == wishes_in(said)
