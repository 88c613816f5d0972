"""A small institution whose learner has earned things: the real store, service and office."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from adapters.inbound.native import decode
from adapters.running.office import Office
from adapters.running.running import Running
from adapters.settings.tree import Settings

ADA = "https://lms.uni.example|ada"
BOB = "https://lms.uni.example|bob"
EMAIL = "ada@uni.example"
URL = "https://badges.uni.example"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)

PACK = """\
pack: p
language: 1
version: 2026.1
title: A pack
owner: me@uni.example
zone: Europe/Madrid
activities:
  quiz: {lms: "quiz:1", kind: quiz, pass: 60%, title: Sampling quiz}
  report: {lms: "assign:2", kind: assignment, title: Sampling report}
  lab: {lms: "lesson:3", kind: activity, title: Cleaning lab}
"""

RULES = """\
skills:
  sampling:
    title: Sampling
    describes: Draws a sample that fits the question.
    aligns: https://data.europa.eu/esco/skill/0000-sampling
    evidence:
      - quiz: quiz
        weight: 1
      - assignment: report
        weight: 2
    levels:
      developing: at least 40%
      proficient: at least 70% from 2 sources
credentials:
  sampler:
    title: Sampler
    describes: Can choose, justify and draw a sample.
    requires:
      - skill: sampling
        level: at least proficient
      - quiz: quiz
        score: at least 60%
    framework level: EQF 6
    credits: 2 ECTS
    aligns: https://credentialengineregistry.org/resources/ce-1111
    expires: after 3 years
    renew: 6 months before
  cleaner:
    title: Cleaner
    describes: Can repair faulty records.
    requires:
      - activity: lab
        is: completed
    if evidence falls: revoke
  analyst:
    title: Analyst
    describes: Can take a question to an answer.
    requires:
      - credential: sampler
        is: held
      - at least 1 of:
          - credential: cleaner
            is: held
          - quiz: quiz
            score: at least 95%
"""


@dataclass
class House:
    """A running service on a database of its own, and who tells it what happens."""

    running: Running
    sent: int = 0

    @property
    def office(self) -> Office:
        """Give what issues."""
        return self.running.office

    def happens(self, learner: str, at: datetime, **more: object) -> None:
        """Let something happen to a learner."""
        self.sent += 1
        event = {"id": f"e{self.sent}", "time": at.isoformat(), "learner": learner, **more}
        received = decode(json.dumps(event).encode(), "lms", at)
        assert [""] == [one.reason for one in received]
        self.running.service.ingest(received, at, "lms")

    def earns_all(self, learner: str = ADA, at: datetime = START) -> None:
        """Let a learner earn all three credentials within a minute."""
        profile = {"name": "Ada", "email": EMAIL, "zone": "Europe/Madrid"}
        self.happens(learner, at, **{"is": "profile", "fields": profile})
        self.happens(learner, at, object="quiz:1", **{"is": "graded", "score": score(8)})
        self.happens(learner, at, object="assign:2", **{"is": "graded", "score": score(9)})
        self.happens(learner, at, object="lesson:3", **{"is": "completed"})


def score(raw: float) -> dict[str, float]:
    """Give a mark out of ten."""
    return {"raw": raw, "min": 0, "max": 10}


def write_packs(folder: Path, rules: str = RULES) -> Path:
    """Write the pack; give the folder of packs."""
    pack = folder / "packs" / "p"
    pack.mkdir(parents=True, exist_ok=True)
    (pack / "pack.yaml").write_text(PACK)
    (pack / "rules.yaml").write_text(rules)
    return folder / "packs"


def settings_for(folder: Path, database: str, public_url: str = URL) -> Settings:
    """Give the settings of a house in a folder."""
    default = Settings()
    return replace(
        default,
        database=replace(default.database, url=database),
        rules=replace(default.rules, packs=write_packs(folder), watch=False),
        web=replace(default.web, public_url=public_url),
        issuer=replace(
            default.issuer,
            name="Example University",
            email="badges@uni.example",
            country="ES",
            secret="the secret of a test",
        ),
    )
