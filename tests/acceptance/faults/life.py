"""
Living through a course of OULAD on an accelerated clock, while processes are killed.

The service runs, `load` feeds it what happens as time passes, mail goes to a real server that
notes each message before it answers. What must be so at the end does not depend on when
the kills came, but for one thing that is true of any institution: who handed in on time, and
whose paper reached the service only after the due day had ended, may have been written to.
"""

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from adapters.clock import Anchor, ShiftedClock
from adapters.store import open_store
from engine.calendar import micros
from notifications.envelope import message_id
from notifications.outbox import Status
from tests.acceptance.faults.oulad_course import PACKS, Course, Pair
from tests.acceptance.faults.processes import (
    MailServer,
    Processes,
    Running,
    kill_service,
    wait_for,
)
from tests.adapters.serve.service_process import Service

CONNECTIONS = 4
DOMAIN = "uni.test"
MOVING = (Status.QUEUED.value, Status.CLAIMED.value, Status.WIRE.value)


@dataclass
class Life:
    """
    One run.

    Attributes:
        processes: Where its processes and files are.
        course: Whose learners.
        database: An empty database's URL.
        clock_from: Where its clock begins; what happened before arrives late.
        speed: Simulated seconds a second.
        services: How many run beside each other.
        seed: What is left to chance comes of it.
    """

    processes: Processes
    course: Course
    database: str
    clock_from: str
    speed: int
    services: int = 1
    seed: int = 1
    kills: int = 0
    running: list[Service] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)
    loading: Running | None = None

    def begin(self) -> None:
        """Start the mail server and the services; say who the learners are."""
        self.chance = random.Random(self.seed)
        folder = self.processes.folder
        self.events = self.course.write(folder / "oulad")
        self.mail = self.processes.mail_server("--delay", "0.03")
        self.running = [self._serve(0) for _ in range(self.services)]
        for service in self.running:
            service.ready()
            self.ports.append(int(service.address.rpartition(":")[2]))
        store = open_store(self.database)
        anchor = store.settings.anchor()
        store.close()
        assert anchor is not None
        self.clock = ShiftedClock(Anchor(anchor.start, anchor.speed, anchor.anchored))
        people = self.course.write_people(folder / "people.csv")
        said = self.processes.verb("load", people, *self._options(), environ=self._environ())
        assert len(self.course.learners) == said["accepted"], said
        self.load()

    def load(self) -> None:
        """Feed it what happens from now on, and what it has missed, unless that is under way."""
        if self.loading is None or self.loading.poll() is not None:
            log = self.processes.folder / f"load-{self.kills}.log"
            self.loading = self.processes.milepost(
                "load", self.events, *self._options(), log=log, environ=self._environ()
            )

    @property
    def is_over(self) -> bool:
        """Say whether the last thing has happened."""
        return self.clock.seconds_until(self.course.last) == 0

    def sleep_until(self, moment: datetime, *, and_more: float = 0.0) -> None:
        """Wait until the clock shows a moment, and so many seconds of ours."""
        time.sleep(self.clock.seconds_until(moment) + and_more)

    def kill(self, which: int = 0, *, load: bool) -> None:
        """Kill a service, and the load too if it says so; start again what was killed."""
        self.kills += 1
        if load and self.loading is not None:
            self.loading.kill()
            self.loading.wait()
        kill_service(self.running[which])
        self.running[which] = self._serve(self.ports[which])
        self.load()
        self.running[which].ready()

    def wait_for_mail(self, patience: float) -> None:
        """Wait until a message leaves, or so many seconds; then for a moment by chance."""
        before = len(self.mail.accepted())
        until = time.monotonic() + patience
        while len(self.mail.accepted()) == before and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(self.chance.uniform(0.0, 0.3))

    def end(self) -> "Ended":
        """Let it come to its end, load everything once more, stop, and look."""
        loading = self.loading
        assert loading is not None
        patience = self.clock.seconds_until(self.course.last) + 90
        wait_for(lambda: loading.poll() is not None, "the load does not end", patience)
        log = self.processes.folder / f"load-{self.kills}.log"
        assert 0 == loading.returncode, log.read_text()
        again = self.processes.verb("load", self.events, *self._options(), environ=self._environ())
        ended = Ended(self.database, self.course, self.mail, self.kills, self.processes)
        wait_for(lambda: ended.moving() == 0, "mail is left in the outbox", 60)
        for service in self.running:
            assert 0 == service.stop(), service.said()
            assert "Traceback" not in service.said(), service.said()
        assert (0, self.course.events, 0) == (
            again["accepted"],
            again["duplicates"],
            again["quarantined"],
        )
        return ended

    # --- parts -----------------------------------------------------------------------------

    def _serve(self, port: int) -> Service:
        return self.processes.serve(
            *self._options(), "--mail-mode", "live", environ=self._environ(), port=port
        )

    def _options(self) -> tuple[str | Path, ...]:
        return (
            *("--database", self.database, "--packs", PACKS / "oulad"),
            *("--clock-from", self.clock_from, "--clock-speed", str(self.speed)),
        )

    def _environ(self) -> dict[str, str]:
        return {
            "MILEPOST_SMTP__HOST": "127.0.0.1",
            "MILEPOST_SMTP__PORT": str(self.mail.port),
            "MILEPOST_SMTP__TLS": "none",
            "MILEPOST_SMTP__CONNECTIONS": str(CONNECTIONS),
            "MILEPOST_MAIL__FROM": f"milepost@{DOMAIN}",
            # Ten days pass in a second here: what a restart delays is not old.
            "MILEPOST_ENGINE__STALE_AFTER": "365 days",
        }


