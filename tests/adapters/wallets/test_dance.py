"""The whole dance of OAuth over a real socket, with oauthlib's client as the wallet."""

from tests.adapters.badges.case import EMAIL
from tests.adapters.wallets.conftest import ALL, Wallet


def test_a_wallet_reads_what_its_learner_holds(wallet: Wallet) -> None:
    """Discovery, registration, consent, code, tokens, credentials: each as it should be."""
    back = wallet.asks()
    assert ("s1", set(ALL)) == (back["state"], set(back["scope"].split()))
    tokens = wallet.exchanges(back["code"])
    assert ["Bearer", "3600"] == [tokens["token_type"], str(tokens["expires_in"])]
    assert set(ALL) == set(tokens["scope"])
    found = wallet.calls("GET", "credentials", tokens["access_token"])
    assert 200 == found.status_code, found.text
    names = {
        each["credentialSubject"]["achievement"]["name"] for each in found.json()["credential"]
    }
    assert {"Sampler", "Cleaner", "Analyst"} == names
    assert ("3", []) == (found.headers["x-total-count"], found.json()["compactJwsString"])
    profile = wallet.calls("GET", "profile", tokens["access_token"]).json()
    assert ("Ada", EMAIL, ["Profile"]) == (profile["name"], profile["email"], profile["type"])
