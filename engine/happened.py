"""When something happened: what `happened` asks of an event's own time."""

from engine.calendar import Micros
from engine.due import due_time
from engine.terms import Happened, HappenedKind, Leaf
from engine.view import View


def in_time(happened: Happened, at: Micros, leaf: Leaf, view: View, key: str) -> bool:
    """Say whether an event's time is what `happened` asks; notes when that will change."""
    match happened.kind:
        case HappenedKind.IN_THE_LAST if happened.period is not None:
            view.look_again(happened.period.after(at, view.zone) + 1)
            return at >= happened.period.before(view.now, view.zone)
        case HappenedKind.AT_LEAST_AGO if happened.period is not None:
            view.look_again(happened.period.after(at, view.zone))
            return happened.period.after(at, view.zone) <= view.now
        case HappenedKind.BEFORE if happened.day is not None:
            return at < view.moment(happened.day)
        case HappenedKind.AFTER if happened.day is not None:
            return at >= view.moment(happened.day, end=True)
        case HappenedKind.AFTER_TRIGGER:
            return view.trigger_at is not None and at > view.trigger_at
        case HappenedKind.BEFORE_DUE | HappenedKind.AFTER_DUE:
            activity = view.activity(leaf, key)
            due = due_time(activity, view) if activity else None
            if due is None:
                return False
            return (at < due) is (happened.kind is HappenedKind.BEFORE_DUE)
        case _:
            return True
