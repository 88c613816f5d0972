"""The words after `is`: what happened to a thing, or what is so of it."""

from engine.terms import ACTIVITY_NOUNS, Noun
from rules.words.word import IsWord, Status

_COURSE = frozenset({Noun.COURSE})
_CREDENTIAL = frozenset({Noun.CREDENTIAL})
_PATHWAY = frozenset({Noun.PATHWAY})
_GROUPS = frozenset({Noun.GROUP, Noun.COHORT})
_LEARNER = frozenset({Noun.LEARNER})
_FORUM = frozenset({Noun.FORUM, Noun.ACTIVITY})
_SESSION = frozenset({Noun.SESSION, Noun.ACTIVITY})


def _event(word: str, nouns: frozenset[Noun], text: str, status: Status = Status.BUILT) -> IsWord:
    return IsWord(word, nouns, event=True, state=False, help=text, status=status)


def _state(word: str, nouns: frozenset[Noun], text: str, status: Status = Status.BUILT) -> IsWord:
    return IsWord(word, nouns, event=False, state=True, help=text, status=status)


def _both(word: str, nouns: frozenset[Noun], text: str) -> IsWord:
    return IsWord(word, nouns, event=True, state=True, help=text)


IS_WORDS: tuple[IsWord, ...] = (
    _event("viewed", ACTIVITY_NOUNS, "The learner looked at it."),
    _event("started", ACTIVITY_NOUNS, "The learner began it."),
    _event("submitted", ACTIVITY_NOUNS, "The learner handed an attempt in."),
    _event("graded", ACTIVITY_NOUNS | _COURSE, "It was marked."),
    _event(
        "passed", ACTIVITY_NOUNS | _COURSE, "By the LMS's verdict, else by `pass` of pack.yaml."
    ),
    _event(
        "failed", ACTIVITY_NOUNS | _COURSE, "By the LMS's verdict, else by `pass` of pack.yaml."
    ),
    _both(
        "completed",
        ACTIVITY_NOUNS | _COURSE | _PATHWAY,
        "The LMS says that it is done. Of a pathway: all required steps are done; the event comes "
        "once, with the last of them.",
    ),
    _event("feedback given", ACTIVITY_NOUNS, "Somebody wrote to the learner about it."),
    _both(
        "excused",
        ACTIVITY_NOUNS,
        "Somebody let the learner off it: it is neither due nor overdue nor `not submitted`, and "
        "no evidence of anything.",
    ),
    _event("posted", _FORUM, "The learner wrote something."),
    _event("replied", _FORUM, "The learner answered somebody."),
    _event("answered", _FORUM, "Somebody else wrote in a thread that the learner began."),
    _event("booked", _SESSION, "The learner has a seat."),
    _event("attended", _SESSION, "The learner was there."),
    _event("missed", _SESSION, "The learner was not there."),
    _event("entered", _COURSE, "The learner opened the course."),
    _both("enrolled", _COURSE, "The learner is in the course."),
    _event("unenrolled", _COURSE, "The learner left the course."),
    _event("awarded", _CREDENTIAL, "The learner earned it."),
    _event("revoked", _CREDENTIAL, "It was taken back."),
    _both("expired", _CREDENTIAL, "Its time ran out."),
    _event("renewed", _CREDENTIAL, "It was earned again in time, and is valid for longer."),
    _event(
        "restored",
        _CREDENTIAL,
        "It was revoked and came back: its evidence returned, or a "
        "person took the revocation back.",
    ),
    _event("reached", frozenset({Noun.SKILL}), "The learner came to a level of it."),
    _event("joined", _GROUPS, "The learner was put in."),
    _event("left", _GROUPS, "The learner was taken out."),
    _event("chosen", ACTIVITY_NOUNS, "The learner picked it of several."),
    _event("created", _LEARNER, "The LMS has a new learner."),
    _both("suspended", _LEARNER, "The learner's account is closed for now."),
    _event("logged in", _LEARNER, "The learner came to the LMS."),
    _state(
        "not completed",
        ACTIVITY_NOUNS | _COURSE | _PATHWAY,
        "It is not done. Of a pathway, with `for`: so long after its first step was done.",
    ),
    _state("open", ACTIVITY_NOUNS | _COURSE, "The learner can use it now."),
    _state("locked", ACTIVITY_NOUNS, "The learner can't use it now."),
    _state("not submitted", ACTIVITY_NOUNS, "Nothing was handed in."),
    _state(
        "unanswered",
        _FORUM,
        "Nobody else has written in a thread that the learner began; with `for`, each thread "
        "by itself, the oldest first.",
    ),
    _state("held", _CREDENTIAL, "Awarded, not revoked, not expired."),
    _state("not held", _CREDENTIAL, "Not awarded, or revoked, or expired."),
    _state(
        "expiring",
        _CREDENTIAL,
        "It is held and will expire: it can be renewed now, or, where `renew` says nothing, it is "
        "in its last month.",
    ),
    _state("member", _GROUPS, "The learner is in it."),
    _state("not member", _GROUPS, "The learner is not in it."),
    _state("not enrolled", _COURSE, "The learner is not in the course."),
    _state("ended", _COURSE, "The course's last day is over."),
)
