"""What an employer reads at a credential's address: all that it says, and whether it is good."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from markdown_it import MarkdownIt
from markupsafe import Markup

from adapters.badges.drawing.words import dates_told, last_moment
from adapters.badges.evidence import is_web_address
from adapters.badges.evidence import told as evidence_told
from adapters.badges.jsonvalue import JsonObject, as_list, as_object, as_text
from adapters.showing.words import words_of
from notifications.wording import wording

PICTURE = "image"
_markdown = MarkdownIt("commonmark", {"html": False}).disable(["link", "image", "autolink"])


@dataclass(frozen=True, slots=True)
class Aligned:
    """Something elsewhere that a credential stands for."""

    name: str
    url: str
    framework: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured, what it came to, and what was asked for."""

    name: str
    value: str
    asked: str


@dataclass(frozen=True, slots=True)
class Shown:
    """
    A credential as a page shows it.

    Attributes:
        name: The last part of its address.
        picture: Where its picture lies, without the ending.
        criteria: As HTML that is safe to show.
        evidence: Each with its text, and whether it is a credential that counted.
        language: Of what the issuer has written.
    """

    name: str
    address: str
    title: str
    describes: str
    issuer: str
    dates: str
    counts: str
    picture: str
    criteria: Markup
    results: tuple[Measured, ...]
    evidence: tuple["Item", ...]
    aligned: tuple[Aligned, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a credential rests on; `link`: where it can be seen, "" for nowhere."""

    text: str
    is_part: bool
    link: str = ""


def shown(
    document: JsonObject, language: str, picture: str, zone: tzinfo = UTC, *, falls: bool = False
) -> Shown:
    """
    Give what a page shows of a credential.

    Args:
        document: The signed credential.
        language: The reader's, for dates.
        picture: Where its picture lies, as a path without the ending.
        zone: On whose clock days are written.
        falls: It ends with others, which is told beside it.
    """
    subject = as_object(document.get("credentialSubject"))
    achievement = as_object(subject.get("achievement"))
    narrative = as_text(as_object(achievement.get("criteria")).get("narrative"))
    until = as_text(document.get("validUntil"))
    awarded = datetime.fromisoformat(as_text(document.get("awardedDate"))).astimezone(zone)
    last = last_moment(until)
    dates = dates_told(language, awarded, None if last is None else last.astimezone(zone))
    return Shown(
        name=as_text(document.get("id")).rpartition("/")[2],
        address=as_text(document.get("id")),
        title=as_text(achievement.get("name")),
        describes=as_text(achievement.get("description")),
        issuer=as_text(as_object(document.get("issuer")).get("name")),
        dates=dates if until or falls else f"{dates}, {words_of(language).no_end}",
        counts=", ".join(map(as_text, as_list(achievement.get("tag")))),
        picture=picture,
        criteria=Markup(_markdown.render(narrative)),  # noqa: S704 - HTML in it is off, and so are links
        results=_results(achievement, subject, language),
        evidence=tuple(
            Item(
                evidence_told(each),
                each.get("genre") == "Credential",
                _link(each, as_text(as_object(document.get("issuer")).get("url"))),
            )
            for each in map(as_object, as_list(document.get("evidence")))
        ),
        aligned=tuple(map(aligned, as_list(achievement.get("alignment")))),
        language=as_text(achievement.get("inLanguage")) or "en",
    )


def _link(evidence: JsonObject, house: str) -> str:
    """
    Give where a piece of evidence can be seen, "" where no page shows it.

    A part that the house has issued itself may not be public, and whoever follows a link to it
    would find nothing.
    """
    address = as_text(evidence.get("id"))
    is_own = bool(house) and address.startswith(f"{house}/")
    return address if is_web_address(address) and not is_own else ""


def aligned(told: object) -> Aligned:
    """Give an alignment as pages show it."""
    each = as_object(told)
    url = as_text(each.get("targetUrl"))
    name = as_text(each.get("targetName")) or url
    return Aligned(name, url, as_text(each.get("targetFramework")))


def _results(achievement: JsonObject, subject: JsonObject, language: str) -> tuple[Measured, ...]:
    described = {
        as_text(each.get("id")): each
        for each in map(as_object, as_list(achievement.get("resultDescription")))
    }
    levels = {
        as_text(level.get("id")): as_text(level.get("name"))
        for each in described.values()
        for level in map(as_object, as_list(each.get("rubricCriterionLevel")))
    }
    found: list[Measured] = []
    for result in map(as_object, as_list(subject.get("result"))):
        of = described.get(as_text(result.get("resultDescription")), {})
        ending = "%" if of.get("resultType") == "Percent" else ""
        level = levels.get(as_text(result.get("achievedLevel")), "")
        value = _number(as_text(result.get("value")), ending, language)
        asked = levels.get(as_text(of.get("requiredLevel")), "")
        asked = asked or _number(as_text(of.get("requiredValue")), ending, language)
        found.append(Measured(as_text(of.get("name")), level or value, asked))
    return tuple(found)


def _number(value: str, ending: str, language: str) -> str:
    return wording(language).show_percent(f"{value}%") if value and ending else value
