"""
The European approach to micro-credentials: its mandatory elements, one by one.

Council Recommendation of 16 June 2022 (2022/C 243/02), Annex I. Title, learner, awarding body and
date are in every credential; country and awarding body come from config.toml, and `serve` and the
badge say them. What an author has to write is asked for here.
"""

import re
from collections.abc import Iterator

from engine.ruleset import Credential, State
from engine.source import Problem
from engine.terms import Condition, Group, Leaf, Noun
from rules.packs import Reading

CODE = "E220"
ECTS = re.compile(r"\bECTS\b", re.IGNORECASE)
LEVEL = re.compile(r"\b(?:EQF|QF-EHEA|NQF)\b", re.IGNORECASE)


def check_european(reading: Reading) -> Iterator[Problem]:
    """Say which mandatory elements the credentials of the given packs lack."""
    for credential in reading.ruleset.credentials.values():
        if credential.id.partition("/")[0] in reading.given and credential.state is State.LIVE:
            for lacks, hint in _lacking(credential):
                message = f"the European approach asks for {lacks}"
                yield Problem(credential.span, CODE, message, hint)


def _lacking(credential: Credential) -> Iterator[tuple[str, str]]:
    if not credential.workload and not ECTS.search(credential.credits):
        yield "the workload, in ECTS where possible", "write it like: credits: 2 ECTS"
    if not LEVEL.search(credential.framework_level):
        yield "a level (EQF or QF-EHEA)", "write it like: framework level: EQF 6"
    if not credential.aligns and not _asks_skill(credential.requires):
        yield (
            "learning outcomes: a skill that it requires, or what it aligns to",
            "require a level of a skill, or write `aligns`",
        )
    if not credential.assessment:
        yield "the type of assessment", "write it like: assessment: Supervised exam"
    if not credential.participation:
        yield "the form of participation", "write it like: participation: online"
    if not credential.quality_assurance and not credential.endorsed_by:
        yield (
            "the type of quality assurance",
            "write it like: quality assurance: https://www.aneca.es, or let the body endorse it",
        )


def _asks_skill(condition: Condition) -> bool:
    if isinstance(condition, Group):
        return any(_asks_skill(part) for part in condition.parts)
    return isinstance(condition, Leaf) and condition.noun is Noun.SKILL
