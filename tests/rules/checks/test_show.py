"""A problem as it is shown: the place first, then the line with a caret under the mistake."""

from adapters.telling.show import show_problem, show_problems
from engine.source import Problem, Span


def shown(line: str, column: int, length: int) -> list[str]:
    """Show a problem on line 5 and give the lines."""
    problem = Problem(Span("a.yaml", 5, column, length), "E110", "it is wrong", "write it so")
    return show_problem(problem, ["", "", "", "", line]).split("\n")


def test_the_form_is_that_of_the_language_page() -> None:
    """The example of the design is shown letter for letter."""
    text = "      inactive: 7days"
    problem = Problem(
        Span("nudges.yaml", 5, 17, 5), "E110", "`7days` is not a period", "write it like: 7 days"
    )

    assert show_problem(problem, ["", "", "", "", text]) == (
        "nudges.yaml:5:17  E110  `7days` is not a period\n"
        "    |\n"
        "  5 |       inactive: 7days\n"
        "    |                 ^^^^^  write it like: 7 days"
    )


def test_the_margin_grows_with_the_line_number() -> None:
    """The bars stand under one another whatever the number is."""
    problem = Problem(Span("a.yaml", 120, 1, 3), "E110", "it is wrong", "write it so")

    assert show_problem(problem, ["abc"] * 120).split("\n")[1:] == [
        "      |",
        "  120 | abc",
        "      | ^^^  write it so",
    ]


def test_wide_letters_and_tabs_move_the_caret() -> None:
    """A caret stands under the mistake also behind letters that are two columns wide."""
    assert shown("日本: x", 5, 1)[3].index("^") == len("    | ") + 2 + 2 + 2
    assert shown("\ttitle", 2, 5)[2] == "  5 |  title"


def test_a_long_line_is_cut_around_the_mistake() -> None:
    """The mistake is in sight however long the line is."""
    line = "x" * 500 + "WRONG" + "y" * 500
    _, _, source, carets = shown(line, 501, 5)

    assert "WRONG" == source[carets.index("^") : carets.index("^") + 5]
    assert len(source) < 140


def test_nothing_in_a_file_can_move_the_cursor() -> None:
    """Control characters of an author's file don't reach the terminal."""
    line = "title: \x1b[2Jgone\u202e"

    assert "\x1b" not in "".join(shown(line, 1, 5))
    assert "\u202e" not in "".join(shown(line, 1, 5))


def test_a_problem_without_a_line_shows_its_place_and_hint() -> None:
    """A missing folder has no line to show."""
    problem = Problem(Span("packs/x"), "E101", "the folder isn't there", "name a folder")

    assert "packs/x:1:1  E101  the folder isn't there\n    name a folder" == show_problems(
        [problem], {}
    )
