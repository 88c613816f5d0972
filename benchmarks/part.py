"""
What a part of the benchmarks has found: tables, and what was wanted beside what was found.

The screen and benchmarks/README.md show the same, so that neither is kept by hand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

FULL_DIGITS = 10
"""From here on a figure has one digit after the point, below it two."""


@dataclass(frozen=True, slots=True)
class Table:
    """
    Rows under columns; the first column is a name, the others are figures.

    Attributes:
        title: What it shows, a sentence.
        columns: Their names, with units.
        rows: As many cells as there are columns.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def text(self) -> str:
        """Give it for the screen, in columns."""
        widths = [max(map(len, column)) for column in zip(self.columns, *self.rows, strict=True)]
        lines = [
            "  ".join(
                cell.rjust(width) if place else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in (self.columns, *self.rows)
        ]
        return "\n".join((self.title, "", *lines))

    def markdown(self) -> str:
        """Give it as Markdown."""
        rule = ["---", *("---:" for _ in self.columns[1:])]
        lines = [f"| {' | '.join(row)} |" for row in (self.columns, rule, *self.rows)]
        return "\n".join((self.title, "", *lines))


@dataclass(frozen=True, slots=True)
class Target:
    """
    What was wanted, and what was found.

    Attributes:
        what: Of what, with the bound that is wanted.
        found: What was measured, in words.
        met: Whether it is so.
    """

    what: str
    found: str
    met: bool


@dataclass(frozen=True, slots=True)
class Part:
    """
    One part's findings.

    Attributes:
        title: Its heading.
        method: How it was measured: the opening of its module.
        tables: What was found.
        targets: What was wanted of it; nothing where it only informs.
        notes: Sentences that belong to the figures.
        output: What another program printed that belongs here, as it is.
    """

    title: str
    method: str
    tables: tuple[Table, ...]
    targets: tuple[Target, ...] = ()
    notes: tuple[str, ...] = ()
    output: str = ""

    def text(self) -> str:
        """Give it for the screen."""
        return "\n\n".join(self._blocks([table.text() for table in self.tables], plain=True))

    def markdown(self) -> str:
        """Give it as Markdown."""
        blocks = self._blocks([table.markdown() for table in self.tables], plain=False)
        return "\n\n".join((f"## {self.title}", self.method.strip(), *blocks))

    def _blocks(self, tables: Sequence[str], *, plain: bool) -> Iterator[str]:
        yield from tables
        if self.output:
            yield self.output.strip() if plain else f"```\n{self.output.strip()}\n```"
        if self.notes:
            yield "\n".join(self.notes)
        if plain and self.targets:
            yield "\n".join(said(target) for target in self.targets)


def said(target: Target) -> str:
    """Say in a line whether a target is met."""
    return f"{'met' if target.met else 'NOT MET'}: {target.what}: {target.found}"


def figure(value: float) -> str:
    """Write a figure with as many digits as mean something."""
    if abs(value) >= FULL_DIGITS * FULL_DIGITS:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= FULL_DIGITS else f"{value:.2f}"
