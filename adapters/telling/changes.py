"""
What a changed ruleset will mean for learners, in words, before it goes live.

The policy is the language's (levels are asked anew, rules act on what comes after, nothing held
is taken away); this says what it comes to for each thing that has changed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from adapters.telling.numbers import counted
from engine.naming import Activity, Course, EventKind, Unit
from engine.ruleset import Credential, Pack, Pathway, Rule, Ruleset, Skill, State
from engine.values import show_percent
from rules.fingerprint import Thing, changed_words, fingerprint_of


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that has changed: its full name, and what that means, a sentence each."""

    thing: str
    kind: str
    sentences: tuple[str, ...]


def changes(before: Ruleset, after: Ruleset) -> Iterator[Told]:
    """Tell what has changed from one ruleset to another, and what that means."""
    yield from _credentials(before.credentials, after.credentials)
    yield from _skills(before.skills, after.skills)
    yield from _pathways(before.pathways, after.pathways)
    yield from _rules(before.rules, after.rules)
    for kind, old, new in (
        ("course", before.courses, after.courses),
        ("unit", before.units, after.units),
        ("activity", before.activities, after.activities),
        ("event", before.events, after.events),
        ("pack", before.packs, after.packs),
    ):
        yield from _named(kind, old, new)
    if before.zone != after.zone:
        yield Told("config.toml", "zone", (f"The zone was {before.zone} and is {after.zone}.",))


# --- credentials and skills --------------------------------------------------------------

KEPT = "Whoever holds it keeps it."


def _credentials(
    before: Mapping[str, Credential], after: Mapping[str, Credential]
) -> Iterator[Told]:
    renamed = {c.was for c in after.values() if c.was}
    for name, credential in sorted(after.items()):
        old = before.get(name) or before.get(_former(name, credential.was))
        if old is not None and fingerprint_of(old) == fingerprint_of(credential):
            if old.id != name:
                yield Told(name, "credential", (f"It was called {old.id}; awards move with it.",))
            continue
        yield Told(name, "credential", tuple(_of_credential(old, credential)))
    for name in sorted(before.keys() - after.keys()):
        if name not in renamed and name.partition("/")[2] not in renamed:
            yield Told(name, "credential", ("It is gone: nobody earns it any more.", KEPT))


def _of_credential(old: Credential | None, new: Credential) -> Iterator[str]:
    if new.state is State.RETIRED:
        yield from ("It is retired: nobody earns it any more.", KEPT)
        return
    if new.state is State.DRAFT:
        yield "It is a draft: who would earn it is counted, and nobody is awarded it."
        return
    if old is None:
        yield "It is new: asked of everybody over all evidence on record."
    elif old.state is not State.LIVE:
        yield "It goes live: asked of everybody over all evidence on record."
    else:
        words = _words(old, new)
        yield f"It has changed ({words}): asked anew of everybody over all evidence on record."
        yield KEPT
    if new.evidence_from is not None:
        yield f"Only evidence of {new.evidence_from} or later counts."
    if new.announce_backfill:
        yield "Who earns it by what lies there already is told so (`announce backfill`)."
    elif new.message:
        yield "Who earns it by what lies there already gets no message."


def _skills(before: Mapping[str, Skill], after: Mapping[str, Skill]) -> Iterator[Told]:
    for name, skill in sorted(after.items()):
        old = before.get(name)
        if old is None:
            yield Told(name, "skill", ("It is new: worked out for everybody at once.",))
        elif fingerprint_of(old) != fingerprint_of(skill):
            sentence = (
                f"It has changed ({_words(old, skill)}): worked out anew for everybody; "
                "levels may rise and fall."
            )
            yield Told(name, "skill", (sentence,))
    for name in sorted(before.keys() - after.keys()):
        yield Told(name, "skill", ("It is gone.",))


def _pathways(before: Mapping[str, Pathway], after: Mapping[str, Pathway]) -> Iterator[Told]:
    for name, pathway in sorted(after.items()):
        old = before.get(name)
        if old is None:
            sentence = "It is new: how far everybody has come on it is worked out at once."
            yield Told(name, "pathway", (sentence,))
        elif fingerprint_of(old) != fingerprint_of(pathway):
            sentence = f"It has changed ({_words(old, pathway)}): how far everybody has come is "
            yield Told(name, "pathway", (f"{sentence}worked out anew.",))
    for name in sorted(before.keys() - after.keys()):
        yield Told(name, "pathway", ("It is gone.",))


