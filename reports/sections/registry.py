from reports import content
from reports.content import Chart, Sentence, Table

from . import Section, section
from .figures import Figures

CODES = [
    "WORKERS_REGISTERED",
    "MONTHS_RECORDED",
    "WORKERS_COVERED",
    "MONTHS_UNPAID_SHARE",
    "CONTRIBUTIONS_PAID_RUB",
    "CERTIFICATES_ISSUED",
]


@section("registry")
class Registry(Section):
    """The registry in figures: how many, where, and whether contributions were paid."""

    codes = CODES
    broken_down = ["MONTHS_RECORDED", "WORKERS_COVERED", "MONTHS_UNPAID_SHARE"]
    chart = "MONTHS_RECORDED"

    def blocks(self):
        figures = Figures(self.codes, self.as_of)
        quarter = str(self.period)
        known = [code for code in self.codes if code in figures.versions]
        rows = [
            [
                figures.title(code),
                figures.value(code, quarter),
                content.code(f"unit.{figures.versions[code].unit}"),
            ]
            for code in known
        ]
        if all(row[1].kind in {content.MISSING, content.NOT_APPLICABLE} for row in rows):
            return [Sentence("empty_section")]
        return [
            Table(content.code(self.code), ["indicator", "value", "unit"], rows),
            *self._breakdowns(figures, quarter),
        ]

    def _breakdowns(self, figures: Figures, quarter: str) -> list:
        blocks: list = []
        for code in self.broken_down:
            keys = figures.keys(code, quarter) if code in figures.versions else []
            if not keys:
                continue
            rows = [[content.code(key.replace("=", ".")), figures.value(code, quarter, key)] for key in keys]
            blocks.append(Table(figures.title(code), ["part", "value"], rows))
            if code == self.chart and len(rows) > 1:
                points = [[label, value.number or None] for label, value in rows]
                blocks.append(
                    Chart(
                        "bars",
                        figures.title(code),
                        [{"name": figures.title(code), "points": points}],
                        figures.versions[code].unit,
                    )
                )
        return blocks
