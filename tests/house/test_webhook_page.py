"""What the page says of the webhook is what an LMS is posted: the table, and the example."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest
from typer.testing import CliRunner

from adapters.cli import application
from adapters.lms.webhook_body import TYPE, Done, Words, webhook_body
from engine.calendar import micros
from engine.events import Event, Score, Word
from engine.outcome import WITHIN, Decision, Effect, Kind
from engine.plan import Plan
from engine.replay import live_through
from engine.source import NOWHERE
from rules.packs import read_packs
from rules.scenarios import as_tested
from tests.house.page import ROOT, blocks

PAGE = (ROOT / "docs" / "connect-your-lms.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (`milepost\..*?) \| (.*) \|$", re.MULTILINE)
QUOTED = re.compile(r"`([a-z_.]+)`")
ALWAYS = {"key", "sequence", "learner", "rule"}
WHERE_KNOWN = {"course", "object", "score"}
"""What any call may hold, as the example does."""
LEFT_OUT = "…"
MARKED = datetime(2025, 3, 10, 9, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Give the pack of the tutorial, as `milepost new pack` makes it."""
    folder = tmp_path_factory.mktemp("packs")
    words = ["new", "pack", "reading", "--in", str(folder)]
    assert 0 == CliRunner().invoke(application("new"), words).exit_code
    reading = read_packs([folder / "reading"])
    assert () == reading.problems
    return Plan(as_tested(reading.ruleset, datetime(2025, 3, 1, tzinfo=UTC)))


def called(kind: Kind, plan: Plan) -> dict[str, object]:
    """Give the body of a call of some kind, with all that such a call can say."""
    target = {
        Kind.CHOOSE: "reading/first-quiz, reading/first-workshop",
        Kind.ENROL: "reading/first-course",
        Kind.UNENROL: "reading/first-course",
    }.get(kind, "reading/first-workshop")
    words = Words("Come back", "Hello.", "<p>Hello.</p>", "en", "reminders")
    effect = Effect(
        "k.0",
        kind,
        target,
        "ada",
        "reading/quiz-failed",
        micros(MARKED),
        NOWHERE,
        "course:1",
        "quiz:1",
        go_to="reading/first-quiz" if kind is Kind.BANNER else "",
    )
    says = kind in (Kind.LMS_MESSAGE, Kind.BANNER)
    body = webhook_body(effect, 17, plan, words) if says else webhook_body(effect, 17, plan)
    found: dict[str, object] = json.loads(body)
    return found


def of_the_page() -> dict[str, set[str]]:
    """Give what the table says stands in `data`, by the type of the call."""
    found: dict[str, set[str]] = {}
    before: set[str] = set()
    fields = {field.name for field in msgspec.structs.fields(Done)}
    for types, told in ROW.findall(PAGE):
        named = set(QUOTED.findall(told)) & fields
        before = named | (before if told.startswith("the same") else set())
        found.update(dict.fromkeys(QUOTED.findall(types), before))
    return found


@pytest.mark.parametrize("kind", sorted(set(Kind) - WITHIN - {Kind.EMAIL}))
def test_the_table_names_what_is_in_a_call(kind: Kind, plan: Plan) -> None:
    """Each type that can be posted has its row, with the very keys that such a call has."""
    call = called(kind, plan)
    data = call["data"]
    assert isinstance(data, dict)

    assert ALWAYS <= data.keys()
    assert data.keys() - ALWAYS - WHERE_KNOWN == of_the_page()[str(call["type"])] - WHERE_KNOWN


def test_the_table_names_nothing_else(plan: Plan) -> None:
    """A type that is posted no more has no row."""
    posted = {called(kind, plan)["type"] for kind in set(Kind) - WITHIN - {Kind.EMAIL}}

    assert posted == of_the_page().keys()
    assert all(str(one).startswith(TYPE) for one in posted)


def test_the_example_is_what_is_posted(plan: Plan) -> None:
    """The mark of the page, lived through by the tutorial's rules, gives the page's JSON."""
    shown = next(
        json.loads(block.body)
        for block in blocks(PAGE)
        if block.info == "json" and '"milepost.release"' in block.body
    )
    mark = Event(
        id="3",
        time=MARKED,
        learner="ada",
        word=Word.GRADED,
        object="quiz:1",
        course="course:1",
        score=Score(raw=Decimal(59), high=Decimal(100)),
    )
    made: list[Decision] = []
    live_through(plan, "ada", [mark], None, lambda found, _: made.extend(found.decisions))
    (effect,) = [e for decision in made for e in decision.effects if e.kind is Kind.RELEASE]
    sent = json.loads(webhook_body(effect, 17, plan))

    assert LEFT_OUT == shown["data"]["key"]
    sent["data"]["key"] = LEFT_OUT
    assert sent == shown
