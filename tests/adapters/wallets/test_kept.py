"""Grants and tokens on both databases: exchanged once, ended as a whole, cleared away."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx

from adapters.clock import machine_now
from adapters.running.housekeeping import keep_house
from adapters.settings.tree import RetentionSettings
from adapters.store.store import Store
from adapters.store.wallets import ACCESS, KEPT_UNUSED, REFRESH, AppRow, GrantRow, TokenRow
from adapters.wallets.secret import digest
from engine.calendar import instant, micros
from tests.adapters.badges.case import ADA, BOB
from tests.adapters.wallets.conftest import BACK, Browser, Proxied, opened, registered, served

NOW = micros(machine_now())
HOUR = micros(machine_now() + timedelta(hours=1)) - NOW
GRANT = GrantRow("g", "app", ADA, "a b", NOW, "code", BACK, "challenge", NOW + HOUR)


def test_two_at_one_instant_get_one_answer(tmp_path: Path, database_url: str) -> None:
    """A code, and a refresh token, exchanged by many at once: one gets tokens, and loses them."""
    with (
        opened(tmp_path, database_url) as house,
        served(house.running) as address,
        httpx.Client(transport=Proxied(address), timeout=30) as client,
    ):
        browser = Browser(client)
        browser.enter(house, ADA)
        wallet = registered(browser)
        refresh = wallet.connects()["refresh_token"]
        code = {"code": wallet.asks()["code"], "code_verifier": wallet.verifier}
        for form in (
            {"grant_type": "refresh_token", "refresh_token": refresh},
            {"grant_type": "authorization_code", "redirect_uri": BACK, **code},
        ):
            with ThreadPoolExecutor(8) as pool:
                asked = [pool.submit(wallet.posts, "tokenUrl", **form) for _ in range(8)]
                answers = [each.result() for each in asked]
            assert [200, *[400] * 7] == sorted(answer.status_code for answer in answers)
            won = next(answer for answer in answers if answer.status_code == 200)
            token = won.json()["access_token"]
            assert 401 == wallet.calls("GET", "credentials", token).status_code


def test_a_code_is_taken_once(store: Store) -> None:
    """Also by many at once; and not at all once the grant has ended."""
    store.wallets.add_grant(GRANT)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: store.wallets.take_code("g", NOW), range(8)))
    assert 1 == sum(taken)
    store.wallets.add_grant(replace(GRANT, id="h", code="other"))
    store.wallets.end("h", NOW, "because")
    assert not store.wallets.take_code("h", NOW)


def test_a_refresh_token_is_taken_once(store: Store) -> None:
    """By many at once, too."""
    store.wallets.add_grant(GRANT)
    store.wallets.add_tokens((TokenRow("r", "g", REFRESH, "a", NOW + HOUR),))
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: store.wallets.take_token("r", NOW), range(8)))
    assert 1 == sum(taken)


def test_who_has_access_is_known(store: Store) -> None:
    """By a token that is good or a code that waits; not by what is over, taken, or ended."""
    wallets = store.wallets
    for name, token in (
        ("good", TokenRow("1", "good", ACCESS, "a", NOW + HOUR)),
        ("old", TokenRow("2", "old", ACCESS, "a", NOW - 1)),
        ("used", TokenRow("3", "used", REFRESH, "a", NOW + HOUR, NOW)),
        ("ended", TokenRow("4", "ended", ACCESS, "a", NOW + HOUR)),
    ):
        wallets.add_grant(replace(GRANT, id=name, code=name, taken=NOW))
        wallets.add_tokens((token,))
    wallets.add_grant(replace(GRANT, id="waits", code="waits"))
    wallets.add_grant(replace(GRANT, id="late", code="late", code_until=NOW - 1))
    wallets.add_grant(replace(GRANT, id="bob", code="bob", learner=BOB))
    wallets.end("ended", NOW, "because")
    assert ["good", "waits"] == [grant.id for grant in wallets.live(ADA, NOW)]
    assert 5 == wallets.end_all(ADA, "app", NOW, "taken away")
    assert () == wallets.live(ADA, NOW)
    assert ["bob"] == [grant.id for grant in wallets.live(BOB, NOW)]


def test_the_broom_takes_what_is_over(store: Store) -> None:
    """Tokens at once; grants after a month, so that a code that comes back is still known."""
    wallets = store.wallets
    wallets.add_app(AppRow("app", digest("x"), b"{}", NOW), 10)
    wallets.add_grant(GRANT)
    wallets.add_tokens(
        (
            TokenRow("over", "g", ACCESS, "a", NOW - 1),
            TokenRow("good", "g", REFRESH, "a", NOW + 2 * KEPT_UNUSED),
        )
    )
    wallets.add_grant(replace(GRANT, id="ended", code="ended", ended=NOW))
    wallets.clear(NOW)
    assert (None, True) == (wallets.token("over"), wallets.token("good") is not None)
    assert wallets.grant("ended") is not None
    wallets.clear(NOW + KEPT_UNUSED + HOUR + 1)
    assert (None, True) == (wallets.grant("ended"), wallets.grant("g") is not None)
    wallets.clear(NOW + 3 * KEPT_UNUSED)
    assert (None, None) == (wallets.token("good"), wallets.grant("g"))
    assert wallets.app("app") is not None


def test_the_house_is_kept_of_tokens_too(store: Store) -> None:
    """The daily broom takes what is over by the machine's clock, whatever the service's says."""
    store.wallets.add_grant(GRANT)
    over, good = (TokenRow(name, "g", ACCESS, "a", NOW + at) for name, at in (("o", -1), ("g", 1)))
    store.wallets.add_tokens((over, good))
    machine = instant(NOW)
    simulated = machine.replace(year=machine.year - 3)
    keep_house(store.database, RetentionSettings(None, None), now=simulated, machine=machine)
    assert (None, True) == (store.wallets.token("o"), store.wallets.token("g") is not None)
