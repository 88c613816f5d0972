"""Pathways as funnels: how many learners have come how far, and how long each step took them."""

from dataclasses import dataclass, field
from statistics import median

from adapters.reporting.report import PathwayReport, StepReport
from engine.calendar import DAY, Micros
from engine.pathways import courses_of, first_done
from engine.plan import Plan
from engine.record import Record
from engine.ruleset import Pathway
from engine.wording import ask

DIGITS = 1


@dataclass(slots=True)
class Funnel:
    """One pathway, as far as learners were added."""

    plan: Plan
    pathway: Pathway
    learners: int = 0
    completed: int = 0
    numbers: list[int] = field(default_factory=list)
    days: list[list[float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with zeros for every step."""
        self.numbers = [0 for _ in self.pathway.steps]
        self.days = [[] for _ in self.pathway.steps]

    def add(self, record: Record, now: Micros) -> None:
        """Add one learner; whoever has done no step is not on it."""
        times = first_done(self.plan, record, self.pathway, now)
        if not any(at is not None for at in times):
            return
        self.learners += 1
        steps = list(zip(self.pathway.steps, times, strict=True))
        self.completed += all(at is not None for step, at in steps if step.required)
        before = self._entered(record, now)
        for number, at in enumerate(times):
            if at is not None:
                self.numbers[number] += 1
                if before is not None and before <= at:
                    self.days[number].append((at - before) / DAY)
            before = at

    def _entered(self, record: Record, now: Micros) -> Micros | None:
        """Give when a learner came into the courses of the pathway, None where nobody knows."""
        courses = sorted(courses_of(self.plan, self.pathway))
        found = [record.enrolled_since(course, now) for course in courses]
        return min((at for at in found if at is not None), default=None)

    def report(self) -> PathwayReport:
        """Give the funnel."""
        pack = self.pathway.id.partition("/")[0]

        def short(name: str) -> str:
            return name.removeprefix(f"{pack}/")

        steps = [
            StepReport(
                step.title or ask(step.condition, short),
                f"{step.span.file}:{step.span.line}",
                step.required,
                self.numbers[number],
                round(median(self.days[number]), DIGITS) if self.days[number] else None,
            )
            for number, step in enumerate(self.pathway.steps)
        ]
        return PathwayReport(
            self.pathway.title, short(self.pathway.leads_to), self.learners, steps, self.completed
        )
