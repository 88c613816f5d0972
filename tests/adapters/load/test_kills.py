"""A term that is lived through while service and load are killed again and again."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from adapters.demo.mail_catcher import MailCatcher
from adapters.store import Store, open_store
from notifications.outbox import Kind, Status
from tests.adapters.dispatch.live_service import LiveService
from tests.adapters.load.milepost import PACKS, PATIENCE, Milepost, environment

CLOCK = ("--clock-from", "2025-02-20T00:00:00+00:00", "--clock-speed", "1000000")
LEARNERS = 25
KILLS = 3


class Lived:
    """A service and a load on one database, either of which may be killed and begun again."""

    def __init__(self, milepost: Milepost, events: Path, mail: MailCatcher) -> None:
        """Start both."""
        self._milepost = milepost
        self._events = events
        self._mail = mail
        self._environ = {
            "MILEPOST_SMTP__HOST": "127.0.0.1",
            "MILEPOST_SMTP__PORT": str(mail.port),
            "MILEPOST_SMTP__TLS": "none",
        }
        self.serve()
        self.load()

    def serve(self) -> None:
        """Start the service, and wait until it is ready."""
        self.service = LiveService(self._milepost, ("--mail-mode", "live", *CLOCK), self._environ)
        self.service.wait_until_ready()

    def load(self) -> None:
        """Start the load."""
        words = self._milepost.words(
            *("load", self._events, "--database", self._milepost.database, *CLOCK)
        )
        self.loading = subprocess.Popen(
            words,
            cwd=self._milepost.folder,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def wait_for(self, messages: int) -> None:
        """Wait until so many messages were taken, or everything is loaded."""
        self.service.until(lambda: self._mail.taken >= messages or self.loading.poll() is not None)

    def close(self) -> None:
        """End both."""
        self.loading.kill()
        self.loading.wait(PATIENCE)
        self.service.stop()


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[MailCatcher]:
    """Catch mail in the test's folder."""
    catcher = MailCatcher(tmp_path / "mail")
    yield catcher
    catcher.close()


def awards(store: Store) -> set[tuple[str, str]]:
    """Say who holds what."""
    return {(a.learner, a.credential) for n in store.learners() for a in store.history.awards_of(n)}


def left(store: Store) -> int:
    """Count messages that are still on their way."""
    counts = store.outbox.counts()
    on_its_way = (Status.QUEUED, Status.CLAIMED, Status.WIRE)
    return sum(counts.get((Kind.EMAIL, status), 0) for status in on_its_way)


def test_kills_double_nothing_and_lose_nothing(
    milepost: Milepost, tmp_path: Path, mail: MailCatcher
) -> None:
    """The credentials are those of a quiet run, and each message was taken once."""
    events = tmp_path / "cohort.jsonl"
    made = milepost("cohort", "--learners", str(LEARNERS), "--seed", "9", "--out", events)
    assert 0 == made.code
    chance = Random(4)
    lived = Lived(milepost, events, mail)
    store = open_store(milepost.database)
    try:
        for kill in range(KILLS):
            lived.wait_for(mail.taken + chance.randrange(5, 30))
            lived.service.kill()
            if kill % 2:
                lived.loading.kill()
                lived.loading.wait(PATIENCE)
                lived.load()
            lived.serve()
        assert 0 == lived.loading.wait(PATIENCE)
        lived.service.until(lambda: not left(store))
        counts = store.outbox.counts()
        sent = counts[Kind.EMAIL, Status.SENT]
        doubted = counts.get((Kind.EMAIL, Status.IN_DOUBT), 0)
        assert 0 == mail.copies
        assert sent <= mail.taken <= sent + doubted
        ended = {Status.SENT, Status.IN_DOUBT, Status.SUPPRESSED}  # nobody is an instructor
        assert ended >= {status for kind, status in counts if kind is Kind.EMAIL}
        quiet = Milepost(tmp_path / "quiet")
        quiet.folder.mkdir()
        packs = PACKS / "data-literacy"
        again = quiet("load", events, "--database", quiet.database, "--packs", packs)
        assert 0 == again.code, again.err
        other = open_store(quiet.database)
        assert awards(other) == awards(store)
        other.close()
    finally:
        store.close()
        lived.close()
