"""Folders of packs: which are read, what they use, and what stands beside the rules."""

import time
from pathlib import Path

import pytest

from rules.packs import Reading, read_packs

HEAD = "language: 1\nversion: 1.0\ntitle: T\nowner: somebody\n"


def write(folder: Path, name: str, extra: str = "", **files: str) -> Path:
    """Write a pack of a name into a folder of that name."""
    pack = folder / name
    (pack / "messages").mkdir(parents=True)
    (pack / "pack.yaml").write_text(f"pack: {name}\n{HEAD}{extra}")
    for file, text in files.items():
        (pack / f"{file}.yaml").write_text(text)
    return pack


def codes(reading: Reading) -> list[tuple[str, str]]:
    """Give code and message of each problem."""
    return [(problem.code, problem.message) for problem in reading.problems]


CREDENTIAL = (
    "credentials:\n  peer:\n    title: P\n    describes: P\n"
    "    requires: [{activity: talk, is: completed}]\n"
)
TALK = 'activities:\n  talk: {lms: "x:1", kind: activity}\n'


def test_a_pack_with_all_that_stands_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule files in folders below, tests and messages with their variants are found."""
    pack = write(tmp_path, "one", TALK, awards=CREDENTIAL)
    (pack / "deep").mkdir()
    (pack / "deep" / "more.yaml").write_text(CREDENTIAL.replace("peer", "peer-2"))
    (pack / "one.test.yaml").write_text("tests: awards.yaml\n")
    (pack / "messages" / "a.md").write_text("x")
    (pack / "messages" / "a.es.md").write_text("x")
    (pack / "README.md").write_text("what this pack is for")
    (pack / ".hidden").mkdir()
    (pack / ".hidden" / "x.yaml").write_text("nonsense: [")
    monkeypatch.chdir(tmp_path)

    reading = read_packs([Path("one")], zone="Europe/Madrid")

    assert () == reading.problems
    assert ("one",) == reading.given
    assert {"one": Path("one")} == reading.folders
    assert {"one/peer", "one/peer-2"} == set(reading.ruleset.credentials)
    assert {
        "one/messages/a.md": Path("one/messages/a.md"),
        "one/messages/a.es.md": Path("one/messages/a.es.md"),
    } == reading.messages
    assert (Path("one/one.test.yaml"),) == reading.tests
    assert {"one/pack.yaml", "one/awards.yaml", "one/deep/more.yaml"} == set(reading.texts)
    assert "one/awards.yaml" == reading.ruleset.credentials["one/peer"].span.file
    assert "Europe/Madrid" == reading.ruleset.zone


def test_a_folder_of_packs_gives_all_of_them(tmp_path: Path) -> None:
    """Packs in a folder are all given, in the order of their names."""
    write(tmp_path, "two")
    write(tmp_path, "one")

    assert ("one", "two") == read_packs([tmp_path]).given


def test_an_empty_folder_is_no_mistake(tmp_path: Path) -> None:
    """A service starts with no packs at all."""
    reading = read_packs([tmp_path])

    assert ((), {}, 16) == (
        reading.problems,
        reading.ruleset.rules,
        len(reading.ruleset.fingerprint),
    )


def test_a_missing_folder_is_one(tmp_path: Path) -> None:
    """It is told, not raised."""
    missing = tmp_path / "no"

    assert [("E101", f"the folder {missing} isn't there")] == codes(read_packs([missing]))


def test_rule_files_without_a_pack_are_told(tmp_path: Path) -> None:
    """A folder with rule files and no pack.yaml is not taken for an empty one."""
    (tmp_path / "a.yaml").write_text("rules: {}\n")

    assert [("E106", f"the folder {tmp_path} has rule files and no pack.yaml")] == codes(
        read_packs([tmp_path])
    )


def test_a_used_pack_is_found_beside_and_in_search(tmp_path: Path) -> None:
    """What is used is read too, and is not given."""
    user = (
        "credentials:\n  c:\n    title: C\n    describes: C\n"
        "    requires: [{credential: shared/peer, is: held}]\n"
    )
    one = write(tmp_path / "a", "one", "uses: [shared 1.0]\n", awards=user)
    write(tmp_path / "b", "shared", TALK, awards=CREDENTIAL)

    assert [("E203", "there is no pack named `shared` here")] == codes(read_packs([one]))

    reading = read_packs([one], search=[tmp_path / "b"])
    assert () == reading.problems
    assert (("one",), {"one", "shared"}) == (reading.given, set(reading.folders))
    assert {"one/c", "shared/peer"} == set(reading.ruleset.credentials)

    write(tmp_path / "a", "shared", TALK, awards=CREDENTIAL)
    beside = read_packs([one])
    assert () == beside.problems
    assert tmp_path / "a" / "shared" == beside.folders["shared"]


def test_a_used_pack_that_is_broken_is_not_unknown_too(tmp_path: Path) -> None:
    """One cause, one problem: its own."""
    user = (
        "credentials:\n  c:\n    title: C\n    describes: C\n"
        "    requires: [{credential: shared/peer, is: held}]\n"
    )
    one = write(tmp_path, "one", "uses: [shared 1.0]\n", awards=user)
    write(tmp_path, "shared", "zone: a: b\n")

    assert [("E101", "a text that holds a colon and a space must stand in quotes")] == codes(
        read_packs([one])
    )


def test_thousands_of_mistakes_are_told_in_time(tmp_path: Path) -> None:
    """Suggestions end after some hundred problems; the problems themselves don't."""
    names = "".join(f'  a{n}: {{lms: "x:{n}", kind: quiz}}\n' for n in range(3000))
    rules = "".join(
        f"  r{n}:\n    title: R\n    when: {{quiz: zz{n}, is: failed}}\n"
        f"    then: [{{release: a{n}}}]\n"
        for n in range(3000)
    )
    one = write(tmp_path, "one", f"activities:\n{names}", rules=f"rules:\n{rules}")
    begun = time.process_time()

    problems = read_packs([one]).problems

    assert 3000 == len(problems)
    assert time.process_time() - begun < 20


