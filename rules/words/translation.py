"""The words that say in another language what learners and employers read."""

from rules.phrases.language import LANGUAGE_TAG
from rules.phrases.phrases import TEXT
from rules.words.word import Expects, Place, Word

_TOLD = Expects(named=Expects(block=Place.TOLD))

TRANSLATION_WORDS: tuple[Word, ...] = (
    Word(
        place=Place.FILE,
        key="translations",
        expects=Expects(named=Expects(block=Place.TRANSLATION), keys=LANGUAGE_TAG),
        help="What the pack's things are called in other languages, by the language's tag. A "
        "credential that is told in several languages is an achievement in each; the learner's "
        "language, else the pack's, decides which of them she is awarded.",
        example="translations:\n  es:\n    credentials:\n      data-cleaning:\n"
        "        title: Limpieza de datos",
    ),
    Word(
        place=Place.TRANSLATION,
        key="credentials",
        expects=_TOLD,
        help="Credentials of this pack, each with `title` and `describes`.",
        example="credentials:\n  data-cleaning: {title: Limpieza de datos, "
        "describes: Encuentra y repara errores.}",
    ),
    Word(
        place=Place.TRANSLATION,
        key="skills",
        expects=_TOLD,
        help="Skills of this pack: what credentials ask for is named in their criteria.",
        example="skills:\n  sampling: {title: Muestreo, describes: Extrae una muestra.}",
    ),
    Word(
        place=Place.TRANSLATION,
        key="pathways",
        expects=_TOLD,
        help="Pathways of this pack.",
        example="pathways:\n  data-analyst: {title: Analista de datos, describes: De la muestra a "
        "la respuesta.}",
    ),
    Word(
        place=Place.TRANSLATION,
        key="activities",
        expects=Expects(named=Expects(phrase=TEXT)),
        help="Activities of this pack, each with its title.",
        example="activities:\n  sampling-quiz: Cuestionario de muestreo",
    ),
    Word(
        place=Place.TOLD,
        key="title",
        expects=Expects(phrase=TEXT),
        required=True,
        help="Its name in this language.",
        example="title: Limpieza de datos",
    ),
    Word(
        place=Place.TOLD,
        key="describes",
        expects=Expects(phrase=TEXT),
        required=True,
        help="The sentence that describes it, in this language.",
        example="describes: Encuentra y repara errores en datos reales.",
    ),
)
