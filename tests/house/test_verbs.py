"""The command line: every verb is there, and says how it is used."""

from importlib import import_module

import pytest
from typer.testing import CliRunner

from adapters.cli import VERBS, application, module_of, repeat_options


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


def test_what_can_be_new_is_said_to_its_end() -> None:
    """In the list of all verbs and in its own, on a terminal of 80 columns, in one line."""
    listed = [
        CliRunner().invoke(application(verb), [*([verb] if verb else []), "--help"]).stdout
        for verb in (None, "new")
    ]
    lines = [line.strip() for text in listed for line in text.splitlines()]

    assert {
        "new         begin a pack, a certificate, or a scenario from a real learner",
        "pack         Begin a pack that checks, with scenarios that pass.",
        "certificate  Write a template of a certificate into a pack.",
        "scenario     Write a scenario from what a real learner did.",
    } <= set(lines)
