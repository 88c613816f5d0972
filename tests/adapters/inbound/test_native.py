"""Milepost's own events: the contract, and what is said of what does not keep it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.inbound import native
from adapters.inbound.native_line import encode
from adapters.inbound.received import EARLIEST, LATEST, BadBody, Received
from engine.events import Event, Score, Word

ARRIVED = datetime(2026, 1, 2, tzinfo=UTC)
GRADED = (
    b'{"id": "e-1", "time": "2025-03-03T10:00:00+01:00", "learner": "ada", "course": "course:1",'
    b' "object": "assignment:1752", "is": "graded", "score": {"raw": 69.996, "min": 0, "max": 100}}'
)


def read(body: bytes) -> Received:
    """Read the one event of a body."""
    (received,) = native.decode(body, "lms", ARRIVED)
    return received


def event(body: bytes) -> Event:
    """Read the one event of a body, which must be usable."""
    received = read(body)
    assert received.event is not None, received.reason
    return received.event


def test_the_contract() -> None:
    """Every key of the contract becomes what it says, numbers exactly as they are written."""
    assert read(GRADED) == Received(
        raw=GRADED,
        event=Event(
            id="e-1",
            time=datetime(2025, 3, 3, 9, tzinfo=UTC),
            learner="ada",
            word="graded",
            object="assignment:1752",
            course="course:1",
            score=Score(Decimal("69.996"), Decimal(0), Decimal(100)),
            source="lms",
        ),
        reason="",
        id="e-1",
    )
    score = event(GRADED).score
    assert score is not None
    assert Fraction(69996, 100000) == score.fraction


def test_keys_beyond_the_contract() -> None:
    """Attempt, criteria, undone, role, due, fields and verb are understood, others ignored."""
    body = (
        b'{"learner": 7, "time": "2025-03-03T10:00:00Z", "object": "a:1", "is": "due", "x": [1],'
        b' "attempt": 2, "criteria": {"b": {"raw": 3, "max": 4}, "a": {"given": 0.5}},'
        b' "undone": true, "role": "tutor", "due": "2025-04-01T00:00:00+02:00", "verb": "v:1",'
        b' "fields": {"mode": "honor", "paid": true, "n": 3}, "id": 12}'
    )
    assert event(body) == Event(
        id="12",
        time=datetime(2025, 3, 3, 10, tzinfo=UTC),
        learner="7",
        word="due",
        object="a:1",
        verb="v:1",
        attempt="2",
        criteria=(
            ("a", Score(given=Decimal("0.5"))),
            ("b", Score(Decimal(3), high=Decimal(4))),
        ),
        undone=True,
        role="tutor",
        due=datetime(2025, 3, 31, 22, tzinfo=UTC),
        fields=(("mode", "honor"), ("n", "3"), ("paid", "yes")),
        source="lms",
    )


DUE = '{"id":"d","time":"2025-03-03T10:00:00Z","learner":"a","object":"a:1","is":"due"%s}'


@pytest.mark.parametrize(
    ("more", "due", "undone", "fields"),
    [
        (',"due":"2025-04-01T00:00:00+02:00"', datetime(2025, 3, 31, 22, tzinfo=UTC), False, ()),
        (',"due":"2025-04-01"', None, False, (("day", "2025-04-01"),)),
        (
            ',"due":"2025-04-01","group":"evening"',
            None,
            False,
            (("day", "2025-04-01"), ("group", "evening")),
        ),
        (
            ',"due":"2025-04-01T00:00:00Z","for":"everybody"',
            datetime(2025, 4, 1, tzinfo=UTC),
            False,
            (("for", "everybody"),),
        ),
        (',"undone":true', None, True, ()),
        (',"undone":true,"group":"evening"', None, True, (("group", "evening"),)),
    ],
)
def test_whose_due_date(
    more: str, due: datetime | None, undone: bool, fields: tuple[tuple[str, str], ...]
) -> None:
    """A due date is a time or a day, of the learner, a group or everybody, or is taken away."""
    found = event((DUE % more).encode())
    assert (found.due, found.undone, found.fields) == (due, undone, fields)
    again = event(encode(found))
    assert again == found


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("", "due: missing; when is it due for this learner?"),
        (
            ',"due":"soon"',
            "due: not a time; write it like 2025-03-03T10:00:00+01:00, or a day like 2025-03-03",
        ),
        (
            ',"due":"2025-04-01T10:00:00"',
            "due: it has no zone; write it like 2025-03-03T10:00:00+01:00",
        ),
        (',"due":"2025-04-01","for":"all"', "for: all is not everybody"),
        (
            ',"due":"2025-04-01","for":"everybody","group":"x"',
            "for: a due date is a group's or everybody's, not both",
        ),
    ],
)
def test_a_due_date_that_says_nothing(more: str, reason: str) -> None:
    """What is wrong with a due date is said in the reason."""
    assert read((DUE % more).encode()).reason == reason


def test_a_thread_is_a_field() -> None:
    """Which thread of a forum was begun, or answered, is a fact of the event."""
    body = (
        b'{"id":"d","time":"2025-03-03T10:00:00Z","learner":"a","object":"forum:1",'
        b'"is":"answered","thread":17}'
    )
    assert event(body).fields == (("thread", "17"),)


def test_a_profile_needs_no_time() -> None:
    """A profile without a time is of its arrival, and what else it says is kept as text."""
    body = (
        b'{"learner": "ada", "is": "profile", "name": "Ada", "email": "ada@learner.example",'
        b' "zone": "Europe/Madrid", "language": "es", "team": "red", "size": 1.50, "none": null}'
    )
    profile = event(body)
    assert ARRIVED == profile.time
    assert profile.fields == (
        ("email", "ada@learner.example"),
        ("language", "es"),
        ("name", "Ada"),
        ("size", "1.50"),
        ("team", "red"),
        ("zone", "Europe/Madrid"),
    )


@pytest.mark.parametrize("word", ["enrolled", "unenrolled"])
def test_enrolment_is_in_its_object(word: str) -> None:
    """The object of an enrolment is the course, and so is its course."""
    body = f'{{"learner":"a","time":"2025-03-03T10:00:00Z","object":"course:1","is":"{word}"}}'
    enrolment = event(body.encode())
    assert (enrolment.object, enrolment.course) == ("course:1", "course:1")


def test_a_missing_id_is_a_fingerprint_of_the_content() -> None:
    """The order of keys does not change a fingerprint, a digit of a score does."""
    score = b'"score":{"raw":1.10}'
    rest = b'"learner":"a","time":"2025-03-03T10:00:00Z","object":"q"'
    one = b'{"is":"graded",' + rest + b"," + score + b"}"
    two = b"{ " + score + b", " + rest + b', "is":"graded"}'
    three = one.replace(b"1.10", b"1.1000000000000000001")
    assert read(one).id == read(two).id
    assert read(one).id != read(three).id
    assert len(read(one).id) == 32


def test_object_array_and_lines() -> None:
    """One object, an array, and one object a line say the same."""
    other = GRADED.replace(b"e-1", b"e-2")
    for body in (
        b"[" + GRADED + b"," + other + b"]",
        GRADED + b"\n" + other,
        b"\xef\xbb\xbf" + GRADED + b"\r\n\r\n" + other + b"\n",
    ):
        assert [one.id for one in native.decode(body, "lms", ARRIVED)] == ["e-1", "e-2"]
    assert native.decode(b"[]", "lms", ARRIVED) == []


def test_a_bad_neighbour_is_put_aside_alone() -> None:
    """What can't be used has a reason; what stands beside it is read."""
    lines = GRADED + b"\n{not json\n" + GRADED.replace(b"e-1", b"e-2")
    ids = [(one.reason[:5], one.event is None) for one in native.decode(lines, "lms", ARRIVED)]
    assert ids == [("", False), ("json:", True), ("", False)]


