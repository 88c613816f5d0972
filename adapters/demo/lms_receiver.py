"""
What stands for the LMS: it takes releases and locks, and misbehaves now and then, as one does.

It believes a call only with its signature. Now and then it says 503, or takes a call and says
503 all the same, so the call comes again under the same id; whoever remembers ids, as it does,
does each thing once.
"""

import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from adapters.clock import machine_now
from notifications.webhook_signature import Secret, verify

BUSY_EVERY = 23
"""Every so many calls it is busy, and takes nothing."""
FORGETFUL_EVERY = 31
"""Every so many calls it does what it is told, and answers 503."""

LARGEST = 1_000_000


class _Call(msgspec.Struct):
    type: str


class LmsReceiver:
    """Takes signed calls on a free port of loopback, until it is closed."""

    def __init__(self, secret: Secret) -> None:
        """Begin to listen."""
        self.done: Counter[str] = Counter()
        """Calls that were done, each id once, by their type."""
        self.repeated = 0
        """Calls that came again after they had been done."""
        self.busy = 0
        """Calls that were answered 503."""
        self.refused = 0
        """Calls that could not be believed."""
        self._secret = secret
        self._calls = 0
        self._ids: set[str] = set()
        self._lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                body = self.rfile.read(min(length, LARGEST))
                status = receiver.take(dict(self.headers.items()), body)
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="lms-receiver", daemon=True
        )
        self._thread.start()

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """Take one call, and give the HTTP status to answer with."""
        with self._lock:
            self._calls += 1
            if verify((self._secret,), headers, body, machine_now()):
                self.refused += 1
                return 401
            if self._calls % BUSY_EVERY == 0:
                self.busy += 1
                return 503
            name = next(value for key, value in headers.items() if key.lower() == "webhook-id")
            if name in self._ids:
                self.repeated += 1
                return 204
            self._ids.add(name)
            self.done[msgspec.json.decode(body, type=_Call).type] += 1
            if self._calls % FORGETFUL_EVERY == 0:
                self.busy += 1
                return 503
            return 204

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
