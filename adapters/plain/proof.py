"""
A proof for the learner herself: what it takes and how far she is, by titles, without internals.

It is made of the same conditions and the same answers as the one for authors; only the words are
others. No name of a rule, no file, no other person, and none of the words of limits stand in it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace as replace_leaf

import msgspec
from msgspec.structs import replace

from adapters.plain.catalogue import Catalogue, catalogue
from engine.by_hand import BY_HAND
from engine.dated import each_of
from engine.nearest import nearest
from engine.plan import Plan
from engine.ruleset import Credential, Pathway, Rule, Skill, Step
from engine.terms import (
    BetweenDates,
    Condition,
    EnrolledFor,
    Group,
    Leaf,
    Noun,
    OnWeekdays,
    Quantifier,
)
from engine.triggers import OnEvent
from engine.values import ONCE, Comparison, Count, Unit, show_number, show_percent
from engine.verdict import Answer, Verdict
from notifications.wording import wording

WHEN_AND_IF = 2
"""The parts of a rule's proof: its trigger, and its `if`."""


class Line(msgspec.Struct):
    """One condition, and how it stands: `yes`, `no` or `unknown`."""

    text: str
    answer: str
    state: str
    fact: str
    under: list["Line"]


class Proof(msgspec.Struct):
    """
    What a learner is told of one thing.

    Attributes:
        headline: Whether she has it, in a sentence.
        answer: The same as `yes`, `no` or `unknown`.
        lines: What it takes.
        missing: What would do it, the shortest way; empty where she has it.
        heading: The words over `missing`.
        language: The language that it is in.
    """

    title: str
    headline: str
    answer: str
    lines: list[Line]
    missing: list[str]
    heading: str
    language: str


