"""xAPI statements: real batches of Moodle and FUN, and what becomes of every part."""

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.inbound import xapi
from adapters.inbound.received import BadBody
from adapters.inbound.statement import Statement, parse
from engine.events import Event, Score

ARRIVED = datetime(2026, 1, 2, tzinfo=UTC)
UUID_1 = "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"
ADA = {"mbox": "mailto:ada@learner.example"}
COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
ANSWERED = "http://adlnet.gov/expapi/verbs/answered"
SCORED = "https://w3id.org/xapi/tla/verbs/scored"
MOODLE = {"platform": "Moodle"}


def said(**parts: object) -> dict[str, object]:
    """Make a statement: Ada completed a quiz, but for the parts given."""
    whole = {
        "actor": ADA,
        "verb": {"id": COMPLETED},
        "object": {"id": "https://lms.example/quiz/1"},
        "timestamp": "2025-03-03T10:00:00+01:00",
    }
    return {key: part for key, part in (whole | parts).items() if part is not ...}


def body(*statements: object) -> bytes:
    """Write statements as a batch."""
    return json.dumps(statements).encode()


def event(**parts: object) -> Event:
    """Read the event of one statement."""
    (received,) = xapi.decode(body(said(**parts)), "lms", ARRIVED).received
    assert received.event is not None, received.reason
    return received.event


def reason(**parts: object) -> str:
    """Read why one valid statement says no event."""
    (received,) = xapi.decode(body(said(**parts)), "lms", ARRIVED).received
    assert received.event is None
    return received.reason


def moodle(samples: Path, name: str) -> list[Event | None]:
    """Read the events of one of Moodle's batches."""
    (path,) = (samples / "xapi" / "moodle").glob(f"{name}.statements.json")
    return [one.event for one in xapi.decode(path.read_bytes(), "moodle", ARRIVED).received]


def row_of(statement: Statement) -> dict[str, object]:
    """Give a statement as a row of the oracle."""
    fraction = statement.fraction
    return {
        "actor": statement.learner,
        "verb": statement.verb,
        "object": statement.object,
        "object_type": statement.object_type or None,
        "timestamp": statement.timestamp,
        "score_fraction": None if fraction is None else float(fraction),
        "success": statement.success,
        "completion": statement.completion,
    }


def test_moodle_batches(samples: Path, expected: dict[str, dict[str, object]]) -> None:
    """Every batch of Moodle's plug-in is accepted, ids in order; the rows are the oracle's."""
    files = sorted((samples / "xapi" / "moodle").glob("*.statements.json"))
    assert len(files) == 107
    for path in files:
        batch = path.read_bytes()
        rows = expected[f"xapi/moodle/{path.name}"]["statements"]
        assert isinstance(rows, list)
        statements = [parse(raw) for raw in xapi.split(batch)]
        wanted = [
            {key: row[key] for key in row_of(statements[0])}
            | {"timestamp": datetime.fromisoformat(row["timestamp"])}
            for row in rows
        ]
        assert [row_of(statement) for statement in statements] == wanted, path.name
        result = xapi.decode(batch, "moodle", ARRIVED)
        assert [one.reason for one in result.received] == [""] * len(rows), path.name
        assert [str(UUID(name)) for name in result.ids] == list(result.ids)
        assert xapi.decode(batch, "moodle", ARRIVED.replace(year=2027)).ids == result.ids
        assert xapi.decode(batch, "other", ARRIVED).ids != result.ids


