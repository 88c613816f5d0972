"""Credentials, skills and rules: the three blocks of a rule file."""

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from datetime import date

from engine.actions import NO_LIMITS, Action, AskReview, Limits, lasts
from engine.leaves import leaves_of
from engine.ruleset import Credential, Endorsed, IfFalls, Pathway, Rule, Skill, State
from engine.terms import Group, Noun, Which
from engine.translation import Translation
from engine.values import LongPeriod
from rules.phrases.link import SIGNED
from rules.phrases.people import APPROVAL
from rules.phrases.phrases import (
    FULL_NAME,
    IF_FALLS,
    IF_PART_EXPIRES,
    NAME,
    STATE,
    TEXT,
    YES,
)
from rules.phrases.stage import MESSAGES, STAGE, Stage
from rules.phrases.time import DATE, LONG_PERIOD, RENEWAL
from rules.reader.actions import read_action, read_limits, read_message
from rules.reader.block import Block, read_phrase
from rules.reader.conditions import read_list
from rules.reader.names import Kind, Scope
from rules.reader.pathways import read_pathway
from rules.reader.patterns import check_pattern, followed, register_patterns
from rules.reader.skills import read_skill
from rules.reader.translations import read_translations
from rules.reader.triggers import read_trigger
from rules.text import List, Mapping, Text
from rules.words.word import Place

EVIDENT = frozenset(
    {Noun.ACTIVITY, Noun.QUIZ, Noun.ASSIGNMENT, Noun.FORUM, Noun.SESSION, Noun.UNIT, Noun.COURSE}
)
"""What can be evidence of a skill: what has a score or is completed."""


@dataclass(slots=True)
class Read:
    """What has been read, by full name; what is wrong is left out."""

    credentials: dict[str, Credential] = field(default_factory=dict)
    skills: dict[str, Skill] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    pathways: dict[str, Pathway] = field(default_factory=dict)
    translations: list[Translation] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Defaults:
    """What pack.yaml says for its files: limits by full name (None: wrong), and the attempt."""

    limits: AnyMapping[str, Limits | None]
    attempt: Which


@dataclass(frozen=True, slots=True)
class _Life:
    since: date | None
    until: date | None
    stage: Stage
    was: str
    replaced_by: str


def read_file(node: Mapping, scope: Scope, defaults: Defaults, read: Read) -> None:
    """Read one rule file's things into `read`; names that are taken are left to the first."""
    file = Block(node, Place.FILE, scope.findings)
    for name, body in file.named("credentials"):
        if _is_ours(name, Kind.CREDENTIAL, scope) and isinstance(body, Mapping):
            credential = read_credential(name, body, scope)
            if credential:
                read.credentials[credential.id] = credential
    for name, body in file.named("skills"):
        if _is_ours(name, Kind.SKILL, scope) and isinstance(body, Mapping):
            skill = read_skill(name, body, scope, defaults.attempt)
            if skill:
                read.skills[skill.id] = skill
    for name, body in file.named("patterns"):
        if isinstance(body, Mapping):
            check_pattern(name, body, scope.findings)
    for name, body in file.named("pathways"):
        if _is_ours(name, Kind.PATHWAY, scope) and isinstance(body, Mapping):
            pathway = read_pathway(name, body, scope)
            if pathway:
                read.pathways[pathway.id] = pathway
    read_translations(file, scope, read.translations)
    for name, body in file.named("rules"):
        if _is_ours(name, Kind.RULE, scope) and isinstance(body, Mapping):
            whole = followed(name, body, scope)
            rule = None if whole is None else read_rule(name, whole, scope, defaults.limits)
            if rule:
                read.rules[rule.id] = rule


def _is_ours(name: Text, kind: Kind, scope: Scope) -> bool:
    """Say whether a name is the one that stands in the index (doubled ones are not)."""
    found = scope.names.things[kind].get(f"{scope.pack}/{name.value}")
    return found is not None and found.span == name.span


