"""How long an award lasts if nothing more is done: what is foretold is what then happens."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.packs import plan_from
from engine.calendar import Micros, instant, micros
from engine.events import Event, Word
from engine.explain import explain
from engine.lasting import Lasting, lasting
from engine.plan import Plan
from engine.replay import Life
from engine.verdict import Answer
from rules.packs import read_packs

START = datetime(2025, 3, 3, 9, tzinfo=UTC)
LATER = START + timedelta(days=12 * 365)
PACK = """\
pack: p
language: 1
version: 1.0
title: P
owner: me
zone: Europe/Madrid
activities:
  a: {lms: "page:a", kind: activity}
  b: {lms: "page:b", kind: activity}
  c: {lms: "page:c", kind: activity}
"""
PART = """\
  {name}:
    title: Part {name}
    describes: Has done {name}.
    requires: [{{activity: {name}, is: completed}}]
{ends}"""
STACKS = """\
  inner:
    title: Inner
    describes: A stack in a stack.
    requires:
      - at least 1 of:
          - {{credential: a, is: held}}
          - {{credential: b, is: held}}
    if a part expires: expire
  stack:
    title: Stack
    describes: Made of others.
    requires:
{requires}
{ends}"""
ENDS = ("", *(f"    expires: after {months} months\n" for months in (6, 12, 30)))
A, B, C = (f"{{credential: {name}, is: held}}" for name in "abc")
REQUIRED = (
    f"      - {A}\n      - {B}",
    f"      - at least 1 of:\n          - {A}\n          - {B}",
    f"      - at least 2 of:\n          - {A}\n          - {B}\n          - {C}",
    "      - {credential: inner, is: held}\n      - {activity: c, is: completed}",
    f"      - any:\n          - {{credential: inner, is: held}}\n          - {C}",
)
Ends = tuple[str, str, str, str]
"""What is said of the end of three parts and of their stack."""

FALLS = "    if a part expires: expire\n"


def planned(folder: Path, ends: Ends, requires: str, more: str = FALLS) -> Plan:
    """Give a plan of three parts with their ends, and a stack of them."""
    parts = "".join(PART.format(name=n, ends=e) for n, e in zip("abc", ends, strict=False))
    text = f"credentials:\n{parts}{STACKS.format(requires=requires, ends=ends[3] + more)}"
    (folder / "pack.yaml").write_text(PACK)
    (folder / "rules.yaml").write_text(text)
    reading = read_packs([folder])
    assert () == reading.problems
    return plan_from(reading.ruleset, START)


def lived(plan: Plan, days: dict[str, int], until: datetime) -> Life:
    """Live a learner who completes activities on some days, up to an instant."""
    life = Life(plan, "ada", lambda *_: None)
    for name, day in sorted(days.items(), key=lambda each: each[1]):
        at = START + timedelta(days=day)
        if at > until:
            break
        event = Event(
            id=f"{name}{day}", time=at, learner="ada", word=Word.COMPLETED, object=f"page:{name}"
        )
        life.before(micros(at))
        life.take(event, micros(at))
    life.until(micros(until))
    return life


def end_of(life: Life, name: str = "p/stack") -> Micros | None:
    """Give when the last award of a credential has ended."""
    return life.record.ledger.awards[name][-1].ended


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for packs."""
    return tmp_path_factory.mktemp("lasting")


@settings(max_examples=120)
@given(
    ends=st.tuples(*(st.sampled_from(ENDS) for _ in range(4))),
    requires=st.sampled_from(REQUIRED),
    days=st.fixed_dictionaries({name: st.integers(0, 400) for name in "abc"}),
    now=st.integers(1, 500),
)
def test_what_is_foretold_happens(
    folder: Path, ends: Ends, requires: str, days: dict[str, int], now: int
) -> None:
    """If nothing more is done, a stack ends at the very instant that was said."""
    plan = planned(folder, ends, requires)
    done = {name: day for name, day in days.items() if day <= now}
    at = START + timedelta(days=now)
    life = lived(plan, done, at)
    found = lasting(plan, life.record, "p/stack", micros(at))
    assert (found is not None) is (life.record.ledger.held("p/stack") is not None)
    if found is None:
        return
    life.until(micros(LATER))
    assert found.ends == end_of(life)