def test_moodle_as_a_designer_names_it(samples: Path) -> None:
    """Attempts and submissions are the activity's, and `success` is no verdict."""
    site = "http://www.example.org"
    attempt = f"{site}/mod/quiz/attempt.php?attempt=1&cmid=1"
    quiz, answer = moodle(samples, "mod_quiz__attempt_submitted__match")
    assert quiz is not None
    assert answer is not None
    assert (quiz.word, quiz.object, quiz.attempt, quiz.course, quiz.score, quiz.fields) == (
        "completed",
        f"{site}/mod/quiz/view.php?id=1",
        attempt,
        f"{site}/course/view.php?id=2",
        Score(Decimal(50), Decimal(0), Decimal(100)),
        (),
    )
    assert (answer.word, answer.object, answer.attempt) == (
        "submitted",
        f"{site}/question/question.php?cmid=1&id=1",
        attempt,
    )
    (graded,) = moodle(samples, "mod_assign__assignment_graded__*")
    assert graded is not None
    assert (graded.word, graded.object, graded.learner) == (
        "graded",
        f"{site}/mod/assign/view.php?id=1",
        f"{site}|2",
    )
    (one_question,) = moodle(samples, "mod_quiz__question_manually_graded")
    assert one_question is not None
    assert (one_question.object, one_question.attempt) == (
        f"{site}/review.php?attempt=1&slot=1",
        attempt,
    )


@pytest.mark.parametrize(
    ("name", "word", "thing"),
    [
        ("core__user_enrolment_created__*", "enrolled", "/course/view.php?id=2"),
        ("core__user_enrolment_deleted__*", "unenrolled", "/course/view.php?id=2"),
        ("core__user_enrolment_updated__*", "enrolled", "/course/view.php?id=2"),
        ("core__user_loggedin__*", "logged in", ""),
        ("mod_facetoface__signup_success__*", "booked", "/mod/facetoface/view.php?id=1"),
        ("mod_facetoface__take_attendance__*", "attended", "/mod/facetoface/view.php?id=1"),
        ("mod_forum__discussion_created", "posted", "/mod/forum/view.php?id=1"),
        ("mod_forum__post_created", "replied", "/mod/forum/view.php?id=1"),
        ("mod_quiz__attempt_started__*", "started", "/mod/quiz/view.php?id=1"),
        ("mod_lesson__lesson_ended", "completed", "/mod/lesson/view.php?id=1"),
        ("mod_bigbluebuttonbn__meeting_joined", "attended", "/mod/bigbluebuttonbn/view.php?id=1"),
        (
            "mod_questionnaire__attempt_saved",
            "https://w3id.org/xapi/tla/verbs/suspended",
            "/mod/questionnaire/view.php?id=1",
        ),
    ],
)
def test_moodle_words(samples: Path, name: str, word: str, thing: str) -> None:
    """What Moodle's events are in the language's words, and of which activity."""
    (one,) = moodle(samples, name)
    assert one is not None
    assert (one.word, one.object) == (word, f"http://www.example.org{thing}")


def test_uncompleting_takes_a_completion_back(samples: Path) -> None:
    """Moodle's *uncompleted* undoes *completed*."""
    (one,) = moodle(samples, "core__course_module_completion_update__uncompleting_*")
    assert one is not None
    assert (one.word, one.undone) == ("completed", True)


def fun(samples: Path) -> list[bytes]:
    """Give FUN's statements, one a line."""
    with gzip.open(samples / "xapi" / "fun-mooc" / "course-00001.jsonl.gz") as lines:
        return [line for line in lines if line.strip()]


def test_fun_is_accepted_and_counts_as_the_oracle(
    samples: Path, expected: dict[str, dict[str, object]]
) -> None:
    """All 8,691 statements become events; who completed and played equals the oracle."""
    oracle = expected["xapi/fun-mooc/course-00001.jsonl.gz"]["oracle"]
    assert isinstance(oracle, dict)
    lines = fun(samples)
    random.Random(1).shuffle(lines)
    completed: dict[str, set[str]] = defaultdict(set)
    played: dict[str, int] = defaultdict(int)
    ids, objects, learners = set(), set(), set()
    for start in range(0, len(lines), 500):
        batch = b"[" + b",".join(lines[start : start + 500]) + b"]"
        for received in xapi.decode(batch, "fun", ARRIVED).received:
            one = received.event
            assert one is not None, received.reason
            assert one.course == "course-v1:FUN-MOOC+00001+session01"
            ids.add(one.id)
            objects.add(one.object)
            learners.add(one.learner)
            if one.word == "completed":
                completed[one.learner].add(one.object)
            if one.word == "https://w3id.org/xapi/video/verbs/played":
                played[one.learner] += 1
    assert (len(ids), len(objects), len(learners)) == (
        oracle["distinct_ids"],
        oracle["objects"],
        oracle["actors"],
    )
    for number in (1, 2, 3):
        found = sum(len(videos) >= number for videos in completed.values())
        assert found == oracle[f"actors_completed_ge_{number}_distinct_videos"]
    assert sum(n >= 10 for n in played.values()) == oracle["actors_played_ge_10_times"]


