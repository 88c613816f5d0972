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
        activity = _activity(effect.target, plan)
    elif effect.go_to:
        activity = _activity(effect.go_to, plan)
    done = Done(
        key=effect.key,
        sequence=sequence,
        learner=effect.learner,
        rule=effect.by,
        activity=activity,
        course=_course(effect.course, plan) if effect.course else None,
        group=target if effect.kind in {Kind.GROUP, Kind.UNGROUP} else "",
        webhook=target if effect.kind is Kind.WEBHOOK else "",
        object=effect.object,
        score=None if effect.score is None else _rounded(effect.score),
        cohort=target if effect.kind in {Kind.COHORT, Kind.UNCOHORT} else "",
        enrolment=_named_course(effect.target, plan) if effect.kind in ENROLLING else None,
        subject=words.subject,
        text=words.text,
        html=words.html,
        language=words.language,
        category=words.category,
    )
    kind = effect.kind.value.replace(" ", "_")
    return _encoder.encode(Call(f"{TYPE}{kind}", instant(effect.at), done))


ENROLLING = frozenset({Kind.ENROL, Kind.UNENROL})


def _activity(name: str, plan: Plan) -> Thing:
    known = plan.ruleset.activities.get(name)
    if known is None:  # the pack has lost it since the decision: the name is all there is
        return Thing(name, ())
    return Thing(known.id, known.lms, known.title)


def _named_course(name: str, plan: Plan) -> Thing:
    known = plan.ruleset.courses.get(name)
    return Thing(name, ()) if known is None else Thing(known.id, known.lms, known.title)


def _course(lms: str, plan: Plan) -> Thing:
    known = plan.courses_at.get(lms)
    return Thing(known[0].id, known[0].lms, known[0].title) if known else Thing("", (lms,))


def _rounded(score: Fraction) -> float:
    return round(float(score), 6)