def told(plan: Plan, days: dict[str, int], now: int, name: str = "p/stack") -> Lasting:
    """Give how long a credential lasts, on some day."""
    at = START + timedelta(days=now)
    found = lasting(plan, lived(plan, days, at).record, name, micros(at))
    assert found is not None
    return found


ALL = {"a": 0, "b": 1, "c": 2}
HALF, WHOLE = ENDS[1], ENDS[2]


@pytest.mark.parametrize(
    ("ends", "requires", "expected"),
    [
        ((HALF, "", "", ""), REQUIRED[0], (("p/a",), True)),
        ((HALF, WHOLE, "", ""), REQUIRED[1], (("p/a", "p/b"), True)),
        ((HALF, WHOLE, "", ""), REQUIRED[2], (("p/a", "p/b"), True)),
        ((HALF, HALF, HALF, ""), REQUIRED[2], (("p/a", "p/b", "p/c"), False)),
        ((HALF, WHOLE, "", ""), REQUIRED[3], (("p/inner",), True)),
        ((WHOLE, "", "", HALF), REQUIRED[0], None),
        (("", "", "", WHOLE), REQUIRED[0], None),
    ],
)
def test_the_parts_whose_renewal_keeps_it_are_named(
    folder: Path,
    ends: Ends,
    requires: str,
    expected: tuple[tuple[str, ...], bool] | None,
) -> None:
    """One of them where that is enough, else all; none where it ends by itself before."""
    days = ALL if ends[2] != HALF else dict.fromkeys("abc", 0)
    fall = told(planned(folder, ends, requires), days, 10).fall
    assert expected == (None if fall is None else (fall.parts, fall.any_one))


def test_without_the_word_a_part_takes_nothing_along(folder: Path) -> None:
    """A stack outlives its parts unless its author says otherwise."""
    plan = planned(folder, (HALF, "", "", ""), REQUIRED[0], more="")
    assert (None, None) == (told(plan, ALL, 10).fall, told(plan, ALL, 10).ends)


def test_a_renewal_says_from_when_and_what_is_missing(folder: Path) -> None:
    """Before its day nothing is asked; from then on what was done before counts no more."""
    renew = f"{HALF}    renew: 2 months before\n"
    plan = planned(folder, (renew, "", "", ""), REQUIRED[0])
    early = told(plan, ALL, 10, "p/a")
    assert early.renewable is not None
    assert ("2025-07-02T22:00:00+00:00", None) == (
        instant(early.renewable).isoformat(),
        early.verdict,
    )
    late = told(plan, ALL, 130, "p/a")
    assert late.verdict is not None
    assert (early.renewable, Answer.NO) == (late.renewable, late.verdict.answer)
    life = lived(plan, ALL, START + timedelta(days=130))
    done = Event(
        id="again",
        time=START + timedelta(days=131),
        learner="ada",
        word=Word.COMPLETED,
        object="page:a",
    )
    life.take(done, micros(done.time))
    again = lasting(plan, life.record, "p/a", micros(done.time))
    assert again is not None
    assert (True, None) == ((again.until or 0) > (late.until or 0), again.verdict)


def test_an_author_is_told_both(folder: Path) -> None:
    """From when on a part can be renewed, and with which part the stack ends."""
    renew = f"{HALF}    renew: 2 months before\n"
    plan = planned(folder, (renew, "", "", ""), REQUIRED[0])
    at = START + timedelta(days=10)
    record = lived(plan, ALL, at).record
    part = explain(plan, record, "credential:a", micros(at)).headline
    stack = explain(plan, record, "credential:stack", micros(at)).headline
    assert part.endswith(
        ", valid until 4 September 2025 at 00:00, can be renewed from 3 July 2025 at 00:00"
    ), part
    assert stack.endswith(", ends on 4 September 2025 at 00:00 with a"), stack
