"""The report as a page with plots."""

from markupsafe import Markup

from adapters.pages.charts import bars
from adapters.pages.page import page
from adapters.reporting.report import Report
from adapters.reporting.told import moment_told

MOST_BARS = 40


def web_page(report: Report) -> str:
    """Give the page as HTML."""
    return page(
        "report.html",
        report=report,
        as_of=moment_told(report.as_of),
        credentials_chart=_credentials(report),
        rules_chart=_rules(report),
        funnels={name: _funnel(report, name) for name in report.pathways},
    )


def _credentials(report: Report) -> Markup | None:
    shown = dict(list(report.credentials.items())[:MOST_BARS])
    if not shown:
        return None
    return bars(
        "Learners by credential",
        list(shown),
        {
            "held": [c.held for c in shown.values()],
            "one condition away": [c.nearly for c in shown.values()],
            "waiting for a mark": [c.waits for c in shown.values()],
            "further away": [c.begun for c in shown.values()],
        },
        stacked=True,
    )


def _rules(report: Report) -> Markup | None:
    did = {n: r for n, r in report.rules.items() if r.fired or r.deferred or r.capped}
    shown = dict(list(did.items())[:MOST_BARS])
    if not shown:
        return None
    return bars(
        "What rules did",
        list(shown),
        {
            "fired": [r.fired for r in shown.values()],
            "deferred": [r.deferred for r in shown.values()],
            "suppressed": [r.suppressed for r in shown.values()],
            "capped": [r.capped for r in shown.values()],
        },
        stacked=True,
    )


def _funnel(report: Report, name: str) -> Markup:
    pathway = report.pathways[name]
    steps = ["on it", *(step.step for step in pathway.steps), "completed"]
    numbers = [pathway.learners, *(step.learners for step in pathway.steps), pathway.completed]
    return bars(f"How far learners have come: {pathway.title}", steps, {"learners": numbers})
