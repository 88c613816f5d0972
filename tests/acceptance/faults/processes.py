"""
Real processes of one test, in its folder: services, loads, mail servers, each killable by its id.

Each is the leader of a session of its own, so that ending the test ends whatever it started, a
worker of a service that was killed too, and nothing else.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

from tests.adapters.serve.service_process import PATIENCE, REPOSITORY, Service

MAIL_SERVER = Path(__file__).parent / "mail_server.py"
VERB_PATIENCE = 120.0

Running = subprocess.Popen[str]


def wait_for(condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Wait until something is so; fail with `what` if it never is."""
    until = time.monotonic() + patience
    while not condition():
        if time.monotonic() > until:
            pytest.fail(what)
        time.sleep(0.02)


@dataclass
class MailServer:
    """A mail server in a process of its own, and the record it keeps before each answer."""

    process: Running
    port: int
    record: Path

    def accepted(self) -> list[str]:
        """Give the Message-ID of each message that it took, in order, copies included."""
        return self._lines(self.record)

    def unanswered(self) -> list[str]:
        """Give the Message-ID of each message that it got and never answered."""
        return self._lines(self.record.with_suffix(".unanswered"))

    @staticmethod
    def _lines(path: Path) -> list[str]:
        return path.read_text().splitlines() if path.exists() else []

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self.process.kill()
        self.process.wait(PATIENCE)


@dataclass
class Processes:
    """What one test has started."""

    folder: Path
    started: list[Running] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)

    def serve(
        self, *arguments: str | Path, environ: Mapping[str, str] | None = None, port: int = 0
    ) -> Service:
        """Start a service; wait for it with `ready`."""
        log = self.folder / f"serve-{len(self.services)}.log"
        service = Service(
            self.milepost("serve", "--port", str(port), *arguments, log=log, environ=environ), log
        )
        self.services.append(service)
        return service

    def milepost(
        self, *arguments: str | Path, log: Path, environ: Mapping[str, str] | None = None
    ) -> Running:
        """Start a verb whose output goes to a file."""
        with log.open("w") as out:
            return self.start(
                [sys.executable, str(REPOSITORY / "milepost.py"), *map(str, arguments)],
                stdout=out,
                environ=environ,
            )

    def verb(
        self, *arguments: str | Path, environ: Mapping[str, str] | None = None
    ) -> dict[str, object]:
        """Run a verb to its end; give the one document that it printed."""
        done = subprocess.run(
            [sys.executable, str(REPOSITORY / "milepost.py"), *map(str, arguments), "--json"],
            cwd=self.folder,
            env=self._environ(environ),
            capture_output=True,
            text=True,
            check=False,
            timeout=VERB_PATIENCE,
        )
        assert 0 == done.returncode, done.stdout + done.stderr
        found = json.loads(done.stdout)
        assert isinstance(found, dict)
        return found

    def mail_server(self, *arguments: str, port: int = 0, name: str = "mail") -> MailServer:
        """Start a mail server; started again by the same name and port it goes on recording."""
        record, listening = self.folder / f"{name}.accepted", self.folder / f"{name}.port"
        listening.unlink(missing_ok=True)
        with (self.folder / f"{name}.log").open("a") as out:
            process = self.start(
                [
                    sys.executable,
                    str(MAIL_SERVER),
                    *("--port", str(port), "--record", str(record), *arguments),
                    *("--listening", str(listening)),
                ],
                stdout=out,
            )
        wait_for(lambda: listening.exists() or process.poll() is not None, "no mail server came up")
        return MailServer(process, int(listening.read_text()), record)

    def start(
        self, command: list[str], *, stdout: IO[str], environ: Mapping[str, str] | None = None
    ) -> Running:
        """Start a process that ends with the test."""
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=self._environ(environ),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def _environ(self, more: Mapping[str, str] | None) -> dict[str, str]:
        """Give the environment, with a folder of the test's own for what is temporary."""
        temporary = self.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        return plain_environ() | {"TMPDIR": str(temporary)} | dict(more or {})

    def end(self) -> None:
        """Kill all that still runs, with what it started itself."""
        for service in self.services:
            for client in service.clients:
                client.close()
        for process in self.started:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(PATIENCE)


def kill_service(service: Service) -> None:
    """Kill a service's parent and worker at once, as `kill -9` of both."""
    with contextlib.suppress(FileNotFoundError, AssertionError):
        worker = service.worker()
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
    service.kill()


def plain_environ() -> dict[str, str]:
    """Give the environment without what would change settings."""
    return {name: text for name, text in os.environ.items() if not name.startswith("MILEPOST_")}
