"""
Phrases: what an author writes in the leaves, one function a phrase.

A phrase gives its value or says what would have been right. Everything is exact: scores are
fractions, never floats, and a number without a unit is refused, since `70` may be percent or
points. The pattern of a phrase is for editors: it matches whatever the function accepts.
Phrases of time and dates stand in rules/phrases/time.py.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from engine.ruleset import IfFalls, Mastery, RollUp, State
from engine.values import Comparison, Count, Unit

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Misread:
    """
    Why a text is not the phrase it should be.

    Attributes:
        message: What is wrong.
        hint: What would have been right.
        code: E110, or E108 where it belongs to a later version.
    """

    message: str
    hint: str = ""
    code: str = "E110"


@dataclass(frozen=True, slots=True)
class Phrase(Generic[T_co]):
    """
    One kind of phrase.

    Attributes:
        what: What it is, with its article: `a period`.
        pattern: A regular expression (ECMA and Python) that whatever is accepted matches.
        example: One that is right.
        read: From text to value.
        choices: All that may be written, where that is a few words.
    """

    what: str
    pattern: str
    example: str
    read: Callable[[str], T_co | Misread]
    choices: tuple[str, ...] = ()

    def __call__(self, text: str) -> T_co | Misread:
        """Read a text; spaces and line ends between words count as one space."""
        return self.read(" ".join(text.split()))


def wrong(text: str, what: str, example: str) -> Misread:
    """Say that a text is not a phrase of a kind, with an example."""
    shown = text if len(text) <= 60 else text[:59] + "…"  # noqa: PLR2004 - a line's width
    return Misread(f"`{shown}` is not {what}", f"write it like: {example}")


# --- words and names ---------------------------------------------------------------------

NAME_PATTERN = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
_NAME = re.compile(NAME_PATTERN)
_FULL_NAME = re.compile(rf"({NAME_PATTERN}/)?{NAME_PATTERN}")
LONGEST_NAME = 200


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "sampling-quiz"


def read_name(text: str) -> str | Misread:
    """Read the name of a thing in this pack: letters, digits, hyphens."""
    if _NAME.fullmatch(text) and len(text) <= LONGEST_NAME:
        return text
    return Misread(
        f"`{text[:60]}` can't be a name: letters, digits and hyphens, no spaces",
        f"write it like: {_slug(text[:60])}",
    )


def read_full_name(text: str) -> str | Misread:
    """Read the name of a thing in this pack, or of another one with its name before it."""
    if _FULL_NAME.fullmatch(text) and len(text) <= LONGEST_NAME:
        return text
    if text.startswith("- ") or " - " in text:
        return Misread(
            f"`{text[:60]}` is one text", "each dash begins in the column of the dash above it"
        )
    if ":" in text:
        return Misread(
            f"`{text[:60]}` is not a name", "write the name that pack.yaml gives it, not the LMS's"
        )
    pack, slash, rest = text[:60].partition("/")
    hint = f"{_slug(pack)}/{_slug(rest)}" if slash else _slug(pack)
    return Misread(f"`{text[:60]}` is not a name", f"write it like: {hint}")


def read_text(text: str) -> str | Misread:
    """Take any text that says something."""
    return text or Misread("a text is missing here")


def read_long_text(text: str) -> str | Misread:
    """Take any text, also an empty one."""
    return text


NAME = Phrase("a name", NAME_PATTERN, "sampling-quiz", read_name)
FULL_NAME = Phrase(
    "a name", rf"({NAME_PATTERN}/)?{NAME_PATTERN}", "shared/peer-mentor", read_full_name
)
COURSE_OR_ANY = Phrase(
    "a name", rf"(({NAME_PATTERN}/)?{NAME_PATTERN}|any course)", "data101", read_full_name
)
TEXT = Phrase("a text", r"\S[\s\S]*", "Data Cleaning", read_text)


def one_of(
    what: str,
    choices: dict[str, T_co],
    *,
    later: dict[str, str] | None = None,
    instead: dict[str, str] | None = None,
) -> Phrase[T_co]:
    """
    Make a phrase that is one of a few words.

    Args:
        what: What it is, with its article.
        choices: The values by their words.
        later: First words of what a later version has, with a hint.
        instead: What people write, and which choice they mean.
    """

    def read(text: str) -> T_co | Misread:
        if text in choices:
            return choices[text]
        first = text.partition(" ")[0]
        if later and first in later:
            return Misread(f"`{text[:60]}` is not in this version yet", later[first], "E108")
        meant = (instead or {}).get(text.lower(), text.lower())
        if meant in choices:
            return wrong(text, what, meant)
        return Misread(f"`{text[:60]}` is not {what}", f"write one of: {', '.join(choices)}")

    return Phrase(what, f"({'|'.join(choices)})", next(iter(choices)), read, tuple(choices))


YES = one_of(
    "yes or no",
    {"yes": True, "no": False},
    instead={"true": "yes", "on": "yes", "false": "no", "off": "no"},
)
STATE = one_of("a state", {state.value: state for state in State})
ROLL_UP = one_of("a way to roll up", {way.value: way for way in RollUp})
MISSING = one_of("what is missing", {"zero": True})
IF_FALLS = one_of(
    "what becomes of it",
    {"keep": IfFalls.KEEP, "review": IfFalls.REVIEW, "revoke": IfFalls.REVOKE},
    instead={"nothing": "keep", "withdraw": "revoke", "expire": "revoke"},
)
IF_PART_EXPIRES = one_of(
    "what becomes of it",
    {"keep": False, "expire": True},
    instead={"nothing": "keep", "revoke": "expire"},
)


# --- numbers -----------------------------------------------------------------------------

DIGITS_PATTERN = r"[0-9]{1,9}(?:\.[0-9]{1,9})?"
_NUMBER = re.compile(DIGITS_PATTERN)
_PERCENT = re.compile(rf"({DIGITS_PATTERN}) ?%")
_POINTS = re.compile(rf"(-?{DIGITS_PATTERN}) points?")
AMOUNT_PATTERN = rf"(?:{DIGITS_PATTERN} ?%|-?{DIGITS_PATTERN} points?)"
FOREIGN = {
    "above": "more than",
    "over": "more than",
    "greater than": "more than",
    ">": "more than",
    "under": "below",
    "less than": "below",
    "<": "below",
    "min": "at least",
    "minimum": "at least",
    "no less than": "at least",
    "from": "at least",
    ">=": "at least",
    "max": "at most",
    "maximum": "at most",
    "up to": "at most",
    "no more than": "at most",
    "<=": "at most",
}
"""What people write instead, and what the language says."""

STARTS = {"at least": True, "more than": False}
ENDS = {"at most": True, "below": False}
"""The words of one-sided ranges, and whether the end itself is in."""

_ONE_END = re.compile(r"(at least|more than|at most|below) (.+)")
_TWO_ENDS = re.compile(r"(from|more than) (.+?) to (?:(at most|below) )?(.+)")
_CROSSING = re.compile(r"(falls|rises|drops) .*")
_NUMBER_AT_END = re.compile(rf"(.*?)\s*({DIGITS_PATTERN})\s*(%|points?)?")

_SIDE_BEHIND = re.compile(
    rf"({DIGITS_PATTERN})\s*(%|points?)?\s*(?:(\+|(?:or|and) (?:more|higher|above|better|over|up)"
    r"|minimum|min)|(?:or|and) (?:less|lower|below|under)|maximum|max)"
)
"""`70%+`, `70% or more`: with a third group at the least, without it at the most."""

_BETWEEN = re.compile(
    rf"(?:between |from )?({DIGITS_PATTERN}) ?(?:%|points?)? ?"
    rf"(?:-|\u2013|\.\.|and|to|until) ?({DIGITS_PATTERN}) ?(%|points)?"
)
_A_SCORE = "at least 70%"


def read_amount(text: str) -> tuple[Fraction, Unit] | Misread:
    """Read an amount with its unit: a percentage as a fraction of one, or points."""
    percent = _PERCENT.fullmatch(text)
    if percent:
        return Fraction(percent.group(1)) / 100, Unit.PERCENT
    points = _POINTS.fullmatch(text)
    if points:
        return Fraction(points.group(1)), Unit.POINTS
    if _NUMBER.fullmatch(text):
        share = Fraction(text)
        if "." in text and 0 < share <= 1:
            percent_of = f"{float(share * 100):g}%"
            return Misread(f"`{text}` has no unit", f"write {percent_of} or {text} points")
        return Misread(f"`{text}` has no unit", f"write {text}% or {text} points")
    if re.fullmatch(r"[0-9]+,[0-9]+ ?(%|points?)?", text):
        return Misread(f"`{text}` has a comma", f"write it with a point: {text.replace(',', '.')}")
    return wrong(text, "a score", "70%")


def _foreign(text: str) -> Misread | None:
    """Answer what people write instead with the language's own words."""
    behind = _SIDE_BEHIND.fullmatch(text.lower())
    if behind:
        side = "at least" if behind.group(3) else "at most"
        unit = " points" if (behind.group(2) or "%") != "%" else "%"
        return wrong(text, "a score", f"{side} {behind.group(1)}{unit}")
    found = _NUMBER_AT_END.fullmatch(text)
    if not found:
        return None
    words, number, unit = found.group(1).lower(), found.group(2), found.group(3)
    shown = f"{number} points" if unit in {"points", "point"} else f"{number}%"
    said = f"`{text}` is not a score"
    if words in FOREIGN:
        if unit is None and words in {"above", "over"}:
            return Misread(said, f"write it like: {_A_SCORE}")
        return Misread(said, f"write it like: {FOREIGN[words]} {shown}")
    if words in {*STARTS, *ENDS} and words != text[: len(words)]:
        return Misread(said, f"write it like: {words} {shown}")
    if not words:
        if unit is None:
            return Misread(f"`{text}` has no unit", f"write at least {number}% or {number} points")
        return Misread(f"`{text}` says not on which side", f"write it like: at least {shown}")
    return None


