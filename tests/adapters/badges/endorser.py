"""Another party that signs endorsements, with real keys: an agency known by a key or an address."""

from datetime import UTC, datetime
from uuid import uuid4

import msgspec

from adapters.badges.contexts import CREDENTIALS, EXTENSIONS, OPEN_BADGES
from adapters.badges.did import did_key, did_web, document, method_of
from adapters.badges.jsonvalue import JsonObject
from adapters.badges.keys import KeyKind, SealedKeys, new_key
from adapters.badges.proof import signed

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
COMMENT = "Assessed in 2025; meets the standards for microcredentials."


class Endorser:
    """
    Signs endorsements.

    Attributes:
        did: Who it is: a did:key, or the did:web of an address.
    """

    def __init__(self, address: str = "", name: str = "Quality Agency") -> None:
        """Make a key."""
        self._key = new_key(KeyKind.ED25519, "a secret", SINCE)
        self._keys = SealedKeys({self._key.public.id: self._key.sealed}, "a secret")
        self._name = name
        self.did = did_web(address) if address else did_key(self._key.public)

    @property
    def did_document(self) -> bytes:
        """Give what lies at the address."""
        return msgspec.json.encode(document(self.did, [self._key]))

    def endorses(self, about: str, comment: str = COMMENT, **more: object) -> JsonObject:
        """Give a signed endorsement."""
        bare: JsonObject = {
            "@context": [CREDENTIALS, OPEN_BADGES, EXTENSIONS],
            "id": uuid4().urn,
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "name": f"Endorsement by {self._name}",
            "issuer": {"id": self.did, "type": ["Profile"], "name": self._name},
            "validFrom": "2026-01-01T00:00:00Z",
            "credentialSubject": {
                "id": about,
                "type": ["EndorsementSubject"],
                "endorsementComment": comment,
            },
            **more,
        }
        key = self._key.public
        return signed(
            bare, lambda data: self._keys.sign(key, data), method_of(self.did, key), SINCE
        )

    def file(self, about: str, comment: str = COMMENT, **more: object) -> bytes:
        """Give the same as the file that it sends."""
        return msgspec.json.encode(self.endorses(about, comment, **more))
