"""`milepost review`: what rules and credentials ask of people, and the answers."""

from typing import Annotated

import typer

from adapters.braking.asked import Because, By, Database, Json, opened, person, print_json
from adapters.packs import FAILED, fail
from adapters.reviewing.answering import Answer, AnswerRefusedError, answer, review_named
from adapters.reviewing.listed import asked_by, review_document, shown, waiting
from adapters.running.service_beside import service_beside
from adapters.settings.service import clock_of
from adapters.store.reviews import ReviewRow
from adapters.store.store import Store
from adapters.telling.verdict_text import verdict_lines

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Key = Annotated[
    str, typer.Argument(metavar="KEY", help="The review's key, or its first six digits or more.")
]
SHOWN = 8
"""Digits of a key in a list."""


@app.command("list")
def list_reviews(
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many at most.")] = 100,
    database: Database = "",
    *,
    json: Json = False,
) -> None:
    """List what waits for a person, the oldest first."""
    with opened(database) as store:
        found = waiting(store, limit)
    if json:
        print_json(found)
        return
    if not found.reviews:
        print("nothing waits")  # noqa: T201 - the answer
    for each in found.reviews:
        so_far = f", approved by {', '.join(each.approved)}" if each.approved else ""
        print(  # noqa: T201 - the answer
            f"{each.key[:SHOWN]}  {each.learner}  {each.thing}  since {each.since:%Y-%m-%d %H:%M}  "
            f"{each.who_may}{so_far}\n          {each.question}"
        )
    left = found.waiting - len(found.reviews)
    if left:
        print(f"and {left:,} more")  # noqa: T201 - the answer


@app.command("show")
def show(key: Key, database: Database = "", *, json: Json = False) -> None:
    """Show one review: the question, the evidence, and the reasons for which it was asked."""
    with opened(database) as store:
        row = _named(store, key)
        document, decision = shown(store, row), asked_by(store, row)
    if json:
        print_json(document)
        return
    print("\n".join(_lines(row)))  # noqa: T201 - the answer
    if decision is not None:
        print("\n".join(verdict_lines(decision.verdict)))  # noqa: T201 - the answer


@app.command("approve")
def approve(
    key: Key, *, by: By = "", because: Because = "", database: Database = "", json: Json = False
) -> None:
    """Approve it; once enough people have, what waits for it is done."""
    _answer(key, by, because, database, approves=True, as_json=json)


@app.command("refuse")
def refuse(
    key: Key, *, by: By = "", because: Because = "", database: Database = "", json: Json = False
) -> None:
    """Decline it; what waits for it is not done."""
    _answer(key, by, because, database, approves=False, as_json=json)


def _answer(
    key: str, by: str, because: str, database: str, *, approves: bool, as_json: bool
) -> None:
    with opened(database) as store:
        _named(store, key)
        with service_beside(database) as service:
            said = Answer(key, approves, person(by), because)
            try:
                row = answer(store, service.ingest, said, clock_of(store).now())
            except AnswerRefusedError as error:
                fail(str(error), FAILED)
    if as_json:
        print_json(review_document(row))
    else:
        print("\n".join(_lines(row)))  # noqa: T201 - the answer


def _named(store: Store, key: str) -> ReviewRow:
    try:
        return review_named(store, key)
    except AnswerRefusedError as error:
        fail(str(error), FAILED)


def _lines(row: ReviewRow) -> list[str]:
    """Give a review as lines of text."""
    lines = [
        f"{row.key}",
        f"{row.thing} asks about {row.learner}, since {row.at:%Y-%m-%d %H:%M}: {row.text}",
    ]
    if row.answer:
        lines.append(f"{row.said}")
    else:
        so_far = f"; approved by {', '.join(row.approved)}" if row.approved else ""
        lines.append(f"waits for {row.who_may}{so_far}")
    if row.evidence:
        lines.append(f"evidence: {', '.join(row.evidence)}")
    return lines
