"""All decisions of the OULAD replay, each explained anew from the events up to its instant."""

import pytest

from tests.acceptance.test_explained import disagreements
from tests.acceptance.test_oracles import SAMPLES, needs_samples


@needs_samples
@pytest.mark.soak
def test_every_decision_of_the_tables_is_explained() -> None:
    """None is explained otherwise than it was decided."""
    assert [] == list(disagreements("oulad", SAMPLES / "oulad" / "dev", 1))
