"""
What a message may name: a closed list of tokens, each with what stands for it if it is not known.

A token is a value of a few kinds, never an object with a life of its own, so a template can
reach nothing but words, days, scores, links and one list. A profile that never arrived stops no
message.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from fractions import Fraction
from urllib.parse import quote, urlsplit

from engine.values import show_percent
from notifications.one_line import flat
from notifications.wording import Wording, wording

LONGEST_VALUE = 500
"""Longest text of a token, in characters."""
LONGEST_LIST = 50
"""Most sentences of a list."""


_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?|[0-9a-fA-F:.]+")


class TokenKind(StrEnum):
    """What a token is, in an author's words."""

    WORDS = "text"
    MOMENT = "day and time"
    SCORE = "score"
    LINK = "link"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Words:
    """A short text. True where it is known."""

    known: str
    instead: str = ""

    def __str__(self) -> str:
        return self.known or self.instead

    def __bool__(self) -> bool:
        return bool(self.known)


@dataclass(frozen=True, slots=True)
class Link:
    """An address to follow, empty if there is none. True where it is known."""

    known: str

    def __str__(self) -> str:
        return self.known

    def __bool__(self) -> bool:
        return bool(self.known)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day and time on the learner's own clock. True where it is known."""

    local: datetime | None
    instead: str
    wording: Wording

    def __str__(self) -> str:
        return self.instead if self.local is None else f"{self.day()}, {self.time()}"

    def __bool__(self) -> bool:
        return self.local is not None

    def day(self) -> str:
        """Write the day: *3 March 2025*."""
        return self.instead if self.local is None else self.wording.show_day(self.local)

    def time(self) -> str:
        """Write the time of day: *14:05*."""
        return self.instead if self.local is None else f"{self.local:%H:%M}"


@dataclass(frozen=True, slots=True)
class Score:
    """A score as a fraction of one, exact. True where it is known, also at 0%."""

    fraction: Fraction | None
    wording: Wording

    def __str__(self) -> str:
        return self.percent()

    def __bool__(self) -> bool:
        return self.fraction is not None

    def percent(self) -> str:
        """Write it as a percentage."""
        if self.fraction is None:
            return self.wording.no_score
        return self.wording.show_percent(show_percent(self.fraction))


@dataclass(frozen=True, slots=True)
class Sentences:
    """A list of sentences; by itself it reads as a bulleted list. True where there are any."""

    each: tuple[Words, ...]

    def __str__(self) -> str:
        return " ".join(map(str, self.each))

    def __bool__(self) -> bool:
        return bool(self.each)

    def __iter__(self) -> Iterator[Words]:
        return iter(self.each)


Value = Words | Link | Moment | Score | Sentences
"""What a token can be while a message is rendered."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """
    What is known for one message. Whatever is left out is not known; its fallback stands for it.

    Times are aware. Links that are neither https, nor http on this machine, nor mailto, are
    as good as unknown.
    """

    learner_first_name: str = ""
    learner_name: str = ""
    learner_last_seen: datetime | None = None
    course_title: str = ""
    course_link: str = ""
    activity_title: str = ""
    activity_link: str = ""
    credential_title: str = ""
    credential_describes: str = ""
    credential_link: str = ""
    credential_expires: datetime | None = None
    pathway_title: str = ""
    pathway_progress: Fraction | None = None
    next_title: str = ""
    next_link: str = ""
    rule_title: str = ""
    due: datetime | None = None
    score: Fraction | None = None
    missing: tuple[str, ...] = ()
    organisation_name: str = ""
    unsubscribe_link: str = ""
    zone: tzinfo = UTC
    polite: str = ""
    """What the pack calls a learner whose name is not known; empty takes the language's."""

    def __post_init__(self) -> None:
        """
        Refuse naive times.

        Raises:
            ValueError: If one has no zone.

        """
        for time in (self.learner_last_seen, self.due, self.credential_expires):
            if time is not None and time.utcoffset() is None:
                raise ValueError(f"a token needs a time with a zone: {time.isoformat()}")


@dataclass(frozen=True, slots=True)
class Token:
    """One row of the closed list."""

    name: str
    kind: TokenKind
    help: str
    value: Callable[[Tokens, Wording], Value]


def sample() -> Tokens:
    """Give a learner of whom everything is known."""
    return Tokens(
        learner_first_name="Ada",
        learner_name="Ada Lovelace",
        learner_last_seen=datetime(2025, 3, 3, 10, 0, tzinfo=UTC),
        course_title="Data 101",
        course_link="https://lms.example/course/101",
        activity_title="Sampling quiz",
        activity_link="https://lms.example/quiz/4411",
        credential_title="Data Collection",
        credential_describes="Can choose, justify and draw a sample.",
        credential_link="https://lms.example/credential/1",
        credential_expires=datetime(2028, 3, 3, 22, 59, tzinfo=UTC),
        pathway_title="Data Analyst",
        pathway_progress=Fraction(2, 4),
        next_title="Sampling report",
        next_link="https://lms.example/assign/310",
        rule_title="Nudge a learner who has gone quiet",
        due=datetime(2025, 4, 11, 21, 59, tzinfo=UTC),
        score=Fraction(785, 1000),
        missing=("The sampling report is not marked yet.", "The cleaning lab is not completed."),
        organisation_name="Example University",
        unsubscribe_link="https://milepost.example/u/sample",
    )


def unknown() -> Tokens:
    """Give a learner of whom nothing is known."""
    return Tokens()


