"""A learner's credential in the format that somebody asks for, from the one that was issued."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec

from adapters.badges import hosted, web_token
from adapters.badges.baking import png, svg
from adapters.badges.did import method_of
from adapters.badges.drawing.certificate import Attached, pdf
from adapters.badges.drawing.picture import DrawingError
from adapters.badges.gate import RECORD
from adapters.badges.jsonvalue import JsonObject, id_of
from adapters.badges.keys import KeyKind, SecretError
from adapters.badges.paper import Looks, Told, certificate_of
from adapters.badges.publication import png_of, svg_of
from adapters.badges.record import parts_of, record_of
from adapters.badges.signing import Desk, UnissuableError
from adapters.store.badges import AchievementRow, BadgeRow
from adapters.store.store import Store

log = logging.getLogger("milepost.badges")


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
        looks: Gives how the certificate of a badge looks.
    """

    store: Store
    desk: Desk
    now: datetime
    looks: Callable[[BadgeRow], Looks]

    def exported(self, badge: BadgeRow, asked: Format, language: str = "") -> bytes:
        """
        Give a credential in a format.

        Args:
            badge: The credential.
            asked: The format.
            language: Of a certificate's own words; "" for that of the credential.

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
                return self._paper(badge, document, language)
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

    def _paper(self, badge: BadgeRow, document: JsonObject, language: str) -> bytes:
        record = self.store.record_of(badge.learner)
        told = Told(
            learner=(record.said("name") if record else "") or badge.learner,
            address=badge.id if self.desk.issuer.public_url else "",
            language=language,
        )
        attached = Attached(badge.document, svg_of(self._achievement(badge)))
        looks = self.looks(badge)
        if looks.design is not None:
            try:
                own = certificate_of(document, told, looks)
                return pdf(own, attached, self.now, looks.paper)
            except DrawingError as error:
                # She gets one all the same; whoever wrote the template reads why here.
                log.warning("%s of %s: %s", badge.credential, badge.learner, error)
        return pdf(certificate_of(document, told, Looks(zone=looks.zone)), attached, self.now)


def _ascii(document: JsonObject) -> str:
    return json.dumps(document, ensure_ascii=True, separators=(",", ":"))
