"""Rules that can never fire and credentials that nobody can earn, and the line that makes it so."""

from rules.checks.unreachable import unreachable
from tests.rules.authors import Author

THEN = "then: [{release: lab}]"
TOO_EARLY = "requires: [{date: between 2025-01-01 and 2025-02-01}], since: 2025-09-01"


def told(author: Author, text: str) -> dict[str, tuple[str, int]]:
    """Give what can never be, with the reason and the line."""
    reading = author(text)
    assert reading.problems == ()
    found = unreachable(reading.ruleset)
    return {
        name.removeprefix("p/"): (never.why, never.span.line)
        for name, never in (*found.rules.items(), *found.credentials.items())
    }


def test_what_rests_on_what_cannot_be_cannot_be_either(author: Author) -> None:
    """A rule waits for an award that rests on one that nobody can earn: the line is its own."""
    text = (
        "credentials:\n"
        f"  one: {{title: One, describes: O., {TOO_EARLY}}}\n"
        "  two: {title: Two, describes: T., requires: [{credential: one, is: held}]}\n"
        "rules:\n"
        f"  r: {{title: R, when: {{credential: two, is: awarded}}, {THEN}}}\n"
    )
    why = "`date: between 2025-01-01 and 2025-02-01` comes before `since: 2025-09-01`"

    assert told(author, text) == {
        "one": (why, 2),
        "two": ("nobody can earn one", 2),
        "r": ("nobody can earn two", 2),
    }


def test_one_way_that_is_left_is_enough(author: Author) -> None:
    """Where another event, or another condition of a choice, leads there, nothing is said."""
    text = (
        "credentials:\n"
        f"  one: {{title: One, describes: O., {TOO_EARLY}}}\n"
        "  two:\n    title: Two\n    describes: T.\n    requires:\n"
        "      - any: [{credential: one, is: held}, {activity: lab, is: completed}]\n"
        "      - none: [{credential: one, is: held}]\n"
        "rules:\n"
        "  r: {title: R, when: {any: [{credential: one, is: awarded}, "
        f"{{activity: lab, is: viewed}}]}}, {THEN}}}\n"
    )

    assert {"one"} == set(told(author, text))


def test_too_few_of_a_list_are_left(author: Author) -> None:
    """`at least 2 of` three is impossible where two of them are."""
    text = (
        "credentials:\n"
        f"  one: {{title: One, describes: O., {TOO_EARLY}}}\n"
        f"  two: {{title: Two, describes: T., {TOO_EARLY}}}\n"
        "  three:\n    title: Three\n    describes: T.\n    requires:\n"
        "      - at least 2 of: [{credential: one, is: held}, {credential: two, is: held},"
        " {activity: lab, is: completed}]\n"
    )

    assert {"one", "two", "three"} == set(told(author, text))


def test_a_skill_whose_score_is_never_known(author: Author) -> None:
    """Where all weights are zero nobody reaches a level, and nobody earns what asks for one."""
    text = (
        "skills:\n"
        "  s: {title: S, describes: S., evidence: [{quiz: q1, weight: 0}], "
        "levels: {good: at least 70%}}\n"
        "credentials:\n"
        "  c: {title: C, describes: C., requires: [{skill: s, level: at least good}]}\n"
    )

    assert {"c": ("the score of the skill s is never known", 2)} == told(author, text)


def test_a_day_at_the_edge_may_still_come(author: Author) -> None:
    """On the other side of the world it is another day: one day outside is not said to be never."""
    rule = f"  r: {{title: R, when: {{on: 2025-07-01 at 09:00}}, {THEN}, until: 2025-06-30}}\n"

    assert {} == told(author, f"rules:\n{rule}")


def test_retired_rules_and_credentials_are_left_alone(author: Author) -> None:
    """What no longer acts need not be able to."""
    text = (
        "credentials:\n"
        f"  c: {{title: C, describes: C., {TOO_EARLY}, state: retired}}\n"
        "rules:\n"
        f"  r: {{title: R, when: {{on: 2025-09-01 at 09:00}}, {THEN}, until: 2025-06-30,"
        " state: retired}\n"
    )

    assert {} == told(author, text)
