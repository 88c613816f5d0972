"""The words of a step of a scenario: when it is, and what happens in it."""

from rules.phrases.phrases import FULL_NAME, TEXT, YES, one_of
from rules.phrases.trigger import AT, STEP_DUE
from rules.words.word import Expects, Place, Word

_TEXT = Expects(phrase=TEXT)
_NAMES = Expects(phrase=FULL_NAME, items=Expects(phrase=FULL_NAME))
_SEEN = Expects(block=Place.SEEN, items=Expects(block=Place.SEEN))

LMS_SAYS = one_of("what an LMS says of what it was told", {"failed": True})

FACT_SAYS = one_of("yes, no or not known", {said: said for said in ("yes", "no", "not known")})
"""What a test may state of a fact."""

STEP_WORDS: tuple[Word, ...] = (
    # --- a step
    Word(
        place=Place.STEP,
        key="at",
        expects=Expects(phrase=AT),
        required=True,
        help="When, on the learner's clock; alone it moves time.",
        example="at: day 8 22:30",
    ),
    Word(
        place=Place.STEP,
        key="learner",
        expects=_TEXT,
        help="Whose step it is, where there are several learners.",
        example="learner: Ada",
    ),
    Word(
        place=Place.STEP,
        key="seen",
        expects=_SEEN,
        help="What the LMS tells of the learner.",
        example="seen: {quiz: sampling-quiz, score: 59%}",
    ),
    Word(
        place=Place.STEP,
        key="regraded",
        expects=_SEEN,
        help="A mark that changes.",
        example="regraded: {quiz: sampling-quiz, score: 72%}",
    ),
    Word(
        place=Place.STEP,
        key="undone",
        expects=_SEEN,
        help="Something that the LMS takes back.",
        example="undone: {activity: cleaning-lab, is: completed}",
    ),
    Word(
        place=Place.STEP,
        key="profile",
        expects=Expects(named=_TEXT),
        help="What is now known of the learner.",
        example="profile: {language: es}",
    ),
    Word(
        place=Place.STEP,
        key="facts",
        expects=Expects(named=Expects(phrase=FACT_SAYS)),
        help="What facts say from now on, without asking their plug-ins.",
        example="facts: {library-loan: no}",
    ),
    Word(
        place=Place.STEP,
        key="enrolled",
        expects=_NAMES,
        help="The learner comes into a course.",
        example="enrolled: data101",
    ),
    Word(
        place=Place.STEP,
        key="unenrolled",
        expects=_NAMES,
        help="The learner leaves a course.",
        example="unenrolled: data101",
    ),
    Word(
        place=Place.STEP,
        key="due",
        expects=Expects(named=Expects(phrase=STEP_DUE)),
        help="An extension: the learner's own due day; `none` takes it away.",
        example="due: {sampling-report: day 50}",
    ),
    Word(
        place=Place.STEP,
        key="group due",
        expects=Expects(named=Expects(named=Expects(phrase=STEP_DUE))),
        help="The due days of a group, which count while the learner is in it.",
        example="group due: {evening: {sampling-report: day 45}}",
    ),
    Word(
        place=Place.STEP,
        key="lms due",
        expects=Expects(named=Expects(phrase=STEP_DUE)),
        help="The LMS's due days for everybody.",
        example="lms due: {sampling-report: day 42}",
    ),
    Word(
        place=Place.STEP,
        key="arrives",
        expects=Expects(phrase=AT),
        help="When it reaches the engine, where that is later.",
        example="arrives: day 5",
    ),
    Word(
        place=Place.STEP,
        key="twice",
        expects=Expects(phrase=YES),
        help="It is delivered twice.",
        example="twice: yes",
    ),
    Word(
        place=Place.STEP,
        key="expect",
        expects=Expects(
            phrase=TEXT,
            block=Place.EXPECTATION,
            items=Expects(block=Place.EXPECTATION),
        ),
        help="What happens at this instant, all of it: `nothing`, one thing or a list.",
        example="expect: {email: messages/we-miss-you.md}",
    ),
    Word(
        place=Place.STEP,
        key="opted out",
        expects=Expects(named=_TEXT),
        help="The learner wants no more messages of a category.",
        example="opted out: {category: reminders}",
    ),
    Word(
        place=Place.STEP,
        key="lms says",
        expects=Expects(phrase=LMS_SAYS),
        help="What the rules last did for the learner, now or before, came back as failed: a "
        "message that failed counts for no gap and cap.",
        example="lms says: failed",
    ),
    Word(
        place=Place.STEP,
        key="revoked",
        expects=Expects(block=Place.REVOCATION),
        help="A person takes a credential back, with a reason.",
        example="revoked: {credential: data-cleaning, because: It was not their own work.}",
    ),
    # --- a revocation
    Word(
        place=Place.REVOCATION,
        key="credential",
        expects=Expects(phrase=FULL_NAME, of="a credential"),
        required=True,
        help="What is revoked. What was done before counts for it no more.",
        example="credential: data-cleaning",
    ),
    Word(
        place=Place.REVOCATION,
        key="because",
        expects=_TEXT,
        help="Why; nobody revokes without a reason.",
        example="because: It was not their own work.",
    ),
    Word(
        place=Place.REVOCATION,
        key="undone",
        expects=Expects(phrase=YES),
        help="The revocation is taken back: the credential is restored.",
        example="undone: yes",
    ),
    Word(
        place=Place.REVOCATION,
        key="arrives",
        expects=Expects(phrase=AT),
        help="When it reaches the engine, where that is later.",
        example="arrives: day 5",
    ),
    Word(
        place=Place.STEP,
        key="awarded",
        expects=Expects(block=Place.GRANT),
        help="A person awards a credential by hand, as `milepost credential award` does.",
        example="awarded: {credential: data-cleaning, by: Dr Kay, because: Learned at work.}",
    ),
    # --- an award by hand
    Word(
        place=Place.GRANT,
        key="credential",
        expects=Expects(phrase=FULL_NAME, of="a credential"),
        required=True,
        help="What is awarded. Where it asks for the approval of several people, so many must.",
        example="credential: data-cleaning",
    ),
    Word(
        place=Place.GRANT,
        key="by",
        expects=_TEXT,
        required=True,
        help="Who awards it; never the learner herself.",
        example="by: Dr Kay",
    ),
    Word(
        place=Place.GRANT,
        key="because",
        expects=_TEXT,
        required=True,
        help="Why; it stands in the credential.",
        example="because: Learned at work.",
    ),
    Word(
        place=Place.GRANT,
        key="arrives",
        expects=Expects(phrase=AT),
        help="When it reaches the engine, where that is later.",
        example="arrives: day 5",
    ),
    Word(
        place=Place.STEP,
        key="approved",
        expects=Expects(block=Place.ANSWER),
        help="A person approves what a rule or a credential has asked about the learner.",
        example="approved: {credential: data-literacy, by: Dr Kay}",
    ),
    Word(
        place=Place.STEP,
        key="declined",
        expects=Expects(block=Place.ANSWER),
        help="A person declines it.",
        example="declined: {rule: skip-the-workshop, by: Dr Kay, because: not yet}",
    ),
    Word(
        place=Place.STEP,
        key="chosen",
        expects=_SEEN,
        help="The learner picks one of several activities.",
        example="chosen: {activity: sampling-workshop}",
    ),
    # --- an answer
    Word(
        place=Place.ANSWER,
        key="credential",
        expects=Expects(phrase=FULL_NAME, of="a credential"),
        head=True,
        help="The credential that waits for approval.",
        example="credential: data-literacy",
    ),
    Word(
        place=Place.ANSWER,
        key="rule",
        expects=Expects(phrase=FULL_NAME, of="a rule"),
        head=True,
        help="The rule whose `review` waits for an answer.",
        example="rule: skip-the-workshop",
    ),
    Word(
        place=Place.ANSWER,
        key="by",
        expects=_TEXT,
        help="Who answers; the same name is the same person.",
        example="by: Dr Kay",
    ),
    Word(
        place=Place.ANSWER,
        key="because",
        expects=_TEXT,
        help="Why.",
        example="because: the interview was convincing",
    ),
    # --- what was seen
    *(
        Word(
            place=Place.SEEN,
            key=noun,
            expects=Expects(phrase=FULL_NAME, of=of) if of else _TEXT,
            head=True,
            help=f"What it happened to: {of or noun}.",
            example=f"{noun}: {example}",
        )
        for noun, of, example in (
            ("activity", "an activity", "intro-video"),
            ("quiz", "a quiz", "sampling-quiz"),
            ("assignment", "an assignment", "sampling-report"),
            ("forum", "a forum", "introductions"),
            ("session", "a session", "kick-off"),
            ("unit", "a unit", "unit-1"),
            ("course", "a course", "data101"),
            ("group", "", "needs-support"),
            ("cohort", "", "autumn-2025"),
            ("event", "an event", "certified"),
            ("learner", "", "any"),
        )
    ),
    Word(
        place=Place.SEEN,
        key="is",
        expects=_TEXT,
        help="What happened; with a score alone it was graded.",
        example="is: completed",
    ),
    Word(
        place=Place.SEEN,
        key="score",
        expects=_TEXT,
        help="The score: `59%`, or points such as `14 of 20`.",
        example="score: 59%",
    ),
    Word(
        place=Place.SEEN,
        key="attempt",
        expects=_TEXT,
        help="The attempt, where it is not a new one.",
        example="attempt: 2",
    ),
    Word(
        place=Place.SEEN,
        key="criteria",
        expects=Expects(named=_TEXT),
        help="Marks of single rows of the rubric.",
        example="criteria: {choice-of-sample: 80%}",
    ),
    Word(
        place=Place.SEEN,
        key="in",
        expects=Expects(phrase=FULL_NAME, of="a course"),
        help="The course, where the activity's own is not meant.",
        example="in: data101",
    ),
    Word(
        place=Place.SEEN,
        key="thread",
        expects=_TEXT,
        help="The thread of a forum that was begun, or answered.",
        example="thread: how-to-draw-a-sample",
    ),
    Word(
        place=Place.SEEN,
        key="where",
        expects=Expects(named=_TEXT),
        help="Further facts of a platform's own event.",
        example="where: {mode: online}",
    ),
    Word(
        place=Place.SEEN,
        key="arrives",
        expects=Expects(phrase=AT),
        help="When it reaches the engine, where that is later.",
        example="arrives: day 5",
    ),
    Word(
        place=Place.SEEN,
        key="twice",
        expects=Expects(phrase=YES),
        help="It is delivered twice.",
        example="twice: yes",
    ),
)
