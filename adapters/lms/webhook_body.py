"""
A release, lock, group, enrolment, message or call as the JSON that an LMS is posted.

The names are the LMS's own, as pack.yaml gives them under `lms:`, beside the rule files' names,
so that a receiver needs no table of ours. `sequence` grows: of two calls about one activity the
one with the higher number is the later decision, whatever order they arrive in.
"""

from datetime import datetime
from fractions import Fraction

import msgspec

from engine.calendar import instant
from engine.names import plain
from engine.outcome import Effect, Kind
from engine.plan import Plan

TYPE = "milepost."
"""What the `type` of every call begins with; the effect's own word follows."""


class Thing(msgspec.Struct, frozen=True, omit_defaults=True):
    """
    An activity or course.

    Attributes:
        name: Its name in the rule files, `pack/id`; "" where no file names it.
        lms: The LMS's names of it.
        title: What learners read.
    """

    name: str
    lms: tuple[str, ...]
    title: str = ""


class Done(msgspec.Struct, frozen=True, omit_defaults=True):
    """
    What is to be done, to whom, and why.

    Attributes:
        key: The same for the same thing decided again; do each once.
        sequence: Grows with every call of one Milepost.
        learner: To whom.
        rule: Who decided: the rule's full name.
        activity: Of release, lock and recommend; of a banner, where it leads.
        course: The course in which the rule was triggered.
        group: Of group and ungroup: its name in the rule files, without the pack.
        webhook: Of webhook: the name that the rule calls it by.
        cohort: Of cohort and uncohort: its name in the rule files.
        enrolment: Of enrol and unenrol: the course.
        activities: Of choose: what the learner may pick from, in order.
        subject: Of an LMS message and a banner: what it says, in the learner's language; `text`
            and `html` (a fragment) say the same.
        object: The LMS's name of what triggered the rule.
        score: The mark of the triggering attempt, as a fraction of one.
    """

    key: str
    sequence: int
    learner: str
    rule: str
    activity: Thing | None = None
    course: Thing | None = None
    group: str = ""
    webhook: str = ""
    object: str = ""
    score: float | None = None
    cohort: str = ""
    enrolment: Thing | None = None
    subject: str = ""
    text: str = ""
    html: str = ""
    language: str = ""
    category: str = ""
    activities: tuple[Thing, ...] = ()


class Words(msgspec.Struct, frozen=True):
    """What a message says, and its category."""

    subject: str
    text: str
    html: str
    language: str
    category: str


NO_WORDS = Words("", "", "", "", "")


class Call(msgspec.Struct, frozen=True):
    """One call, as Standard Webhooks shape it; `timestamp` is the instant of the decision."""

    type: str
    timestamp: datetime
    data: Done


_encoder = msgspec.json.Encoder()


def webhook_body(effect: Effect, sequence: int, plan: Plan, words: Words = NO_WORDS) -> bytes:
    """
    Write the body of a call; the same effect under the same rules gives the same bytes.

    Args:
        effect: Of any kind but e-mail.
        sequence: The outbox row's id.
        plan: The rules in force: they know the LMS's names.
        words: Of a message: what it says.
    """
    target = effect.target.rpartition("/")[2]
    activity: Thing | None = None
    if effect.kind in {Kind.RELEASE, Kind.LOCK, Kind.RECOMMEND}:
        activity = _activity(effect.target, plan, effect.course)
    elif effect.go_to:
        activity = _activity(effect.go_to, plan, effect.course)
    done = Done(
        key=effect.key,
        sequence=sequence,
        learner=effect.learner,
        rule=effect.by,
        activity=activity,
        course=_course(effect.course, plan) if effect.course else None,
        group=target if effect.kind in {Kind.GROUP, Kind.UNGROUP} else "",
        webhook=target if effect.kind is Kind.WEBHOOK else "",
        object=plain(effect.object),
        score=None if effect.score is None else _rounded(effect.score),
        cohort=target if effect.kind in {Kind.COHORT, Kind.UNCOHORT} else "",
        enrolment=_enrolment(effect, plan) if effect.kind in ENROLLING else None,
        subject=words.subject,
        text=words.text,
        html=words.html,
        language=words.language,
        category=words.category,
        activities=offered(effect, plan),
    )
    kind = effect.kind.value.replace(" ", "_")
    return _encoder.encode(Call(f"{TYPE}{kind}", instant(effect.at), done))


def offered(effect: Effect, plan: Plan) -> tuple[Thing, ...]:
    """Give what the learner may pick from, () for any other effect."""
    if effect.kind is not Kind.CHOOSE:
        return ()
    return tuple(_activity(name, plan, effect.course) for name in effect.target.split(", "))


ENROLLING = frozenset({Kind.ENROL, Kind.UNENROL})


def _activity(name: str, plan: Plan, course: str) -> Thing:
    known = plan.ruleset.activities.get(name)
    if known is None:  # the pack has lost it since the decision: the name is all there is
        return Thing(name, ())
    return Thing(known.id, plan.names.lms_in(known, course), known.title)


def _enrolment(effect: Effect, plan: Plan) -> Thing:
    """Name the course to enrol in (the run that goes on, or the next) or all runs to leave."""
    known = plan.ruleset.courses.get(effect.target)
    if known is None:
        return Thing(effect.target, ())
    keys = plan.course_keys[known.id]
    if effect.kind is Kind.ENROL:
        keys = (plan.names.run_at(known.id, effect.at, plan.clocks),)
    runs = [run for key in keys for run in plan.courses_at[key] if run.id == known.id]
    return Thing(known.id, tuple(name for run in runs for name in run.lms), known.title)


def _course(lms: str, plan: Plan) -> Thing:
    known = plan.courses_at.get(lms)
    return Thing(known[0].id, known[0].lms, known[0].title) if known else Thing("", (lms,))


def _rounded(score: Fraction) -> float:
    return round(float(score), 6)
