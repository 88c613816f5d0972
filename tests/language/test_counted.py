"""Words for what a rule did, as `replay` counts them."""

import pytest

from tests.language.asked import Replay, Said

ENROLLED: Said = {"time": "2025-03-03T09:00:00+01:00", "object": "course:1", "is": "enrolled"}


def told(learner: str, *said: tuple[str, str, str]) -> list[Said]:
    """Give an enrolled learner's events: times in March 2025 in Madrid, objects, words."""
    events: list[Said] = [ENROLLED]
    events += [{"time": f"2025-03-{at}:00+01:00", "object": o, "is": w} for at, o, w in said]
    return [
        {"id": f"{learner}-{n}", "learner": learner, "course": "course:1"} | event
        for n, event in enumerate(events)
    ]


def counts(replay: Replay, events: list[Said], rule: str, until: str = "") -> dict[str, int]:
    """Give what one rule did, without zeros."""
    rules = replay("counted", events, until).rules
    return {word: number for word, number in rules[rule].items() if number}


NIGHT = ("04T22:00", "page:1", "completed")
UNTIL = "2025-03-05T08:00:00+01:00"


def test_a_deferred_letter_that_goes_counts_fired_then(replay: Replay) -> None:
    """The letter alone: deferred in the night, fired in the morning."""
    wanted = {"fired": 1, "learners": 1, "deferred": 1}
    assert wanted == counts(replay, told("ada", NIGHT), "letter", UNTIL)


def test_a_firing_counts_once_where_the_letter_goes_later(replay: Replay) -> None:
    """The release fired it in the night; the letter of the morning is the same firing."""
    wanted = {"fired": 1, "learners": 1, "deferred": 1}
    assert wanted == counts(replay, told("ada", NIGHT), "both", UNTIL)


def test_a_letter_still_deferred_at_the_end_has_not_fired(replay: Replay) -> None:
    """Until the last event only what was done by then is counted."""
    assert {"deferred": 1} == counts(replay, told("ada", NIGHT), "letter")


def test_what_was_only_capped_has_not_fired(replay: Replay) -> None:
    """*fired* if anything was done; *capped* is told once an enrolment (law 13)."""
    labs = [(f"{day:02}T10:00", "page:2", "completed") for day in (4, 5, 6)]
    wanted = {"fired": 1, "learners": 1, "capped": 1}
    assert wanted == counts(replay, told("ada", *labs), "once")


def test_learners_are_counted_once(replay: Replay) -> None:
    """`learners` counts distinct learners for whom it fired."""
    nights = [(f"{day:02}T10:00", "page:1", "completed") for day in (4, 5, 6)]
    events = told("ada", *nights) + told("ben", *nights[:1]) + told("cleo")
    assert {"fired": 4, "learners": 2} == counts(replay, events, "letter")


def test_what_nobody_can_answer_is_undecided(replay: Replay) -> None:
    """Answers: submitted but unmarked is unknown."""
    events = told("ada", ("04T10:00", "quiz:1", "submitted"), ("04T11:00", "page:4", "viewed"))
    assert {"undecided": 1} == counts(replay, events, "asks")


@pytest.mark.parametrize(
    ("until", "wanted"),
    [
        ("2025-03-10T08:59:59+01:00", {}),
        ("2025-03-10T09:00:00+01:00", {"fired": 1, "learners": 1}),
        ("2025-06-30T09:00:00+02:00", {"fired": 1, "learners": 1}),
    ],
)
def test_until_lives_on_to_its_instant(replay: Replay, until: str, wanted: dict[str, int]) -> None:
    """`--until` asks the timers up to it; a week of silence after enrolment is law 5."""
    assert wanted == counts(replay, told("ada"), "silent", until)


def test_letters_of_awards_and_rules_are_messages(replay: Replay) -> None:
    """One award's message and one capped letter; a missing address changes nothing."""
    labs = [(f"{day:02}T10:00", "page:2", "completed") for day in (4, 5, 6)]
    found = replay("counted", told("ada", *labs))
    assert (2, {"done": {"awarded": 1, "learners": 1}}) == (found.messages, found.credentials)


def test_levels_are_counted_by_learner(replay: Replay) -> None:
    """A learner is counted at the level she has at the end."""
    events: list[Said] = []
    for learner, raw in (("ada", 85), ("ben", 80), ("cleo", 79), ("dan", 39)):
        said = told(learner, ("04T10:00", "quiz:1", "graded"))
        said[1]["score"] = {"raw": raw, "min": 0, "max": 100}
        events += said
    skills = replay("counted", events).skills
    assert {"able": {"some": 1, "much": 2}} == skills


def test_what_cannot_be_understood_is_quarantined_and_its_neighbours_are_counted(
    replay: Replay,
) -> None:
    """An event without a time it can be read from is put aside."""
    events = told("ada", NIGHT)
    found = replay("counted", [*events, events[1] | {"id": "x", "time": "yesterday"}])
    assert (1, 1) == (found.quarantined, found.learners)


def test_the_score_is_a_fraction_of_its_range(replay: Replay) -> None:
    """(raw - min) / (max - min): 60 of 20 to 70 is exactly 80%."""
    events = told("ada", ("04T10:00", "quiz:1", "graded"))
    events[1]["score"] = {"raw": 60, "min": 20, "max": 70}
    assert {"able": {"some": 0, "much": 1}} == replay("counted", events).skills


def test_without_attempts_a_correction_of_the_mark_is_the_latest_word(replay: Replay) -> None:
    """Two marks without attempts named: the skill reads the best of what was marked (law 2)."""
    events = told("ada", ("04T10:00", "quiz:1", "graded"), ("05T10:00", "quiz:1", "graded"))
    events[1]["score"] = {"raw": 30, "min": 0, "max": 100}
    events[2]["score"] = {"raw": 90, "min": 0, "max": 100}
    assert {"able": {"some": 0, "much": 1}} == replay("counted", events).skills
