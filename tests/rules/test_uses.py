"""Packs that are used again, and patterns of other packs, as the reader gives them."""

from datetime import date
from pathlib import Path

import pytest

from adapters.checking import check_packs
from adapters.outgoing.letters import read_letters
from adapters.running.rules_in_force import compressed, decompressed, pack_up, unpack
from engine.source import Problem
from engine.terms import Quantifier
from engine.triggers import OnEvent
from rules.packs import Reading, read_packs
from rules.scenarios import in_use, run_tests

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
    """A pattern may stand in a pack that many use; what fills it is of the follower's pack."""
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


HEAD = "language: 1\nversion: 1.0\ntitle: T\nowner: somebody\n"
COURSE = HEAD + (
    "courses:\n  c: {lms: 'course:1', starts: 2025-03-03, ends: 2025-06-30}\n"
    "activities:\n"
    "  quiz-1: {lms: 'quiz:1', kind: quiz, in: c, pass: 60%, due: day 5}\n"
    "  lab: {lms: 'lesson:1', kind: activity, in: c}\n"
)
RULES = (
    "credentials:\n  basics:\n    title: B\n    describes: B\n"
    "    requires: [{quiz: quiz-1, score: at least 70%}]\n"
    "    message: messages/basics.md\n"
    "  whole:\n    title: W\n    describes: W\n"
    "    requires: [{credential: course/basics, is: held}, {activity: lab, is: completed}]\n"
    "rules:\n  failed:\n    title: F\n    when: {quiz: quiz-1, score: below 60%}\n"
    "    then: [{release: lab}, {email: messages/failed.md}]\n"
)
TESTS = (
    "tests: rules.yaml\nstarts: 2025-03-03 Monday\nlearner: {name: Ada, enrolled: c}\n"
    "scenarios:\n  all of it:\n"
    "    - at: day 1 10:00\n      seen: {quiz: quiz-1, score: 59%}\n"
    "      expect: [{release: lab}, {email: messages/failed.md}]\n"
    "    - at: day 2 10:00\n      seen: {quiz: quiz-1, score: 71%}\n"
    "      expect: [{awarded: basics}, {email: messages/basics.md}]\n"
    "    - at: day 3 10:00\n      seen: {activity: lab, is: completed}\n"
    "      expect: {awarded: whole}\n"
)
MESSAGE = "---\nsubject: S\ncategory: service\n---\nHello\n"
WHOLE = (
    "{with: {c: {lms: 'course:2', starts: 2025-09-01}, quiz-1: ['quiz:2', 'quiz:3'], "
    "lab: 'lesson:2'}}"
)


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the pack `course`, and the current folder."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "course"
    (folder / "messages").mkdir(parents=True)
    (folder / "pack.yaml").write_text(f"pack: course\n{COURSE}")
    (folder / "rules.yaml").write_text(RULES)
    (folder / "rules.test.yaml").write_text(TESTS)
    for name in ("basics", "failed"):
        (folder / "messages" / f"{name}.md").write_text(MESSAGE)
    return tmp_path


def user(packs: Path, uses: str, name: str = "next") -> Path:
    """Write a pack that uses others."""
    (packs / name).mkdir()
    (packs / name / "pack.yaml").write_text(f"pack: {name}\n{HEAD}uses:\n{uses}")
    return Path(name)


def said(problems: tuple[Problem, ...]) -> list[str]:
    """Give place, code and message of each problem."""
    return [f"{p.span} {p.code} {p.message}" for p in problems]


def test_names_with_the_used_packs_name_mean_the_uses_own(packs: Path) -> None:
    """`course/basics` in the file of `course` is `autumn/basics` where it is used as autumn."""
    ruleset = read_packs([user(packs, f"  - course 1.0 as autumn: {WHOLE}\n")]).ruleset

    part = ruleset.credentials["autumn/whole"].requires.parts[0]

    assert "autumn/basics" == getattr(part, "name", None)


def test_a_pack_may_use_itself_again(packs: Path) -> None:
    """The same course in another term needs no pack of its own."""
    file = packs / "course" / "pack.yaml"
    file.write_text(f"{file.read_text()}uses:\n  - course 1.0 as autumn: {WHOLE}\n")

    reading = read_packs([Path("course")])

    assert [] == said(reading.problems)
    assert ("lesson:2",) == reading.ruleset.activities["autumn/lab"].lms


