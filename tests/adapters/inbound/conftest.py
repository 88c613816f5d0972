"""What the tests of other people's events share: the samples, and an arrival."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = ROOT.parent / "shared" / "samples"


@pytest.fixture
def arrived() -> datetime:
    """A moment at which things arrive."""
    return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of samples beside the repository."""
    if not SAMPLES.is_dir():
        pytest.skip("../shared/samples is not beside the repository")
    return SAMPLES


@pytest.fixture(scope="session")
def expected(samples: Path) -> dict[str, dict[str, object]]:
    """The oracle, by file."""
    lines = (samples / "expected.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return {row["file"]: row for row in rows}
