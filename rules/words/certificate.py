"""The words that say how a certificate looks on paper."""

from rules.phrases.link import COLOUR, LOGO, PAPER, TEMPLATE
from rules.phrases.phrases import FULL_NAME, TEXT
from rules.words.word import Expects, Place, Word

_BY_LANGUAGE = Expects(phrase=TEXT, named=Expects(phrase=TEXT))

CERTIFICATE_WORDS: tuple[Word, ...] = (
    Word(
        place=Place.PACK,
        key="certificates",
        expects=Expects(named=Expects(block=Place.CERTIFICATE)),
        help="How credentials look on paper, under names of your own. `milepost preview "
        "certificate` shows it.",
        example="certificates:\n  house:\n    logo: certificates/logo.svg\n    colour: 7a1f3d",
    ),
    Word(
        place=Place.PACK,
        key="certificate",
        expects=Expects(phrase=FULL_NAME, of="a certificate"),
        help="How the pack's credentials look on paper, where one says nothing else.",
        example="certificate: house",
    ),
    Word(
        place=Place.CERTIFICATE,
        key="logo",
        expects=Expects(phrase=LOGO),
        help="A picture at the top: SVG, PNG or JPEG, in the pack's folder `certificates`.",
        example="logo: certificates/logo.svg",
    ),
    Word(
        place=Place.CERTIFICATE,
        key="colour",
        expects=Expects(phrase=COLOUR),
        help="The colour of title, headings and lines: a name such as `navy`, or six digits as the "
        "web writes them, without their `#`, which begins a comment here.",
        example="colour: 7a1f3d",
    ),
    Word(
        place=Place.CERTIFICATE,
        key="paper",
        expects=Expects(phrase=PAPER),
        help="What it is printed on: a4 unless it is said here.",
        example="paper: a4 landscape",
    ),
    Word(
        place=Place.CERTIFICATE,
        key="signed by",
        expects=Expects(phrase=TEXT, items=Expects(phrase=TEXT)),
        help="Who signs, each with a line to sign on: the name, a comma, and what he or she is.",
        example='signed by: ["Dr Ana Ruiz, Dean of Studies", "Lee Chan, Registrar"]',
    ),
    Word(
        place=Place.CERTIFICATE,
        key="awarded",
        expects=_BY_LANGUAGE,
        help="The words between the title and the name, for all languages or for each.",
        example="awarded: {en: has been earned by, es: ha sido obtenido por}",
    ),
    Word(
        place=Place.CERTIFICATE,
        key="statement",
        expects=_BY_LANGUAGE,
        help="A sentence or two under the date, for all languages or for each.",
        example="statement: Given under the seal of Example University.",
    ),
    Word(
        place=Place.CERTIFICATE,
        key="template",
        expects=Expects(phrase=TEMPLATE),
        help="A Typst template of your own, in the pack's folder `certificates`; it may use what "
        "stands beside it. `milepost new certificate` writes one to begin with.",
        example="template: certificates/diploma.typ",
    ),
)