def test_with_the_same_credentials_either_course_will_do(packs: Path) -> None:
    """There is one credential of each name, and two ways to it."""
    uses = f"  - course 1.0 as autumn: {WHOLE[:-1]}, credentials: same}}\n"
    ruleset = read_packs([user(packs, uses)]).ruleset

    assert {"course/basics", "course/whole"} == set(ruleset.credentials)
    requires = ruleset.credentials["course/whole"].requires
    assert (Quantifier.ANY, 2) == (requires.quantifier, len(requires.parts))
    there = requires.parts[1]
    assert ["course/basics", "autumn/lab"] == [
        getattr(part, "name", "") for part in getattr(there, "parts", ())
    ]


def test_several_uses_give_several_ways(packs: Path) -> None:
    """Each further use with the same credentials is one more way, not one inside the other."""
    uses = "".join(
        f"  - course 1.0 as {name}: {WHOLE[:-1]}, credentials: same}}\n" for name in ("a", "b")
    )
    requires = read_packs([user(packs, uses)]).ruleset.credentials["course/basics"].requires

    assert 3 == len(requires.parts)


def test_a_mistake_of_the_used_pack_is_told_once(packs: Path) -> None:
    """However often a pack is used, its own mistake stands in its own file, and once."""
    rules = packs / "course" / "rules.yaml"
    rules.write_text(rules.read_text().replace("release: lab", "release: lob"))
    uses = f"  - course 1.0 as a: {WHOLE}\n  - course 1.0 as b: {WHOLE}\n"

    checked = check_packs([user(packs, uses), Path("course")])

    assert ["course/rules.yaml:15:22 E201 there is no activity named `lob`"] == said(
        tuple(p for p in checked.problems if p.code.startswith("E"))
    )


def test_what_a_check_finds_is_told_once(packs: Path) -> None:
    """A circle in the used pack is one circle, though its use has the same."""
    rules = packs / "course" / "rules.yaml"
    circle = "requires: [{credential: whole, is: held}, {quiz: quiz-1"
    rules.write_text(rules.read_text().replace("requires: [{quiz: quiz-1", circle))
    uses = f"  - course 1.0 as a: {WHOLE}\n"

    checked = check_packs([user(packs, uses), Path("course")])

    assert ["E301"] == [p.code for p in checked.errors]


def test_packs_with_the_same_credentials_check(packs: Path) -> None:
    """What the two ways of a credential ask for is known to every check."""
    uses = f"  - course 1.0 as autumn: {WHOLE[:-1]}, credentials: same}}\n"

    assert [] == said(check_packs([Path("course"), user(packs, uses)]).problems)


@pytest.mark.parametrize("order", [["next", "third"], ["third", "next"]])
def test_a_third_pack_names_what_a_use_awards(packs: Path, order: list[str]) -> None:
    """A use is a pack like any other to those who say that they use it, in whatever order."""
    user(packs, f"  - course 1.0 as autumn: {WHOLE}\n")
    third = user(packs, "  - autumn 1.0\n", "third")
    (third / "stack.yaml").write_text(
        "credentials:\n  s:\n    title: S\n    describes: S\n"
        "    requires: [{credential: autumn/whole, is: held}]\n"
    )

    assert [] == said(read_packs([Path(name) for name in order]).problems)


def test_dates_of_the_first_use_are_not_taken_over(packs: Path) -> None:
    """A course that says only its new first day has no last one, and no other is made up."""
    reading = read_packs([user(packs, f"  - course 1.0 as autumn: {WHOLE}\n")])

    assert [] == said(reading.problems)
    course = reading.ruleset.courses["autumn/c"]
    assert (date(2025, 9, 1), None) == (course.starts, course.ends)
    assert "day 5" == str(reading.ruleset.activities["autumn/quiz-1"].due)


@pytest.mark.parametrize(
    "course", ["'course:2'", "{lms: 'course:2', link: x}"], ids=["a name", "a block"]
)
def test_dates_that_are_missing_are_told(packs: Path, course: str) -> None:
    """The first use has dates and this one has none: that is a warning at the name."""
    uses = f"{{with: {{c: {course}, quiz-1: y, lab: z}}}}"
    reading = read_packs([user(packs, f"  - course 1.0 as autumn: {uses}\n")])

    assert ["next/pack.yaml:7:35 W515 `c` has dates in its first use, and none here"] == said(
        reading.problems
    )


