"""What came of a scenario that was played, and why it failed."""

from dataclasses import dataclass

from engine.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Failure:
    """
    Why a scenario fails.

    Attributes:
        place: `file:line:col` of the step or expectation.
        when: The instant in words.
        expected: What was expected, "nothing" where nothing was.
        got: What happened, "nothing" where nothing did.
        verdict: The reasons of what happened, if there are any.
    """

    place: str
    when: str
    expected: str
    got: str
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """
    What came of one scenario; no failures means that it passed.

    Attributes:
        place: `file:line:col` of its name.
        days: How many days of the learner's it played.
        seconds: How long that took, 0 where nobody has measured.
    """

    file: str
    name: str
    place: str
    days: int
    failures: tuple[Failure, ...]
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Say whether everything was as expected."""
        return not self.failures
