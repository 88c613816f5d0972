"""A tree of reasons as lines of text and as JSON: yes, NO and ? in front, file:line behind."""

from collections.abc import Iterator

import msgspec

from engine.verdict import Answer, Verdict

MARKS = {Answer.YES: "yes", Answer.NO: "NO ", Answer.UNKNOWN: "?  "}
ASKS_WIDTH = 52


class VerdictDocument(msgspec.Struct):
    """One condition, answered, with the place where an author wrote it."""

    asks: str
    answer: str
    because: str
    file: str
    line: int
    under: list["VerdictDocument"]


def verdict_document(verdict: Verdict) -> VerdictDocument:
    """Give a verdict as the JSON that `explain` answers with."""
    return VerdictDocument(
        verdict.asks,
        verdict.answer.value,
        verdict.because,
        verdict.span.file,
        verdict.span.line,
        [verdict_document(part) for part in verdict.under],
    )


def verdict_lines(verdict: Verdict | None) -> list[str]:
    """Give a verdict as indented lines, one a condition."""
    return [] if verdict is None else list(_lines(verdict, 0))


def _lines(verdict: Verdict, depth: int) -> Iterator[str]:
    text = f"{'  ' * depth}{MARKS[verdict.answer]}  {verdict.asks}"
    if verdict.because:
        text = f"{text:<{ASKS_WIDTH}}  {verdict.because}"
    if verdict.span.file:
        text += f"   [{verdict.span.file}:{verdict.span.line}]"
    yield text
    for part in verdict.under:
        yield from _lines(part, depth + 1)