def test_examples_of_the_specification(samples: Path) -> None:
    """The specification's own examples are read, but for the one that is no statement."""
    bad = []
    for path in sorted((samples / "xapi" / "spec-examples").glob("*.json")):
        try:
            xapi.decode(path.read_bytes(), "spec", ARRIVED)
        except BadBody:
            bad.append(path.name)
    assert bad == []


def agreement(samples: Path, version: str) -> tuple[int, int, list[str]]:
    """Count the labelled requests on which we agree with the reference, and name others."""
    wrongly_refused = []
    agreed = total = 0
    path = samples / "xapi" / "conformance" / f"cases-{version}.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        total += 1
        try:
            xapi.decode(json.dumps(case["body"]).encode(), "suite", ARRIVED)
            accepted = True
        except BadBody as error:
            accepted = False
            if case["accept"]:
                wrongly_refused.append(f"{case['requirement']}: {error}")
        agreed += accepted == case["accept"]
    return agreed, total, wrongly_refused


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_no_valid_request_of_the_conformance_suite_is_refused(
    samples: Path, version: str, record_property: Callable[[str, object], None]
) -> None:
    """The reading is tolerant, so nothing valid is refused; the rest is counted, without a bar."""
    agreed, total, wrongly_refused = agreement(samples, version)
    record_property("agreement", f"{agreed} of {total}")
    assert wrongly_refused == []


def test_learners() -> None:
    """An account is `homePage|name`; an address, a checksum and an OpenID are themselves."""
    account = {"account": {"homePage": "https://lms.example", "name": "7"}}
    checksum = "a" * 40
    assert event(actor=account).learner == "https://lms.example|7"
    assert event().learner == "mailto:ada@learner.example"
    assert event(actor={"mbox_sha1sum": checksum}).learner == checksum
    assert event(actor={"openid": "https://ada.example/"}).learner == "https://ada.example/"


@pytest.mark.parametrize(
    ("score", "context", "fraction"),
    [
        ({"raw": 78, "min": 0, "max": 100, "scaled": 0.56}, MOODLE, Fraction(78, 100)),
        ({"raw": 78, "min": 0, "max": 100, "scaled": 0.1}, {}, Fraction(78, 100)),
        ({"raw": 3, "min": 1, "max": 5}, {}, Fraction(1, 2)),
        ({"raw": 3, "max": 4}, {}, Fraction(3, 4)),
        ({"scaled": 0.0}, MOODLE, Fraction(1, 2)),
        ({"scaled": 0.5}, {}, Fraction(1, 2)),
        ({"raw": 3, "scaled": 0.25}, {}, Fraction(1, 4)),
        ({"raw": 3}, {}, None),
        ({"raw": 5, "min": 0, "max": 1}, {}, Fraction(5)),
    ],
)
def test_the_fraction_of_a_score(
    score: dict[str, float], context: dict[str, object], fraction: Fraction | None
) -> None:
    """Raw, min and max decide; `scaled` only where they are absent, on its sender's scale."""
    mark = event(result={"score": score}, context=context).score
    assert mark is not None
    assert mark.fraction == fraction


def test_moodle_is_known_without_its_platform() -> None:
    """The plug-in's mark in the extensions is enough, slashes escaped by PHP or not."""
    info = "http://lrs.learninglocker.net/define/extensions/info"
    text = json.dumps([said(context={"extensions": {info: {"http://moodle.org": "4"}}})])
    for sent in (text, text.replace("http://moodle.org", "http:\\/\\/moodle.org")):
        statement = parse(xapi.split(sent.encode())[0])
        assert statement.emitter == "Moodle"


