"""
What lies behind the Open Badges API: a learner's credentials, and her profile.

Read are the credentials that she holds and that are good now, and those that a wallet brought.
What a wallet brings is looked at as what she uploads on her own page: it must be genuine, hers,
and counted by a rule. Her profile is the institution's word, so nothing of it is changed here:
who could change an e-mail address could make another's badges hers.
"""

import codecs
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import NAMESPACE_URL, uuid5

import msgspec

from adapters.badges.accepting import NotAcceptedError, NotCountedError, Reception
from adapters.badges.contexts import CREDENTIALS, OPEN_BADGES
from adapters.badges.jsonvalue import JsonObject, as_list, id_of, types_of
from adapters.badges.registrar import Registrar
from adapters.badges.verifying.checks import moment_of
from adapters.badges.verifying.reading import Presented, UnreadableError, presented
from adapters.badges.verifying.verify import examined
from adapters.store.badges import BadgeRow
from adapters.store.store import Store
from adapters.store.wallets import BroughtRow
from adapters.wallets.answer import JSON, Answer
from adapters.wallets.paging import Paging
from adapters.wallets.status_info import BASE, NotServedError
from engine.calendar import Micros, micros

TEXT = "text/plain"
AS_JSON = frozenset(
    {JSON, "application/vc", "application/vc+ld+json", "application/ld+json", "application/ob+json"}
)
AS_TOKEN = frozenset({TEXT, "application/jwt", "application/vc+jwt", "application/vc-ld+jwt"})
CREDENTIAL_TYPES = frozenset({"AchievementCredential", "OpenBadgeCredential"})
JWT = "jwt"
MOST_SIGNS = 800
"""Of an id: PostgreSQL keeps 2704 bytes of learner, issuer and id in its index."""
NEVER = datetime.min.replace(tzinfo=UTC)
FREE = frozenset({"@context", "type"})
"""What of a profile says nothing about anybody."""


class CredentialsDocument(msgspec.Struct, frozen=True):
    """GetOpenBadgeCredentialsResponse: those with a proof inside, and those that are tokens."""

    credential: tuple[msgspec.Raw, ...]
    compactJwsString: tuple[str, ...]  # noqa: N815 - 1EdTech's


@dataclass(frozen=True, slots=True)
class _Listed:
    """A credential in the list, by when it was issued or brought."""

    at: Micros
    id: str
    document: bytes
    form: str = "json"


