"""The words of test files: a learner, a timeline, and what is expected on it."""

from rules.phrases.link import FILE
from rules.phrases.phrases import FULL_NAME, TEXT, YES, one_of
from rules.phrases.trigger import AT, STARTS, STEP_DUE
from rules.words.word import Expects, Place, Word

_TEXT = Expects(phrase=TEXT)
_NAMES = Expects(phrase=FULL_NAME, items=Expects(phrase=FULL_NAME))
_SEEN = Expects(block=Place.SEEN, items=Expects(block=Place.SEEN))


LMS_SAYS = one_of("what an LMS says of what it was told", {"failed": True})


FACT_SAYS = one_of("yes, no or not known", {said: said for said in ("yes", "no", "not known")})
"""What a test may state of a fact."""


def _rule(key: str, text: str) -> Word:
    return Word(
        place=Place.EXPECTATION,
        key=key,
        expects=Expects(phrase=FULL_NAME, of="a rule"),
        help=text,
        example=f"{key}: nudge-quiet-learner",
    )


def _thing(key: str, of: str, text: str, example: str) -> Word:
    return Word(
        place=Place.EXPECTATION,
        key=key,
        expects=Expects(phrase=FULL_NAME, of=of) if of else _TEXT,
        help=text,
        example=f"{key}: {example}",
    )


