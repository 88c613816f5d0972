"""The words of test files that say who a scenario is about, and how it is made up."""

from rules.phrases.phrases import FULL_NAME, TEXT
from rules.phrases.trigger import STARTS
from rules.words.step import FACT_SAYS
from rules.words.word import Expects, Place, Word

_TEXT = Expects(phrase=TEXT)
_NAMES = Expects(phrase=FULL_NAME, items=Expects(phrase=FULL_NAME))

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
)
