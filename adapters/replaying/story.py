"""One learner's replay, told day by day: what the rules did, and what the others did."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from adapters.replaying.work import Task
from engine.calendar import Micros, instant, micros
from engine.events import Event
from engine.outcome import Decision, Outcome
from engine.replay import live_through
from engine.wording import when_shown


class Moment(msgspec.Struct):
    """One thing that was decided: by the rules that are asked about, the others, or both."""

    at: str
    by: str
    did: str
    thing: str
    because: str
    effects: list[str]


@dataclass(frozen=True, slots=True)
class _Line:
    at: Micros
    did: str
    thing: str
    because: str
    effects: tuple[str, ...]


def story(task: Task, learner: str, events: Sequence[Event]) -> list[Moment]:
    """Live a learner through by both rulesets, and give all that was decided in order of time."""
    now = _lines(task, learner, events, beside=False)
    before = _lines(task, learner, events, beside=True)
    both = set(now) & set(before)
    found = [(line, "both" if line in both else "after") for line in now]
    found += [(line, "before") for line in before if line not in both]
    if task.beside is None:
        found = [(line, "") for line in now]
    found.sort(key=lambda item: (item[0].at, item[1], item[0].thing))
    return [
        Moment(
            instant(line.at).isoformat(), by, line.did, line.thing, line.because, list(line.effects)
        )
        for line, by in found
    ]


def _lines(task: Task, learner: str, events: Iterable[Event], *, beside: bool) -> list[_Line]:
    plan = task.beside if beside else task.plan
    found: list[_Line] = []
    if plan is None:
        return found

    def watch(outcome: Outcome, _: Micros) -> None:
        found.extend(_line(decision) for decision in outcome.decisions)

    within = [e for e in events if task.until is None or e.time <= task.until]
    end = None if task.until is None else micros(task.until)
    live_through(plan, learner, within, end, watch)
    return found


def _line(decision: Decision) -> _Line:
    effects = tuple(f"{effect.kind.value} {effect.target}" for effect in decision.effects)
    because = decision.because
    return _Line(decision.at, decision.did.value, decision.thing, because, effects)


MARKS = {"both": "  ", "after": "+ ", "before": "- ", "": "  "}


def story_text(learner: str, moments: Sequence[Moment], task: Task, zone: str) -> str:
    """Tell a story on a terminal: `+` is new by these rules, `-` is no more."""
    clock = task.plan.clocks.zone(zone, "", "")
    lines = [f"{learner}, on the clock of {clock.key}:", ""]
    for moment in moments:
        at = when_shown(micros(_moment(moment.at)), clock)
        text = f"{MARKS[moment.by]}{at:<32}{moment.did:<12}{moment.thing}"
        if moment.because:
            text += f"  because: {moment.because}"
        lines.append(text.rstrip())
        lines += [f"{'':<36}{effect}" for effect in moment.effects]
    if not moments:
        lines.append("nothing was decided.")
    if task.beside is not None:
        lines += ["", "+ only by these rules, - only by those beside them."]
    lines += ["", "Nothing was sent or stored."]
    return "\n".join(lines)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
