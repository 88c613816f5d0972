"""
From when a rule acts: the first moment at which this database saw it live.

Rules look forward only. A rule that is new today must not act on what happened last month, so
the store remembers when each was first put in force, and a plan carries that.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

import msgspec

from adapters.store.pauses import ALL
from adapters.store.store import Store
from engine.ruleset import Rule, Ruleset, State


def with_live(ruleset: Ruleset, live: Mapping[str, datetime]) -> Ruleset:
    """Give the same ruleset, its rules acting from the instants given; others stay as they are."""
    return replace(
        ruleset, rules={name: _lived(rule, live) for name, rule in ruleset.rules.items()}
    )


def live_name(rule: Rule) -> str:
    """Give the name by which a rule's beginning is remembered: one for each share of learners."""
    return rule.id if rule.share is None else f"{rule.id}{FOR}{rule.share}"


FOR = " for "


def _lived(rule: Rule, live: Mapping[str, datetime]) -> Rule:
    """Give a rule with since when it acts, and since when for the smaller shares before."""
    moments = [live[name] for name in {rule.id, live_name(rule)} if name in live]
    if not moments:
        return rule
    opening = f"{rule.id}{FOR}"
    shares = [
        (Fraction(name.removeprefix(opening)), moment)
        for name, moment in live.items()
        if name.startswith(opening)
    ]
    # A share that shrinks keeps since when; one that grows begins anew for those who are new.
    earlier = tuple(sorted(each for each in shares if rule.share is None or each[0] < rule.share))
    return replace(rule, live_from=min(moments), earlier=earlier)


def with_paused(ruleset: Ruleset, paused: Collection[str]) -> Ruleset:
    """Give the same ruleset, its paused rules as drafts: they are counted, and do nothing."""
    if not paused:
        return ruleset
    return replace(
        ruleset,
        rules={
            name: replace(rule, state=State.DRAFT)
            if rule.state is State.LIVE and (name in paused or ALL in paused)
            else rule
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
    acting = [rule for rule in ruleset.rules.values() if rule.state is State.LIVE]
    live = {live_name(rule) for rule in acting}
    formerly = {
        live_name(rule): live_name(replace(rule, id=full_name(rule.id, rule.was)))
        for rule in acting
        if rule.was
    }
    what = {pack.id: pack.version for pack in ruleset.packs.values()}
    store.settings.saw_ruleset(
        ruleset.fingerprint, msgspec.json.encode(what, order="sorted").decode(), now
    )
    store.settings.live_since(live, now, formerly)
    known = with_live(ruleset, store.settings.known_live())
    return with_paused(known, store.pauses.all())


def full_name(of: str, name: str) -> str:
    """Give a name as written in the pack of a thing as a full one."""
    return name if "/" in name else f"{of.partition('/')[0]}/{name}"