@dataclass(frozen=True, slots=True)
class Resources:
    """
    Answers apps that a learner has let in. Safe to use from several threads.

    Attributes:
        reception: Gives where badges are brought to, with the rules in force.
        machine: The machine's clock, on which credentials are good or not.
    """

    store: Store
    registrar: Registrar
    reception: Callable[[], Reception]
    public_url: str
    machine: Callable[[], datetime]

    # --- credentials -----------------------------------------------------------------------

    def credentials(self, learner: str, asked: Paging) -> Answer:
        """Give a page of what a learner holds, the oldest first."""
        found = self._listed(learner)
        if asked.since is not None:
            since = micros(asked.since)
            found = [each for each in found if each.at > since]
        shown = found[asked.offset : asked.offset + asked.limit]
        document = CredentialsDocument(
            tuple(msgspec.Raw(each.document) for each in shown if each.form != JWT),
            tuple(each.document.decode() for each in shown if each.form == JWT),
        )
        headers = asked.headers(f"{self.public_url}{BASE}credentials", len(found))
        return Answer(HTTPStatus.OK, msgspec.json.encode(document), JSON, headers)

    def bring(self, learner: str, body: bytes, media: str, if_none_match: str) -> Answer:
        """
        Take a credential of a learner's in.

        Args:
            learner: Whose it is to be.
            body: The credential.
            media: Its media type, without parameters.
            if_none_match: The tags that the app knows it by.

        Raises:
            NotServedError: It can't be taken, for the reason given.
        """
        body = body.removeprefix(codecs.BOM_UTF8).strip()
        shown = _shown(body, media)
        issuer, own = id_of(shown.document.get("issuer")), id_of(shown.document)
        if ours := self.store.badges.named(own):
            self._recognise(learner, body, ours)
            return _same(body, media, if_none_match)
        known = {(each.issuer, each.id): each for each in self.store.wallets.brought(learner)}
        before = known.get((issuer, own))
        if before is not None and before.document == body:
            return _same(body, media, if_none_match)
        if before is not None and _issued(presented(before.document)) > _issued(shown):
            raise NotServedError(HTTPStatus.BAD_REQUEST, "a later one of this id is here already")
        self._accept(learner, body)
        form = JWT if shown.token else "json"
        kept = BroughtRow(learner, issuer, own, body, form, micros(self.machine()))
        self.store.wallets.keep(kept)
        status = HTTPStatus.CREATED if before is None else HTTPStatus.OK
        return Answer(status, body, media, {"ETag": _tag(body)})

    # --- the profile -----------------------------------------------------------------------

    def profile(self, learner: str) -> Answer:
        """
        Give a learner's profile.

        Raises:
            NotServedError: Nothing is known of her.
        """
        body = msgspec.json.encode(self._profile(learner))
        return Answer(HTTPStatus.OK, body, JSON, {"ETag": _tag(body)})

    def put_profile(self, learner: str, body: bytes, if_none_match: str) -> Answer:
        """
        Take a profile that says what is known already, and refuse any other.

        Raises:
            NotServedError: It says something else; each such property is named.
        """
        known = self._profile(learner)
        try:
            told = msgspec.json.decode(body, type=JsonObject)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise NotServedError(
                HTTPStatus.BAD_REQUEST, f"it is no profile in JSON: {error}"
            ) from None
        if "Profile" not in map(str, as_list(told.get("type"))):
            raise NotServedError(HTTPStatus.BAD_REQUEST, "its type is not Profile")
        names = sorted({*known, *told} - FREE)
        if other := [name[:40] for name in names if known.get(name) != told.get(name)]:
            raise NotServedError(
                HTTPStatus.BAD_REQUEST,
                f"{', '.join(other[:10])}: what is known of a learner comes from her "
                "institution, which alone changes it",
            )
        return _same(msgspec.json.encode(known), JSON, if_none_match)

    # --- parts -----------------------------------------------------------------------------

    def _listed(self, learner: str) -> list[_Listed]:
        brought = (
            _Listed(each.received, each.id, each.document, each.form)
            for each in self.store.wallets.brought(learner)
        )
        own = (_Listed(each.issued, each.id, each.document) for each in self._held(learner))
        return sorted((*own, *brought), key=lambda each: (each.at, each.id))

    def _held(self, learner: str) -> list[BadgeRow]:
        """Give what she holds and is good now; what was not signed yet is signed."""
        now = micros(self.machine())
        return [
            badge
            for badge in self.registrar.held(learner)
            if badge.suspended is None and (badge.valid_until is None or badge.valid_until > now)
        ]

    def _recognise(self, learner: str, body: bytes, ours: BadgeRow) -> None:
        """
        See one of ours come back.

        Raises:
            NotServedError: It is not hers, or not as it was issued.
        """
        if ours.learner != learner:
            raise NotServedError(HTTPStatus.FORBIDDEN, "it is another learner's")
        reception = self.reception()
        found, _ = examined(body, reception.sources, reception.machine)
        if not found.verified:
            wrong = "; ".join(each.because for each in found.checks if not each.passed)
            raise NotServedError(HTTPStatus.BAD_REQUEST, f"it can't be accepted: {wrong}")

    def _accept(self, learner: str, body: bytes) -> None:
        try:
            self.reception().accept(learner, body)
        except NotCountedError as error:
            raise NotServedError(HTTPStatus.FORBIDDEN, str(error)) from None
        except NotAcceptedError as error:
            raise NotServedError(HTTPStatus.BAD_REQUEST, str(error)) from None

    def _profile(self, learner: str) -> JsonObject:
        record = self.store.record_of(learner)
        if record is None:
            raise NotServedError(HTTPStatus.NOT_FOUND, "nothing is known of her")
        told = {name: record.said(name) for name in ("name", "email")}
        return {
            "@context": [CREDENTIALS, OPEN_BADGES],
            "id": uuid5(NAMESPACE_URL, f"{self.public_url}/learners/{learner}").urn,
            "type": ["Profile"],
            **{name: value for name, value in told.items() if value},
        }


def _shown(body: bytes, media: str) -> Presented:
    """
    Read what a wallet brought.

    Raises:
        NotServedError: It is no credential of Open Badges 3.0, or not as it was announced.
    """
    if media not in AS_JSON | AS_TOKEN:
        raise NotServedError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"a credential comes as {JSON}, and as a compact JWS as {TEXT}; not as {media[:60]!r}",
        )
    try:
        found = presented(body)
    except UnreadableError as error:
        raise NotServedError(HTTPStatus.BAD_REQUEST, f"it can't be accepted: {error}") from None
    if found.form != ("json" if media in AS_JSON else JWT):
        raise NotServedError(HTTPStatus.BAD_REQUEST, f"it was sent as {media}, and is {found.form}")
    outermost = found.document if found.token else msgspec.json.decode(body)
    if not CREDENTIAL_TYPES & set(types_of(outermost)):  # nor a presentation that holds one
        raise NotServedError(HTTPStatus.BAD_REQUEST, "it is no AchievementCredential")
    for name in (id_of(found.document), id_of(found.document.get("issuer"))):
        if not name or not name.isprintable() or len(name) > MOST_SIGNS:
            raise NotServedError(
                HTTPStatus.BAD_REQUEST, "it has no id, or no issuer with one, or one that is none"
            )
    return found


def _issued(shown: Presented) -> datetime:
    """Give from when a credential is, which tells the later of two."""
    told = (shown.document.get(name) for name in ("validFrom", "issuanceDate"))
    return next((found for each in told if (found := moment_of(each))), NEVER)


def _same(body: bytes, media: str, if_none_match: str) -> Answer:
    """Say that it is here as it was sent; in no words to whoever knows that already."""
    headers = {"ETag": _tag(body)}
    if _tag(body) in if_none_match:
        return Answer(HTTPStatus.NOT_MODIFIED, headers=headers)
    return Answer(HTTPStatus.OK, body, media, headers)


def _tag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'