@dataclass
class Ended:
    """What a run has left behind, and whether it is right."""

    database: str
    course: Course
    mail: MailServer
    kills: int
    processes: Processes

    def rows(self, statement: str) -> list[tuple[str, ...]]:
        """Ask the database."""
        store = open_store(self.database)
        with store.database.read() as connection:
            found = [tuple(row) for row in connection.execute(text(statement))]
        store.close()
        return found

    def moving(self) -> int:
        """Count the messages that are neither sent nor given up."""
        return sum(status in MOVING for (status,) in self.rows("SELECT status FROM outbox"))

    def check(self) -> None:
        """Compare all of it with the oracle."""
        self.check_credentials()
        self.check_mail(self.check_rules(self._late()))

    def check_credentials(self) -> None:
        """The same credentials as without any kill, each once."""
        found = self.rows("SELECT learner, credential FROM awards")
        assert sorted(self.course.credentials()) == sorted(found)

    def check_rules(self, late: set[Pair]) -> dict[str, Pair]:
        """
        Each rule fired once for all whom it had to write to, and for nobody else.

        Args:
            late: Of whom something reached the service too late: they may have been written to.

        Returns:
            (learner, rule) by the key of the firing.
        """
        fired = self.rows("SELECT firing, learner, thing FROM decisions WHERE did = 'fired'")
        pairs = [(learner, rule) for _, learner, rule in fired]
        assert not [pair for pair, times in Counter(pairs).items() if times > 1]
        wanted = self.course.overdue()
        assert set() == wanted - set(pairs)
        assert set() == set(pairs) - wanted - late
        return {firing: (learner, rule) for firing, learner, rule in fired}

    def _late(self) -> set[Pair]:
        """Give of whom something that happened by a due time reached the service after it."""
        known_late = (
            "SELECT DISTINCT learner FROM events "
            "WHERE word <> 'profile' AND at <= {0} AND arrived > {0}"
        )
        return {
            (str(learner), rule)
            for rule, at in self.course.dues().items()
            for (learner,) in self.rows(known_late.format(micros(at)))
        }

    def check_mail(self, fired: dict[str, Pair]) -> None:
        """Each firing is one message, taken once by the server, or listed as in doubt."""
        rows = self.rows("SELECT key, status FROM outbox WHERE kind = 'email'")
        assert sorted(fired) == sorted(key.partition(".")[0] for key, _ in rows)
        name = {key: message_id(key, DOMAIN) for key, _ in rows}
        accepted = Counter(self.mail.accepted())
        assert {1} == set(accepted.values())
        sent = {name[key] for key, status in rows if status == Status.SENT}
        doubtful = {name[key] for key, status in rows if status == Status.IN_DOUBT}
        assert len(rows) == len(sent) + len(doubtful)
        assert set() == sent - set(accepted)
        assert set() == set(accepted) - sent - doubtful
        assert len(doubtful) <= self.kills * CONNECTIONS
        listed = self.processes.verb(
            *("outbox", "list", "--status", "in_doubt", "--limit", "10000"),
            *("--database", self.database),
        )["rows"]
        assert isinstance(listed, list)
        assert doubtful == {name[row["key"]] for row in listed}
