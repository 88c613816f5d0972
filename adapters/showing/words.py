"""The words of the pages, in the languages that learners are told in; English for any other."""

# ruff: noqa: RUF001 - French is written with its own apostrophe

from collections.abc import Mapping

import msgspec

from notifications.wording import base_language


class Words(msgspec.Struct, frozen=True):
    """The words of one language. Each says what stands on the page; `{…}` is filled in."""

    skip: str
    issued_by: str
    awarded_on: str
    valid_until: str
    no_end: str
    counts: str
    criteria: str
    results: str
    result_asked: str
    evidence: str
    aligned: str
    is_part_of_it: str
    also_in: str
    genuine: str
    not_good: str
    checked: str
    passed: str
    failed: str
    checks: Mapping[str, str]
    download: str
    whose: str
    whose_ask: str
    whose_yes: str
    whose_no: str
    email: str
    ask: str
    verify: str
    verify_lead: str
    verify_file: str
    verify_url: str
    verify_button: str
    verify_nothing: str
    catalogue: str
    catalogue_lead: str
    search: str
    search_button: str
    found_none: str
    pathway: str
    pathways: str
    leads_to: str
    optional: str
    credentials: str
    level: str
    validity: str
    after: str
    mine: str
    mine_lead: str
    held: str
    expired: str
    revoked: str
    suspended: str
    not_public: str
    public: str
    publish: str
    withdraw: str
    publish_help: str
    share: str
    linkedin: str
    embed: str
    next_up: str
    missing: str
    done: str
    skills: str
    no_level: str
    nothing_yet: str
    leave: str
    left: str
    link_old: str
    verify_this: str
    bring: str
    bring_lead: str
    bring_button: str
    bring_done: str


def words_of(language: str) -> Words:
    """Give the words of a language such as `de` or `pt-BR`."""
    return WORDS.get(base_language(language), WORDS["en"])


def wishes_in(accept_language: str) -> tuple[str, ...]:
    """Give the languages that a browser wishes for, the dearest first."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept_language.split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            wishes.append((-float(weight or 1), place, tag))
        except ValueError:
            continue
    return tuple(tag for _, _, tag in sorted(wishes) if tag)


def wished(accept_language: str) -> str:
    """Give the first language of a browser's wishes in which there are words; else English."""
    bases = map(base_language, wishes_in(accept_language))
    return next((tag for tag in bases if tag in WORDS), "en")


