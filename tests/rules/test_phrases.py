"""Every phrase: what it gives, what it refuses, and that editors accept whatever is right."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.actions import Cap, CapWindow
from engine.naming import DayNumber
from engine.ruleset import Mastery
from engine.terms import Choice, Decaying, Happened, HappenedKind
from engine.values import Comparison, Count, Hours, LongPeriod, Period, PeriodUnit, Unit
from rules.phrases import link as link_phrases
from rules.phrases import marks as mark_phrases
from rules.phrases import phrases
from rules.phrases import time as time_phrases
from rules.phrases import trigger as trigger_phrases
from rules.phrases.link import Use
from rules.phrases.marks import Crossing
from rules.phrases.phrases import Misread, Phrase
from rules.phrases.time import Between
from rules.phrases.trigger import At, Occurrences, Offset

DAYS, WEEKS = PeriodUnit.DAYS, PeriodUnit.WEEKS
WEEK = Period(7, DAYS)


def all_phrases() -> Iterator[tuple[str, Phrase[object]]]:
    """Give every phrase of the language with its name."""
    for module in (phrases, mark_phrases, link_phrases, time_phrases, trigger_phrases):
        for name, value in vars(module).items():
            if isinstance(value, Phrase):
                yield name, value


PHRASES = dict(all_phrases())


def percent(low: str | None, high: str | None, *, low_in: bool, high_in: bool) -> Comparison:
    """Make a range of percentages."""
    return Comparison(
        Fraction(low) / 100 if low else None,
        low_in,
        Fraction(high) / 100 if high else None,
        high_in,
    )


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("COMPARISON", "at least 70%", percent("70", None, low_in=True, high_in=False)),
        ("COMPARISON", "more than 70 %", percent("70", None, low_in=False, high_in=False)),
        ("COMPARISON", "at most 69.996%", percent(None, "69.996", low_in=False, high_in=True)),
        ("COMPARISON", "below 60%", percent(None, "60", low_in=False, high_in=False)),
        (
            "COMPARISON",
            "from 50% to below 70%",
            percent("50", "70", low_in=True, high_in=False),
        ),
        (
            "COMPARISON",
            "from 50% to at most 70%",
            percent("50", "70", low_in=True, high_in=True),
        ),
        (
            "COMPARISON",
            "more than 50% to at most 70%",
            percent("50", "70", low_in=False, high_in=True),
        ),
        (
            "COMPARISON",
            "at least 14 points",
            Comparison(
                Fraction(14), low_included=True, high=None, high_included=False, unit=Unit.POINTS
            ),
        ),
        (
            "COMPARISON",
            "below -1.5 points",
            Comparison(
                None,
                low_included=False,
                high=Fraction(-3, 2),
                high_included=False,
                unit=Unit.POINTS,
            ),
        ),
        ("PERCENT", "60%", Fraction(3, 5)),
        ("PERIOD", "90 minutes", Period(90, PeriodUnit.MINUTES)),
        ("PERIOD", "12 hours", Period(12, PeriodUnit.HOURS)),
        ("PERIOD", "7 days", WEEK),
        ("PERIOD", "1 day", Period(1, DAYS)),
        ("PERIOD", "2 weeks", Period(2, WEEKS)),
        ("PERIOD", "P7D", WEEK),
        ("PERIOD", "P2W", Period(2, WEEKS)),
        ("PERIOD", "PT12H", Period(12, PeriodUnit.HOURS)),
        ("PERIOD", "PT90M", Period(90, PeriodUnit.MINUTES)),
        ("LONG_PERIOD", "after 3 years", LongPeriod(36)),
        ("LONG_PERIOD", "after 18 months", LongPeriod(18)),
        ("COUNT", "at least 3", Count(3)),
        ("COUNT", "exactly 2", Count(2, 2)),
        ("COUNT", "at most 4", Count(0, 4)),
        (
            "MASTERY",
            "at least 70% from 2 sources",
            Mastery(percent("70", None, low_in=True, high_in=False), 2),
        ),
        ("MASTERY", "more than 40%", Mastery(percent("40", None, low_in=False, high_in=False))),
        ("WEIGHT", "2", Fraction(2)),
        ("WEIGHT", "0.1", Fraction(1, 10)),
        ("WEIGHT", "0", Fraction(0)),
        ("DUE", "day 40", DayNumber(40)),
        ("DUE", "day 40 of enrolment", DayNumber(40, of_enrolment=True)),
        ("DUE", "2025-04-11", date(2025, 4, 11)),
        ("DUE", "2025-04-11 23:59", datetime(2025, 4, 11, 23, 59)),
        ("DUE", "2025-04-11 at 23:59", datetime(2025, 4, 11, 23, 59)),
        ("HAPPENED", "in the last 7 days", Happened(HappenedKind.IN_THE_LAST, WEEK)),
        ("HAPPENED", "at least 7 days ago", Happened(HappenedKind.AT_LEAST_AGO, WEEK)),
        (
            "HAPPENED",
            "before 2025-03-03",
            Happened(HappenedKind.BEFORE, day=date(2025, 3, 3)),
        ),
        ("HAPPENED", "after due", Happened(HappenedKind.AFTER_DUE)),
        ("HAPPENED", "after the trigger", Happened(HappenedKind.AFTER_TRIGGER)),
        (
            "HOURS",
            "21:00 to 08:00 and weekends",
            Hours(((time(21), time(8)),), frozenset({5, 6}), "21:00 to 08:00 and weekends"),
        ),
        ("HOURS", "weekends", Hours((), frozenset({5, 6}), "weekends")),
        ("CAP", "3 per course", Cap(3, CapWindow.COURSE)),
        ("CAP", "1 per day", Cap(1, CapWindow.DAY)),
        ("CAP", "5 in 30 days", Cap(5, CapWindow.DAYS, 30)),
        ("CAP", "10 in all", Cap(10, CapWindow.ALL)),
        ("EVERY", "monday at 09:00", Occurrences(0, None, None, time(9))),
        (
            "EVERY",
            "2 weeks from 2025-03-03 at 09:00",
            Occurrences(None, Period(2, WEEKS), date(2025, 3, 3), time(9)),
        ),
        ("MOMENT", "2025-03-01 at 09:00", datetime(2025, 3, 1, 9)),
        ("AGO", "14 days ago", Period(14, DAYS)),
        ("ENROLLED_FOR", "at least 14 days", Period(14, DAYS)),
        ("REPEAT", "every 7 days", WEEK),
        ("OFFSET", "3 days after", Offset(Period(3, DAYS), before=False)),
        ("OFFSET", "1 week before", Offset(Period(1, WEEKS), before=True)),
        ("OFFSET", "0 days after", Offset(Period(0, DAYS), before=False)),
        ("WEEKDAYS_PHRASE", "monday, tuesday", frozenset({0, 1})),
        ("WEEKDAYS_PHRASE", "weekend", frozenset({5, 6})),
        (
            "BETWEEN",
            "between 2025-03-03 and 2025-06-30",
            Between(date(2025, 3, 3), date(2025, 6, 30)),
        ),
        ("WHICH", "latest", Choice.LATEST),
        ("WHICH", "average", Choice.AVERAGE),
        ("WHICH", "decaying 65%", Decaying(Fraction(13, 20))),
        ("SCORE", "below 60%", percent(None, "60", low_in=False, high_in=False)),
        (
            "SCORE",
            "falls below 60%",
            Crossing(percent(None, "60", low_in=False, high_in=False)),
        ),
        ("SCORE", "rises to 70%", Crossing(percent("70", None, low_in=True, high_in=False))),
        (
            "SCORE",
            "falls below 14 points",
            Crossing(
                Comparison(
                    None,
                    low_included=False,
                    high=Fraction(14),
                    high_included=False,
                    unit=Unit.POINTS,
                )
            ),
        ),
        ("PROGRESS", "at least 80%", percent("80", None, low_in=True, high_in=False)),
        ("TIMES", "at least 3", Count(3)),
        ("TIMES", "at least 2 within 24 hours", Count(2, None, Period(24, PeriodUnit.HOURS))),
        ("TIMES", "exactly 2 within 7 days", Count(2, 2, WEEK)),
        ("TIMES", "2 in a row", Count(2, in_a_row=True)),
        ("TIMES", "3 in a row within 7 days", Count(3, None, WEEK, in_a_row=True)),
        ("HALF_AFTER", "half after 18 months", LongPeriod(18)),
        ("HALF_AFTER", "half after 2 years", LongPeriod(24)),
        ("YES", "yes", True),
        ("YES", "no", False),
        ("VERSION", "1.10", "1.10"),
        ("USE", "shared 2025.1", Use("shared", "2025.1")),
        ("LEVEL_ASKED", "at least very good", "very good"),
        ("FULL_NAME", "shared/peer-mentor", "shared/peer-mentor"),
        ("FILE", "messages/hello.md", "messages/hello.md"),
        ("ADDRESS", "instructor", "instructor"),
        ("ADDRESS", "registry@uni.example", "registry@uni.example"),
        ("AT", "day 8 22:30", At(8, time(22, 30))),
        ("AT", "day 5", At(5, time())),
        ("AT", "2025-03-10 22:30", At(date(2025, 3, 10), time(22, 30))),
        ("STARTS", "2025-03-03 Monday", date(2025, 3, 3)),
    ],
)
def test_a_phrase_gives_its_value(kind: str, text: str, expected: object) -> None:
    """What language.md promises is what the engine gets."""
    assert expected == PHRASES[kind](text)


@pytest.mark.parametrize(
    ("kind", "text", "message", "hint"),
    [
        ("PERIOD", "7days", "`7days` is not a period", "write it like: 7 days"),
        ("PERIOD", "7d", "`7d` is not a period", "write it like: 7 days"),
        ("PERIOD", "1h", "`1h` is not a period", "write it like: 1 hour"),
        ("PERIOD", "3 months", "`3 months` is not a period", "write it like: 90 days"),
        ("PERIOD", "7", "`7` has no unit", "write it like: 7 days"),
        ("PERIOD", "0 days", "`0 days` is no time at all", "write it like: 7 days"),
        ("PERIOD", "soon", "`soon` is not a period", "write it like: 7 days"),
        (
            "PERIOD",
            "9999999 weeks",
            "`9999999 weeks` is longer than a hundred years",
            "write it like: 7 days",
        ),
        ("COMPARISON", "above 60", "`above 60` is not a score", "write it like: at least 70%"),
        ("COMPARISON", "above 60%", "`above 60%` is not a score", "write it like: more than 60%"),
        ("COMPARISON", ">= 60%", "`>= 60%` is not a score", "write it like: at least 60%"),
        ("COMPARISON", "70", "`70` has no unit", "write at least 70% or 70 points"),
        ("COMPARISON", "at least 70", "`70` has no unit", "write 70% or 70 points"),
        ("COMPARISON", "70%", "`70%` says not on which side", "write it like: at least 70%"),
        ("COMPARISON", "at least 69,5%", "`69,5%` has a comma", "write it with a point: 69.5%"),
        (
            "COMPARISON",
            "from 50% to 70%",
            "`from 50% to 70%` says not whether 70% is in it",
            "write it like: from 50% to below 70%",
        ),
        (
            "COMPARISON",
            "from 70% to below 50%",
            "`from 70% to below 50%` holds no score",
            "write the lower score first",
        ),
        (
            "COMPARISON",
            "from 50% to below 70 points",
            "`from 50% to below 70 points` mixes percent and points",
            "write both in percent or in points",
        ),
        ("PERCENT", "60", "`60` has no unit", "write 60%"),
        ("PERCENT", "160%", "`160%` is not a percentage", "write it like: 60%"),
        (
            "COMPARISON",
            "falls below 60%",
            "`falls below 60%` is something that happens, and this asks what is so",
            "write it like: below 60%",
        ),
        (
            "SCORE",
            "drops to 60%",
            "`drops to 60%` is not a score",
            "write it like: falls below 60%",
        ),
        (
            "SCORE",
            "rises above 70%",
            "`rises above 70%` is not a score",
            "write it like: rises to 70%",
        ),
        ("SCORE", "falls below 60", "`60` has no unit", "write 60% or 60 points"),
        (
            "PROGRESS",
            "at least 5 points",
            "`at least 5 points` is not a share",
            "write it like: at least 80%",
        ),
        ("WHICH", "last", "`last` is not an attempt", "write it like: latest"),
        ("WHICH", "mean", "`mean` is not an attempt", "write it like: average"),
        ("WHICH", "decaying", "`decaying` is not an attempt", "write it like: decaying 65%"),
        (
            "WHICH",
            "decaying 30%",
            "`decaying 30%`: the latest attempt counts from 50% to 99%",
            "write it like: decaying 65%",
        ),
        (
            "WHICH",
            "worst",
            "`worst` is not an attempt",
            "write one of: best, latest, first, average, decaying 65%",
        ),
        ("TIMES", "1 in a row", "`1 in a row` is no row", "write it like: 2 in a row"),
        (
            "TIMES",
            "at least 2 in a row",
            "`at least 2 in a row` is not a count",
            "write it like: 2 in a row",
        ),
        (
            "TIMES",
            "2 within 24 hours",
            "`2` says not whether more will do",
            "write at least 2 or exactly 2",
        ),
        ("TIMES", "at least 2 within 1d", "`1d` is not a period", "write it like: 1 day"),
        (
            "HALF_AFTER",
            "18 months",
            "`18 months` is not how evidence decays",
            "write it like: half after 18 months",
        ),
        (
            "HALF_AFTER",
            "slowly",
            "`slowly` is not how evidence decays",
            "write it like: half after 18 months",
        ),
        ("COUNT", "3", "`3` says not whether more will do", "write at least 3 or exactly 3"),
        ("COUNT", "at least 0", "`at least 0` always holds", "leave it out, or write: at least 1"),
        ("COUNT", "more than 2", "`more than 2` is not a count", "write it like: at least 3"),
        (
            "HOURS",
            "9:00 to 17:00",
            "`9:00 to 17:00` is not quiet hours",
            "write it like: 09:00 to 17:00",
        ),
        (
            "HOURS",
            "08:00 to 08:00",
            "`08:00 to 08:00` begins and ends at once",
            "write it like: 21:00 to 08:00 and weekends",
        ),
        ("CAP", "3 a week", "`3 a week` is not a cap", "write it like: 3 per week"),
        ("CAP", "0 per day", "`0 per day` lets no message through", "write it like: 3 per course"),
        (
            "EVERY",
            "Monday at 09:00",
            "`Monday at 09:00` is not an occurrence",
            "write it like: monday at 09:00",
        ),
        ("EVERY", "monday", "`monday` says no time", "write it like: monday at 09:00"),
        (
            "EVERY",
            "12 hours from 2025-03-03 at 09:00",
            "`12 hours from 2025-03-03 at 09:00` is not an occurrence",
            "write it like: 2 weeks from 2025-03-03 at 09:00",
        ),
        ("YES", "true", "`true` is not yes or no", "write it like: yes"),
        ("DATE", "2025-02-30", "`2025-02-30` is not a date", "write it like: 2025-02-28"),
        ("USE", "shared", "`shared` says no version", "write it like: shared 2025.1"),
        (
            "NAME",
            "Sampling Quiz",
            "`Sampling Quiz` can't be a name: letters, digits and hyphens, no spaces",
            "write it like: sampling-quiz",
        ),
        (
            "STARTS",
            "2025-03-03 Tuesday",
            "2025-03-03 is a Monday, not a Tuesday",
            "write it like: 2025-03-03 Monday",
        ),
        (
            "FILE",
            "../other/x.md",
            "`../other/x.md` is not a file of this pack",
            "write it from the pack's folder on: messages/we-miss-you.md",
        ),
        ("ZONE", "Madrid", "`Madrid` is not a time zone", "write it like: Europe/Madrid"),
    ],
)
def test_a_wrong_phrase_gets_one_hint(kind: str, text: str, message: str, hint: str) -> None:
    """A slip is answered with what would have been right."""
    assert Misread(message, hint) == PHRASES[kind](text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("LANGUAGE", "2"),
    ],
)
def test_what_is_not_built_yet_is_said_so(kind: str, text: str) -> None:
    """A phrase of a later version is refused as such, not as nonsense."""
    answer = PHRASES[kind](text)

    assert isinstance(answer, Misread)
    assert "E108" == answer.code


@pytest.mark.parametrize("name", sorted(PHRASES))
def test_the_example_of_each_phrase_is_right(name: str) -> None:
    """What a hint proposes is accepted, by the reader and by editors."""
    phrase = PHRASES[name]

    assert not isinstance(phrase(phrase.example), Misread)
    assert re.fullmatch(phrase.pattern, phrase.example)


FRAGMENTS = st.lists(
    st.sampled_from(
        [
            *("at least", "more than", "below", "at most", "from", "to", "70%", "2 sources", "day"),
            *("days", "7", "P7D", "points", "%", "and", "weekends", "21:00", "08:00", "ago"),
            *("2025-03-03", "every", "in the last", "before", "after", "due", "monday", "at"),
            *("per", "course", "all", "in", "of enrolment", "hours", "PT12H", "9999999", "0", "-1"),
            *("1.5", "shared", "x/y", "@", ".md", "between", "exactly", "day8", "", "é", "\u0660"),
        ]
    ),
    max_size=8,
).map(" ".join)


@given(text=st.one_of(FRAGMENTS, st.text(max_size=40)))
def test_no_text_is_too_strange_for_a_phrase(text: str) -> None:
    """Whatever stands there gives a value or a hint, and editors accept what the reader does."""
    for phrase in PHRASES.values():
        answer = phrase(text)
        plain = " ".join(text.split())
        if not isinstance(answer, Misread) and plain:
            assert re.fullmatch(phrase.pattern, plain), phrase.what


@given(low=st.integers(0, 10**6), digits=st.integers(0, 4))
def test_scores_are_exact(low: int, digits: int) -> None:
    """A decimal is the fraction that was written, never a float."""
    text = f"{low}.{'3' * digits}" if digits else str(low)

    answer = phrases.COMPARISON(f"at least {text}%")

    assert isinstance(answer, Comparison)
    assert Fraction(text) / 100 == answer.low


@given(amount=st.integers(1, 500), unit=st.sampled_from(list(PeriodUnit)))
def test_a_period_is_read_as_it_is_shown(amount: int, unit: PeriodUnit) -> None:
    """What a period is shown as gives the same period."""
    period = Period(amount, unit)

    assert period == time_phrases.PERIOD(str(period))
