"""What a ruleset asks of records: which words are kept whole, and what is only counted."""

from engine.events import Word
from engine.facts import words_of_facts
from engine.keys import Keys
from engine.leaves import leaves_of, leaves_of_rule
from engine.needs import Needs, only_grows
from engine.terms import Choice, Leaf
from engine.triggers import OnDue, OnOverdue


def needs_of(keys: Keys) -> Needs:
    """Say what records must keep for a ruleset's questions."""
    ruleset = keys.ruleset

    def course_keys(leaf: Leaf) -> tuple[str, ...]:
        return keys.course_keys[leaf.course] if leaf.course else ("",)

    needs = Needs(keys.leaf_keys, course_keys)
    for rule in ruleset.rules.values():
        for leaf in leaves_of_rule(rule):
            _need(keys, needs, leaf)
        for key in keys.offered(rule):
            needs.named.setdefault(key, set()).add(Word.CHOSEN)
        needs.of_fact(words_of_facts(rule.condition))
        if isinstance(rule.when, OnDue | OnOverdue):
            for key in keys.activity_keys[rule.when.activity]:
                needs.of_hand_in(key)
    for credential in ruleset.credentials.values():
        needs.of_fact(words_of_facts(credential.requires))
        pack = ruleset.packs.get(credential.id.partition("/")[0])
        grows = only_grows(credential.requires, pack.attempt if pack else Choice.BEST)
        dated = not grows or credential.renew is not None
        for leaf in leaves_of(credential.requires):
            _need(keys, needs, leaf, dated=dated)
    for skill in ruleset.skills.values():
        for source in skill.sources:
            needs.of_leaf(source.leaf)
    for pathway in ruleset.pathways.values():
        for step in pathway.steps:
            needs.of_fact(words_of_facts(step.condition))
            for leaf in leaves_of(step.condition):
                _need(keys, needs, leaf, dated=True)
    return needs


def _need(keys: Keys, needs: Needs, leaf: Leaf, *, dated: bool = False) -> None:
    members = keys.members(leaf)
    if members is None:
        needs.of_leaf(leaf, dated=dated)
    for name in members or ():
        for key in keys.activity_keys[name]:
            needs.of_doing(key)
