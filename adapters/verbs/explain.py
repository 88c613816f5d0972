"""`milepost explain`: why a learner has earned a thing, or why not, and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from adapters.feeding.history import EPOCH, History
from adapters.inbound.files import read_files
from adapters.inbound.received import BadBody
from adapters.packs import USAGE, fail, packs_or_default, parse_moment, plan_from, read_for_use
from adapters.telling.explaining import explain_history, explanation_document, explanation_text
from adapters.telling.numbers import counted
from engine.calendar import micros
from engine.events import Event, Word
from engine.explain_names import UnknownThingError
from engine.explained import Explanation
from engine.plan import Plan

LEARNER = "learner"


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was found: the explanation, as of when, by which rules, what left, her language."""

    found: Explanation
    as_of: datetime
    plan: Plan
    left: tuple[str, ...] = ()
    folder: str = ""
    language: str = ""


def command(
    learner: Annotated[str, typer.Argument(help="The learner, as the LMS's events name her.")],
    thing: Annotated[
        str,
        typer.Argument(
            help="A credential, a skill, a pathway, a rule, an activity, a message "
            "(messages/x.md), or from a database decision:N or message:N."
        ),
    ],
    *,
    on: Annotated[str, typer.Option("--on", help="As known at this time; now by default.")] = "",
    events: Annotated[
        list[Path] | None,
        typer.Option("--events", help="Files of events instead of the database."),
    ] = None,
    pack: Annotated[
        list[Path] | None, typer.Option("--pack", help="Folders of rule packs; may be repeated.")
    ] = None,
    database: Annotated[str, typer.Option("--database", help="The database's URL.")] = "",
    ruleset: Annotated[
        str,
        typer.Option(
            "--ruleset",
            help="By the rules of this fingerprint, or `now`; by default those in force then.",
        ),
    ] = "",
    reader: Annotated[
        str, typer.Option("--for", help="`learner`: in plain words and her own language.")
    ] = "",
    language: Annotated[
        str, typer.Option("--language", help="With --for learner: another language than hers.")
    ] = "",
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page to this file instead.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Say why, or why not, with the place where each condition was written."""
    if reader not in ("", LEARNER):
        fail(f"--for is learner, not {reader}", USAGE)
    if language:
        _check_language(language, reader)
    moment = parse_moment(on) if on else None
    folders = packs_or_default(pack)
    try:
        if events:
            answer = _from_files(learner, thing, moment, events, folders)
        else:
            answer = _from_database(learner, thing, moment, database, folders, ruleset)
    except UnknownThingError as problem:
        fail(str(problem))
    if reader:
        _tell_learner(answer, language, html, json=json)
        return
    _tell_author(answer, thing, html, json=json)


def _check_language(language: str, reader: str) -> None:
    """Refuse a language in which nobody could be told anything; English is no answer to it."""
    from adapters.plain.catalogue import CATALOGUES, has_language  # noqa: PLC0415 - rarely needed

    if not reader:
        fail("--language goes with --for learner; authors read the words of their rules", USAGE)
    if not has_language(language):
        fail(f"learners are told in {', '.join(sorted(CATALOGUES))}, not in `{language}`", USAGE)


def _tell_author(answer: _Answer, thing: str, html: Path | None, *, json: bool) -> None:
    fingerprint = answer.plan.ruleset.fingerprint
    if html is not None:
        from adapters.telling.explained_page import explained_page  # noqa: PLC0415 - rarely needed

        _write(html, explained_page(answer.found, answer.as_of, fingerprint, answer.left), answer)
        return
    if json:
        document = explanation_document(answer.found, thing)
        document.ruleset, document.left = fingerprint, list(answer.left)
        text = msgspec.json.encode(document).decode()
    else:
        text = explanation_text(answer.found, answer.as_of, answer.left, fingerprint)
    print(_placed(text, answer))  # noqa: T201 - the answer


def _tell_learner(answer: _Answer, language: str, html: Path | None, *, json: bool) -> None:
    from adapters.plain.telling import (  # noqa: PLC0415 - rarely needed
        NotForLearnersError,
        proof_of,
        proof_page,
        proof_text,
    )

    try:
        proof = proof_of(answer.plan, answer.found, language or answer.language)
    except NotForLearnersError as problem:
        fail(str(problem))
    if html is not None:
        _write(html, proof_page(proof), answer)
    elif json:
        print(msgspec.json.encode(proof).decode())  # noqa: T201 - the one document
    else:
        print(proof_text(proof))  # noqa: T201 - the answer


def _placed(text: str, answer: _Answer) -> str:
    """Leave out where rules were unpacked: an author knows their places in the packs."""
    return text.replace(f"{answer.folder}/", "") if answer.folder else text


def _write(file: Path, text: str, answer: _Answer) -> None:
    try:
        file.write_text(_placed(text, answer), encoding="utf-8")
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}")


def _from_database(
    learner: str,
    thing: str,
    moment: datetime | None,
    database: str,
    folders: Sequence[Path],
    ruleset: str,
) -> _Answer:
    from adapters.telling.stored_explaining import explain_stored  # noqa: PLC0415 - needs SQL

    told = explain_stored(learner, thing, moment, database, folders, ruleset)
    return _Answer(told.found, told.as_of, told.plan, told.left, told.folder, told.language)


def _from_files(
    learner: str,
    thing: str,
    moment: datetime | None,
    paths: Sequence[Path],
    folders: Sequence[Path],
) -> _Answer:
    reading = read_for_use(folders)
    with History() as history:
        try:
            for _ in history.add(read_files(paths, "", EPOCH)):
                pass
        except BadBody as problem:
            fail(str(problem))
        found = history.of(learner)
        now = moment or history.last or EPOCH
        plan = plan_from(reading.ruleset, history.first)
        unused = history.quarantined
    if not found:
        aside = f"; {counted(unused, 'thing')} in them could not be used" if unused else ""
        fail(f"there is no event of a learner `{learner}` in these files{aside}")
    explained = explain_history(plan, learner, found, thing, micros(now))
    return _Answer(explained, now, plan, language=_language(found))


def _language(events: Sequence[Event]) -> str:
    """Give the language that the learner's profile said last, "" if it says none."""
    said = [
        (event.order, value)
        for event in events
        if event.word == Word.PROFILE
        for field, value in event.fields
        if field == "language"
    ]
    return max(said)[1] if said else ""
