"""
Values that change with a date: a pass mark that is another one for the next cohort.

The day of the evidence decides, on the pack's clock: whoever handed in before the change is
judged by what was asked then, whenever the mark comes.
"""

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from engine.values import Comparison, Unit

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class From(Generic[T]):
    """A value that holds from the start of a day on."""

    day: date
    value: T


@dataclass(frozen=True, slots=True)
class ByDate(Generic[T]):
    """Values by the day from which each holds, in the order of days; before the first is none."""

    steps: tuple[From[T], ...]

    def at(self, day: date) -> T | None:
        """Give the value that holds on a day, None before the first."""
        found = [step.value for step in self.steps if step.day <= day]
        return found[-1] if found else None

    @property
    def first(self) -> date:
        """Give the first day for which there is a value."""
        return self.steps[0].day

    def __str__(self) -> str:
        """Write it as an author would, on one line."""
        return ", ".join(f"{step.value} from {step.day}" for step in self.steps)


Wanted = Comparison | ByDate[Comparison]
"""What a score must be, always or by the day of the evidence."""


def each_of(wanted: Wanted) -> tuple[Comparison, ...]:
    """Give every comparison that may come to count."""
    if isinstance(wanted, ByDate):
        return tuple(step.value for step in wanted.steps)
    return (wanted,)


def unit_of(wanted: Wanted) -> Unit:
    """Give what a score is compared in; all values by date are in the same."""
    return each_of(wanted)[0].unit


def has_no_top(wanted: Wanted) -> bool:
    """Say whether a better mark always does as well."""
    return all(comparison.high is None for comparison in each_of(wanted))
