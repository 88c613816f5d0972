"""
A mail server on this machine that writes each message into a folder instead of delivering it.

Real SMTP to the last dot, so what the demonstration shows is what a submission server would
get. Messages of one Message-ID are counted, since a learner should get each once.
"""

import asyncio
import re
import threading
from collections import Counter
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from adapters.demo.loop_thread import LoopThread

TAKEN = "250 taken"
_UNSAFE = re.compile(r"[^a-z0-9.-]+")


class MailCatcher:
    """Takes mail on a free port of loopback, until it is closed. A context manager."""

    def __init__(self, folder: Path) -> None:
        """Begin to listen; the folder is made, and messages of an earlier run are removed."""
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.eml"):
            old.unlink()
        self._folder = folder
        self._lock = threading.Lock()
        self._ids: Counter[str] = Counter()
        self._thread = LoopThread("mail-catcher")
        self.port = self._thread.run(self._listen())

    @property
    def taken(self) -> int:
        """Give how many messages were taken, copies included."""
        with self._lock:
            return self._ids.total()

    @property
    def copies(self) -> int:
        """Give how many were copies of one that had been taken."""
        with self._lock:
            return self._ids.total() - len(self._ids)

    def close(self) -> None:
        """Stop listening."""
        self._server.close()
        self._thread.close()

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Write a message, and only then say that it is taken."""
        content = envelope.original_content or b""
        message = message_from_bytes(content, policy=default)
        name = _UNSAFE.sub("-", envelope.rcpt_tos[0].partition("@")[0].lower()).strip("-.")
        with self._lock:
            self._ids[str(message["Message-ID"])] += 1
            number = self._ids.total()
        (self._folder / f"{number:04d}-{name}.eml").write_bytes(content)
        return TAKEN

    async def _listen(self) -> int:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, hostname="mail.demo", loop=loop), "127.0.0.1", 0
        )
        port: int = self._server.sockets[0].getsockname()[1]
        return port
