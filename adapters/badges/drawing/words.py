"""The words that stand on a certificate, in the languages that learners are told in."""

# ruff: noqa: RUF001 - French is written with its own apostrophe

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from notifications.wording import base_language, wording


class Words(msgspec.Struct, frozen=True):
    """The words of a certificate in one language."""

    awarded: str
    on: str
    until: str
    criteria: str
    evidence: str
    check: str
    attached: str


def words_of(language: str) -> Words:
    """Give the words of a language such as `de` or `pt-BR`; English for one that is not there."""
    return WORDS.get(base_language(language), WORDS["en"])


def last_moment(until: str) -> datetime | None:
    """Give the last moment at which a credential is good that says until when, None for ever."""
    return datetime.fromisoformat(until) - timedelta(seconds=1) if until else None


def dates_told(language: str, awarded: datetime, until: datetime | None) -> str:
    """Say when something was awarded, and until when it is good."""
    words, shown = words_of(language), wording(language)
    told = words.on.format(day=shown.show_day(awarded))
    return told if until is None else f"{told}, {words.until.format(day=shown.show_day(until))}"


WORDS: Mapping[str, Words] = {
    "en": Words(
        awarded="is awarded to",
        on="Awarded on {day}",
        until="valid until {day}",
        criteria="What it took",
        evidence="Evidence",
        check="Whether it is genuine and still good can be checked by any verifier of Open Badges: "
        "the signed credential is attached to this file.",
        attached="The signed credential",
    ),
    "de": Words(
        awarded="wird verliehen an",
        on="Verliehen am {day}",
        until="gültig bis {day}",
        criteria="Was dafür nötig war",
        evidence="Nachweise",
        check="Ob dieser Nachweis echt ist und noch gilt, kann jedes Prüfprogramm für Open Badges "
        "feststellen: Der signierte Nachweis ist dieser Datei beigefügt.",
        attached="Der signierte Nachweis",
    ),
    "es": Words(
        awarded="se otorga a",
        on="Otorgado el {day}",
        until="válido hasta el {day}",
        criteria="Qué se exigió",
        evidence="Evidencias",
        check="Cualquier verificador de Open Badges puede comprobar si es auténtico y sigue "
        "vigente: la credencial firmada va adjunta a este archivo.",
        attached="La credencial firmada",
    ),
    "fr": Words(
        awarded="est décerné à",
        on="Décerné le {day}",
        until="valable jusqu’au {day}",
        criteria="Ce qui était demandé",
        evidence="Preuves",
        check="Tout vérificateur d’Open Badges peut dire si ce document est authentique et "
        "toujours valable : l’attestation signée est jointe à ce fichier.",
        attached="L’attestation signée",
    ),
}
