"""What the indicator browser shows: the newest figures, a series with its chart, a figure's way back to its rows."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import clock, formatting
from common.charts import Series, line_chart
from common.tables.columns import SUPPRESSED, Column, Table

from . import formula
from .enums import Tier, ValueState
from .figures.data import HouseData, formula_indicator
from .models import DataItem, Figure, Indicator, IndicatorVersion, Observation, ReleasedFigure, TargetSet
from .parts import key_text
from .periods import Period, PeriodError
from .sources import key_of
from .trajectory import Path
from .units import unit_name

CHART_SECONDS = 24 * 60 * 60


def value_text(state: str, value: Any, decimals: int) -> str:
    """A number, or the state in which there is none."""
    if state == ValueState.VALUE:
        return formatting.decimal(value, decimals)
    return str(ValueState(state).label)


def period_text(code: str) -> str:
    try:
        return formatting.period(code)
    except ValueError:
        return code


@dataclass
class Listed:
    """An indicator in the list, with its newest figure for the total."""

    indicator: Indicator
    version: IndicatorVersion
    figure: Figure | None

    @property
    def period(self) -> str:
        return period_text(self.figure.period) if self.figure else ""

    @property
    def unit(self) -> str:
        return unit_name(self.version.unit)

    @property
    def value(self) -> str:
        if self.figure is None:
            return _("not computed yet")
        return value_text(self.figure.state, self.figure.value, self.version.decimals)


def listed(moment: dt.datetime | None = None) -> list[tuple[Any, list[Listed]]]:
    """[(tier, indicators)] as they were defined and known at that moment, in three queries."""
    versions = IndicatorVersion.objects.filter(indicator=OuterRef("pk")).order_by("-number")
    totals = Figure.objects.filter(indicator=OuterRef("pk"), key="").exclude(state=ValueState.NOT_YET_DUE)
    if moment:
        versions, totals = versions.filter(recorded_at__lte=moment), totals.filter(known_from__lte=moment)
    newest = totals.order_by("-period", "-version")
    found = Indicator.objects.filter(is_active=True).annotate(
        version_id=Subquery(versions.values("pk")[:1]), figure_id=Subquery(newest.values("pk")[:1])
    )
    found = list(found.exclude(version_id=None).order_by("code"))
    words = IndicatorVersion.objects.in_bulk([one.version_id for one in found])
    figures = Figure.objects.in_bulk([one.figure_id for one in found if one.figure_id])
    every = [Listed(one, words[one.version_id], figures.get(one.figure_id)) for one in found]
    groups = [(name, [one for one in every if one.version.tier == tier]) for tier, name in Tier.choices]
    return [(name, ones) for name, ones in groups if ones]


def version_at(indicator: Indicator, moment: dt.datetime | None) -> IndicatorVersion:
    """The definition that held at that moment; before the first one, the first."""
    versions = list(indicator.versions.order_by("-number"))
    known = [one for one in versions if moment is None or one.recorded_at <= moment]
    return known[0] if known else versions[-1]


def keys_of(indicator: Indicator) -> list[str]:
    return sorted(
        Figure.objects.filter(indicator=indicator).order_by().values_list("key", flat=True).distinct()
    )


def series(indicator: Indicator, key: str, moment: dt.datetime | None) -> QuerySet[Figure]:
    """Figures of one key, from the oldest period on, as they were known at that moment."""
    return Figure.objects.as_of(moment).filter(indicator=indicator, key=key).order_by("period")


def all_series(indicator: Indicator, moment: dt.datetime | None) -> list[Figure]:
    """Figures of every breakdown, as they were known at that moment."""
    return list(Figure.objects.as_of(moment).filter(indicator=indicator).order_by("key", "period"))


def between(figures: list[Figure], start: str, end: str) -> list[Figure]:
    """Those whose period lies within; what is no period limits nothing."""
    first, last = _period_or_none(start), _period_or_none(end)
    return [
        one
        for one in figures
        if (first is None or Period.parse(one.period).last_day >= first.first_day)
        and (last is None or Period.parse(one.period).first_day <= last.last_day)
    ]


def _period_or_none(text: str) -> Period | None:
    try:
        return Period.parse(text)
    except PeriodError:
        return None


def releases_of(figure: Figure) -> list[ReleasedFigure]:
    """Where this very figure was told, the earliest first: open data and editions of reports."""
    return list(
        ReleasedFigure.objects.filter(figure=figure).select_related("release").order_by("release__made_at")
    )


def approved_targets(indicator: Indicator, moment: dt.datetime | None) -> list[TargetSet]:
    """Every set that was in force by that moment, the one that holds first; the older ones stay to be seen."""
    approved = indicator.target_sets.filter(approval__approved_at__lte=moment or clock.now())
    return list(approved.select_related("approval", "baseline").order_by("-number"))


def series_table(version: IndicatorVersion, figures: list[Figure]) -> Table:
    """For download: number or state, when it became known, and the short id that leads to its page."""
    columns = [
        Column("period", _("Period"), width=12),
        Column("key", _("Breakdown")),
        Column(
            "value",
            _("Value, %(unit)s") % {"unit": unit_name(version.unit)},
            "decimal",
            digits=version.decimals,
        ),
        Column("state", _("State")),
        Column("known_from", _("Known from"), "datetime"),
        Column("short_id", _("Figure"), width=12),
    ]
    rows = [
        [
            one.period,
            one.key,
            _cell(one),
            one.get_state_display(),
            one.known_from,
            one.short_id,
        ]
        for one in figures
    ]
    return Table(columns, rows, title=version.title)


def _cell(figure: Figure) -> Any:
    return SUPPRESSED if figure.state == ValueState.SUPPRESSED else figure.value


def chart_svg(version: IndicatorVersion, figures: list[Figure], target_sets: Sequence[TargetSet] = ()) -> str:
    """The drawn series beside its targets, those of older sets too; kept as long as nothing in it changes."""
    language = get_language()
    ids = [str(one.pk) for one in (*figures, *target_sets)]
    name = "chart:" + hashlib.sha256("|".join([str(version.pk), language, *ids]).encode()).hexdigest()
    svg = cache.get(name)
    if svg is None:
        paths = [(one, one.path) for one in target_sets if one.baseline.value is not None]
        periods = {one.period for one in figures} | {
            str(point[0]) for _set, path in paths for point in path.points
        }
        labels = sorted(periods, key=_place_in_time)
        cells = {one.period: _cell(one) for one in figures}
        series = [Series(version.title, [cells.get(period) for period in labels])]
        series += [Series(_target_name(one), _wanted(path, labels)) for one, path in paths]
        chart = line_chart(
            version.title,
            [period_text(period) for period in labels],
            series,
            unit=unit_name(version.unit),
            digits=version.decimals,
            show_title=False,
        )
        svg = chart.svg("series")
        cache.set(name, svg, CHART_SECONDS)
    return svg


def _place_in_time(period: str) -> tuple[dt.date, str]:
    try:
        return Period.parse(period).last_day, period
    except PeriodError:
        return dt.date.max, period


def _target_name(one: TargetSet) -> str:
    return _("Targets of %(day)s") % {
        "day": formatting.date_short(timezone.localdate(one.approval.approved_at))
    }


def _wanted(path: Path, periods: list[str]) -> list[Any]:
    """The path at each period of its own frequency."""
    frequency = path.points[0][0].frequency
    found = []
    for text in periods:
        try:
            period = Period.parse(text)
        except PeriodError:
            period = None
        found.append(path.at(period) if period and period.frequency == frequency else None)
    return found


def items_behind(version: IndicatorVersion) -> list[DataItem]:
    """Every data item that the formula reaches, through other indicators too."""
    data = HouseData()
    found: set[str] = set()
    waiting = set(formula.names(formula.parse(version.formula)))
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        inner = data.lookup(name)
        if isinstance(inner, formula.Indicator):
            waiting |= set(formula.names(inner.expression)) - found
    return sorted((data.items[name] for name in found if name in data.items), key=lambda item: item.code)


class RowsOf(HouseData):
    """Only the observations that went into one calculation."""

    def __init__(self, operands: list[int]):
        super().__init__()
        self.operands = operands

    def observations(self):
        return Observation.objects.filter(pk__in=self.operands)


def observations_of(figure: Figure) -> list[dict[str, Any]]:
    """The rows behind one figure. Counts of persons are named with their source, never with their number:
    what is published of them is published as figures, after disclosure control."""
    version = figure.calculation.version
    data = RowsOf(figure.calculation.operands)
    shape = formula_indicator(figure.indicator.code, version)
    dims = dict(part.split("=", 1) for part in figure.key.split(";")) if figure.key else {}
    try:
        used = formula.evaluate(shape, Period.parse(figure.period), dims, data).operands
    except (formula.FormulaError, PeriodError):
        used = ()
    wanted = {(one.name, key_of(dict(one.dims)), str(one.period)) for one in used}
    rows = {pk for place, pk in data.lineage.rows.items() if place in wanted}
    found = Observation.objects.filter(pk__in=rows).select_related("item", "submission")
    return [_row(one) for one in found.order_by("item__code", "period")]


def _row(one: Observation) -> dict[str, Any]:
    hidden = one.item.about_persons
    return {
        "observation": one,
        "item": one.item,
        "submission": one.submission,
        "key": key_text(one.key),
        "period": period_text(one.period),
        "value": _("not shown: it counts persons") if hidden else _plain(one),
    }


def _plain(one: Observation) -> str:
    if one.state != ValueState.VALUE:
        return str(one.get_state_display())
    return formatting.number(one.value.normalize())
