"""
How `fact: NAME` is answered: what a plug-in may know of the learner, and what it says.

It is told the events that it listens to and no others, so that its answer does not hang on
what further rules happen to ask, and nothing that lies after the instant of the question. Where
it could not be asked, what hangs on it is asked again after a while.
"""

from collections.abc import Iterator

from engine.calendar import instant
from engine.facts import STATED, Enrolment, Learner, Seen
from engine.record import Entry, Trace
from engine.terms import HasFact
from engine.verdict import Answer, Verdict
from engine.view import View

SAID = {"yes": Answer.YES, "no": Answer.NO}
ANSWERS = {True: Answer.YES, False: Answer.NO, None: Answer.UNKNOWN}
SHOWN = {Answer.YES: "yes", Answer.NO: "no", Answer.UNKNOWN: "not known"}


def fact_answer(condition: HasFact, view: View) -> Verdict:
    """Answer a fact: what a scenario states, or else what the plug-in says."""
    stated = view.record.said(STATED + condition.word)
    if stated:
        answer = SAID.get(stated, Answer.UNKNOWN)
    else:
        now = instant(view.now).isoformat()
        facts = view.plan.ruleset.facts
        answer = ANSWERS[facts.answer(condition.word, _learner(condition, view), now)]
        wait = facts.retry(condition.word) if answer is Answer.UNKNOWN else None
        if wait is not None:
            view.look_again(view.now + wait)
    return Verdict(answer, view.ask(condition), SHOWN[answer], condition.span)


def _learner(condition: HasFact, view: View) -> Learner:
    record = view.record
    courses = sorted({*record.courses(), *((view.course,) if view.course else ())})
    return Learner(
        record.learner,
        {
            name: stamped.value
            for name, stamped in sorted(record.profile.items())
            if not name.startswith(STATED)
        },
        tuple(
            Enrolment(course, instant(since).isoformat())
            for course in courses
            if (since := view.enrolled_since(course)) is not None
        ),
        tuple(_events(frozenset(condition.listens_to), view)),
    )


def _events(words: frozenset[str], view: View) -> Iterator[Seen]:
    found: dict[Entry, tuple[str, Trace]] = {}
    # An event may lie in several traces; that of its object comes first, and names it.
    for key in sorted(view.record.traces, key=lambda key: (key.startswith("!"), key)):
        trace = view.record.traces[key]
        for entry in trace.entries:
            if entry.word in words and view.knows(entry):
                found.setdefault(entry, (key, trace))
    for entry in sorted(found):
        key, trace = found[entry]
        yield Seen(
            instant(entry.at).isoformat(),
            entry.word,
            "" if key.startswith("!") or key == "learner" else key,
            trace.course,
            None if entry.fraction is None else float(entry.fraction),
            entry.attempt,
            dict(entry.fields),
            entry.undone,
        )
