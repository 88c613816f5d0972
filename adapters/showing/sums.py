"""Credits added up, where authors give credits: by unit, each learner's work once."""

import re
from collections.abc import Iterable
from decimal import Decimal

from engine.lasting import parts_of
from engine.plan import Plan
from engine.record import Record
from notifications.wording import wording

_CREDITS = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*(.*?)\s*")


def credits_told(plan: Plan, record: Record, names: Iterable[str], language: str) -> str:
    """
    Add up the credits of what is held among credentials, such as `5 ECTS`; "" for none.

    A part of a stack that has credits itself is in these: it is not counted beside it.
    """
    known = plan.ruleset.credentials
    held = [name for name in sorted(set(names)) if name in known and record.ledger.held(name)]
    counted = [name for name in held if _CREDITS.fullmatch(known[name].credits)]
    within: set[str] = set()
    waiting = list(counted)
    while waiting:
        for part in parts_of(plan, known[waiting.pop()]):
            if part not in within and part in known:
                within.add(part)
                waiting.append(part)
    sums: dict[str, Decimal] = {}
    for name in counted:
        found = _CREDITS.fullmatch(known[name].credits)
        if found is not None and name not in within:
            sums[found[2]] = sums.get(found[2], Decimal(0)) + Decimal(found[1].replace(",", "."))
    decimal = wording(language).decimal
    return ", ".join(
        f"{number.normalize():f} {unit}".strip().replace(".", decimal, 1)
        for unit, number in sums.items()
    )
