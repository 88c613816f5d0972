"""Digests, and messages that the LMS shows, on their way out."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, message_from_string
from email.policy import default

import pytest
from msgspec import structs

from adapters.demo.lms_receiver import LmsReceiver
from adapters.outgoing.dispatch import Dispatch
from adapters.outgoing.effects import entries_for
from adapters.service.service import Service
from adapters.settings.tree import WebhookSettings
from engine.actions import DigestRhythm
from engine.outcome import DIGEST, Effect, Kind
from notifications.mode import Mode
from notifications.outbox import OutboxRow, Status
from notifications.webhook_signature import Secret
from rules.phrases.time import RHYTHM
from tests.adapters.dispatch.institution import NOON, SECRET, Institution, effect
from tests.adapters.dispatch.test_mail import quiet as quiet_hours


def run(dispatch: Dispatch) -> None:
    """Run once, and close."""

    async def work() -> None:
        await dispatch.run_once()
        await dispatch.close()

    asyncio.run(work())


def digest(number: int = 1, *items: Effect, to: str = "learner") -> Effect:
    """Make a digest of two nudges, or of what is given."""
    collected = items or (effect(7), effect(8, object="quiz:1"))
    made = structs.replace(effect(number), target=DIGEST, items=collected)
    return structs.replace(made, to=to)


def parts_of(text: str) -> tuple[str, str, str]:
    """Give a message's subject, its text and its HTML."""
    message = message_from_bytes(text.encode(), policy=default)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    return str(message["Subject"]), str(plain.get_content()), str(html.get_content())


def test_a_digest_is_one_message_with_a_section_each(house: Institution) -> None:
    """Its subject is ours; what two items say alike is said once; running again sends no more."""
    house.learner("ada")
    other = effect(9, target="p/messages/other.md")
    house.decide(digest(1, effect(7), effect(8), other))
    run(house.dispatch())
    run(house.dispatch())
    (text,) = house.files()
    subject, plain, html = parts_of(text)
    assert "The course: what there is for you" == subject
    assert 1 == plain.count("Come back, Ada\n--------------\n\nWe miss you in The course.")
    assert 1 == html.count("<h2>Come back, Ada</h2>")
    assert plain.rstrip().endswith("Example University")


def test_a_digest_speaks_the_learners_language(house: Institution) -> None:
    """The opening too."""
    house.learner("ada", '"language":"es"')
    house.decide(digest())
    run(house.dispatch())
    subject, plain, _ = parts_of(house.files()[0])
    assert "The course: lo que hay para ti" == subject
    assert "Content-Language: es" in house.files()[0]
    assert "en un solo mensaje" in plain
    assert "Te echamos de menos en The course" in plain


@pytest.mark.parametrize("language", ["fr", "de", "it", "pt-BR", ""])
def test_a_digest_is_written_in_any_language(house: Institution, language: str) -> None:
    """Where the opening is not built in, it is English."""
    house.learner("ada", f'"language":"{language}"')
    house.decide(digest())
    run(house.dispatch())
    assert 1 == len(house.files())


def test_what_was_switched_off_meanwhile_gives_its_slot_back(house: Institution) -> None:
    """Nothing goes; the rule is told, so that it counts for no gap and cap."""
    told: list[tuple[str, str]] = []
    house.learner("ada", '"mail_off":"reminders"')
    house.decide(digest(1), effect(2))
    run(house.dispatch(lambda learner, key: told.append((learner, key))))
    assert ["switched_off"] * 2 == [row.reason for row in house.rows(Status.SUPPRESSED)]
    assert [("ada", effect(1).key), ("ada", effect(2).key)] == sorted(told)


def test_a_digest_waits_for_the_hour_of_whoever_gets_it(house: Institution) -> None:
    """An instructor in New York gets hers at eight there."""
    house.learner("ada")
    house.learner("iris", '"zone":"America/New_York"')
    house.know('"learner":"iris","is":"enrolled","object":"course:1","role":"instructor"')
    house.decide(digest(to="instructor"))
    run(house.dispatch())
    assert [datetime(2025, 3, 3, 13, tzinfo=UTC)] == [
        row.not_before for row in house.rows(Status.QUEUED)
    ]
    house.clock.time = NOON + timedelta(hours=1)
    run(house.dispatch())
    assert 1 == len(house.files())


