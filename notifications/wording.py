"""
How the few words and dates that Milepost itself puts into a message are said in a language.

A table by hand, for the languages that are built in; a message in any other language gets
dates as 2025-03-03, which all read, and English for what is not known. The language is
the message file's, not the learner's: an English text must not say *3 de marzo*.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Wording:
    """One language: its months, how a day is put together, and what stands for the unknown."""

    day: str
    """A format of `day`, `month` (its name), `number` (of the month) and `year`."""
    months: tuple[str, ...]
    decimal: str
    percent: str
    """What stands between a number and its %."""
    someone: str
    """For a learner whose name is not known, as in *Hello there*."""
    a_while_ago: str
    soon: str
    course: str
    activity: str
    credential: str
    rule: str
    no_score: str
    organisation: str
    choose_mail: str
    """The text of the link by which a learner chooses what to be written."""

    def show_day(self, local: datetime) -> str:
        """Write a local time's day, as in *3 March 2025*."""
        month = self.months[local.month - 1] if self.months else ""
        return self.day.format(day=local.day, month=month, number=local.month, year=local.year)

    def show_percent(self, exact: str) -> str:
        """Write an exact percentage such as `69.5%` as the language does."""
        return exact.replace(".", self.decimal).replace("%", f"{self.percent}%")


_ENGLISH_MONTHS = (
    "January February March April May June July August September October November December"
)
_SPANISH_MONTHS = (
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
)
_FRENCH_MONTHS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
)
_GERMAN_MONTHS = (
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
)

ENGLISH = Wording(
    day="{day} {month} {year}",
    months=tuple(_ENGLISH_MONTHS.split()),
    decimal=".",
    percent="",
    someone="there",
    a_while_ago="a while ago",
    soon="soon",
    course="your course",
    activity="this activity",
    credential="your credential",
    rule="your course",
    no_score="not marked yet",
    organisation="your institution",
    choose_mail="Choose which messages you get",
)

WORDINGS: Mapping[str, Wording] = {
    "en": ENGLISH,
    "es": Wording(
        day="{day} de {month} de {year}",
        months=tuple(_SPANISH_MONTHS.split()),
        decimal=",",
        percent="\N{NO-BREAK SPACE}",
        someone="estudiante",
        a_while_ago="hace un tiempo",
        soon="pronto",
        course="tu curso",
        activity="esta actividad",
        credential="tu credencial",
        rule="tu curso",
        no_score="sin calificar todavía",
        organisation="tu institución",
        choose_mail="Elige qué mensajes recibes",
    ),
    "fr": Wording(
        day="{day} {month} {year}",
        months=tuple(_FRENCH_MONTHS.split()),
        decimal=",",
        percent="\N{NARROW NO-BREAK SPACE}",
        someone="à vous",
        a_while_ago="il y a quelque temps",
        soon="bientôt",
        course="votre cours",
        activity="cette activité",
        credential="votre certificat",
        rule="votre cours",
        no_score="pas encore noté",
        organisation="votre établissement",
        choose_mail="Choisir les messages que vous recevez",
    ),
    "de": Wording(
        day="{day}. {month} {year}",
        months=tuple(_GERMAN_MONTHS.split()),
        decimal=",",
        percent="\N{NO-BREAK SPACE}",
        someone="du",
        a_while_ago="vor einer Weile",
        soon="bald",
        course="dein Kurs",
        activity="diese Aktivität",
        credential="dein Nachweis",
        rule="dein Kurs",
        no_score="noch nicht bewertet",
        organisation="deine Einrichtung",
        choose_mail="Auswählen, welche Nachrichten du bekommst",
    ),
}

_RIGHT_TO_LEFT = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"}
)


def wording(language: str) -> Wording:
    """Give the wording of a language tag such as `es-ES`; neutral dates where none is built in."""
    return WORDINGS.get(base_language(language), _NEUTRAL)


def base_language(language: str) -> str:
    """Give the language of a tag: `es-ES` and `es_ES` are `es`."""
    return language.replace("_", "-").partition("-")[0].lower()


def direction(language: str) -> str:
    """Say which way a language is written: `ltr` or `rtl`."""
    return "rtl" if base_language(language) in _RIGHT_TO_LEFT else "ltr"


_NEUTRAL = Wording(
    day="{year:04}-{number:02}-{day:02}",
    months=(),
    decimal=".",
    percent="",
    someone=ENGLISH.someone,
    a_while_ago=ENGLISH.a_while_ago,
    soon=ENGLISH.soon,
    course=ENGLISH.course,
    activity=ENGLISH.activity,
    credential=ENGLISH.credential,
    rule=ENGLISH.rule,
    no_score=ENGLISH.no_score,
    organisation=ENGLISH.organisation,
    choose_mail=ENGLISH.choose_mail,
)
