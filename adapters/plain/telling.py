"""A learner's own proof of a credential or a skill: as JSON, as text, as a page."""

from adapters.pages.page import page
from adapters.plain.catalogue import catalogue
from adapters.plain.proof import Line, Proof, Prover
from engine.explained import Explanation
from engine.plan import Plan
from engine.verdict import Answer
from notifications.wording import direction

MARKS = {"yes": "+", "no": "-", "unknown": "?"}


class NotForLearnersError(LookupError):
    """A learner is told of credentials and skills, and of nothing that rules do."""

    def __init__(self, thing: str) -> None:
        """Name what was asked for."""
        super().__init__(f"`{thing}` is no credential and no skill: learners are told of those")


def proof_of(plan: Plan, found: Explanation, language: str) -> Proof:
    """
    Give a learner's own proof of what was explained.

    Args:
        plan: The rules that it was explained by.
        found: The explanation, of a credential or a skill.
        language: Hers, such as `de`; "" for the pack's.

    Raises:
        NotForLearnersError: It is of something else.
    """
    ruleset = plan.ruleset
    pack = ruleset.packs.get(found.thing.partition("/")[0])
    prover = Prover(plan, language or (pack.language if pack else "en"))
    credential, skill = ruleset.credentials.get(found.thing), ruleset.skills.get(found.thing)
    if credential is not None and found.kind == "credential":
        return prover.of_credential(credential, found.verdict, held=found.answer is Answer.YES)
    if skill is not None and found.kind == "skill":
        return prover.of_skill(skill, found.verdict)
    raise NotForLearnersError(found.thing)


def proof_text(proof: Proof) -> str:
    """Write a proof as lines of text."""
    lines = [proof.headline, ""]
    for line in proof.lines:
        lines += _lines(line, 1)
    if proof.missing:
        lines += ["", proof.heading, *(f"  {each}" for each in proof.missing)]
    return "\n".join(lines)


def _lines(line: Line, depth: int) -> list[str]:
    fact = f", {line.fact}" if line.fact else ""
    own = f"{'  ' * depth}{MARKS[line.answer]} {line.text} ({line.state}{fact})"
    return [own, *(text for part in line.under for text in _lines(part, depth + 1))]


def proof_page(proof: Proof) -> str:
    """Write a proof as a page."""
    return page(
        "proof.html",
        proof=proof,
        language=proof.language or "en",
        direction=direction(proof.language or "en"),
        words=catalogue(proof.language),
    )