def test_a_copy_waits_for_the_quiet_hours_of_whoever_gets_it(house: Institution) -> None:
    """The rule's quiet hours, on the mentor's own clock; the learner gets hers at once."""
    rule = house.rules.plan.ruleset.rules["p/nudge"]
    quiet = replace(rule, limits=replace(rule.limits, quiet=quiet_hours("21:00 to 08:00")))
    ruleset = replace(house.rules.plan.ruleset, rules={"p/nudge": quiet})
    house.rules = replace(house.rules, plan=replace(house.rules.plan, ruleset=ruleset))
    house.learner("ada", '"mentor":"mia"')
    house.learner("mia", '"zone":"America/Los_Angeles"')
    house.decide(effect(cc=("mentor",)))
    run(house.dispatch())
    run(house.dispatch())
    assert ["Ada Berg <ada@learner.example>"] == [
        message_from_string(text)["To"] for text in house.files()
    ]
    (copy,) = house.rows(Status.QUEUED)
    assert ("mia@learner.example", datetime(2025, 3, 3, 16, tzinfo=UTC)) == (
        copy.recipient,
        copy.not_before,
    )


@pytest.mark.parametrize("role", ["mentor", "manager"])
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("mia", ["Mia Berg <mia@learner.example>"]),
        ("boss@work.example", ["boss@work.example"]),
        ("mia, boss@work.example", ["Mia Berg <mia@learner.example>", "boss@work.example"]),
        ("", ["Max Berg <max@learner.example>"]),
    ],
)
def test_a_mentor_is_whom_the_profile_names_else_the_courses(
    house: Institution, role: str, said: str, expected: list[str]
) -> None:
    """A person by name, or an address; by commas several; answers go where they are said to go."""
    house.learner("ada", f'"{role}":"{said}"')
    house.learner("mia")
    house.learner("max")
    house.know(f'"learner":"max","is":"enrolled","object":"course:1","role":"{role}"')
    house.decide(effect(to=role, reply_to=role))
    run(house.dispatch())
    run(house.dispatch())
    messages = [message_from_string(text) for text in house.files()]
    assert sorted(expected) == sorted(message["To"] for message in messages)
    assert all(message["Reply-To"] in expected[0] for message in messages)


def test_what_a_rule_writes_comes_as_a_digest_the_next_morning(house: Institution) -> None:
    """From the event to the letter, through the database; asked twice it is sent once."""
    rhythm = RHYTHM("daily")
    assert rhythm is DigestRhythm.DAILY
    ruleset = house.rules.plan.ruleset
    rule = ruleset.rules["p/nudge"]
    limits = replace(rule.limits, digest=rhythm, quiet=quiet_hours("21:00 to 09:00"))
    daily = replace(rule, limits=limits)
    plan = replace(house.rules.plan, ruleset=replace(ruleset, rules={"p/nudge": daily}))
    house.rules = replace(house.rules, plan=plan)
    house.service = Service(house.store, plan, entries_for(house.mail.mode))
    house.learner("ada")
    house.know('"learner":"ada","is":"enrolled","object":"course:1"')
    for days in (7, 8, 8):  # the spell begins, the digest's morning, and once more
        house.clock.time = datetime(2025, 3, 1, 10, tzinfo=UTC) + timedelta(days=days)
        while house.service.sweep(house.clock.time):
            pass
        run(house.dispatch())
    (text,) = house.files()
    subject, plain, _ = parts_of(text)
    assert "The course: what there is for you" == subject
    assert "We miss you in The course." in plain
    rows = house.store.outbox.of_learner("ada")
    assert ["changes", "reminders"] == sorted(row.category for row in rows)


# --- within the LMS ----------------------------------------------------------------------


def said_to_the_lms(row: OutboxRow) -> dict[str, object]:
    """Give what a row's call says."""
    found: dict[str, object] = json.loads(row.data or b"")
    return found


def banner(number: int = 1, **more: object) -> Effect:
    """Make a banner to Ada that leads to the quiz."""
    made = structs.replace(effect(number), kind=Kind.BANNER, go_to="p/quiz")
    return structs.replace(made, **more)