@pytest.mark.parametrize(
    ("verb", "success", "context", "word", "fields"),
    [
        (ANSWERED, True, {}, "passed", ()),
        (ANSWERED, False, {}, "failed", ()),
        (ANSWERED, None, {}, "submitted", ()),
        (ANSWERED, True, MOODLE, "submitted", ()),
        (COMPLETED, False, {}, "completed", (("success", "no"),)),
        (SCORED, True, {}, "graded", (("success", "yes"),)),
        (SCORED, True, MOODLE, "graded", ()),
        ("http://adlnet.gov/expapi/verbs/failed", False, {}, "failed", ()),
        ("https://lms.example/verbs/waved", None, {}, "https://lms.example/verbs/waved", ()),
    ],
)
def test_success_is_a_verdict_where_nothing_better_is_said(
    verb: str,
    success: bool | None,
    context: dict[str, object],
    word: str,
    fields: tuple[tuple[str, str], ...],
) -> None:
    """Verbs that leave the outcome open become passed or failed, but never from Moodle."""
    one = event(verb={"id": verb}, result={"success": success}, context=context)
    assert (one.word, one.fields, one.verb) == (word, fields, verb)


def test_a_completion_that_is_none() -> None:
    """*Completed* beside `completion: false` completes nothing."""
    assert event(result={"completion": False}).word == COMPLETED


def test_registration_is_the_attempt_only_in_cmi5() -> None:
    """Elsewhere a registration is a session or a course, never an attempt."""
    category = {"category": [{"id": "https://w3id.org/xapi/cmi5/context/categories/cmi5"}]}
    assert event(context={"registration": UUID_1}).attempt == ""
    cmi5 = {"registration": UUID_1, "contextActivities": category}
    assert event(context=cmi5).attempt == UUID_1


def test_moodle_suspends_an_enrolment_not_the_learner() -> None:
    """Of a course, Moodle's *suspended* ends the enrolment; of an activity it is left as it is."""
    verb = "https://w3id.org/xapi/tla/verbs/suspended"
    kind = {"type": "https://w3id.org/xapi/cmi5/activitytype/course"}
    course = {"id": "https://lms.example/course/1", "definition": kind}
    assert event(verb={"id": verb}, object=course, context=MOODLE).word == "unenrolled"
    assert event(verb={"id": verb}, context=MOODLE).word == verb
    assert event(verb={"id": verb}, object=course).word == verb


OPENEDX = [
    ("edx.course.enrollment.deactivated", "unenrolled"),
    ("edx.course.grade.passed.first_time", "passed"),
    ("edx.forum.response.created", "replied"),
    ("edx.forum.thread.created", "posted"),
    ("edx.grades.problem.submitted", "started"),
    ("edx.grades.subsection.grade_calculated", "graded"),
    ("problem_check_server_", "submitted"),
    ("showanswer", "http://adlnet.gov/expapi/verbs/asked"),
]


@pytest.mark.parametrize(("name", "word"), OPENEDX)
def test_openedx_words(samples: Path, name: str, word: str) -> None:
    """What Open edX's router sends; full marks are no verdict, an evaluation is a submission."""
    sent = (samples / "openedx" / "xapi" / f"{name}.json").read_bytes()
    (received,) = xapi.decode(sent, "edx", ARRIVED).received
    assert received.event is not None
    assert (received.event.word, received.event.fields) == (word, ())


def test_a_statement_without_time_is_of_its_arrival() -> None:
    """A timestamp is optional in xAPI."""
    assert event(timestamp=...).time == ARRIVED


def test_retries_have_the_same_id() -> None:
    """The order of keys and the spelling of the time do not matter; the result does."""
    one = said(result={"score": {"raw": 1, "max": 2}, "success": True})
    two = said(
        timestamp="2025-03-03T09:00:00.000Z",
        result={"success": True, "score": {"max": 2, "raw": 1}},
    )
    three = said(result={"score": {"raw": 2, "max": 2}, "success": True})
    ids = xapi.decode(body(one, two, three), "lms", ARRIVED).ids
    assert ids[0] == ids[1]
    assert ids[0] != ids[2]


