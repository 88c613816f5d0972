"""`milepost test --watch`, as an author sees it while she writes."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO

import pytest

MILEPOST = Path(sys.executable).with_name("milepost")
PATIENCE = 60.0


def follow(out: IO[str], lines: Queue[str]) -> None:
    """Put each line that comes into a queue."""
    for line in out:
        lines.put(line)


def until(lines: Queue[str], wanted: str) -> list[str]:
    """Give the lines up to one that holds some words."""
    found: list[str] = []
    while True:
        try:
            line = lines.get(timeout=PATIENCE)
        except Empty:
            pytest.fail(f"waited for {wanted!r}, got {found}")
        found.append(line.rstrip("\n"))
        if wanted in line:
            return found


def test_a_change_plays_what_it_concerns_first(small: Path) -> None:
    """A changed rule plays its own scenarios, then all; a broken file waits; Ctrl-C ends it."""
    (small / "more.test.yaml").write_text(
        (small / "rules.test.yaml").read_text().replace("rules.yaml", "more.yaml")
    )
    (small / "more.yaml").write_text(
        "rules:\n  more:\n    title: More\n    when: {activity: extra, is: viewed}\n"
        "    then: [{release: lab}]\n"
    )
    done = subprocess.Popen(
        [str(MILEPOST), "test", "--watch", str(small)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: Queue[str] = Queue()
    assert done.stdout is not None
    reading = Thread(target=follow, args=(done.stdout, lines))
    reading.start()
    try:
        assert "4 passed, 0 failed" in until(lines, "watching; Ctrl-C ends it")

        rules = small / "rules.yaml"
        right = rules.read_text()
        rules.write_text(right.replace("below 60%", "below 70%"))
        first = until(lines, "and all:")
        assert "changed: rules.yaml" in first
        assert "1 passed, 1 failed" in first
        assert "3 passed, 1 failed" in until(lines, "passed")

        rules.write_text(right.replace("below 60%", "below"))
        until(lines, "nothing was done")

        rules.write_text(right)
        assert "4 passed, 0 failed" in until(lines, "4 passed")
        done.send_signal(signal.SIGINT)
        assert done.wait(PATIENCE) == 0
    finally:
        done.kill()
        done.wait()
        reading.join()
        done.stdout.close()


def test_a_changed_scenario_is_played_in_a_pack_that_is_named_from_here(small: Path) -> None:
    """With a relative name of the pack, too, a scenario that changes knows its pack's names."""
    done = subprocess.Popen(
        [str(MILEPOST), "test", "--watch", small.name],
        cwd=small.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: Queue[str] = Queue()
    assert done.stdout is not None
    reading = Thread(target=follow, args=(done.stdout, lines))
    reading.start()
    try:
        until(lines, "watching; Ctrl-C ends it")
        scenarios = small / "rules.test.yaml"
        scenarios.write_text(f"{scenarios.read_text()}\n")
        until(lines, "changed: rules.test.yaml")
        told = until(lines, "watching; Ctrl-C ends it")
        assert ["2 passed, 0 failed"] == [line for line in told if " passed, " in line]
        assert not [line for line in told if "E201" in line or "0 passed" in line]
    finally:
        done.send_signal(signal.SIGINT)
        done.wait(PATIENCE)
        reading.join(PATIENCE)
        done.stdout.close()


@contextmanager
def watched(pack: Path) -> Iterator[Queue[str]]:
    """Give the lines of a watch over a pack, from its first answer on."""
    done = subprocess.Popen(
        [str(MILEPOST), "test", "--watch", str(pack)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: Queue[str] = Queue()
    assert done.stdout is not None
    reading = Thread(target=follow, args=(done.stdout, lines))
    reading.start()
    until(lines, "watching; Ctrl-C ends it")
    try:
        yield lines
    finally:
        done.send_signal(signal.SIGINT)
        done.wait(PATIENCE)
        reading.join(PATIENCE)
        done.stdout.close()


def test_one_test_file_is_summed_up_once(small: Path) -> None:
    """Where what changed concerns every scenario, there is nothing more to play."""
    rules = small / "rules.yaml"
    with watched(small) as lines:
        rules.write_text(rules.read_text().replace("below 60%", "below 70%"))
        told = until(lines, "watching; Ctrl-C ends it")

    assert ["1 passed, 1 failed"] == [line for line in told if " passed, " in line]
    assert 1 == sum(line.startswith("  FAIL") for line in told)
    assert "and all:" not in told


def add_scenarios(pack: Path) -> None:
    """Add a file with as many scenarios, of no rules."""
    (pack / "more.yaml").write_text("rules: {}\n")
    (pack / "more.test.yaml").write_text(
        (pack / "rules.test.yaml").read_text().replace("rules.yaml", "more.yaml")
    )


@pytest.mark.parametrize("file", ["rules.yaml", "rules.test.yaml"])
def test_a_mistake_is_told_once(small: Path, file: str) -> None:
    """In the rules and in their scenarios alike, in a pack with other scenarios too."""
    add_scenarios(small)
    path = small / file
    with watched(small) as lines:
        path.write_text(path.read_text().replace("quiz-1", "quiz-2"))
        told = until(lines, "watching; Ctrl-C ends it")

    assert [f"changed: {file}"] == [line for line in told if "changed" in line]
    mistakes = [line for line in told if "E201" in line]
    assert mistakes
    assert sorted(set(mistakes)) == sorted(mistakes)


def test_what_was_told_of_a_changed_file_is_not_told_again(small: Path) -> None:
    """Its failures stand once; the sum below is of all."""
    add_scenarios(small)
    tests = small / "rules.test.yaml"
    with watched(small) as lines:
        tests.write_text(tests.read_text().replace("{release: lab}", "{release: extra}"))
        told = until(lines, "watching; Ctrl-C ends it")

    assert ["1 passed, 1 failed", "3 passed, 1 failed"] == [
        line for line in told if " passed, " in line
    ]
    assert 1 == sum(line.startswith("  FAIL") for line in told)
