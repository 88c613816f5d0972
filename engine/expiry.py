"""When a credential expires, and from when on it can be renewed: calendar days of its pack."""

from zoneinfo import ZoneInfo

from engine.calendar import Micros, day_end, day_start, plus_months, wall
from engine.ruleset import Credential

LAST_MONTH = 1
"""Months before the end from which a credential is expiring, where no `renew` says more."""


def expiry_of(credential: Credential, at: Micros, zone: ZoneInfo) -> Micros | None:
    """Give when an award of an instant expires, None if it never does."""
    if credential.expires is None:
        return None
    return day_end(credential.expires.after(wall(at, zone).date()), zone)


def next_expiry(credential: Credential, expires: Micros, zone: ZoneInfo) -> Micros | None:
    """Give when an award expires that is renewed: counted from the day on which it would have."""
    return expiry_of(credential, expires - 1, zone)


def renewal_of(credential: Credential, expires: Micros | None, zone: ZoneInfo) -> Micros | None:
    """Give from when on an award can be renewed, None where there is no renewal."""
    if credential.renew is None or expires is None:
        return None
    return _months_before(expires, credential.renew.months, zone)


def expiring_from(credential: Credential | None, expires: Micros, zone: ZoneInfo) -> Micros:
    """Give from when on an award is expiring: while it can be renewed, else in its last month."""
    if credential is not None and credential.renew is not None:
        return _months_before(expires, credential.renew.months, zone)
    return _months_before(expires, LAST_MONTH, zone)


def _months_before(expires: Micros, months: int, zone: ZoneInfo) -> Micros:
    """Give the beginning of the day that lies so many months before the last day."""
    return day_start(plus_months(wall(expires - 1, zone).date(), -months), zone)
