"""The words in which pages say how long a credential lasts, and what keeps it."""

# ruff: noqa: RUF001 - French is written with its own apostrophe

from collections.abc import Mapping

import msgspec

from engine.values import LongPeriod
from notifications.wording import base_language

YEAR = 12
"""Months."""


class KeepingWords(msgspec.Struct, frozen=True):
    """The words of one language. Each says what stands on the page; `{…}` is filled in."""

    year: str
    years: str
    month: str
    months: str
    renewed: str
    renew_from: str
    renew_now: str
    renew_takes: str
    renew_missing: str
    renew_waits: str
    not_renewed: str
    falls: str
    falls_one: str
    falls_any: str
    falls_all: str
    part_renewable: str
    part_expired: str
    fell: str
    public_falls: str
    public_renewal: str
    renewal: str
    renewal_of: str
    with_part: str
    credits: str
    credits_so_far: str
    of_these: str
    outside: str
    outside_good: str
    outside_fallen: str
    outside_doubt: str

    def period(self, period: LongPeriod) -> str:
        """Write a long period: 3 years, 18 months."""
        years, months = divmod(period.months, YEAR)
        if months == 0:
            return (self.year if years == 1 else self.years).format(number=years)
        return (self.month if period.months == 1 else self.months).format(number=period.months)


def keeping_words_of(language: str) -> KeepingWords:
    """Give the words of a language such as `de` or `pt-BR`; English for one that is not there."""
    return KEEPING_WORDS.get(base_language(language), KEEPING_WORDS["en"])


