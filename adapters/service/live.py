"""
From when a rule acts: the first moment at which this database saw it live.

Rules look forward only. A rule that is new today must not act on what happened last month, so
the store remembers when each was first put in force, and a plan carries that.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import msgspec

from adapters.store.store import Store
from engine.ruleset import Ruleset, State


def with_live(ruleset: Ruleset, live: Mapping[str, datetime]) -> Ruleset:
    """Give the same ruleset, its rules acting from the instants given; others stay as they are."""
    return replace(
        ruleset,
        rules={
            name: replace(rule, live_from=live[name]) if name in live else rule
            for name, rule in ruleset.rules.items()
        },
    )


def put_in_force(store: Store, ruleset: Ruleset, now: datetime) -> Ruleset:
    """
    Note a ruleset as in force; give it with its rules acting from when they were first live.

    Args:
        store: Remembers; a renamed rule (`was`) keeps its time.
        ruleset: As read from the packs.
        now: From when a new rule acts: the service's clock, or the first event's time where old
            data is lived through.

    Raises:
        StoreBusy: Nothing was noted.
    """
    # An LMS tells whole seconds: what happens in this one must not seem to lie before it.
    now = now.replace(microsecond=0)
    live = {name for name, rule in ruleset.rules.items() if rule.state is State.LIVE}
    formerly = {
        name: full_name(name, ruleset.rules[name].was) for name in live if ruleset.rules[name].was
    }
    what = {pack.id: pack.version for pack in ruleset.packs.values()}
    store.settings.saw_ruleset(
        ruleset.fingerprint, msgspec.json.encode(what, order="sorted").decode(), now
    )
    return with_live(ruleset, store.settings.live_since(live, now, formerly))


def full_name(of: str, name: str) -> str:
    """Give a name as written in the pack of a thing as a full one."""
    return name if "/" in name else f"{of.partition('/')[0]}/{name}"
