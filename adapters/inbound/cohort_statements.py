"""
The synthetic cohort as an LMS would send it: activity as xAPI statements, the rest as our own.

xAPI has no word for who a learner is, so profiles and enrolments stay in Milepost's own form;
both name the learner `homePage|name`, and meet in one record.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5

import msgspec

from adapters.inbound.cohort import COURSE, cohort
from adapters.inbound.native_line import encode, mark_of
from adapters.inbound.statement import CRITERIA
from engine.events import Event, Score, Word

HOME_PAGE = "https://lms.uni.example"

VERB_OF_WORD: Final[dict[str, str]] = {
    Word.VIEWED: "http://id.tincanapi.com/verb/viewed",
    Word.STARTED: "http://adlnet.gov/expapi/verbs/initialized",
    Word.SUBMITTED: "http://activitystrea.ms/schema/1.0/submit",
    Word.GRADED: "https://w3id.org/xapi/tla/verbs/scored",
    Word.COMPLETED: "http://adlnet.gov/expapi/verbs/completed",
}
"""The verbs that the cohort's activity is sent with; each is read back as the same word."""

ATTEMPT = "http://adlnet.gov/expapi/activities/attempt"
COURSE_TYPE = "http://adlnet.gov/expapi/activities/course"
TYPE_OF_PREFIX = {
    "page": "https://w3id.org/xapi/acrossx/activities/webpage",
    "quiz": "http://adlnet.gov/expapi/activities/assessment",
    "lesson": "http://adlnet.gov/expapi/activities/lesson",
    "assign": "https://xapi.edlm/profiles/edlm-lms/concepts/activity-types/assignment",
}


class Sent(msgspec.Struct, frozen=True):
    """
    One thing that the LMS sends.

    Attributes:
        time: When it happened.
        is_statement: Whether it is an xAPI statement; otherwise it is Milepost's own form.
        body: One JSON object.
    """

    time: datetime
    is_statement: bool
    body: bytes


class _Account(msgspec.Struct, rename={"home_page": "homePage"}):
    home_page: str
    name: str


class _Actor(msgspec.Struct):
    account: _Account


class _Id(msgspec.Struct):
    id: str


class _Type(msgspec.Struct):
    type: str


class _Activity(msgspec.Struct):
    id: str
    definition: _Type


class _Score(msgspec.Struct, omit_defaults=True):
    raw: msgspec.Raw
    min: msgspec.Raw
    max: msgspec.Raw | None = None


class _Result(msgspec.Struct, omit_defaults=True):
    score: _Score
    extensions: dict[str, msgspec.Raw] = {}


class _Parents(msgspec.Struct):
    parent: list[_Activity]


class _Context(msgspec.Struct, rename={"activities": "contextActivities"}):
    activities: _Parents


class _Statement(msgspec.Struct, omit_defaults=True):
    id: str
    timestamp: datetime
    actor: _Actor
    verb: _Id
    object: _Activity
    context: _Context
    result: _Result | None = None


_encoder = msgspec.json.Encoder(decimal_format="number")


def statements(learners: int, seed: int, home_page: str = HOME_PAGE) -> Iterator[Sent]:
    """
    Give what an LMS sends of a cohort, learner after learner.

    Args:
        learners: How many.
        seed: Of the cohort; the events are those of `cohort`.
        home_page: The LMS's address, part of every learner's name.
    """
    for event in cohort(learners, seed, f"{home_page}|"):
        if event.word in VERB_OF_WORD:
            yield Sent(event.time, is_statement=True, body=statement_of(event))
        else:
            yield Sent(event.time, is_statement=False, body=encode(event))


def statement_of(event: Event) -> bytes:
    """Write an event as one xAPI statement, whose id is made of the event's."""
    home_page, _, name = event.learner.rpartition("|")
    kind = TYPE_OF_PREFIX[event.object.partition(":")[0]]
    activity = _Activity(event.object, _Type(kind))
    parents = [_Activity(COURSE, _Type(COURSE_TYPE))]
    if event.attempt:
        parents.insert(0, activity)
        activity = _Activity(event.attempt, _Type(ATTEMPT))
    statement = _Statement(
        id=str(uuid5(NAMESPACE_URL, event.id)),
        timestamp=event.time,
        actor=_Actor(_Account(home_page, name)),
        verb=_Id(VERB_OF_WORD[event.word]),
        object=activity,
        context=_Context(_Parents(parents)),
        result=None if event.score is None else _result(event, event.score),
    )
    return _encoder.encode(statement)


def _result(event: Event, score: Score) -> _Result:
    rubric = {name: mark_of(mark) for name, mark in event.criteria}
    extensions = {CRITERIA: msgspec.Raw(_encoder.encode(rubric))} if rubric else {}
    high = None if score.high is None else msgspec.Raw(_encoder.encode(score.high))
    return _Result(
        _Score(
            msgspec.Raw(_encoder.encode(score.raw)), msgspec.Raw(_encoder.encode(score.low)), high
        ),
        extensions,
    )
