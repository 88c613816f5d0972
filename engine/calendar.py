"""
Wall clocks and instants: from a learner's local time to UTC and back.

Days and weeks are days on somebody's clock. Twice a year an hour is skipped or doubled;
an instant in a skipped hour comes right after it, one in a doubled hour comes once (its
first time). Inside the engine an instant is microseconds since 1970, because a record
holds many and compares them all the time.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

Micros = int
"""An instant: microseconds since 1970-01-01T00:00Z."""


def micros(instant: datetime) -> Micros:
    """Give an aware datetime as microseconds since 1970; a naive one is a ValueError."""
    if instant.tzinfo is None:
        message = f"{instant} has no zone; only aware datetimes are instants"
        raise ValueError(message)
    return (instant - EPOCH) // MICROSECOND


def instant(value: Micros) -> datetime:
    """Give microseconds since 1970 as an aware datetime in UTC."""
    return EPOCH + value * MICROSECOND


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo | None:
    """Find a zone by its name; empty, invalid and Moodle's `99` give None: not known."""
    if not name or name == "99" or name.startswith(("/", ".")):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def wall(value: Micros, zone: tzinfo) -> datetime:
    """Give what a clock on the wall of a zone shows at an instant, as a naive datetime."""
    return (EPOCH + value * MICROSECOND).astimezone(zone).replace(tzinfo=None)


def at_wall(local: datetime, zone: tzinfo) -> Micros:
    """
    Give the instant at which a zone's clock shows a local time.

    A time in a skipped hour gives the first instant after the gap; one in a doubled hour
    gives its first occurrence.
    """
    first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == local:
        return micros(first)
    low = micros(local.replace(tzinfo=zone, fold=1).astimezone(UTC))
    high = micros(first)
    before = instant(low).astimezone(zone).utcoffset()
    while high - low > SECOND:
        middle = (low + high) // 2
        if instant(middle).astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high - high % SECOND


def whole_second(value: Micros) -> Micros:
    """Give the first whole second from an instant on: one that authors can write."""
    return -(-value // SECOND) * SECOND


def day_start(day: date, zone: tzinfo) -> Micros:
    """Give the instant at which a day begins on a zone's clock."""
    return at_wall(datetime.combine(day, time()), zone)


def day_end(day: date, zone: tzinfo) -> Micros:
    """Give the first instant after a day on a zone's clock."""
    return day_start(day + timedelta(days=1), zone)


def next_time(now: Micros, clock: time, zone: tzinfo) -> Micros:
    """Give the first instant from now on at which a clock on the wall shows a time of day."""
    day = wall(now, zone).date()
    goes = at_wall(datetime.combine(day, clock), zone)
    return goes if goes >= now else at_wall(datetime.combine(day + timedelta(days=1), clock), zone)


def nth_day_end(start: Micros, number: int, zone: tzinfo) -> Micros:
    """Give the end of the day that is so many days on, the day of `start` being day 1."""
    first = wall(start, zone).date()
    return day_end(first + timedelta(days=number - 1), zone)


def plus_months(day: date, months: int) -> date:
    """Add calendar months; a day that the month lacks becomes the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    for last in (day.day, 30, 29, 28):
        if last <= day.day:
            try:
                return date(year, month, last)
            except ValueError:
                continue
    return date(year, month, 28)
