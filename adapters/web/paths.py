"""
Names of learners and things inside a path, whatever signs they are made of.

A learner from xAPI is `https://lms.example.edu|42`, and a thing `pack/name`: written in a path
they are percent-encoded, and a server decodes the path before it is matched, so that their
slashes would part it. For those routes the path is matched as it was written.
"""

from urllib.parse import unquote

from litestar.enums import ScopeType
from litestar.exceptions import ClientException
from litestar.types import ASGIApp, Receive, Scope, Send

AS_WRITTEN = "/learners/"


class PathsAsWritten:
    """Puts the path of a learner's routes back to how the client wrote it, without the prefix."""

    def __init__(self, app: ASGIApp, prefix: str = "") -> None:
        """Stand before an application, which is reached under a prefix such as `/badges` too."""
        self._app = app
        self._prefix = prefix.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if self._prefix and scope["type"] == ScopeType.HTTP:
            self._leave_out_prefix(scope)
        if scope["type"] == ScopeType.HTTP and scope["path"].startswith(AS_WRITTEN):
            raw = scope.get("raw_path") or b""
            written = raw.partition(b"?")[0].decode("latin-1")
            if written.startswith(AS_WRITTEN):
                scope["path"] = written
        await self._app(scope, receive, send)

    def _leave_out_prefix(self, scope: Scope) -> None:
        """Let a path under the public address be the one that is served."""
        if scope["path"].startswith(f"{self._prefix}/"):
            scope["path"] = scope["path"].removeprefix(self._prefix)
            raw = scope.get("raw_path") or b""
            scope["raw_path"] = raw.removeprefix(self._prefix.encode())


def name_in_path(written: str) -> str:
    """
    Give a name as it was before it was written into a path.

    Raises:
        ClientException: It is not UTF-8, or has a NUL character in it.
    """
    try:
        name = unquote(written, errors="strict")
    except UnicodeDecodeError:
        raise ClientException("a name in the path is not percent-encoded UTF-8") from None
    if "\x00" in name:
        raise ClientException("a name in the path has a NUL character in it")
    return name
