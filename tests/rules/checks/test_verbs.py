"""`milepost check` and `milepost new pack`, as they are called."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from adapters.cli import application
from adapters.verbs.new import PACK
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

    assert {"problems": [], "proved": {"most_messages_per_learner": 10}} == json.loads(
        result.stdout
    )


def test_errors_are_told_of_with_their_place() -> None:
    """Exit 1; file, line, column, code, message and hint; nothing is proved."""
    name = a_pack("p", "rules:\n  x:\n    title: X\n    when: {inactive: 7days}\n")
    result = run("check", name, "--json")
    document = json.loads(result.stdout)
    first = document["problems"][-1]

    assert 1 == result.exit_code
    assert document["proved"] == {"most_messages_per_learner": None}
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
