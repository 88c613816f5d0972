"""The words of a rule: when, if, then, and how far it goes."""

from rules.phrases.link import ADDRESS, FILE
from rules.phrases.phrases import COURSE_OR_ANY, FULL_NAME, TEXT, YES
from rules.phrases.stage import MESSAGES, STAGE
from rules.phrases.time import MOMENT, PERIOD
from rules.phrases.trigger import AGO, EVERY, OFFSET, REPEAT
from rules.words.award import lasting
from rules.words.word import Expects, Place, Status, Word

_TEXT = Expects(phrase=TEXT)
_ACTIVITY = Expects(phrase=FULL_NAME, of="an activity")
_COURSE = Expects(phrase=FULL_NAME, of="a course")


def _later(place: Place, key: str, text: str, *, head: bool = False) -> Word:
    return Word(place=place, key=key, expects=_TEXT, status=Status.LATER, help=text, head=head)


_BLANKED = Expects(free=True)
"""In a pattern: its words are checked where it is followed, with its blanks filled."""

RULE_WORDS: tuple[Word, ...] = (
    Word(
        place=Place.PATTERN,
        key="blanks",
        expects=Expects(named=_TEXT),
        required=True,
        help="The blanks, each with what goes there: `<activity>` stands for what `activity` is.",
        example="blanks: {activity: an assignment, days: a period}",
    ),
    *(
        Word(
            place=Place.PATTERN,
            key=key,
            expects=_BLANKED,
            help="As in a rule; a blank such as `<activity>` may stand for a text or a part of it.",
            example=example,
        )
        for key, example in (
            ("title", "title: Remind of <activity>"),
            ("why", "why: Reminders help."),
            ("when", "when: {due: <activity>, within: <days>}"),
            ("if", "if:\n  - course: <course>\n    is: open"),
            ("then", "then:\n  - email: <message>"),
            ("limits", "limits: {cap: 1 per course}"),
            ("catch up", "catch up: yes"),
            ("confirm above", "confirm above: 500 messages"),
        )
    ),
    Word(
        place=Place.RULE,
        key="follows",
        expects=Expects(phrase=FULL_NAME),
        help="The pattern that the rule is made by; what the rule says itself goes before it.",
        example="follows: remind",
    ),
    Word(
        place=Place.RULE,
        key="with",
        expects=Expects(named=Expects(free=True)),
        help="What fills the blanks of the pattern.",
        example="with: {activity: sampling-report, days: 2 days}",
    ),
    Word(
        place=Place.RULE,
        key="title",
        expects=_TEXT,
        required=True,
        help="What it does, in a line that colleagues understand.",
        example="title: Nudge a learner who has gone quiet",
    ),
    Word(
        place=Place.RULE,
        key="why",
        expects=_TEXT,
        help="Why it is there; `explain` shows it.",
        example="why: After two silent weeks nine in ten never come back.",
    ),
    Word(
        place=Place.RULE,
        key="when",
        expects=Expects(block=Place.WHEN),
        required=True,
        help="What triggers it: something that happens, or a time that comes.",
        example="when:\n  quiz: sampling-quiz\n  score: below 60%",
    ),
    Word(
        place=Place.RULE,
        key="if",
        expects=Expects(items=Expects(block=Place.CONDITION)),
        help="What must hold of the learner at that moment, all of it.",
        example="if:\n  - course: data101\n    is: open",
    ),
    Word(
        place=Place.RULE,
        key="then",
        expects=Expects(items=Expects(block=Place.ACTION)),
        required=True,
        help="What is done, in no particular order.",
        example="then:\n  - release: sampling-workshop",
    ),
    Word(
        place=Place.RULE,
        key="limits",
        expects=Expects(phrase=FULL_NAME, block=Place.LIMITS, of="limits in pack.yaml"),
        help="What keeps its messages polite. Releases and locks happen at once all the same.",
        example="limits: polite",
    ),
    Word(
        place=Place.RULE,
        key="catch up",
        expects=Expects(phrase=YES),
        help="Whether it also acts on spells that began before it went live.",
        example="catch up: yes",
    ),
    Word(
        place=Place.RULE,
        key="confirm above",
        expects=Expects(phrase=MESSAGES),
        help="If it would write more messages in a day than this, a person is asked first; "
        "`milepost confirm` lists what waits.",
        example="confirm above: 500 messages",
    ),
    Word(
        place=Place.RULE,
        key="state",
        expects=Expects(phrase=STAGE),
        help="A draft decides and is counted, and does nothing; a retired one rests. Live for a "
        "share of learners it is a draft for the others; who is in it stays in it as it grows.",
        example="state: live for 10% of learners",
    ),
    *(word for word in lasting(Place.RULE, "rule") if word.key != "state"),
    # --- when
    Word(
        place=Place.WHEN,
        key="any",
        expects=Expects(items=Expects(block=Place.LEAF)),
        head=True,
        beside=("after",),
        help="Any of several events.",
        example="any:\n  - {quiz: quiz-1, is: failed}\n  - {quiz: quiz-2, is: failed}",
    ),
    Word(
        place=Place.WHEN,
        key="after",
        expects=Expects(phrase=PERIOD),
        help="Acts that long after the event, if it still stands and `if` holds then.",
        example="after: 2 days",
    ),
    Word(
        place=Place.WHEN,
        key="inactive",
        expects=Expects(phrase=PERIOD),
        head=True,
        beside=("in", "repeat"),
        help="The learner has done nothing for so long.",
        example="inactive: 7 days",
    ),
    Word(
        place=Place.WHEN,
        key="due",
        expects=_ACTIVITY,
        head=True,
        beside=("within", "in", "repeat"),
        help="The activity falls due `within` so long, and the learner has not submitted it.",
        example="due: sampling-report\nwithin: 2 days",
    ),
    Word(
        place=Place.WHEN,
        key="within",
        expects=Expects(phrase=PERIOD),
        help="How long before the due time, or the end of a credential, it begins.",
        example="within: 2 days",
    ),
    Word(
        place=Place.WHEN,
        key="overdue",
        expects=_ACTIVITY,
        head=True,
        beside=("by", "in", "repeat"),
        help="The activity's due time is over and the learner has not submitted it.",
        example="overdue: sampling-report",
    ),
    Word(
        place=Place.WHEN,
        key="by",
        expects=Expects(phrase=PERIOD),
        help="How long the due time must be over.",
        example="by: 3 days",
    ),
    Word(
        place=Place.WHEN,
        key="enrolled",
        expects=Expects(phrase=AGO),
        head=True,
        beside=("in",),
        help="The learner enrolled so long ago.",
        example="enrolled: 14 days ago",
    ),
    Word(
        place=Place.WHEN,
        key="course start",
        expects=Expects(phrase=OFFSET),
        head=True,
        beside=("in",),
        help="So long after or before the course's first day.",
        example="course start: 3 days after",
    ),
    Word(
        place=Place.WHEN,
        key="course end",
        expects=Expects(phrase=OFFSET),
        head=True,
        beside=("in",),
        help="So long after or before the end of the course's last day.",
        example="course end: 1 week before",
    ),
    Word(
        place=Place.WHEN,
        key="every",
        expects=Expects(phrase=EVERY),
        head=True,
        beside=("in",),
        help="On a weekday, or every so many days or weeks, on the learner's clock.",
        example="every: monday at 09:00",
    ),
    Word(
        place=Place.WHEN,
        key="on",
        expects=Expects(phrase=MOMENT),
        head=True,
        beside=("in",),
        help="Once, at a date and time on the learner's clock.",
        example="on: 2025-03-01 at 09:00",
    ),
    Word(
        place=Place.WHEN,
        key="in",
        expects=Expects(
            phrase=COURSE_OR_ANY, items=Expects(phrase=FULL_NAME, of="a course"), of="a course"
        ),
        help="The course it is about, a list of courses (each apart), or `any course`.",
        example="in: data101",
    ),
    Word(
        place=Place.WHEN,
        key="repeat",
        expects=Expects(phrase=REPEAT),
        help="Asks again so often while it lasts; for what lasts, such as `inactive`.",
        example="repeat: every 7 days",
    ),
    Word(
        place=Place.WHEN,
        key="expiring",
        expects=Expects(phrase=FULL_NAME, of="a credential"),
        head=True,
        beside=("within", "repeat"),
        help="The credential, or `any`, is held and expires `within` so long. It ends when the "
        "credential expires, is renewed or revoked; of `any`, each is asked about by itself.",
        example="expiring: data-literacy\nwithin: 30 days",
    ),
    # --- then
    Word(
        place=Place.ACTION,
        key="email",
        expects=Expects(phrase=FILE),
        head=True,
        beside=("to", "cc", "reply to"),
        help="Writes to the learner, or to somebody about the learner.",
        example="email: messages/we-miss-you.md",
    ),
    Word(
        place=Place.ACTION,
        key="to",
        expects=Expects(phrase=ADDRESS),
        help="Whom: learner (if nothing is said), instructor, mentor, manager or another role.",
        example="to: instructor",
    ),
    Word(
        place=Place.ACTION,
        key="cc",
        expects=Expects(phrase=ADDRESS, items=Expects(phrase=ADDRESS)),
        help="Roles or addresses that get a copy.",
        example="cc: mentor",
    ),
    Word(
        place=Place.ACTION,
        key="reply to",
        expects=Expects(phrase=ADDRESS),
        help="The role or address that answers go to.",
        example="reply to: instructor",
    ),
    Word(
        place=Place.ACTION,
        key="lms message",
        expects=Expects(phrase=FILE),
        head=True,
        help="Writes to the learner within the LMS, by the same limits as an e-mail.",
        example="lms message: messages/we-miss-you.md",
    ),
    Word(
        place=Place.ACTION,
        key="banner",
        expects=Expects(phrase=FILE),
        head=True,
        beside=("go to",),
        help="Shows the learner a line at the top of the course, by the same limits as an e-mail.",
        example="banner: messages/we-miss-you.md",
    ),
    Word(
        place=Place.ACTION,
        key="go to",
        expects=_ACTIVITY,
        help="The activity that a banner leads to.",
        example="go to: sampling-workshop",
    ),
    Word(
        place=Place.ACTION,
        key="release",
        expects=_ACTIVITY,
        head=True,
        beside=("while",),
        help="Opens an activity to the learner.",
        example="release: sampling-workshop",
    ),
    Word(
        place=Place.ACTION,
        key="lock",
        expects=_ACTIVITY,
        head=True,
        help="Closes an activity to the learner until something releases it.",
        example="lock: sampling-quiz",
    ),
    Word(
        place=Place.ACTION,
        key="recommend",
        expects=_ACTIVITY,
        head=True,
        help="Points the learner to an activity.",
        example="recommend: sampling-workshop",
    ),
    Word(
        place=Place.ACTION,
        key="group",
        expects=_TEXT,
        head=True,
        beside=("remove", "while"),
        help="Puts the learner into a group of a course.",
        example="group: needs-support",
    ),
    Word(
        place=Place.ACTION,
        key="remove",
        expects=Expects(phrase=YES),
        help="Takes the learner out of the group or cohort instead.",
        example="remove: yes",
    ),
    Word(
        place=Place.ACTION,
        key="cohort",
        expects=_TEXT,
        head=True,
        beside=("remove", "while"),
        help="Puts the learner into a cohort of the whole site; a group of that name is another.",
        example="cohort: autumn-2025",
    ),
    Word(
        place=Place.ACTION,
        key="enrol",
        expects=_COURSE,
        head=True,
        beside=("while",),
        help="Enrols the learner in a course, which is so from then on for all rules.",
        example="enrol: data101",
    ),
    Word(
        place=Place.ACTION,
        key="unenrol",
        expects=_COURSE,
        head=True,
        help="Takes the learner out of a course.",
        example="unenrol: data101",
    ),
    Word(
        place=Place.ACTION,
        key="while",
        expects=Expects(phrase=YES),
        help="Takes back what was given (locks, takes out, unenrols) when `if` stops being true, "
        "and gives it again when it is true again.",
        example="while: yes",
    ),
    Word(
        place=Place.ACTION,
        key="webhook",
        expects=_TEXT,
        head=True,
        help="Tells an endpoint that the operator has named in config.toml.",
        example="webhook: crm",
    ),
    Word(
        place=Place.ACTION,
        key="choose",
        expects=Expects(items=Expects(phrase=FULL_NAME, of="an activity")),
        head=True,
        help="Lets the learner pick one of several activities, which the LMS is told to offer. "
        "The one that is `chosen` opens and the others close, but for what another rule opened; "
        "whoever chooses anew, changes it. What is chosen now is `open`: `is: chosen` in `if` says "
        "that it was chosen once.",
        example="choose: [sampling-workshop, cleaning-lab]",
    ),
    Word(
        place=Place.ACTION,
        key="review",
        expects=_TEXT,
        head=True,
        help="Puts a question to a person. The rule's other actions wait until it is approved "
        "(`milepost review`), and are not done if it is declined, or if the trigger or `if` no "
        "longer holds then.",
        example="review: Has this learner the prior knowledge to skip the workshop?",
    ),
    Word(
        place=Place.ACTION,
        key="announce",
        expects=Expects(phrase=FULL_NAME, of="an event"),
        head=True,
        help="Makes an event that pack.yaml names under `events`, for other rules. It has "
        "happened then, also for `if`; nothing leaves Milepost.",
        example="announce: certified",
    ),
)
