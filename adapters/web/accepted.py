"""Which of what a thing can be given as a client wants: HTTP's content negotiation (RFC 9110)."""

from collections.abc import Mapping, Sequence

ANY = "*/*"


def preferred(accept: str, offers: Mapping[str, Sequence[str]], default: str) -> tuple[str, str]:
    """
    Give the offer that an Accept header likes best, and as which media type it is asked for.

    Args:
        accept: The header; "" accepts anything.
        offers: Names of what there is, each with its media types, the most usual first.
        default: What is given to whoever takes anything, or nothing of this.
    """
    best, found, as_what = 0.0, default, ""
    for name, kinds in offers.items():
        for kind in kinds:
            weight = _weight(accept, kind)
            if weight > best:
                best, found, as_what = weight, name, kind
    return found, as_what or offers[default][0]


def _weight(accept: str, kind: str) -> float:
    """Give how much a header likes a media type that it names; 0 where it does not."""
    for part in accept.lower().split(","):
        wanted, *more = (piece.strip() for piece in part.split(";"))
        if wanted != kind:
            continue
        weights = [piece.removeprefix("q=") for piece in more if piece.startswith("q=")]
        try:
            return float(weights[0]) if weights else 1.0
        except ValueError:
            return 0.0
    return 0.0