TIME = b'"time":"2025-03-03T10:00:00Z"'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"is":"viewed","object":"p",%b}', "learner"),
        (b'{"learner":"  ","is":"viewed","object":"p",%b}', "learner"),
        (b'{"learner":{},"is":"viewed","object":"p",%b}', "learner"),
        (b'{"learner":true,"is":"viewed","object":"p",%b}', "learner"),
        (b'{"learner":"a\\u0000","is":"viewed","object":"p",%b}', "learner"),
        (b'{"learner":"%b","is":"viewed","object":"p"}' % (b"a" * 2001), "learner"),
        (b'{"learner":"a","object":"p",%b}', "is"),
        (b'{"learner":"a","is":5,"object":"p",%b}', "is"),
        (b'{"learner":"a","is":"viewed",%b}', "object"),
        (b'{"learner":"a","is":"viewed","object":["p"],%b}', "object"),
        (b'{"learner":"a","is":"viewed","object":"p"}', "time"),
        (b'{"learner":"a","is":"viewed","object":"p","time":"yesterday"}', "time"),
        (b'{"learner":"a","is":"viewed","object":"p","time":1741000000}', "time"),
        (b'{"learner":"a","is":"viewed","object":"p","time":"2025-03-03T10:00:00"}', "time"),
        (b'{"learner":"a","is":"viewed","object":"p","time":"1969-12-31T23:59:59Z"}', "time"),
        (b'{"learner":"a","is":"viewed","object":"p","time":"9999-12-31T23:59:59-23:00"}', "time"),
        (b'{"learner":"a","is":"viewed","object":"p","time":"0001-01-01T00:00:00+23:00"}', "time"),
        (b'{"learner":"a","is":"graded","object":"p",%b,"score":78}', "score"),
        (b'{"learner":"a","is":"graded","object":"p",%b,"score":{}}', "score"),
        (b'{"learner":"a","is":"graded","object":"p",%b,"score":{"raw":"NaN"}}', "score"),
        (b'{"learner":"a","is":"graded","object":"p",%b,"score":{"raw":1e999999999}}', "score"),
        (b'{"learner":"a","is":"graded","object":"p",%b,"score":{"raw":0e999999999}}', "score"),
        (b'{"learner":"a","is":"graded","object":"p",%b,"score":{"raw":1,"max":0}}', "score"),
        (
            b'{"learner":"a","is":"graded","object":"p",%b,"score":{"raw":1,"min":5,"max":5}}',
            "score",
        ),
        (b'{"learner":"a","is":"graded","object":"p",%b,"criteria":{"c":{"max":1}}}', "criteria"),
        (b'{"learner":"a","is":"due","object":"p",%b}', "due"),
        (b'{"learner":"a","is":"due","object":"p",%b,"due":"2025-03-03T10:00:00"}', "due"),
        (b'{"learner":"a","is":"x",%b,"fields":{"a":[1]}}', "fields"),
        (b'{"learner":"a","is":"x",%b,"undone":"yes"}', "undone"),
        (b'{"learner":"a","is":"x",%b,"id":"\\u0000"}', "id"),
        (b'{"learner":"\xff","is":"x"}', "json"),
        (b'{"learner":' + b"9" * 5000 + b"}", "learner"),
    ],
)
def test_what_cannot_be_understood_has_a_reason(body: bytes, code: str) -> None:
    """A reason begins with the key that is wrong; the bytes stay, and an id is told."""
    body = body.replace(b"%b", TIME)
    received = read(body)
    assert received.event is None
    assert received.reason.split(":")[0] == code
    assert received.raw == body
    assert received.id


