"""The words of credentials and skills, and of the blocks of a rule file."""

from rules.phrases.link import FILE, SIGNED
from rules.phrases.marks import HALF_AFTER, WHICH
from rules.phrases.people import APPROVAL
from rules.phrases.phrases import (
    FULL_NAME,
    IF_FALLS,
    IF_PART_EXPIRES,
    MASTERY,
    MISSING,
    ROLL_UP,
    STATE,
    TEXT,
    WEIGHT,
    YES,
)
from rules.phrases.time import DATE, LONG_PERIOD, RENEWAL
from rules.words.condition import FROM_DATE
from rules.words.word import Expects, Place, Status, Word

_TEXT = Expects(phrase=TEXT)
_TEXTS = Expects(phrase=TEXT, items=Expects(phrase=TEXT))


def _later(place: Place, key: str, text: str) -> Word:
    return Word(place=place, key=key, expects=_TEXT, status=Status.LATER, help=text)


def lasting(place: Place, what: str) -> tuple[Word, ...]:
    """Give the words about a thing's life, which credentials and rules share."""
    return (
        Word(
            place=place,
            key="since",
            expects=Expects(phrase=DATE),
            help=f"The first day on which the {what} acts.",
            example="since: 2025-09-01",
        ),
        Word(
            place=place,
            key="until",
            expects=Expects(phrase=DATE),
            help=f"The last day on which the {what} acts.",
            example="until: 2026-07-31",
        ),
        Word(
            place=place,
            key="state",
            expects=Expects(phrase=STATE),
            help="A draft decides and is counted, and does nothing; a retired one rests.",
            example="state: draft",
        ),
        Word(
            place=place,
            key="was",
            expects=Expects(phrase=FULL_NAME),
            help="Its name before it was renamed, so that what was counted still counts.",
            example="was: nudge-quiet",
        ),
        Word(
            place=place,
            key="replaced by",
            expects=Expects(phrase=FULL_NAME, of=f"a {what}"),
            help="What to use instead of a retired one.",
            example="replaced by: data-literacy-2",
        ),
    )


