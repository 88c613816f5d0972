"""All differences of a replay as a table (CSV), one a line, for a spreadsheet."""

import csv
from collections.abc import Iterable
from pathlib import Path

from adapters.replaying.report import Shown, difference_of
from engine.comparison import Difference

COLUMNS = (
    "learner",
    "thing",
    "what",
    "target",
    "change",
    "before",
    "before_at",
    "before_because",
    "after",
    "after_at",
    "after_because",
    "reason",
    "place",
    "value",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for the beginning of a formula."""


def write_table(path: Path, differences: Iterable[Difference], shown: Shown) -> int:
    """Write the table; give how many lines it has. An OSError says that it could not be."""
    number = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for difference in differences:
            document = difference_of(difference, shown)
            before, after = document.before, document.after
            writer.writerow(
                _plain(cell)
                for cell in (
                    document.learner,
                    document.thing,
                    document.what,
                    document.target,
                    document.change,
                    " then ".join(before.did),
                    before.at,
                    before.because,
                    " then ".join(after.did),
                    after.at,
                    after.because,
                    document.reason,
                    document.place,
                    document.value,
                )
            )
            number += 1
    return number


def _plain(cell: str) -> str:
    """Keep a learner's name from being run as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
