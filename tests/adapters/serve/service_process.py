"""A service in a process of its own, on a free port of this machine, as tests hold it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import httpx
import pytest

REPOSITORY = Path(__file__).parents[3]
READY = re.compile(r"ready: (http://\S+)")
PATIENCE = 30.0

PACK = """\
pack: p
language: 1
version: "1"
title: A pack
owner: me@uni.example
zone: UTC
activities:
  quiz: {lms: "quiz:1", kind: quiz, pass: 60%}
"""

PASSED = """\
credentials:
  badge:
    title: Badge
    describes: Has passed the quiz.
    requires:
      - quiz: quiz
        score: at least 60%
"""


def write_pack(folder: Path, rules: str = PASSED) -> Path:
    """Write a pack with one quiz and some rules; give the folder of packs."""
    pack = folder / "packs" / "p"
    pack.mkdir(parents=True, exist_ok=True)
    (pack / "pack.yaml").write_text(PACK)
    (pack / "rules.yaml").write_text(rules)
    return folder / "packs"


@dataclass
class Service:
    """A service that was started: its process, and what it has said."""

    process: "subprocess.Popen[str]"
    log: Path
    address: str = ""
    clients: list[httpx.Client] = field(default_factory=list)

    def said(self) -> str:
        """Give all that it has said so far."""
        return self.log.read_text()

    def wait_for(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until something is so; fail with what the service said if it never is."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if condition():
                return
            time.sleep(0.05)
        pytest.fail(f"{what}; the service said:\n{self.said()}")

    def ready(self, times: int = 1) -> "Service":
        """Wait until it has said so many times that it is ready."""
        self.wait_for(
            lambda: len(READY.findall(self.said())) >= times or self.process.poll() is not None,
            "it is not ready",
        )
        found = READY.findall(self.said())
        assert len(found) >= times, self.said()
        self.address = found[-1]
        return self

    def client(self) -> httpx.Client:
        """Give a client of it."""
        found = httpx.Client(base_url=self.address, timeout=30)
        self.clients.append(found)
        return found

    def worker(self) -> int:
        """Give the process id of its worker."""
        parent = self.process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        assert 1 == len(children)
        return int(children[0])

    def stop(self) -> int:
        """Tell it to stop; give its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self.process.kill()
        self.process.wait(PATIENCE)


def alive(process: int) -> bool:
    """Say whether a process runs; one that waits to be buried does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


class Start(Protocol):
    """Starts a service with options of `serve`."""

    def __call__(
        self, *arguments: str, environ: dict[str, str] | None = None, port: str = "0"
    ) -> Service:
        """Start one; see Service.ready."""
        ...


@contextmanager
def services(folder: Path) -> Iterator[Start]:
    """Start services in a folder; all are gone at the end."""
    started: list[Service] = []

    def begin(*arguments: str, environ: dict[str, str] | None = None, port: str = "0") -> Service:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("MILEPOST_")}
        log = folder / f"serve-{len(started)}.log"
        with log.open("w") as out:
            process = subprocess.Popen(
                [
                    sys.executable,
                    str(REPOSITORY / "milepost.py"),
                    "serve",
                    "--port",
                    port,
                    *arguments,
                ],
                cwd=folder,
                env=kept | (environ or {}),
                stdout=out,
                stderr=subprocess.STDOUT,
                text=True,
            )
        service = Service(process, log)
        started.append(service)
        return service

    try:
        yield begin
    finally:
        for service in started:
            for client in service.clients:
                client.close()
            if service.process.poll() is None:
                service.process.terminate()
                try:
                    service.process.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    service.kill()