@pytest.mark.parametrize("credentials", ["own", "same"])
def test_the_stories_of_the_pack_hold_in_its_use(packs: Path, credentials: str) -> None:
    """The scenarios are played under the mapped names, on the days that they tell of."""
    uses = f"  - course 1.0 as autumn: {WHOLE[:-1]}, credentials: {credentials}}}\n"

    assert [True] == played(read_packs([user(packs, uses)]))


def played(reading: Reading) -> list[bool]:
    """Play the used pack's scenarios in its use."""
    letters, _ = read_letters(reading)
    report = run_tests(in_use(reading, "autumn"), letters.text)
    assert [] == report.problems
    return [result.passed for result in report.results]


def shared_pattern(folder: Path, rule: str) -> Reading:
    """Read a pack whose rule follows a pattern of another pack, which has things of its own."""
    common, own = folder / "common", folder / "own"
    (common / "messages").mkdir(parents=True)
    own.mkdir()
    (common / "pack.yaml").write_text(
        f"pack: common\n{HEAD}limits:\n  polite: {{cap: 1 in all}}\n"
        "activities:\n  handbook: {lms: 'page:1', kind: activity}\n"
    )
    (common / "messages" / "read.md").write_text(MESSAGE)
    (common / "patterns.yaml").write_text(
        "patterns:\n  read-first:\n    blanks: {quiz: a quiz}\n    title: T\n"
        "    when:\n      quiz: <quiz>\n      score: below 60%\n"
        "    if:\n      - {none: [{activity: handbook, is: viewed}]}\n"
        "    then:\n      - email: messages/read.md\n    limits: polite\n"
    )
    (own / "pack.yaml").write_text(
        f"pack: own\n{HEAD}uses: [common 1.0]\nactivities:\n  q: {{lms: 'quiz:1', kind: quiz}}\n"
    )
    (own / "rules.yaml").write_text(rule)
    return read_packs([own])


def test_a_pattern_speaks_of_its_own_packs_things(tmp_path: Path) -> None:
    """Its message, its limits and its activities are there, though the follower has none such."""
    rule = "rules:\n  r:\n    follows: common/read-first\n    with: {quiz: q}\n"
    reading = shared_pattern(tmp_path, rule)

    assert [] == said(reading.problems)
    found = reading.ruleset.rules["own/r"]
    assert ["common/messages/read.md"] == [getattr(action, "file", "") for action in found.then]
    assert found.limits.cap is not None
    assert "common/messages/read.md" in reading.messages


def test_what_fills_a_pattern_of_another_pack_is_the_rules_own(tmp_path: Path) -> None:
    """A name that nobody has is wrong where it was filled in."""
    rule = "rules:\n  r:\n    follows: common/read-first\n    with: {quiz: handbook}\n"
    (problem,) = shared_pattern(tmp_path, rule).problems

    assert f"{tmp_path}/own/rules.yaml:4:18" == str(problem.span)
    assert ("E201", "there is no quiz named `handbook`") == (problem.code, problem.message)


def test_a_condition_of_a_pattern_stands_where_the_pattern_has_it(tmp_path: Path) -> None:
    """Also where what fills it happens to stand on a line of the same number."""
    rule = f"rules:{chr(10) * 3}  r:\n    follows: common/read-first\n    with: {{quiz: q}}\n"
    reading = shared_pattern(tmp_path, rule)

    when = reading.ruleset.rules["own/r"].when
    assert isinstance(when, OnEvent)
    (leaf,) = when.leaves
    assert (f"{tmp_path}/common/patterns.yaml:6:7", 4) == (str(leaf.span), leaf.span.length)


def test_what_is_no_block_under_with_is_one_problem(tmp_path: Path) -> None:
    """Nobody is told as well that the use shares everything."""
    for name, more in (("p", ""), ("q", "uses:\n  - p 1 as spring: {with: nothing}\n")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "pack.yaml").write_text(
            f'pack: {name}\nlanguage: 1\nversion: "1"\ntitle: T\nowner: me@uni.example\nzone: UTC\n'
            + ('activities:\n  quiz: {lms: "quiz:1", kind: quiz}\n' if name == "p" else more)
        )
    found = read_packs([tmp_path / "p", tmp_path / "q"]).problems
    assert ["E105"] == [problem.code for problem in found]
