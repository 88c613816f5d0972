"""The words of the pages on which a learner lets an app in and sees which have access."""

# ruff: noqa: RUF001 - French is written with its own apostrophe

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from adapters.wallets.authorization import Connected
from adapters.wallets.scopes import OFFLINE, READ, READ_PROFILE, UPDATE_PROFILE, UPSERT
from engine.calendar import instant
from notifications.wording import base_language, wording


class WalletWords(msgspec.Struct, frozen=True):
    """
    The words of one language. `{app}` and `{host}` are filled in.

    Attributes:
        device: What stands for `{host}` where that is the learner's own machine.
    """

    wants: str
    calls_itself: str
    goes_to: str
    device: str
    could: str
    can: str
    scopes: Mapping[str, str]
    allow: str
    refuse: str
    later: str
    about_app: str
    privacy: str
    terms: str
    log_in: str
    log_in_how: str
    wrong: str
    wrong_how: str
    apps: str
    since: str
    take_away: str


def wallet_words_of(language: str) -> WalletWords:
    """Give the words of a language such as `de` or `pt-BR`."""
    return WALLET_WORDS.get(base_language(language), WALLET_WORDS["en"])


@dataclass(frozen=True, slots=True)
class AppTold:
    """An app that has access, in sentences."""

    app: str
    name: str
    where: str
    since: str
    can: tuple[str, ...]


def app_told(app: Connected, language: str) -> AppTold:
    """Tell of an app that has access."""
    words = wallet_words_of(language)
    since = words.since.format(day=wording(language).show_day(instant(app.since)))
    can = tuple(words.scopes[scope] for scope in app.scopes)
    return AppTold(app.app, app.name, app.host or words.device, since, can)


