from common.charts.grids import PLACES
from reports import content
from reports.content import Chart, Sentence, Table

from . import Section, section
from .figures import Figures, part, quarters

CODES = [
    "WORKERS_REGISTERED",
    "MONTHS_RECORDED",
    "WORKERS_COVERED",
    "MONTHS_UNPAID_SHARE",
    "WORKERS_WITH_UNPAID_MONTHS",
    "CONTRIBUTIONS_PAID_RUB",
    "NEAR_RETIREMENT_WITHOUT_GATE",
    "DISPUTED_SHARE",
]
AREA = "REF_AREA="
SILENT = {content.MISSING, content.NOT_APPLICABLE}


@section("registry")
class Registry(Section):
    """The registry in figures: how many, where, and whether contributions were paid; quarter by quarter."""

    codes = CODES
    broken_down = ["MONTHS_RECORDED", "WORKERS_COVERED", "MONTHS_UNPAID_SHARE"]
    chart = "MONTHS_RECORDED"

    def blocks(self):
        figures = Figures(self.codes, self.as_of)
        periods = [str(one) for one in quarters(self.period)]
        known = [code for code in self.codes if code in figures.versions]
        rows = [
            [figures.title(code), *(figures.value(code, one) for one in periods), figures.unit(code)]
            for code in known
        ]
        if all(value.kind in SILENT for row in rows for value in row[1:-1]):
            return [Sentence("empty_section")]
        columns = ["indicator", *self._heads(periods), "unit"]
        return [
            *self._withheld(rows),
            Table(content.code(self.code), columns, rows),
            *self._breakdowns(figures, periods),
        ]

    def _heads(self, periods: list[str]) -> list[str]:
        return ["value"] if periods == [str(self.period)] else [f"period:{one}" for one in periods]

    def _withheld(self, rows: list) -> list[Sentence]:
        values = [value for row in rows for value in row[1:-1]]
        hidden = all(value.kind in {content.WITHHELD, *SILENT} for value in values)
        return [Sentence("all_withheld", tone="info")] if hidden else []

    def _breakdowns(self, figures: Figures, periods: list[str]) -> list:
        blocks: list = []
        for code in self.broken_down:
            keys = figures.keys(code, periods) if code in figures.versions else []
            if not keys:
                continue
            rows = [[part(key), *(figures.value(code, one, key) for one in periods)] for key in keys]
            blocks.append(Table(figures.title(code), ["part", *self._heads(periods)], rows))
            blocks += self._charts(figures, code, keys, periods, rows)
        return blocks

    def _charts(self, figures: Figures, code: str, keys: list[str], periods: list[str], rows: list) -> list:
        """Of oblasts a map of the last period; else bars, where the section wants them."""
        unit, digits = figures.versions[code].unit, figures.versions[code].decimals
        title = figures.title(code)
        areas = [key.removeprefix(AREA) for key in keys if key.startswith(AREA)]
        if areas and set(areas) <= set(PLACES):
            points = [[row[0], content.drawn(row[-1])] for row in rows]
            series = [{"name": content.period(periods[-1]), "points": points, "codes": areas}]
            return [Chart("map", title, series, unit, digits)]
        if code != self.chart or len(rows) < 2:
            return []
        series = [
            {"name": content.period(one), "points": [[row[0], content.drawn(row[place])] for row in rows]}
            for place, one in enumerate(periods, start=1)
        ]
        return [Chart("bars", title, series, unit, digits)]
