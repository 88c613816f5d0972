"""A running service with a learner who has earned things, and one who has begun."""

from pathlib import Path

import pytest

from tests.adapters.badges.case import ADA, BOB, EMAIL, RULES, URL, score, write_packs
from tests.adapters.serve.conftest import start  # noqa: F401 - a fixture
from tests.adapters.serve.service_process import Service, Start

PATHWAY = """\
pathways:
  analysing:
    title: To analyse
    describes: From a first sample to an answer.
    leads to: analyst
    steps:
      - required: {quiz: quiz, is: passed}
      - optional: {activity: lab, is: completed}
      - required: {credential: sampler, is: held}
"""


@pytest.fixture
def service(start: Start, tmp_path: Path) -> Service:  # noqa: F811 - the fixture
    """Give a running service."""
    write_packs(tmp_path, RULES + PATHWAY)
    config = '[issuer]\nname = "Example University"\n'
    (tmp_path / "config.toml").write_text(config)
    found = start("--packs", "packs", "--public-url", URL).ready()
    client = found.client()
    happened: tuple[tuple[str, dict[str, object]], ...] = (
        (ADA, {"is": "profile", "fields": {"name": "Ada", "email": EMAIL}}),
        (ADA, {"is": "graded", "object": "quiz:1", "score": score(8)}),
        (ADA, {"is": "graded", "object": "assign:2", "score": score(9)}),
        (ADA, {"is": "completed", "object": "lesson:3"}),
        (BOB, {"is": "profile", "fields": {"name": "Bob", "language": "de"}}),
        (BOB, {"is": "graded", "object": "quiz:1", "score": score(7)}),
    )
    for number, (learner, more) in enumerate(happened):
        event = {"id": str(number), "time": "2026-03-02T09:00:00Z", "learner": learner, **more}
        assert 200 == client.post("/events", json=event).status_code
    return found
