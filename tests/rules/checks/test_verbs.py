"""`milepost check` and `milepost new pack`, as they are called."""

import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert
from typer.testing import CliRunner, Result

from adapters.cli import application
from adapters.running.rules_in_force import compressed, pack_up
from adapters.store import schema
from adapters.store.store import open_store
from adapters.telling.annotations import annotations
from adapters.verbs.new import PACK
from engine.source import Problem, Span
from rules.packs import read_packs
from rules.scenarios import run_tests
from tests.rules.checks.golden import PACKS


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    """Call milepost."""
    return CliRunner().invoke(application(arguments[0]), list(arguments))


def a_pack(name: str, rules: str) -> str:
    """Write a pack with one rule file."""
    folder = Path(name)
    folder.mkdir()
    (folder / "pack.yaml").write_text(PACK.format(name=name, title=name))
    (folder / "a.yaml").write_text(rules)
    return name


def test_good_packs_are_proved() -> None:
    """Exit 0; each pack is told of with what was proved."""
    result = run("check", str(PACKS / "data-literacy"))

    assert 0 == result.exit_code
    assert "proved: one learner gets at most 10 messages in one course (data101)" in result.stdout


def test_the_json_is_one_document() -> None:
    """The contract: problems and what is proved, and nothing else on stdout."""
    result = run("check", str(PACKS), "--json")

    proved = {
        "most_messages_per_learner": 10,
        "most_messages_per_day": 16,
        "unbounded": [],
        "unbounded_per_day": [],
        "never_fire": [],
        "never_earned": [],
    }
    assert {"problems": [], "proved": proved} == json.loads(result.stdout)


def test_errors_are_told_of_with_their_place() -> None:
    """Exit 1; file, line, column, code, message and hint; nothing is proved."""
    name = a_pack("p", "rules:\n  x:\n    title: X\n    when: {inactive: 7days}\n")
    result = run("check", name, "--json")
    document = json.loads(result.stdout)
    first = document["problems"][-1]

    assert 1 == result.exit_code
    assert document["proved"]["most_messages_per_learner"] is None
    assert first == {
        "file": "p/a.yaml",
        "line": 4,
        "column": 22,
        "code": "E110",
        "message": "`7days` is not a period",
        "hint": "write it like: 7 days",
        "severity": "error",
    }
    assert "nothing is proved of packs with errors" in run("check", name).stdout


def test_warnings_alone_exit_with_3() -> None:
    """A rule that nothing tests is a warning."""
    when = "{activity: first-workshop, is: completed}"
    text = f"rules:\n  x: {{title: X, when: {when}, then: [{{recommend: first-quiz}}]}}\n"
    result = run("check", a_pack("p", text))

    assert 3 == result.exit_code
    assert "W501  nothing tests this rule" in result.stdout
    assert result.stdout.endswith("0 errors, 1 warning\n")


def test_annotations_are_named_from_the_top_of_the_repository() -> None:
    """GitHub finds a file by its path in the repository, whichever folder `check` ran in."""
    Path(".git").mkdir()
    Path("courses").mkdir()
    os.chdir("courses")
    name = a_pack("p", "rules:\n  x:\n    title: X\n    when: {inactive: 7days}\n")
    result = run("check", name, "--format", "github")

    assert 1 == result.exit_code
    assert (
        "::error file=courses/p/a.yaml,line=4,col=22,endColumn=27,title=E110::"
        "`7days` is not a period%0Awrite it like: 7 days"
    ) in result.stdout.splitlines()
    assert result.stdout.endswith("2 errors, 0 warnings\n")


def test_nothing_in_a_name_ends_an_annotation_early() -> None:
    """Per cent, line ends, commas and colons are written so that GitHub reads them back."""
    problem = Problem(Span("a,b:c%.yaml", 1, 2, 3), "E110", "100% of\nit", "1, 2: 3")

    assert annotations([problem], Path.cwd()) == (
        "::error file=a%2Cb%3Ac%25.yaml,line=1,col=2,endColumn=5,title=E110::"
        "100%25 of%0Ait%0A1, 2: 3"
    )


def test_a_day_of_the_institution_bounds_all_rules() -> None:
    """`daily_cap` of config.toml holds for all rules together; awards are no part of it."""
    Path("config.toml").write_text("[mail]\ndaily_cap = 2\n")
    result = run("check", str(PACKS / "data-literacy"), "--config", "config.toml")

    assert (
        "proved: one learner gets at most 3 messages in one day: "
        "all rules together, by config.toml 2, the award data-literacy 1"
    ) in result.stdout