def test_a_banner_is_posted_once_with_its_words(house: Institution) -> None:
    """In the learner's language; text and a fragment of HTML; where it leads; no address needed."""
    house.know('"learner":"ada","is":"profile","name":"Ada Berg","language":"es"')
    lms = LmsReceiver(Secret.read(SECRET))
    try:
        house.webhook = WebhookSettings(url=f"http://127.0.0.1:{lms.port}/", secret=SECRET)
        house.decide(banner())
        run(house.dispatch())
        run(house.dispatch())
        assert {"milepost.banner": 1} == dict(lms.done)
    finally:
        lms.close()
    (row,) = house.rows(Status.SENT)
    said = said_to_the_lms(row)["data"]
    assert isinstance(said, dict)
    assert {
        "subject": "Vuelve, Ada",
        "text": "Te echamos de menos en The course.\n",
        "html": "<p>Te echamos de menos en The course.</p>",
        "language": "es",
        "category": "reminders",
    } == {key: said[key] for key in ("subject", "text", "html", "language", "category")}
    assert "p/quiz" == said["activity"]["name"]


def test_an_lms_message_is_a_kind_of_its_own(house: Institution) -> None:
    """The type of the call says it."""
    house.learner("ada")
    house.webhook = WebhookSettings(url="http://127.0.0.1:9/", secret=SECRET)
    house.decide(structs.replace(banner(), kind=Kind.LMS_MESSAGE, go_to=""))
    run(house.dispatch())
    (row,) = house.rows(Status.QUEUED)
    assert "milepost.lms_message" == said_to_the_lms(row)["type"]


@pytest.mark.parametrize(
    ("more", "why"),
    [('"mail_off":"reminders"', "switched_off"), ('"is":"suspended","id":"s"', "suspended")],
)
def test_who_must_not_be_written_to_sees_no_banner(house: Institution, more: str, why: str) -> None:
    """Neither one that is made ready, nor one that was ready when it became so."""
    house.learner("ada")
    house.webhook = WebhookSettings(url="http://127.0.0.1:9/", secret=SECRET)
    house.decide(banner(1))
    run(house.dispatch())  # ready, and the LMS is away
    if "mail_off" in more:
        more = f'"is":"profile","id":"off",{more}'
    house.know(f'"learner":"ada",{more}')
    house.decide(banner(2))
    house.store.database.run(
        lambda connection: connection.exec_driver_sql("UPDATE outbox SET retry_at = NULL")
    )
    run(house.dispatch())
    assert [why, why] == [row.reason for row in house.rows(Status.SUPPRESSED)]


def test_mode_hold_holds_what_the_lms_would_show(house: Institution) -> None:
    """Releases go; messages wait for a person, also those that were decided in another mode."""
    house.learner("ada")
    house.decide(banner(1))
    house.mail = replace(house.mail, mode=Mode.HOLD)
    lms = LmsReceiver(Secret.read(SECRET))
    try:
        house.webhook = WebhookSettings(url=f"http://127.0.0.1:{lms.port}/", secret=SECRET)
        house.decide(banner(2), effect(3, Kind.RELEASE))
        run(house.dispatch())
        assert {"milepost.release": 1} == dict(lms.done)
    finally:
        lms.close()
    assert ["mode_hold"] * 2 == [row.reason for row in house.rows(Status.HELD)]


def test_the_daily_cap_counts_what_the_lms_shows(house: Institution) -> None:
    """One message a day, by whatever way."""
    house.mail = replace(house.mail, daily_cap=1)
    house.webhook = WebhookSettings(url="http://127.0.0.1:9/", secret=SECRET)
    house.learner("ada")
    house.learner("ben")
    house.decide(banner(1), banner(2), effect(3), banner(4, learner="ben"))
    run(house.dispatch())
    assert ["house_cap"] * 2 == [row.reason for row in house.rows(Status.SUPPRESSED)]


@pytest.mark.parametrize(
    ("kind", "key", "expected"),
    [
        (Kind.ENROL, "enrolment", {"name": "p/c", "lms": ["course:1"], "title": "The course"}),
        (Kind.UNENROL, "enrolment", {"name": "p/c", "lms": ["course:1"], "title": "The course"}),
        (Kind.COHORT, "cohort", "c"),
        (Kind.UNCOHORT, "cohort", "c"),
    ],
)
def test_cohorts_and_enrolments_are_calls(
    house: Institution, kind: Kind, key: str, expected: object
) -> None:
    """With the LMS's own names of the course."""
    house.webhook = WebhookSettings(url="http://127.0.0.1:9/", secret=SECRET)
    house.decide(structs.replace(effect(kind=kind), target="p/c"))
    run(house.dispatch())
    (row,) = house.rows(Status.QUEUED)
    said = said_to_the_lms(row)
    assert (f"milepost.{kind.value}", expected) == (said["type"], said["data"][key])  # type: ignore[index] # JSON
