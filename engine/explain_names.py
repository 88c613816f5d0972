"""
What can be explained, by the names that people write: short or full, with or without their kind.

A name that nothing has is answered with those that are like it, of every kind: whoever asks does
not know the name, and often not the kind either.
"""

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches

from engine.explain_decided import Decided
from engine.explain_message import messages_of
from engine.naming import Activity
from engine.plan import Plan
from engine.ruleset import Pathway
from engine.spelling import suggest

MESSAGE, MESSAGE_ENDING = "message", ".md"
PLURALS = {"activity": "activities"}
MOST_LISTED = 5
"""Names of one kind that are listed where no name is like the one that was asked for."""
MOST_NEAR = 5
PART = 3
"""A piece of a name counts from so many letters on."""


class UnknownThingError(LookupError):
    """Nothing that can be explained has such a name, or several things have."""

    def __init__(self, thing: str, known: str = "", *, several: Sequence[str] = ()) -> None:
        """Name what was asked for, and say what there is or which of several things have it."""
        if several:
            super().__init__(f"`{thing}` may be {' or '.join(several)}; name one of them")
            return
        told = f"; {known}" if known else ""
        super().__init__(f"nothing that can be explained is called `{thing}`{told}")


def named(plan: Plan, thing: str) -> tuple[str, str]:
    """
    Give the kind and the full name of what is to be explained.

    Args:
        plan: The ruleset.
        thing: A full name, or one without its pack; with its kind before it (`rule:welcome`)
            where things of several kinds have the name. A message is named by its file.

    Raises:
        UnknownThingError: Nothing has that name, or several things have.
    """
    kinds = kinds_of(plan)
    kind, _, name = thing.partition(":")
    if not name or kind not in (*kinds, MESSAGE):
        kind, name = "", thing
    if name.endswith(MESSAGE_ENDING) and kind in ("", MESSAGE):
        every = messages_of(plan)
        found = [(MESSAGE, full) for full in every if full == name or full.endswith(f"/{name}")]
    else:
        asked = {kind: kinds.get(kind, {})} if kind else kinds
        exact = [(each, name) for each, things in asked.items() if name in things]
        found = exact or [
            (each, full)
            for each, things in asked.items()
            for full in things
            if full.partition("/")[2] == name
        ]
    if len(found) == 1:
        return found[0]
    if found:
        shown = [f"`{full}`" if each == MESSAGE else f"`{each}:{full}`" for each, full in found]
        raise UnknownThingError(thing, several=shown)
    raise UnknownThingError(thing, _known(plan, name))


def kinds_of(plan: Plan) -> dict[str, Mapping[str, Decided | Pathway | Activity]]:
    """Give what can be explained beside messages, by its kind."""
    ruleset = plan.ruleset
    return {
        "credential": ruleset.credentials,
        "skill": ruleset.skills,
        "rule": ruleset.rules,
        "pathway": ruleset.pathways,
        "activity": ruleset.activities,
    }


def _known(plan: Plan, wrong: str) -> str:
    """Say what is meant by a name that nothing has, or else what there is."""
    things = {kind: sorted(map(_short, full)) for kind, full in kinds_of(plan).items()}
    things[MESSAGE] = sorted(map(_short, messages_of(plan)))
    things = {kind: names for kind, names in things.items() if names}
    kinds: dict[str, list[str]] = {}
    for kind, names in things.items():
        for name in names:
            kinds.setdefault(name, []).append(kind)
    plain = _short(wrong) if "/" in wrong and _short(wrong) in kinds else wrong
    near = [plain] if plain in kinds else _near(wrong, kinds)
    if near:
        told = [_with_kinds(name, kinds[name]) for name in near]
        return f"did you mean {' or '.join(told)}?"
    return "there are " + "; ".join(
        f"{PLURALS.get(kind, f'{kind}s')}: {_listed(names)}" for kind, names in things.items()
    )


def _short(full: str) -> str:
    return full.partition("/")[2]


def _near(wrong: str, known: Collection[str]) -> Sequence[str]:
    """Give the name that a slip was made in, else the likest of those with a piece of it."""
    asked = wrong.casefold()
    pieces = _pieces(asked)
    around = [name for name in known if len(asked) >= PART and asked in name.casefold()]
    slip = suggest(wrong, sorted(known))
    if slip and around in ([], [slip]):
        return [slip]
    alike = [name for name in known if _pieces(name) & pieces]
    likest = get_close_matches(asked, known, MOST_NEAR)
    return sorted(list(dict.fromkeys([*likest, *sorted({*around, *alike})]))[:MOST_NEAR])


def _pieces(name: str) -> set[str]:
    parts = name.casefold().removesuffix(MESSAGE_ENDING).replace("/", "-").split("-")
    return {part for part in parts if len(part) >= PART and part != "messages"}


def _with_kinds(name: str, kinds: Sequence[str]) -> str:
    if len(kinds) > 1:
        return " or ".join(f"`{kind}:{name}`" for kind in kinds)
    return f"`{name}` ({kinds[0]})"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_LISTED
    return ", ".join(names[:MOST_LISTED]) + (f" and {more:,} more" if more > 0 else "")
