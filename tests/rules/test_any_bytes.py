"""Whatever stands in the files of a pack: problems, never an exception."""

import random
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.checking import check_packs
from rules.text import read_text
from tests.fuzz.mutation import mutate, seeds
from tests.fuzz.reader import examine, write

SEEDS = seeds()


@given(raw=st.binary(max_size=300))
def test_any_bytes_are_read(raw: bytes) -> None:
    """A document, with its problems inside."""
    document = read_text(raw, "f")

    assert all(problem.message for problem in document.problems)


@given(text=st.text(alphabet=" \n\t-:[]{}'\"|>&*!%#?,@ab\x85é", max_size=80))
def test_any_yaml_like_text_is_read(text: str) -> None:
    """Every sign that YAML gives a meaning to, in any order; places stay within the file."""
    document = read_text(text.encode(), "f")

    for problem in document.problems:
        assert 1 <= problem.span.line <= max(1, len(document.lines))


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_mutated_packs_are_read(tmp_path: Path, seed: int) -> None:
    """The packs of the repository, changed by bytes and by lines."""
    chance = random.Random(seed)
    files = mutate(mutate(chance.choice(SEEDS), chance), chance)
    write(files, tmp_path / "pack")

    examine(check_packs([tmp_path / "pack"]), tmp_path / "pack")