def test_what_is_held_must_have_a_file() -> None:
    """With `--database`, a credential that somebody holds and no file has is an error."""
    shutil.copytree(PACKS / "shared", "shared")
    store = open_store("sqlite:///a.db")
    store.migrate()
    row = {"learner": "ada", "number": 1, "at": 0, "ended_by": "", "fingerprint": "f"}
    with store.write() as connection:
        for credential, ended in (("shared/peer-mentor", None), ("shared/old", None),
                                  ("shared/older", 5), ("elsewhere/old", None)):  # fmt: skip
            values = {**row, "credential": credential, "ended": ended, "evidence": b"\x90"}
            connection.execute(insert(schema.awards).values(values))
    store.close()
    result = run("check", "shared", "--database", "sqlite:///a.db")

    assert 1 == result.exit_code
    assert "E208  1 learner holds the credential `old`, and no file of this pack" in result.stdout
    assert 1 == result.stdout.count("E208")


@pytest.mark.parametrize("verb", ["check", "test"])
def test_a_file_in_place_of_its_pack(verb: str) -> None:
    """Whoever names a file of a pack is told which folder is meant."""
    a_pack("p", "rules: {}\n")
    Path("p/messages").mkdir()
    Path("p/messages/x.md").write_text("---\nsubject: x\ncategory: feedback\n---\nx\n")
    for named in ("p/a.yaml", "p/messages/x.md"):
        result = run(verb, named)
        told = f"{named} is a file; name the folder of its pack: p\n"
        assert (2, "", told) == (result.exit_code, result.stdout, result.stderr)
    assert "there is no folder q\n" == run(verb, "q").stderr


def held_in(*credentials: str) -> None:
    """Make a database in which somebody holds credentials, by the packs that are there now."""
    reading = read_packs([Path()])
    assert {"W512"} >= {problem.code for problem in reading.problems}
    kept = pack_up(reading.folders, reading.ruleset.fingerprint)
    assert kept is not None
    store = open_store("sqlite:///a.db")
    store.migrate()
    store.reigns.begin(kept.fingerprint, compressed(kept), datetime(2026, 1, 1, tzinfo=UTC))
    row = {"learner": "ada", "number": 1, "at": 0, "ended_by": "", "fingerprint": "f"}
    with store.write() as connection:
        for credential in credentials:
            values = {**row, "credential": credential, "ended": None, "evidence": b"\x90"}
            connection.execute(insert(schema.awards).values(values))
    store.close()


OTHER = """pack: other
language: 1
version: "1"
title: Other
owner: me@example.org
"""
AGAIN = f"""{OTHER}uses:
  - shared 2025.1
  - shared 2025.1 as autumn
"""


HOLDS = "E208  1 learner holds the credential"


def told_of_other(*folders: str) -> list[str]:
    """Give what is said of holders where a pack is checked."""
    result = run("check", *folders, "--database", "sqlite:///a.db")
    return [line for line in result.stdout.splitlines() if "E208" in line or "under `uses`" in line]


def test_what_came_of_a_pack_that_is_used_no_more_is_still_held() -> None:
    """A line under `uses` that is gone takes its credentials away, as deleting them would."""
    shutil.copytree(PACKS / "shared", "shared")
    Path("other").mkdir()
    Path("other/pack.yaml").write_text(AGAIN)
    held_in("autumn/peer-mentor", "shared/peer-mentor")
    assert [] == told_of_other("other")

    Path("other/pack.yaml").write_text(OTHER)
    assert [
        f"other/pack.yaml:1:1  {HOLDS} `peer-mentor` of `autumn`, which this pack uses no more",
        "    | ^  put it back under `uses`: shared 2025.1 as autumn",
    ] == told_of_other("other")
    # The pack itself is here: who checks both, or the folder of both, has all that is held in it.
    assert 2 == len(told_of_other("other", "shared"))

    shutil.rmtree("shared")
    assert 2 == sum("uses no more" in line for line in told_of_other("other"))


def test_another_pack_may_take_a_use_over() -> None:
    """Who uses it does not matter, as long as anybody does."""
    shutil.copytree(PACKS / "shared", "shared")
    Path("other").mkdir()
    Path("other/pack.yaml").write_text(AGAIN)
    held_in("autumn/peer-mentor")
    Path("other/pack.yaml").write_text(OTHER)
    Path("third").mkdir()
    Path("third/pack.yaml").write_text(AGAIN.replace("other", "third").replace("Other", "Third"))

    assert [] == told_of_other("other")


