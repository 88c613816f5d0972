"""Whether the packs can be read, and are right; and which matcher they will be asked by."""

from collections.abc import Iterator

from adapters.doctor.finding import Finding, State
from adapters.facts.plugins import plugins
from adapters.matching import matcher_in_words
from adapters.outgoing.letters import House
from adapters.running.reload import examine
from adapters.settings.tree import Settings
from adapters.telling.numbers import counted
from engine.triggers import OnEvent

PACKS = "packs"
MATCHER = "matcher"


def look_at_packs(settings: Settings) -> Iterator[Finding]:
    """Yield what is found of the packs: as `serve` examines them, with their tests."""
    folder = settings.rules.packs
    if not folder.is_dir():
        yield Finding(
            PACKS,
            State.WARNING,
            f"there is no folder {folder}; the service runs without rules",
            "set [rules] packs, or begin one with `milepost new pack`",
        )
        return
    house = House(settings.mail.organisation, settings.web.public_url)
    examined = examine(
        folder, settings.rules.zone, settings.mail.categories, house, plugins(settings.facts)
    )
    ruleset = examined.reading.ruleset
    if examined.refused:
        first = examined.refused[0]
        yield Finding(
            PACKS,
            State.WRONG,
            f"{len(examined.refused)} mistakes in {folder}, the first at {first.span}: "
            f"{first.message}",
            f"milepost check {folder}; milepost test {folder}",
        )
    elif not ruleset.packs:
        yield Finding(
            PACKS,
            State.WARNING,
            f"{folder} holds no pack; the service runs without rules",
            "set [rules] packs, or begin one with `milepost new pack`",
        )
    else:
        yield Finding(
            PACKS,
            State.GOOD,
            f"{counted(len(ruleset.packs), 'pack')} in {folder}, with "
            f"{counted(len(ruleset.rules), 'rule')} and "
            f"{counted(len(ruleset.credentials), 'credential')}",
        )
    listening = sum(isinstance(rule.when, OnEvent) for rule in ruleset.rules.values())
    try:
        says = matcher_in_words(settings.engine.matcher.value, listening)
    except ValueError as error:
        yield Finding(MATCHER, State.WRONG, str(error), 'write matcher = "auto"')
        return
    yield Finding(MATCHER, State.GOOD, says.rstrip("."))
