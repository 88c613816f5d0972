"""The words of conditions: a thing and what is asked of it, a person, a time, a list."""

from engine.terms import ACTIVITY_NOUNS, Enrolments, Noun
from rules.phrases.link import LEVEL_ASKED
from rules.phrases.marks import PROGRESS, SCORE, TIMES, WHICH
from rules.phrases.phrases import (
    COMPARISON,
    COUNT,
    FULL_NAME,
    TEXT,
    Phrase,
    one_of,
    read_text,
)
from rules.phrases.time import BETWEEN, HAPPENED, PERIOD, WEEKDAYS_PHRASE
from rules.phrases.trigger import ENROLLED_FOR
from rules.words.word import Expects, Place, Word

_TEXT = Expects(phrase=TEXT)
_LIST = Expects(items=Expects(block=Place.CONDITION))
_EVENTFUL = frozenset(Noun) - {Noun.EVENT}
_MARKED = ACTIVITY_NOUNS | {Noun.COURSE}
IS = Phrase("what happened or is so", r"\S.*", "completed", read_text)

ENROLMENTS = one_of("enrolments", {said.value: said for said in Enrolments})
FROM_DATE = r"from +([0-9]{4}-[0-9]{2}-[0-9]{2})"
"""The key of a value by date."""

AT_LEAST_OF = r"at least ([0-9]{1,4}) of"


def _noun(noun: Noun, text: str, example: str, of: str) -> Word:
    return Word(
        place=Place.LEAF,
        key=noun.value,
        expects=Expects(phrase=TEXT if not of else FULL_NAME, of=of),
        head=True,
        help=text,
        example=f"{noun.value}: {example}",
    )