def read_comparison(text: str) -> Comparison | Misread:
    """Read a range of scores: `at least 70%`, `from 50% to below 70%`, `below 14 points`."""
    in_signs = re.sub(r" ?\b(percent|per cent|pct)\b", "%", text)
    if in_signs != text:
        return wrong(text, "a score", in_signs)
    both = _TWO_ENDS.fullmatch(text)
    if both:
        return _read_two_ends(text, both)
    one = _ONE_END.fullmatch(text)
    if one:
        amount = read_amount(one.group(2))
        if isinstance(amount, Misread):
            return amount
        value, unit = amount
        if one.group(1) in STARTS:
            return Comparison(value, STARTS[one.group(1)], None, high_included=False, unit=unit)
        return Comparison(
            None, low_included=False, high=value, high_included=ENDS[one.group(1)], unit=unit
        )
    crossing = _CROSSING.fullmatch(text)
    if crossing:
        side = "at least" if crossing.group(1) == "rises" else "below"
        said = re.search(AMOUNT_PATTERN, text)
        return Misread(
            f"`{text[:60]}` is something that happens, and this asks what is so",
            f"write it like: {side} {said.group() if said else '60%'}",
        )
    between = _BETWEEN.fullmatch(text)
    if between:
        sign = " points" if (between.group(3) or "%") != "%" else "%"
        low, high = between.group(1), between.group(2)
        return wrong(text, "a score", f"from {low}{sign} to below {high}{sign}")
    return _foreign(text) or wrong(text, "a score", _A_SCORE)


