"""
Plots as SVG that stand inside a page: lines over days, and bars side by side.

Each plot has its numbers in a table beside it; a plot alone says nothing to a screen reader.
"""

from collections.abc import Mapping, Sequence

import pygal
from markupsafe import Markup
from pygal.etree import etree
from pygal.style import Style

MOST_LABELS = 12
"""Labels under a plot; more would lie on one another."""

_STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground="#1b1b1b",
    foreground_strong="#1b1b1b",
    foreground_subtle="#595959",
    # Told apart also by who sees no colours, and 4.5:1 on white.
    colors=("#0b4f9c", "#a03c00", "#3d6b1f", "#6a2c91"),
    font_family="system-ui, sans-serif",
    label_font_size=12,
    legend_font_size=14,
    value_font_size=12,
)


def lines(title: str, days: Sequence[str], series: Mapping[str, Sequence[int]]) -> Markup:
    """
    Draw lines over days.

    Args:
        title: What it shows, for whoever can't see it.
        days: The days, in order.
        series: By name, a number for each day.
    """
    chart = pygal.Line(**_config(title), dots_size=1.5, x_label_rotation=30)
    step = max(1, len(days) // MOST_LABELS)
    chart.x_labels = list(days)
    chart.x_labels_major = list(days[::step])
    chart.show_minor_x_labels = False
    for name, numbers in series.items():
        chart.add(name, list(numbers))
    return _drawn(chart)


def bars(
    title: str, names: Sequence[str], series: Mapping[str, Sequence[int]], *, stacked: bool = False
) -> Markup:
    """
    Draw horizontal bars, the first name on top.

    Args:
        title: What it shows, for whoever can't see it.
        names: What each bar, or group of bars, is of.
        series: By name, a number for each.
        stacked: Whether the bars of one name stand in one line instead of below each other.
    """
    config = _config(title)
    config["height"] = 110 + 30 * len(names) * (1 if stacked else max(1, len(series)))
    kind = pygal.HorizontalStackedBar if stacked else pygal.HorizontalBar
    chart = kind(**config, print_values=True, print_zeroes=False)
    chart.x_labels = list(reversed(names))
    for name, numbers in series.items():
        chart.add(name, list(reversed(numbers)))
    return _drawn(chart)


def _config(title: str) -> dict[str, object]:
    return {
        "style": _STYLE,
        "title": title,
        "js": [],
        "height": 320,
        "width": 900,
        "disable_xml_declaration": True,
        "explicit_size": False,
        "legend_at_bottom": True,
        "pretty_print": False,
        "no_data_text": "nothing",
        "value_formatter": lambda value: f"{value:,.0f}",
        "show_y_guides": True,
    }


def _drawn(chart: "pygal.graph.graph.Graph") -> Markup:
    tree = chart.render_tree()
    for parent in list(tree.iter()):
        for child in list(parent):
            # pygal leaves its settings in a script, also where it is given none to run.
            if str(child.tag).endswith("script"):
                parent.remove(child)
    return Markup(etree.tostring(tree, encoding="unicode"))  # noqa: S704 - pygal escapes what it is given