WORDS: Mapping[str, Words] = {
    "en": Words(
        skip="To the content",
        issued_by="Issued by {issuer}",
        awarded_on="Awarded on {day}",
        valid_until="valid until {day}",
        no_end="valid without an end",
        counts="Counts {what}",
        criteria="What it took",
        results="What was measured",
        result_asked="asked for: {what}",
        evidence="Evidence",
        aligned="What it stands for elsewhere",
        is_part_of_it="A credential that counted for this one",
        also_in="In other languages",
        genuine="Genuine, and good today",
        not_good="Not to be relied on",
        checked="Checked just now:",
        passed="passed",
        failed="not passed",
        checks={
            "format": "Form",
            "proof": "Signature",
            "dates": "Dates",
            "status": "Revoked or suspended",
            "recipient": "Recipient",
        },
        download="Download",
        whose="Whose is it?",
        whose_ask="The holder is not named here. If you know the e-mail address, you can check it.",
        whose_yes="Yes: it was issued to {email}.",
        whose_no="No: it was not issued to {email}.",
        email="E-mail address",
        ask="Check",
        verify="Verify a credential",
        verify_lead="Ours or anybody’s: Open Badges 3.0 and 2.0, as JSON, token, PNG, SVG or PDF. "
        "Nothing of it is kept.",
        verify_file="A file",
        verify_url="or its web address",
        verify_button="Verify",
        verify_nothing="Choose a file, or give a web address.",
        catalogue="What can be earned",
        catalogue_lead="Every credential, with what it takes.",
        search="Search",
        search_button="Search",
        found_none="Nothing has these words.",
        pathway="Pathway",
        pathways="Pathways",
        leads_to="Leads to {title}",
        optional="optional",
        credentials="Credentials",
        level="Level",
        validity="Validity",
        after="{period} from the award",
        mine="My credentials",
        mine_lead="What you hold, what you can show, and what comes next.",
        held="held",
        expired="expired",
        revoked="taken back",
        suspended="suspended",
        not_public="Only you can see it.",
        public="Everybody who has its address can see it.",
        publish="Make it public",
        withdraw="Make it private again",
        publish_help="Then you can share its address, and anybody can check it there.",
        share="Share",
        linkedin="Add to LinkedIn",
        embed="Show it on a page of yours",
        next_up="What comes next",
        missing="What is missing",
        done="done",
        skills="My skills",
        no_level="no level yet",
        nothing_yet="Nothing yet. Here is what can be earned:",
        leave="Log out",
        left="You are logged out.",
        link_old="You are not logged in. Follow the link in your course, or ask for a new one.",
        verify_this="Verify it yourself",
        bring="Bring a credential from elsewhere",
        bring_lead="A badge of another issuer may count here, if it is yours and a rule counts it.",
        bring_button="Bring it",
        bring_done="It counts now: {title}.",
    ),
    "de": Words(
        skip="Zum Inhalt",
        issued_by="Ausgestellt von {issuer}",
        awarded_on="Verliehen am {day}",
        valid_until="gültig bis {day}",
        no_end="unbefristet gültig",
        counts="Zählt {what}",
        criteria="Was dafür nötig war",
        results="Was gemessen wurde",
        result_asked="verlangt: {what}",
        evidence="Belege",
        aligned="Wofür es anderswo steht",
        is_part_of_it="Ein Nachweis, der dafür zählte",
        also_in="In anderen Sprachen",
        genuine="Echt und heute gültig",
        not_good="Nicht verlässlich",
        checked="Eben geprüft:",
        passed="in Ordnung",
        failed="nicht in Ordnung",
        checks={
            "format": "Form",
            "proof": "Signatur",
            "dates": "Daten",
            "status": "Widerrufen oder ausgesetzt",
            "recipient": "Empfängerin oder Empfänger",
        },
        download="Herunterladen",
        whose="Wem gehört er?",
        whose_ask="Der Name steht nicht hier. Wer die E-Mail-Adresse kennt, kann sie prüfen.",
        whose_yes="Ja: ausgestellt für {email}.",
        whose_no="Nein: nicht für {email} ausgestellt.",
        email="E-Mail-Adresse",
        ask="Prüfen",
        verify="Einen Nachweis prüfen",
        verify_lead="Unsere oder andere: Open Badges 3.0 und 2.0, als JSON, Token, PNG, SVG oder "
        "PDF. Nichts davon wird behalten.",
        verify_file="Eine Datei",
        verify_url="oder ihre Web-Adresse",
        verify_button="Prüfen",
        verify_nothing="Wähle eine Datei, oder gib eine Web-Adresse an.",
        catalogue="Was man erwerben kann",
        catalogue_lead="Alle Nachweise, und was dafür nötig ist.",
        search="Suchen",
        search_button="Suchen",
        found_none="Nichts hat diese Wörter.",
        pathway="Lernweg",
        pathways="Lernwege",
        leads_to="Führt zu {title}",
        optional="freiwillig",
        credentials="Nachweise",
        level="Niveau",
        validity="Gültigkeit",
        after="{period} ab der Verleihung",
        mine="Meine Nachweise",
        mine_lead="Was du hast, was du zeigen kannst, und was als Nächstes kommt.",
        held="gültig",
        expired="abgelaufen",
        revoked="zurückgenommen",
        suspended="ausgesetzt",
        not_public="Nur du siehst ihn.",
        public="Wer die Adresse hat, sieht ihn.",
        publish="Öffentlich machen",
        withdraw="Wieder privat machen",
        publish_help="Dann kannst du die Adresse weitergeben, und alle können ihn dort prüfen.",
        share="Teilen",
        linkedin="Zu LinkedIn hinzufügen",
        embed="Auf einer eigenen Seite zeigen",
        next_up="Was als Nächstes kommt",
        missing="Was noch fehlt",
        done="erledigt",
        skills="Meine Fähigkeiten",
        no_level="noch keine Stufe",
        nothing_yet="Noch nichts. Das kann man erwerben:",
        leave="Abmelden",
        left="Du bist abgemeldet.",
        link_old="Du bist nicht angemeldet. Folge dem Link im Kurs, oder bitte um einen neuen.",
        verify_this="Selbst prüfen",
        bring="Einen Nachweis von anderswo mitbringen",
        bring_lead="Ein Nachweis einer anderen Stelle kann hier zählen, wenn er deiner ist und "
        "eine Regel ihn zählt.",
        bring_button="Mitbringen",
        bring_done="Er zählt jetzt: {title}.",
    ),
    "es": Words(
        skip="Ir al contenido",
        issued_by="Emitida por {issuer}",
        awarded_on="Otorgada el {day}",
        valid_until="válida hasta el {day}",
        no_end="válida sin fecha de fin",
        counts="Vale {what}",
        criteria="Qué se exigió",
        results="Qué se midió",
        result_asked="se pedía: {what}",
        evidence="Evidencias",
        aligned="A qué equivale en otros marcos",
        is_part_of_it="Una credencial que contó para esta",
        also_in="En otros idiomas",
        genuine="Auténtica y vigente hoy",
        not_good="No es fiable",
        checked="Comprobado ahora mismo:",
        passed="correcto",
        failed="no correcto",
        checks={
            "format": "Formato",
            "proof": "Firma",
            "dates": "Fechas",
            "status": "Revocada o suspendida",
            "recipient": "Destinatario",
        },
        download="Descargar",
        whose="¿De quién es?",
        whose_ask="Aquí no figura el nombre. Quien conozca su correo puede comprobarlo.",
        whose_yes="Sí: se emitió para {email}.",
        whose_no="No: no se emitió para {email}.",
        email="Correo electrónico",
        ask="Comprobar",
        verify="Verificar una credencial",
        verify_lead="Nuestra o de cualquiera: Open Badges 3.0 y 2.0, en JSON, token, PNG, SVG o "
        "PDF. No se guarda nada.",
        verify_file="Un archivo",
        verify_url="o su dirección web",
        verify_button="Verificar",
        verify_nothing="Elige un archivo o escribe una dirección web.",
        catalogue="Qué se puede obtener",
        catalogue_lead="Todas las credenciales, con lo que exigen.",
        search="Buscar",
        search_button="Buscar",
        found_none="Nada tiene esas palabras.",
        pathway="Itinerario",
        pathways="Itinerarios",
        leads_to="Lleva a {title}",
        optional="opcional",
        credentials="Credenciales",
        level="Nivel",
        validity="Vigencia",
        after="{period} desde que se otorga",
        mine="Mis credenciales",
        mine_lead="Qué tienes, qué puedes mostrar y qué viene después.",
        held="vigente",
        expired="caducada",
        revoked="retirada",
        suspended="suspendida",
        not_public="Solo tú puedes verla.",
        public="Puede verla quien tenga su dirección.",
        publish="Hacerla pública",
        withdraw="Hacerla privada otra vez",
        publish_help="Así puedes compartir su dirección y cualquiera puede comprobarla allí.",
        share="Compartir",
        linkedin="Añadir a LinkedIn",
        embed="Mostrarla en una página tuya",
        next_up="Qué viene después",
        missing="Qué falta",
        done="hecho",
        skills="Mis competencias",
        no_level="sin nivel todavía",
        nothing_yet="Nada todavía. Esto se puede obtener:",
        leave="Salir",
        left="Has salido.",
        link_old="No has iniciado sesión. Sigue el enlace de tu curso, o pide otro.",
        verify_this="Compruébala tú",
        bring="Traer una credencial de otro lugar",
        bring_lead="Una credencial de otro emisor puede contar aquí, si es tuya y una regla la "
        "cuenta.",
        bring_button="Traerla",
        bring_done="Ahora cuenta: {title}.",
    ),
    "fr": Words(
        skip="Aller au contenu",
        issued_by="Délivrée par {issuer}",
        awarded_on="Décernée le {day}",
        valid_until="valable jusqu’au {day}",
        no_end="valable sans limite",
        counts="Vaut {what}",
        criteria="Ce qui était demandé",
        results="Ce qui a été mesuré",
        result_asked="demandé : {what}",
        evidence="Preuves",
        aligned="Ce qu’elle vaut ailleurs",
        is_part_of_it="Une attestation qui a compté pour celle-ci",
        also_in="Dans d’autres langues",
        genuine="Authentique et valable aujourd’hui",
        not_good="Non fiable",
        checked="Vérifié à l’instant :",
        passed="correct",
        failed="incorrect",
        checks={
            "format": "Format",
            "proof": "Signature",
            "dates": "Dates",
            "status": "Révoquée ou suspendue",
            "recipient": "Destinataire",
        },
        download="Télécharger",
        whose="À qui est-elle ?",
        whose_ask="Le nom n’est pas indiqué. Qui connaît l’adresse électronique peut la vérifier.",
        whose_yes="Oui : délivrée à {email}.",
        whose_no="Non : pas délivrée à {email}.",
        email="Adresse électronique",
        ask="Vérifier",
        verify="Vérifier une attestation",
        verify_lead="La nôtre ou celle d’un autre : Open Badges 3.0 et 2.0, en JSON, jeton, PNG, "
        "SVG ou PDF. Rien n’est conservé.",
        verify_file="Un fichier",
        verify_url="ou son adresse web",
        verify_button="Vérifier",
        verify_nothing="Choisissez un fichier ou donnez une adresse web.",
        catalogue="Ce qu’on peut obtenir",
        catalogue_lead="Toutes les attestations, avec ce qu’elles demandent.",
        search="Chercher",
        search_button="Chercher",
        found_none="Rien ne contient ces mots.",
        pathway="Parcours",
        pathways="Parcours",
        leads_to="Mène à {title}",
        optional="facultatif",
        credentials="Attestations",
        level="Niveau",
        validity="Validité",
        after="{period} à partir de la délivrance",
        mine="Mes attestations",
        mine_lead="Ce que vous avez, ce que vous pouvez montrer, et ce qui vient ensuite.",
        held="valable",
        expired="expirée",
        revoked="retirée",
        suspended="suspendue",
        not_public="Vous seul la voyez.",
        public="Qui a son adresse la voit.",
        publish="La rendre publique",
        withdraw="La rendre privée",
        publish_help="Vous pourrez partager son adresse, et chacun pourra l’y vérifier.",
        share="Partager",
        linkedin="Ajouter à LinkedIn",
        embed="La montrer sur une page à vous",
        next_up="Ce qui vient ensuite",
        missing="Ce qui manque",
        done="fait",
        skills="Mes compétences",
        no_level="pas encore de niveau",
        nothing_yet="Rien encore. Voici ce qu’on peut obtenir :",
        leave="Se déconnecter",
        left="Vous êtes déconnecté.",
        link_old="Vous n’êtes pas connecté. Suivez le lien de votre cours, ou demandez-en un.",
        verify_this="Vérifiez vous-même",
        bring="Apporter une attestation d’ailleurs",
        bring_lead="Une attestation d’un autre émetteur peut compter ici, si elle est à vous et si "
        "une règle la compte.",
        bring_button="L’apporter",
        bring_done="Elle compte maintenant : {title}.",
    ),
}
