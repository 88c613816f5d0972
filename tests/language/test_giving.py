"""Law 11 and what rules put learners into, where a scenario can't reach."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from engine.calendar import instant, micros
from engine.decide import RulesChanged, RunawayRulesError, TimerDue, decide
from engine.digest import MOST_ITEMS
from engine.events import Event, Word
from engine.ledger import Deferred, Item, Kept, Ledger, Occasion
from engine.plan import Plan
from engine.record import Record
from engine.replay import Life
from rules.checks import run_checks
from rules.packs import read_packs
from tests.language.test_refusals import LETTER, PACK, rule

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)


def plan_of(folder: Path, rules: str) -> tuple[Plan, list[str]]:
    """Read a pack with one rule file; give its plan and the codes of its errors."""
    (folder / "pack.yaml").write_text(PACK)
    (folder / "rules.yaml").write_text(rules)
    reading = read_packs([folder])
    assert () == reading.problems
    return Plan(reading.ruleset), [p.code for p in run_checks(reading) if p.severity == "error"]


def joined(name: str) -> Event:
    """Tell that Ada came into a group or a cohort, by a bare name."""
    return Event(id="j", time=NOON, learner="ada", word=Word.JOINED, object=name, source="t")


COHORT_RULE = """\
rules:
  r:
    title: R
    when: {cohort: autumn, is: joined}
    then: [{webhook: x}]
"""


def test_a_bare_name_is_a_cohorts_where_rules_know_no_such_group(tmp_path: Path) -> None:
    """So what was told before cohorts had names of their own is not lost; a group stays one."""
    plan, _ = plan_of(tmp_path, COHORT_RULE)
    assert "cohort autumn" == plan.place(joined("autumn")).object
    assert "cohort autumn" == plan.place(joined("cohort:autumn")).object
    assert "group spring" == plan.place(joined("spring")).object
    more = "  s: {title: S, when: {group: autumn, is: joined}, then: [{webhook: y}]}\n"
    both, _ = plan_of(tmp_path, COHORT_RULE + more)
    assert "group autumn" == both.place(joined("autumn")).object
    assert plan.needs_fingerprint != both.needs_fingerprint  # records are folded anew


ROUND = """\
rules:
  a:
    title: A
    when: {quiz: quiz-1, is: failed}
    if: [{group: two, is: not member}]
    then: [{group: one, while: yes}]
  b:
    title: B
    when: {quiz: quiz-1, is: failed}
    if: [{group: one, is: not member}]
    then: [{group: two, while: yes}]
"""


def test_two_rules_that_take_from_each_other_are_a_circle(tmp_path: Path) -> None:
    """`check` refuses them; where they run all the same, they are stopped and named."""
    plan, errors = plan_of(tmp_path, ROUND)
    assert ["E301"] == errors
    life = Life(plan, "ada", lambda _outcome, _now: None)
    failed = Event(id="f", time=NOON, learner="ada", word=Word.FAILED, object="quiz:1", source="t")
    with pytest.raises(RunawayRulesError, match="refused/") as told:
        life.take(failed, micros(NOON))
    assert set(told.value.chain) <= {"refused/a", "refused/b"}


@pytest.mark.parametrize(
    "rest",
    ["{activity: lab, is: open}", "{course: c1, is: enrolled}", "{cohort: x, is: member}"],
)
def test_while_on_what_another_while_gives_is_a_circle(tmp_path: Path, rest: str) -> None:
    """Openings, cohorts and enrolments as well as groups."""
    given = {"lab": "release: lab", "c1": "enrol: c1", "x": "cohort: x"}
    (give,) = [action for name, action in given.items() if name in rest]
    rules = (
        "rules:\n"
        "  a: {title: A, when: {quiz: quiz-1, is: failed}, "
        f"if: [{{group: one, is: member}}], then: [{{{give}, while: yes}}]}}\n"
        "  b: {title: B, when: {quiz: quiz-1, is: failed}, "
        f"if: [{rest}], then: [{{group: one, while: yes}}]}}\n"
    )
    assert ["E301"] == plan_of(tmp_path, rules)[1]


def test_what_waits_keeps_its_place_when_a_rule_is_renamed() -> None:
    """An item of a digest, and what a rule gave while its `if` is true."""
    occasion = Occasion("p/old", "k", 1)
    ledger = Ledger(
        digests={"daily p": [Item(occasion, "f", 0, 2, fired_already=False)]},
        kept={"p/old@c": Kept(occasion, "f")},
    )
    assert ledger.rename("p/old", "p/new")
    assert "p/new" == ledger.digests["daily p"][0].occasion.rule
    assert ["p/new@c"] == list(ledger.kept)


WAITS = """\
rules:
  NAME:
    title: W
    when: {WHEN}
    then: [{email: messages/note.md}]
    limits: {cap: 5 in all QUIET}
