"""Signing in bulk gives what signing one by one does, letter for letter, whatever stands in it."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.badges import template
from adapters.badges.jsonvalue import JsonObject, as_list, as_object
from adapters.badges.linked_data import LinkedDataError, canonical
from adapters.badges.template import MARK, TemplateError, canonical_in_bulk
from tests.adapters.badges.case import ADA, House
from tests.adapters.badges.test_linked_data import document

TEXTS = st.text(max_size=20) | st.sampled_from([MARK, "slot", '\\"\n\r\t', "\x07\x7f", "é 中 🦉"])
IDS = st.sampled_from(["urn:uuid:7", "https://x.example/a?b=c#d", "urn:uuid:1"])


def of_shape(name: str, describes: str, own: str, evidence: list[tuple[str, str]]) -> JsonObject:
    """Give a credential of which these texts differ from others."""
    told = [{"id": where, "type": ["Evidence"], "narrative": text} for where, text in evidence]
    more: JsonObject = {"evidence": told} if told else {}
    return document(id=own, name=name, description=describes, **more)


@given(TEXTS, TEXTS, IDS, st.lists(st.tuples(IDS, TEXTS), max_size=3))
def test_the_quick_way_is_the_plain_one(
    name: str, describes: str, own: str, evidence: list[tuple[str, str]]
) -> None:
    """Whatever texts and addresses stand in the slots, equal ones among them."""
    made = of_shape(name, describes, own, evidence)
    assert canonical(made) == canonical_in_bulk(made)


def test_the_badges_of_a_batch_are_of_one_shape(small_house: House) -> None:
    """Two learners' credentials share a template, and each has its own statements."""
    small_house.earns_all()
    small_house.earns_all("https://lms.uni.example|eve")
    template._uses.clear()  # noqa: SLF001 - how often each was used is what is asked
    for learner in (ADA, "https://lms.uni.example|eve"):
        badge = small_house.office.registrar.badge(learner, "cleaner")
        bare = msgspec.json.decode(badge.document, type=JsonObject)
        bare.pop("proof")
        assert canonical(bare) == canonical_in_bulk(bare)
    assert 1 == len(template._uses)  # noqa: SLF001 - as above


def test_what_is_undefined_is_refused_the_quick_way_too() -> None:
    """A shape with a term that no context defines is not signed."""
    with pytest.raises(LinkedDataError, match="no context defines colour"):
        canonical_in_bulk(document(colour="red"))
    with pytest.raises(LinkedDataError, match="the id abc is not a whole address"):
        canonical_in_bulk(document(id="abc"))


def test_a_difference_stops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should the two ways ever differ, nothing is signed."""
    monkeypatch.setattr(template, "canonical", lambda _document: b"something else")
    template._uses.clear()  # noqa: SLF001 - the next use is a first one
    with pytest.raises(TemplateError, match="different statements"):
        canonical_in_bulk(document(name="x"))


def test_a_proof_in_the_document_is_no_slot(small_house: House) -> None:
    """Its words are terms that a context defines, so such a document goes the plain way."""
    small_house.earns_all()
    badge = small_house.office.registrar.badge(ADA, "cleaner")
    whole = msgspec.json.decode(badge.document, type=JsonObject)
    assert as_object(as_list(whole["proof"])[0])
    assert canonical(whole) == canonical_in_bulk(whole)
