"""The soak stands on what the acceptance tests stand on, and makes a database for each life."""

from collections.abc import Callable
from itertools import count

import pytest

from tests.adapters.conftest import (
    postgresql_server,
    postgresql_template,
    run_outside,
    url_in,
)

__all__ = ["postgresql_server", "postgresql_template"]

_numbers = count(1)


@pytest.fixture(name="new_postgresql")
def make_postgresql(postgresql_server: str, postgresql_template: str) -> Callable[[], str]:
    """Give what makes a migrated, empty PostgreSQL database and gives its URL."""

    def create() -> str:
        name = f"soak_{next(_numbers)}"
        run_outside(postgresql_server, f"CREATE DATABASE {name} TEMPLATE {postgresql_template}")
        return url_in(postgresql_server, name)

    return create
