"""The words about who endorses a credential, in the languages of the pages."""

# ruff: noqa: RUF001 - French is written with its own apostrophe

from collections.abc import Mapping

import msgspec

from notifications.wording import base_language


class EndorsingWords(msgspec.Struct, frozen=True):
    """
    The words of one language.

    Attributes:
        heading: Over all who do.
        of: What is endorsed, by `Endorsed.of`.
        good: Said of one that counts.
        of_key: Said where a key alone stands behind the name.
        bad: Said of one that does not.
    """

    heading: str
    of: Mapping[str, str]
    good: str
    of_key: str
    bad: str


def endorsing_words_of(language: str) -> EndorsingWords:
    """Give the words of a language such as `de` or `pt-BR`; English for one without."""
    return ENDORSING.get(base_language(language), ENDORSING["en"])


ENDORSING: Mapping[str, EndorsingWords] = {
    "en": EndorsingWords(
        heading="Who endorses it",
        of={
            "achievement": "endorses what was achieved",
            "issuer": "endorses the issuer",
            "credential": "endorses this credential",
        },
        good="Signed by them, and good today.",
        of_key="The name is their own: behind it stands a key, and no web address.",
        bad="It does not count:",
    ),
    "de": EndorsingWords(
        heading="Wer sich dafür ausspricht",
        of={
            "achievement": "spricht sich für diese Leistung aus",
            "issuer": "spricht sich für die ausstellende Stelle aus",
            "credential": "spricht sich für diesen Nachweis aus",
        },
        good="Selbst unterschrieben und heute gültig.",
        of_key="Der Name ist ihre eigene Angabe: Dahinter steht ein Schlüssel, keine Webadresse.",
        bad="Es zählt nicht:",
    ),
    "es": EndorsingWords(
        heading="Quién la avala",
        of={
            "achievement": "avala este logro",
            "issuer": "avala a la entidad emisora",
            "credential": "avala esta credencial",
        },
        good="Firmado por quien avala, y válido hoy.",
        of_key="El nombre lo dice quien avala: lo respalda una clave, no una dirección web.",
        bad="Este aval no cuenta:",
    ),
    "fr": EndorsingWords(
        heading="Qui la recommande",
        of={
            "achievement": "recommande cet acquis",
            "issuer": "recommande l’émetteur",
            "credential": "recommande cette attestation",
        },
        good="Signé par ses soins, et valable aujourd’hui.",
        of_key="Le nom est celui qu’il se donne : une clé le soutient, pas une adresse web.",
        bad="Cette recommandation ne compte pas :",
    ),
}
