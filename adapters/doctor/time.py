"""Whether the machine knows what time it is, here and elsewhere."""

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, available_timezones

from adapters.doctor.finding import Finding, State
from adapters.settings.tree import Settings
from engine.calendar import zone_named

CLOCK = "clock"
ZONES = "time zones"

BUILT = datetime(2025, 1, 1, tzinfo=UTC)
"""This program is younger than that, so a clock that shows less is wrong."""
FAR = datetime(2100, 1, 1, tzinfo=UTC)
FEWEST_ZONES = 300
_KNOWN = datetime(2026, 7, 1, 12, tzinfo=UTC)


def look_at_time(settings: Settings, machine: datetime) -> Iterator[Finding]:
    """Yield what is found of clock and zones; `machine` is what the machine's clock shows."""
    shown = f"{machine:%Y-%m-%d %H:%M:%S} UTC"
    if not BUILT <= machine < FAR:
        yield Finding(
            CLOCK,
            State.WRONG,
            f"the machine says it is {shown}",
            "set its clock, and let it be kept right (timedatectl set-ntp true)",
        )
    else:
        yield Finding(
            CLOCK,
            State.GOOD,
            f"it is {shown}; whether that is right to the second can't be seen from here",
        )
    if settings.clock.start is not None:
        yield Finding(
            CLOCK,
            State.WARNING,
            f"the service's clock is simulated, from {settings.clock.start.isoformat()}",
            "take [clock] from out of the settings where learners are real",
        )
    yield _zones(settings)


def _zones(settings: Settings) -> Finding:
    zones = available_timezones()
    source = next((path for path in TZPATH if _holds_zones(path)), "")
    try:
        packed = f"the package tzdata {version('tzdata')}"
    except PackageNotFoundError:
        packed = ""
    if len(zones) < FEWEST_ZONES or zone_named("Europe/Madrid") is None:
        return Finding(
            ZONES,
            State.WRONG,
            f"only {len(zones)} time zones are known here",
            "install the package tzdata, of the system or of Python",
        )
    hours = _KNOWN.astimezone(ZoneInfo("Europe/Madrid")).hour
    if hours != 14:  # noqa: PLR2004 - noon UTC in a Spanish summer
        return Finding(
            ZONES,
            State.WRONG,
            f"noon UTC in July is {hours}:00 in Madrid, says the zone data; it is 14:00",
            "bring the package tzdata up to date",
        )
    return Finding(
        ZONES,
        State.GOOD,
        f"{len(zones)} zones, from {source or packed}; without another, {settings.rules.zone}",
    )


def _holds_zones(path: str) -> bool:
    """Say whether a folder of the system holds zone data."""
    return (Path(path) / "Europe" / "Madrid").is_file()
