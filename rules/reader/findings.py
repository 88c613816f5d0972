"""Where the reader writes down what is wrong, and goes on."""

from dataclasses import replace

from engine.source import Problem, Severity, Span

LONGEST = 400
"""Characters of a message; an author's text that is quoted in it may have any length."""

MANY = 200
"""Problems after which nobody reads suggestions, and looking for them would take long."""


class Findings:
    """Problems found so far; the same one at the same place counts once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._found: dict[tuple[Span, str], Problem] = {}

    def add(self, span: Span, code: str, message: str, hint: str = "") -> None:
        """Note an error."""
        self._note(Problem(span, code, message, hint))

    def warn(self, span: Span, code: str, message: str, hint: str = "") -> None:
        """Note a warning."""
        self._note(Problem(span, code, message, hint, Severity.WARNING))

    def take(self, problems: tuple[Problem, ...]) -> None:
        """Note problems that were found elsewhere."""
        for problem in problems:
            self._note(problem)

    @property
    def are_many(self) -> bool:
        """Say whether there are so many that no more suggestions are looked for."""
        return len(self._found) >= MANY

    def sorted(self) -> tuple[Problem, ...]:
        """Give all of them in order of place."""
        return tuple(sorted(self._found.values(), key=lambda problem: problem.place))

    def _note(self, problem: Problem) -> None:
        if len(problem.message) > LONGEST or len(problem.hint) > LONGEST:
            problem = replace(problem, message=_cut(problem.message), hint=_cut(problem.hint))
        self._found.setdefault((problem.span, problem.code), problem)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
