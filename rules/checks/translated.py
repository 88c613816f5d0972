"""
What is told in another language is told whole: each credential, and what its criteria name.

A learner's credential is in her language or in the pack's. Criteria that are half in one and
half in the other are read by nobody with pleasure.
"""

from collections.abc import Iterator

from engine.leaves import leaves_of
from engine.ruleset import Credential, Ruleset, State
from engine.source import Problem, Severity, Span
from engine.terms import Noun
from engine.translation import Translation
from rules.packs import Reading

CODE = "W518"


def check_translated(reading: Reading) -> Iterator[Problem]:
    """Say what has no words in a language that its pack is told in."""
    ruleset = reading.ruleset
    told: dict[tuple[str, str], list[Translation]] = {}
    for each in ruleset.translations:
        told.setdefault((each.pack, each.language), []).append(each)
    for (pack, language), found in told.items():
        if language == ruleset.packs[pack].language:
            message = f"the pack is in {language}, so nobody reads these words"
            hint = "say in pack.yaml with `in language` what its own language is, or take them out"
            yield _warning(found[0].span, message, hint)
            continue
        credentials = {name: one for each in found for name, one in each.credentials.items()}
        known = {name for each in found for name in (*each.skills, *each.activities)}
        for name, credential in ruleset.credentials.items():
            if name.partition("/")[0] != pack or credential.state is not State.LIVE:
                continue
            if name in credentials:
                yield from _unnamed(ruleset, credential, credentials[name].span, known, language)
            elif credentials:
                own = name.partition("/")[2]
                message = f"`{own}` has no words in {language}, and others of its pack have"
                hint = f"add `{own}` under `translations`, `{language}`, `credentials`"
                yield _warning(credential.span, message, hint)


def _unnamed(
    ruleset: Ruleset, credential: Credential, span: Span, known: set[str], language: str
) -> Iterator[Problem]:
    """Say what a credential's criteria name and the language has no words for."""
    pack = credential.id.partition("/")[0]
    missing: dict[str, str] = {}
    for leaf in leaves_of(credential.requires):
        if leaf.name in known or leaf.name.partition("/")[0] != pack:
            continue
        if leaf.noun is Noun.SKILL and leaf.name in ruleset.skills:
            missing[leaf.name.partition("/")[2]] = "skills"
        elif leaf.name in ruleset.activities:
            missing[leaf.name.partition("/")[2]] = "activities"
    for name, block in missing.items():
        message = f"its criteria name `{name}`, which has no words in {language}"
        hint = f"add `{name}` under `translations`, `{language}`, `{block}`"
        yield _warning(span, message, hint)


def _warning(span: Span, message: str, hint: str) -> Problem:
    return Problem(span, CODE, message, hint, Severity.WARNING)
