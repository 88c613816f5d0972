"""
What an issuer publishes: its DID document and keys, status lists, achievements, credentials.

Everything but a credential is open, as verifiers need it. A credential is shown when its learner
has made it public, and else it is as if there were none.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

import msgspec

from adapters.badges import did, hosted
from adapters.badges.did import method_of
from adapters.badges.drawing.own import own_png, own_svg
from adapters.badges.drawing.picture import Face, png, svg
from adapters.badges.issuer import Issuer
from adapters.badges.jsonvalue import JsonObject, as_list, as_object, as_text
from adapters.badges.keys import KeyKind
from adapters.badges.proof import signed
from adapters.badges.signing import Desk, UnissuableError
from adapters.badges.status_list import Purpose, list_credential
from adapters.store.badges import AchievementRow, BadgeRow, Badges

GOOD_FOR = timedelta(days=7)
"""How long a status list is good; a new one is signed each hour, and on every change."""

DOCUMENT = "application/did+json"
CREDENTIAL = "application/vc+ld+json"
JSON = "application/json"
KEYS = "application/jwk-set+json"
AS_SVG = "/image.svg"
PICTURES = {AS_SVG: "image/svg+xml", "/image.png": "image/png"}
"""How an achievement's picture ends its address, and what it is."""
LINKED = "application/ld+json"
SHORT = 300
LONG = 86_400
OK, GONE = 200, 410


@dataclass(frozen=True, slots=True)
class Published:
    """
    Something that anybody may read.

    Attributes:
        media_type: What it is.
        seconds: How long others may keep it.
        status: Of HTTP: OK, or GONE for what was taken back.
    """

    body: bytes
    media_type: str
    seconds: int = SHORT
    status: int = OK

    @property
    def tag(self) -> str:
        """Give what tells it from another version of itself."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'


class Publication:
    """Answers verifiers, from one database. Safe to use from several threads."""

    def __init__(
        self, badges: Badges, desk: Callable[[], Desk], now: Callable[[], datetime]
    ) -> None:
        """
        Begin.

        Args:
            badges: What was issued.
            desk: Gives issuer and keys; asked each time.
            now: The machine's clock, which verifiers live on.
        """
        self._badges = badges
        self._desk = desk
        self._now = now
        self._lists: dict[tuple[Purpose, int], tuple[object, Published]] = {}
        self._lock = Lock()

    def at(self, path: str) -> Published | None:
        """
        Give what lies at a path under the public address, None where nothing does.

        Args:
            path: With a slash at its beginning, percent-encoding taken away.

        Raises:
            SecretError: What is signed on demand can't be: the operator's log says why.
        """
        desk = self._desk()
        url = desk.issuer.public_url
        if not url:
            return None
        if path in (did.WELL_KNOWN, did.DOCUMENT):
            found = did.document(desk.issuer.did, desk.keys)
            return Published(msgspec.json.encode(found), DOCUMENT)
        match path.split("/")[1:]:
            case [".well-known", "jwks.json"]:
                found = did.jwks(desk.issuer.did, desk.keys)
                return Published(msgspec.json.encode(found), KEYS)
            case ["status", purpose, number] if purpose in set(Purpose) and number.isdecimal():
                return self._status(desk, Purpose(purpose), int(number))
            case ["keys", name]:
                return self._key(desk, name)
            case ["achievements", *_]:
                return self._achievement(f"{url}{path}")
            case ["ob2", *rest]:
                return self._hosted(desk.issuer, rest)
            case _:
                return None

    def _hosted(self, issuer: Issuer, rest: list[str]) -> Published | None:
        """Give what lies at a path of the Open Badges 2.0 view."""
        found: JsonObject | None = None
        status = OK
        match rest:
            case ["issuer"]:
                found = hosted.issuer_document(issuer)
            case ["achievements", *_]:
                achievement = self._badges.achievement(issuer.address("/".join(rest)))
                if achievement is not None:
                    told = msgspec.json.decode(achievement.document, type=JsonObject)
                    found = hosted.class_document(issuer, told)
            case ["credentials", name]:
                row = self.credential(name)
                if row is not None and self._is_taken_back(row):
                    found, status = hosted.revoked(issuer, row.id), GONE
                elif row is not None:
                    told = msgspec.json.decode(row.document, type=JsonObject)
                    found = hosted.assertion(issuer, told)
        if found is None:
            return None
        return Published(msgspec.json.encode(found), LINKED, status=status)

    def _is_taken_back(self, row: BadgeRow) -> bool:
        """Say whether a credential is revoked or suspended; 2.0 has one word for both."""
        if row.list is None or row.suspended is not None:
            return row.suspended is not None
        return row.place in self._badges.revoked_places(row.list)

    def credential(self, name: str) -> BadgeRow | None:
        """Give a credential that its learner has made public, by its address's last part."""
        url = self._desk().issuer.public_url
        row = self._badges.named(f"{url}/credentials/{name}") if url else None
        return row if row is not None and row.published is not None else None

    def _key(self, desk: Desk, name: str) -> Published | None:
        """Give one bare key, which is what 1EdTech's validator follows a `kid` to."""
        for key in desk.keys:
            if key.public.id == name and key.is_published:
                return Published(msgspec.json.encode(did.own_jwk(key.public)), JSON)
        return None

    def _status(self, desk: Desk, purpose: Purpose, number: int) -> Published | None:
        if not 1 <= number <= self._badges.newest_list():
            return None
        places = self._taken_back(purpose, number)
        since = self._now().replace(minute=0, second=0, microsecond=0)
        try:
            key = desk.key(KeyKind.ED25519)
        except UnissuableError:  # nothing was ever issued, so nobody asks for a list
            return None
        state = (places, since, key.public.id, desk.issuer)
        with self._lock:
            kept = self._lists.get((purpose, number))
        if kept is not None and kept[0] == state:
            return kept[1]
        url = desk.issuer.address(f"status/{purpose.value}/{number}")
        bare = list_credential(url, desk.issuer.profile, purpose, places, [since, since + GOOD_FOR])
        method = method_of(desk.issuer.did, key.public)
        document = signed(bare, lambda data: desk.signer.sign(key.public, data), method, since)
        made = Published(msgspec.json.encode(document), CREDENTIAL)
        with self._lock:
            self._lists[purpose, number] = state, made
        return made

    def _taken_back(self, purpose: Purpose, number: int) -> tuple[int, ...]:
        """
        Give the places that are set in a list.

        What is suspended stands in the list for that where its credential names one; else it
        stands among the revoked, so that no verifier takes it for good.
        """
        suspended = self._badges.suspended_in(number)
        own = {place for place, document in suspended if _names(document, Purpose.SUSPENSION)}
        if purpose is Purpose.SUSPENSION:
            return tuple(sorted(own))
        others = {place for place, _ in suspended} - own
        return tuple(sorted(others.union(self._badges.revoked_places(number))))

    def _achievement(self, name: str) -> Published | None:
        """Give an achievement, or its picture."""
        ending = next((each for each in PICTURES if name.endswith(each)), "")
        row = self._badges.achievement(name.removesuffix(ending))
        if row is None:
            return None
        if not ending:
            return Published(row.document, JSON, LONG)
        drawn = svg_of(row).encode() if ending == AS_SVG else png_of(row)
        return Published(drawn, PICTURES[ending], LONG)


