"""Mail on its way out: written once, to the right person, at a good time, or not at all."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, message_from_string

import pytest

from adapters.outgoing.composing import Composer
from adapters.outgoing.dispatch import Dispatch, is_dead, owner_name
from adapters.outgoing.outbox_preparation import OPENING
from engine.values import Hours
from notifications.mode import Mode
from notifications.outbox import Kind, Status
from rules.phrases.time import HOURS
from tests.adapters.dispatch.institution import NOON, Institution, effect, smtp_at
from tests.notifications.smtp_server import Script, running


def run(dispatch: Dispatch) -> None:
    """Run once, and close."""

    async def work() -> None:
        await dispatch.run_once()
        await dispatch.close()

    asyncio.run(work())


def quiet(written: str) -> Hours:
    """Read quiet hours."""
    found = HOURS(written)
    assert isinstance(found, Hours)
    return found


def test_an_effect_becomes_one_message(house: Institution) -> None:
    """A decided e-mail is written in the learner's words, and running again sends nothing more."""
    house.learner("ada")
    house.decide(effect())
    run(house.dispatch())
    run(house.dispatch())
    (message,) = map(message_from_string, house.files())
    assert "Ada Berg <ada@learner.example>" == message["To"]
    assert "house@uni.example" == message["From"]
    assert "Come back, Ada" == message["Subject"]
    assert [1] == [row.attempts for row in house.rows(Status.SENT)]


def test_a_learner_is_written_to_in_her_language(house: Institution) -> None:
    """The language of the profile chooses the file."""
    house.learner("ada", '"language":"es"')
    house.decide(effect())
    run(house.dispatch())
    assert "Vuelve, Ada" in house.files()[0]


def test_without_an_address_the_reason_is_kept(house: Institution) -> None:
    """Nobody to write to: suppressed, never a crash, and the others go."""
    house.know('"learner":"ada","is":"enrolled","object":"course:1"')
    house.learner("ben")
    house.decide(effect(1), effect(2, learner="nobody"), effect(3, learner="ben"))
    run(house.dispatch())
    assert ["no_address: of ada", "no_address: of nobody"] == [
        row.reason for row in house.rows(Status.SUPPRESSED)
    ]
    assert 1 == len(house.files())


def test_hold_keeps_everything_and_live_does_not_flood(house: Institution) -> None:
    """What was held stays held when the mode changes, until a person releases it."""
    house.mail = replace(house.mail, mode=Mode.HOLD)
    house.learner("ada")
    house.decide(effect())
    run(house.dispatch())
    house.mail = replace(house.mail, mode=Mode.FOLDER)
    run(house.dispatch())
    (held,) = house.rows(Status.HELD)
    assert ([], "mode_hold") == (house.files(), held.reason)
    assert 1 == house.store.outbox.requeue([held.id], now=NOON)
    run(house.dispatch())
    assert 1 == len(house.files())


def test_a_change_back_to_hold_stops_what_was_queued(house: Institution) -> None:
    """Rows decided in another mode are held, too."""
    house.learner("ada")
    house.decide(effect())
    house.mail = replace(house.mail, mode=Mode.HOLD)
    run(house.dispatch())
    assert (1, []) == (len(house.rows(Status.HELD)), house.files())


def test_the_house_quiet_hours_put_a_message_off(house: Institution) -> None:
    """It goes when they end, on the learner's own clock."""
    house.mail = replace(house.mail, quiet_hours=quiet("12:00 to 15:00"))
    house.learner("ada", '"zone":"Europe/Madrid"')  # noon in UTC is 13:00 there
    house.decide(effect())
    run(house.dispatch())
    assert [datetime(2025, 3, 3, 14, tzinfo=UTC)] == [
        row.not_before for row in house.rows(Status.QUEUED)
    ]
    house.clock.time = NOON + timedelta(hours=2)
    run(house.dispatch())
    (message,) = map(message_from_string, house.files())
    assert "Mon, 03 Mar 2025 14:00:00 +0000" == message["Date"]


