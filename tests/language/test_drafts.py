"""States: a draft decides and is counted, and does nothing; what is retired rests."""

from tests.language.asked import Replay, Said


def events() -> list[Said]:
    """Give three videos, a look at the door and the lab, of one enrolled learner."""
    said = [
        ("2025-03-03T09:00:00+01:00", "course:1", "enrolled"),
        ("2025-03-04T10:00:00+01:00", "page:1", "completed"),
        ("2025-03-05T10:00:00+01:00", "page:1", "completed"),
        ("2025-03-06T10:00:00+01:00", "page:1", "completed"),
        ("2025-03-07T10:00:00+01:00", "page:4", "viewed"),
        ("2025-03-08T10:00:00+01:00", "page:2", "completed"),
    ]
    return [
        {
            "id": f"e{n}",
            "time": at,
            "learner": "ada",
            "course": "course:1",
            "object": what,
            "is": word,
        }
        for n, (at, what, word) in enumerate(said)
    ]


def test_a_draft_is_counted_and_uses_up_no_cap_and_no_gap(replay: Replay) -> None:
    """States; law 8: drafts use up no event, cap or gap, so each of three events fires."""
    rule = replay("drafts", events()).rules["trial"]
    assert (3, 1, 0, 0, 0) == tuple(
        rule[word] for word in ("fired", "learners", "deferred", "suppressed", "capped")
    )


def test_a_draft_puts_nobody_into_a_group(replay: Replay) -> None:
    """States: it does nothing, so no rule follows from it."""
    assert replay("drafts", events()).rules["chained"]["fired"] == 0


def test_a_draft_opens_no_door(replay: Replay) -> None:
    """States: it does nothing, so the door is not open."""
    assert replay("drafts", events()).rules["opened"]["fired"] == 0


def test_a_draft_sends_nothing(replay: Replay) -> None:
    """States: the only message is that of the live rule, whose cap is one."""
    assert replay("drafts", events()).messages == 1


def test_a_live_rule_beside_a_draft_is_capped(replay: Replay) -> None:
    """Law 13: capped is told once an enrolment, so one of two further events is told."""
    rule = replay("drafts", events()).rules["live"]
    assert (1, 1) == (rule["fired"], rule["capped"])


def test_a_draft_credential_is_counted_and_not_held(replay: Replay) -> None:
    """States: a draft decides and is counted, and no stack stands on it."""
    credentials = replay("drafts", events()).credentials
    assert ({"awarded": 1, "learners": 1}, {"awarded": 0, "learners": 0}) == (
        credentials["part"],
        credentials["whole"],
    )


def test_what_is_retired_rests(replay: Replay) -> None:
    """States: a retired rule does not act."""
    assert replay("drafts", events()).rules["rests"]["fired"] == 0
