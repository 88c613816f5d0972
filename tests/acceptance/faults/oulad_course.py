"""
One course of OULAD with its learners' addresses, and what an independent reading makes of it.

The oracle reads the CSV tables with a few comparisons of its own: who reached which
credential, and who was enrolled at the end of a due day without having handed in.
"""

import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.adapters.serve.service_process import REPOSITORY

SAMPLES = REPOSITORY.parent / "shared" / "samples"
OULAD = SAMPLES / "oulad" / "dev"
PACKS = REPOSITORY / "rules" / "packs"
LONDON = ZoneInfo("Europe/London")
START = date(2013, 10, 1)
TABLES = ("assessments.csv", "studentRegistration.csv", "studentAssessment.csv")
SOUND, STRONG = Decimal(40), Decimal(70)

Row = dict[str, str]
Pair = tuple[str, str]


def day(number: str, hour: int = 0) -> datetime:
    """Give an hour, in UTC, of OULAD's numbered day."""
    return datetime.combine(START + timedelta(days=int(number)), time(hour), UTC)


def due(number: str) -> datetime:
    """Give the end of a due day on the course's clock."""
    midnight = datetime.combine(START + timedelta(days=int(number) + 1), time(), LONDON)
    return midnight.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Course:
    """
    A course's rows.

    Attributes:
        name: Such as AAA.
        assessments: Their rows in assessments.csv.
        registrations: Rows of studentRegistration.csv.
        results: Rows of studentAssessment.csv.
    """

    name: str
    assessments: tuple[Row, ...]
    registrations: tuple[Row, ...]
    results: tuple[Row, ...]

    @property
    def learners(self) -> tuple[str, ...]:
        """Give everybody who was ever enrolled."""
        return tuple(sorted({row["id_student"] for row in self.registrations}))

    @property
    def events(self) -> int:
        """Count enrolments, their ends, and results."""
        left = sum(bool(row["date_unregistration"]) for row in self.registrations)
        return len(self.registrations) + left + len(self.results)

    @property
    def last(self) -> datetime:
        """Give when the last event happened."""
        results = [day(row["date_submitted"], 12) for row in self.results]
        left = [
            day(row["date_unregistration"], 15)
            for row in self.registrations
            if row["date_unregistration"]
        ]
        return max(results + left)

    def dues(self) -> dict[str, datetime]:
        """Give the end of each due day, by the rule that asks then, in order."""
        dates = {row["id_assessment"]: due(row["date"]) for row in self.assessments}
        return {self.rule(name): at for name, at in sorted(dates.items(), key=lambda item: item[1])}

    def rule(self, assessment: str) -> str:
        """Give the full name of the rule about an assessment."""
        return f"oulad/{self.name.lower()}-{assessment}-overdue"

    def credentials(self) -> set[Pair]:
        """Give everybody with what she has earned: (learner, credential)."""
        marks = {(row["id_student"], row["id_assessment"]): row["score"] for row in self.results}
        names = [row["id_assessment"] for row in self.assessments]
        found = set()
        for learner in self.learners:
            scores = [marks.get((learner, name), "") for name in names]
            if not all(scores):
                continue
            lowest = min(map(Decimal, scores))
            for credential, least in (("sound", SOUND), ("strong", STRONG)):
                if lowest >= least:
                    found.add((learner, f"oulad/{self.name.lower()}-{credential}"))
        return found

    def overdue(self) -> set[Pair]:
        """Give whom each rule writes to: (learner, rule)."""
        found = set()
        for row in self.assessments:
            at = due(row["date"])
            handed_in = {
                result["id_student"]
                for result in self.results
                if result["id_assessment"] == row["id_assessment"]
                and day(result["date_submitted"], 12) < at
            }
            for one in self.registrations:
                left = one["date_unregistration"]
                present = day(one["date_registration"], 9) <= at and (
                    not left or day(left, 15) >= at
                )
                if present and one["id_student"] not in handed_in:
                    found.add((one["id_student"], self.rule(row["id_assessment"])))
        return found

    def until(self, last: int) -> "Course":
        """Give what was known at the end of a day, about the assessments that were due by then."""
        assessments = tuple(row for row in self.assessments if int(row["date"]) <= last)
        names = {row["id_assessment"] for row in assessments}
        return Course(
            self.name,
            assessments,
            tuple(
                row
                if int(row["date_unregistration"] or 0) <= last
                else row | {"date_unregistration": ""}
                for row in self.registrations
                if int(row["date_registration"]) <= last
            ),
            tuple(
                row
                for row in self.results
                if row["id_assessment"] in names and int(row["date_submitted"]) <= last
            ),
        )

    def write(self, folder: Path) -> Path:
        """Write OULAD's tables with this course alone into a new folder."""
        folder.mkdir()
        for table, rows in zip(
            TABLES, (self.assessments, self.registrations, self.results), strict=True
        ):
            with (folder / table).open("w", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
        return folder

    def write_people(self, path: Path) -> Path:
        """Write a table of people: an address for each learner."""
        lines = [f"{one},Learner {one},l{one}@learner.test" for one in self.learners]
        path.write_text("\n".join(["learner,name,email", *lines]) + "\n")
        return path


def read_course(name: str) -> Course:
    """Read a course of the samples."""
    assessments, registrations, results = (_rows(table) for table in TABLES)
    own = tuple(row for row in assessments if row["code_module"] == name)
    names = {row["id_assessment"] for row in own}
    return Course(
        name,
        own,
        tuple(row for row in registrations if row["code_module"] == name),
        tuple(row for row in results if row["id_assessment"] in names),
    )


def _rows(table: str) -> list[Row]:
    with (OULAD / table).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