def test_an_own_id_is_kept() -> None:
    """A statement's own UUID is its id."""
    assert xapi.decode(body(said(id=UUID_1.upper())), "lms", ARRIVED).ids == (UUID_1,)


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (said(actor=...), "actor"),
        (said(actor={}), "learner"),
        (said(actor=ADA | {"openid": "https://ada.example"}), "learner"),
        (said(actor={"mbox": "ada@learner.example"}), "learner"),
        (said(actor={"account": {"name": "7"}}), "actor"),
        (said(actor={"account": {"homePage": "x", "name": "7"}}), "learner"),
        (said(verb={}), "verb"),
        (said(verb={"id": "completed"}), "verb"),
        (said(object={}), "object"),
        (said(object={"id": "page 1"}), "object"),
        (said(object={"objectType": "StatementRef", "id": "1"}), "object"),
        (said(timestamp="yesterday"), "time"),
        (said(timestamp="2025-03-03T10:00:00"), "time"),
        (said(timestamp="2025-03-03T10:00:00-00:00"), "time"),
        (said(id="1"), "id"),
        (said(result={"success": "yes"}), "result"),
        (said(result={"score": 5}), "result"),
        (5, "event"),
    ],
)
def test_a_bad_statement_refuses_its_batch(bad: object, code: str) -> None:
    """The refusal names the statement's index, counted from 0, and what is wrong."""
    with pytest.raises(BadBody) as caught:
        xapi.decode(body(said(), bad), "lms", ARRIVED)
    assert str(caught.value).split(": ")[:2] == ["statement 1", code]


def test_the_same_id_twice_refuses_a_batch() -> None:
    """Two statements of one batch can't have one id."""
    with pytest.raises(BadBody, match="statement 1: id: the same as that of statement 0"):
        xapi.decode(body(said(id=UUID_1), said(id=UUID_1)), "lms", ARRIVED)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"verb": {"id": "http://adlnet.gov/expapi/verbs/voided"}}, "voided"),
        ({"actor": {"objectType": "Group", "member": [ADA]}}, "learner"),
        ({"actor": ADA | {"objectType": "Group"}}, "learner"),
        ({"object": {"objectType": "SubStatement"}}, "object"),
        ({"object": {"objectType": "StatementRef", "id": UUID_1}}, "object"),
        ({"result": {"score": {"raw": 0, "min": 0, "max": 0}}}, "score"),
        ({"result": {"score": {"scaled": 1.5}}}, "score"),
        ({"timestamp": "1955-11-05T06:00:00Z"}, "time"),
    ],
)
def test_valid_statements_that_say_no_event_are_put_aside(
    parts: dict[str, object], code: str
) -> None:
    """They keep their place and id in the answer, and have a reason."""
    assert reason(**parts).split(":")[0] == code


def test_one_statement_alone_is_never_an_exception() -> None:
    """Read one by one, as from a file, an invalid statement has a reason."""
    received = xapi.read(json.dumps(said(actor={})).encode(), "lms", ARRIVED)
    assert received.reason.startswith("learner: ")


@pytest.mark.parametrize("sent", [b"", b"5", b"{", b"[{]", b"[" * 100_000, b"\xff"])
def test_what_is_no_json_is_refused(sent: bytes) -> None:
    """A body that can't be read is the sender's mistake."""
    with pytest.raises(BadBody):
        xapi.decode(sent, "lms", ARRIVED)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_result_or_a_refusal(sent: bytes) -> None:
    """No bytes raise anything but BadBody."""
    try:
        xapi.decode(sent, "lms", ARRIVED)
    except BadBody:
        return


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "objectType", "account", "score", "raw", "max", "parent", "member"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(list(said(id="", result={}, context={}))), JSON))
def test_any_types_give_a_result_or_a_refusal(parts: dict[str, object]) -> None:
    """No types of known keys raise anything but BadBody."""
    try:
        result = xapi.decode(body(said(**parts)), "lms", ARRIVED)
    except BadBody:
        return
    assert len(result.ids) == 1
