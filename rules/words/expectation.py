"""The words of what a scenario expects: one a thing that rules and credentials do."""

from rules.phrases.link import FILE
from rules.phrases.phrases import FULL_NAME, TEXT, YES
from rules.phrases.trigger import AT
from rules.words.word import Expects, Place, Word

_TEXT = Expects(phrase=TEXT)
_NAMES = Expects(phrase=FULL_NAME, items=Expects(phrase=FULL_NAME))


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


EXPECTATION_WORDS: tuple[Word, ...] = (
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
