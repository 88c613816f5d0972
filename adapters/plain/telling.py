"""A learner's own proof of what concerns her: as JSON, as text, as a page."""

from msgspec.structs import replace

from adapters.pages.page import page
from adapters.plain.catalogue import catalogue
from adapters.plain.proof import Line, Proof, Prover, plain_title
from engine.actions import Banner, Email, LmsMessage
from engine.explain_decided import Decided
from engine.explain_message import writers_of
from engine.explain_opening import RELEASES, rules_about
from engine.explained import Explanation
from engine.in_language import plan_for
from engine.plan import Plan
from engine.ruleset import Credential, Rule
from engine.verdict import Answer
from notifications.wording import direction

LEARNER = "learner"
MARKS = {"yes": "+", "no": "-", "unknown": "?"}


class NotForLearnersError(LookupError):
    """A learner is told of what concerns her, and of no rule by its name."""

    def __init__(self, thing: str) -> None:
        """Name what was asked for."""
        super().__init__(
            f"learners are told nothing of `{thing}`: ask for a credential, a skill, a pathway, "
            "an activity or a message that is written to them"
        )


def proof_of(plan: Plan, found: Explanation, language: str) -> Proof:
    """
    Give a learner's own proof of what was explained.

    Args:
        plan: The rules that it was explained by.
        found: The explanation.
        language: Hers, such as `de`; "" for the pack's.

    Raises:
        NotForLearnersError: It is of a rule, or of a message to somebody else.
    """
    plan = plan_for(plan, language)
    ruleset = plan.ruleset
    pack = ruleset.packs.get(found.thing.partition("/")[0])
    prover = Prover(plan, language or (pack.language if pack else "en"))
    credential, skill = ruleset.credentials.get(found.thing), ruleset.skills.get(found.thing)
    if credential is not None and found.kind == "credential":
        return prover.of_credential(credential, found.verdict, held=found.answer is Answer.YES)
    if skill is not None and found.kind == "skill":
        return prover.of_skill(skill, found.verdict)
    if found.kind == "pathway" and found.thing in ruleset.pathways:
        return prover.of_pathway(ruleset.pathways[found.thing], found.verdict)
    if found.kind == "activity" and found.thing in ruleset.activities:
        return _of_activity(prover, plan, found)
    if found.kind == "message":
        return _of_message(prover, plan, found)
    raise NotForLearnersError(found.thing)


def _of_activity(prover: Prover, plan: Plan, found: Explanation) -> Proof:
    """Say whether an activity is open, and if not what opens it."""
    activity, words = plan.ruleset.activities[found.thing], prover.words
    title = plain_title(activity.title, activity.id)
    is_open = found.answer is Answer.YES
    openers = [
        (rule, told.under[0])
        for (rule, does), told in zip(
            rules_about(found.thing, plan), found.verdict.under, strict=True
        )
        if does == RELEASES and told.under
    ]
    if is_open:
        openers = [(rule, proof) for rule, proof in openers if proof.holds]
        headline = words.opened
    else:
        headline = words.closed if openers else words.opens_by
    return prover.of_rules(title, headline.format(title=title), found.answer, openers)


def _of_message(prover: Prover, plan: Plan, found: Explanation) -> Proof:
    """Say why a message was written to her, or what it is written for."""
    writers = [each for each in writers_of(plan, found.thing) if _to_learner(each, found.thing)]
    if not writers:
        raise NotForLearnersError(found.thing)
    parts = found.verdict.under if len(writers_of(plan, found.thing)) > 1 else (found.verdict,)
    words = prover.words
    wrote = found.answer is Answer.YES
    lines: list[Line] = []
    title = found.title
    for writer, part in zip(writers_of(plan, found.thing), parts, strict=False):
        if writer not in writers or not part.under or (wrote and not part.holds):
            continue
        proof = part.under[0]
        if isinstance(writer, Credential):
            title = writer.title
            lines += prover.of_credential(writer, proof, held=wrote).lines
        elif isinstance(writer, Rule):
            lines += prover.of_rules("", "", found.answer, [(writer, proof)]).lines
    told = prover.of_rules(title, words.wrote if wrote else words.not_written, found.answer, [])
    return replace(told, lines=lines)


def _to_learner(writer: Decided, message: str) -> bool:
    """Say whether a rule or credential writes a message to the learner herself."""
    if isinstance(writer, Credential):
        return True
    return isinstance(writer, Rule) and any(
        (isinstance(action, Email) and action.file == message and action.to == LEARNER)
        or (isinstance(action, LmsMessage | Banner) and action.file == message)
        for action in writer.then
    )


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