def test_another_version_of_a_used_pack_is_refused(tmp_path: Path) -> None:
    """`uses` pins the version; 1.0 is not 1."""
    one = write(tmp_path, "one", "uses: [shared 1]\n")
    write(tmp_path, "shared")

    assert [("E204", "`shared` is version 1.0, not 1")] == codes(read_packs([one]))


def test_two_packs_of_one_name_are_refused(tmp_path: Path) -> None:
    """The second is told where the first is; the same folder twice is one pack."""
    one = write(tmp_path / "a", "one")
    other = write(tmp_path / "b", "one")

    assert ("one",) == read_packs([one, one]).given
    assert [("E206", "there are two packs named `one`")] == codes(read_packs([one, other]))


def test_the_same_lms_name_twice_in_a_pack_is_refused(tmp_path: Path) -> None:
    """An event of it could mean either (E207); in two packs it may stand."""
    twice = (
        'courses:\n  c: {lms: "x:1"}\n'
        'activities:\n  a: {lms: "x:2", kind: quiz}\n  b: {lms: ["x:3", "x:1"], kind: quiz}\n'
    )
    one = write(tmp_path, "one", twice)

    (problem,) = read_packs([one]).problems

    assert ("E207", "`x:1` is already the LMS's name of `c` (line 7)", 10) == (
        problem.code,
        problem.message,
        problem.span.line,
    )


def test_a_pack_that_cannot_be_named_still_has_its_files_read(tmp_path: Path) -> None:
    """All problems of all files in one run, also where pack.yaml is broken."""
    pack = write(tmp_path, "one", "zone: a: b\n", rules="rules:\n  r: {title: R, wen: x}\n")

    reading = read_packs([pack])

    assert ["E101", "E106", "E102"] == [code for code, _ in codes(reading)]
    assert () == reading.given
    assert {} == reading.ruleset.rules


def test_packs_may_use_each_other(tmp_path: Path) -> None:
    """A circle of uses ends."""
    one = write(tmp_path, "one", "uses: [two 1.0]\n")
    write(tmp_path, "two", "uses: [one 1.0]\n")

    reading = read_packs([one])

    assert ((), {"one", "two"}) == (reading.problems, set(reading.folders))
