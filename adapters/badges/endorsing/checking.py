"""
`endorsed by` names files in which others speak for this very credential, and are who they say.

What would need a network is left to `milepost verify`, and a warning says so: the same packs
must check alike today and tomorrow, here and on a train.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from adapters.badges.achievements import achievements_of
from adapters.badges.desk import issuer_of
from adapters.badges.endorsing.kept import Endorsement, NoEndorsementError, endorsement_in
from adapters.settings.tree import Settings
from engine.plan import Plan
from engine.ruleset import Credential, Endorsed
from engine.source import Problem, Severity
from engine.spelling import suggest
from rules.checks.pictures import LARGEST
from rules.frameworks import frameworks_in
from rules.packs import Reading

UNREADABLE = "E213"
FALSE = "E214"
UNTOLD = "W517"

_OURS = re.compile(r".*/achievements/(?P<name>.+)/[0-9a-f]{16}")


def check_endorsed(reading: Reading, settings: Settings | None = None) -> Iterator[Problem]:
    """
    Say which endorsements can't be used, and what of them can't be told here.

    Args:
        reading: Packs; where another one is used again, it is looked at under its own name.
        settings: Of who issues what they award; None where that is not known.
    """
    issuer = None if settings is None or not settings.web.public_url else issuer_of(settings)

    # Of packs with errors nobody knows yet what would be awarded.
    is_whole = not any(each.severity is Severity.ERROR for each in reading.problems)

    @cache
    def plan() -> Plan:
        return Plan(reading.ruleset)

    for credential in reading.ruleset.credentials.values():
        pack = credential.id.partition("/")[0]
        if pack not in reading.folders or pack in reading.instances:
            continue
        folder = Path(reading.folders[pack])
        for named in credential.endorsed_by:
            found = _read(named, folder)
            if isinstance(found, Problem):
                yield found
                continue
            yield from _wrong(named, found, credential)
            if issuer is not None and is_whole and _name_in(found.about) == credential.id:
                picture = folder / credential.image
                image = picture.read_bytes() if credential.image and picture.is_file() else b""
                frameworks = frameworks_in(folder.parent)
                own = achievements_of(plan(), credential, issuer, frameworks, image)
                yield from _of_another_version(named, found, [each.id for each in own])


def _read(named: Endorsed, folder: Path) -> Endorsement | Problem:
    path = folder / named.file
    hint = "put the file there that the endorser has signed"
    if not path.resolve().is_relative_to(folder.resolve()):
        message = f"`{named.file}` lies outside of the pack"
    elif not path.is_file():
        there = tuple(each.relative_to(folder).as_posix() for each in folder.rglob("*.json"))
        near = suggest(named.file, there)
        hint = f"did you mean `{near}`?" if near else hint
        message = f"there is no file `{named.file}`"
    elif path.stat().st_size > LARGEST:
        message = f"`{named.file}` is larger than {LARGEST // 1024} KiB"
        hint = "ask for a smaller one: it goes into every credential"
    else:
        try:
            return endorsement_in(path.read_bytes())
        except NoEndorsementError as error:
            message = f"`{named.file}` is no endorsement that can be passed on: {error}"
            hint = "ask the endorser for an Open Badges 3.0 EndorsementCredential, as JSON"
    return Problem(named.span, UNREADABLE, message, hint)


def _wrong(named: Endorsed, found: Endorsement, credential: Credential) -> Iterator[Problem]:
    about = _name_in(found.about)
    if about != credential.id and not found.about.startswith("urn:"):
        message = f"`{named.file}` is not about this credential, but about {found.about[:200]}"
        hint = f"it should be about an address like …/achievements/{credential.id}/…"
        yield Problem(named.span, FALSE, message, hint)
    elif found.wrong:
        message = f"`{named.file}` proves nothing: {found.wrong}"
        yield Problem(named.span, FALSE, message, "ask the endorser for the file as it was signed")
    elif found.unknown:
        message = f"whether {found.by[:100]} has signed `{named.file}` can't be told without asking"
        hint = f"ask with: milepost verify {named.span.file.rpartition('/')[0]}/{named.file}"
        yield Problem(named.span, UNTOLD, message, hint, Severity.WARNING)


def _of_another_version(named: Endorsed, found: Endorsement, now: list[str]) -> Iterator[Problem]:
    if found.about not in now:
        message = f"`{named.file}` is about another version of this credential: {found.about}"
        hint = f"new awards go without it; ask for one about {now[0]}"
        yield Problem(named.span, UNTOLD, message, hint, Severity.WARNING)


def _name_in(about: str) -> str:
    """Give the credential that an achievement's address names, "" where it is no such address."""
    found = _OURS.fullmatch(about)
    return found["name"] if found else ""
