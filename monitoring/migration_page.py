"""What the page of a state's migration says: facts, charts and the table of corridors."""

import datetime as dt
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from common import formatting
from common.charts import Chart, Flow, Series, chord_chart, flow_chart, line_chart
from common.charts.base import shown
from common.tables.columns import Column, Table

from . import corridors, migration
from .migration import Corridor, Matrix
from .models import DataItem
from .units import unit_name

DRAWN = 8  # corridors with a band of their own
MILLION = 1_000_000


class Page:
    """One data item, one state, one period as known at a moment; `matrices` are all periods, for change over time."""

    def __init__(
        self,
        item: DataItem,
        state: str,
        matrix: Matrix,
        matrices: dict[str, Matrix],
        language: str,
        moment: dt.datetime | None = None,
    ) -> None:
        self.item, self.state, self.matrix, self.matrices = item, state, matrix, matrices
        self.moment = moment
        self.language = language
        self.found = migration.corridors(matrix, state)
        partners = [one.partner for one in self.found]
        self.names = corridors.names([state, *partners], language)
        self.is_money = matrix.unit == corridors.MONEY
        self.digits = 1 if self.is_money else 0

    @cached_property
    def per_head(self) -> dict[str, Decimal]:
        """US dollars a year for each emigrant, by partner."""
        people = corridors.people_of(self.matrix, self.state, self.moment) if self.is_money else None
        return migration.per_head(self.matrix, people, self.state, MILLION) if people else {}

    # --- words ---------------------------------------------------------------------------------------

    def facts(self) -> list[tuple[str, str]]:
        out, into, unknown = migration.totals(self.found)
        index = migration.concentration(self._main(self.found))
        number = migration.effective_number(index)
        words = [(self._out_title, self._text(out)), (self._in_title, self._text(into))]
        if self.matrix.is_flow and not unknown:
            words.append((_("Net"), self._text(into - out)))
        words.append((_("Concentration (Herfindahl index)"), formatting.decimal(index, 3, self.language)))
        words.append((_("As if so many equal partners"), formatting.decimal(number, 1, self.language)))
        if unknown:
            words.append((_("Corridors that are not known"), formatting.number(unknown, self.language)))
        return words

    def notes(self) -> list[str]:
        said = [
            _(
                "Figures of one sort only: stocks by birth, modelled flows and registered moves are never added up."
            )
        ]
        if self.matrix.is_flow and not self.is_money:
            said.append(
                _("Return ratio: arrivals from a state for each hundred departures to it in the same period.")
            )
        if self.is_money and self.per_head:
            said.append(
                _(
                    "For each emigrant: the modelled amount over the modelled number of emigrants of the same year."
                )
            )
        return said

    @property
    def _out_title(self) -> str:
        if self.is_money:
            return pgettext("remittances", "Sent")
        return _("Departures") if self.matrix.is_flow else _("Live abroad")

    @property
    def _in_title(self) -> str:
        if self.is_money:
            return pgettext("remittances", "Received")
        return _("Arrivals") if self.matrix.is_flow else _("Came from abroad and live here")

    def _text(self, value: Any) -> str:
        return formatting.decimal(value, self.digits, self.language)

    def _main(self, found: list[Corridor]) -> list[Decimal | None]:
        """What the concentration is of: where people go to, and where money comes from."""
        return [one.into if self.is_money else one.out for one in found]

    # --- table ---------------------------------------------------------------------------------------

    def table(self) -> Table:
        columns = [
            Column("partner", pgettext("country", "State")),
            Column("out", self._out_title, "decimal", digits=self.digits),
            Column("into", self._in_title, "decimal", digits=self.digits),
        ]
        if self.matrix.is_flow:
            columns.append(Column("net", _("Net"), "decimal", digits=self.digits))
        if self.matrix.is_flow and not self.is_money:
            columns.append(Column("ratio", _("Return ratio, per 100"), "decimal", digits=1))
        if self.per_head:
            columns.append(Column("head", _("For each emigrant, US dollars"), "decimal", digits=0))
        title = f"{self.item.title}: {self.names[self.state]}, {self.matrix.period}"
        notes = [self.item.source, *self.notes()]
        return Table(columns, [self._row(one, columns) for one in self.found], title=title, notes=notes)

    def _row(self, one: Corridor, columns: list[Column]) -> list[Any]:
        values = {
            "partner": self.names[one.partner],
            "out": one.out,
            "into": one.into,
            "net": one.net,
            "ratio": one.return_ratio,
            "head": self.per_head.get(one.partner),
        }
        return [values[column.key] for column in columns]

    def cells(self) -> list[list[str]]:
        table = self.table()
        return [
            [shown(value, column, self.language) for value, column in zip(row, table.columns, strict=True)]
            for row in table.rows
        ]

    # --- charts --------------------------------------------------------------------------------------

    def charts(self) -> list[Chart]:
        drawn = [self._bands()]
        return [*drawn, self._concentration()] if len(self.matrices) > 1 else drawn

    def _bands(self) -> Chart:
        """Departures and arrivals of the largest corridors; of stocks where people went to, of money whence it came."""
        here, flows = self.names[self.state], []
        large = sorted(self.found, key=lambda one: -(self._main([one])[0] or 0))
        for one in large[:DRAWN]:
            there = self.names[one.partner]
            flows.append(Flow(there, here, one.into) if self.is_money else Flow(here, there, one.out))
        rest = [value for value in self._main(large[DRAWN:]) if value]
        if rest:
            others = pgettext("states", "others")
            total = sum(rest, Decimal(0))
            flows.append(Flow(others, here, total) if self.is_money else Flow(here, others, total))
        title = _("Largest corridors: %(state)s, %(period)s") % {"state": here, "period": self.matrix.period}
        return flow_chart(
            title,
            flows,
            unit=unit_name(self.item.unit),
            digits=self.digits,
            language=self.language,
            show_title=False,
        )

    def _concentration(self) -> Chart:
        values = []
        for matrix in self.matrices.values():
            values.append(migration.concentration(self._main(migration.corridors(matrix, self.state))))
        title = _("Concentration of corridors (Herfindahl index)")
        series = [Series(self.names[self.state], values)]
        return line_chart(
            title, list(self.matrices), series, digits=3, language=self.language, show_title=False
        )


def region_chart(
    item: DataItem, period: str, language: str, moment: dt.datetime | None = None
) -> tuple | None:
    """(title, picture, heads, cells) of the matrix among the states of the region."""
    matrix = corridors.among(item, period, moment=moment)
    if not matrix.cells:
        return None
    names = corridors.names(corridors.REGION, language)
    flows = [
        Flow(names[one], names[two], matrix.value(one, two))
        for one in corridors.REGION
        for two in corridors.REGION
        if one != two
    ]
    with override(language):
        title = _("Between the states of the region, %(period)s") % {"period": period}
        digits = 1 if item.unit == corridors.MONEY else 0
        corner = _("From (rows) to (columns)")
        chart = chord_chart(
            title,
            flows,
            unit=unit_name(item.unit),
            digits=digits,
            corner=corner,
            language=language,
            show_title=False,
        )
    return chart.title, chart.svg("region"), chart.heads, chart.cells
