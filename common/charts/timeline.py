"""Periods over time: a worker's employments by state, or the stages of measures."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.patches import Patch

from common.charts.base import Chart, description, in_language, new_figure, wrapped
from common.charts.theme import THEME, style
from common.formatting import date_short, language_of
from common.tables.columns import Column

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Bar:
    """`row` is the line it stands on, `kind` its colour and hatch. `end_on` counts; None is still going on."""

    row: Any
    start_on: dt.date
    end_on: dt.date | None
    kind: Any = ""


def timeline(
    title: Any,
    bars: Sequence[Bar],
    *,
    today: dt.date,
    row_title: Any = _("Row"),
    kind_title: Any = _("Kind"),
    language: str | None = None,
    show_title: bool = True,
) -> Chart:
    """Bars that are still going on reach `today`, with an open end."""
    language = language_of(language)
    words = [(in_language(one.row, language), in_language(one.kind, language), one) for one in bars]
    rows = list(dict.fromkeys(row for row, _kind, _bar in words))
    kinds = list(dict.fromkeys(kind for _row, kind, _bar in words))
    title = in_language(title, language)
    figure, axes = new_figure(title, height=max(1.6, 0.42 * len(rows) + 1.0), show_title=show_title)
    for row, kind, one in words:
        look = style(kinds.index(kind))
        start, end = date2num(one.start_on), date2num((one.end_on or today) + DAY)
        axes.barh(
            rows.index(row),
            max(end - start, 1),
            left=start,
            height=0.6,
            color=look["color"],
            hatch=look["hatch"] if len(kinds) > 1 else "",
            edgecolor=THEME["paper"],
            linewidth=0.6,
        )
        if one.end_on is None:
            axes.plot(end, rows.index(row), marker=">", color=look["color"], markersize=7, clip_on=False)
    axes.set_yticks(range(len(rows)), [wrapped(row, 30) for row in rows])
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    _date_axis(axes, [one for _row, _kind, one in words], today, language)
    if len(kinds) > 1:
        looks = [style(place) for place in range(len(kinds))]
        handles = [Patch(facecolor=look["color"], hatch=look["hatch"], edgecolor="white") for look in looks]
        figure.legend(handles, kinds, loc="outside lower left", ncols=min(len(kinds), 3))
    return _chart(figure, title, words, row_title, kind_title, language)


def _date_axis(axes: Axes, bars: Sequence[Bar], today: dt.date, language: str) -> None:
    """Years where there are several, otherwise months; the same words in every language's order."""
    first = min((one.start_on for one in bars), default=today)
    last = max((one.end_on or today for one in bars), default=today)
    years = last.year - first.year
    if years >= 2:
        step = -(-years // 10)
        ticks = [dt.date(year, 1, 1) for year in range(first.year, last.year + 2, step)]
        axes.set_xticks([date2num(day) for day in ticks], [str(day.year) for day in ticks])
    else:
        count = max(1, (last - first).days // 150)
        months = (last.year - first.year) * 12 + last.month - first.month + 2
        ticks = [
            dt.date(first.year + place // 12, place % 12 + 1, 1)
            for place in range(first.month - 1, first.month - 1 + months, count)
        ]
        axes.set_xticks([date2num(day) for day in ticks], [date_tick(day, language) for day in ticks])
    axes.grid(axis="x")


def date_tick(day: dt.date, language: str) -> str:
    return date_short(day, language)[3:] if language != "en" else date_short(day, language)[2:]


def _chart(figure, title: str, words, row_title, kind_title, language: str) -> Chart:
    columns = [
        Column("row", in_language(row_title, language)),
        Column("kind", in_language(kind_title, language)),
        Column("start", in_language(_("First day"), language), "date"),
        Column("end", in_language(_("Last day"), language), "date"),
    ]
    rows = [[row, kind, one.start_on, one.end_on] for row, kind, one in words]
    return Chart(figure, title, description(_("Timeline"), [], [], None, language), language, columns, rows)