def test_the_daily_cap_lets_so_many_through(house: Institution) -> None:
    """Of three reminders of one day two go; the next day is another day, awards go anyway."""
    house.mail = replace(house.mail, daily_cap=2)
    house.learner("ada")
    house.decide(effect(1), effect(2), effect(3))
    house.decide(effect(4, by="p/badge", credential="p/badge"))
    run(house.dispatch())
    assert (3, ["house_cap"]) == (
        len(house.files()),
        [row.reason for row in house.rows(Status.SUPPRESSED)],
    )
    house.clock.time = NOON + timedelta(days=1)
    house.decide(effect(5))
    run(house.dispatch())
    assert 4 == len(house.files())


def test_a_suspended_learner_gets_nothing(house: Institution) -> None:
    """Not even what was written before she was suspended."""
    house.learner("ada")
    house.mail = replace(house.mail, quiet_hours=quiet("12:00 to 13:00"))
    house.decide(effect(1))
    run(house.dispatch())  # written, and put off
    house.know('"learner":"ada","is":"suspended"')
    house.clock.time = NOON + timedelta(hours=2)
    house.decide(effect(2))
    run(house.dispatch())
    assert (["suspended"] * 2, []) == (
        [row.reason for row in house.rows(Status.SUPPRESSED)],
        house.files(),
    )


def test_a_category_can_be_switched_off(house: Institution) -> None:
    """`mail_off` in the profile names categories."""
    house.learner("ada", '"mail_off":"feedback, reminders"')
    house.decide(effect())
    run(house.dispatch())
    assert ["switched_off"] == [row.reason for row in house.rows(Status.SUPPRESSED)]


def test_a_role_means_everybody_who_has_it(house: Institution) -> None:
    """Each gets a message of her own; whoever gave the role back gets none."""
    house.learner("ada")
    for name in ("iris", "ivan", "igor"):
        house.learner(name)
        house.know(f'"learner":"{name}","is":"enrolled","object":"course:1","role":"instructor"')
    house.know(
        '"learner":"igor","is":"unenrolled","object":"course:1","role":"instructor","id":"later"'
    )
    house.decide(effect(to="instructor", cc=("dean@uni.example",)))
    run(house.dispatch())
    run(house.dispatch())
    to = sorted(message_from_string(text)["To"] for text in house.files())
    assert [
        "Iris Berg <iris@learner.example>",
        "Ivan Berg <ivan@learner.example>",
        "dean@uni.example",
    ] == to
    assert all("Come back, Ada" in text for text in house.files())


def test_nobody_in_a_role_is_said(house: Institution) -> None:
    """The reason names the role."""
    house.learner("ada")
    house.decide(effect(to="mentor"))
    run(house.dispatch())
    assert ["no_address: of mentor"] == [row.reason for row in house.rows(Status.SUPPRESSED)]


def test_a_message_that_is_gone_from_the_pack_fails(house: Institution) -> None:
    """It is listed, can be retried once the file is back, and stops no other."""
    house.learner("ada")
    house.decide(effect(1, target="p/messages/gone.md"), effect(2))
    run(house.dispatch())
    (failed,) = house.rows(Status.FAILED)
    assert failed.reason.startswith("no_message")
    assert (1, True) == (len(house.files()), (failed.data or b"").startswith(OPENING))


def test_a_retry_sends_the_same_bytes(house: Institution) -> None:
    """Whatever has changed since: a deferred message is frozen."""
    script = Script(rcpt=["451 later"])
    house.learner("ada")
    house.mail = replace(house.mail, mode=Mode.LIVE)

    async def work() -> None:
        async with running(script) as port:
            house.smtp = smtp_at(port)
            dispatch = house.dispatch()
            await dispatch.run_once()
            (queued,) = house.rows(Status.QUEUED)
            house.know('"learner":"ada","is":"profile","name":"Another Name","id":"renamed"')
            house.store.database.run(
                lambda connection: connection.exec_driver_sql("UPDATE outbox SET retry_at = NULL")
            )
            await dispatch.run_once()
            await dispatch.close()
            assert queued.data == script.messages[0][2]

    house.decide(effect())
    asyncio.run(work())
    assert 1 == len(house.rows(Status.SENT))


