"""
What a batch of awards costs to sign: with a template for each shape, and without.

Method:

- N credentials of one achievement (3.3 KiB, 80 statements), each with its own recipient, dates,
  marks, evidence and place in the status lists, as the registrar makes them.
- `plain` finds the statements of each with PyLD, strictly, and puts them into canonical form with
  pyoxigraph; `template` is what the registrar does. Both sign with Ed25519, in turns, in one
  process on one core; the median of the rounds.
- `whole` is what the registrar does before a badge leaves: template, signature, data model,
  1EdTech's schema, and its own proof checked.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from statistics import median
from time import perf_counter

from adapters.badges.achievement import Achievement
from adapters.badges.credential import Awarded, new_subject, unsigned
from adapters.badges.issuer import web_issuer
from adapters.badges.jsonvalue import JsonObject
from adapters.badges.keys import IssuerKey, KeyKind, SealedKeys, new_key
from adapters.badges.linked_data import canonical
from adapters.badges.proof import Canonical, signed
from adapters.badges.signing import Desk
from adapters.badges.template import canonical_in_bulk
from benchmarks.part import Part, Table, Target, figure

SIZES = (200, 2_000)
ROUNDS = 3
WANTED = 2_000
WHEN = datetime(2026, 3, 2, tzinfo=UTC)
ISSUER = web_issuer("https://badges.uni.example", "Example University", "badges@uni.example", "ES")


def credential(number: int) -> JsonObject:
    """Give one of a batch."""
    name = "https://badges.uni.example/achievements/bench/sampler/0123456789abcdef"
    document: JsonObject = {
        "id": name,
        "type": ["Achievement"],
        "name": "Sampler",
        "description": "Can choose, justify and draw a sample.",
        "achievementType": "MicroCredential",
        "criteria": {"narrative": "- Sampling: proficient or better\n- Quiz: at least 60%"},
        "creator": ISSUER.profile,
        "humanCode": "bench/sampler",
        "inLanguage": "en",
        "version": "2026.1",
        "image": {"id": f"{name}/image.svg", "type": "Image", "caption": "Sampler"},
        "resultDescription": [
            {
                "id": f"{name}#quiz",
                "type": ["ResultDescription"],
                "name": "Quiz",
                "resultType": "Percent",
                "valueMin": "0",
                "valueMax": "100",
                "requiredValue": "60",
            }
        ],
    }
    results: tuple[JsonObject, ...] = (
        {
            "type": ["Result"],
            "resultDescription": f"{name}#quiz",
            "value": str(60 + number % 40),
        },
    )
    evidence: tuple[JsonObject, ...] = tuple(
        {
            "type": ["Evidence"],
            "name": what,
            "narrative": f"{what}: marked, {60 + number % 40}% (2 March 2026)",
            "genre": "Quiz",
        }
        for what in ("Sampling quiz", "Sampling report", "Cleaning quiz")
    )
    award = Awarded(
        first=WHEN,
        since=WHEN,
        until=WHEN.replace(year=2029),
        subject=new_subject(f"learner{number}@uni.example"),
        results=results,
        evidence=evidence,
        days=(WHEN, WHEN),
    )
    own = f"https://badges.uni.example/credentials/{number:032x}"
    return unsigned(own, ISSUER, Achievement(name, "p/sampler", document, ()), award, (1, number))


def _desk() -> Desk:
    key: IssuerKey = new_key(KeyKind.ED25519, "bench", WHEN)
    return Desk(ISSUER, (key,), SealedKeys({key.public.id: key.sealed}, "bench"))


def _sign(batch: list[JsonObject], desk: Desk, way: Canonical) -> None:
    key = desk.keys[0].public
    for each in batch:
        signed(each, lambda data: desk.signer.sign(key, data), f"{ISSUER.did}#{key.id}", WHEN, way)


def _whole(batch: list[JsonObject], desk: Desk) -> None:
    for each in batch:
        desk.sign(each, WHEN, canonical=canonical_in_bulk)


def _seconds(work: Callable[[], None]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def run(*, quick: bool, full: bool = False) -> Part:
    """Measure; `full` is no more than usual here."""
    del full
    desk = _desk()
    rows: list[tuple[str, ...]] = []
    rate, ratio = 0.0, 0.0
    for size in SIZES[:1] if quick else SIZES:
        batch = [credential(number) for number in range(size)]
        ways = {
            "plain": partial(_sign, batch, desk, canonical),
            "template": partial(_sign, batch, desk, canonical_in_bulk),
            "whole": partial(_whole, batch, desk),
        }
        _sign(batch[:3], desk, canonical_in_bulk)
        found: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, work in ways.items():
                found[name].append(size / _seconds(work))
        plain, template, whole = (median(found[name]) for name in ways)
        rate, ratio = template, template / plain
        rows.append((f"{size:,}", figure(plain), figure(template), figure(ratio), figure(whole)))
    columns = ("badges", "plain, a second", "template, a second", "ratio", "whole, a second")
    return Part(
        "Signing badges",
        __doc__ or "",
        (Table("Badges signed in a second, on one core.", columns, tuple(rows)),),
        (
            Target(
                f"bulk awards sign by template at {WANTED:,} a second a core",
                f"{rate:,.0f}, which is {ratio:.1f} times plain PyLD in the same run",
                rate >= WANTED,
            ),
        ),
    )
