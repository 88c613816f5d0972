"""Packs that are used again, and patterns of other packs, as the reader gives them."""

from pathlib import Path

from adapters.running.rules_in_force import compressed, decompressed, pack_up, unpack
from rules.packs import read_packs

AGAIN = Path(__file__).parents[1] / "language" / "again"


def test_a_use_is_a_pack_with_things_of_its_own() -> None:
    """What `with` names is another thing of the LMS, and a credential is another one."""
    reading = read_packs([AGAIN / "term"], zone="Europe/Madrid")

    assert () == reading.problems
    assert {"autumn": "base"} == reading.instances
    assert {"base/done", "autumn/done", "term/both"} == set(reading.ruleset.credentials)
    activities = reading.ruleset.activities
    assert ("quiz:1",) == activities["base/quiz"].lms
    assert ("quiz:2", "https://lms.uni.example/quiz/2") == activities["autumn/quiz"].lms
    assert "Spring" == reading.ruleset.courses["autumn/course"].title


def test_kept_packs_are_the_same_rules_when_read_again(tmp_path: Path) -> None:
    """The files of a pack that is used twice are kept once, and make the same two again."""
    reading = read_packs([AGAIN / "term"], zone="Europe/Madrid")
    own = {reading.instances.get(name, name): path for name, path in reading.folders.items()}

    kept = pack_up(own, reading.ruleset.fingerprint)
    assert kept is not None
    unpack(decompressed(compressed(kept)), tmp_path)

    again = read_packs([tmp_path / "term"], zone="Europe/Madrid")
    assert () == again.problems
    assert ["base", "term"] == sorted(path.name for path in tmp_path.iterdir())
    assert reading.ruleset.fingerprint == again.ruleset.fingerprint


def test_another_mapping_is_another_ruleset(tmp_path: Path) -> None:
    """A change of `with` alone changes the fingerprint, so it is seen as a change."""
    own = {"base": AGAIN / "base", "term": AGAIN / "term"}
    kept = pack_up(own, "x")
    assert kept is not None
    unpack(kept, tmp_path)
    file = tmp_path / "term" / "pack.yaml"
    before = read_packs([tmp_path / "term"], zone="Europe/Madrid").ruleset.fingerprint

    file.write_text(file.read_text().replace('"quiz:2"', '"quiz:22"'))

    assert before != read_packs([tmp_path / "term"], zone="Europe/Madrid").ruleset.fingerprint


def test_a_pattern_of_a_used_pack_is_followed_by_its_full_name(tmp_path: Path) -> None:
    """A pattern may stand in a pack that many use; names in it are those of the follower."""
    head = "language: 1\nversion: 1.0\ntitle: T\nowner: me\n"
    common, course = tmp_path / "common", tmp_path / "course"
    common.mkdir()
    course.mkdir()
    (common / "pack.yaml").write_text(f"pack: common\n{head}")
    (common / "patterns.yaml").write_text(
        "patterns:\n  tell:\n    blanks: {quiz: a quiz}\n    title: Tell of <quiz>\n"
        "    when: {quiz: <quiz>, is: passed}\n    then:\n      - webhook: told\n"
    )
    uses = "uses:\n  - common 1.0\n"
    quiz = 'activities:\n  q: {lms: "quiz:1", kind: quiz, pass: 50%}\n'
    (course / "pack.yaml").write_text(f"pack: course\n{head}{uses}{quiz}")
    rule = "rules:\n  told:\n    follows: common/tell\n    with: {quiz: q}\n"
    (course / "rules.yaml").write_text(rule)

    reading = read_packs([course], zone="Europe/Madrid")

    assert () == reading.problems
    assert "Tell of q" == reading.ruleset.rules["course/told"].title

    (course / "pack.yaml").write_text(f"pack: course\n{head}{quiz}")
    (problem,) = read_packs([course], zone="Europe/Madrid").problems
    assert ("E201", "there is no pattern `common/tell`") == (problem.code, problem.message)
