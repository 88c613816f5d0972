"""Which of a message's languages a learner gets: her own, else the pack's, else the plain file."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from notifications.message import MessageTemplate
from notifications.wording import base_language

T = TypeVar("T")


def by_name(
    templates: Iterable[MessageTemplate],
) -> Mapping[str, Mapping[str, MessageTemplate]]:
    """Group templates by what rules call them, then by language; the plain file has none: ''."""
    grouped: dict[str, dict[str, MessageTemplate]] = {}
    for template in templates:
        grouped.setdefault(template.name, {})[template.language] = template
    return grouped


def choose(versions: Mapping[str, T], learner: str, pack: str = "") -> T | None:
    """
    Choose a version by language tags, compared without case.

    For each wish, first `pt-BR` itself, then `pt`, then any other Portuguese; then the
    plain file, then whatever there is, so that a message that exists is never withheld.
    """
    for wish in (learner, pack):
        tag = wish.replace("_", "-").lower()
        base = base_language(wish)
        if not base:
            continue
        exact = [version for version in versions if version.lower() in {tag, base}]
        kin = [version for version in versions if version and base_language(version) == base]
        ranked = sorted(exact, key=len, reverse=True) + sorted(kin)
        if ranked:
            return versions[ranked[0]]
    if "" in versions:
        return versions[""]
    return versions[min(versions)] if versions else None
