"""Pathways as events: a learner comes further on one, and completes it once."""

from collections.abc import Iterable

from engine.calendar import whole_second
from engine.events import PERSON_WORDS, Word
from engine.happening import IS_NOW, WAS, Happening
from engine.ledger import Walked
from engine.outcome import firing_key
from engine.pathways import walk
from engine.run import Run


def ask_pathways(run: Run, happenings: Iterable[Happening], *, everything: bool = False) -> None:
    """Look at the pathways that somebody listens to and that a round may have moved."""
    plan = run.plan
    if not (plan.pathways_on or plan.pathways_of_person):
        return
    names: dict[str, None] = {}
    cause: Happening | None = None
    for happening in happenings:
        if happening.words & PERSON_WORDS:
            names.update(dict.fromkeys(plan.pathways_of_person))
        cause = happening if cause is None or happening.cause < cause.cause else cause
        for key in _keys(run, happening.keys):
            names.update(dict.fromkeys(plan.pathways_on.get(key, ())))
    if everything:
        names = {name: None for each in plan.pathways_on.values() for name in each}
        names.update(dict.fromkeys(plan.pathways_of_person))
    for name in sorted(names):
        _look(run, name, cause)


def _keys(run: Run, keys: Iterable[str]) -> Iterable[str]:
    """Give keys with those of the skills that they are evidence of, and of their wholes."""
    found = dict.fromkeys(keys)
    waiting = [skill for key in found for skill in run.plan.skills_on.get(key, ())]
    while waiting:
        skill = waiting.pop()
        found[f"skill {skill}"] = None
        waiting += run.plan.wholes.get(skill, ())
    return found


def look_at_pathway(run: Run, name: str) -> None:
    """Look again at a pathway that time alone may have moved."""
    if name in run.plan.ruleset.pathways:
        _look(run, name, None)


def _look(run: Run, name: str, cause: Happening | None) -> None:
    walks = run.outcome.record.ledger.pathways
    view = run.view(name)
    found = walk(run.plan.ruleset.pathways[name], view)
    later = (whole_second(at) for at in view.later if at > run.now)
    run.set_timer(f"walk {name}", min(later, default=None))
    known = walks.get(name) or Walked()
    if (known.done, known.total) == (found.number, found.total):
        return
    first = found.completed and known.completed is None
    completed = run.now if first else known.completed
    begun = run.now if known.begun is None and found.number else known.begun
    walks[name] = Walked(found.number, found.total, completed, begun)
    key = f"pathway {name}"
    moved = firing_key(run.outcome.record.learner, name, str(found.share), str(run.now))
    run.touched.add(key)
    run.followed.append(
        Happening(
            (key, "*pathway"),
            moved,
            run.now,
            cause.cause if cause else run.now,
            "",
            key,
            frozenset({Word.COMPLETED} if first else ()),
            fields=((WAS, str(known.share)), (IS_NOW, str(found.share))),
            backfill=cause.backfill if cause else False,
            corrects=cause.corrects if cause else False,
            chain=(*(cause.chain if cause else ()), name),
        )
    )