def _life(block: Block, scope: Scope, kind: Kind) -> _Life:
    since, until = block.read("since", DATE), block.read("until", DATE)
    if since and until and until < since:
        text = block.text("until")
        scope.findings.add(
            text.span if text else block.span,
            "E110",
            f"`until` lies before `since` ({since})",
            "write the later day under `until`",
        )
    was = block.read("was", FULL_NAME)
    replaced = block.text("replaced by")
    replaced_by = scope.resolve(replaced, kind) if replaced else None
    return _Life(
        since,
        until,
        _stage(block, kind) or Stage(State.LIVE),
        scope.full(was) if was else "",
        replaced_by or "",
    )


def _stage(block: Block, kind: Kind) -> Stage | None:
    """Read a state; only a rule may be live for a share of learners."""
    if kind is Kind.RULE:
        return block.read("state", STAGE)
    state = block.read("state", STATE)
    return None if state is None else Stage(state)


def read_credential(name: Text, node: Mapping, scope: Scope) -> Credential | None:
    """Read a credential; None where it can't be known what it requires."""
    block = Block(node, Place.CREDENTIAL, scope.findings, name.span)
    title, describes = block.read("title", TEXT), block.read("describes", TEXT)
    requires = read_list(block, "requires", scope)
    evidence_from, expires = block.read("evidence from", DATE), block.read("expires", LONG_PERIOD)
    shown = tuple(scope.resolve(text, Kind.ACTIVITY) for text in block.texts("show as evidence"))
    level, credits_ = block.read("framework level", TEXT), block.read("credits", TEXT)
    aligns, image = block.phrases("aligns", TEXT), block.read("image", TEXT)
    certificate = block.text("certificate")
    looks = scope.resolve(certificate, Kind.CERTIFICATE) if certificate else ""
    workload, assessment = block.read("workload", TEXT), block.read("assessment", TEXT)
    participation = block.read("participation", TEXT)
    quality = block.read("quality assurance", TEXT)
    endorsed = tuple(
        Endorsed(text.span, file)
        for text in block.texts("endorsed by")
        if (file := read_phrase(text, SIGNED, scope.findings))
    )
    if_falls = block.read("if evidence falls", IF_FALLS)
    renew = block.read("renew", RENEWAL)
    expires_with_part = block.read("if a part expires", IF_PART_EXPIRES)
    message = read_message(block, "message", scope)
    announce = block.read("announce backfill", YES)
    approval = block.read("approval", APPROVAL)
    life = _life(block, scope, Kind.CREDENTIAL)
    if requires is None:
        return None
    _check_renewal(block, expires, renew, scope)
    _check_parts(block, requires, scope)
    return Credential(
        id=scope.full(name.value),
        span=name.span,
        title=title or name.value,
        describes=describes or "",
        requires=requires,
        evidence_from=evidence_from,
        show_as_evidence=tuple(activity for activity in shown if activity),
        framework_level=level or "",
        credits=credits_ or "",
        aligns=aligns,
        image=image or "",
        expires=expires,
        message=message or "",
        announce_backfill=bool(announce),
        approval=approval,
        since=life.since,
        until=life.until,
        state=life.stage.state,
        was=life.was,
        replaced_by=life.replaced_by,
        if_falls=if_falls or IfFalls.KEEP,
        renew=renew,
        expires_with_part=bool(expires_with_part),
        workload=workload or "",
        assessment=assessment or "",
        participation=participation or "",
        quality_assurance=quality or "",
        certificate=looks or "",
        endorsed_by=endorsed,
    )


def _check_renewal(
    block: Block, expires: LongPeriod | None, renew: LongPeriod | None, scope: Scope
) -> None:
    """Note a renewal of what never expires, or one that opens before there is an award."""
    if renew is None:
        return
    span = block.key("renew").span
    if "expires" not in block:
        scope.findings.add(
            span,
            "E106",
            "`renew` is of what expires, and this credential never does",
            "add `expires:`, such as: expires: after 3 years",
        )
    elif expires is not None and renew.months >= expires.months:
        text = block.text("renew")
        scope.findings.add(
            text.span if text else span,
            "E110",
            f"it could be renewed before it is earned: it expires after {expires}",
            "write a time that is shorter",
        )


