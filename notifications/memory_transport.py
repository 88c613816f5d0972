"""Mail that stays in memory: for rule tests and previews, where a message is read and gone."""

from notifications import address
from notifications.transport import Accepted, Answer, OnWire, Parcel, Rejected


class MemoryTransport:
    """Keeps every parcel, by its key, in the order in which they first came."""

    def __init__(self) -> None:
        """Start empty."""
        self._parcels: dict[str, Parcel] = {}

    @property
    def parcels(self) -> tuple[Parcel, ...]:
        """All that was sent."""
        return tuple(self._parcels.values())

    @property
    def idempotent(self) -> bool:
        """True: a key is kept once."""
        return True

    async def send(self, parcel: Parcel, on_wire: OnWire) -> Answer:  # noqa: ARG002 - no doubt
        """Keep the parcel; see `Transport.send`."""
        if why := address.refusal(parcel.recipient):
            return Rejected("bad_address", f"{parcel.recipient!r}: {why}", address=True)
        self._parcels.setdefault(parcel.key, parcel)
        return Accepted("kept")

    async def close(self) -> None:
        """Nothing is open."""
