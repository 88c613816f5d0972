"""
What xAPI's verbs mean in the words of the rule language.

A verb whose IRI is not here keeps it as its word, so that a pack may name it under `events:`.
Some mean different things by what they are done to: *registered* for a course is enrolled, for
a meeting it is booked. These do not stand here although a word of the language looks like them:

- `suspended` and `resumed` of an activity: nobody is suspended who saves a questionnaire.
- `achieved`, `forfeited`: an LMS's certificate is not a credential that Milepost awarded.
- the video profile's `played`, `paused`, `seeked` and ADL's `interacted`: they are more precise
  than any word of ours.

`answered` is *submitted*: it hands an answer in. Our own *answered* is of a forum's thread, and of
her who began it: no statement of the one who replies names her, so no verb means it.
`waived` of the cmi5 profile is *excused*: the LMS asks no more of the learner.
"""

from enum import StrEnum

from engine.events import Word

VOIDED = "http://adlnet.gov/expapi/verbs/voided"

WORD_OF_VERB: dict[str, Word] = {
    "http://activitystrea.ms/read": Word.VIEWED,
    "http://activitystrea.ms/schema/1.0/access": Word.VIEWED,
    "http://activitystrea.ms/schema/1.0/read": Word.VIEWED,
    "http://activitystrea.ms/schema/1.0/watch": Word.VIEWED,
    "http://adlnet.gov/expapi/verbs/experienced": Word.VIEWED,
    "http://id.tincanapi.com/verb/viewed": Word.VIEWED,
    "https://w3id.org/xapi/acrossx/verbs/viewed": Word.VIEWED,
    "https://w3id.org/xapi/acrossx/verbs/watched": Word.VIEWED,
    "http://activitystrea.ms/schema/1.0/start": Word.STARTED,
    "http://activitystrea.ms/start": Word.STARTED,
    "http://adlnet.gov/expapi/verbs/attempted": Word.STARTED,
    "http://adlnet.gov/expapi/verbs/initialized": Word.STARTED,
    "http://adlnet.gov/expapi/verbs/launched": Word.STARTED,
    "https://xapi.edlm/profiles/edlm-lms/concepts/verbs/restarted": Word.STARTED,
    "http://activitystrea.ms/schema/1.0/submit": Word.SUBMITTED,
    "http://activitystrea.ms/submit": Word.SUBMITTED,
    "http://adlnet.gov/expapi/verbs/answered": Word.SUBMITTED,
    "http://adlnet.gov/expapi/verbs/responded": Word.SUBMITTED,
    "http://adlnet.gov/expapi/verbs/submitted": Word.SUBMITTED,
    "http://adlnet.gov/expapi/verbs/scored": Word.GRADED,
    "http://id.tincanapi.com/verb/earned": Word.GRADED,
    "https://w3id.org/xapi/acrossx/verbs/evaluated": Word.GRADED,
    "https://w3id.org/xapi/tla/verbs/scored": Word.GRADED,
    "http://adlnet.gov/expapi/verbs/passed": Word.PASSED,
    "http://adlnet.gov/expapi/verbs/failed": Word.FAILED,
    "http://activitystrea.ms/complete": Word.COMPLETED,
    "http://activitystrea.ms/schema/1.0/complete": Word.COMPLETED,
    "http://adlnet.gov/expapi/verbs/completed": Word.COMPLETED,
    "http://adlnet.gov/expapi/verbs/asked": Word.POSTED,
    "http://activitystrea.ms/schema/1.0/post": Word.POSTED,
    "https://w3id.org/xapi/acrossx/verbs/posted": Word.POSTED,
    "http://activitystrea.ms/schema/1.0/comment": Word.REPLIED,
    "http://adlnet.gov/expapi/verbs/commented": Word.REPLIED,
    "http://id.tincanapi.com/verb/replied": Word.REPLIED,
    "http://adlnet.gov/expapi/verbs/waived": Word.EXCUSED,
    "https://w3id.org/xapi/adl/verbs/waived": Word.EXCUSED,
    "http://activitystrea.ms/attend": Word.ATTENDED,
    "http://activitystrea.ms/schema/1.0/attend": Word.ATTENDED,
    "http://adlnet.gov/expapi/verbs/attended": Word.ATTENDED,
    "http://activitystrea.ms/enroll": Word.ENROLLED,
    "https://xapi.edlm/profiles/edlm-lms/concepts/verbs/enrolled": Word.ENROLLED,
    "https://xapi.edlm/profiles/edlm-lms/concepts/verbs/unenrolled": Word.UNENROLLED,
    "https://xapi.edlm/profiles/edlm-lms/concepts/verbs/login": Word.LOGGED_IN,
    "http://adlnet.gov/expapi/verbs/logged-in": Word.LOGGED_IN,
    "https://w3id.org/xapi/adl/verbs/logged-in": Word.LOGGED_IN,
    "https://brindlewaye.com/xAPITerms/verbs/loggedin/": Word.LOGGED_IN,
}
"""Verbs with one meaning, whatever they are done to."""

