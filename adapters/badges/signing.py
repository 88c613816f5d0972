"""What an issuer signs with, and how a credential is signed: never without a last look."""

from dataclasses import dataclass, replace
from datetime import datetime

from adapters.badges.did import did_key, method_of
from adapters.badges.gate import BADGE, UnfitError, let_out
from adapters.badges.issuer import Issuer
from adapters.badges.jsonvalue import JsonObject
from adapters.badges.keys import IssuerKey, KeyKind, SecretError, Signer
from adapters.badges.linked_data import LinkedDataError
from adapters.badges.linked_data import canonical as plain
from adapters.badges.proof import Canonical, signed
from adapters.badges.template import TemplateError


class UnissuableError(Exception):
    """An award can't be made a credential; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Desk:
    """
    What the registrar signs with.

    Attributes:
        issuer: Who issues; without a server it is the key itself.
        keys: All keys, the newest first.
        signer: Holds their private parts.
    """

    issuer: Issuer
    keys: tuple[IssuerKey, ...]
    signer: Signer

    def key(self, kind: KeyKind) -> IssuerKey:
        """
        Give the newest key of a kind that signs.

        Raises:
            UnissuableError: There is none.
        """
        found = next((key for key in self.keys if key.signs and key.public.kind is kind), None)
        if found is None:
            raise UnissuableError(f"there is no {kind.value} key that signs: milepost keys new")
        return found

    def for_key(self, key: IssuerKey) -> Issuer:
        """Give the issuer as which a key signs."""
        if self.issuer.did:
            return self.issuer
        return replace(self.issuer, did=did_key(key.public))

    def sign(
        self,
        document: JsonObject,
        now: datetime,
        kind: str = BADGE,
        canonical: Canonical = plain,
    ) -> JsonObject:
        """
        Sign a credential, and look at it once more.

        Args:
            document: Without a proof; its issuer is this one.
            now: The machine's clock.
            kind: BADGE, RECORD or ENDORSEMENT of gate.py.
            canonical: How its statements are found; see template.py.

        Raises:
            UnissuableError: It can't be signed, or is not fit to leave.
        """
        key = self.key(KeyKind.ED25519)
        method = method_of(self.for_key(key).did, key.public)
        try:
            found = signed(
                document, lambda data: self.signer.sign(key.public, data), method, now, canonical
            )
            return let_out(found, key.public, kind, canonical)
        except (LinkedDataError, TemplateError, UnfitError, SecretError) as error:
            raise UnissuableError(str(error)) from None
