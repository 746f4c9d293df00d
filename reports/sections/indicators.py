from monitoring.models import DataItem
from monitoring.periods import Frequency
from reports import content
from reports.content import Chart, Sentence, Table

from . import Section, section
from .figures import Figures, active_codes

CHARTS = ["REMITTANCES_GDP", "NET_MIGRATION", "ROUBLE_IN_SOM", "UNEMPLOYMENT_ILO"]


@section("context")
class Context(Section):
    """Public yearly series, each with its own year: a quarter's report must not pretend that they are quarterly."""

    def blocks(self):
        codes = active_codes(Frequency.ANNUAL)
        figures = Figures(codes, self.as_of)
        rows, charts = [], []
        for code in codes:
            year = figures.latest(code, self.period)
            if year is None:
                rows.append(
                    [
                        figures.title(code),
                        content.Value(content.MISSING),
                        content.Value(content.MISSING),
                        figures.unit(code),
                    ]
                )
                continue
            rows.append(
                [
                    figures.title(code),
                    figures.value(code, year),
                    content.period(year),
                    figures.unit(code),
                ]
            )
            if code in CHARTS:
                charts.append(self._chart(figures, code))
        return [
            Sentence("own_year"),
            Table(content.code("context"), ["indicator", "value", "year", "unit"], rows, source=_sources()),
            *charts,
        ]

    def _chart(self, figures: Figures, code: str) -> Chart:
        points = [
            [content.period(year), figures.value(code, year).number or None]
            for year in figures.periods(code)
            if int(year) <= self.period.year
        ]
        version = figures.versions[code]
        return Chart(
            "line",
            figures.title(code),
            [{"name": figures.title(code), "points": points}],
            version.unit,
            version.decimals,
        )


def _sources() -> str:
    return "; ".join(
        DataItem.everything.filter(origin="dataset")
        .order_by("source")
        .values_list("source", flat=True)
        .distinct()
    )
