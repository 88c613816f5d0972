"""
`aligns` names something in a framework that was imported, or an address.

`esco/S1.2` is such a name. Any other text stays what an author has always been able to write.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from engine.ruleset import Credential, Skill
from engine.source import Problem
from engine.spelling import suggest
from rules.frameworks import Frameworks, frameworks_in
from rules.packs import Reading

NAME = re.compile(r"([a-z0-9][a-z0-9-]*)/(\S+)")
UNKNOWN = "E209"


def check_aligned(reading: Reading) -> Iterator[Problem]:
    """Say which names in `aligns` no imported framework has."""

    @cache
    def beside(pack: str) -> Frameworks:
        return frameworks_in(Path(reading.folders[pack]).parent)

    things: tuple[Credential | Skill, ...] = (
        *reading.ruleset.credentials.values(),
        *reading.ruleset.skills.values(),
    )
    for thing in things:
        pack = thing.id.partition("/")[0]
        for written in thing.aligns if pack in reading.folders else ():
            if NAME.fullmatch(written):
                yield from _unknown(thing, written, beside(pack))


def _unknown(thing: Credential | Skill, written: str, known: Frameworks) -> Iterator[Problem]:
    name, _, code = written.partition("/")
    if known.find(written) is not None:
        return
    if name not in known.known:
        near = suggest(name, known.known)
        hint = f"did you mean `{near}/{code}`?" if near else "milepost framework import FILE"
        message = f"`{written}`: no framework `{name}` was imported"
    else:
        near = suggest(code, known.codes(name))
        hint = f"did you mean `{name}/{near}`?" if near else "milepost framework search WORDS"
        message = f"`{written}`: the framework `{name}` has no `{code}`"
    yield Problem(thing.span, UNKNOWN, message, hint)
