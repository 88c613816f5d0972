"""Who issues: the profile that stands in every credential, and the addresses under it."""

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from adapters.badges.did import did_web
from adapters.badges.jsonvalue import JsonObject
from adapters.badges.status_list import Purpose

ONE_LIST = (Purpose.REVOCATION,)


@dataclass(frozen=True, slots=True)
class Issuer:
    """
    An issuer of credentials.

    Attributes:
        did: Its DID: did:web of the public address, or did:key of its own key.
        public_url: Under which its documents are served, without a slash at the end; "" where
            nobody can reach it, which leaves credentials without a status.
        name: As employers read it.
        email: Where to ask.
        country: Two letters, ISO 3166-1.
        purposes: Of the status lists that its credentials name. 1EdTech's schema of Open Badges
            3.0 takes one, so what is suspended stands in the revocation list until it is lifted.
        endorsements: Who speaks for it, as they have signed it.
    """

    did: str
    public_url: str = ""
    name: str = ""
    email: str = ""
    country: str = ""
    purposes: tuple[Purpose, ...] = ONE_LIST
    endorsements: tuple[JsonObject, ...] = ()

    @property
    def endorsed(self) -> JsonObject:
        """Give its profile as a credential carries it."""
        if not self.endorsements:
            return self.profile
        return {**self.profile, "endorsement": list(self.endorsements)}

    @property
    def profile(self) -> JsonObject:
        """Give it as an Open Badges profile: an object, as verifiers need one."""
        profile: JsonObject = {"id": self.did, "type": ["Profile"], "name": self.name}
        if self.public_url:
            profile["url"] = self.public_url
        if self.email:
            profile["email"] = self.email
        if self.country:
            profile["address"] = {"type": ["Address"], "addressCountryCode": self.country}
        return profile

    def address(self, path: str) -> str:
        """Give the id of a thing: its address, or without a server a name that no other has."""
        if self.public_url:
            return f"{self.public_url}/{path}"
        return uuid5(NAMESPACE_URL, f"{self.did}/{path}").urn


def web_issuer(
    public_url: str,
    name: str,
    email: str = "",
    country: str = "",
    purposes: tuple[Purpose, ...] = ONE_LIST,
) -> Issuer:
    """Give the issuer that a public address stands for."""
    url = public_url.rstrip("/")
    did = did_web(url)
    return Issuer(did, url, name or urlsplit(url).netloc, email, country, purposes)
