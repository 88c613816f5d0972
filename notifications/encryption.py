"""How a connection to a mail server is encrypted, and where it need not be: on this machine."""

import contextlib
import ipaddress
from enum import StrEnum


class Tls(StrEnum):
    """How a connection is encrypted; the server's certificate is always verified."""

    STARTTLS = "starttls"
    IMPLICIT = "implicit"
    NONE = "none"


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine, by name or address."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    return host.lower().rstrip(".") == "localhost"
