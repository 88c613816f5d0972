"""Releases and other calls on their way to the LMS: signed, repeated until done, done once."""

import asyncio
import json

import pytest
from msgspec import structs

from adapters.demo.lms_receiver import BUSY_EVERY, FORGETFUL_EVERY, LmsReceiver
from adapters.lms.webhook_body import webhook_body
from adapters.outgoing.carriers import call_carrier
from adapters.settings.tree import Settings, WebhookSettings
from engine.outcome import Kind
from notifications.outbox import Status
from notifications.webhook_signature import Secret
from tests.adapters.dispatch.institution import SECRET, Institution, effect

OTHER = "whsec_" + "b3RoZXIgb3RoZXIgb3RoZXIgb3RoZXIgb3RoZXI="


def run_until_quiet(house: Institution) -> None:
    """Run until nothing waits; deferred calls are let go at once."""

    async def work() -> None:
        dispatch = house.dispatch()
        for _ in range(20):
            await dispatch.run_once()
            if not house.rows(Status.QUEUED):
                break
            house.store.database.run(
                lambda connection: connection.exec_driver_sql("UPDATE outbox SET retry_at = NULL")
            )
        await dispatch.close()

    asyncio.run(work())


def at(lms: LmsReceiver, secret: str = SECRET) -> WebhookSettings:
    """Give the settings of a receiver."""
    return WebhookSettings(url=f"http://127.0.0.1:{lms.port}/", secret=secret)


def test_a_release_says_all_that_an_lms_needs(house: Institution) -> None:
    """The LMS's own names beside ours, who, why, and a number that grows."""
    release = effect(kind=Kind.RELEASE, object="quiz:1")
    assert {
        "type": "milepost.release",
        "timestamp": "2025-03-03T12:00:00Z",
        "data": {
            "key": release.key,
            "sequence": 7,
            "learner": "ada",
            "rule": "p/nudge",
            "activity": {
                "name": "p/quiz",
                "lms": ["quiz:1", "https://lms.example/quiz/1"],
                "title": "quiz",
            },
            "course": {"name": "p/c", "lms": ["course:1"], "title": "The course"},
            "object": "quiz:1",
            "score": 0.333333,
        },
    } == json.loads(webhook_body(release, 7, house.rules.plan))


@pytest.mark.parametrize(
    ("kind", "key", "target"),
    [
        (Kind.GROUP, "group", "mentors"),
        (Kind.UNGROUP, "group", "x"),
        (Kind.WEBHOOK, "webhook", "y"),
    ],
)
def test_groups_and_webhooks_go_by_their_names(
    house: Institution, kind: Kind, key: str, target: str
) -> None:
    """The name is the one in the rule file, without the pack."""
    named = structs.replace(effect(kind=kind), target=f"p/{target}")
    body = json.loads(webhook_body(named, 1, house.rules.plan))
    assert (f"milepost.{kind.value}", target) == (body["type"], body["data"][key])


def test_an_activity_that_the_pack_has_lost_keeps_its_name(house: Institution) -> None:
    """The decision stands; what is known of it is sent."""
    lost = structs.replace(effect(kind=Kind.LOCK), target="p/gone", course="course:9")
    data = json.loads(webhook_body(lost, 1, house.rules.plan))["data"]
    assert ({"name": "p/gone", "lms": []}, {"name": "", "lms": ["course:9"]}) == (
        data["activity"],
        data["course"],
    )


def test_calls_come_again_until_they_are_done_and_are_done_once(house: Institution) -> None:
    """Also where the LMS did what it was told, and said that it did not."""
    lms = LmsReceiver(Secret.read(SECRET))
    try:
        house.webhook = at(lms)
        number = FORGETFUL_EVERY + BUSY_EVERY
        house.decide(*(effect(n, Kind.RELEASE) for n in range(number)))
        run_until_quiet(house)
        assert {"milepost.release": number} == dict(lms.done)
        assert (number, 0) == (len(house.rows(Status.SENT)), lms.refused)
        assert lms.busy > 1
        assert lms.repeated > 0
    finally:
        lms.close()


def test_without_an_address_calls_are_held_and_released(house: Institution) -> None:
    """Nothing is lost: they are listed with the reason, and go when a person says so."""
    house.decide(effect(1, Kind.RELEASE), effect(2, Kind.LOCK))
    run_until_quiet(house)
    held = house.rows(Status.HELD)
    assert ["no_webhook_url"] * 2 == [row.reason for row in held]
    lms = LmsReceiver(Secret.read(SECRET))
    try:
        house.webhook = at(lms)
        run_until_quiet(house)
        assert 0 == lms.done.total()
        house.store.outbox.requeue([row.id for row in held], now=house.clock.now())
        run_until_quiet(house)
        assert {"milepost.release": 1, "milepost.lock": 1} == dict(lms.done)
    finally:
        lms.close()


def test_a_wrong_secret_is_a_dead_letter(house: Institution) -> None:
    """The receiver's 401 ends the row; it is listed and can be retried."""
    lms = LmsReceiver(Secret.read(OTHER))
    try:
        house.webhook = at(lms)
        house.decide(effect(1, Kind.RELEASE))
        run_until_quiet(house)
        (failed,) = house.rows(Status.FAILED)
        assert (1, True) == (lms.refused, failed.reason.startswith("http_401"))
        house.webhook = at(lms, OTHER)
        house.store.outbox.requeue([failed.id], now=house.clock.now())
        run_until_quiet(house)
        assert 1 == lms.done.total()
    finally:
        lms.close()


def test_a_secret_that_is_none_is_refused() -> None:
    """In an operator's words, and without the secret in them."""
    settings = Settings(webhook=WebhookSettings(url="https://lms.example/", secret="hush"))
    with pytest.raises(ValueError, match="a webhook secret is whsec_") as refused:
        call_carrier(settings)
    assert "hush" not in str(refused.value)
