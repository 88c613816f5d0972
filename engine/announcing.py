"""`announce`: an event that a rule makes for other rules, which hear of it in the next round."""

from engine.happening import Happening
from engine.ledger import Announced
from engine.outcome import Effect
from engine.run import Run


def announce(run: Run, effect: Effect, chain: tuple[str, ...]) -> None:
    """Let an event have happened now; rules hear of it in the next round."""
    iri = run.plan.ruleset.events[effect.target].iri
    keys = [f"!{iri}"]
    if effect.course:
        keys.append(f"!{iri}@{effect.course}")
    announced = run.outcome.record.ledger.announced
    for key in keys:
        announced.setdefault(key, []).append(Announced(run.now, effect.key, effect.course))
    run.followed.append(
        Happening(
            tuple(keys),
            effect.key,
            run.now,
            run.now,
            effect.course,
            words=frozenset({iri}),
            chain=chain,
        )
    )