"""


@pytest.mark.parametrize(
    ("when", "quiet"),
    [
        pytest.param("activity: lab, is: viewed", ", quiet hours: 09:00 to 18:00", id="deferred"),
        pytest.param("activity: lab, is: viewed, after: 8 hours", "", id="after"),
    ],
)
def test_a_message_that_waits_is_sent_under_the_rules_new_name(
    tmp_path: Path, when: str, quiet: str
) -> None:
    """What waits for the end of quiet hours, and what waits for `after`, outlives a renaming."""
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "note.md").write_text(LETTER)
    text = WAITS.replace("WHEN", when).replace(" QUIET", quiet)
    plan, _ = plan_of(tmp_path, text.replace("NAME", "old"))
    viewed = Event(id="v", time=NOON, learner="ada", word=Word.VIEWED, object="page:1", source="t")
    record = decide(plan, Record("ada"), viewed, NOON).record
    (due,) = record.ledger.timers.values()

    named = text.replace("NAME:", "new:\n    was: old")
    later, _ = plan_of(tmp_path, named)
    record = decide(later, record, RulesChanged(), NOON + timedelta(hours=1)).record
    ((timer, again),) = record.ledger.timers.items()
    assert due == again
    outcome = decide(later, record, TimerDue(timer), instant(due))
    sent = [e.by.partition("/")[2] for d in outcome.decisions for e in d.effects]
    assert ["new"] == sent


def test_a_record_of_an_earlier_program_is_read() -> None:
    """What its ledger did not have yet is empty."""
    waiting = Deferred(Occasion("p/r", "k", 1), 2, "f", fired_already=True)
    record = Record("ada", ledger=Ledger(deferred={"p/r@": waiting}))
    fields = msgspec.to_builtins(record)
    ledger = fields[6]
    earlier = [*fields[:6], ledger[:11]]
    assert record == msgspec.convert(earlier, Record)


def test_a_digest_holds_so_many_and_no_more(tmp_path: Path) -> None:
    """What comes on top is suppressed with its reason; the record stays small."""
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "note.md").write_text(LETTER)
    rules = rule(
        "{activity: lab, is: viewed}", "{email: messages/note.md}", "    limits: {digest: daily}\n"
    )
    plan, _ = plan_of(tmp_path, rules)
    told: list[tuple[str, str]] = []
    life = Life(
        plan,
        "ada",
        lambda outcome, _now: told.extend((d.did.value, d.because) for d in outcome.decisions),
    )
    for number in range(MOST_ITEMS + 2):
        at = NOON + timedelta(minutes=number)
        life.take(
            Event(
                id=f"{number}",
                time=at,
                learner="ada",
                word=Word.VIEWED,
                object="page:1",
                source="t",
            ),
            micros(at),
        )
    assert [("suppressed", "the digest is full")] * 2 == told[MOST_ITEMS:]
    assert {("deferred", "digest")} == set(told[:MOST_ITEMS])
