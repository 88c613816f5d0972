"""The words of pack.yaml: what a pack is, and the names that its rules use."""

from rules.phrases.language import LANGUAGE_TAG
from rules.phrases.link import LANGUAGE, USE, VERSION
from rules.phrases.marks import WHICH
from rules.phrases.phrases import FULL_NAME, NAME, PERCENT, TEXT, YES, one_of
from rules.phrases.time import CAP, CLOCK, DATE, DUE, HOURS, PERIOD, RHYTHM, ZONE
from rules.words.condition import FROM_DATE
from rules.words.word import Expects, Place, Word

KINDS = one_of(
    "a kind of activity",
    {kind: kind for kind in ("activity", "quiz", "assignment", "forum", "session", "unit")},
    instead={
        **dict.fromkeys(
            ("page", "lesson", "video", "file", "book", "url", "resource", "scorm", "h5p"),
            "activity",
        ),
        "test": "quiz",
        "exam": "quiz",
        "assign": "assignment",
    },
)
WHOSE = one_of("whose credentials they are", {"own": False, "same": True})
"""Whether another use of a pack awards the credentials of the pack's first use."""

_TEXT = Expects(phrase=TEXT)
_TEXTS = Expects(phrase=TEXT, items=Expects(phrase=TEXT))

PACK_WORDS: tuple[Word, ...] = (
    Word(
        place=Place.PACK,
        key="pack",
        expects=Expects(phrase=NAME),
        required=True,
        help="The pack's name. Others write it before the names they use from here.",
        example="pack: data-literacy",
    ),
    Word(
        place=Place.PACK,
        key="language",
        expects=Expects(phrase=LANGUAGE),
        required=True,
        help="The version of the rule language that the files are written in.",
        example="language: 1",
    ),
    Word(
        place=Place.PACK,
        key="version",
        expects=Expects(phrase=VERSION),
        required=True,
        help="The pack's own version; others pin it with `uses`.",
        example="version: 2025.1",
    ),
    Word(
        place=Place.PACK,
        key="title",
        expects=_TEXT,
        required=True,
        help="What people call the pack.",
        example="title: Data Literacy microcredentials",
    ),
    Word(
        place=Place.PACK,
        key="owner",
        expects=_TEXT,
        required=True,
        help="Who answers for the rules.",
        example="owner: learning-design@uni.example",
    ),
    Word(
        place=Place.PACK,
        key="zone",
        expects=Expects(phrase=ZONE),
        help="The time zone used where neither the learner's nor the course's is known.",
        example="zone: Europe/Madrid",
    ),
    Word(
        place=Place.PACK,
        key="in language",
        expects=Expects(phrase=LANGUAGE_TAG),
        help="The language that the pack is written in, for learners whose own is not there.",
        example="in language: en",
    ),
    Word(
        place=Place.PACK,
        key="uses",
        expects=Expects(items=Expects(phrase=USE, named=Expects(block=Place.USE))),
        help="Packs whose names are used here, each with its version. `as` uses one again under "
        "a name of its own, for another course: `with` says what its activities are there.",
        example="uses:\n  - shared 2025.1",
    ),
    Word(
        place=Place.USE,
        key="with",
        expects=Expects(named=Expects(free=True)),
        required=True,
        help="What the activities and courses of the pack are in this course: the LMS's own "
        "names, or a block with `lms`, and for a course its dates. Dates of the first use are not "
        "taken over.",
        example='with: {sampling-quiz: "quiz:9911"}',
    ),
    Word(
        place=Place.USE,
        key="credentials",
        expects=Expects(phrase=WHOSE),
        help="Whether it awards credentials of its `own`, as if nothing is said, or the `same` as "
        "the pack's first use: then whoever meets the requirements in either course holds it.",
        example="credentials: same",
    ),
    Word(
        place=Place.PACK,
        key="activities",
        expects=Expects(named=Expects(block=Place.ACTIVITY)),
        help="The things in the LMS that the rules speak of; `check` knows no other.",
        example='activities:\n  cleaning-quiz: {lms: "quiz:4415", kind: quiz, in: data101}',
    ),
    Word(
        place=Place.PACK,
        key="courses",
        expects=Expects(named=Expects(block=Place.COURSE)),
        help="The courses that the rules speak of.",
        example='courses:\n  data101: {lms: "course:101", title: Data 101}',
    ),
    Word(
        place=Place.PACK,
        key="events",
        expects=Expects(named=Expects(block=Place.EVENT)),
        help="A platform's own events, under names that rules can use.",
        example='events:\n  certified: {iri: "https://lms.uni.example/verbs/certified"}',
    ),
    Word(
        place=Place.PACK,
        key="limits",
        expects=Expects(named=Expects(block=Place.LIMITS)),
        help="Limits under a name, for rules that share them.",
        example="limits:\n  polite:\n    gap: 7 days\n    cap: 3 per course",
    ),
    Word(
        place=Place.PACK,
        key="attempt",
        expects=Expects(phrase=WHICH),
        help="The attempt that `if`, `requires` and skills mean where they say nothing: best "
        "unless it is said here.",
        example="attempt: latest",
    ),
    Word(
        place=Place.PACK,
        key="units",
        expects=Expects(named=Expects(block=Place.UNIT)),
        help="Units made of activities, for courses whose LMS has none.",
        example="units:\n  unit-1: {of: [intro-video, sampling-quiz]}",
    ),
    Word(
        place=Place.PACK,
        key="digest at",
        expects=Expects(phrase=CLOCK),
        help="The time at which digests go out, on the clock of whoever gets them: 08:00 unless "
        "it is said here.",
        example="digest at: 08:00",
    ),
    # --- an activity
    Word(
        place=Place.ACTIVITY,
        key="lms",
        expects=Expects(phrase=TEXT, items=_TEXT, named=_TEXTS),
        required=True,
        help="The LMS's own name of it; a list where it has several. In a course with runs each "
        'run may have its own: `{spring: "quiz:1", autumn: "quiz:2"}`.',
        example='lms: "quiz:4415"',
    ),
    Word(
        place=Place.ACTIVITY,
        key="kind",
        expects=Expects(phrase=KINDS),
        required=True,
        help="What it is: the word that rules use for it.",
        example="kind: quiz",
    ),
    Word(
        place=Place.ACTIVITY,
        key="in",
        expects=Expects(phrase=FULL_NAME, of="a course"),
        help="The course that it belongs to.",
        example="in: data101",
    ),
    Word(
        place=Place.ACTIVITY,
        key="pass",
        expects=Expects(phrase=PERCENT, block=Place.MARKS),
        help="The least score that passes, where the LMS says no verdict of its own; perhaps "
        "another one from a date on.",
        example="pass: 60%",
    ),
    Word(
        place=Place.MARKS,
        key="from DATE",
        expects=Expects(phrase=PERCENT),
        pattern=FROM_DATE,
        help="The least score that passes for whatever was handed in on this day or later, on "
        "the pack's clock. Before the first date nothing says what passes.",
        example="from 2025-09-01: 70%",
    ),
    Word(
        place=Place.ACTIVITY,
        key="due",
        expects=Expects(phrase=DUE),
        help="When it is due, where the LMS doesn't say: a day of the course, or a date.",
        example="due: day 40",
    ),
    Word(
        place=Place.ACTIVITY,
        key="title",
        expects=_TEXT,
        help="What learners read.",
        example="title: Cleaning quiz",
    ),
    Word(
        place=Place.ACTIVITY,
        key="link",
        expects=_TEXT,
        help="Where learners find it.",
        example="link: https://lms.uni.example/mod/quiz/view.php?id=4415",
    ),
    # --- a course
    Word(
        place=Place.COURSE,
        key="lms",
        expects=_TEXTS,
        help="The LMS's own name of it; a list where it has several. A course with `runs` has "
        "none of its own.",
        example='lms: "course:101"',
    ),
    Word(
        place=Place.COURSE,
        key="title",
        expects=_TEXT,
        help="What learners read.",
        example="title: Data 101",
    ),
    Word(
        place=Place.COURSE,
        key="starts",
        expects=Expects(phrase=DATE),
        help="Its first day, which is day 1.",
        example="starts: 2025-03-03",
    ),
    Word(
        place=Place.COURSE,
        key="ends",
        expects=Expects(phrase=DATE),
        help="Its last day.",
        example="ends: 2025-06-30",
    ),
    Word(
        place=Place.COURSE,
        key="zone",
        expects=Expects(phrase=ZONE),
        help="Its clock, for due days and for learners whose own zone is not known.",
        example="zone: Europe/Madrid",
    ),
    Word(
        place=Place.COURSE,
        key="pass",
        expects=Expects(phrase=PERCENT),
        help="The least course grade that passes, where the LMS says no verdict of its own.",
        example="pass: 50%",
    ),
    Word(
        place=Place.COURSE,
        key="link",
        expects=_TEXT,
        help="Where learners find it.",
        example="link: https://lms.uni.example/course/view.php?id=101",
    ),
    Word(
        place=Place.COURSE,
        key="runs",
        expects=Expects(named=Expects(block=Place.RUN)),
        help="Runs of the course, each with its own LMS names and dates. `in: data101` in a rule "
        "is any of them: for each learner the run that she is in, with its days and caps.",
        example="runs:\n"
        '  spring: {lms: "course:101", starts: 2025-03-03, ends: 2025-06-30}\n'
        '  autumn: {lms: "course:202", starts: 2025-09-15, ends: 2025-12-19}',
    ),
    # --- a run of a course
    Word(
        place=Place.RUN,
        key="lms",
        expects=_TEXTS,
        required=True,
        help="The LMS's own name of the run; a list where it has several.",
        example='lms: "course:101"',
    ),
    Word(
        place=Place.RUN,
        key="starts",
        expects=Expects(phrase=DATE),
        help="Its first day, which is day 1 for whoever is in it.",
        example="starts: 2025-03-03",
    ),
    Word(
        place=Place.RUN,
        key="ends",
        expects=Expects(phrase=DATE),
        help="Its last day.",
        example="ends: 2025-06-30",
    ),
    Word(
        place=Place.RUN,
        key="zone",
        expects=Expects(phrase=ZONE),
        help="Its clock, where it is not the course's.",
        example="zone: Atlantic/Canary",
    ),
    Word(
        place=Place.RUN,
        key="link",
        expects=_TEXT,
        help="Where learners find it, where that is not the course's link.",
        example="link: https://lms.uni.example/course/view.php?id=202",
    ),
    # --- a unit
    Word(
        place=Place.UNIT,
        key="of",
        expects=Expects(items=Expects(phrase=FULL_NAME, of="an activity")),
        required=True,
        help="The activities that it is made of: it is completed when all of them are done.",
        example="of: [intro-video, sampling-quiz]",
    ),
    Word(
        place=Place.UNIT,
        key="title",
        expects=_TEXT,
        help="What learners read.",
        example="title: Samples and how to draw them",
    ),
    # --- an event
    Word(
        place=Place.EVENT,
        key="iri",
        expects=_TEXT,
        required=True,
        help="The platform's own name of the event: an xAPI verb, or the word its events say.",
        example='iri: "https://lms.uni.example/verbs/certified"',
    ),
    Word(
        place=Place.EVENT,
        key="fields",
        expects=Expects(items=Expects(phrase=NAME)),
        help="Further facts that come with it and that `where` may ask for.",
        example="fields: [mode]",
    ),
    # --- limits
    Word(
        place=Place.LIMITS,
        key="quiet hours",
        expects=Expects(phrase=HOURS),
        help="Hours on the clock of whoever it goes to in which no message goes; it is deferred, "
        "and the rule is asked again when they end.",
        example="quiet hours: 21:00 to 08:00 and weekends",
    ),
    Word(
        place=Place.LIMITS,
        key="gap",
        expects=Expects(phrase=PERIOD),
        help="How far apart two messages of the rule to one learner are at least.",
        example="gap: 7 days",
    ),
    Word(
        place=Place.LIMITS,
        key="cap",
        expects=Expects(phrase=CAP),
        help="How many messages of the rule one learner can get.",
        example="cap: 3 per course",
    ),
    Word(
        place=Place.LIMITS,
        key="digest",
        expects=Expects(phrase=RHYTHM),
        help="Collects the e-mails to one person about one course into one a day, or one every "
        "Monday. Each is asked again when the digest goes; the digest counts as one message.",
        example="digest: daily",
    ),
    Word(
        place=Place.LIMITS,
        key="together",
        expects=Expects(phrase=YES),
        help="In pack.yaml: gap and cap count the messages of all rules under these limits "
        "together.",
        example="together: yes",
    ),
)
