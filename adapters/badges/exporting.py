"""A learner's credential in the format that somebody asks for, from the one that was issued."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec

from adapters.badges import hosted, web_token
from adapters.badges.baking import png, svg
from adapters.badges.did import method_of
from adapters.badges.drawing.certificate import Attached, Certificate, pdf, qr_of
from adapters.badges.drawing.words import dates_told, words_of
from adapters.badges.gate import RECORD
from adapters.badges.jsonvalue import JsonObject, as_list, as_object, as_text, id_of
from adapters.badges.keys import KeyKind, SecretError
from adapters.badges.publication import png_of, svg_of
from adapters.badges.record import parts_of, record_of
from adapters.badges.signing import Desk, UnissuableError
from adapters.store.badges import AchievementRow, BadgeRow
from adapters.store.store import Store


class Format(StrEnum):
    """How a credential leaves."""

    JSON = "json"
    JWT = "jwt"
    PNG = "png"
    SVG = "svg"
    CLR = "clr"
    PDF = "pdf"
    OB2 = "ob2"


MEDIA_TYPES = {
    Format.JSON: "application/vc+ld+json",
    Format.JWT: "application/jwt",
    Format.PNG: "image/png",
    Format.SVG: "image/svg+xml",
    Format.CLR: "application/vc+ld+json",
    Format.PDF: "application/pdf",
    Format.OB2: "application/ld+json",
}
TEXTS = frozenset({Format.JSON, Format.JWT, Format.CLR, Format.OB2})
"""What can be shown in a terminal."""


@dataclass(frozen=True, slots=True)
class Exporter:
    """
    Gives credentials in formats.

    Attributes:
        store: What was issued, and who to.
        desk: What to sign with.
        now: The machine's clock.
    """

    store: Store
    desk: Desk
    now: datetime

    def exported(self, badge: BadgeRow, asked: Format) -> bytes:
        """
        Give a credential in a format.

        Raises:
            UnissuableError: It can't be given in this format, for the reason given.
            DrawingError: It can't be drawn.
        """
        document = msgspec.json.decode(badge.document, type=JsonObject)
        match asked:
            case Format.JSON:
                return badge.document
            case Format.JWT:
                return self._token(document).encode()
            case Format.PNG:
                return png.baked(png_of(self._achievement(badge)), _ascii(document))
            case Format.SVG:
                return svg.baked(svg_of(self._achievement(badge)), _ascii(document)).encode()
            case Format.CLR:
                bare = record_of(badge, parts_of(self.store.badges, badge))
                return msgspec.json.encode(self.desk.sign(bare, self.now, RECORD))
            case Format.PDF:
                return self._paper(badge, document)
            case Format.OB2:
                return self._hosted(document)

    def _achievement(self, badge: BadgeRow) -> AchievementRow:
        found = self.store.badges.achievement(badge.achievement)
        if found is None:
            raise UnissuableError("what was awarded is not in the database any more")
        return found

    def _token(self, document: JsonObject) -> str:
        bare = {name: value for name, value in document.items() if name != "proof"}
        key = self.desk.key(KeyKind.RS256)
        issuer = id_of(document.get("issuer"))
        # Without a server nobody could look the key up: then it travels with the token.
        method = method_of(issuer, key.public) if issuer == self.desk.issuer.did else ""
        try:
            return web_token.issued(bare, key.public, method, self.desk.signer)
        except SecretError as error:
            raise UnissuableError(str(error)) from None

    def _hosted(self, document: JsonObject) -> bytes:
        if not self.desk.issuer.public_url:
            raise UnissuableError(
                "an Open Badge 2.0 is genuine by where it lies, and there is no public address: "
                "set [web] public_url"
            )
        found = hosted.assertion(self.desk.issuer, document)
        if found is None:
            raise UnissuableError(
                "an Open Badge 2.0 names its recipient by an e-mail address, and none is known"
            )
        return msgspec.json.encode(found)

    def _paper(self, badge: BadgeRow, document: JsonObject) -> bytes:
        subject = as_object(document.get("credentialSubject"))
        achievement = as_object(subject.get("achievement"))
        language = as_text(achievement.get("inLanguage")) or "en"
        record = self.store.record_of(badge.learner)
        until = as_text(document.get("validUntil"))
        address = badge.id if self.desk.issuer.public_url else ""
        evidence = [as_object(each) for each in as_list(document.get("evidence"))]
        certificate = Certificate(
            title=as_text(achievement.get("name")),
            describes=as_text(achievement.get("description")),
            issuer=as_text(as_object(document.get("issuer")).get("name")),
            learner=(record.said("name") if record else "") or badge.learner,
            dates=dates_told(
                language,
                datetime.fromisoformat(as_text(document.get("awardedDate"))),
                datetime.fromisoformat(until) if until else None,
            ),
            counts=", ".join(map(as_text, as_list(achievement.get("tag")))),
            criteria=_lines(as_object(achievement.get("criteria"))),
            evidence=tuple(
                as_text(each.get("narrative")) or as_text(each.get("name")) for each in evidence
            ),
            address=address,
            qr=qr_of(address) if address else "",
            language=language.partition("-")[0],
            words=words_of(language),
        )
        drawn = svg_of(self._achievement(badge))
        return pdf(certificate, Attached(badge.document, drawn), self.now)


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


def _ascii(document: JsonObject) -> str:
    return json.dumps(document, ensure_ascii=True, separators=(",", ":"))
