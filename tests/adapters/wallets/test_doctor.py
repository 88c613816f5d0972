"""The doctor says whether wallets are served, and find what they look for."""

import socket
from dataclasses import replace
from pathlib import Path

from adapters.doctor.finding import State
from adapters.doctor.wallets import look_at_wallets
from adapters.running.running import Running
from adapters.settings.tree import Settings
from tests.adapters.badges.case import URL, settings_for
from tests.adapters.wallets.conftest import served


def a_free_port() -> int:
    """Give a port on which nobody listens."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def at(settings: Settings, url: str, privacy_url: str = "https://uni.example/p") -> Settings:
    """Give settings with another public address."""
    return replace(settings, web=replace(settings.web, public_url=url, privacy_url=privacy_url))


def test_wallets_find_everything(tmp_path: Path) -> None:
    """At the public address, over a socket; and learners can read about privacy, or not yet."""
    port = a_free_port()
    url = f"http://127.0.0.1:{port}"
    settings = at(settings_for(tmp_path, f"sqlite:///{tmp_path / 'm.db'}", url), url)
    running = Running(settings)
    try:
        with served(running, port=port):
            (good,) = look_at_wallets(settings)
            assert (State.GOOD, True) == (good.state, f"{url}/ims/ob/v3p0/discovery" in good.says)
            _, privacy = look_at_wallets(at(settings, url, ""))
            assert (State.WARNING, "set [web] privacy_url") == (privacy.state, privacy.remedy)
            (other,) = look_at_wallets(at(settings, f"http://localhost:{port}"))
            assert (State.WRONG, True) == (other.state, "calls itself something else" in other.says)
        (away,) = look_at_wallets(settings)
        assert (State.WARNING, True) == (away.state, "can't find the service" in away.says)
    finally:
        running.close()


def test_where_none_is_served(tmp_path: Path) -> None:
    """Without https there is a reason; without an address there is nothing to look at."""
    settings = settings_for(tmp_path, f"sqlite:///{tmp_path / 'm.db'}", URL)
    (plain,) = look_at_wallets(at(settings, "http://badges.uni.example"))
    assert (State.WARNING, True) == (plain.state, "not https" in plain.says)
    assert [] == list(look_at_wallets(at(settings, "")))
