"""
What an award rests on, as evidence that an employer reads: each activity, how it went, and when.

No name of the learner and no address in the LMS stands in it; the ids of events stay here.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from adapters.badges.jsonvalue import JsonObject, as_text
from adapters.badges.outside_events import BADGE, CREDENTIAL
from adapters.plain.catalogue import catalogue
from adapters.plain.proof import plain_title
from engine.by_hand import Grant
from engine.calendar import zone_named
from engine.events import Event, Word
from engine.naming import Activity
from engine.plan import Plan
from engine.ruleset import Credential
from engine.values import show_percent
from notifications.wording import base_language, wording

GENRES = {"quiz": "Quiz", "assignment": "Assignment", "session": "Session", "forum": "Discussion"}
"""What kind of evidence an activity gives, by what it is."""

STRONGEST = (Word.PASSED, Word.GRADED, Word.COMPLETED, Word.ATTENDED)
"""What is told of an activity where several things are known of it."""


def evidence_of(plan: Plan, credential: Credential, events: Iterable[Event]) -> list[JsonObject]:
    """
    Give the evidence of an award.

    Args:
        plan: The rules that awarded it.
        credential: Of these rules; where it says `show as evidence`, only that is shown.
        events: Those that the award rests on.
    """
    by_lms = _activities(plan)
    groups: dict[str, list[Event]] = {}
    for event in sorted(events, key=lambda each: each.order):
        activity = by_lms.get(event.object)
        if activity is not None:
            groups.setdefault(activity.id, []).append(event)
    shown = credential.show_as_evidence or tuple(groups)
    pack = plan.ruleset.pack_of(credential.id)
    found: list[JsonObject] = []
    for name in shown:
        if name in groups:
            activity = plan.ruleset.activities[name]
            found.append(_item(activity, groups[name], pack.language, pack.zone))
    return found


def grant_as_evidence(grant: Grant, language: str) -> list[JsonObject]:
    """
    Give what a person's award rests on: her word, and each piece of evidence that she named.

    Args:
        grant: Who awarded it, why, and on what evidence; a web address becomes a link.
        language: Of the pack, for what is said around it.
    """
    words = BY_HAND_IN.get(base_language(language), BY_HAND_IN["en"])
    told: JsonObject = {
        "type": ["Evidence"],
        "name": words.format(name=grant.by),
        "narrative": grant.because,
        "genre": BY_HAND,
    }
    found = [told]
    for line in filter(None, map(str.strip, grant.evidence.splitlines())):
        item: JsonObject = {"type": ["Evidence"], "name": line}
        found.append({"id": line, **item} if is_web_address(line) else item)
    return found


BY_HAND = "Award by hand"
"""The genre of a person's word."""

BY_HAND_IN = {
    "en": "Awarded by {name}, and not by rule",
    "de": "Verliehen von {name}, nicht nach Regel",
    "es": "Concedida por {name}, y no por regla",
    "fr": "Attribuée par {name}, et non par règle",
}


def told(item: JsonObject) -> str:
    """Give a piece of evidence as one line; of an award by hand it begins with who gave it."""
    name, narrative = as_text(item.get("name")), as_text(item.get("narrative"))
    if item.get("genre") == BY_HAND:
        return f"{name}: {narrative}"
    return narrative or name


def is_web_address(text: str) -> bool:
    """Say whether a text is the address of a page."""
    return text.startswith(("https://", "http://")) and len(text.split()) == 1


def part_as_evidence(name: str, title: str, describes: str) -> JsonObject:
    """Give a credential that counted for a stack, by its address."""
    return {
        "id": name,
        "type": ["Evidence"],
        "name": title,
        "description": describes,
        "genre": "Credential",
    }


def _item(activity: Activity, events: list[Event], language: str, zone: str) -> JsonObject:
    title = plain_title(activity.title, activity.id)
    words, shown = catalogue(language), wording(language)
    said: dict[str, str] = {}
    for event in events:
        if event.word in words.said:
            said[event.word] = words.said[event.word].format(title=title)
    marks = [event.score.fraction for event in events if event.score is not None]
    best = max((mark for mark in marks if mark is not None), default=None)
    last = max(event.time for event in events)
    strongest = next((said[word] for word in STRONGEST if word in said), "")
    text = strongest or next(reversed(said.values()), title)
    if best is not None:
        text += f", {shown.show_percent(show_percent(best))}"
    item: JsonObject = {
        "type": ["Evidence"],
        "name": title,
        "narrative": f"{text} ({shown.show_day(_local(last, zone))})",
    }
    elsewhere = [dict(event.fields).get(CREDENTIAL, "") for event in events if _is_badge(event)]
    if elsewhere:
        # Any verifier shows an address, and there looks at another issuer's credential itself.
        item |= {"id": elsewhere[-1], "genre": "Credential"}
    genre = GENRES.get(activity.kind.value)
    return {**item, "genre": genre} if genre else item


def _is_badge(event: Event) -> bool:
    return event.object.startswith(BADGE)


def _local(moment: datetime, zone: str) -> datetime:
    known = zone_named(zone)
    return moment.astimezone(known) if known else moment


def _activities(plan: Plan) -> Mapping[str, Activity]:
    """Give the activities by the LMS's names of them."""
    found: dict[str, Activity] = {}
    for activity in plan.ruleset.activities.values():
        for names in activity.names_by_run().values():
            for name in names:
                found.setdefault(name, activity)
    return found
