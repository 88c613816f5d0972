"""Which ruleset was in force when, and the files of those that are kept, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.store import reigns
from adapters.store.store import Store
from engine.calendar import micros

START = datetime(2025, 3, 3, tzinfo=UTC)


def test_each_day_has_its_ruleset(store: Store) -> None:
    """From its own instant on; before the first nobody knows; one that goes on is no news."""
    told = [
        store.reigns.begin(name, name.encode(), START + timedelta(days=day))
        for day, name in ((0, "aa"), (1, "aa"), (2, "bb"), (4, "aa"))
    ]
    found = [store.reigns.at(micros(START + timedelta(days=day))) for day in (-1, 0, 1, 3, 5)]

    assert [True, False, True, True] == told
    assert ["", "aa", "aa", "bb", "aa"] == found
    assert (b"aa", b"bb", None) == tuple(store.reigns.files(name) for name in ("a", "bb", "c"))


def test_the_files_of_the_latest_are_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database does not grow for ever; what comes back into force is kept again."""
    monkeypatch.setattr(reigns, "MOST_KEPT", 2)
    for day, name in enumerate(("aa", "bb", "cc", "aa")):
        store.reigns.begin(name, name.encode(), START + timedelta(days=day))

    assert (b"aa", None, b"cc") == tuple(store.reigns.files(name) for name in ("aa", "bb", "cc"))
    assert ["aa", "bb", "cc", "aa"] == [name for _, name in store.reigns.all()]


def test_other_words_of_the_same_meaning_take_the_older_ones_place(store: Store) -> None:
    """A title that was put right is what is told of awards from then on."""
    assert store.reigns.begin("aa", b"tilte", START)
    assert not store.reigns.begin("aa", b"title", START + timedelta(days=1))
    assert b"title" == store.reigns.files("aa")
