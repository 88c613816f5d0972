"""Where the reader writes down what is wrong, and goes on."""

from engine.source import Problem, Severity, Span


class Findings:
    """Problems found so far; the same one at the same place counts once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._found: dict[tuple[Span, str], Problem] = {}

    def add(self, span: Span, code: str, message: str, hint: str = "") -> None:
        """Note an error."""
        self._found.setdefault((span, code), Problem(span, code, message, hint))

    def warn(self, span: Span, code: str, message: str, hint: str = "") -> None:
        """Note a warning."""
        self._found.setdefault((span, code), Problem(span, code, message, hint, Severity.WARNING))

    def take(self, problems: tuple[Problem, ...]) -> None:
        """Note problems that were found elsewhere."""
        for problem in problems:
            self._found.setdefault((problem.span, problem.code), problem)

    def sorted(self) -> tuple[Problem, ...]:
        """Give all of them in order of place."""
        return tuple(sorted(self._found.values(), key=lambda problem: problem.place))
