"""Facts answered by a real package, in a real process, which does what plug-ins may do."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.facts.plugins import PATIENT, Plugins
from engine.calendar import MINUTE
from engine.facts import Enrolment, Fact, Learner, Seen
from tests.adapters.facts.colleague import lay_out

NOW = "2025-03-03T10:00:00+00:00"


@pytest.fixture
def plugins(tmp_path: Path) -> Iterator[Plugins]:
    """Give the door to the colleague's package."""
    found = Plugins((lay_out(tmp_path),), 0.5)
    yield found
    found.end()


def learner(asks: str = "", *verbs: str) -> Learner:
    """Give somebody with a loan or without, of whom the plug-in is asked something further."""
    events = tuple(
        Seen(NOW, f"https://library.example/{verb}", "", "", None, "", {}, undone=False)
        for verb in verbs
    )
    profile = {"asks": asks} if asks else {}
    return Learner("ada", profile, (Enrolment("course:1", "2025-03-01T00:00:00+00:00"),), events)


def test_a_plug_in_says_what_it_answers(plugins: Plugins) -> None:
    """The fact is known by its entry point's name, with its help and what it listens to."""
    expected = Fact(
        "library-loan",
        "The learner has something on loan from the library.",
        ("https://library.example/lent", "https://library.example/brought-back"),
    )

    assert {"library-loan": expected} == plugins.known()


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        pytest.param(learner("", "lent"), True, id="yes"),
        pytest.param(learner("", "lent", "brought-back"), False, id="no"),
        pytest.param(learner("unsure"), None, id="not known"),
        pytest.param(learner("where"), True, id="its own rules, not ours"),
        pytest.param(learner("told"), True, id="the instant and the enrolments arrive"),
    ],
)
def test_a_plug_in_answers(plugins: Plugins, who: Learner, expected: bool | None) -> None:
    """Each answer arrives, whatever the plug-in prints, and by the colleague's own `rules`."""
    assert expected is plugins.answer("library-loan", who, NOW)


@pytest.mark.parametrize(
    ("asks", "why", "is_new"),
    [
        ("dies", "its process ended", True),
        ("hangs", "no answer in 0.5 seconds", True),
        ("raises", "SystemExit: no library today", False),
        ("wrong", "'maybe' is not True, False or None", False),
    ],
)
def test_a_plug_in_that_fails_is_not_known(
    plugins: Plugins, caplog: pytest.LogCaptureFixture, asks: str, why: str, is_new: bool
) -> None:
    """A failure is *not known* and a line in the log; the next question is answered again."""
    plugins.known()
    before = plugins.pid
    with caplog.at_level(logging.WARNING, "milepost.facts"):
        assert None is plugins.answer("library-loan", learner(asks), NOW)

    assert why in caplog.text
    assert True is plugins.answer("library-loan", learner("", "lent"), NOW)
    assert is_new is (before != plugins.pid)


def test_a_plug_in_that_always_fails_is_left_alone_for_a_while(
    plugins: Plugins, caplog: pytest.LogCaptureFixture
) -> None:
    """After three failures nobody waits for it any more; it is to be asked again ever later."""
    waits = []
    for number in range(PATIENT):
        asked = plugins.answer("library-loan", learner("dies", *["lent"] * number), NOW)
        assert None is asked
        waits.append(plugins.retry("library-loan"))
    assert [MINUTE, 2 * MINUTE, 4 * MINUTE] == waits

    plugins.end()
    assert None is plugins.answer("library-loan", learner("", "lent"), NOW)
    assert (0, 4 * MINUTE) == (plugins.pid, plugins.retry("library-loan"))
    assert "failed 3 times in a row; it rests 1 s" in caplog.text


def test_a_plug_in_that_answers_again_is_asked_as_before(plugins: Plugins) -> None:
    """One answer makes good for all failures before it."""
    assert None is plugins.answer("library-loan", learner("raises"), NOW)
    assert MINUTE == plugins.retry("library-loan")
    assert True is plugins.answer("library-loan", learner("", "lent"), NOW)
    assert None is plugins.retry("library-loan")


def test_what_ended_leaves_no_process(plugins: Plugins) -> None:
    """Ending the plug-ins ends their process, even one that hangs."""
    plugins.known()
    pid = plugins.pid
    plugins.end()

    assert 0 == plugins.pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_plug_in_that_cannot_be_loaded_is_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The others answer all the same, and the log names it and says why."""
    entries = "paid = broken_milepost:paid\nlate = rules.loans:LONGEST\n"
    plugins = Plugins((lay_out(tmp_path, entries),), 0.5)
    with caplog.at_level(logging.WARNING, "milepost.facts"):
        assert ["library-loan"] == list(plugins.known())
    plugins.end()

    assert "fact paid: SystemExit: no licence" in caplog.text
    assert "fact late: TypeError: it can't be called with (record, now)" in caplog.text


def test_an_import_that_ends_the_process(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Then no fact is known, and nothing of ours ends."""
    folder = lay_out(tmp_path, "paid = broken_milepost:paid\n")
    (folder / "broken_milepost.py").write_text("import os\nos._exit(1)\n")
    plugins = Plugins((folder,), 0.5)
    with caplog.at_level(logging.WARNING, "milepost.facts"):
        assert {} == plugins.known()
        assert None is plugins.answer("paid", learner(), NOW)

    assert "no fact is known" in caplog.text


def test_a_long_record_arrives(plugins: Plugins) -> None:
    """A question larger than a pipe holds is answered, and one that hangs with it still ends."""
    many = tuple(["lent"] * 5000)

    assert True is plugins.answer("library-loan", learner("", *many), NOW)
    assert None is plugins.answer("library-loan", learner("hangs", *many), NOW)
    assert None is plugins.answer("library-loan", learner("hangs", *many, "lent"), NOW)