def test_a_server_that_dies_after_data_leaves_a_doubt(house: Institution) -> None:
    """Taken or not, nobody can tell: it is not sent again, and it is listed."""
    script = Script(data=["cut"])
    house.learner("ada")
    house.learner("ben")
    house.mail = replace(house.mail, mode=Mode.LIVE)
    house.decide(effect(1), effect(2, learner="ben"))

    async def work() -> None:
        async with running(script) as port:
            house.smtp = replace(smtp_at(port), connections=1)
            dispatch = house.dispatch()
            for _ in range(3):
                await dispatch.run_once()
            await dispatch.close()

    asyncio.run(work())
    (doubt,) = house.rows(Status.IN_DOUBT)
    assert 1 == [rcpt for _, rcpt, _ in script.messages].count(doubt.recipient)
    assert (1, 2) == (len(house.rows(Status.SENT)), len(script.messages))


def test_a_refused_address_gives_the_slot_back(house: Institution) -> None:
    """A permanent failure is told, so that it no longer counts in gap and cap."""
    script = Script(rcpt=["550 5.1.1 no such user"])
    told: list[tuple[str, str]] = []
    house.learner("ada")
    house.mail = replace(house.mail, mode=Mode.LIVE)
    house.decide(effect(1))

    async def work() -> None:
        async with running(script) as port:
            house.smtp = smtp_at(port)
            dispatch = house.dispatch(lambda learner, key: told.append((learner, key)))
            await dispatch.run_once()
            house.decide(effect(2))
            await dispatch.run_once()
            await dispatch.close()

    asyncio.run(work())
    assert [("ada", effect(1).key)] == told
    assert ["dead_address"] == [row.reason for row in house.rows(Status.SUPPRESSED)]


def test_a_dead_worker_of_this_machine_is_recovered_at_once(house: Institution) -> None:
    """What it had claimed goes; what it had on the wire is in doubt; no lease is waited for."""
    house.learner("ada")
    house.decide(effect(1), effect(2))
    gone = owner_name().split(":")
    gone[1] = "4194304"  # beyond the largest process id there is
    machine = datetime(2100, 1, 1, tzinfo=UTC)
    Composer(house.store, house.mail, lambda: house.rules, webhook=False).prepare(NOON)
    claimed = house.store.outbox.claim(
        kind=Kind.EMAIL,
        owner=":".join(gone),
        limit=2,
        now=NOON,
        machine=NOON,
        lease_until=machine,
    )
    house.store.outbox.mark_wire(claimed[0].id, owner=":".join(gone), lease_until=machine)
    run(house.dispatch())
    assert [claimed[0].id] == [row.id for row in house.rows(Status.IN_DOUBT)]
    assert [claimed[1].id] == [row.id for row in house.rows(Status.SENT)]


@pytest.mark.parametrize("owner", ["elsewhere:1:abc", owner_name(), "nonsense", "a:b:c"])
def test_a_worker_that_may_live_is_not_called_dead(owner: str) -> None:
    """Other machines' workers, our own, and names that are none of ours."""
    assert not is_dead(owner)


def test_two_services_send_each_message_once(house: Institution) -> None:
    """Side by side on one database, also where both write messages out; the cap holds."""
    house.mail = replace(house.mail, mode=Mode.LIVE, daily_cap=2)
    learners = [f"learner{number}" for number in range(12)]
    for name in learners:
        house.learner(name)
    script = Script()

    async def lives(port: int) -> None:
        house.smtp = smtp_at(port)
        dispatch = house.dispatch()
        for _ in range(6):
            await dispatch.run_once()
        await dispatch.close()

    async def work() -> None:
        async with running(script) as port:
            number = 0
            for _ in range(3):
                for name in learners:
                    number += 1
                    house.decide(effect(number, learner=name))
            await asyncio.gather(
                *(asyncio.to_thread(lambda: asyncio.run(lives(port))) for _ in range(2))
            )

    asyncio.run(work())
    to = Counter(recipient for _, recipient, _ in script.messages)
    assert {f"{name}@learner.example": 2 for name in learners} == dict(to)
    ids = [message_from_bytes(content)["Message-ID"] for _, _, content in script.messages]
    assert len(ids) == len(set(ids)) == len(house.rows(Status.SENT))
