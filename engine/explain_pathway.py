"""A pathway explained: which steps are done and since when, what is next, what is missing."""

import msgspec

from engine.calendar import Micros
from engine.explained import Explanation
from engine.pathways import Stage, first_done, next_step, walk
from engine.verdict import Answer, Verdict
from engine.view import View
from engine.ways import ways


def explain_pathway(name: str, view: View) -> Explanation:
    """
    Tell where a learner stands on a pathway, as known at the view's instant.

    Args:
        name: Its full name.
        view: The learner, as the pathway's pack sees her.
    """
    pathway = view.plan.ruleset.pathways[name]
    found = walk(pathway, view)
    times = first_done(view.plan, view.record, pathway, view.now)
    counted = f"{found.number} of {found.total} required steps done"
    if found.completed:
        ends = [at for stage, at in zip(found.stages, times, strict=True) if stage.step.required]
        headline = f"COMPLETED on {view.when(max(at or 0 for at in ends))}: {counted}"
    else:
        headline = f"{'ON THE WAY' if found.begun else 'NOT BEGUN'}: {counted}"
        following = next_step(found, view)
        if following is not None:
            step, leaf = following
            headline += f"; next: {step.title or view.ask(leaf)}"
    under = tuple(_told(stage, at, view) for stage, at in zip(found.stages, times, strict=True))
    verdict = Verdict(
        _answer(found.stages),
        f"pathway {view.short(name)} is completed",
        counted,
        pathway.span,
        under,
    )
    missing = tuple(
        f"{part.asks}: {part.because}" if part.because else part.asks
        for stage in found.stages
        if stage.step.required and not stage.done
        for part in stage.verdict.blockers()
    )
    lacking = tuple(
        way
        for stage in found.stages
        if stage.step.required
        for way in ways(stage.step.condition, stage.verdict, view.short)
    )
    return Explanation(
        view.record.learner,
        name,
        "pathway",
        pathway.title,
        verdict.answer,
        headline,
        verdict,
        missing,
        ways=lacking,
    )


def _answer(stages: tuple[Stage, ...]) -> Answer:
    answers = {stage.verdict.answer for stage in stages if stage.step.required}
    return next((a for a in (Answer.NO, Answer.UNKNOWN) if a in answers), Answer.YES)


def _told(stage: Stage, at: Micros | None, view: View) -> Verdict:
    """Give a step's verdict with its title, whether it is required, and when it was done."""
    verdict = stage.verdict
    kind = "required" if stage.step.required else "optional"
    named = f"{stage.step.title}: {verdict.asks}" if stage.step.title else verdict.asks
    because = verdict.because
    if stage.done and at is not None:
        because = f"done on {view.when(at)}"
    return msgspec.structs.replace(verdict, asks=f"{kind}: {named}", because=because)
