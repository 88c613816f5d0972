"""
The token by which an LMS says who comes, and every check that it has to pass.

By LTI 1.3 Core and the 1EdTech Security Framework 1.1, section 5.1.3: signed with RS256 by a key
of the LMS, meant for us, for this log-in, now. The signature and the times are joserfc's.
"""

from binascii import Error as BinasciiError
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import msgspec
from joserfc import jws
from joserfc.errors import ExpiredTokenError, JoseError, MissingClaimError
from joserfc.jwt import JWTClaimsRegistry

from adapters.badges.jsonvalue import JsonObject, as_text
from adapters.lti.key_sets import KeySets
from adapters.lti.refusal import Help, RefusedError
from adapters.settings.tree import PlatformSettings

LEEWAY = timedelta(minutes=5)
"""How far the LMS's clock may be off. A token is good for a minute with some of them."""

OLDEST = timedelta(hours=2)
"""No LMS's token lives longer, so one whose issue lies further back was not made for now."""

ALGORITHM = "RS256"
VERSION = "1.3.0"
LAUNCH = "LtiResourceLinkRequest"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
PARTS = 3

BROKEN = (
    JoseError, BinasciiError, ValueError, TypeError, KeyError, AttributeError, RecursionError,
)  # fmt: skip
"""What joserfc raises over what is no token: a header may hold any JSON under any name."""


class _Registry(jws.JWSRegistry):
    """What joserfc reads; the tokens of an LMS are larger than its default."""

    max_header_length = 8 * 1024
    max_payload_length = 128 * 1024


_registry = _Registry(algorithms=[ALGORITHM], strict_check_header=False)


class Claims(msgspec.Struct, frozen=True):
    """What a token says, as far as it is asked here."""

    iss: str
    aud: str | tuple[str, ...]
    exp: int | float
    iat: int | float
    nonce: str
    sub: str = ""
    azp: str = ""
    email: str = ""
    message_type: str = msgspec.field(name=f"{CLAIM}message_type", default="")
    version: str = msgspec.field(name=f"{CLAIM}version", default="")
    deployment: str = msgspec.field(name=f"{CLAIM}deployment_id", default="")
    roles: tuple[str, ...] | None = msgspec.field(name=f"{CLAIM}roles", default=None)
    custom: JsonObject | None = msgspec.field(name=f"{CLAIM}custom", default=None)
    ext: JsonObject | None = msgspec.field(name=f"{CLAIM}ext", default=None)
    lis: JsonObject | None = msgspec.field(name=f"{CLAIM}lis", default=None)

    def by_name(self) -> Mapping[str, object]:
        """Give what a learner's name can be made of, by the names in settings."""
        found: dict[str, object] = {"iss": self.iss, "sub": self.sub, "email": self.email}
        for group, said in (("custom", self.custom), ("ext", self.ext), ("lis", self.lis)):
            found |= {f"{group}.{name}": value for name, value in (said or {}).items()}
        return found


def checked(
    token: str, platform: PlatformSettings, nonce: str, keys: KeySets, now: datetime
) -> Claims:
    """
    Give what a token says, once all is as it must be.

    Args:
        token: As it came.
        platform: Whom it must be from.
        nonce: What it must hold.
        keys: The keys of LMSs.
        now: The machine's time.

    Raises:
        RefusedError: Something is not.
    """
    claims, said = _signed(token, platform, keys)
    _timed(said, now)
    audience = (claims.aud,) if isinstance(claims.aud, str) else claims.aud
    tests = (
        (claims.iss == platform.issuer, "issuer", f"it is from {claims.iss[:80]}"),
        (platform.client_id in audience, "audience", f"it is meant for {str(audience)[:80]}"),
        (
            claims.azp == platform.client_id if claims.azp else len(audience) == 1,
            "audience",
            f"it was made for another party, {claims.azp[:80] or 'which it does not name'}",
        ),
        (claims.nonce == nonce, "nonce", "it belongs to another log-in"),
        (claims.version == VERSION, "version", f"it is LTI {claims.version[:20]}"),
        (
            claims.message_type == LAUNCH,
            "message",
            f"it is a {claims.message_type[:60] or 'message of no kind'}, not a {LAUNCH}",
        ),
        (
            claims.deployment in platform.deployments,
            "deployment",
            f"it is of deployment {claims.deployment[:80]!r}, which is not one of those allowed",
        ),
        (claims.sub != "", "nobody", "the LMS does not say who it is (an anonymous launch)"),
    )
    for good, code, because in tests:
        if not good:
            raise RefusedError(Help.AGAIN if code == "nonce" else Help.SETUP, code, because)
    return claims


def _signed(
    token: str, platform: PlatformSettings, keys: KeySets
) -> tuple[Claims, dict[str, object]]:
    """Give what a token says, if the LMS has signed it."""
    header = _header(token)
    algorithm = as_text(header.get("alg"))
    if algorithm != ALGORITHM:
        raise RefusedError(
            Help.SETUP, "algorithm", f"it is signed with {algorithm[:20]!r}, not with {ALGORITHM}"
        )
    key = keys.key(platform.jwks_url, as_text(header.get("kid")))
    try:
        payload = jws.deserialize_compact(token, key, registry=_registry).payload
    except BROKEN:
        because = f"its signature is not that of the key at {platform.jwks_url}"
        raise RefusedError(Help.SETUP, "signature", because) from None
    try:
        return (
            msgspec.json.decode(payload, type=Claims),
            msgspec.json.decode(payload, type=dict[str, object]),
        )
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RefusedError(Help.SETUP, "claims", f"its claims can't be read: {error}") from None


def _header(token: str) -> JsonObject:
    if token.count(".") == PARTS - 1:
        with suppress(*BROKEN):
            return jws.extract_compact(token.encode(), registry=_registry).headers()
    raise RefusedError(Help.SETUP, "token", "what came is no signed token")


def _timed(said: Mapping[str, object], now: datetime) -> None:
    """Refuse a token that is not good now."""
    here = f"here it is {now:%Y-%m-%d %H:%M:%S}Z; do the clocks differ?"
    registry = JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=int(LEEWAY.total_seconds()),
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        registry.validate(dict(said))
        issued = datetime.fromtimestamp(float(str(said["iat"])), UTC)
    except ExpiredTokenError:
        raise RefusedError(
            Help.AGAIN, "expired", f"it was good until {_time(said.get('exp'))}; {here}"
        ) from None
    except MissingClaimError as error:
        raise RefusedError(Help.SETUP, "claims", str(error)) from None
    except (*BROKEN, OverflowError):
        because = f"it is good from {_time(said.get('nbf', said.get('iat')))}; {here}"
        raise RefusedError(Help.AGAIN, "early", because) from None
    if now - issued > OLDEST:
        raise RefusedError(Help.AGAIN, "expired", f"it was made at {_time(said['iat'])}; {here}")


def _time(seconds: object) -> str:
    try:
        return f"{datetime.fromtimestamp(float(str(seconds)), UTC):%Y-%m-%d %H:%M:%S}Z"
    except (ValueError, OverflowError):
        return str(seconds)[:40]