WALLET_WORDS: Mapping[str, WalletWords] = {
    "en": WalletWords(
        wants="Let {app} in?",
        calls_itself="An app that calls itself “{app}” asks for access to what is yours here.",
        goes_to="If you allow it, you are sent to {host}. Allow it only if you came from there.",
        device="an app on this device",
        could="It could:",
        can="It can:",
        scopes={
            READ: "read your credentials, also those that are not public",
            UPSERT: "bring credentials of other issuers that are yours, so that they count here",
            READ_PROFILE: "read your name and your e-mail address",
            UPDATE_PROFILE: "ask for changes to your name and e-mail address, which only your "
            "institution makes",
            OFFLINE: "do so while you are away, until you take it away",
        },
        allow="Allow",
        refuse="Refuse",
        later="You can take it away at any time on your own page.",
        about_app="About the app",
        privacy="Its privacy policy",
        terms="Its terms",
        log_in="Log in first",
        log_in_how="An app asks for access to your credentials. Open your log-in link in this "
        "browser, or come to your own page from your course, and you are asked whether you allow "
        "it.",
        wrong="This app can’t be let in",
        wrong_how="Go back to the app, and try again. For whoever makes it:",
        apps="Apps with access",
        since="since {day}",
        take_away="Take access away",
    ),
    "de": WalletWords(
        wants="{app} Zugang geben?",
        calls_itself="Eine App, die sich „{app}“ nennt, bittet um Zugang zu dem, was hier dir "
        "gehört.",
        goes_to="Wenn du zustimmst, kommst du zu {host}. Stimme nur zu, wenn du von dort kommst.",
        device="einer App auf diesem Gerät",
        could="Sie könnte:",
        can="Sie kann:",
        scopes={
            READ: "deine Nachweise lesen, auch die nicht öffentlichen",
            UPSERT: "Nachweise anderer Stellen bringen, die deine sind, damit sie hier zählen",
            READ_PROFILE: "deinen Namen und deine E-Mail-Adresse lesen",
            UPDATE_PROFILE: "um Änderungen an Name und E-Mail-Adresse bitten, die nur deine "
            "Einrichtung vornimmt",
            OFFLINE: "das auch tun, wenn du nicht da bist, bis du es beendest",
        },
        allow="Zustimmen",
        refuse="Ablehnen",
        later="Auf deiner eigenen Seite kannst du den Zugang jederzeit wieder nehmen.",
        about_app="Über die App",
        privacy="Ihre Datenschutzerklärung",
        terms="Ihre Bedingungen",
        log_in="Melde dich zuerst an",
        log_in_how="Eine App bittet um Zugang zu deinen Nachweisen. Öffne deinen Anmelde-Link in "
        "diesem Browser, oder komm aus deinem Kurs auf deine eigene Seite: Dann wirst du gefragt, "
        "ob du zustimmst.",
        wrong="Diese App kann keinen Zugang bekommen",
        wrong_how="Geh zurück zur App und versuche es noch einmal. Für ihre Hersteller:",
        apps="Apps mit Zugang",
        since="seit {day}",
        take_away="Zugang nehmen",
    ),
    "es": WalletWords(
        wants="¿Dar acceso a {app}?",
        calls_itself="Una aplicación que se llama «{app}» pide acceso a lo que es tuyo aquí.",
        goes_to="Si lo permites, irás a {host}. Permítelo solo si vienes de allí.",
        device="una aplicación de este dispositivo",
        could="Podría:",
        can="Puede:",
        scopes={
            READ: "leer tus credenciales, también las que no son públicas",
            UPSERT: "traer credenciales de otros emisores que son tuyas, para que cuenten aquí",
            READ_PROFILE: "leer tu nombre y tu correo electrónico",
            UPDATE_PROFILE: "pedir cambios de tu nombre y tu correo, que solo hace tu institución",
            OFFLINE: "hacerlo también cuando no estés, hasta que se lo quites",
        },
        allow="Permitir",
        refuse="Rechazar",
        later="Puedes quitárselo en cualquier momento en tu propia página.",
        about_app="Sobre la aplicación",
        privacy="Su política de privacidad",
        terms="Sus condiciones",
        log_in="Entra primero",
        log_in_how="Una aplicación pide acceso a tus credenciales. Abre tu enlace de acceso en "
        "este navegador, o entra en tu página desde tu curso, y se te preguntará si lo permites.",
        wrong="No se puede dar acceso a esta aplicación",
        wrong_how="Vuelve a la aplicación e inténtalo de nuevo. Para quien la hace:",
        apps="Aplicaciones con acceso",
        since="desde el {day}",
        take_away="Quitar el acceso",
    ),
    "fr": WalletWords(
        wants="Donner accès à {app} ?",
        calls_itself="Une application qui se nomme « {app} » demande accès à ce qui est à vous "
        "ici.",
        goes_to="Si vous l’autorisez, vous irez vers {host}. Faites-le seulement si vous en venez.",
        device="une application de cet appareil",
        could="Elle pourrait :",
        can="Elle peut :",
        scopes={
            READ: "lire vos attestations, même celles qui ne sont pas publiques",
            UPSERT: "apporter des attestations d’autres émetteurs qui sont à vous, pour qu’elles "
            "comptent ici",
            READ_PROFILE: "lire votre nom et votre adresse électronique",
            UPDATE_PROFILE: "demander des changements de votre nom et de votre adresse, que seul "
            "votre établissement fait",
            OFFLINE: "le faire aussi en votre absence, jusqu’à ce que vous y mettiez fin",
        },
        allow="Autoriser",
        refuse="Refuser",
        later="Vous pouvez y mettre fin à tout moment sur votre page.",
        about_app="À propos de l’application",
        privacy="Sa politique de confidentialité",
        terms="Ses conditions",
        log_in="Connectez-vous d’abord",
        log_in_how="Une application demande accès à vos attestations. Ouvrez votre lien de "
        "connexion dans ce navigateur, ou venez sur votre page depuis votre cours, et on vous "
        "demandera si vous l’autorisez.",
        wrong="Cette application ne peut pas avoir accès",
        wrong_how="Retournez à l’application et réessayez. Pour qui la fait :",
        apps="Applications qui ont accès",
        since="depuis le {day}",
        take_away="Retirer l’accès",
    ),
}
