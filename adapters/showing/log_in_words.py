"""The words of the pages between an LMS and a learner's own; English for any other language."""

# ruff: noqa: RUF001 - French is written with its own apostrophe

from collections.abc import Mapping

import msgspec

from notifications.wording import base_language


class LogInWords(msgspec.Struct, frozen=True):
    """
    The words of one language.

    Attributes:
        told: Title and text by what she can do: `again`, `cookie`, `setup`, `staff`, `open`; and
            what the administrator reads, `registered`.
        code: Before the word by which a help desk finds the reason.
        open: The button that opens her page.
        done: The button that closes the administrator's.
    """

    told: Mapping[str, tuple[str, str]]
    code: str
    open: str
    done: str


def log_in_words_of(language: str) -> LogInWords:
    """Give the words of a language such as `de` or `pt-BR`."""
    return WORDS.get(base_language(language), WORDS["en"])


WORDS: Mapping[str, LogInWords] = {
    "en": LogInWords(
        told={
            "again": (
                "Please try that once more",
                (
                    "Go back to your course and follow the link there again. Each log-in is "
                    "good once, and for a few minutes."
                ),
            ),
            "cookie": (
                "Your browser did not remember the log-in",
                (
                    "Go back to your course and open the link in a new tab or window. If that "
                    "does not help, allow cookies for this site."
                ),
            ),
            "setup": (
                "This log-in is not set up correctly",
                (
                    "You have done nothing wrong, and trying again will not help. Please tell "
                    "your help desk."
                ),
            ),
            "staff": (
                "Here learners see their own credentials",
                (
                    "A learner who follows this link from the course sees what she has earned, "
                    "what is missing for the next credential, and decides what she shares. You "
                    "are not in this course as a learner, so there is no such page for you."
                ),
            ),
            "open": (
                "Your credentials",
                (
                    "They open in a tab of their own. If your course then says that the link is "
                    "too old, reload this page first."
                ),
            ),
            "registered": (
                "The LMS is registered",
                (
                    "Activate the tool in the LMS, if it asks for it, and add it to a course. "
                    "What is known here: milepost lti show."
                ),
            ),
        },
        code="For the help desk: {code}",
        open="Open my credentials",
        done="Done",
    ),
    "de": LogInWords(
        told={
            "again": (
                "Bitte versuche es noch einmal",
                (
                    "Geh in deinen Kurs zurück und folge dem Link dort erneut. Jede Anmeldung "
                    "gilt nur einmal und nur einige Minuten."
                ),
            ),
            "cookie": (
                "Dein Browser hat sich die Anmeldung nicht gemerkt",
                (
                    "Geh in deinen Kurs zurück und öffne den Link in einem neuen Tab oder "
                    "Fenster. Hilft das nicht, so erlaube Cookies für diese Seite."
                ),
            ),
            "setup": (
                "Diese Anmeldung ist nicht richtig eingerichtet",
                (
                    "Du hast nichts falsch gemacht, und ein neuer Versuch hilft nicht. Bitte "
                    "sag es deinem Support."
                ),
            ),
            "staff": (
                "Hier sehen Lernende ihre eigenen Nachweise",
                (
                    "Lernende, die diesem Link aus dem Kurs folgen, sehen, was sie erworben "
                    "haben und was für den nächsten Nachweis fehlt, und entscheiden, was sie "
                    "teilen. Du lernst in diesem Kurs nicht, deshalb gibt es für dich keine "
                    "solche Seite."
                ),
            ),
            "open": (
                "Deine Nachweise",
                (
                    "Sie öffnen sich in einem eigenen Tab. Sagt dein Kurs dann, der Link sei zu "
                    "alt, so lade zuerst diese Seite neu."
                ),
            ),
            "registered": (
                "Das LMS ist registriert",
                (
                    "Aktiviere das Tool im LMS, falls es danach fragt, und füge es einem Kurs "
                    "hinzu. Was hier bekannt ist: milepost lti show."
                ),
            ),
        },
        code="Für den Support: {code}",
        open="Meine Nachweise öffnen",
        done="Fertig",
    ),
    "es": LogInWords(
        told={
            "again": (
                "Inténtalo otra vez",
                (
                    "Vuelve a tu curso y sigue de nuevo el enlace. Cada acceso vale una sola "
                    "vez, y durante unos minutos."
                ),
            ),
            "cookie": (
                "Tu navegador no ha recordado el acceso",
                (
                    "Vuelve a tu curso y abre el enlace en una pestaña o ventana nueva. Si no "
                    "funciona, permite las cookies de este sitio."
                ),
            ),
            "setup": (
                "Este acceso no está bien configurado",
                (
                    "No has hecho nada mal, e intentarlo otra vez no servirá. Díselo al "
                    "servicio de soporte."
                ),
            ),
            "staff": (
                "Aquí los estudiantes ven sus propias credenciales",
                (
                    "Quien estudia y sigue este enlace desde el curso ve lo que ha obtenido y "
                    "lo que le falta para la siguiente credencial, y decide qué comparte. No "
                    "estás en este curso como estudiante, así que no tienes una página de este "
                    "tipo."
                ),
            ),
            "open": (
                "Tus credenciales",
                (
                    "Se abren en una pestaña propia. Si tu curso dice entonces que el enlace es "
                    "demasiado antiguo, recarga antes esta página."
                ),
            ),
            "registered": (
                "El LMS está registrado",
                (
                    "Activa la herramienta en el LMS, si lo pide, y añádela a un curso. Lo que "
                    "se sabe aquí: milepost lti show."
                ),
            ),
        },
        code="Para el servicio de soporte: {code}",
        open="Abrir mis credenciales",
        done="Listo",
    ),
    "fr": LogInWords(
        told={
            "again": (
                "Veuillez réessayer",
                (
                    "Retournez dans votre cours et suivez de nouveau le lien. Chaque connexion "
                    "ne vaut qu’une fois, pendant quelques minutes."
                ),
            ),
            "cookie": (
                "Votre navigateur n’a pas retenu la connexion",
                (
                    "Retournez dans votre cours et ouvrez le lien dans un nouvel onglet ou une "
                    "nouvelle fenêtre. Si cela n’aide pas, autorisez les cookies de ce site."
                ),
            ),
            "setup": (
                "Cette connexion n’est pas bien configurée",
                (
                    "Vous n’avez rien fait de mal, et réessayer ne servira à rien. Veuillez le "
                    "signaler à l’assistance."
                ),
            ),
            "staff": (
                "Ici, chacun voit ses propres attestations",
                (
                    "L’apprenant qui suit ce lien depuis le cours voit ce qu’il a obtenu et ce "
                    "qui lui manque pour l’attestation suivante, et décide de ce qu’il partage. "
                    "Vous n’êtes pas apprenant dans ce cours : il n’y a donc pas de telle page "
                    "pour vous."
                ),
            ),
            "open": (
                "Vos attestations",
                (
                    "Elles s’ouvrent dans un onglet à part. Si votre cours dit alors que le "
                    "lien est trop ancien, rechargez d’abord cette page."
                ),
            ),
            "registered": (
                "Le LMS est enregistré",
                (
                    "Activez l’outil dans le LMS, s’il le demande, et ajoutez-le à un cours. Ce "
                    "qui est connu ici : milepost lti show."
                ),
            ),
        },
        code="Pour l’assistance : {code}",
        open="Ouvrir mes attestations",
        done="Terminé",
    ),
}
