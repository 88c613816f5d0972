"""Values: exact comparisons, periods over clock changes, quiet hours."""

from datetime import UTC, date, datetime, time
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import at_wall, day_end, instant, micros, plus_months, wall, zone_named
from engine.values import (
    Comparison,
    Count,
    Hours,
    LongPeriod,
    Period,
    PeriodUnit,
    Unit,
    show_number,
    show_percent,
)

MADRID = ZoneInfo("Europe/Madrid")
SEVENTY = Fraction(7, 10)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(69996, 100000), "69.996%"),
        (Fraction(2, 3), "66.666…%"),
        (Fraction(1), "100%"),
        (Fraction(0), "0%"),
        (Fraction(699999999, 1000000000), "69.999…%"),
    ],
)
def test_a_percentage_is_never_rounded_up(value: Fraction, expected: str) -> None:
    """What is below 70% is never shown as 70%."""
    assert expected == show_percent(value)


@given(st.fractions(min_value=0, max_value=2))
def test_what_is_shown_is_never_more_than_what_is(value: Fraction) -> None:
    """A shown number, read back, is at most the number."""
    assert Fraction(show_number(value).rstrip("…")) <= value


@pytest.mark.parametrize(
    ("comparison", "value", "expected"),
    [
        (Comparison(SEVENTY, True, None, False), SEVENTY, True),
        (Comparison(SEVENTY, False, None, False), SEVENTY, False),
        (Comparison(None, False, SEVENTY, True), SEVENTY, True),
        (Comparison(None, False, SEVENTY, False), SEVENTY, False),
        (Comparison(SEVENTY, True, None, False), Fraction(69996, 100000), False),
        (Comparison(Fraction(1, 2), True, SEVENTY, False), Fraction(1, 2), True),
        (Comparison(Fraction(1, 2), True, SEVENTY, False), SEVENTY, False),
    ],
)
def test_ends_are_in_or_out_as_the_word_says(
    comparison: Comparison, value: Fraction, expected: bool
) -> None:
    """*At least*, *at most* and *from* include the end; *more than* and *below* do not."""
    assert expected is comparison.holds(value)


def test_comparisons_are_written_as_authors_write_them() -> None:
    """A comparison in a verdict reads as in the file."""
    words = [
        str(Comparison(SEVENTY, True, None, False)),
        str(Comparison(None, False, Fraction(6, 10), False)),
        str(Comparison(Fraction(1, 2), True, SEVENTY, False)),
        str(Comparison(Fraction(14), True, None, False, Unit.POINTS)),
    ]

    assert ["at least 70%", "below 60%", "from 50% to below 70%", "at least 14 points"] == words


def test_counts() -> None:
    """A count holds from its low to its high end."""
    assert [False, True, True] == [Count(2).holds(n) for n in (1, 2, 3)]
    assert [False, True, False] == [Count(2, 2).holds(n) for n in (1, 2, 3)]
    assert ["at least 2", "exactly 2", "at most 3"] == [
        str(Count(2)),
        str(Count(2, 2)),
        str(Count(0, 3)),
    ]


def test_days_are_days_on_a_clock_hours_are_hours() -> None:
    """Over a clock change 7 days keep the time of day, 168 hours do not."""
    start = at_wall(datetime(2025, 3, 24, 10, 0), MADRID)
    days = Period(7, PeriodUnit.DAYS).after(start, MADRID)
    hours = Period(168, PeriodUnit.HOURS).after(start, MADRID)

    assert datetime(2025, 3, 31, 10, 0) == wall(days, MADRID)
    assert datetime(2025, 3, 31, 11, 0) == wall(hours, MADRID)


def test_a_skipped_time_comes_right_after_the_gap() -> None:
    """02:30 on the day the clocks go forward is 03:00; 02:30 doubled is its first time."""
    spring = at_wall(datetime(2025, 3, 30, 2, 30), MADRID)
    autumn = at_wall(datetime(2025, 10, 26, 2, 30), MADRID)

    assert datetime(2025, 3, 30, 1, 0, tzinfo=UTC) == instant(spring)
    assert datetime(2025, 10, 26, 0, 30, tzinfo=UTC) == instant(autumn)


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)),
    st.sampled_from(["Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_a_wall_time_is_shown_again_or_was_skipped(local: datetime, name: str) -> None:
    """The clock shows the time that was asked for, or the first one after a gap."""
    zone = ZoneInfo(name)
    shown = wall(at_wall(local, zone), zone)

    assert shown == local or (shown > local and shown.second == 0)


def test_long_periods_are_calendar_months() -> None:
    """29 February becomes 28; a month's last day stays in the month."""
    assert date(2025, 2, 28) == LongPeriod(12).after(date(2024, 2, 29))
    assert date(2025, 2, 28) == plus_months(date(2025, 1, 31), 1)


NIGHT = Hours(((time(21), time(8)),), frozenset({5, 6}), "21:00 to 08:00 and weekends")


@pytest.mark.parametrize(
    ("local", "until"),
    [
        (datetime(2025, 3, 14, 21, 0), datetime(2025, 3, 17, 8, 0)),
        (datetime(2025, 3, 12, 20, 59), datetime(2025, 3, 12, 20, 59)),
        (datetime(2025, 3, 12, 8, 0), datetime(2025, 3, 12, 8, 0)),
        (datetime(2025, 3, 12, 7, 59), datetime(2025, 3, 12, 8, 0)),
        (datetime(2025, 3, 29, 12, 0), datetime(2025, 3, 31, 8, 0)),
    ],
)
def test_quiet_hours_end_when_nothing_is_quiet(local: datetime, until: datetime) -> None:
    """Nights and weekends are one union: Friday 21:00 to Monday 08:00."""
    end = NIGHT.end_after(at_wall(local, MADRID), MADRID)

    assert until == wall(end, MADRID)


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)),
    st.sampled_from(["Europe/Madrid", "America/St_Johns", "Pacific/Apia", "Africa/Casablanca"]),
)
def test_quiet_hours_always_end(local: datetime, name: str) -> None:
    """The end of quiet hours is never quiet and never in the past."""
    zone = ZoneInfo(name)
    now = at_wall(local, zone)
    end = NIGHT.end_after(now, zone)

    assert end >= now
    assert not NIGHT.contains(end, zone)


def test_a_gap_in_days_compares_dates() -> None:
    """Seven days lie between a Monday evening and the next Monday morning."""
    evening = at_wall(datetime(2025, 3, 3, 22, 0), MADRID)
    morning = at_wall(datetime(2025, 3, 10, 8, 0), MADRID)

    assert Period(7, PeriodUnit.DAYS).has_passed(evening, morning, MADRID)
    assert not Period(168, PeriodUnit.HOURS).has_passed(evening, morning, MADRID)


@pytest.mark.parametrize("name", ["", "99", "Nowhere/Land", "../etc/passwd", "/etc/passwd"])
def test_a_zone_that_is_none_is_unknown(name: str) -> None:
    """Empty, invalid and Moodle's `99` are unknown zones, not errors."""
    assert zone_named(name) is None


def test_naive_times_are_no_instants() -> None:
    """An instant without a zone is refused."""
    with pytest.raises(ValueError, match="no zone"):
        micros(datetime(2025, 3, 3))


def test_a_day_ends_when_the_next_begins() -> None:
    """The end of a day is the first instant of the next, on the day of a clock change too."""
    assert datetime(2025, 3, 31) == wall(day_end(date(2025, 3, 30), MADRID), MADRID)
