"""
Certificates drawn for people who don't exist: whether a pack's own designs can be drawn.

`check` asks for it, and so does the service before it takes a pack in: a template that fails
is told to its author, and to no learner.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import msgspec

from adapters.badges.drawing.certificate import Attached, Certificate, job_of
from adapters.badges.drawing.picture import Face, svg
from adapters.badges.drawing.pressing import Drawing, Fault, Job, press
from adapters.badges.issuer import Issuer
from adapters.badges.paper import Looks, Told, certificate_of
from adapters.badges.sample import LEARNER, LONG_NAME, sample
from engine.design import Design
from engine.in_language import languages_of, plan_in
from engine.plan import Plan
from engine.ruleset import Credential
from engine.source import Problem, Span
from engine.spelling import suggest
from engine.terms import Group, Quantifier
from rules.checks.certificates import LARGEST, paper_files
from rules.packs import Reading

CODE = "E212"
SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
SOMEBODY = Issuer("did:key:example", "", "Example University")
ADDRESS = "https://badges.example.org/credentials/0d8f5b5e-5a0e-4c57-9df1-2f3f0b8f3c11"
REMEMBERED = 64

_UNKNOWN = re.compile(r'does not contain key "(.+)"')


@dataclass(frozen=True, slots=True)
class _Tried:
    """What was drawn, so that the same is not drawn at each save; equal where it is the same."""

    files: tuple[tuple[str, bytes], ...]
    jobs: tuple[bytes, ...]


def try_certificates(reading: Reading) -> Iterator[Problem]:
    """Yield why a pack's own certificates can't be drawn, each where it is written."""
    plan = Plan(reading.ruleset)
    for design in reading.ruleset.certificates.values():
        credential = _one_of(reading, design) or _example(design)
        folder = Path(reading.folders[design.id.partition("/")[0]])
        files = files_of(folder)
        whole = all(file.name in files for file in design.files)
        if whole and sum(map(len, files.values())) <= LARGEST:
            for fault, of in _tried(plan, Looks(design, files), credential):
                yield _problem(fault, design, folder, of)


def files_of(folder: Path) -> dict[str, bytes]:
    """Give what a pack's certificates are made of, by the name from its folder on."""
    return {name: path.read_bytes() for name, path in paper_files(folder).items()}


def _one_of(reading: Reading, design: Design) -> Credential | None:
    """Give a credential that looks like this, else any of the pack's; None where it has none."""
    ruleset = reading.ruleset
    pack = f"{design.id.partition('/')[0]}/"
    own = [each for each in ruleset.credentials.values() if each.id.startswith(pack)]
    using = [each for each in ruleset.credentials.values() if ruleset.design_of(each) == design]
    return next(iter([*using, *own]), None)


def _example(design: Design) -> Credential:
    """Give a credential for a pack that has none yet."""
    return Credential(
        id=f"{design.id.partition('/')[0]}/example",
        span=design.span,
        title="Example",
        describes="What somebody can do.",
        requires=Group(design.span, Quantifier.ALL, ()),
    )


def _tried(plan: Plan, looks: Looks, credential: Credential) -> Iterator[tuple[Fault, str]]:
    """Yield what is wrong, with whose certificate it is wrong of where that says something."""
    spoken = [
        plan if n == 0 else plan_in(plan, language)
        for n, language in enumerate(_languages(plan, credential))
    ]
    jobs = (
        *(_job(each, credential, looks, LEARNER) for each in spoken),
        _job(plan, credential, looks, LONG_NAME),
    )
    *plain, long = _drawn(_Tried(tuple(looks.files.items()), tuple(map(msgspec.json.encode, jobs))))
    wrong = [drawn for drawn in plain if isinstance(drawn, tuple)]
    if wrong:
        for fault in wrong[0]:
            yield fault, ""
    elif isinstance(long, tuple):
        for fault in long:
            yield fault, f" (for the name `{LONG_NAME}`)"


def _languages(plan: Plan, credential: Credential) -> tuple[str, ...]:
    """Give the languages in which a credential is told; of a made-up one there is no other."""
    if credential.id not in plan.ruleset.credentials:
        return (plan.ruleset.pack_of(credential.id).language,)
    return languages_of(plan.ruleset, credential.id)


def _job(plan: Plan, credential: Credential, looks: Looks, learner: str) -> Job:
    spoken = plan.ruleset.credentials.get(credential.id, credential)
    document = sample(plan, spoken, SOMEBODY, SOME_DAY)
    badge = svg(Face(spoken.id, spoken.title, SOMEBODY.name))
    attached = Attached(msgspec.json.encode(document), badge)
    said = certificate_of(document, Told(learner, ADDRESS), looks)
    return job_of(said, attached, SOME_DAY, looks.paper)


@lru_cache(REMEMBERED)
def _drawn(tried: _Tried) -> tuple[Drawing, ...]:
    files: Mapping[str, bytes] = dict(tried.files)
    return tuple(press(files, [msgspec.json.decode(job, type=Job) for job in tried.jobs]))


def _problem(fault: Fault, design: Design, folder: Path, of: str) -> Problem:
    name = design.id.partition("/")[2]
    unknown = _UNKNOWN.search(fault.message)
    if unknown is not None:
        near = suggest(unknown[1], Certificate.__struct_fields__)
        fault = replace(fault, hint=f"did you mean `{near}`?" if near else fault.hint)
    if fault.file:
        span = Span(str(folder / fault.file), fault.line, fault.column)
        return Problem(span, CODE, f"{fault.message}{of}", fault.hint)
    message = f"the certificate `{name}` can't be drawn: {fault.message}{of}"
    return Problem(design.span, CODE, message, fault.hint)
