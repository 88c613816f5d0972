"""
Who wants to see every answer that is given: nobody in service, coverage in tests.

It sees and changes nothing; a ruleset that is observed decides as one that is not.
"""

from typing import Protocol

from engine.terms import Condition
from engine.verdict import Answer


class Observer(Protocol):
    """Sees conditions answered and rules triggered."""

    def answered(self, condition: Condition, answer: Answer) -> None:
        """See what was answered to a condition of the ruleset, or to a part of one made anew."""
        ...

    def triggered(self, rule: str) -> None:
        """See that a rule's trigger came, whatever its `if` says then."""
        ...
