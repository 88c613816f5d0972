"""A conversation with a language server over its standard input and output, as editors have it."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

Json = Mapping[str, "Json"] | Sequence["Json"] | str | int | bool | None


class LanguageServer:
    """A running server; the protocol's messages, each with its length before it."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        """Start the server for a folder, and wait until it is ready."""
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._asked = 0
        self.ask(
            "initialize",
            {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}},
        )
        self.tell("initialized", {})

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the server."""
        self._process.kill()
        self._process.communicate()

    def open(self, path: Path) -> None:
        """Open a file as an editor does."""
        document: Json = {
            "uri": path.as_uri(),
            "languageId": "yaml",
            "version": 1,
            "text": path.read_text(encoding="utf-8"),
        }
        self.tell("textDocument/didOpen", {"textDocument": document})

    def at(self, method: str, path: Path, line: int, character: int) -> Json:
        """Ask something of a place of a file, counted from 0."""
        place = {"line": line, "character": character}
        return self.ask(method, {"textDocument": {"uri": path.as_uri()}, "position": place})

    def tell(self, method: str, params: Json) -> None:
        """Send what wants no answer."""
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: Json) -> Json:
        """Send a question and give the answer; what the server asks meanwhile gets none."""
        self._asked += 1
        self._send({"jsonrpc": "2.0", "id": self._asked, "method": method, "params": params})
        while True:
            message = self._receive()
            if "method" in message and "id" in message:
                self._send({"jsonrpc": "2.0", "id": message["id"], "result": None})
            elif message.get("id") == self._asked:
                assert "error" not in message, message["error"]
                return message.get("result")

    @property
    def _streams(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout

    def _send(self, message: Json) -> None:
        body = json.dumps(message).encode()
        stream, _ = self._streams
        stream.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        stream.flush()

    def _receive(self) -> dict[str, Json]:
        _, stream = self._streams
        length = 0
        while line := stream.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the server has ended"
        message = json.loads(stream.read(length))
        assert isinstance(message, dict)
        return message
