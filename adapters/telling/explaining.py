"""Explanations from a history or from the store, and the JSON that they are told in."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from adapters.telling.verdict_text import VerdictDocument, verdict_document, verdict_lines
from engine.calendar import Micros, zone_named
from engine.events import Event
from engine.explain import explain
from engine.explained import Explanation
from engine.outcome import Decision, Outcome
from engine.plan import Plan
from engine.replay import live_through
from engine.wording import moment_shown


class ExplanationDocument(msgspec.Struct):
    """What `explain --json` and GET /learners/…/explain/… answer."""

    learner: str
    thing: str
    answer: str
    verdict: VerdictDocument
    missing: list[str]
    kind: str
    title: str
    headline: str
    history: list[str]
    ways: list[str] = []
    limits: list[VerdictDocument] = []
    ruleset: str = ""
    left: list[str] = []
    """What became of its messages and calls on their way out."""


def explain_history(
    plan: Plan, learner: str, events: Iterable[Event], thing: str, now: Micros
) -> Explanation:
    """
    Live a learner's events through up to an instant, and explain a thing as of then.

    Raises:
        UnknownThingError: If nothing has that name.
    """
    decisions: list[Decision] = []

    def watch(outcome: Outcome, _: Micros) -> None:
        decisions.extend(outcome.decisions)

    record = live_through(plan, learner, events, now, watch)
    return explain(plan, record, thing, now, decisions)


def explanation_document(found: Explanation, shown: str = "") -> ExplanationDocument:
    """Give an explanation as JSON; `shown` is the thing's name as it was asked for."""
    return ExplanationDocument(
        found.learner,
        shown or found.thing,
        found.answer.value,
        verdict_document(found.verdict),
        list(found.missing),
        found.kind,
        found.title,
        found.headline,
        list(found.history),
        list(found.ways),
        [verdict_document(limit) for limit in found.limits],
    )


def explanation_text(
    found: Explanation, as_of: datetime, left: Sequence[str] = (), ruleset: str = ""
) -> str:
    """
    Give an explanation as lines of text, on the learner's clock.

    `left` says what became of messages and calls, a sentence each; `ruleset` is the fingerprint
    of the rules that it is by, "" to leave it out.
    """
    local = as_of.astimezone(zone_named(found.zone))
    known = f"{moment_shown(local.replace(tzinfo=None))} ({found.zone})"
    lines = [
        f"{found.learner} and the {found.kind} {found.thing} ({found.title}), as known on {known}",
        "",
        found.headline,
        "",
        *(f"  {line}" for line in verdict_lines(found.verdict)),
    ]
    if found.limits:
        lines += ["", "Its limits then:"]
        lines += [f"  {line}" for limit in found.limits for line in verdict_lines(limit)]
    if found.missing:
        lines += ["", "What is missing:", *(f"  {line}" for line in found.missing)]
    if found.ways:
        lines += ["", "What would do it:", *(f"  {line}" for line in found.ways)]
    if found.history:
        lines += ["", "What was decided:", *(f"  {line}" for line in found.history)]
    if left:
        lines += ["", "What became of it:", *(f"  {line}" for line in left)]
    if ruleset:
        lines += ["", f"By ruleset {ruleset}."]
    return "\n".join(lines)
