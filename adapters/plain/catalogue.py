"""
The words in which learners are told: one table a language, and English for any other.

What a thing is called stands in for `{title}`. Nothing here says who wrote a rule, or where.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from notifications.wording import base_language


@dataclass(frozen=True, slots=True)
class Catalogue:
    """
    One language.

    Attributes:
        earned: The headline where something is held.
        not_yet: The headline where something lacks.
        waits: The headline where a mark is missing.
        of_all: A list of which all must hold, and so on; `{number}` counts.
        score: What a score must be; `{wanted}` is one of `wanted`.
        wanted: Ranges, by *least*, *more*, *most*, *below* and *between*.
        best: The learner's own number so far.
        said: What `is` says of a thing, by its word.
        level: A level of a skill.
        progress: A share of activities.
        times: How often.
        in_a_row: So many times, one right after another.
        exactly: Just so many times.
        other: Conditions on the person or the day, by their kind.
        yes: What is done.
        no: What is not.
        unknown: What is not known yet.
        nearest: Over the shortest way.
        opened: The headline of an activity that is open.
        closed: The headline of one that is closed.
        opens_by: The headline of one that is closed and that nothing opens by itself.
        wrote: The headline of a message that was written to the learner.
        not_written: The headline of one that was not.
        walked: How far she has come on a pathway.
        walked_all: The headline of a pathway that she has gone to its end.
        optional: A step that a pathway does not need.
    """

    earned: str
    not_yet: str
    waits: str
    of_all: str
    of_any: str
    of_none: str
    of_some: str
    score: str
    wanted: Mapping[str, str]
    best: str
    said: Mapping[str, str]
    level: str
    progress: str
    times: str
    in_a_row: str
    exactly: str
    other: Mapping[str, str]
    yes: str
    no: str
    unknown: str
    nearest: str
    opened: str
    closed: str
    opens_by: str
    wrote: str
    not_written: str
    walked: str
    walked_all: str
    optional: str


def has_language(language: str) -> bool:
    """Say whether there are words of a language such as `de` or `pt-BR`."""
    return base_language(language) in CATALOGUES


def catalogue(language: str) -> Catalogue:
    """Give the words of a language such as `de` or `pt-BR`; English for one that is not there."""
    return CATALOGUES.get(base_language(language), CATALOGUES["en"])


CATALOGUES: Mapping[str, Catalogue] = {
    "en": Catalogue(
        earned="You have it: {title}.",
        not_yet="Not yet: {title}.",
        waits="Not known yet: {title}. A mark is still missing.",
        of_all="All of these:",
        of_any="At least one of these:",
        of_none="None of these:",
        of_some="At least {number} of these:",
        score="{title}: {wanted}",
        wanted={
            "least": "at least {low}",
            "more": "more than {low}",
            "most": "at most {high}",
            "below": "below {high}",
            "between": "from {low} to {high}",
            "any": "a mark",
        },
        best="your mark so far: {value}",
        said={
            "answered": "{title}: you were answered",
            "attended": "{title}: you were there",
            "awarded": "{title}: earned",
            "booked": "{title}: you have a seat",
            "chosen": "{title}: you chose it",
            "completed": "{title}: completed",
            "created": "your account is there",
            "ended": "{title} is over",
            "enrolled": "you are in {title}",
            "entered": "{title}: you opened it",
            "excused": "{title}: you are excused",
            "expired": "{title}: its time is over",
            "expiring": "{title}: it expires soon",
            "failed": "{title}: failed",
            "feedback given": "{title}: you have feedback",
            "graded": "{title}: marked",
            "held": "{title}: earned",
            "joined": "you are in {title}",
            "left": "you are no longer in {title}",
            "locked": "{title} is closed to you",
            "logged in": "you logged in",
            "member": "you are in {title}",
            "missed": "{title}: you were not there",
            "not completed": "{title}: not completed",
            "not enrolled": "you are not in {title}",
            "not held": "{title}: not earned",
            "not member": "you are not in {title}",
            "not submitted": "{title}: not handed in",
            "open": "{title} is open to you",
            "passed": "{title}: passed",
            "posted": "{title}: you wrote something",
            "reached": "{title}: reached",
            "renewed": "{title}: renewed",
            "restored": "{title}: given back",
            "replied": "{title}: you replied",
            "revoked": "{title}: taken back",
            "started": "{title}: begun",
            "submitted": "{title}: handed in",
            "suspended": "your account is closed",
            "unanswered": "{title}: nobody has replied to you",
            "unenrolled": "you have left {title}",
            "viewed": "{title}: looked at",
        },
        level="{title}: {level} or better",
        progress="{title}: done {wanted}",
        times="{what} ({number})",
        in_a_row="{number} in a row",
        exactly="exactly {number}",
        other={
            "enrolled": "you have been in the course for a while",
            "date": "the right time of the year",
            "weekday": "the right day of the week",
            "person": "something about you",
            "by hand": "a person awarded it to you",
            "event": "something that your course tells us",
            "time": "the right time",
        },
        yes="done",
        no="not yet",
        unknown="not known yet",
        nearest="The shortest way:",
        opened="{title} is open to you.",
        closed="{title} is closed to you. This opens it:",
        opens_by="{title} is closed to you, and opens by nothing that you can do.",
        wrote="You got this message for this reason:",
        not_written="You did not get this message. It is written for this reason:",
        walked="{title}: {number} of {total} steps done.",
        walked_all="You have come all the way: {title}.",
        optional="{text} (you need not)",
    ),
    "de": Catalogue(
        earned="Das hast du: {title}.",
        not_yet="Noch nicht: {title}.",
        waits="Noch nicht bekannt: {title}. Eine Bewertung steht noch aus.",
        of_all="All das:",
        of_any="Mindestens eins davon:",
        of_none="Nichts davon:",
        of_some="Mindestens {number} davon:",
        score="{title}: {wanted}",
        wanted={
            "least": "mindestens {low}",
            "more": "mehr als {low}",
            "most": "höchstens {high}",
            "below": "unter {high}",
            "between": "von {low} bis {high}",
            "any": "eine Bewertung",
        },
        best="deine Bewertung bisher: {value}",
        said={
            "answered": "{title}: du hast eine Antwort",
            "attended": "{title}: du warst da",
            "awarded": "{title}: erworben",
            "booked": "{title}: du hast einen Platz",
            "chosen": "{title}: du hast es gewählt",
            "completed": "{title}: abgeschlossen",
            "created": "dein Konto ist da",
            "ended": "{title} ist vorbei",
            "enrolled": "du bist in {title}",
            "entered": "{title}: du hast es geöffnet",
            "excused": "{title}: du bist entschuldigt",
            "expired": "{title}: abgelaufen",
            "expiring": "{title}: läuft bald ab",
            "failed": "{title}: nicht bestanden",
            "feedback given": "{title}: du hast eine Rückmeldung",
            "graded": "{title}: bewertet",
            "held": "{title}: erworben",
            "joined": "du bist in {title}",
            "left": "du bist nicht mehr in {title}",
            "locked": "{title} ist für dich geschlossen",
            "logged in": "du hast dich angemeldet",
            "member": "du bist in {title}",
            "missed": "{title}: du warst nicht da",
            "not completed": "{title}: nicht abgeschlossen",
            "not enrolled": "du bist nicht in {title}",
            "not held": "{title}: nicht erworben",
            "not member": "du bist nicht in {title}",
            "not submitted": "{title}: nicht abgegeben",
            "open": "{title} ist für dich offen",
            "passed": "{title}: bestanden",
            "posted": "{title}: du hast etwas geschrieben",
            "reached": "{title}: erreicht",
            "renewed": "{title}: erneuert",
            "restored": "{title}: wieder da",
            "replied": "{title}: du hast geantwortet",
            "revoked": "{title}: zurückgenommen",
            "started": "{title}: begonnen",
            "submitted": "{title}: abgegeben",
            "suspended": "dein Konto ist gesperrt",
            "unanswered": "{title}: niemand hat dir geantwortet",
            "unenrolled": "du hast {title} verlassen",
            "viewed": "{title}: angesehen",
        },
        level="{title}: {level} oder besser",
        progress="{title}: erledigt {wanted}",
        times="{what} ({number})",
        in_a_row="{number} hintereinander",
        exactly="genau {number}",
        other={
            "enrolled": "du bist schon eine Weile im Kurs",
            "date": "die richtige Zeit im Jahr",
            "weekday": "der richtige Wochentag",
            "person": "etwas über dich",
            "by hand": "ein Mensch hat es dir verliehen",
            "event": "etwas, das dein Kurs uns sagt",
            "time": "die richtige Zeit",
        },
        yes="erledigt",
        no="noch nicht",
        unknown="noch nicht bekannt",
        nearest="Der kürzeste Weg:",
        opened="{title} ist für dich offen.",
        closed="{title} ist für dich geschlossen. Das öffnet es:",
        opens_by="{title} ist für dich geschlossen, und nichts, was du tun kannst, öffnet es.",
        wrote="Du hast diese Nachricht aus diesem Grund bekommen:",
        not_written="Du hast diese Nachricht nicht bekommen. Geschrieben wird sie darum:",
        walked="{title}: {number} von {total} Schritten geschafft.",
        walked_all="Du bist am Ziel: {title}.",
        optional="{text} (musst du nicht)",
    ),
    "es": Catalogue(
        earned="Lo tienes: {title}.",
        not_yet="Todavía no: {title}.",
        waits="Aún no se sabe: {title}. Falta una calificación.",
        of_all="Todo esto:",
        of_any="Al menos una de estas cosas:",
        of_none="Nada de esto:",
        of_some="Al menos {number} de estas cosas:",
        score="{title}: {wanted}",
        wanted={
            "least": "al menos {low}",
            "more": "más de {low}",
            "most": "como máximo {high}",
            "below": "menos de {high}",
            "between": "de {low} a {high}",
            "any": "una calificación",
        },
        best="tu calificación hasta ahora: {value}",
        said={
            "answered": "{title}: te han respondido",
            "attended": "{title}: estuviste presente",
            "awarded": "{title}: obtenido",
            "booked": "{title}: tienes plaza",
            "chosen": "{title}: lo elegiste",
            "completed": "{title}: completado",
            "created": "tu cuenta existe",
            "ended": "{title} ha terminado",
            "enrolled": "estás en {title}",
            "entered": "{title}: lo abriste",
            "excused": "{title}: estás exento",
            "expired": "{title}: ha caducado",
            "expiring": "{title}: caduca pronto",
            "failed": "{title}: suspendido",
            "feedback given": "{title}: tienes comentarios",
            "graded": "{title}: calificado",
            "held": "{title}: obtenido",
            "joined": "estás en {title}",
            "left": "ya no estás en {title}",
            "locked": "{title} está cerrado para ti",
            "logged in": "iniciaste sesión",
            "member": "estás en {title}",
            "missed": "{title}: no estuviste presente",
            "not completed": "{title}: sin completar",
            "not enrolled": "no estás en {title}",
            "not held": "{title}: no obtenido",
            "not member": "no estás en {title}",
            "not submitted": "{title}: sin entregar",
            "open": "{title} está abierto para ti",
            "passed": "{title}: aprobado",
            "posted": "{title}: escribiste algo",
            "reached": "{title}: alcanzado",
            "renewed": "{title}: renovado",
            "restored": "{title}: devuelto",
            "replied": "{title}: respondiste",
            "revoked": "{title}: retirado",
            "started": "{title}: empezado",
            "submitted": "{title}: entregado",
            "suspended": "tu cuenta está cerrada",
            "unanswered": "{title}: nadie te ha respondido",
            "unenrolled": "has dejado {title}",
            "viewed": "{title}: visto",
        },
        level="{title}: {level} o más",
        progress="{title}: hecho {wanted}",
        times="{what} ({number})",
        in_a_row="{number} seguidas",
        exactly="exactamente {number}",
        other={
            "enrolled": "llevas un tiempo en el curso",
            "date": "la época del año adecuada",
            "weekday": "el día de la semana adecuado",
            "person": "algo sobre ti",
            "by hand": "te lo concedió una persona",
            "event": "algo que nos dice tu curso",
            "time": "el momento adecuado",
        },
        yes="hecho",
        no="todavía no",
        unknown="aún no se sabe",
        nearest="El camino más corto:",
        opened="{title} está abierto para ti.",
        closed="{title} está cerrado para ti. Se abre con esto:",
        opens_by="{title} está cerrado para ti, y nada de lo que puedas hacer lo abre.",
        wrote="Recibiste este mensaje por este motivo:",
        not_written="No recibiste este mensaje. Se escribe por este motivo:",
        walked="{title}: {number} de {total} pasos hechos.",
        walked_all="Has llegado al final: {title}.",
        optional="{text} (no es obligatorio)",
    ),
    "fr": Catalogue(
        earned="Vous l'avez : {title}.",
        not_yet="Pas encore : {title}.",
        waits="On ne le sait pas encore : {title}. Il manque une note.",
        of_all="Tout ceci :",
        of_any="Au moins une de ces choses :",
        of_none="Rien de ceci :",
        of_some="Au moins {number} de ces choses :",
        score="{title} : {wanted}",
        wanted={
            "least": "au moins {low}",
            "more": "plus de {low}",
            "most": "au plus {high}",
            "below": "moins de {high}",
            "between": "de {low} à {high}",
            "any": "une note",
        },
        best="votre note jusqu'ici : {value}",
        said={
            "answered": "{title} : on vous a répondu",
            "attended": "{title} : vous étiez là",
            "awarded": "{title} : obtenu",
            "booked": "{title} : vous avez une place",
            "chosen": "{title} : vous l'avez choisi",
            "completed": "{title} : terminé",
            "created": "votre compte existe",
            "ended": "{title} est fini",
            "enrolled": "vous êtes dans {title}",
            "entered": "{title} : vous l'avez ouvert",
            "excused": "{title} : vous êtes dispensé",
            "expired": "{title} : expiré",
            "expiring": "{title} : expire bientôt",
            "failed": "{title} : échoué",
            "feedback given": "{title} : vous avez un retour",
            "graded": "{title} : noté",
            "held": "{title} : obtenu",
            "joined": "vous êtes dans {title}",
            "left": "vous n'êtes plus dans {title}",
            "locked": "{title} vous est fermé",
            "logged in": "vous vous êtes connecté",
            "member": "vous êtes dans {title}",
            "missed": "{title} : vous n'étiez pas là",
            "not completed": "{title} : pas terminé",
            "not enrolled": "vous n'êtes pas dans {title}",
            "not held": "{title} : pas obtenu",
            "not member": "vous n'êtes pas dans {title}",
            "not submitted": "{title} : pas remis",
            "open": "{title} vous est ouvert",
            "passed": "{title} : réussi",
            "posted": "{title} : vous avez écrit",
            "reached": "{title} : atteint",
            "renewed": "{title} : renouvelé",
            "restored": "{title} : rendu",
            "replied": "{title} : vous avez répondu",
            "revoked": "{title} : retiré",
            "started": "{title} : commencé",
            "submitted": "{title} : remis",
            "suspended": "votre compte est fermé",
            "unanswered": "{title} : personne ne vous a répondu",
            "unenrolled": "vous avez quitté {title}",
            "viewed": "{title} : consulté",
        },
        level="{title} : {level} ou mieux",
        progress="{title} : fait {wanted}",
        times="{what} ({number})",
        in_a_row="{number} de suite",
        exactly="exactement {number}",
        other={
            "enrolled": "vous êtes dans le cours depuis un moment",
            "date": "le bon moment de l'année",
            "weekday": "le bon jour de la semaine",
            "person": "quelque chose sur vous",
            "by hand": "une personne vous l'a attribué",
            "event": "quelque chose que votre cours nous dit",
            "time": "le bon moment",
        },
        yes="fait",
        no="pas encore",
        unknown="pas encore connu",
        nearest="Le chemin le plus court :",
        opened="{title} vous est ouvert.",
        closed="{title} vous est fermé. Voici ce qui l'ouvre :",
        opens_by="{title} vous est fermé, et rien que vous puissiez faire ne l'ouvre.",
        wrote="Vous avez reçu ce message pour cette raison :",
        not_written="Vous n'avez pas reçu ce message. Il est écrit pour cette raison :",
        walked="{title} : {number} étapes sur {total} faites.",
        walked_all="Vous êtes au bout : {title}.",
        optional="{text} (facultatif)",
    ),
}