SCENARIO_WORDS: tuple[Word, ...] = (
    Word(
        place=Place.TESTS,
        key="tests",
        expects=Expects(phrase=TEXT, items=Expects(phrase=TEXT)),
        required=True,
        help="The rule file that is tested.",
        example="tests: nudges.yaml",
    ),
    Word(
        place=Place.TESTS,
        key="starts",
        expects=Expects(phrase=STARTS),
        required=True,
        help="Day 1, with its weekday.",
        example="starts: 2025-03-03 Monday",
    ),
    Word(
        place=Place.TESTS,
        key="learner",
        expects=Expects(block=Place.LEARNER),
        help="Who the scenarios are about.",
        example="learner: {name: Ada, zone: Europe/Madrid, enrolled: data101}",
    ),
    Word(
        place=Place.TESTS,
        key="learners",
        expects=Expects(items=Expects(block=Place.LEARNER), named=Expects(block=Place.LEARNER)),
        help="Several learners; each step says whose it is with `learner`.",
        example="learners:\n  - {name: Ada, enrolled: data101}\n  - {name: Ben}",
    ),
    Word(
        place=Place.TESTS,
        key="scenarios",
        expects=Expects(
            named=Expects(items=Expects(block=Place.STEP), block=Place.SCENARIO),
        ),
        required=True,
        help="Each a name of your own and a list of steps in order of time.",
        example="scenarios:\n  nothing happens:\n    - at: day 8 10:00\n      expect: nothing",
    ),
    # --- a scenario with rows, or with a history
    Word(
        place=Place.SCENARIO,
        key="each",
        expects=Expects(
            items=Expects(
                named=Expects(
                    phrase=TEXT,
                    block=Place.EXPECTATION,
                    items=Expects(block=Place.EXPECTATION),
                )
            )
        ),
        help=(
            "Rows that each make a scenario: `<mark>` in the name or in a step is what the row "
            "says of `mark`."
        ),
        example=(
            "each:\n"
            "  - {mark: 59%, then: {release: sampling-workshop}}\n"
            "  - {mark: 60%, then: nothing}"
        ),
    ),
    Word(
        place=Place.SCENARIO,
        key="given",
        expects=Expects(phrase=TEXT),
        help=(
            "A file of saved events beside the test. What lies before day 1 is known when the "
            "scenario begins, and the rest happens between its steps, to the whole second."
        ),
        example="given: histories/ada.jsonl",
    ),
    Word(
        place=Place.SCENARIO,
        key="steps",
        expects=Expects(items=Expects(block=Place.STEP)),
        required=True,
        help="The steps in order of time, where the scenario says more than its steps.",
        example=(
            "steps:\n  - at: day 1 10:00\n    seen: {quiz: sampling-quiz, score: <mark>}\n"
            "    expect: <then>"
        ),
    ),
    # --- a learner
    Word(
        place=Place.LEARNER,
        key="name",
        expects=_TEXT,
        help="The learner's name; its first word is the first name.",
        example="name: Ada",
    ),
    Word(
        place=Place.LEARNER,
        key="email",
        expects=_TEXT,
        help="The address.",
        example="email: ada@uni.example",
    ),
    Word(
        place=Place.LEARNER,
        key="zone",
        expects=_TEXT,
        help="The learner's time zone as the LMS says it, so also what is none, such as 99.",
        example="zone: Europe/Madrid",
    ),
    Word(
        place=Place.LEARNER,
        key="language",
        expects=_TEXT,
        help="The learner's language.",
        example="language: es",
    ),
    Word(
        place=Place.LEARNER,
        key="enrolled",
        expects=_NAMES,
        help="The course, or courses, that the learner is in from day 1 00:00.",
        example="enrolled: data101",
    ),
    Word(
        place=Place.LEARNER,
        key="role",
        expects=_TEXT,
        help="The learner's role in them.",
        example="role: student",
    ),
    Word(
        place=Place.LEARNER,
        key="groups",
        expects=Expects(phrase=TEXT, items=_TEXT),
        help="Groups that the learner is in.",
        example="groups: [needs-support]",
    ),
    Word(
        place=Place.LEARNER,
        key="cohorts",
        expects=Expects(phrase=TEXT, items=_TEXT),
        help="Cohorts that the learner is in.",
        example="cohorts: [autumn-2025]",
    ),
    Word(
        place=Place.LEARNER,
        key="profile",
        expects=Expects(named=_TEXT),
        help="Further fields of the profile.",
        example="profile: {country: ES}",
    ),
    Word(
        place=Place.LEARNER,
        key="facts",
        expects=Expects(named=Expects(phrase=FACT_SAYS)),
        help="What facts say from day 1 on, without asking their plug-ins.",
        example="facts: {library-loan: yes}",
    ),
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
    # --- an expectation
    Word(
        place=Place.EXPECTATION,
        key="email",
        expects=Expects(phrase=FILE),
        help="This message goes out.",
        example="email: messages/we-miss-you.md",
    ),
    Word(
        place=Place.EXPECTATION,
        key="lms message",
        expects=Expects(phrase=FILE),
        help="This message goes out within the LMS.",
        example="lms message: messages/we-miss-you.md",
    ),
    Word(
        place=Place.EXPECTATION,
        key="banner",
        expects=Expects(phrase=FILE),
        help="This message is shown at the top of the course.",
        example="banner: messages/we-miss-you.md",
    ),
    Word(
        place=Place.EXPECTATION,
        key="go to",
        expects=Expects(phrase=FULL_NAME, of="an activity"),
        help="The activity that the banner leads to.",
        example="go to: sampling-workshop",
    ),
    Word(
        place=Place.EXPECTATION,
        key="says",
        expects=Expects(phrase=TEXT, items=_TEXT),
        help="Words that the message holds; of an e-mail in a digest, the whole digest.",
        example='says: "It has been a week, Ada"',
    ),
    Word(
        place=Place.EXPECTATION,
        key="to",
        expects=_TEXT,
        help="Whom the message goes to.",
        example="to: instructor",
    ),
    _thing("release", "an activity", "The activity opens.", "sampling-workshop"),
    _thing("lock", "an activity", "The activity closes.", "sampling-quiz"),
    _thing("recommend", "an activity", "The learner is pointed to it.", "sampling-workshop"),
    _thing("group", "", "The learner is put into the group.", "needs-support"),
    _thing("cohort", "", "The learner is put into the cohort.", "autumn-2025"),
    _thing("enrol", "a course", "The learner is enrolled in it.", "data101"),
    _thing("unenrol", "a course", "The learner is taken out of it.", "data101"),
    Word(
        place=Place.EXPECTATION,
        key="remove",
        expects=Expects(phrase=YES),
        help="The learner is taken out of the group or cohort.",
        example="remove: yes",
    ),
    Word(
        place=Place.EXPECTATION,
        key="choose",
        expects=Expects(items=Expects(phrase=FULL_NAME, of="an activity")),
        help="The learner may pick one of these, in the rule's order.",
        example="choose: [sampling-workshop, cleaning-lab]",
    ),
    _thing("announce", "an event", "The event is made for other rules.", "certified"),
    _rule("review", "The rule or credential asks a person; `says` is of the question."),
    _thing("webhook", "", "The endpoint is told.", "crm"),
    _thing("awarded", "a credential", "The credential is awarded.", "data-cleaning"),
    _thing("revoked", "a credential", "The credential is taken back.", "data-cleaning"),
    _thing("expired", "a credential", "The credential's time runs out.", "data-cleaning"),
    _thing("renewed", "a credential", "The same award is valid for longer.", "data-cleaning"),
    _thing("restored", "a credential", "A revoked award comes back.", "data-cleaning"),
    _rule("fired", "The rule did something; need not be said."),
    _rule("deferred", "The rule's message waits for the end of quiet hours, or for a digest."),
    _rule("suppressed", "The rule's message is not sent."),
    _rule("capped", "The rule's cap holds its message back."),
    _rule("undecided", "The rule's `if` could not be answered."),
    _rule("failed", "What the rule did went wrong."),
    Word(
        place=Place.EXPECTATION,
        key="learner",
        expects=_TEXT,
        help="Whom it happens to, where there are several learners.",
        example="learner: Ada",
    ),
    Word(
        place=Place.EXPECTATION,
        key="until",
        expects=Expects(phrase=AT),
        help="Until when a message is deferred.",
        example="until: day 9 08:00",
    ),
    Word(
        place=Place.EXPECTATION,
        key="because",
        expects=_TEXT,
        help="Why a message is suppressed or deferred, in the ledger's words.",
        example="because: inactive",
    ),
)
