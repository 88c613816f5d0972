"""
`choose`: the learner picks one of several activities; it opens, and the others close.

What was chosen last, by the time of the choice, counts; so a choice that comes late, or before
the offer it answers, leads to the same. Choices from before the offer answer another one. What
another rule has opened stays open and stays that rule's, whether it is chosen or not: an offer
closes no more than it could have opened.
"""

from engine.calendar import Micros
from engine.events import Word
from engine.ledger import Offer
from engine.outcome import Decision, Did, Effect, Kind, firing_key
from engine.record import Entry
from engine.run import Run
from engine.source import NOWHERE


def offer(run: Run, effect: Effect, chain: tuple[str, ...]) -> None:
    """
    Remember what a learner may pick from; she may have picked already.

    A rule has one offer in a course, its latest: an older one is over.
    """
    offers = run.outcome.record.ledger.offers
    since = _since(run, effect)
    same = [k for k, o in offers.items() if (o.rule, o.course) == (effect.by, effect.course)]
    if effect.key not in offers and all(offers[key].at <= since for key in same):
        earlier = [firing for key in same for firing in (*offers[key].earlier, _firing(key))]
        for key in same:
            del offers[key]
        names = tuple(effect.target.split(", "))
        made = offers[effect.key] = Offer(
            effect.by, names, since, effect.course, earlier=tuple(earlier)
        )
        _settle(run, effect.key, made, chain)


def _since(run: Run, effect: Effect) -> Micros:
    """Give when what triggered an offer happened, as far as it is known."""
    trace = run.outcome.record.traces.get(effect.object)
    times = [entry.at for entry in trace.entries if entry.at <= run.now] if trace else []
    return max(times, default=run.now)


def settle_offers(run: Run) -> None:
    """Open what was chosen, and close the rest, of every offer that a choice has changed."""
    for key, made in run.outcome.record.ledger.offers.items():
        _settle(run, key, made, (made.rule,))


def _settle(run: Run, key: str, made: Offer, chain: tuple[str, ...]) -> None:
    found = _chosen(run, made)
    if found is None:
        _take_back(run, key, made, chain)
        return
    if found[1] == made.chosen:
        return
    entry, made.chosen = found
    made.turns += 1
    effects = tuple(
        _turned(run, key, made, name, entry.id)
        for name in made.activities
        if not _is_open_by_another(run, key, made, name)
    )
    run.pending += [(effect, chain) for effect in effects]
    short = made.chosen.partition("/")[2]
    run.outcome.decisions.append(
        Decision(
            Did.FIRED,
            made.rule,
            run.now,
            made.course,
            entry.id,
            _firing(key),
            f"chosen: {short}",
            effects=effects,
            again=True,
        )
    )


def _take_back(run: Run, key: str, made: Offer, chain: tuple[str, ...]) -> None:
    """Close what was chosen, now that the choice never was and no other stands."""
    if not made.chosen:
        return
    was, made.chosen = made.chosen, ""
    made.turns += 1
    if _is_open_by_another(run, key, made, was):
        return
    effect = _turned(run, key, made, was, "")
    run.pending.append((effect, chain))
    run.outcome.decisions.append(
        Decision(
            Did.FIRED,
            made.rule,
            run.now,
            made.course,
            firing=_firing(key),
            because=f"no longer chosen: {was.partition('/')[2]}",
            effects=(effect,),
            again=True,
        )
    )


def _is_open_by_another(run: Run, key: str, made: Offer, name: str) -> bool:
    """Say whether another rule has opened an activity, or another offer."""
    view = run.view(made.rule, made.course)
    opening = run.outcome.record.ledger.openings.get(view.key_of(name))
    own = (_firing(key), *made.earlier)
    return opening is not None and opening.open and opening.firing not in own


def _firing(key: str) -> str:
    """Give the firing that an effect's key begins with."""
    return key.partition(".")[0]


def _chosen(run: Run, made: Offer) -> tuple[Entry, str] | None:
    """Give the last choice of an offer, None where nothing has been chosen."""
    traces = run.outcome.record.traces
    found: list[tuple[Entry, str]] = []
    for name in made.activities:
        for key in run.plan.activity_keys.get(name, ()):
            trace = traces.get(key)
            entries = [e for e in trace.entries if e.word == Word.CHOSEN] if trace else []
            undone = max((e.at for e in entries if e.undone), default=-1)
            found += [
                (e, name) for e in entries if not e.undone and e.at >= made.at and e.at > undone
            ]
    return max(found, default=None)


def _turned(run: Run, key: str, made: Offer, name: str, choice: str) -> Effect:
    """
    Give the effect of a choice on one of the activities; each turn has keys of its own.

    A turn back to an earlier choice is done anew: an effect whose key is known would be dropped.
    """
    kind = Kind.RELEASE if name == made.chosen else Kind.LOCK
    rule = run.plan.ruleset.rules.get(made.rule)
    span = rule.span if rule else NOWHERE
    turn = firing_key(f"{choice or f'not {name}'}, turn {made.turns}")[:8]
    return Effect(
        f"{key}.{turn}.{name}",
        kind,
        name,
        run.outcome.record.learner,
        made.rule,
        run.now,
        span,
        made.course,
    )
