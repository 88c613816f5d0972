"""A running service that an LMS sends its learners to, and that LMS."""

from collections.abc import Iterator

import pytest

from adapters.clock import machine_now
from tests.adapters.badges.case import RULES, URL, score, write_packs
from tests.adapters.lti.lms import Platform, begin, end
from tests.adapters.serve.service_process import Service, services


@pytest.fixture(scope="module")
def running_lms() -> Iterator[Platform]:
    """Give an LMS for all tests of a file."""
    found = begin()
    yield found
    end(found)


@pytest.fixture
def lms(running_lms: Platform) -> Iterator[Platform]:
    """Give an LMS that behaves until it is told otherwise."""
    yield running_lms
    running_lms.behave()


def tell(service: Service, learner: str, name: str) -> None:
    """Let the LMS's events tell of a learner who has passed the quiz."""
    happened: tuple[dict[str, object], ...] = (
        {"is": "profile", "fields": {"name": name}},
        {"is": "graded", "object": "quiz:1", "score": score(9)},
        {"is": "graded", "object": "assign:2", "score": score(9)},
    )
    client = service.client()
    for number, more in enumerate(happened):
        event = {"id": f"{learner}{number}", "time": machine_now().isoformat(), **more}
        assert 200 == client.post("/events", json={**event, "learner": learner}).status_code


@pytest.fixture(scope="module")
def service(running_lms: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Give a service that knows the LMS, and two of its learners by its xAPI statements."""
    folder = tmp_path_factory.mktemp("service")
    write_packs(folder, RULES)
    (folder / "config.toml").write_text(
        f'[issuer]\nname = "Example University"\n{running_lms.config()}'
    )
    with services(folder) as start:
        found = start("--packs", "packs", "--public-url", URL).ready()
        tell(found, f"{running_lms.address}|12", "Ada")
        tell(found, f"{running_lms.address}|13", "Bob")
        yield found