def _read_two_ends(text: str, both: re.Match[str]) -> Comparison | Misread:
    low, high = read_amount(both.group(2)), read_amount(both.group(4))
    if isinstance(low, Misread):
        return low
    if isinstance(high, Misread):
        return high
    if low[1] is not high[1]:
        return Misread(f"`{text}` mixes percent and points", "write both in percent or in points")
    if both.group(3) is None:
        return Misread(
            f"`{text}` says not whether {both.group(4)} is in it",
            f"write it like: {both.group(1)} {both.group(2)} to below {both.group(4)}",
        )
    if low[0] > high[0] or (low[0] == high[0] and both.group(3) == "below"):
        return Misread(f"`{text}` holds no score", "write the lower score first")
    return Comparison(low[0], both.group(1) == "from", high[0], both.group(3) == "at most", low[1])


COMPARISON = Phrase(
    "a score",
    rf"((at least|more than|at most|below) {AMOUNT_PATTERN}"
    rf"|(from|more than) {AMOUNT_PATTERN} to (at most|below) {AMOUNT_PATTERN})",
    _A_SCORE,
    read_comparison,
)


def read_percent(text: str) -> Fraction | Misread:
    """Read a pass mark: `60%` of the range, from 0% to 100%."""
    amount = read_amount(text)
    if isinstance(amount, Misread):
        return (
            Misread(amount.message, f"write {text}%")
            if _NUMBER.fullmatch(text)
            else wrong(text, "a percentage", "60%")
        )
    if amount[1] is not Unit.PERCENT or amount[0] > 1:
        return wrong(text, "a percentage", "60%")
    return amount[0]