def test_a_credential_of_a_used_pack_must_have_a_file_too() -> None:
    """Also where that pack is only used, and under another name."""
    shutil.copytree(PACKS / "shared", "shared")
    Path("other").mkdir()
    Path("other/pack.yaml").write_text(AGAIN)
    held_in("autumn/peer-tutor")

    assert [
        f"shared/pack.yaml:1:1  {HOLDS} `peer-tutor`, and no file of this pack has it"
    ] == told_of_other("other")


@pytest.mark.parametrize("database", ["sqlite:///nowhere.db", "nonsense"])
def test_a_database_that_is_not_there_is_wrong_usage(database: str) -> None:
    """Exit 2, a sentence on stderr, and no database is made."""
    shutil.copytree(PACKS / "shared", "shared")
    result = run("check", "shared", "--database", database)

    assert 2 == result.exit_code
    assert 1 == len(result.stderr.splitlines())
    assert not Path("nowhere.db").exists()


def test_watching_checks_again_at_each_save() -> None:
    """A save brings a further answer; Ctrl-C ends with 0; nothing clears what is no terminal."""
    name = a_pack("p", "rules: {}\n")
    command = [sys.executable, str(PACKS.parents[1] / "milepost.py"), "check", name, "--watch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline()]
        Path("p/a.yaml").write_text("rulse: {}\n")
        while "E102" not in said[-1] and said[-1]:
            said.append(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()

    assert 0 == process.returncode
    assert "p 1.0" in said[0]
    assert "p/a.yaml:1:1  E102  a rule file has no `rulse`\n" == said[-1]
    assert "\x1b" not in "".join(said) + rest


@pytest.mark.parametrize("arguments", [("nowhere",), ("--config", "nowhere.toml")])
def test_a_folder_or_file_that_is_missing_is_wrong_usage(arguments: tuple[str, ...]) -> None:
    """Exit 2, and a sentence on stderr."""
    result = run("check", *arguments)

    assert 2 == result.exit_code
    assert "there is no" in result.stderr
    assert result.stdout == ""


def test_without_a_pack_those_of_the_settings_are_checked() -> None:
    """`[rules] packs` of config.toml says where the packs are; its own mistakes are told of."""
    shutil.copytree(PACKS / "shared", "here/shared")
    Path("config.toml").write_text('[rules]\npacks = "here"\n')

    assert run("check").stdout.startswith("shared 2025.1: 1 rule")

    Path("config.toml").write_text('[rules]\npaks = "here"\n')
    result = run("check", "--config", "config.toml", "here")

    assert 1 == result.exit_code
    assert "config.toml:2:1  C102" in result.stdout


def test_a_category_of_the_settings_is_no_warning() -> None:
    """The list of categories is open: config.toml adds to it."""
    assert 0 == run("new", "pack", "p", "--in", ".").exit_code
    message = Path("p/messages/workshop.md")
    message.write_text(message.read_text().replace("category: feedback", "category: study skills"))

    assert "W507" in run("check", "p").stdout

    Path("config.toml").write_text('[mail]\ncategories = ["study skills"]\n')

    assert 0 == run("check", "p").exit_code


def test_a_new_pack_checks_and_its_scenarios_pass() -> None:
    """What `new` writes is right, and points editors to its schemas."""
    result = run("new", "pack", "my-pack", "--in", "packs", "--json")
    document = json.loads(result.stdout)

    assert 0 == result.exit_code
    assert "packs/my-pack" == document["folder"]
    assert 0 == run("check", "packs/my-pack").exit_code
    for name in ("pack.yaml", "first.yaml", "first.test.yaml"):
        line = Path("packs/my-pack", name).read_text().splitlines()[0]
        prefix = "# yaml-language-server: $schema="
        assert line.startswith(prefix)
        assert Path("packs/my-pack", line.removeprefix(prefix)).is_file()
    assert json.loads(Path("packs/my-pack/.vscode/settings.json").read_text())["yaml.schemas"]


def test_the_scenarios_of_a_new_pack_pass() -> None:
    """A newcomer's first `test` is green."""
    run("new", "pack", "my-pack", "--in", "packs")

    assert 0 == run("test", "packs/my-pack").exit_code
    reading = read_packs([Path("packs/my-pack")])
    assert 2 == len(run_tests(reading, lambda *_: "Hello Ada").results)


def test_new_never_writes_over_what_is_there() -> None:
    """A folder that exists is left alone; a name with spaces is refused with a better one."""
    Path("p").mkdir()

    assert 1 == run("new", "pack", "p", "--in", ".").exit_code
    assert [] == list(Path("p").iterdir())

    result = run("new", "pack", "My Pack", "--in", ".")

    assert 2 == result.exit_code
    assert "my-pack" in result.stderr
