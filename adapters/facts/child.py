"""One running process of plug-ins: a line is sent, and a line comes back in time or not at all."""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from queue import Empty, SimpleQueue

PROGRAM = Path(__file__).with_name("answering.py")
OURS = Path(__file__).parents[2]
"""The folder whose `rules` and `engine` plug-ins must not see."""


class GoneError(Exception):
    """The process has ended."""


class LateError(Exception):
    """No answer came in time."""


class Child:
    """A process that answers one question at a time. It begins when made; call `end`."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """Begin it, with these folders first on its path."""
        told = json.dumps([[str(folder.resolve()) for folder in folders], str(OURS)])
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-I", str(PROGRAM), told],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._asked: SimpleQueue[bytes] = SimpleQueue()
        self._told: SimpleQueue[bytes] = SimpleQueue()
        # Writing may block as well, where a plug-in hangs: neither is done by whoever waits.
        self._thread = threading.Thread(target=self._talk, name="facts", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        """Give the number of the process."""
        return self._process.pid

    def ask(self, line: bytes, timeout: float) -> bytes:
        """
        Send a line and give the one that comes back.

        Raises:
            GoneError: The process has ended.
            LateError: Nothing came in `timeout` seconds; the process is of no more use.
        """
        self._asked.put(line)
        return self.hear(timeout)

    def hear(self, timeout: float) -> bytes:
        """Give the next line; the first comes unasked, once the plug-ins are loaded."""
        try:
            line = self._told.get(timeout=timeout)
        except Empty:
            raise LateError from None
        if not line:
            raise GoneError
        return line

    def _talk(self) -> None:
        stdin, stdout = self._process.stdin, self._process.stdout
        line = stdout.readline() if stdout else b""
        self._told.put(line)
        while line and stdin and stdout:
            question = self._asked.get()
            if not question:
                return
            try:
                stdin.write(question + b"\n")
                stdin.flush()
                line = stdout.readline()
            except OSError:
                line = b""
            self._told.put(line)

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._asked.put(b"")
        self._thread.join(timeout=5)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
