"""The command line: every verb is there, and says how it is used."""

from importlib import import_module

import pytest

from adapters.cli import VERBS, module_of, repeat_options


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_is_a_file_with_a_command(verb: str) -> None:
    """The table names no verb that is not there."""
    module = import_module(module_of(verb))

    assert hasattr(module, "command") or hasattr(module, "app")


def test_one_option_takes_several_files() -> None:
    """`--events a b` means `--events a --events b`; what is no file stays where it was."""
    words = ["replay", "--events", "pyproject.toml", "Makefile", "rules/packs/fun", "--json"]

    assert [
        "replay",
        "--events",
        "pyproject.toml",
        "--events",
        "Makefile",
        "rules/packs/fun",
        "--json",
    ] == repeat_options(words)
