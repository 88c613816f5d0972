"""`milepost credential`: one learner's credential, shown, exported, published, taken back."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from adapters.badges.accepting import NotAcceptedError, Reception
from adapters.badges.baking.png import PictureError
from adapters.badges.drawing.picture import DrawingError
from adapters.badges.endorsing.judging import name_of
from adapters.badges.evidence import told as told_of
from adapters.badges.exporting import TEXTS, Format
from adapters.badges.giving import Gift, GivingError, give
from adapters.badges.jsonvalue import JsonObject, as_list, as_object, as_text
from adapters.badges.looking_again import Watch
from adapters.badges.registrar import NoAwardError
from adapters.badges.signing import UnissuableError
from adapters.badges.taking_back import TakingBackError, ended_of, lift, revoke, suspend
from adapters.badges.verifying.sources import AtHome, Web
from adapters.braking.asked import By, Database, Json, person
from adapters.clock import machine_now
from adapters.packs import FAILED, USAGE, fail
from adapters.running.office import Office
from adapters.running.office_beside import office_beside
from adapters.running.service_beside import service_beside
from adapters.store.badges import BadgeRow
from adapters.store.outside import OutsideRow, Standing
from adapters.verbs.endorse import command as endorse
from adapters.verbs.verify import bytes_of
from engine.calendar import instant
from engine.explain_credential import WHY_ENDED
from engine.ledger import EXPIRED, PART

app = typer.Typer(no_args_is_help=True, help="Credentials that were awarded, one at a time.")

Learner = Annotated[str, typer.Argument(help="The learner, as the LMS names her.")]
Named = Annotated[str, typer.Argument(help="The credential: data-cleaning, or its full name.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept.")]
Number = Annotated[
    int, typer.Option("--number", help="Which of several awards; the latest if not said.")
]


class CredentialDocument(msgspec.Struct, frozen=True):
    """
    What `credential show --json` prints.

    Attributes:
        id: Its address.
        state: held, expired, revoked or suspended.
        because: Why it is suspended, or how it ended.
        published: Since when everybody may read it, "" while nobody may.
        document: The signed credential.
    """

    learner: str
    credential: str
    number: int
    id: str
    state: str
    because: str
    published: str
    document: msgspec.Raw


app.command("endorse")(endorse)


class OutsideBadge(msgspec.Struct, frozen=True):
    """
    A badge from elsewhere.

    Attributes:
        object: As what it counts, under `lms` in pack.yaml.
        state: good or fallen.
        because: Why it is fallen.
        doubt: Why it could not be known at the last look.
        looked: When it was last known how it stands.
    """

    learner: str
    id: str
    object: str
    title: str
    issuer: str
    state: str
    because: str
    doubt: str
    looked: str


class OutsideDocument(msgspec.Struct, frozen=True):
    """What `credential outside --json` prints."""

    badges: tuple[OutsideBadge, ...]


@app.command("show")
def show(
    learner: Learner,
    credential: Named,
    *,
    number: Number = 0,
    database: Database = "",
    json: Json = False,
) -> None:
    """Show a credential: what it says, how it stands, and whether it is public."""
    with _of(learner, credential, number, database) as (office, badge):
        document = _document(office, badge)
        text = msgspec.json.encode(document).decode() if json else _text(document)
    print(text)  # noqa: T201 - the answer


@app.command("export")
def export(
    learner: Learner,
    credential: Named,
    *,
    asked: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.JSON,
    out: Annotated[
        Path | None, typer.Option("--out", help="The file; without it, texts are printed.")
    ] = None,
    language: Annotated[
        str, typer.Option("--language", help="Of a certificate's own words: en, de, es, fr.")
    ] = "",
    number: Number = 0,
    database: Database = "",
) -> None:
    """
    Write a credential to a file that any verifier accepts.

    json is the credential with its proof, jwt the same as a signed token, png and svg a picture
    that holds it. clr carries a stack with all its parts, pdf is a certificate on paper with the
    credential attached, ob2 is for older backpacks.
    """
    with _of(learner, credential, number, database) as (office, badge):
        try:
            data = office.exporter().exported(badge, asked, language)
        except (UnissuableError, DrawingError, PictureError) as error:
            fail(str(error), FAILED)
    if out is None:
        if asked not in TEXTS and sys.stdout.isatty():
            fail(f"{asked.value} is no text: say where to with --out FILE", USAGE)
        sys.stdout.buffer.write(data)
        return
    try:
        out.write_bytes(data)
    except OSError as error:
        fail(f"{out} can't be written: {error.strerror or error}", FAILED)


@app.command("publish")
def publish(
    learner: Learner,
    credential: Named,
    *,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Let nobody read it any more at its address.")
    ] = False,
    number: Number = 0,
    database: Database = "",
) -> None:
    """
    Let everybody read a credential at its address, as its learner has asked.

    Nothing is public before that, and it can be withdrawn; a copy that somebody has stays good.
    """
    with _of(learner, credential, number, database) as (office, badge):
        if not office.desk().issuer.public_url:
            fail("there is no public address: set [web] public_url, or serve --public-url", FAILED)
        office.store.badges.publish(badge.id, None if withdraw else office.now())
        told = f"{badge.id} is {'public no more' if withdraw else 'public'}"
    print(told)  # noqa: T201 - the answer


@app.command("accept")
def accept(
    learner: Learner,
    what: Annotated[str, typer.Argument(help="A file or a web address: JSON, JWT, PNG, SVG, PDF")],
    *,
    database: Database = "",
) -> None:
    """
    Let another issuer's badge count for a learner, if it is genuine, hers, and a rule counts it.

    A rule counts it by an activity in pack.yaml whose `lms` is `badge:ISSUER|ACHIEVEMENT`.
    """
    with office_beside(database) as office, service_beside(database) as service:
        sources = AtHome(office.desk().issuer.public_url, office.publication.at, Web())
        now, machine = office.now(), machine_now()
        reception = Reception(office.store, service.ingest, service.plan, sources, machine, now)
        try:
            found = reception.accept(learner, bytes_of(what, sources))
        except NotAcceptedError as error:
            fail(str(error), FAILED)
    names = ", ".join(name.rpartition("/")[2] for name in found.activities)
    told = (
        f"{found.title}, issued by {found.issuer}, counts as {names} since {found.since:%Y-%m-%d}"
    )
    print(told)  # noqa: T201 - the answer


@app.command("outside")
def outside(
    *,
    look: Annotated[
        bool, typer.Option("--look", help="Ask every issuer now; the service does each day.")
    ] = False,
    database: Database = "",
    json: Json = False,
) -> None:
    """
    List the badges from elsewhere that learners have brought, and how they stand.

    One that its issuer takes back, or that is over, counts no more; what rests on it follows its
    rules. Who can't be reached changes nothing.
    """
    with office_beside(database) as office:
        if look:
            sources = AtHome(office.desk().issuer.public_url, office.publication.at, Web())
            with service_beside(database) as service:
                Watch(office.store, service.ingest, sources, machine_now, office.now).look_at_all()
        rows = office.store.outside.all()
    if json:
        found = OutsideDocument(tuple(map(_outside, rows)))
        print(msgspec.json.encode(found).decode())  # noqa: T201 - the answer
        return
    for row in rows:
        print(f"{row.learner}  {row.title}, {row.issuer}: {_standing(row)}")  # noqa: T201 - as above


def _outside(row: OutsideRow) -> OutsideBadge:
    looked = instant(row.looked).isoformat()
    state = row.state.value
    return OutsideBadge(
        row.learner,
        row.id,
        row.object,
        row.title,
        row.issuer,
        state,
        row.because,
        row.doubt,
        looked,
    )


def _standing(row: OutsideRow) -> str:
    day = f"{instant(row.looked):%Y-%m-%d}"
    told = f"good on {day}" if row.state is Standing.GOOD else f"{row.because} (seen {day})"
    return f"{told}; not known since: {row.doubt}" if row.doubt else told


@app.command("reissue")
def reissue(
    learner: Learner, credential: Named, *, number: Number = 0, database: Database = ""
) -> None:
    """
    Sign a credential anew, as its rules and pictures are now kept, with the newest key.

    Its address, its place in the status lists, its recipient and its first day stay.
    """
    with _of(learner, credential, number, database) as (office, badge):
        made = office.registrar.reissued(learner, badge.credential, badge.number)
        told = f"{made.id} is signed anew, with {made.key}"
    print(told)  # noqa: T201 - the answer


@app.command("award")
def award(
    learner: Learner,
    credential: Named,
    *,
    reason: Reason = "",
    evidence: Annotated[
        list[str] | None,
        typer.Option("--evidence", help="A web address, or words; again for another."),
    ] = None,
    by: By = "",
    database: Database = "",
) -> None:
    """
    Award a credential by hand, where no rule could: for what was learned elsewhere, say.

    Who, why and on what evidence stand in the credential. Where it asks for the approval of
    several people, so many different ones must award it.
    """
    with service_beside(database) as service, office_beside(database) as office:
        gift = Gift(learner, credential, person(by), reason, tuple(evidence or ()))
        try:
            given = give(office.store, service.ingest, service.plan, gift, office.now())
        except GivingError as error:
            fail(str(error), FAILED)
    told = f"{given.title} is awarded to {learner}, by {' and '.join(given.people)}: {reason}"
    if not given.is_held:
        waits = given.needed - len(given.people)
        told = f"{' and '.join(given.people)} would award it; {waits} more must say so"
    print(told)  # noqa: T201 - the answer


@app.command("revoke")
def revoke_one(
    learner: Learner,
    credential: Named,
    *,
    reason: Reason = "",
    by: By = "",
    number: Number = 0,
    database: Database = "",
) -> None:
    """
    Revoke a credential; every verifier is told so from now on, whoever holds a copy.

    What was done before counts for it no more. The learner's other credentials stay, unless
    they rest on this one and their rules say otherwise.
    """
    with (
        _of(learner, credential, number, database) as (office, badge),
        service_beside(database) as service,
    ):
        try:
            revoke(office.store, service.ingest, badge, person(by), reason, office.now())
        except TakingBackError as error:
            fail(str(error), FAILED)
        told = f"{badge.credential} of {learner} is revoked: {reason}"
    print(told)  # noqa: T201 - the answer


@app.command("suspend")
def suspend_one(
    learner: Learner,
    credential: Named,
    *,
    reason: Reason = "",
    lifted: Annotated[bool, typer.Option("--lift", help="Make it good again.")] = False,
    number: Number = 0,
    database: Database = "",
) -> None:
    """Suspend a credential until that is lifted: verifiers are told so, and the award stays."""
    with _of(learner, credential, number, database) as (office, badge):
        if lifted:
            lift(office.store, badge)
            told = f"{badge.credential} of {learner} is good again"
        else:
            try:
                suspend(office.store, badge, reason, office.now())
            except TakingBackError as error:
                fail(str(error), FAILED)
            told = f"{badge.credential} of {learner} is suspended: {reason}"
    print(told)  # noqa: T201 - the answer


@contextmanager
def _of(
    learner: str, credential: str, number: int, database: str
) -> Iterator[tuple[Office, BadgeRow]]:
    """Give a learner's credential, issuing it first if need be; exits with a sentence."""
    with office_beside(database) as office:
        try:
            office.ensure_keys()
            yield office, office.registrar.badge(learner, credential, number)
        except (NoAwardError, UnissuableError) as error:
            fail(str(error), FAILED)


