"""
The process in which certificates are drawn: one request of JSON in, one answer of JSON out.

It is run as a program and imports nothing of Milepost's. A template is an author's program:
it may loop for ever or ask for all the memory there is, and then this process is what ends.
"""

import base64
import contextlib
import json
import os
import resource
import sys
from typing import Literal, TypedDict

STANDARD: Literal["a-3a"] = "a-3a"
PIXELS_PER_INCH = 110.0

MEMORY = 2 * 1024**3
"""Bytes of address space, fonts included."""

LARGEST = 16 * 1024 * 1024
"""Bytes of one drawing."""

NO_PACKAGES = "/nonexistent/milepost"


def _bound(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    with contextlib.suppress(ValueError, OSError):  # not every system has it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


class Job(TypedDict):
    """One drawing: a PDF/A-3 with tags for screen readers, or pages as PNG."""

    inputs: dict[str, str]
    timestamp: int
    kind: Literal["pdf", "png"]


def _drawn(folder: str, job: Job) -> dict[str, str]:
    import typst  # noqa: PLC0415 - after the bounds are set

    compiler = typst.Compiler(
        os.path.join(folder, "main.typ"),  # noqa: PTH118 - a program of its own, quick to begin
        root=folder,
        font_paths=[folder],
        package_path=NO_PACKAGES,
        package_cache_path=NO_PACKAGES,
    )
    try:
        found = compiler.compile(
            format=job["kind"],
            ppi=PIXELS_PER_INCH,
            sys_inputs=job["inputs"],
            pdf_standards=STANDARD if job["kind"] == "pdf" else None,
            timestamp=job["timestamp"],
        )
    except typst.TypstError as error:
        return {"error": error.message, "told": error.diagnostic}
    pages = found if isinstance(found, list) else [found]
    drawn = [page for page in pages if page is not None]
    if sum(map(len, drawn)) > LARGEST:
        return {"error": f"it is larger than {LARGEST // 1024**2} MiB", "told": ""}
    return {"drawn": base64.b64encode(drawn[0]).decode()}


def main() -> None:
    """Draw what is asked for."""
    asked = json.load(sys.stdin)
    _bound(asked["seconds"])
    for job in asked["jobs"]:
        answer = _drawn(asked["folder"], job)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
