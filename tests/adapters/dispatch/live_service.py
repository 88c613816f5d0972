"""`milepost serve` as a process of its own, by the example pack, and what an LMS says to it."""

import re
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

import httpx

from adapters.clock import machine_now
from tests.adapters.load.milepost import PACKS, PATIENCE, Milepost, environment

READY = re.compile(r"ready: (http://\S+)")


class LiveService:
    """A service on the database of a test's folder."""

    def __init__(
        self, milepost: Milepost, arguments: tuple[str, ...], environ: dict[str, str]
    ) -> None:
        """Start it."""
        self._log = milepost.folder / f"serve-{machine_now():%H%M%S%f}.log"
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                milepost.words(
                    *("serve", "--port", "0", "--database", milepost.database),
                    *("--packs", str(PACKS / "data-literacy"), *arguments),
                ),
                cwd=milepost.folder,
                env=environment() | environ,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.base = ""

    @property
    def said(self) -> str:
        """Give its log."""
        return self._log.read_text()

    def wait_until_ready(self) -> None:
        """Wait until it takes events."""
        self.until(lambda: READY.search(self.said) is not None)
        found = READY.search(self.said)
        assert found is not None
        self.base = found[1]

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so; fail with the log if it never is."""
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < end, self.said
            time.sleep(0.1)

    def fails_the_quiz(self, learner: str) -> None:
        """Say that somebody is enrolled and fails the sampling quiz, a moment ago."""
        time_of = [(machine_now() + timedelta(seconds=s)).isoformat() for s in (1, 2, 3)]
        events = [
            {
                "learner": learner, "is": "profile", "time": time_of[0],
                "name": learner.title(), "email": f"{learner}@learner.example",
            },
            {
                "learner": learner, "is": "enrolled", "object": "course:101", "time": time_of[1],
            },
            {
                "learner": learner, "is": "graded", "object": "quiz:4411", "course": "course:101",
                "time": time_of[2], "score": {"raw": 20, "min": 0, "max": 100},
            },
        ]  # fmt: skip
        answer = httpx.post(f"{self.base}/events", json=events, timeout=PATIENCE)
        assert (200, 3) == (answer.status_code, answer.json()["accepted"]), answer.text

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def stop(self) -> None:
        """Tell it to stop, and wait."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()


class StartService(Protocol):
    """Starts a service; gives it once it is ready."""

    def __call__(self, *arguments: str, environ: dict[str, str] | None = None) -> LiveService:
        """Start it with further options and settings."""
        ...
