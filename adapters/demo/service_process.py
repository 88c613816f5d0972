"""
The service of the demonstration: `milepost serve` in a process of its own, as an operator runs it.

Its settings are a file of its own, so that neither config.toml nor the environment of whoever
tries Milepost out can make mail leave this machine.
"""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx

PATIENCE = 60.0
"""Seconds that the service has to be ready, and to end."""

TAIL = 20
"""Lines of the log that are shown where it does not start."""

FIRST_PORT = 8470
PORTS = 50


class NotStartedError(Exception):
    """The service did not become ready; the message ends with what it logged last."""


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where the demonstration keeps what it makes.

    Attributes:
        folder: All of it.
        packs: The rules.
    """

    folder: Path
    packs: Path

    @property
    def database(self) -> Path:
        """Give the database's file."""
        return self.folder / "demo.db"

    @property
    def mail(self) -> Path:
        """Give the folder of the messages."""
        return self.folder / "mail"

    @property
    def settings(self) -> Path:
        """Give the settings' file."""
        return self.folder / "demo.toml"

    @property
    def log(self) -> Path:
        """Give the service's log."""
        return self.folder / "demo.log"

    def clear(self) -> None:
        """Remove what an earlier demonstration left, but nothing else."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in ("demo.db", "demo.db-wal", "demo.db-shm", "demo.db.migrating", "demo.log"):
            (self.folder / name).unlink(missing_ok=True)


def free_port(wish: int) -> int:
    """
    Give the first free port of loopback from a wish on.

    Raises:
        NotStartedError: None of the next is free.
    """
    if not wish:
        wish = FIRST_PORT
    for port in range(wish, min(wish + PORTS, 65536)):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the service does
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise NotStartedError(f"no port from {wish} to {wish + PORTS - 1} is free on 127.0.0.1")


def write_settings(place: Place, smtp_port: int, webhook_port: int, secret: str) -> None:
    """Write the settings' file: mail and calls go to this machine only."""
    lines = (
        "# Written by `milepost demo`.",
        "[database]",
        f'url = "sqlite:///{place.database.absolute()}"',
        'synchronous = "normal"  # a term in half a minute; a power cut may cost its last commits',
        "[rules]",
        f'packs = "{place.packs.absolute()}"',
        "[mail]",
        'mode = "live"',
        'from = "milepost@uni.example"',
        'organisation = "Example University"',
        "[smtp]",
        'host = "127.0.0.1"',
        f"port = {smtp_port}",
        'tls = "none"',
        "[webhook]",
        f'url = "http://127.0.0.1:{webhook_port}/milepost"',
        f'secret = "{secret}"',
        "",
    )
    place.settings.write_text("\n".join(lines), encoding="utf-8")


class ServiceProcess:
    """A running `milepost serve`."""

    def __init__(self, place: Place, port: int, clock_from: datetime, speed: float) -> None:
        """Start it; see `wait`."""
        self.base = f"http://127.0.0.1:{port}"
        self._place = place
        front_door = Path(__file__).resolve().parents[2] / "milepost.py"
        if not front_door.is_file():  # in a wheel it lies one folder further up
            front_door = front_door.parents[1] / "milepost.py"
        arguments = (
            *(sys.executable, str(front_door), "serve"),
            *("--config", str(place.settings), "--port", str(port)),
            *("--clock-from", clock_from.isoformat(), "--clock-speed", f"{speed:.6g}"),
        )
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("MILEPOST_")
        }
        with place.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                arguments,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the demonstration, which ends it in order
            )

    def wait(self) -> None:
        """
        Wait until it takes events.

        Raises:
            NotStartedError: It does not.
        """
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            try:
                if httpx.get(f"{self.base}/readyz", timeout=5, trust_env=False).is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        self.stop()
        lines = self._place.log.read_text(encoding="utf-8", errors="replace").splitlines()
        raise NotStartedError("\n".join(("the service did not start:", *lines[-TAIL:])))

    @property
    def is_running(self) -> bool:
        """Say whether it still runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End it, and wait for its end."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
