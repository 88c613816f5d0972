"""Whether a learner is in a group or cohort, and since when: by what the LMS and rules did."""

from engine.calendar import Micros
from engine.record import BY_A_RULE, Change
from engine.view import View


def membership(key: str, view: View) -> tuple[bool, Micros | None]:
    """Say whether the learner is in a group or cohort and since when, by the LMS or a rule."""
    changes = [c for c in view.record.changes.get(key, ()) if c.at <= view.now]
    did = view.record.ledger.membership(key)
    if did is not None:
        left_out = bool(view.leave_out) and did.firing == view.leave_out
        stands = did.was if left_out else (did.member, did.at)
        if stands is not None:
            changes = sorted([*changes, Change(stands[1], BY_A_RULE, stands[0])])
    start: Micros | None = None
    off: Micros | None = None
    for change in changes:
        if not change.on:
            start, off = None, change.at
        elif start is None:
            start = change.at
    return (True, start) if start is not None else (False, off)