def safe_link(link: str) -> str:
    """Give a link that may stand in a message, odd signs percent-encoded; empty if it may not."""
    try:
        parts = urlsplit(flat(link))
        host = parts.hostname or ""
    except ValueError:
        return ""
    loopback = host in {"localhost", "127.0.0.1", "::1"}
    allowed = (
        (parts.scheme == "https" and _HOST.fullmatch(host))
        or (parts.scheme == "http" and loopback)
        or (parts.scheme == "mailto" and "@" in parts.path)
    )
    return quote(parts.geturl(), safe="!#$%&'*+,/:;=?@[]~-._") if allowed else ""


def context(tokens: Tokens, language: str) -> Mapping[str, Value | Mapping[str, Value]]:
    """Give what a template is rendered with: tokens of two words stand under their first."""
    words = wording(language)
    top: dict[str, Value | Mapping[str, Value]] = {}
    nested: dict[str, dict[str, Value]] = {}
    for token in TOKENS.values():
        value = token.value(tokens, words)
        first, dot, second = token.name.partition(".")
        if dot:
            nested.setdefault(first, {})[second] = value
        else:
            top[first] = value
    return {**top, **nested}


def _words(known: str, instead: str = "") -> Words:
    return Words(_short(known), instead)


def _short(words: str) -> str:
    """Keep a value to one line of bounded length: an LMS may send anything as a title."""
    line = flat(words)
    return line if len(line) <= LONGEST_VALUE else f"{line[: LONGEST_VALUE - 1]}…"


def _first_name(tokens: Tokens, words: Wording) -> Value:
    return _words(tokens.learner_first_name, flat(tokens.polite) or words.someone)


def _name(tokens: Tokens, words: Wording) -> Value:
    name = tokens.learner_name or tokens.learner_first_name
    return _words(name, flat(tokens.polite) or words.someone)


def _next_title(tokens: Tokens, words: Wording) -> Value:
    """Name the next step; where there is none the course stands for it."""
    return _words(tokens.next_title, flat(tokens.course_title) or words.course)


def _next_link(tokens: Tokens, _words: Wording) -> Value:
    """Lead where the title says: to the course, if the title is the course's."""
    return Link(safe_link(tokens.next_link if tokens.next_title else tokens.course_link))


def _moment(time: datetime | None, zone: tzinfo, instead: str, words: Wording) -> Moment:
    return Moment(None if time is None else time.astimezone(zone), instead, words)


_LIST = (
    Token("learner.first_name", TokenKind.WORDS, "what to call the learner", _first_name),
    Token("learner.name", TokenKind.WORDS, "the learner's full name", _name),
    Token(
        "learner.last_seen",
        TokenKind.MOMENT,
        "when the learner was last active",
        lambda t, w: _moment(t.learner_last_seen, t.zone, w.a_while_ago, w),
    ),
    Token(
        "course.title", TokenKind.WORDS, "the course", lambda t, w: _words(t.course_title, w.course)
    ),
    Token(
        "course.link", TokenKind.LINK, "the way there", lambda t, _: Link(safe_link(t.course_link))
    ),
    Token(
        "activity.title",
        TokenKind.WORDS,
        "the activity that the rule is about",
        lambda t, w: _words(t.activity_title, w.activity),
    ),
    Token(
        "activity.link",
        TokenKind.LINK,
        "the way there",
        lambda t, _: Link(safe_link(t.activity_link)),
    ),
    Token(
        "credential.title",
        TokenKind.WORDS,
        "the credential that the rule or award is about",
        lambda t, w: _words(t.credential_title, w.credential),
    ),
    Token(
        "credential.describes",
        TokenKind.WORDS,
        "what its holder can do",
        lambda t, _: _words(t.credential_describes),
    ),
    Token(
        "credential.link",
        TokenKind.LINK,
        "its page",
        lambda t, _: Link(safe_link(t.credential_link)),
    ),
    Token(
        "credential.expires",
        TokenKind.MOMENT,
        "its last minute, where it expires",
        lambda t, w: _moment(t.credential_expires, t.zone, w.soon, w),
    ),
    Token(
        "pathway.title",
        TokenKind.WORDS,
        "the pathway that the learner is on in the course",
        lambda t, w: _words(t.pathway_title, flat(t.course_title) or w.course),
    ),
    Token(
        "pathway.progress",
        TokenKind.SCORE,
        "what share of its required steps is done",
        lambda t, w: Score(t.pathway_progress, w),
    ),
    Token("next.title", TokenKind.WORDS, "the learner's next step, else the course", _next_title),
    Token("next.link", TokenKind.LINK, "the way there", _next_link),
    Token(
        "rule.title",
        TokenKind.WORDS,
        "the rule that writes",
        lambda t, w: _words(t.rule_title, w.rule),
    ),
    Token(
        "due",
        TokenKind.MOMENT,
        "when the activity is due, for this learner",
        lambda t, w: _moment(t.due, t.zone, w.soon, w),
    ),
    Token(
        "score", TokenKind.SCORE, "the score that the rule is about", lambda t, w: Score(t.score, w)
    ),
    Token(
        "missing",
        TokenKind.LIST,
        "what is still missing, a sentence each",
        lambda t, _: Sentences(tuple(map(_words, t.missing[:LONGEST_LIST]))),
    ),
    Token(
        "organisation.name",
        TokenKind.WORDS,
        "the institution",
        lambda t, w: _words(t.organisation_name, w.organisation),
    ),
    Token(
        "unsubscribe.link",
        TokenKind.LINK,
        "where the learner chooses what to be written",
        lambda t, _: Link(safe_link(t.unsubscribe_link)),
    ),
)

TOKENS: Mapping[str, Token] = {token.name: token for token in _LIST}
"""The closed list, by name, in the order of the reference page."""