KEEPING_WORDS: Mapping[str, KeepingWords] = {
    "en": KeepingWords(
        year="{number} year",
        years="{number} years",
        month="{number} month",
        months="{number} months",
        renewed="Renewed on {day}.",
        renew_from="It can be renewed from {day} on.",
        renew_now="It can be renewed now, until {day}.",
        renew_takes="What that takes, done since then:",
        renew_missing="What is still missing for that:",
        renew_waits="A mark is still waited for.",
        not_renewed="It can’t be renewed. After its end it can be earned anew.",
        falls="It ends on {day}, with “{parts}”, on which it rests.",
        falls_one="It ends on {day}, with “{parts}”, on which it rests, unless you renew that.",
        falls_any="It ends on {day}, as parts of it end, unless you renew one of these: {parts}.",
        falls_all="It ends on {day}, as parts of it end, unless you renew all of these: {parts}.",
        part_renewable="{part} can be renewed from {day} on.",
        part_expired="A part of it has ended.",
        fell="What it had been earned by counts no more.",
        public_falls="It rests on other credentials, and ends with them on {day} unless they are "
        "renewed.",
        public_renewal="It can be renewed from {day} on.",
        renewal="Renewal",
        renewal_of="from {period} before its end, by doing again what it takes",
        with_part="It ends with the credentials that it rests on.",
        credits="In all: {what}",
        credits_so_far="Earned on this way so far: {what}",
        of_these="{done} of these {total} done",
        outside="From elsewhere",
        outside_good="counts; looked at on {day}",
        outside_fallen="counts no more: {because}",
        outside_doubt="its issuer can’t say at present",
    ),
    "de": KeepingWords(
        year="{number} Jahr",
        years="{number} Jahre",
        month="{number} Monat",
        months="{number} Monate",
        renewed="Erneuert am {day}.",
        renew_from="Erneuern kannst du ihn ab dem {day}.",
        renew_now="Du kannst ihn jetzt erneuern, bis zum {day}.",
        renew_takes="Das ist dafür nötig, ab diesem Tag getan:",
        renew_missing="Das fehlt dafür noch:",
        renew_waits="Eine Note steht noch aus.",
        not_renewed="Erneuern kann man ihn nicht. Nach seinem Ende kann er neu erworben werden.",
        falls="Er endet am {day}, mit „{parts}“, worauf er beruht.",
        falls_one="Er endet am {day}, mit „{parts}“, worauf er beruht, wenn du das nicht "
        "erneuerst.",
        falls_any="Er endet am {day}, weil Teile davon enden, wenn du nicht eines davon "
        "erneuerst: {parts}.",
        falls_all="Er endet am {day}, weil Teile davon enden, wenn du nicht alle davon "
        "erneuerst: {parts}.",
        part_renewable="{part} kannst du ab dem {day} erneuern.",
        part_expired="Ein Teil davon ist abgelaufen.",
        fell="Womit er erworben wurde, zählt nicht mehr.",
        public_falls="Er beruht auf anderen Nachweisen und endet mit ihnen am {day}, wenn sie "
        "nicht erneuert werden.",
        public_renewal="Erneuert werden kann er ab dem {day}.",
        renewal="Erneuerung",
        renewal_of="{period} vor dem Ende oder später, indem man das Verlangte noch einmal tut",
        with_part="Er endet mit den Nachweisen, auf denen er beruht.",
        credits="Zusammen: {what}",
        credits_so_far="Auf diesem Weg bisher: {what}",
        of_these="{done} von diesen {total} geschafft",
        outside="Von anderswo",
        outside_good="zählt; angesehen am {day}",
        outside_fallen="zählt nicht mehr: {because}",
        outside_doubt="die ausstellende Stelle gibt gerade keine Auskunft",
    ),
    "es": KeepingWords(
        year="{number} año",
        years="{number} años",
        month="{number} mes",
        months="{number} meses",
        renewed="Renovada el {day}.",
        renew_from="Se puede renovar a partir del {day}.",
        renew_now="Se puede renovar ahora, hasta el {day}.",
        renew_takes="Lo que hace falta, hecho desde ese día:",
        renew_missing="Lo que aún falta para ello:",
        renew_waits="Aún falta una nota.",
        not_renewed="No se puede renovar. Cuando termine se puede obtener de nuevo.",
        falls="Termina el {day}, con «{parts}», en lo que se apoya.",
        falls_one="Termina el {day}, con «{parts}», en la que se apoya, si no la renuevas.",
        falls_any="Termina el {day}, porque terminan partes suyas, si no renuevas una de "
        "estas: {parts}.",
        falls_all="Termina el {day}, porque terminan partes suyas, si no renuevas todas "
        "estas: {parts}.",
        part_renewable="{part} se puede renovar a partir del {day}.",
        part_expired="Una parte suya ha caducado.",
        fell="Aquello con lo que se obtuvo ya no cuenta.",
        public_falls="Se apoya en otras credenciales y termina con ellas el {day} si no se "
        "renuevan.",
        public_renewal="Se puede renovar a partir del {day}.",
        renewal="Renovación",
        renewal_of="desde {period} antes de su fin, haciendo de nuevo lo que exige",
        with_part="Termina con las credenciales en las que se apoya.",
        credits="En total: {what}",
        credits_so_far="Obtenido hasta ahora en este itinerario: {what}",
        of_these="{done} de estas {total} hechas",
        outside="De otros lugares",
        outside_good="cuenta; comprobada el {day}",
        outside_fallen="ya no cuenta: {because}",
        outside_doubt="su emisor no responde por ahora",
    ),
    "fr": KeepingWords(
        year="{number} an",
        years="{number} ans",
        month="{number} mois",
        months="{number} mois",
        renewed="Renouvelée le {day}.",
        renew_from="Elle peut être renouvelée à partir du {day}.",
        renew_now="Elle peut être renouvelée maintenant, jusqu’au {day}.",
        renew_takes="Ce qu’il faut pour cela, fait à partir de ce jour :",
        renew_missing="Ce qui manque encore pour cela :",
        renew_waits="Une note est encore attendue.",
        not_renewed="Elle ne peut pas être renouvelée. Après sa fin, on peut l’obtenir de nouveau.",
        falls="Elle prend fin le {day}, avec « {parts} », sur quoi elle repose.",
        falls_one="Elle prend fin le {day}, avec « {parts} », sur laquelle elle repose, si "
        "vous ne la renouvelez pas.",
        falls_any="Elle prend fin le {day}, car des parties prennent fin, si vous ne "
        "renouvelez pas l’une de celles-ci : {parts}.",
        falls_all="Elle prend fin le {day}, car des parties prennent fin, si vous ne "
        "renouvelez pas toutes celles-ci : {parts}.",
        part_renewable="{part} peut être renouvelée à partir du {day}.",
        part_expired="Une de ses parties a expiré.",
        fell="Ce par quoi elle avait été obtenue ne compte plus.",
        public_falls="Elle repose sur d’autres attestations et prend fin avec elles le {day} si "
        "elles ne sont pas renouvelées.",
        public_renewal="Elle peut être renouvelée à partir du {day}.",
        renewal="Renouvellement",
        renewal_of="à partir de {period} avant sa fin, en refaisant ce qu’elle demande",
        with_part="Elle prend fin avec les attestations sur lesquelles elle repose.",
        credits="En tout : {what}",
        credits_so_far="Obtenu jusqu’ici sur ce parcours : {what}",
        of_these="{done} sur ces {total} faites",
        outside="D’ailleurs",
        outside_good="compte ; vérifiée le {day}",
        outside_fallen="ne compte plus : {because}",
        outside_doubt="son émetteur ne répond pas pour l’instant",
    ),
}
