"""
A mail server to be run as a process and killed: it notes each message on disk before it answers.

What stands in its record was accepted, whatever became of the answer: the record is what a
recipient's mailbox would hold. With `--silent-after N` it takes N messages properly, and
answers no more after that: every other of those it records as accepted all the same, as
a server does that dies between taking a message and saying so.
"""

import argparse
import asyncio
import os
import random
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Recorder:
    """Takes messages."""

    def __init__(self, record: Path, delay: float, silent_after: int | None) -> None:
        """Record into a file; answer after about `delay` seconds."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._accepted = os.open(record, flags, 0o600)
        self._unanswered = os.open(record.with_suffix(".unanswered"), flags, 0o600)
        self._delay = delay
        self._silent_after = silent_after
        self._number = 0
        self._random = random.Random(0)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Note a message, wait, answer."""
        content = envelope.original_content or b""
        line = f"{message_from_bytes(content, policy=default)['Message-ID']}\n".encode()
        self._number += 1
        silent = self._silent_after is not None and self._number > self._silent_after
        if not silent or self._number % 2:
            os.write(self._accepted, line)
        if silent:
            os.write(self._unanswered, line)
            await asyncio.Event().wait()
        await asyncio.sleep(self._delay * self._random.uniform(0.5, 1.5))
        return "250 taken"


async def listen(recorder: Recorder, port: int, listening: Path) -> None:
    """Listen on loopback until killed; say on which port when ready."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(recorder, hostname="mail.test", loop=loop), "127.0.0.1", port
    )
    ready = listening.with_suffix(".new")
    ready.write_text(str(server.sockets[0].getsockname()[1]))
    ready.rename(listening)
    async with server:
        await server.serve_forever()


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--record", type=Path, required=True)
    parser.add_argument("--listening", type=Path, required=True)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--silent-after", type=int)
    given = parser.parse_args()
    recorder = Recorder(given.record, given.delay, given.silent_after)
    asyncio.run(listen(recorder, given.port, given.listening))


if __name__ == "__main__":
    main()
