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
            if code == self.chart and len(rows) > 1:
                points = [
                    [[row[0], row[place].number or None] for row in rows]
                    for place in range(1, len(periods) + 1)
                ]
                series = [
                    {"name": content.period(one), "points": one_points}
                    for one, one_points in zip(periods, points, strict=True)
                ]
                blocks.append(Chart("bars", figures.title(code), series, figures.versions[code].unit))
        return blocks