@pytest.mark.parametrize(
    "body",
    [b"", b"  ", b"hello", b"12", b'"a"', b"null", b"[1,", b"{", b"{\n}}", b"\x00", b"[" * 100_000],
)
def test_what_is_no_json_is_refused_whole(body: bytes) -> None:
    """A body of which nothing can be read is the sender's mistake."""
    with pytest.raises(BadBody):
        native.decode(body, "lms", ARRIVED)


def test_deep_json_is_refused() -> None:
    """Nesting that would exhaust the stack is a reason or a refusal, not a crash."""
    deep = b'{"learner":"a","x":' + b"[" * 50_000 + b"]" * 50_000 + b"}"
    with pytest.raises(BadBody):
        native.decode(deep, "lms", ARRIVED)
    received = native.decode(GRADED + b"\n" + deep, "lms", ARRIVED)
    assert [one.reason[:5] for one in received] == ["", "json:"]


@given(st.binary(max_size=300))
def test_any_bytes_give_a_result_or_a_refusal(body: bytes) -> None:
    """No bytes raise anything but BadBody."""
    try:
        received = native.decode(body, "lms", ARRIVED)
    except BadBody:
        return
    assert all((one.event is None) == bool(one.reason) for one in received)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    [*native._Wire.__struct_encode_fields__, "name"],  # noqa: SLF001 - all keys that are read
)


@given(st.dictionaries(KEYS, JSON, max_size=8))
def test_any_types_give_a_result(content: dict[str, object]) -> None:
    """No types of known keys raise anything; a usable event can be written and read again."""
    received = read(msgspec.json.encode(content))
    assert (received.event is None) == bool(received.reason)
    if received.event is not None:
        assert event(encode(received.event)) == received.event


TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
NUMBER = st.decimals(-1000, 1000, places=3)
SCORE = st.builds(
    Score,
    raw=st.none() | NUMBER,
    low=st.just(Decimal(0)),
    high=st.none() | st.decimals(1, 1000, places=1),
    given=NUMBER,
)
MOMENT = st.datetimes(EARLIEST.replace(tzinfo=None), LATEST.replace(tzinfo=None)).map(
    lambda time: (
        (time - timedelta(microseconds=1)).replace(tzinfo=UTC)
        if time > datetime(1971, 1, 1)
        else time.replace(tzinfo=UTC)
    )
)


@given(
    st.builds(
        Event,
        id=TEXT.filter(bool),
        time=MOMENT,
        learner=TEXT.filter(str.strip),
        word=st.sampled_from([str(word) for word in Word if word != Word.DUE]),
        object=TEXT.filter(bool),
        course=TEXT.filter(bool),
        verb=TEXT,
        score=st.none() | SCORE,
        attempt=TEXT,
        criteria=st.dictionaries(TEXT, SCORE, max_size=3).map(lambda c: tuple(sorted(c.items()))),
        undone=st.booleans(),
        role=TEXT.filter(bool),
        due=st.none() | MOMENT,
        fields=st.dictionaries(TEXT, TEXT, max_size=3).map(lambda f: tuple(sorted(f.items()))),
        source=st.just("lms"),
    ).filter(lambda one: one.word != Word.PROFILE)
)
def test_what_is_written_is_read_again(one: Event) -> None:
    """Writing an event and reading it gives the same event."""
    assert event(encode(one)) == one


@given(
    st.dictionaries(
        st.sampled_from(["name", "email", "id", "score", "is"]) | TEXT, TEXT, max_size=5
    )
)
def test_a_profile_is_read_again(known: dict[str, str]) -> None:
    """Any name of a field survives, also those that are keys of an event."""
    profile = Event(
        id="1",
        time=ARRIVED,
        learner="ada",
        word="profile",
        fields=tuple(sorted(known.items())),
        source="lms",
    )
    assert event(encode(profile)) == profile


REVOKED = (
    b'{"id": "r-1", "time": "2025-03-03T10:00:00Z", "learner": "ada", "is": "revoked",'
    b' "credential": "data-literacy/data-cleaning", "because": "Copied", "by": "dean"}'
)


def test_a_credential_that_a_person_revokes() -> None:
    """Its full name is the object; the reason and who says it are fields."""
    said = event(REVOKED)

    assert said.object == "data-literacy/data-cleaning"
    assert said.fields == (("because", "Copied"), ("by", "dean"))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (REVOKED.replace(b"Copied", b" "), "because: missing; why was it revoked?"),
        (
            REVOKED.replace(b"data-literacy/data-cleaning", b"data-cleaning"),
            "credential: not a full name; write it like data-literacy/data-cleaning",
        ),
        (
            REVOKED.replace(b"revoked", b"renewed"),
            "credential: only revoked or awarded is said of one, not renewed",
        ),
        (
            REVOKED.replace(b"revoked", b"awarded").replace(b', "by": "dean"', b""),
            "by: missing; who has awarded it?",
        ),
        (
            REVOKED.replace(b"revoked", b"awarded").replace(b"Copied", b""),
            "because: missing; why was it awarded?",
        ),
        (
            REVOKED.replace(b"revoked", b"awarded").replace(b'"by"', b'"undone": true, "by"'),
            "undone: an award by hand is revoked, not undone",
        ),
    ],
)
def test_a_revocation_that_says_too_little(body: bytes, reason: str) -> None:
    """Nobody revokes without a reason, or what cannot be found."""
    assert read(body).reason == reason


def test_a_credential_that_a_person_awards() -> None:
    """As a revocation, and each piece of evidence is a line of a field."""
    body = REVOKED.replace(b"revoked", b"awarded")
    several = body.replace(b'"by"', b'"evidence": ["https://x.example/1", "lab\\nbooks"], "by"')

    assert ("awarded", (("because", "Copied"), ("by", "dean"))) == (
        event(body).word,
        event(body).fields,
    )
    assert ("evidence", "https://x.example/1\nlab books") in event(several).fields


def test_a_revocation_that_is_taken_back_needs_no_reason() -> None:
    """It says what it takes back."""
    body = REVOKED.replace(b'"because": "Copied", ', b'"undone": true, ')

    assert event(body).undone
