"""What a pack's things are called in another language, as its author has written it."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.source import Span


@dataclass(frozen=True, slots=True)
class Told:
    """A thing's title and description in a language, and where they stand."""

    span: Span
    title: str
    describes: str = ""


@dataclass(frozen=True, slots=True)
class Translation:
    """
    What things are called in one language, by their full names.

    Attributes:
        language: Its tag, such as `es`.
    """

    pack: str
    language: str
    span: Span
    credentials: Mapping[str, Told]
    skills: Mapping[str, Told]
    pathways: Mapping[str, Told]
    activities: Mapping[str, Told]
