"""No verb but `serve` and `load` makes a database, or changes the tables of one that is there."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

import pytest
import typer
from alembic import command
from sqlalchemy.engine import make_url
from typer.core import TyperArgument, TyperGroup, TyperOption
from typer.testing import CliRunner, Result

from adapters.cli import VERBS, application, module_of
from adapters.store.database import make_engine
from adapters.store.migration import config_of, newest

REPOSITORY = Path(__file__).resolve().parents[3]
PACK = "PACK"
"""Stands for a pack; what a test is called holds no folder of this machine."""

MAKES_ONE = {"serve", "load"}
"""What takes events in may begin an empty database, and brings an older one up to date."""
IN_SETTINGS = {"doctor"}
"""What says of itself that no database is there yet; tests/adapters/serve/test_doctor.py."""

GIVEN = {
    "changes": PACK,
    "check": PACK,
    "new scenario": f"--pack {PACK}",
    "outbox release": "1",
    "outbox retry": "1",
    "pause": "some-rule",
    "quarantine drop": "1",
    "quarantine retry": "1",
    "replay": PACK,
    "resume": "some-rule",
}
"""What a verb wants beside what its parameters require."""


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder with nothing in it, so without a config.toml."""
    monkeypatch.chdir(tmp_path)


def run(words: str, url: str) -> Result:
    """Run a verb on a database."""
    pack = REPOSITORY / "rules" / "packs" / "fun"
    arguments = words.replace(PACK, str(pack)).split()
    return CliRunner().invoke(application(arguments[0]), [*arguments, "--database", url])


def takers() -> Iterator[str]:
    """Yield what takes `--database`, as it is called, with what it requires."""
    for verb in sorted(set(VERBS) - MAKES_ONE - IN_SETTINGS):
        module = import_module(module_of(verb))
        app = getattr(module, "app", None)
        if app is None:
            app = typer.Typer()
            app.command(verb)(module.command)
        found = typer.main.get_command(app)
        commands = found.commands if isinstance(found, TyperGroup) else {"": found}
        for name, each in commands.items():
            if any("--database" in parameter.opts for parameter in each.params):
                called = f"{verb} {name}".strip()
                yield " ".join([called, *required(each.params), GIVEN.get(called, "")])


def required(parameters: Sequence[object]) -> Iterator[str]:
    """Yield words for the parameters that a verb requires."""
    for each in parameters:
        if isinstance(each, TyperArgument) and each.required:
            yield "1"
        elif isinstance(each, TyperOption) and each.required:
            yield f"{each.opts[0]} 2026-01-01"


ASKED = [" ".join(each.split()) for each in takers()]


def test_the_verbs_that_take_a_database_are_found() -> None:
    """They are read from the verbs themselves, so that a new one is not forgotten here."""
    assert {"pause some-rule", "report", "undo 1 --since 2026-01-01", "verify 1"} <= set(ASKED)


@pytest.mark.parametrize("asked", ASKED)
def test_a_database_that_is_not_there(asked: str) -> None:
    """It is wrong usage, said in a sentence, and nothing is made: no file and no folder."""
    result = run(asked, "sqlite:///far/typo.db")

    assert (2, "") == (result.exit_code, result.stdout), result
    assert result.stderr.startswith("there is no database at far/typo.db"), result.stderr
    assert 1 == len(result.stderr.splitlines())
    assert [] == list(Path().iterdir())


@pytest.mark.parametrize(
    "asked", [each for each in ASKED if each.startswith(("explain", "new scenario"))]
)
def test_what_can_do_without_a_database_says_so(asked: str) -> None:
    """Whoever has none may have files."""
    assert run(asked, "sqlite:///typo.db").stderr.endswith("or name files with --events\n")


@pytest.mark.parametrize("asked", ASKED)
def test_an_older_database(asked: str) -> None:
    """It is left as it is, with a sentence that says who brings it up to date."""
    older("0003")
    before = Path("m.db").read_bytes()
    result = run(asked, "sqlite:///m.db")

    assert result.exit_code in (1, 2), result
    assert "the database is at revision 0003" in result.stderr, result
    assert "milepost serve" in result.stderr
    assert 1 == len(result.stderr.splitlines())
    assert before == Path("m.db").read_bytes()
    assert not [path.name for path in Path().iterdir() if "before" in path.name]


@pytest.mark.parametrize("asked", ASKED)
def test_a_file_that_is_no_database(asked: str) -> None:
    """It is said, and the file stays what it was."""
    Path("m.db").write_text("Dear diary, today I passed the quiz.\n" * 100)
    result = run(asked, "sqlite:///m.db")

    assert result.exit_code in (1, 2), result
    assert "file is not a database" in result.stderr, result
    assert 1 == len(result.stderr.splitlines())
    assert Path("m.db").read_text().startswith("Dear diary")


def older(revision: str) -> None:
    """Make a database as an older Milepost left it."""
    engine = make_engine(make_url("sqlite+pysqlite:///m.db"), foreign_keys=False)
    with engine.connect() as connection:
        command.upgrade(config_of(connection), revision)
        connection.commit()
    engine.dispose()


def test_loading_makes_a_database_and_brings_an_older_one_up_to_date() -> None:
    """It takes events in, as `serve` does; that an older database was changed is said."""
    Path("events.jsonl").write_text("")
    made = run("load events.jsonl", "sqlite:///far/new.db")
    assert (0, True) == (made.exit_code, "revision" not in made.stderr), made
    assert Path("far/new.db").is_file()

    older("0003")
    changed = run("load events.jsonl", "sqlite:///m.db")
    assert 0 == changed.exit_code
    assert f"database brought from revision 0003 to {newest()}" in changed.stderr.splitlines()
    assert Path("m.db.before-0003").is_file()