# --- what rules speak of -----------------------------------------------------------------

Spoken = Course | Unit | Activity | EventKind | Pack


def _named(kind: str, before: Mapping[str, Spoken], after: Mapping[str, Spoken]) -> Iterator[Told]:
    """Tell what has changed of things that rules speak of; a new one changes nothing by itself."""
    for name, thing in sorted(after.items()):
        old = before.get(name)
        if old is not None and fingerprint_of(old) != fingerprint_of(thing):
            sentence = (
                f"It has changed ({_words(old, thing)}): what asks about it is answered by the "
                "new text, credentials and skills at once, rules from then on."
            )
            yield Told(name, kind, (sentence,))


def _words(old: Thing, new: Thing) -> str:
    """Name the author's words that have changed."""
    return ", ".join(f"`{word}`" for word in changed_words(old, new))


# --- rules -------------------------------------------------------------------------------


def _rules(before: Mapping[str, Rule], after: Mapping[str, Rule]) -> Iterator[Told]:
    for name, rule in sorted(after.items()):
        old = before.get(name) or before.get(_former(name, rule.was))
        if old is not None and fingerprint_of(old) == fingerprint_of(rule):
            if old.id != name:
                yield Told(name, "rule", (f"It was called {old.id}; what it sent still counts.",))
            continue
        yield Told(name, "rule", tuple(_of_rule(old, rule)))
    renamed = {_former(name, rule.was) for name, rule in after.items() if rule.was}
    for name in sorted(before.keys() - after.keys() - renamed):
        sentences = ("It is gone: it acts no more; what it opened or locked stays.",)
        yield Told(name, "rule", sentences)


TOLD_APART = frozenset({"state", "limits", "confirm above"})
"""Words of a rule whose change is told in a sentence of its own."""


def _of_rule(old: Rule | None, new: Rule) -> Iterator[str]:
    if new.state is State.RETIRED:
        yield "It is retired: it acts no more; what it opened or locked stays."
        return
    if new.state is State.DRAFT:
        was_live = old is not None and old.state is State.LIVE
        yield (
            "It becomes a draft again: it only counts."
            if was_live
            else ("It is a draft: it decides and is counted, and does nothing.")
        )
        return
    whom = "" if new.share is None else f" for {show_percent(new.share)} of learners"
    if old is None or old.state is not State.LIVE:
        yield f"It goes live{whom}: it acts on what happens from then on."
        yield _spells(new)
        return
    if old.share != new.share:
        yield from _share(old, new, whom)
    words = [word for word in changed_words(old, new) if word not in TOLD_APART]
    if words:
        shown = ", ".join(f"`{word}`" for word in words)
        yield f"It has changed ({shown}){whom}: what happens from then on is decided by that."
    if new.confirm_above != old.confirm_above:
        yield _confirmed(new)
    if new.limits != old.limits:
        yield "Its `limits` have changed; messages it has sent already count in them."
    if new.catch_up and not old.catch_up:
        yield "It now catches up: spells that began before are acted on."


def _confirmed(rule: Rule) -> str:
    if rule.confirm_above is None:
        return "`confirm above` is gone: nobody is asked before many of its messages leave."
    many = counted(rule.confirm_above, "message")
    return f"`confirm above`: a person is asked before more than {many} leave in a day."


def _spells(rule: Rule) -> str:
    if rule.catch_up:
        return "Spells that began before are acted on too (`catch up: yes`)."
    return "Spells that began before are not acted on."


def _share(old: Rule, new: Rule, whom: str) -> Iterator[str]:
    if new.share is None or (old.share is not None and new.share > old.share):
        yield f"It goes live{whom or ' for all learners'}; who was in stays in."
        yield "For those who are new it acts on what happens from then on."
    else:
        yield f"It stays live{whom} only; for the others it is a draft from then on."


def _former(name: str, was: str) -> str:
    return was if "/" in was else f"{name.partition('/')[0]}/{was}"


def changes_text(told: Iterator[Told]) -> str:
    """Write changes as lines of text."""
    lines: list[str] = []
    for each in told:
        lines.append(f"{each.kind} {each.thing}")
        lines += [f"  {sentence}" for sentence in each.sentences]
    return "\n".join(lines) or "Nothing that is decided has changed."