CONDITION_WORDS: tuple[Word, ...] = (
    _noun(Noun.ACTIVITY, "An activity of any kind, or `any`.", "cleaning-lab", "an activity"),
    _noun(Noun.QUIZ, "A quiz, or `any`.", "sampling-quiz", "a quiz"),
    _noun(Noun.ASSIGNMENT, "An assignment, or `any`.", "sampling-report", "an assignment"),
    _noun(Noun.FORUM, "A forum, or `any`.", "introductions", "a forum"),
    _noun(Noun.SESSION, "A session, or `any`.", "kick-off", "a session"),
    _noun(Noun.UNIT, "A unit, or `any`.", "unit-1", "a unit"),
    _noun(Noun.COURSE, "A course, or `any`.", "data101", "a course"),
    _noun(Noun.CREDENTIAL, "A credential, or `any`.", "data-literacy", "a credential"),
    _noun(Noun.SKILL, "A skill, or `any`.", "sampling", "a skill"),
    _noun(Noun.GROUP, "A group of the LMS, by its own name.", "needs-support", ""),
    _noun(Noun.COHORT, "A cohort of the LMS, by its own name.", "autumn-2025", ""),
    _noun(Noun.EVENT, "A platform's own event, named in pack.yaml.", "certified", "an event"),
    _noun(Noun.LEARNER, "The learner's own account; always `any`.", "any", ""),
    _noun(Noun.PATHWAY, "A pathway, or `any`.", "data-analyst", "a pathway"),
    Word(
        place=Place.LEAF,
        key="in",
        expects=Expects(phrase=FULL_NAME, of="a course"),
        nouns=ACTIVITY_NOUNS | {Noun.GROUP, Noun.COHORT, Noun.EVENT},
        help="Only in this course.",
        example="in: data101",
    ),
    Word(
        place=Place.LEAF,
        key="is",
        expects=Expects(phrase=IS),
        nouns=_EVENTFUL,
        help="What happened to it, or what is so of it.",
        example="is: completed",
    ),
    Word(
        place=Place.LEAF,
        key="score",
        expects=Expects(phrase=SCORE, block=Place.SCORES),
        nouns=_MARKED,
        help="What its score must be, in percent or in points; by date, the day on which the "
        "attempt was handed in decides. In `when` also what it must have come to by the event: "
        "`falls below 60%`, `rises to 70%` compare the learner's latest mark (or what `attempt` "
        "says) with the one before; a first mark below 60% falls below it.",
        example="score: at least 70%",
    ),
    Word(
        place=Place.SCORES,
        key="from DATE",
        expects=Expects(phrase=COMPARISON),
        pattern=FROM_DATE,
        help="What the score of whatever was handed in on this day or later must be, on the "
        "pack's clock. What was handed in before the first date does not meet it.",
        example="from 2025-09-01: at least 70%",
    ),
    Word(
        place=Place.LEAF,
        key="criterion",
        expects=_TEXT,
        nouns=_MARKED,
        help="The row of the rubric that the score is of.",
        example="criterion: choice-of-sample",
    ),
    Word(
        place=Place.LEAF,
        key="attempts",
        expects=Expects(phrase=COUNT),
        nouns=ACTIVITY_NOUNS,
        help="How many attempts the learner has submitted.",
        example="attempts: at least 2",
    ),
    Word(
        place=Place.LEAF,
        key="times",
        expects=Expects(phrase=TIMES),
        help="How often it happened; one attempt counts once. `within 24 hours` counts what lies "
        "so close before the event, or before now in `if`. `2 in a row`: with no other verdict "
        "between, the last of them now; a third in a row is two in a row again. In `when` also "
        "`first of the day`: nothing else of the kind is known of that day on the learner's "
        "clock.",
        example="times: at least 3",
    ),
    Word(
        place=Place.LEAF,
        key="level",
        expects=Expects(phrase=LEVEL_ASKED),
        nouns=frozenset({Noun.SKILL}),
        help="The level of the skill that is wanted, or a higher one.",
        example="level: at least proficient",
    ),
    Word(
        place=Place.LEAF,
        key="attempt",
        expects=Expects(phrase=WHICH),
        nouns=_MARKED,
        help="Which attempt is meant: best, latest or first. Or what all of them come to: their "
        "average, or `decaying 65%`, where the latest counts 65% and the mean of all earlier "
        "ones 35%, in the order in which they were begun.",
        example="attempt: latest",
    ),
    Word(
        place=Place.LEAF,
        key="happened",
        expects=Expects(phrase=HAPPENED),
        help="When it must have happened.",
        example="happened: in the last 7 days",
    ),
    Word(
        place=Place.LEAF,
        key="for",
        expects=Expects(phrase=PERIOD),
        nouns=_EVENTFUL,
        help="How long it must have been so.",
        example="for: 7 days",
    ),
    Word(
        place=Place.LEAF,
        key="where",
        expects=Expects(named=_TEXT),
        nouns=frozenset({Noun.EVENT}),
        help="What the event's further facts must be.",
        example="where: {mode: online}",
    ),
    Word(
        place=Place.LEAF,
        key="progress",
        expects=Expects(phrase=PROGRESS),
        nouns=frozenset({Noun.COURSE, Noun.UNIT, Noun.PATHWAY}),
        help="What share of its activities, as pack.yaml declares them, the learner has done: "
        "completed; or passed, or handed in where nothing says what passes; a session attended. "
        "Of a pathway: what share of its required steps.",
        example="progress: at least 80%",
    ),
    Word(
        place=Place.LEAF,
        key="enrolments",
        expects=Expects(phrase=ENROLMENTS),
        nouns=_MARKED | {Noun.EVENT, Noun.SKILL},
        help="Whether only what was done in this enrolment counts, or in all. Rules mean this "
        "one, credentials and skills mean all, where nothing is said. How often something was "
        "only looked at or played is kept without dates, and counts over all unless `this` is "
        "written.",
        example="enrolments: all",
    ),
    # --- a person, a time
    Word(
        place=Place.CONDITION,
        key="role",
        expects=_TEXT,
        head=True,
        beside=("in",),
        help="The person has this role, in a course or anywhere.",
        example="role: student",
    ),
    Word(
        place=Place.CONDITION,
        key="profile",
        expects=_TEXT,
        head=True,
        beside=("is",),
        help="A field of the learner's profile, and with `is` what it says.",
        example="profile: country\nis: [ES, PT]",
    ),
    Word(
        place=Place.CONDITION,
        key="is",
        expects=Expects(phrase=IS, items=_TEXT),
        nouns=_EVENTFUL,
        help="What happened, what is so, or what a field of the profile says.",
        example="is: completed",
    ),
    Word(
        place=Place.CONDITION,
        key="enrolled",
        expects=Expects(phrase=ENROLLED_FOR),
        head=True,
        beside=("in",),
        help="The learner has been enrolled for at least so long.",
        example="enrolled: at least 14 days",
    ),
    Word(
        place=Place.CONDITION,
        key="date",
        expects=Expects(phrase=BETWEEN),
        head=True,
        help="Today lies between two days, both included.",
        example="date: between 2025-03-03 and 2025-06-30",
    ),
    Word(
        place=Place.CONDITION,
        key="weekday",
        expects=Expects(phrase=WEEKDAYS_PHRASE),
        head=True,
        help="Today is one of these days.",
        example="weekday: monday, tuesday",
    ),
    Word(
        place=Place.CONDITION,
        key="fact",
        expects=_TEXT,
        head=True,
        help="A question that a plug-in of the operator's answers: yes, no or not known. "
        "`milepost words` lists those that are installed.",
        example="fact: library-loan",
    ),
    # --- a list
    Word(
        place=Place.CONDITION,
        key="all",
        expects=_LIST,
        head=True,
        help="All of it holds.",
        example="all:\n  - quiz: sampling-quiz\n    is: passed",
    ),
    Word(
        place=Place.CONDITION,
        key="any",
        expects=_LIST,
        head=True,
        help="At least one of it holds.",
        example="any:\n  - quiz: sampling-quiz\n    is: passed",
    ),
    Word(
        place=Place.CONDITION,
        key="none",
        expects=_LIST,
        head=True,
        help="Nothing of it holds.",
        example="none:\n  - credential: data-literacy\n    is: held",
    ),
    Word(
        place=Place.CONDITION,
        key="at least N of",
        expects=_LIST,
        head=True,
        pattern=AT_LEAST_OF,
        help="So many of it hold.",
        example="at least 1 of:\n  - {quiz: quiz-1, is: passed}\n  - {quiz: quiz-2, is: passed}",
    ),
)