def _check_parts(block: Block, requires: Group, scope: Scope) -> None:
    """Note `if a part expires` where nothing is a part."""
    parts = any(leaf.noun is Noun.CREDENTIAL for leaf in leaves_of(requires))
    if "if a part expires" in block and not parts:
        scope.findings.add(
            block.key("if a part expires").span,
            "E113",
            "`if a part expires` is of a stack, and this credential requires no other",
            "leave it out, or require a credential that is held",
        )


def read_rule(
    name: Text, node: Mapping, scope: Scope, limits: AnyMapping[str, Limits | None]
) -> Rule | None:
    """Read a rule; None where its `when`, `if` or `then` is wrong."""
    block = Block(node, Place.RULE, scope.findings, name.span)
    title, why = block.read("title", TEXT), block.read("why", TEXT)
    when = block.values.get("when")
    trigger = (
        read_trigger(when[1], scope, when[0].span)
        if when is not None and isinstance(when[1], Mapping)
        else None
    )
    condition: Group | None = read_list(block, "if", scope)
    actions: list[Action | None] = [read_action(item, scope) for item in block.blocks("then")]
    then = tuple(action for action in actions if action is not None)
    kept = _read_limits(block, scope, limits)
    catch_up = block.read("catch up", YES)
    life = _life(block, scope, Kind.RULE)
    broken_if = condition is None and node.get("if") is not None
    for action in then:
        if lasts(action) and node.get("if") is None:
            scope.findings.add(
                action.span,
                "E106",
                "`while` asks whether `if` is still true, and this rule has no `if`",
                "add `if:` to the rule, or leave `while` out: a release stays by itself",
            )
    questions = [action for action in then if isinstance(action, AskReview)]
    for action in questions[1:]:
        scope.findings.add(
            action.span,
            "E111",
            "a rule puts one question to a person",
            "make two rules of it, or one question",
        )
    if trigger is None or broken_if or kept is None or len(then) != _length(block, "then"):
        return None
    return Rule(
        id=scope.full(name.value),
        span=name.span,
        title=title or name.value,
        when=trigger.when,
        then=then,
        why=why or "",
        courses=trigger.courses,
        repeat=trigger.repeat,
        condition=condition,
        limits=kept,
        catch_up=bool(catch_up),
        since=life.since,
        until=life.until,
        state=life.stage.state,
        share=life.stage.share,
        confirm_above=block.read("confirm above", MESSAGES),
        was=life.was,
        replaced_by=life.replaced_by,
    )


def _length(block: Block, key: str) -> int:
    value = block.values[key][1] if key in block else None
    return len(value.items) if isinstance(value, List) and value.items else -1


def _read_limits(
    block: Block, scope: Scope, limits: AnyMapping[str, Limits | None]
) -> Limits | None:
    """Give a rule's limits, by name or as a block; None where they are wrong."""
    if "limits" not in block:
        return NO_LIMITS if block.node.get("limits") is None else None
    key, value = block.values["limits"]
    if isinstance(value, Mapping):
        return read_limits(value, scope, key.span)
    if not isinstance(value, Text):
        return None
    full = scope.resolve(value, Kind.LIMITS)
    return limits.get(full) if full else None


def register(node: Mapping, scope: Scope) -> None:
    """Put the names of a rule file's things into the index, and note doubled ones (E206)."""
    register_patterns(node, scope)
    for kind in (Kind.CREDENTIAL, Kind.SKILL, Kind.RULE, Kind.PATHWAY):
        entries = node.get(kind.value)
        if isinstance(entries, Mapping):
            for name, body in entries.entries:
                _register(name, body, kind, scope)


def _register(name: Text, body: object, kind: Kind, scope: Scope) -> None:
    if read_phrase(name, NAME, scope.findings) is None:
        return
    if not isinstance(body, Mapping):
        scope.findings.add(
            name.span,
            "E105",
            f"`{name.value}` wants a block",
            "write its words on lines of their own, two spaces further in",
        )
    scope.declare(name, kind, kind.value.removesuffix("s"))
    if kind is Kind.SKILL and isinstance(body, Mapping):
        levels = body.get("levels")
        scope.names.levels[f"{scope.pack}/{name.value}"] = (
            tuple(key.value for key, _ in levels.entries) if isinstance(levels, Mapping) else None
        )
