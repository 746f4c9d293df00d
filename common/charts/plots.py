"""Lines, bars, and estimates with their intervals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from matplotlib.axes import Axes

from common.charts.base import (
    Chart,
    Series,
    description,
    drawable,
    in_language,
    label_axis,
    legend_below,
    new_figure,
    number_text,
    shown,
    value_axis,
    wrapped,
)
from common.charts.theme import THEME, style
from common.formatting import language_of
from common.tables.columns import Column

LINES, BARS, ESTIMATES = _("Line chart"), _("Bar chart"), _("Estimates with their intervals")


def line_chart(
    title: Any,
    labels: Sequence[Any],
    series: Sequence[Series],
    *,
    unit: Any = "",
    digits: int | None = None,
    label_title: Any = _("Period"),
    marks: Sequence[tuple[int, Any]] = (),
    language: str | None = None,
    show_title: bool = True,
) -> Chart:
    """`marks`: vertical lines with a word at a place among the labels, as where a measure began."""
    language = language_of(language)
    words = _Words(title, labels, series, unit, language)
    figure, axes = new_figure(words.title, show_title=show_title)
    for place, one in enumerate(series):
        look = style(place)
        axes.plot(
            range(len(labels)),
            [drawable(value) for value in one.values],
            label=words.names[place],
            color=look["color"],
            linestyle=look["dash"],
            marker=look["marker"],
            markersize=5,
            linewidth=1.8,
        )
    for place, word in marks:
        axes.axvline(place, color=THEME["axis"], linestyle=(0, (2, 2)), linewidth=1)
        axes.annotate(
            wrapped(in_language(word, language), 24),
            (place, 1),
            xycoords=("data", "axes fraction"),
            xytext=(3, -2),
            textcoords="offset points",
            va="top",
            fontsize=9,
            color=THEME["soft"],
        )
    axes.margins(x=0.03, y=0.14 if marks else 0.05)
    value_axis(axes, "y", language, words.unit, digits)
    label_axis(axes, words.labels)
    legend_below(figure, axes)
    return words.chart(figure, LINES, digits, label_title)


def bar_chart(
    title: Any,
    labels: Sequence[Any],
    series: Sequence[Series],
    *,
    unit: Any = "",
    digits: int | None = None,
    label_title: Any = _("Group"),
    language: str | None = None,
    show_title: bool = True,
) -> Chart:
    """Bars lie on their side, so that long Kyrgyz and Russian names stand whole, in the order given."""
    language = language_of(language)
    words = _Words(title, labels, series, unit, language)
    count = max(1, len(series))
    height = max(1.6, 0.34 * len(labels) * max(1, count * 0.72) + 0.9)
    figure, axes = new_figure(words.title, height=height, show_title=show_title)
    thick = 0.76 / count
    for place, one in enumerate(series):
        look = style(place)
        positions = [line + (place - (count - 1) / 2) * thick for line in range(len(labels))]
        values = [drawable(value) for value in one.values]
        axes.barh(
            positions,
            values,
            thick * 0.94,
            label=words.names[place],
            color=look["color"],
            hatch=look["hatch"] if count > 1 else "",
            edgecolor=THEME["paper"],
            linewidth=0.5,
        )
        if count * len(labels) <= 30:
            _write_values(axes, positions, one.values, digits, language)
    axes.set_yticks(range(len(labels)), [wrapped(label, 34) for label in words.labels])
    axes.set_ylim(max(len(labels), 1) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.margins(x=0.12)
    value_axis(axes, "x", language, words.unit, digits)
    legend_below(figure, axes)
    return words.chart(figure, BARS, digits, label_title)


def _write_values(axes: Axes, positions, values: Sequence[Any], digits: int | None, language: str) -> None:
    """Beside each bar its number; also where there is no bar, why."""
    column = Column("value", "", "decimal", digits=digits)
    for position, value in zip(positions, values, strict=True):
        end = drawable(value)
        end = 0.0 if math.isnan(end) else end
        axes.annotate(
            shown(value, column, language),
            (end, position),
            xytext=(3 if end >= 0 else -3, 0),
            textcoords="offset points",
            va="center",
            ha="left" if end >= 0 else "right",
            fontsize=9,
        )


@dataclass(frozen=True)
class Estimate:
    """A value with the ends of its interval."""

    label: Any
    value: Any
    low: Any
    high: Any


def interval_chart(
    title: Any,
    estimates: Sequence[Estimate],
    *,
    unit: Any = "",
    digits: int | None = 2,
    reference: float | None = 0,
    label_title: Any = _("Estimate"),
    language: str | None = None,
    show_title: bool = True,
) -> Chart:
    """A dot and a whisker for each estimate; `reference` draws the line of no effect."""
    language = language_of(language)
    series = [
        Series(_("estimated value"), [one.value for one in estimates]),
        Series(_("lower end"), [one.low for one in estimates]),
        Series(_("upper end"), [one.high for one in estimates]),
    ]
    words = _Words(title, [one.label for one in estimates], series, unit, language)
    figure, axes = new_figure(
        words.title, height=max(1.6, 0.45 * len(estimates) + 0.9), show_title=show_title
    )
    for line, one in enumerate(estimates):
        axes.hlines(line, drawable(one.low), drawable(one.high), color=THEME["series"][0], linewidth=2)
        axes.plot(drawable(one.value), line, marker="D", color=THEME["series"][0], markersize=7)
        if not math.isnan(drawable(one.value)):
            axes.annotate(
                number_text(one.value, digits, language),
                (drawable(one.value), line),
                xytext=(0, 7),
                textcoords="offset points",
                ha="center",
                fontsize=9,
            )
    if reference is not None:
        axes.axvline(reference, color=THEME["axis"], linestyle="--", linewidth=1)
    axes.set_yticks(range(len(estimates)), [wrapped(label, 34) for label in words.labels])
    axes.set_ylim(len(estimates) - 0.4, -0.7)
    axes.tick_params(axis="y", length=0)
    value_axis(axes, "x", language, words.unit, digits)
    return words.chart(figure, ESTIMATES, digits, label_title)


class _Words:
    """All words of a chart in its language, and the chart made of them."""

    def __init__(self, title, labels, series, unit, language: str):
        for one in series:
            if len(one.values) != len(labels):
                raise ValueError(f"{len(one.values)} values for {len(labels)} labels")
        self.language, self.series = language, series
        self.title = in_language(title, language)
        self.unit = in_language(unit, language)
        self.labels = [in_language(label, language) for label in labels]
        self.names = [in_language(one.name, language) for one in series]

    def chart(self, figure, kind: Any, digits: int | None, label_title: Any) -> Chart:
        columns = [Column("label", in_language(label_title, self.language))]
        for place, name in enumerate(self.names):
            titled = f"{name}, {self.unit}" if self.unit else name
            columns.append(Column(f"v{place}", titled, "decimal", digits=digits))
        rows = [
            [label, *[one.values[place] for one in self.series]] for place, label in enumerate(self.labels)
        ]
        values = [value for one in self.series for value in one.values]
        text = description(kind, self.labels, values, digits, self.language)
        return Chart(figure, self.title, text, self.language, columns, rows)
