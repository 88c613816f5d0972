"""The doctor's findings, each in front of a real database, folder or server."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.clock import machine_now
from adapters.doctor.database import look_at_database
from adapters.doctor.finding import Finding, State
from adapters.doctor.network import look_at_network
from adapters.doctor.packs import look_at_packs
from adapters.doctor.time import look_at_time
from adapters.running.running import open_settings_store
from adapters.settings.source import load_settings
from adapters.settings.tree import Settings
from tests.adapters.serve.service_process import PASSED, write_pack


def settings(environ: dict[str, str], flags: dict[str, str] | None = None) -> Settings:
    """Give settings without a mistake."""
    found, problems = load_settings(None, environ, flags or {})
    assert () == problems
    return found


def wrong(findings: Iterator[Finding]) -> list[str]:
    """Give what is said of what is wrong; each has a remedy."""
    found = [finding for finding in findings if finding.state is State.WRONG]
    assert all(finding.remedy for finding in found)
    return [finding.says for finding in found]


@contextmanager
def answering(*replies: bytes) -> Iterator[int]:
    """Run a server that greets, and gives one reply to each line that it gets; give its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            line, _ = listening.accept()
            with line:
                for reply in replies:
                    line.sendall(reply)
                    if not line.recv(1000):
                        return

        thread = threading.Thread(target=answer)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(10)


def test_a_clock_that_is_wrong() -> None:
    """A machine that believes in 1970 is told to have its clock set; today is well."""
    assert wrong(look_at_time(Settings(), datetime(1970, 1, 2, tzinfo=UTC)))
    assert [] == wrong(look_at_time(Settings(), machine_now()))


def test_a_simulated_clock_is_a_warning() -> None:
    """Where the clock is simulated somebody should know."""
    simulated = settings({}, {"--clock-from": "2025-03-03T08:00:00Z"})
    states = [finding.state for finding in look_at_time(simulated, machine_now())]
    assert State.WARNING in states


def test_a_database_that_is_well(tmp_path: Path) -> None:
    """A migrated file is well, one that is not there yet too, and neither is made or changed."""
    found = settings({}, {"--database": f"sqlite:///{tmp_path}/m.db"})
    assert [] == wrong(look_at_database(found))
    assert [] == list(tmp_path.iterdir())
    store = open_settings_store(found)
    store.migrate()
    store.close()
    states = {finding.state for finding in look_at_database(found)}
    assert {State.GOOD} == states


def test_a_database_that_is_none(tmp_path: Path) -> None:
    """A file that is no database, and a server that is not there, are wrong."""
    (tmp_path / "m.db").write_bytes(b"no database at all" * 1000)
    assert wrong(look_at_database(settings({}, {"--database": f"sqlite:///{tmp_path}/m.db"})))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"postgresql+psycopg://u:secret@127.0.0.1:{port}/m?connect_timeout=2"
    found = wrong(look_at_database(settings({}, {"--database": url})))
    assert 1 == len(found)
    assert "secret" not in found[0]


def test_postgresql(postgresql_url: str) -> None:
    """A migrated PostgreSQL is well; its disk can't be seen from here, and that is said."""
    findings = list(look_at_database(settings({}, {"--database": postgresql_url})))
    assert [] == [finding for finding in findings if finding.state is State.WRONG]
    assert [State.NOT_CHECKED] == [f.state for f in findings if f.part == "disk"]


def live(port: int, tls: str) -> Settings:
    """Give settings for mail that leaves by a server on this machine."""
    return settings(
        {
            "MILEPOST_SMTP__HOST": "127.0.0.1",
            "MILEPOST_SMTP__PORT": str(port),
            "MILEPOST_SMTP__TLS": tls,
            "MILEPOST_MAIL__MODE": "live",
        }
    )


def test_a_mail_server_without_encryption() -> None:
    """A server that offers no STARTTLS is wrong where it is asked for, and good where not."""
    greeting, hello = b"220 mail.test ESMTP\r\n", b"250 mail.test\r\n"
    with answering(greeting, hello, b"221 bye\r\n") as port:
        found = wrong(look_at_network(live(port, "starttls"), machine_now()))
    assert ["127.0.0.1 port"] == [says[:14] for says in found]
    assert "offers no STARTTLS" in found[0]
    with answering(greeting, hello, b"221 bye\r\n") as port:
        assert [] == wrong(look_at_network(live(port, "none"), machine_now()))


def test_a_mail_server_that_does_not_speak_tls() -> None:
    """A server that answers a TLS greeting in plain text does not prove who it is."""
    with answering(b"220 mail.test ESMTP\r\n") as port:
        found = wrong(look_at_network(live(port, "implicit"), machine_now()))
    assert 1 == len(found)
    assert "does not prove who it is" in found[0]


def test_a_mail_server_that_talks_nonsense() -> None:
    """A port where something else listens is wrong, and the doctor goes on."""
    with answering(b"SSH-2.0-OpenSSH\r\n") as port:
        assert wrong(look_at_network(live(port, "starttls"), machine_now()))


def test_packs(tmp_path: Path) -> None:
    """Right packs are counted, wrong ones named with their first mistake, none is a warning."""
    packs = write_pack(tmp_path)
    found = settings({}, {"--packs": str(packs)})
    assert [] == wrong(look_at_packs(found))
    write_pack(tmp_path, PASSED.replace("score:", "scroe:"))
    assert "rules.yaml:7" in wrong(look_at_packs(found))[0]
    none = settings({}, {"--packs": str(tmp_path / "none")})
    assert [State.WARNING] == [finding.state for finding in look_at_packs(none)]


@pytest.mark.parametrize("days", [1, 400])
def test_the_clock_may_be_in_the_years_to_come(days: int) -> None:
    """A machine in a later year is not wrong for that."""
    assert [] == wrong(look_at_time(Settings(), machine_now() + timedelta(days=days)))
