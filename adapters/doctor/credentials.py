"""Names that no certificate could print, and badges from elsewhere of which nobody can say more."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

import msgspec

from adapters.badges.drawing.pressing import Job, press
from adapters.doctor.finding import Finding, State
from adapters.running.running import open_settings_store
from adapters.settings.tree import Settings
from adapters.store.failures import DatabaseTooNewError, DatabaseTooOldError, StoreBusy
from engine.calendar import instant, micros

CERTIFICATES, OUTSIDE = "certificates", "badges from elsewhere"
SILENT = timedelta(days=3)
"""So long an issuer may be away before an operator is told."""

SCRIPTS = {
    "Latin": "Łukasz Nguyễn",
    "Greek": "Σωκράτης",
    "Cyrillic": "Кузнецова",
    "Hebrew": "שלום",
    "Arabic": "محمد",
    "Devanagari": "अनन्या",
    "Thai": "สมชาย",
    "Chinese": "王小明",
    "Japanese": "さくら",
    "Korean": "김민준",
}
"""A name in each script that is asked for."""

TEMPLATE = b'#import "/milepost.typ": said\n#said.title'


def look_at_credentials(settings: Settings, machine: datetime) -> Iterator[Finding]:
    """Yield what is found; nothing where no public address is set, as nobody issues then."""
    if not settings.web.public_url:
        return
    yield from _fonts()
    yield from _outside(settings, machine)


def _fonts() -> Iterator[Finding]:
    """Say in which scripts a name can be printed on this machine."""
    found = press({"name.typ": TEMPLATE}, [_job(name) for name in SCRIPTS.values()])
    lacking = [
        script for script, drawn in zip(SCRIPTS, found, strict=True) if not isinstance(drawn, bytes)
    ]
    faults = [fault for drawn in found if not isinstance(drawn, bytes) for fault in drawn]
    if len(lacking) == len(SCRIPTS):
        yield Finding(CERTIFICATES, State.WRONG, f"none can be drawn: {faults[0].message}")
        return
    good = ", ".join(script for script in SCRIPTS if script not in lacking)
    says = f"names can be printed in {good}"
    remedy = ""
    if lacking:
        says += f"; not in {', '.join(lacking)}"
        remedy = "only if learners have such names: install fonts of Noto (Debian: fonts-noto)"
    yield Finding(CERTIFICATES, State.GOOD, says, remedy)


def _job(name: str) -> Job:
    said = {
        "title": name,
        "issuer": "",
        "describes": "",
        "language": "en",
        "preview": "",
        "colour": "000000",
        "words": {"attached": "a"},
    }
    told = msgspec.json.encode(said).decode()
    return Job({"said": told, "credential": "{}", "badge": "", "template": "/name.typ"}, 0)


def _outside(settings: Settings, machine: datetime) -> Iterator[Finding]:
    """Say of how many badges from elsewhere nothing has been known for days."""
    with closing(open_settings_store(settings)) as store:
        try:
            store.require_current()
            rows = store.outside.all()
        except (DatabaseTooNewError, DatabaseTooOldError, StoreBusy):
            return  # that is said of the database
    silent = [row for row in rows if row.doubt and row.looked < micros(machine - SILENT)]
    if silent:
        first = min(silent, key=lambda row: row.looked)
        says = (
            f"of {len(silent)} of {len(rows)} nothing is known since "
            f"{instant(first.looked):%Y-%m-%d}: {first.doubt}"
        )
        yield Finding(OUTSIDE, State.WARNING, says, "milepost credential outside")
    elif rows:
        yield Finding(OUTSIDE, State.GOOD, f"{len(rows)}, all looked at lately")
