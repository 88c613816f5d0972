"""Services that are gone at the end of each test."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.serve.service_process import PATIENCE, REPOSITORY, Service, Start


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start services in a folder of the test's own; all are gone at its end."""
    started: list[Service] = []

    def begin(*arguments: str, environ: dict[str, str] | None = None, port: str = "0") -> Service:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("MILEPOST_")}
        log = tmp_path / f"serve-{len(started)}.log"
        with log.open("w") as out:
            process = subprocess.Popen(
                [
                    sys.executable,
                    str(REPOSITORY / "milepost.py"),
                    "serve",
                    "--port",
                    port,
                    *arguments,
                ],
                cwd=tmp_path,
                env=kept | (environ or {}),
                stdout=out,
                stderr=subprocess.STDOUT,
                text=True,
            )
        service = Service(process, log)
        started.append(service)
        return service

    yield begin
    for service in started:
        for client in service.clients:
            client.close()
        if service.process.poll() is None:
            service.process.terminate()
            try:
                service.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                service.kill()