AWARD_WORDS: tuple[Word, ...] = (
    Word(
        place=Place.FILE,
        key="credentials",
        expects=Expects(named=Expects(block=Place.CREDENTIAL)),
        help="What is awarded. Awards come from here and nowhere else.",
        example="credentials:\n  data-cleaning:\n    title: Data Cleaning",
    ),
    Word(
        place=Place.FILE,
        key="skills",
        expects=Expects(named=Expects(block=Place.SKILL)),
        help="What learners can do, rolled up from evidence, with levels.",
        example="skills:\n  sampling:\n    title: Sampling",
    ),
    Word(
        place=Place.FILE,
        key="patterns",
        expects=Expects(named=Expects(block=Place.PATTERN)),
        help="Rules with blanks, for rules that `follows` them.",
        example="patterns:\n  remind:\n    title: Remind of <activity>",
    ),
    Word(
        place=Place.FILE,
        key="rules",
        expects=Expects(named=Expects(block=Place.RULE)),
        help="What is done when something happens.",
        example="rules:\n  welcome:\n    title: Welcome a new learner",
    ),
    Word(
        place=Place.FILE,
        key="pathways",
        expects=Expects(named=Expects(block=Place.PATHWAY)),
        help="Steps that lead to a credential: what learners are shown as the way, and as the "
        "next step. They award nothing by themselves.",
        example="pathways:\n  data-analyst:\n    title: Data Analyst",
    ),
    # --- a pathway
    Word(
        place=Place.PATHWAY,
        key="title",
        expects=_TEXT,
        required=True,
        help="Its name.",
        example="title: Data Analyst",
    ),
    Word(
        place=Place.PATHWAY,
        key="describes",
        expects=_TEXT,
        required=True,
        help="Where it leads, in a sentence.",
        example="describes: From a first sample to an argued answer.",
    ),
    Word(
        place=Place.PATHWAY,
        key="steps",
        expects=Expects(items=Expects(block=Place.PATH_STEP)),
        required=True,
        help="The steps, in the order in which they are meant to be taken; nobody is kept from "
        "another order.",
        example="steps:\n  - required: {quiz: sampling-quiz, is: passed}",
    ),
    Word(
        place=Place.PATHWAY,
        key="leads to",
        expects=Expects(phrase=FULL_NAME, of="a credential"),
        required=True,
        help="The credential at its end; what it takes stands in its own `requires`.",
        example="leads to: data-literacy",
    ),
    Word(
        place=Place.PATH_STEP,
        key="required",
        expects=Expects(block=Place.CONDITION),
        head=True,
        help="A step that must be done: a thing and what is asked of it, or `at least N of` some. "
        "It is done while that is so.",
        example="required: {quiz: sampling-quiz, is: passed}",
    ),
    Word(
        place=Place.PATH_STEP,
        key="optional",
        expects=Expects(block=Place.CONDITION),
        head=True,
        help="A step that may be left out.",
        example="optional: {activity: sampling-workshop, is: completed}",
    ),
    Word(
        place=Place.PATH_STEP,
        key="title",
        expects=_TEXT,
        help="What learners read, where the name of the thing does not say it.",
        example="title: Show that you can draw a sample",
    ),
    # --- a credential
    Word(
        place=Place.CREDENTIAL,
        key="title",
        expects=_TEXT,
        required=True,
        help="Its name, as an employer reads it.",
        example="title: Data Cleaning",
    ),
    Word(
        place=Place.CREDENTIAL,
        key="describes",
        expects=_TEXT,
        required=True,
        help="What its holder can do, in a sentence.",
        example="describes: Can find, explain and repair faulty records in real data.",
    ),
    Word(
        place=Place.CREDENTIAL,
        key="requires",
        expects=Expects(items=Expects(block=Place.CONDITION)),
        required=True,
        help="What must hold, all of it; this is the criterion that is published.",
        example="requires:\n  - quiz: cleaning-quiz\n    score: at least 70%",
    ),
    Word(
        place=Place.CREDENTIAL,
        key="evidence from",
        expects=Expects(phrase=DATE),
        help="Only what happened on this day or later counts.",
        example="evidence from: 2025-03-03",
    ),
    Word(
        place=Place.CREDENTIAL,
        key="show as evidence",
        expects=Expects(items=Expects(phrase=FULL_NAME, of="an activity")),
        help="The activities that the award shows.",
        example="show as evidence: [sampling-quiz, sampling-report]",
    ),
    Word(
        place=Place.CREDENTIAL,
        key="framework level",
        expects=_TEXT,
        help="Its level in a framework of qualifications.",
        example="framework level: EQF 6",
    ),
    Word(
        place=Place.CREDENTIAL,
        key="credits",
        expects=_TEXT,
        help="What it counts in a study programme.",
        example="credits: 2 ECTS",
    ),
    Word(
        place=Place.CREDENTIAL,
        key="workload",
        expects=_TEXT,
        help="How much work it stands for, all told.",
        example="workload: 50 hours",
    ),
    Word(
        place=Place.CREDENTIAL,
        key="assessment",
        expects=_TEXT,
        help="How it was assessed, in words.",
        example="assessment: Supervised written exam and a marked report",
    ),
    Word(
        place=Place.CREDENTIAL,
        key="participation",
        expects=_TEXT,
        help="How learners took part: online, on site, or both.",
        example="participation: online",
    ),
    Word(
        place=Place.CREDENTIAL,
        key="quality assurance",
        expects=_TEXT,
        help="Who sees to its quality; an address, or words.",
        example="quality assurance: https://www.aneca.es",
    ),
    Word(
        place=Place.CREDENTIAL,
        key="endorsed by",
        expects=Expects(phrase=SIGNED, items=Expects(phrase=SIGNED)),
        help="Who speaks for it: files in the pack that others have signed, each an Open Badges "
        "3.0 EndorsementCredential about this achievement. They go into the credential as they "
        "are; another one changes no rule.",
        example="endorsed by: endorsements/qa-agency.json",
    ),
    Word(
        place=Place.CREDENTIAL,
        key="aligns",
        expects=_TEXTS,
        help="The skills or standards elsewhere that it stands for.",
        example="aligns: https://data.europa.eu/esco/skill/0000-example",
    ),
    Word(
        place=Place.CREDENTIAL,
        key="image",
        expects=_TEXT,
        help="The badge's picture: a PNG or an SVG in the pack, of at most 512 KiB. Without it one "
        "is drawn from the title.",
        example="image: images/data-cleaning.png",
    ),
    Word(
        place=Place.CREDENTIAL,
        key="certificate",
        expects=Expects(phrase=FULL_NAME, of="a certificate"),
        help="How it looks on paper: a name under `certificates` in pack.yaml, where the pack's "
        "own `certificate` is not meant.",
        example="certificate: diploma",
    ),
    Word(
        place=Place.CREDENTIAL,
        key="expires",
        expects=Expects(phrase=LONG_PERIOD),
        help="So long after the award, to the end of that day on the pack's clock.",
        example="expires: after 3 years",
    ),
    Word(
        place=Place.CREDENTIAL,
        key="if evidence falls",
        expects=Expects(phrase=IF_FALLS),
        help="What becomes of an award when a regrade, or something undone, takes its evidence "
        "away. `keep`, if nothing is said: it stays. `review`: a person is asked, and `milepost "
        "review` lists it. `revoke`: it is revoked, and the same award is restored when the "
        "evidence is back. A part that is revoked takes evidence away too; "
        "later attempts, time and a change of rules never do.",
        example="if evidence falls: revoke",
    ),
    Word(
        place=Place.CREDENTIAL,
        key="message",
        expects=Expects(phrase=FILE),
        help="The message that goes to the learner with the award.",
        example="message: messages/data-literacy-earned.md",
    ),
    Word(
        place=Place.CREDENTIAL,
        key="announce backfill",
        expects=Expects(phrase=YES),
        help="Whether awards for evidence that lay there before the credential send messages.",
        example="announce backfill: yes",
    ),
    *lasting(Place.CREDENTIAL, "credential"),
    Word(
        place=Place.CREDENTIAL,
        key="renew",
        expects=Expects(phrase=RENEWAL),
        help="From when on before its last day an award can be renewed: if all it requires is met "
        "again by evidence since then, it is the same award, valid for as long again from its old "
        "end. Without it an award ends, and newer evidence earns another.",
        example="renew: 3 months before",
    ),
    Word(
        place=Place.CREDENTIAL,
        key="if a part expires",
        expects=Expects(phrase=IF_PART_EXPIRES),
        help="Of a stack: `expire` ends it at the instant at which a part that it rests on "
        "expires, unless others still make up what it requires; it is earned anew when the part "
        "is. `keep`, if nothing is said.",
        example="if a part expires: expire",
    ),
    Word(
        place=Place.CREDENTIAL,
        key="approval",
        expects=Expects(phrase=APPROVAL),
        help="Who has to agree before it is awarded. They are asked when the requirements are "
        "met; the same person counts once, and the learner never. Who declines ends it until "
        "there is newer evidence.",
        example="approval: two people",
    ),
    # --- a skill
    Word(
        place=Place.SKILL,
        key="title",
        expects=_TEXT,
        required=True,
        help="Its name.",
        example="title: Sampling",
    ),
    Word(
        place=Place.SKILL,
        key="describes",
        expects=_TEXT,
        required=True,
        help="What somebody who has it does.",
        example="describes: Draws a sample that fits the question.",
    ),
    Word(
        place=Place.SKILL,
        key="aligns",
        expects=_TEXTS,
        help="The skills elsewhere that it stands for.",
        example="aligns: https://data.europa.eu/esco/skill/0000-example",
    ),
    Word(
        place=Place.SKILL,
        key="evidence",
        expects=Expects(items=Expects(block=Place.SOURCE)),
        help="What counts, each with its weight; the score is the weighted mean of what is there.",
        example="evidence:\n  - quiz: sampling-quiz\n    weight: 2",
    ),
    Word(
        place=Place.SKILL,
        key="parts",
        expects=Expects(items=Expects(phrase=FULL_NAME, of="a skill")),
        help="Other skills that it is made of.",
        example="parts: [sampling, cleaning]",
    ),
    Word(
        place=Place.SKILL,
        key="by",
        expects=Expects(phrase=ROLL_UP),
        help="How the parts are rolled up: weakest, mean or strongest.",
        example="by: weakest",
    ),
    Word(
        place=Place.SKILL,
        key="attempt",
        expects=Expects(phrase=WHICH),
        help="The attempt that counts: best, latest or first; or the average, or `decaying 65%`.",
        example="attempt: latest",
    ),
    Word(
        place=Place.SKILL,
        key="missing",
        expects=Expects(phrase=MISSING),
        help="With `zero`, what is missing or unmarked counts as 0%.",
        example="missing: zero",
    ),
    Word(
        place=Place.SKILL,
        key="levels",
        expects=Expects(named=Expects(phrase=MASTERY, block=Place.MASTERIES)),
        required=True,
        help="Levels under names of your own: a least score, and from how many sources; perhaps "
        "by date.",
        example="levels:\n  proficient: at least 70% from 2 sources",
    ),
    Word(
        place=Place.MASTERIES,
        key="from DATE",
        expects=Expects(phrase=MASTERY),
        pattern=FROM_DATE,
        help="What the level asks of evidence of this day or later, on the pack's clock. Where "
        "evidence lies on both sides of a date, meeting either will do.",
        example="from 2025-09-01: at least 70% from 2 sources",
    ),
    Word(
        place=Place.SKILL,
        key="decays",
        expects=Expects(phrase=HALF_AFTER),
        help="How old evidence counts less. After each such period of calendar months, counted "
        "from the day of a source's latest evidence, its weight beside the others is halved; "
        "and the score is halved for each period that all evidence is old (for a level from 2 "
        "sources: all but the freshest). It needs `attempt: latest`. Levels fall with time, "
        "credentials that are held stay.",
        example="decays: half after 18 months",
    ),
    Word(
        place=Place.SOURCE,
        key="weight",
        expects=Expects(phrase=WEIGHT),
        required=True,
        help="How much it counts beside the others: a decimal of at least 0.",
        example="weight: 2",
    ),
)
