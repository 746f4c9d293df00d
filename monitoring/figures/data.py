"""Observations as the formula language asks for them, read in two queries for any number of items."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import QuerySet

from monitoring import formula
from monitoring.enums import ValueState
from monitoring.models import DataItem, Indicator, Observation
from monitoring.periods import Frequency, Period
from monitoring.sources import key_of


@dataclass
class Lineage:
    """The observations that were read, by item, key and period: their row numbers are a figure's lineage."""

    rows: dict[tuple[str, str, str], int] = field(default_factory=dict)


class HouseData:
    """Data items and indicators of the house, as known at a moment (None: now).

    A count of persons is given as suppressed, with its true number for calculation only, so that everything made
    of it stays withheld until disclosure control has looked at it.
    """

    open = False

    def __init__(self, as_of: dt.datetime | None = None, only: Collection[str] | None = None):
        """`only`: the indicators whose series are wanted; all by default."""
        self.as_of = as_of
        self.only = only
        self.lineage = Lineage()

    @cached_property
    def items(self) -> dict[str, DataItem]:
        return {item.code: item for item in DataItem.everything.all()}

    @cached_property
    def indicators(self) -> dict[str, formula.Indicator]:
        found = {}
        for indicator in Indicator.everything.prefetch_related("versions"):
            version = max(indicator.versions.all(), key=lambda one: one.number)
            found[indicator.code] = formula_indicator(indicator.code, version)
        return found

    def observations(self) -> QuerySet[Observation]:
        return Observation.objects.as_of(self.as_of)

    @cached_property
    def _series(self) -> dict[str, dict[str, dict[Period, formula.Value]]]:
        """Series of the items that indicators name, in one query; large files that none names stay unread."""
        named = {name for code in self._wanted for name in self.items_behind(code)}
        return self._read(named)

    @property
    def _wanted(self) -> Collection[str]:
        return self.indicators if self.only is None else self.only

    def _of(self, name: str) -> dict[str, dict[Period, formula.Value]]:
        if name not in self._series and name in self.items:
            self._series[name] = self._read({name}).get(name, {})
        return self._series.get(name, {})

    def _read(self, names: set[str]) -> dict[str, dict[str, dict[Period, formula.Value]]]:
        table: dict = {name: defaultdict(dict) for name in names}
        rows = self.observations().filter(item__code__in=names)
        for pk, code, about_persons, key, period, state, number in rows.values_list(
            "pk", "item__code", "item__about_persons", "key", "period", "state", "value"
        ):
            table[code][key][Period.parse(period)] = _value(state, number, about_persons and not self.open)
            self.lineage.rows[code, key, period] = pk
        return table

    def lookup(self, name: str) -> formula.Item | formula.Indicator | None:
        item = self.items.get(name)
        if item is None:
            return self.indicators.get(name)
        return formula.Item(
            item.code,
            item.unit,
            Frequency(item.frequency),
            formula.Kind(item.kind),
            tuple(item.dimensions),
            basis=item.basis,
        )

    def items_behind(self, code: str) -> set[str]:
        """Data items that an indicator's formula reaches, through other indicators too."""
        return {name for name in self._behind(code) if name in self.items}

    def indicators_behind(self, code: str) -> set[str]:
        """The indicator itself and those that its formula reaches."""
        return {name for name in self._behind(code) if name not in self.items}

    def _behind(self, code: str) -> set[str]:
        found, waiting = set(), [code]
        while waiting:
            name = waiting.pop()
            target = self.lookup(name)
            if target is None or name in found:
                continue
            found.add(name)
            if not isinstance(target, formula.Item):
                waiting.extend(formula.names(target.expression))
        return found

    def about_persons(self, code: str) -> bool:
        return any(self.items[name].about_persons for name in self.items_behind(code))

    def codes(self, name: str, dimension: str) -> Sequence[str]:
        """Codes of one dimension that stand alone in a key."""
        prefix = f"{dimension}="
        return sorted(
            key.removeprefix(prefix) for key in self._of(name) if key.startswith(prefix) and ";" not in key
        )

    def series(self, name: str, dims: Mapping[str, str]) -> Mapping[Period, formula.Value]:
        return self._of(name).get(key_of(dims), {})

    def periods(self, name: str) -> set[Period]:
        return {period for by_period in self._of(name).values() for period in by_period}


def formula_indicator(code: str, version) -> formula.Indicator:
    return formula.Indicator(
        code,
        formula.parse(version.formula),
        version.unit,
        Frequency(version.frequency),
        tuple(version.dimensions),
    )


class TrueData(HouseData):
    """The same with every count open: for disclosure control alone. Nothing of it may be shown."""

    open = True


def _value(state: str, number, withheld: bool) -> formula.Value:
    if state != ValueState.VALUE:
        return formula.Value(formula.State(state))
    return formula.suppressed(number) if withheld else formula.value(number)