class Prover:
    """Writes proofs in one language."""

    def __init__(self, plan: Plan, language: str) -> None:
        """Take a ruleset for its titles, and a language such as `de`."""
        self._ruleset = plan.ruleset
        self._words: Catalogue = catalogue(language)
        self._wording = wording(language)
        self._language = language

    def of_credential(self, credential: Credential, verdict: Verdict, *, held: bool) -> Proof:
        """Write the proof of a credential."""
        answer = Answer.YES if held else verdict.answer
        lines = []
        if verdict.asks == BY_HAND:
            lines = [self._fixed(self._words.other["by hand"])]
            verdict = verdict.under[0] if verdict.under else verdict
        lines += self._lines(credential.requires, verdict, held=held)
        missing = []
        if not held:
            missing = [self._of_verdict(credential.requires, v) for v in _way(credential, verdict)]
        return self._proof(credential.title, answer, lines, missing)

    def _fixed(self, text: str) -> Line:
        return Line(text, Answer.YES.value, self._state(Answer.YES), "", [])

    def of_skill(self, skill: Skill, verdict: Verdict) -> Proof:
        """Write the proof of a skill: its sources, with the mark of each."""
        lines = [
            Line(
                self._title_of_source(skill, number),
                part.answer.value,
                self._state(part.answer),
                self._fact(part),
                [],
            )
            for number, part in enumerate(verdict.under)
        ]
        missing = [line.text for line in lines if line.answer != Answer.YES.value]
        return self._proof(skill.title, verdict.answer, lines, missing)

    def of_pathway(self, pathway: Pathway, verdict: Verdict) -> Proof:
        """Write how far she has come on a pathway: its steps, and what is missing."""
        words = self._words
        steps = list(zip(pathway.steps, verdict.under, strict=True))
        lines = [self._step(step, answered) for step, answered in steps]
        needed = [answered.holds for step, answered in steps if step.required]
        title = plain_title(pathway.title, pathway.id)
        headline = words.walked.format(title=title, number=sum(needed), total=len(needed))
        if verdict.answer is Answer.YES:
            headline = words.walked_all.format(title=title)
        missing = [
            self._of_verdict(step.condition, lacking)
            for step, answered in steps
            if step.required and not answered.holds
            for lacking in nearest(step.condition, answered)
        ]
        return replace(self._proof(title, verdict.answer, lines, missing), headline=headline)

    def _step(self, step: Step, answered: Verdict) -> Line:
        line = self._line(step.condition, answered)
        text = step.title or line.text
        if not step.required:
            text = self._words.optional.format(text=text)
        return replace(line, text=text)

    def of_rules(
        self, title: str, headline: str, answer: Answer, rules: Iterable[tuple[Rule, Verdict]]
    ) -> Proof:
        """Write why rules did something for her, or what would have made them do it."""
        lines = [line for rule, verdict in rules for line in self._of_rule(rule, verdict)]
        return replace(self._proof(title, answer, lines, []), headline=headline)

    def _of_rule(self, rule: Rule, verdict: Verdict) -> Iterator[Line]:
        """Yield what a rule waits for, and what it asks besides."""
        when, asked = verdict, None
        if rule.condition is not None and len(verdict.under) == WHEN_AND_IF:
            when, asked = verdict.under
        if isinstance(rule.when, OnEvent):
            leaves = rule.when.leaves
            parts = when.under if len(when.under) == len(leaves) > 1 else (when,) * len(leaves)
            for leaf, part in zip(leaves, parts, strict=True):
                yield self._line(replace_leaf(leaf, lasting=None), part)
        else:
            answer = when.answer
            text = self._words.other["time"]
            yield Line(text, answer.value, self._state(answer), "", [])
        if rule.condition is not None and asked is not None:
            yield from self._lines(rule.condition, asked, held=False)

    # --- lines ---------------------------------------------------------------------------

    def _proof(self, title: str, answer: Answer, lines: list[Line], missing: list[str]) -> Proof:
        words = self._words
        heads = {Answer.YES: words.earned, Answer.NO: words.not_yet, Answer.UNKNOWN: words.waits}
        return Proof(
            title,
            heads[answer].format(title=title),
            answer.value,
            lines,
            missing,
            words.nearest,
            self._language,
        )

    @property
    def words(self) -> Catalogue:
        """Give the words of the language."""
        return self._words

    def _lines(self, condition: Condition, verdict: Verdict, *, held: bool) -> Iterator[Line]:
        """Yield a line for each part of a list that must all hold, else the one line."""
        if isinstance(condition, Group) and condition.quantifier is Quantifier.ALL:
            if len(condition.parts) == 1:
                yield from self._lines(condition.parts[0], verdict, held=held)
                return
            if len(condition.parts) == len(verdict.under):
                for part, answered in zip(condition.parts, verdict.under, strict=True):
                    yield self._line(part, answered)
                return
        yield self._line(condition, verdict)

    def _line(self, condition: Condition, verdict: Verdict) -> Line:
        under: list[Line] = []
        if isinstance(condition, Group) and len(condition.parts) == len(verdict.under):
            under = [
                self._line(part, answered)
                for part, answered in zip(condition.parts, verdict.under, strict=True)
            ]
        fact = "" if under else self._fact(verdict, condition)
        answer = verdict.answer
        return Line(self.told(condition), answer.value, self._state(answer), fact, under)

    def _state(self, answer: Answer) -> str:
        words = self._words
        return {Answer.YES: words.yes, Answer.NO: words.no, Answer.UNKNOWN: words.unknown}[answer]

    def _fact(self, verdict: Verdict, condition: Condition | None = None) -> str:
        """Give her own number so far: points where points are asked for, else a percentage."""
        if verdict.value is None:
            return ""
        score = condition.score if isinstance(condition, Leaf) else None
        if score is not None and each_of(score)[-1].unit is Unit.POINTS:
            value = show_number(verdict.value)
        else:
            value = self._wording.show_percent(show_percent(verdict.value))
        return self._words.best.format(value=value)

    def _of_verdict(self, condition: Condition, verdict: Verdict) -> str:
        found = _condition_at(condition, verdict)
        text = self.told(found) if found is not None else verdict.asks
        fact = self._fact(verdict, found)
        return f"{text} ({fact})" if fact else text

    # --- conditions in words -------------------------------------------------------------

    def told(self, condition: Condition) -> str:
        """Write a condition in plain words."""
        words = self._words
        match condition:
            case Group(quantifier=Quantifier.ALL):
                return words.of_all
            case Group(quantifier=Quantifier.ANY):
                return words.of_any
            case Group(quantifier=Quantifier.NONE):
                return words.of_none
            case Group(number=number):
                return words.of_some.format(number=number)
            case Leaf():
                return self._leaf(condition)
            case EnrolledFor():
                return words.other["enrolled"]
            case BetweenDates():
                return words.other["date"]
            case OnWeekdays():
                return words.other["weekday"]
            case _:
                return words.other["person"]

    def _leaf(self, leaf: Leaf) -> str:
        words, title = self._words, self._title(leaf)
        if leaf.noun is Noun.EVENT:
            return words.other["event"]
        if leaf.score is not None:
            wanted = self._wanted(each_of(leaf.score)[-1])
            text = words.score.format(title=title, wanted=wanted)
        elif leaf.progress is not None:
            text = words.progress.format(title=title, wanted=self._wanted(leaf.progress))
        elif leaf.level:
            text = words.level.format(title=title, level=leaf.level)
        elif leaf.word in words.said:
            text = words.said[leaf.word].format(title=title)
        else:
            text = title
        number = leaf.attempts or (leaf.times if leaf.times != ONCE else None)
        if number is None or number.daily:
            return text
        return words.times.format(what=text, number=self._number(number))

    def _number(self, count: Count) -> str:
        """Write how often; within what time is left out."""
        words = self._words
        if count.in_a_row:
            return words.in_a_row.format(number=count.low)
        if count.low == count.high:
            return words.exactly.format(number=count.low)
        if count.high is None:
            return words.wanted["least"].format(low=count.low)
        if count.low == 0:
            return words.wanted["most"].format(high=count.high)
        return words.wanted["between"].format(low=count.low, high=count.high)

    def _wanted(self, comparison: Comparison) -> str:
        low, high = comparison.low, comparison.high

        def shown(value: object) -> str:
            number = next(v for v in (low, high) if v is value)
            if number is None:
                return ""
            if comparison.unit is Unit.POINTS:
                return show_number(number)
            return self._wording.show_percent(show_percent(number))

        kind = "any"
        if low is not None and high is not None:
            kind = "between"
        elif low is not None:
            kind = "least" if comparison.low_included else "more"
        elif high is not None:
            kind = "most" if comparison.high_included else "below"
        return self._words.wanted[kind].format(low=shown(low), high=shown(high))

    def _title(self, leaf: Leaf) -> str:
        ruleset = self._ruleset
        things = (
            ruleset.activities,
            ruleset.courses,
            ruleset.credentials,
            ruleset.skills,
            ruleset.units,
            ruleset.pathways,
        )
        for known in things:
            thing = known.get(leaf.name)
            if thing is not None:
                return plain_title(thing.title, leaf.name)
        return leaf.name.rpartition("/")[2].replace("-", " ") or leaf.noun.value

    def _title_of_source(self, skill: Skill, number: int) -> str:
        if skill.sources:
            return self._title(skill.sources[number].leaf)
        part = self._ruleset.skills.get(skill.parts[number])
        return part.title if part else skill.parts[number].rpartition("/")[2]


def plain_title(title: str, name: str) -> str:
    """Give a title; where an author gave none it is the thing's name, made readable."""
    own = name.rpartition("/")[2]
    return own.replace("-", " ").capitalize() if title in ("", own) else title


def _way(credential: Credential, verdict: Verdict) -> tuple[Verdict, ...]:
    return nearest(credential.requires, verdict)


def _condition_at(condition: Condition, verdict: Verdict) -> Condition | None:
    """Find the condition that a verdict answers, by where it was written."""
    if condition.span == verdict.span and not isinstance(condition, Group):
        return condition
    if isinstance(condition, Group):
        for part in condition.parts:
            found = _condition_at(part, verdict)
            if found is not None:
                return found
        if condition.span == verdict.span:
            return condition
    return None