def _names(document: bytes, purpose: Purpose) -> bool:
    """Say whether a credential names a status list for a purpose."""
    told = msgspec.json.decode(document, type=JsonObject)
    entries = as_list(told.get("credentialStatus"))
    return any(as_object(each).get("statusPurpose") == purpose.value for each in entries)


def svg_of(achievement: AchievementRow) -> str:
    """
    Give the picture of an achievement as SVG: its author's, else one that is drawn.

    Raises:
        DrawingError: It can't be drawn.
    """
    face = face_of(msgspec.json.decode(achievement.document, type=JsonObject))
    return own_svg(achievement.image, face.title) if achievement.image else svg(face)


def png_of(achievement: AchievementRow) -> bytes:
    """
    Give the picture of an achievement as PNG.

    Raises:
        DrawingError: It can't be drawn.
    """
    if achievement.image:
        return own_png(achievement.image)
    return png(face_of(msgspec.json.decode(achievement.document, type=JsonObject)))


def face_of(achievement: JsonObject) -> Face:
    """Give what stands on the badge of an achievement."""
    tags = achievement.get("tag")
    level = as_text(tags[0]) if isinstance(tags, list) and tags else ""
    return Face(
        of=as_text(achievement.get("humanCode")),
        title=as_text(achievement.get("name")),
        issuer=as_text(as_object(achievement.get("creator")).get("name")),
        level=level,
        language=as_text(achievement.get("inLanguage")) or "en",
    )
