"""`milepost guide`: what a learner is close to, by a framework of occupations, with the sum."""

from collections.abc import Iterable
from contextlib import ExitStack
from typing import Annotated

import msgspec
import typer

from adapters.braking.asked import Database, Json
from adapters.guidance.guide import OCCUPATION, Closeness, guide
from adapters.packs import FAILED, fail
from adapters.running.rules_in_force import NoRulesError
from adapters.running.running import Running
from adapters.running.store_beside import refusals
from adapters.settings.service import as_the_service
from adapters.settings.verbs import settings_for
from adapters.telling.learner_explaining import folded
from engine.calendar import micros
from engine.spelling import suggest
from rules.frameworks import Framework, frameworks_in


class GuideDocument(msgspec.Struct, frozen=True):
    """What `guide --json` prints: the occupations that she is closest to, or the one asked for."""

    learner: str
    framework: str
    occupations: tuple[Closeness, ...]


def command(
    learner: Annotated[str, typer.Argument(help="The learner, as the LMS names her.")],
    occupation: Annotated[
        str, typer.Argument(help="An occupation's code; the closest ones if not said.")
    ] = "",
    *,
    framework: Annotated[
        str, typer.Option(help="The framework's name, if several have occupations.")
    ] = "",
    database: Database = "",
    json: Json = False,
) -> None:
    """
    Say which occupations a learner is close to, and what closes the gap, with the sum.

    What an occupation needs is the framework's: import O*NET's or ESCO's tables. What she has is
    what she has shown: skills with a level, and credentials, that align to what is needed.
    """
    settings = settings_for({"--database": database})
    with ExitStack() as stack, refusals():
        settings = as_the_service(settings, stack, own_packs=False, own_mode=False)
        chosen = _chosen(framework, frameworks_in(settings.rules.packs).known.values())
        try:
            running = Running(settings)
        except NoRulesError as error:
            fail(f"{error}: milepost check says which")
        stack.callback(running.close)
        stored = running.store.record_of(learner)
        if stored is None:
            fail(f"nothing is known of a learner `{learner}`", FAILED)
        plan = running.service.plan
        record = folded(plan, stored, running.store.events_of(learner))
        _known(occupation, chosen)
        found = guide(plan, record, micros(running.now()), chosen, occupation)
    document = GuideDocument(learner, chosen.name, found)
    print(msgspec.json.encode(document).decode() if json else _text(document))  # noqa: T201 - the answer


def _chosen(asked: str, known: Iterable[Framework]) -> Framework:
    with_jobs = {
        each.name: each for each in known if any(item.kind == OCCUPATION for item in each.items)
    }
    if not with_jobs:
        fail("no framework with occupations was imported: milepost framework import FILE", FAILED)
    if asked in with_jobs:
        return with_jobs[asked]
    if asked or len(with_jobs) > 1:
        fail(f"name one of them with --framework: {', '.join(with_jobs)}", FAILED)
    return next(iter(with_jobs.values()))


def _known(occupation: str, framework: Framework) -> None:
    codes = [item.code for item in framework.items if item.kind == OCCUPATION]
    if occupation and occupation not in codes:
        near = suggest(occupation, codes)
        hint = f"; did you mean `{near}`?" if near else ""
        fail(f"{framework.name} has no occupation {occupation}{hint}", FAILED)


def _text(document: GuideDocument) -> str:
    if not document.occupations:
        return (
            f"{document.learner} has nothing yet that an occupation of {document.framework} needs, "
            "or no skill and no credential aligns to it"
        )
    lines: list[str] = []
    for each in document.occupations:
        lines.append(f"{each.title} ({each.code}): {each.share:.0%}, which is {each.sum}")
        for need in each.needs:
            if need.has:
                told = f"{need.has:.0%} of {need.weight:g}, by {need.by}"
            else:
                told = f"0 of {need.weight:g}; " + (
                    f"would be shown by {'; '.join(need.closes)}"
                    if need.closes
                    else "nothing here shows it"
                )
            lines.append(f"  {'+' if need.has else '-'} {need.title}: {told}")
        lines.append("")
    return "\n".join(lines).rstrip()
