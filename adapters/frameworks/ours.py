"""What our own things are called elsewhere: addresses and UUIDs that stay the same."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5


@dataclass(frozen=True, slots=True)
class Naming:
    """
    Names the skills, credentials and pathways of one house.

    Attributes:
        public_url: Under which its catalogue is, "" where there is none.
    """

    public_url: str = ""

    def uuid(self, kind: str, name: str) -> str:
        """Give a thing's UUID: of its name, so it is the same every time."""
        return str(uuid5(NAMESPACE_URL, f"{self.public_url or 'urn:milepost'}/{kind}/{name}"))

    def ctid(self, kind: str, name: str) -> str:
        """Give a thing's CTID."""
        return f"ce-{self.uuid(kind, name)}"

    def uri(self, kind: str, name: str) -> str:
        """Give a thing's address: in the catalogue if it is there, else a URN."""
        if not self.public_url:
            return f"urn:uuid:{self.uuid(kind, name)}"
        if kind == "credential":
            return f"{self.public_url}/catalogue/{name}"
        if kind == "pathway":
            return f"{self.public_url}/catalogue/pathways/{name}"
        return f"{self.public_url}/{kind}s/{name}"

    def uri_of(self, uuid: str, kind: str) -> str:
        """Give the address of a thing that has no name but its UUID."""
        return f"{self.public_url}/{kind}s/{uuid}" if self.public_url else f"urn:uuid:{uuid}"
