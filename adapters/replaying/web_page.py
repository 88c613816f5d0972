"""What came of a replay as a page with plots, to be sent to whoever has to agree."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import islice

from adapters.pages.charts import bars, lines
from adapters.pages.page import page
from adapters.replaying.named import strangers
from adapters.replaying.past import Past
from adapters.replaying.report import Report, Shown, difference_of
from adapters.replaying.told import ToldShift, told_shifts
from engine.comparison import CREDENTIAL, Difference

EXAMPLES = 100
"""Differences that the page shows."""
MOST_BARS = 30


def web_page(
    report: Report, past: Past, differences: Iterable[Difference], shown: Shown, names: str
) -> str:
    """Give the page as HTML."""
    beside = report.beside
    shifts: Sequence[ToldShift] = told_shifts(beside) if beside else ()
    span = ""
    if past.first is not None and past.last is not None:
        span = f", {past.first:%-d %B %Y} to {past.last:%-d %B %Y}"
    return page(
        "replay.html",
        report=report,
        beside=beside,
        names=names,
        span=span,
        strange=strangers(report.named) if report.named else (),
        days_chart=_days(report),
        credentials_chart=_credentials(report),
        told_shifts=shifts,
        examples=[difference_of(each, shown) for each in islice(differences, EXAMPLES)],
    )


def _days(report: Report) -> object:
    """Draw the messages of each day, those without any included."""
    before = report.beside.before.days if report.beside else {}
    days = sorted({*report.days, *before})
    if len(days) < 2:  # noqa: PLR2004 - one point is no line
        return None
    first, last = date.fromisoformat(days[0]), date.fromisoformat(days[-1])
    every = [
        (first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)
    ]
    series = {"before": [before.get(day, 0) for day in every]} if report.beside else {}
    series["after" if report.beside else "messages"] = [report.days.get(day, 0) for day in every]
    return lines("Messages by day", every, series)


def _credentials(report: Report) -> object:
    """Draw who gains and who loses which credential; None where nobody does."""
    shifts = [s for s in report.beside.shifts if s.what == CREDENTIAL] if report.beside else []
    shifts = [s for s in shifts if s.gained or s.lost][:MOST_BARS]
    if not shifts:
        return None
    return bars(
        "Credentials gained and lost",
        [s.thing for s in shifts],
        {"gained": [s.gained for s in shifts], "lost": [s.lost for s in shifts]},
    )
