"""JUnit XML, as build servers read it."""

import json
import shutil
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import typer

from adapters.verbs.test import command

ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors", "time"},
    "testsuite": {"name", "tests", "failures", "errors", "time"},
    "testcase": {"name", "classname", "file", "line", "time"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
}
"""What may stand where by the schema of Jenkins; its elements nest in this order."""


def written(pack: Path, tmp_path: Path) -> ET.Element:
    """Give the document of a pack's scenarios, and see that it keeps to the schema."""
    file = tmp_path / "results.xml"
    with suppress(typer.Exit):
        command([pack], junit=file)
    root = ET.parse(file).getroot()  # noqa: S314 - we have just written it
    for element in root.iter():
        assert set(element.attrib) <= ATTRIBUTES[element.tag]
        assert [] == [
            child.tag
            for child in element
            if list(ATTRIBUTES).index(child.tag) <= list(ATTRIBUTES).index(element.tag)
        ]
    return root


def test_a_scenario_is_a_case_with_its_line_and_time(small: Path, tmp_path: Path) -> None:
    """A suite a file; the numbers are those of the cases."""
    root = written(small, tmp_path)
    file = str(small / "rules.test.yaml")

    assert [("2", "0", "0", file)] == [
        (s.attrib["tests"], s.attrib["failures"], s.attrib["errors"], s.attrib["name"])
        for s in root
    ]
    assert [
        ("59% opens the lab", file, "7"),
        ("60% opens nothing, and a week later she is written to", file, "12"),
    ] == [(c.attrib["name"], c.attrib["file"], c.attrib["line"]) for c in root.iter("testcase")]
    assert all(float(c.attrib["time"]) > 0 for c in root.iter("testcase"))


def test_a_failure_says_what_was_expected_and_why(small: Path, tmp_path: Path) -> None:
    """The message is one line; the reasons stand in the text. No character breaks the file."""
    rules = small / "rules.yaml"
    rules.write_text(rules.read_text().replace("below 60%", "below 70%"))
    tests = small / "rules.test.yaml"
    tests.write_text(
        tests.read_text().replace("60% opens", '"<60%> & ]]> opens').replace("to:", 'to":')
    )
    root = written(small, tmp_path)

    assert "1" == root.attrib["failures"]
    (failure,) = root.iter("failure")
    assert "expected nothing, got release lab by failed" == failure.attrib["message"]
    assert "yes  quiz quiz-1 score below 70%" in (failure.text or "")
    assert "<60%> & ]]> opens" in [c.attrib["name"][:17] for c in root.iter("testcase")]


def test_what_did_not_happen_says_which_condition_kept_it(tmp_path: Path) -> None:
    """The message was expected and the mark is too good for its rule: the no, and its line."""
    pack = tmp_path / "first-rule"
    shutil.copytree(Path(__file__).resolve().parents[3] / "docs" / "first-rule", pack)
    rules = pack / "sampling.yaml"
    rules.write_text(rules.read_text().replace("below 60%", "below 50%"))
    (failure,) = written(pack, tmp_path).iter("failure")

    assert "NO   quiz sampling-quiz score below 50%" in (failure.text or "")
    assert f"[{rules}:5]" in (failure.text or "")


def test_a_file_that_is_wrong_is_an_error(small: Path, tmp_path: Path) -> None:
    """A build server must not take it for a file without scenarios."""
    tests = small / "rules.test.yaml"
    tests.write_text(tests.read_text().replace("quiz-1", "quiz-2"))
    root = written(small, tmp_path)

    assert ("1", "0", "1") == tuple(root.attrib[n] for n in ("tests", "failures", "errors"))
    assert ["there is no activity `quiz-2`"] == [e.attrib["message"] for e in root.iter("error")]


def test_rules_that_are_refused_are_errors(small: Path, tmp_path: Path) -> None:
    """Where nothing is played because `check` refuses the rules, the file says why."""
    rules = small / "rules.yaml"
    rules.write_text(rules.read_text().replace("inactive: 7 days", "inactive: 7days"))
    pack = small / "pack.yaml"
    pack.write_text(pack.read_text().replace("kind: activity", "kind: activty", 1))
    root = written(small, tmp_path)

    assert ("2", "0", "2") == tuple(root.attrib[n] for n in ("tests", "failures", "errors"))
    assert [str(pack), str(rules)] == [suite.attrib["name"] for suite in root]
    first, second = root.iter("error")
    assert "`activty` is not a kind of activity" == first.attrib["message"]
    assert "`7days` is not a period" == second.attrib["message"]
    assert f"{rules}:32:17: E110 `7days` is not a period; write it like: 7 days" in (
        second.text or ""
    )


def test_rules_that_are_refused_are_one_document(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With `--json` a program reads why nothing was played, and people read it beside that."""
    rules = small / "rules.yaml"
    rules.write_text(rules.read_text().replace("inactive: 7 days", "inactive: 7days"))
    with pytest.raises(typer.Exit):
        command([small], json=True)
    said = capsys.readouterr()
    document = json.loads(said.out)

    assert (0, 0, []) == (document["passed"], document["failed"], document["scenarios"])
    assert [f"{rules}:32:17: E110 `7days` is not a period"] == document["problems"]
    assert "write it like: 7 days" in said.err


def test_a_file_that_cannot_be_written_is_said(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sentence, no traceback."""
    with pytest.raises(typer.Exit):
        command([small], junit=tmp_path / "none" / "results.xml")

    assert "can't be written: No such file or directory" in capsys.readouterr().err
