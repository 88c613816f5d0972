"""A signed credential as what stands on a certificate, looking as its author wants it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from msgspec.structs import replace

from adapters.badges.drawing.certificate import COLOUR, Certificate, Paper, qr_of
from adapters.badges.drawing.words import dates_told, last_moment, words_of
from adapters.badges.evidence import told as evidence_told
from adapters.badges.jsonvalue import JsonObject, as_list, as_object, as_text
from engine.design import Design


@dataclass(frozen=True, slots=True)
class Looks:
    """
    How certificates look.

    Attributes:
        design: As an author wants it, None for our own way.
        files: All that this needs.
        zone: On whose clock days are written: the pack's.
    """

    design: Design | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    zone: tzinfo = UTC

    @property
    def paper(self) -> Paper:
        """Give what it is drawn with."""
        template = self.design.template if self.design else None
        return Paper(template.name if template else "", self.files)


PLAIN = Looks()


@dataclass(frozen=True, slots=True)
class Told:
    """
    What a certificate says that its credential does not.

    Attributes:
        learner: Her name.
        address: Where it is checked, "" where there is no server.
        language: Of its own words; "" for that of the achievement.
        preview: What is written across it.
    """

    learner: str
    address: str = ""
    language: str = ""
    preview: str = ""


def certificate_of(document: JsonObject, told: Told, looks: Looks = PLAIN) -> Certificate:
    """
    Give what stands on the certificate of a credential.

    Args:
        document: The credential.
        told: What it does not say.
        looks: How it looks.
    """
    achievement = as_object(as_object(document.get("credentialSubject")).get("achievement"))
    language = told.language or as_text(achievement.get("inLanguage")) or "en"
    evidence = [as_object(each) for each in as_list(document.get("evidence"))]
    last = last_moment(as_text(document.get("validUntil")))
    plain = Certificate(
        title=as_text(achievement.get("name")),
        describes=as_text(achievement.get("description")),
        issuer=as_text(as_object(document.get("issuer")).get("name")),
        learner=told.learner,
        dates=dates_told(
            language,
            datetime.fromisoformat(as_text(document.get("awardedDate"))).astimezone(looks.zone),
            None if last is None else last.astimezone(looks.zone),
        ),
        counts=", ".join(map(as_text, as_list(achievement.get("tag")))),
        criteria=_lines(as_object(achievement.get("criteria"))),
        evidence=tuple(map(evidence_told, evidence)),
        address=told.address,
        qr=qr_of(told.address) if told.address else "",
        language=language.partition("-")[0],
        words=words_of(language),
        preview=told.preview,
    )
    design = looks.design
    if design is None:
        return plain
    awarded = design.awarded.said(language)
    logo = design.logo.name if design.logo else ""
    return replace(
        plain,
        words=replace(plain.words, awarded=awarded) if awarded else plain.words,
        own=True,
        paper=design.paper,
        colour=design.colour or COLOUR,
        logo=logo if logo in looks.files else "",
        signed_by=design.signed_by,
        statement=design.statement.said(language),
    )


def _lines(criteria: JsonObject) -> tuple[str, ...]:
    """Give criteria a line each; what stands under one goes behind it."""
    found: list[str] = []
    for line in as_text(criteria.get("narrative")).splitlines():
        text = line.strip().removeprefix("- ")
        if line.startswith(" ") and found:
            found[-1] += f"{'' if found[-1].endswith(':') else ';'} {text}"
        else:
            found.append(text)
    return tuple(found)
