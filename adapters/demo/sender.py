"""
The cohort's LMS: it posts what learners do, in the order of time, as the clock reaches it.

Activity goes as xAPI statements, people and enrolments in Milepost's own form, both over HTTP
like any platform's. What was not acknowledged is sent again.
"""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx

from adapters.inbound.cohort import COURSE
from adapters.inbound.cohort_statements import HOME_PAGE, Sent, statements

STEP = 0.04
"""Seconds between two looks at the clock."""
BATCH = 200
"""Things in one request."""
ATTEMPTS = 30
WAIT = 0.5

STAFF = (
    ("instructor-1", "Marta Ribera", "marta.ribera@uni.example", "instructor", "Europe/Madrid"),
    ("mentor-1", "Tom Ashdown", "tom.ashdown@uni.example", "mentor", "Europe/London"),
)
"""Who teaches the course: name in the LMS, name, address, role, zone."""

BROKEN = (
    b'{"learner":"https://lms.uni.example|learner-0000001","is":"graded","object":"quiz:4411"}',
    b'{"time":"2025-03-20T10:00:00+01:00","is":"completed","object":"lesson:77"}',
)
"""What no LMS should send and each does: no time, no learner. It is put aside with the reason."""

BEGINS = datetime(2025, 2, 24, tzinfo=UTC)


def everything(learners: int, seed: int) -> list[Sent]:
    """Give all that the LMS sends, in the order of time."""
    sent = [*_staff(), *statements(learners, seed)]
    sent.sort(key=lambda each: each.time)
    middle = len(sent) // 2
    broken = [Sent(sent[middle].time, is_statement=False, body=body) for body in BROKEN]
    return sent[:middle] + broken + sent[middle:]


def _staff() -> Iterator[Sent]:
    time = BEGINS.isoformat()
    for name, shown, email, role, zone in STAFF:
        person = {"learner": f"{HOME_PAGE}|{name}", "time": time}
        profile = {**person, "is": "profile", "name": shown, "email": email, "zone": zone}
        enrolment = {**person, "is": "enrolled", "object": COURSE, "role": role}
        for event in (profile, enrolment):
            yield Sent(BEGINS, is_statement=False, body=json.dumps(event).encode())


class Sender(threading.Thread):
    """
    Posts everything in step with a clock.

    Attributes:
        posted: How many things have been acknowledged.
        error: Why it gave up, "" if it did not.
    """

    def __init__(self, base: str, sent: list[Sent], now: Callable[[], datetime]) -> None:
        """Send to the service at `base`; call `start`."""
        super().__init__(name="cohort", daemon=True)
        self.posted = 0
        self.error = ""
        self._base = base
        self._sent = sent
        self._now = now
        self._ended = threading.Event()

    def stop(self) -> None:
        """Send no more."""
        self._ended.set()

    def run(self) -> None:
        """Send until everything is sent."""
        try:
            with httpx.Client(base_url=self._base, timeout=30, trust_env=False) as client:
                while self.posted < len(self._sent) and not self._ended.wait(STEP):
                    self._post(client, self._due())
        except (httpx.HTTPError, RuntimeError) as error:
            if not self._ended.is_set():
                self.error = str(error) or repr(error)

    def _due(self) -> list[Sent]:
        """Give what the clock has reached, at most a batch."""
        now = self._now()
        rest = self._sent[self.posted : self.posted + BATCH]
        return [each for each in rest if each.time <= now]

    def _post(self, client: httpx.Client, due: list[Sent]) -> None:
        """Post what is due: whom it is about first, then what they did."""
        own = [each.body for each in due if not each.is_statement]
        spoken = [each.body for each in due if each.is_statement]
        if own:
            self._until_taken(client, "/events", b"[" + b",".join(own) + b"]")
        if spoken:
            self._until_taken(client, "/xapi/statements", b"[" + b",".join(spoken) + b"]")
        self.posted += len(due)

    def _until_taken(self, client: httpx.Client, path: str, body: bytes) -> None:
        """
        Post a body until it is acknowledged.

        Raises:
            RuntimeError: It is refused, or the service does not come back.
        """
        headers = {"content-type": "application/json", "x-experience-api-version": "1.0.3"}
        said = ""
        for _ in range(ATTEMPTS):
            try:
                response = client.post(path, content=body, headers=headers)
            except httpx.TransportError as error:
                said = str(error)
            else:
                if response.is_success:
                    return
                said = f"{response.status_code} {response.text[:300]}"
                if response.is_client_error:
                    break
            if self._ended.wait(WAIT):
                return
        raise RuntimeError(f"the service did not take what the cohort sent to {path}: {said}")
