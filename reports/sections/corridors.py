from dataclasses import dataclass
from decimal import Decimal

from monitoring.models import DataItem
from reports import content
from reports.content import Chart, Sentence, Table, Value

from . import Section, section
from .figures import Figures, part

SHOWN = 8
HERE = "REF_AREA=KG"


@dataclass(frozen=True)
class Corridor:
    """An indicator broken down by one end of the corridors of Kyrgyzstan, and the item whose source is named."""

    indicator: str
    item: str
    inward: bool = False


CORRIDORS = (
    Corridor("EMIGRANTS_ABROAD", "emigrants_born_in_kg"),
    Corridor("REMITTANCES_MODELLED", "remittances_modelled_musd", inward=True),
)


@section("corridors")
class Corridors(Section):
    """Where people live and whence money comes: the largest corridors of each series in its own last year."""

    def blocks(self):
        figures = Figures([one.indicator for one in CORRIDORS], self.as_of)
        blocks = [block for one in CORRIDORS for block in self._of(figures, one)]
        return [Sentence("own_year"), *blocks] if blocks else [Sentence("empty_section")]

    def _of(self, figures: Figures, one: Corridor) -> list[Sentence | Table | Chart]:
        code = one.indicator
        year = figures.latest(code, self.period) if code in figures.versions else None
        keys = figures.keys(code, [year]) if year else []
        if not keys:
            return []
        every = [(part(key), figures.value(code, year, key)) for key in keys]
        large = sorted(every, key=lambda row: -_size(row[1]))[:SHOWN]
        unit, digits = figures.versions[code].unit, figures.versions[code].decimals
        rows = [[content.code("total"), figures.value(code, year)], *map(list, large)]
        source = DataItem.everything.get(code=one.item).source
        flow = {
            "name": part(HERE),
            "points": [[partner, content.drawn(value)] for partner, value in large],
            "inward": one.inward,
        }
        return [
            Sentence(
                "corridors_shown",
                {
                    "indicator": figures.title(code),
                    "period": content.period(year),
                    "count": content.number(len(large)),
                    "all": content.number(len(every)),
                },
            ),
            Table(
                figures.title(code),
                ["part", f"period:{year}", "unit"],
                [[*row, figures.unit(code)] for row in rows],
                source=source,
            ),
            Chart("flow", figures.title(code), [flow], unit, digits, source=source),
        ]


def _size(value: Value) -> Decimal:
    """What has no number comes after all that has one."""
    return Decimal(value.number) if value.number else Decimal(-1)