def _document(office: Office, badge: BadgeRow) -> CredentialDocument:
    ended, ended_by = ended_of(office.store, badge)
    state, because = "held", ""
    if ended is not None:
        state = "expired" if ended_by in (EXPIRED, PART) else "revoked"
        because = f"{WHY_ENDED.get(ended_by, ended_by)} on {ended:%Y-%m-%d}"
    elif badge.suspended is not None:
        state, because = "suspended", badge.because
    published = "" if badge.published is None else instant(badge.published).isoformat()
    return CredentialDocument(
        badge.learner,
        badge.credential,
        badge.number,
        badge.id,
        state,
        because,
        published,
        msgspec.Raw(badge.document),
    )


def _text(shown: CredentialDocument) -> str:
    told = msgspec.json.decode(bytes(shown.document), type=JsonObject)
    subject = as_object(told.get("credentialSubject"))
    achievement = as_object(subject.get("achievement"))
    lines = [
        f"{as_text(achievement.get('name'))}: {shown.state}"
        + (f" ({shown.because})" if shown.because else ""),
        as_text(achievement.get("description")),
        "",
        f"awarded {as_text(told.get('awardedDate'))[:10]} to {shown.learner}",
        f"issued by {as_text(as_object(told.get('issuer')).get('name'))}",
    ]
    if until := as_text(told.get("validUntil")):
        lines.append(f"valid until {until[:10]}")
    lines += ["", "What it took:", *_indented(as_object(achievement.get("criteria")))]
    lines += _endorsed("Endorsed by:", achievement)
    lines += _endorsed("Its issuer is endorsed by:", as_object(told.get("issuer")))
    evidence = [as_object(each) for each in as_list(told.get("evidence"))]
    if evidence:
        lines += ["", "Evidence:"]
        lines += [f"  {told_of(each)}" for each in evidence]
    public = f"public since {shown.published[:10]}" if shown.published else "not public"
    return "\n".join([*lines, "", f"{shown.id} ({public})"])


def _endorsed(heading: str, thing: JsonObject) -> list[str]:
    """Give who endorses something, as they call themselves; `verify` says whether that counts."""
    names = [f"  {name_of(as_object(each))}" for each in as_list(thing.get("endorsement"))]
    return ["", heading, *names] if names else []


def _indented(criteria: JsonObject) -> list[str]:
    return [f"  {line}" for line in as_text(criteria.get("narrative")).splitlines()]