UNDOING: dict[str, Word] = {
    "https://xapi.edlm/profiles/edlm-lms/concepts/verbs/uncompleted": Word.COMPLETED,
}
"""Verbs that take an earlier word back."""

ANSWERING = frozenset(
    {
        "http://activitystrea.ms/schema/1.0/submit",
        "http://activitystrea.ms/submit",
        "http://adlnet.gov/expapi/verbs/answered",
        "http://adlnet.gov/expapi/verbs/attempted",
        "http://adlnet.gov/expapi/verbs/responded",
        "http://adlnet.gov/expapi/verbs/submitted",
    }
)
"""Verbs that say an attempt was made and leave its outcome to `result.success`."""


MOODLE_ENROLMENT: dict[str, Word] = {
    "https://w3id.org/xapi/tla/verbs/suspended": Word.UNENROLLED,
    "https://w3id.org/xapi/tla/verbs/resumed": Word.ENROLLED,
}
"""
What Moodle says of a course when an enrolment is edited.

Not the language's *suspended*: that is of the learner, and would silence every other course.
"""


class Kind(StrEnum):
    """What an activity is, where a verb or a name depends on it."""

    ATTEMPT = "attempt"
    COURSE = "course"
    DISCUSSION = "discussion"
    GROUP = "group"
    MEETING = "meeting"
    PART = "part"
    """A part that an LMS names apart from its activity: a submission, a lesson's session."""
    SOLUTION = "solution"
    OTHER = "other"


KIND_OF_TYPE: dict[str, Kind] = {
    "activities/attempt": Kind.ATTEMPT,
    "activities/course": Kind.COURSE,
    "activitytype/course": Kind.COURSE,
    "activitytype/discussion": Kind.DISCUSSION,
    "activitytype/forum-reply": Kind.DISCUSSION,
    "activitytype/forum-topic": Kind.DISCUSSION,
    "activity-types/group": Kind.GROUP,
    "activitytype/group": Kind.GROUP,
    "activities/meeting": Kind.MEETING,
    "activities/face-to-face-discussion": Kind.MEETING,
    "activity-types/lesson-session": Kind.PART,
    "activity-types/scorm-content-object": Kind.PART,
    "activity-types/submission": Kind.PART,
    "activitytype/solution": Kind.SOLUTION,
}
"""By the last two parts of the type's IRI: many vocabularies have the same names."""

BY_KIND: dict[tuple[str, Kind], Word] = {
    ("http://adlnet.gov/expapi/verbs/registered", Kind.COURSE): Word.ENROLLED,
    ("http://adlnet.gov/expapi/verbs/registered", Kind.MEETING): Word.BOOKED,
    ("http://id.tincanapi.com/verb/unregistered", Kind.COURSE): Word.UNENROLLED,
    ("http://activitystrea.ms/join", Kind.COURSE): Word.ENROLLED,
    ("http://activitystrea.ms/join", Kind.GROUP): Word.JOINED,
    ("http://activitystrea.ms/join", Kind.MEETING): Word.ATTENDED,
    ("http://activitystrea.ms/schema/1.0/join", Kind.COURSE): Word.ENROLLED,
    ("http://activitystrea.ms/schema/1.0/join", Kind.GROUP): Word.JOINED,
    ("http://activitystrea.ms/schema/1.0/join", Kind.MEETING): Word.ATTENDED,
    ("http://activitystrea.ms/leave", Kind.COURSE): Word.UNENROLLED,
    ("http://activitystrea.ms/leave", Kind.GROUP): Word.LEFT,
    ("http://activitystrea.ms/schema/1.0/leave", Kind.COURSE): Word.UNENROLLED,
    ("http://activitystrea.ms/schema/1.0/leave", Kind.GROUP): Word.LEFT,
    ("http://activitystrea.ms/create", Kind.DISCUSSION): Word.POSTED,
    ("http://activitystrea.ms/schema/1.0/create", Kind.DISCUSSION): Word.POSTED,
}
"""Verbs that mean what they mean by what they are done to."""


def kind_of(type_iri: str) -> Kind:
    """Give what an activity of a type is."""
    return KIND_OF_TYPE.get("/".join(type_iri.rsplit("/", 2)[-2:]), Kind.OTHER)


def word_of(verb: str, kind: Kind) -> str:
    """Give the language's word for a verb done to an activity, or the verb's IRI."""
    if kind is Kind.SOLUTION:
        return verb
    return BY_KIND.get((verb, kind)) or WORD_OF_VERB.get(verb) or verb