PERCENT = Phrase("a percentage", rf"{DIGITS_PATTERN} ?%", "60%", read_percent)

_COUNT = re.compile(r"(at least|exactly|at most) ([0-9]{1,6})")
_A_COUNT = "at least 2"


def read_count(text: str) -> Count | Misread:
    """Read how many: `at least 3`, `exactly 2`, `at most 4`."""
    found = _COUNT.fullmatch(text)
    if found:
        number = int(found.group(2))
        match found.group(1):
            case "at least" if number == 0:
                return Misread(f"`{text}` always holds", "leave it out, or write: at least 1")
            case "at least":
                return Count(number)
            case "exactly":
                return Count(number, number)
            case _:
                return Count(0, number)
    if re.fullmatch(r"[0-9]{1,6}", text):
        return Misread(
            f"`{text}` says not whether more will do", f"write at least {text} or exactly {text}"
        )
    more = re.fullmatch(r"(?:more than|over|above|>) ?([0-9]{1,6})", text)
    if more:
        return wrong(text, "a count", f"at least {int(more.group(1)) + 1}")
    return wrong(text, "a count", _A_COUNT)


COUNT = Phrase("a count", r"(at least|exactly|at most) [0-9]{1,6}", _A_COUNT, read_count)


_MASTERY = re.compile(r"(.+?)(?: from ([0-9]{1,4}) sources?)?")
_A_MASTERY = "at least 70% from 2 sources"


def read_mastery(text: str) -> Mastery | Misread:
    """Read what a level asks: a least score, perhaps from so many sources."""
    found = _MASTERY.fullmatch(text)
    if not found:
        return wrong(text, "what a level asks", _A_MASTERY)
    score = read_comparison(found.group(1))
    if isinstance(score, Misread):
        return score if score.code != "E110" else Misread(score.message, score.hint)
    if score.low is None or score.high is not None or score.unit is not Unit.PERCENT:
        return wrong(text, "what a level asks", _A_MASTERY)
    sources = int(found.group(2) or 1)
    if sources < 1:
        return Misread(f"`{text}` asks for no source", f"write it like: {_A_MASTERY}")
    return Mastery(score, sources)


MASTERY = Phrase(
    "what a level asks",
    rf"(at least|more than) {DIGITS_PATTERN} ?%( from [0-9]{{1,4}} sources?)?",
    _A_MASTERY,
    read_mastery,
)


def read_weight(text: str) -> Fraction | Misread:
    """Read a weight: a decimal of at least 0."""
    if _NUMBER.fullmatch(text):
        return Fraction(text)
    return wrong(text, "a weight", "2, or 0.5")


WEIGHT = Phrase("a weight", DIGITS_PATTERN, "2", read_weight)
