from decimal import Decimal

from monitoring.models import Alert, TargetSet
from monitoring.periods import Period, between
from monitoring.trajectory import Path
from reports import content
from reports.content import Chart, Sentence, Table
from reports.enums import Audience

from . import Section, section
from .figures import Figures

CHARTS = 4  # more would be an atlas


@section("targets")
class Targets(Section):
    """Indicators with targets in force: where they are and ought to be; for the ministry also alerts."""

    def blocks(self):
        sets = self._in_force()
        if not sets:
            return [Sentence("no_targets"), *self._alerts()]
        figures = Figures(list(sets), self.as_of)
        rows, reached, charts = [], 0, []
        for code, targets in sorted(sets.items()):
            upto = figures.latest(code, self.period)
            if code not in figures.versions:
                continue
            version = figures.versions[code]
            value = figures.value(code, upto) if upto else content.Value(content.NOT_YET_DUE)
            wanted = gap = None
            if upto and value.kind in content.NUMERIC:
                path, at = targets.path, Period.parse(upto)
                wanted = path.at(at)
                gap = path.gap(at, Decimal(value.number), version.direction)
                reached += gap == 0
            charts += self._chart(figures, code, targets.path) if upto else []
            rows.append(
                [
                    figures.title(code),
                    content.period(upto) if upto else content.Value(content.NOT_YET_DUE),
                    value,
                    content.number(wanted, version.decimals, version.unit)
                    if wanted is not None
                    else content.Value(content.NOT_APPLICABLE),
                    content.code(
                        "gap.unknown" if gap is None else "gap.reached" if gap == 0 else "gap.short"
                    ),
                ]
            )
        columns = ["indicator", "period", "value", "target", "gap"]
        return [
            Sentence("targets_reached", {"count": content.number(reached), "all": content.number(len(rows))}),
            Table(content.code("targets"), columns, rows),
            *charts[:CHARTS],
            *self._alerts(),
        ]

    def _chart(self, figures: Figures, code: str, path: Path) -> list[Chart]:
        """The series with its path, and what was first told where that was something else."""
        first, last = path.points[0][0], path.points[-1][0]
        shown = figures.periods(code)
        periods = [str(one) for one in between(first, last)]
        if any(Period.parse(one).frequency is not first.frequency for one in shown):
            return []
        labels = sorted({*periods, *shown}, key=lambda one: Period.parse(one).ordinal)
        aims = {one: path.at(Period.parse(one)) for one in labels}
        lines = {
            "told": {one: content.drawn(figures.value(code, one)) for one in labels},
            "path": {one: None if aim is None else str(aim) for one, aim in aims.items()},
        }
        before = figures.first_told(code)
        if any(before.get(one) not in {None, number} for one, number in lines["told"].items()):
            lines["first_told"] = before
        series = [
            {
                "name": content.code(name),
                "points": [[content.period(one), values.get(one)] for one in labels],
            }
            for name, values in lines.items()
        ]
        version = figures.versions[code]
        return [Chart("line", figures.title(code), series, version.unit, version.decimals)]

    def _in_force(self) -> dict[str, TargetSet]:
        """{indicator: the newest set that had been approved}."""
        approved = TargetSet.objects.filter(approval__approved_at__lte=self.as_of)
        return {
            one.indicator.code: one
            for one in approved.select_related("indicator", "baseline").order_by("number")
        }

    def _alerts(self) -> list[Sentence]:
        """How many, for those who have to answer them; never what was measured."""
        if self.audience == Audience.PUBLIC:
            return []
        raised = Alert.objects.filter(raised_at__lte=self.as_of)
        waiting = raised.exclude(answer__answered_at__lte=self.as_of).count()
        return [Sentence("alerts_waiting", {"count": content.number(waiting)}, "warning" if waiting else "")]
