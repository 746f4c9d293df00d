"""Many rows of a work-record file at once, column by column. Every rule is that of `RowReader`: here it is asked once
for each text of a column and each stretch of work, and what holds between columns is compared as numbers of days. A
row of which that does not plainly say that it is ready is read by `RowReader` itself."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow import compute

from common.arrow import flags
from common.bulk_columns import Column
from common.tables.data_rows import Columns

from . import amounts, spells
from .rows import AMOUNTS, Known, RowProblem, RowReader, Staged

NONE, EVER = 0, 2**31 - 1  # days before all and behind all others


class _Distinct(NamedTuple):
    """A column by its texts: the code of each row, and what each code was read as; None where it was refused."""

    codes: np.ndarray
    read: Sequence[Any]

    def each(self, value: Callable[[Any], Any], refused: Any, kind: type) -> np.ndarray:
        """For each row what `value` makes of that as which its text was read."""
        return np.array([refused if one is None else value(one) for one in self.read], kind)[self.codes]

    def texts(self, chosen: np.ndarray, value: Callable[[Any], str | None]) -> pa.StringArray:
        shown = pa.array([None if one is None else value(one) for one in self.read], pa.string())
        return shown.take(pa.array(self.codes[chosen]))


class ManyRows:
    """Beside a RowReader, whose sums and spells go on: rows and columns have to come in the order of the file."""

    def __init__(self, reader: RowReader):
        self._reader = reader
        self._told = [reader.places[column] for column in spells.common_columns(reader.places)]

    def read(self, found: Columns) -> tuple[list[Column], list[Staged]]:
        """The ready rows as columns in the order of `Staged`, and the rows that were read one by one. A text stands for
        a whole column."""
        reader = self._reader
        told, others = self._spells(found)
        months = self._distinct(found, "month", reader.months.__getitem__)
        days = self._distinct(found, "paid_on", reader.days.__getitem__)
        rates = self._distinct(found, "rate", self._rate)
        funds = self._distinct(found, "fund", reader.fund)
        currencies = self._distinct(found, "currency", reader.currency)
        money = [
            amounts.column(found.cells.get(reader.places.get(name, -1)), reader.money) for name in AMOUNTS
        ]
        accrued = money[AMOUNTS.index("accrued")]

        month = months.each(_day, NONE, np.int32)
        ready = self._between(told, month, days.each(_day, NONE, np.int32))
        for column in (months, days, rates, funds, currencies):
            ready &= column.each(lambda _read: True, False, bool)
        for column in money:
            if column is not None and column.refused is not None:
                ready &= ~column.refused
        owed = (month != NONE) & ~told.each(_withdrawn, False, bool)
        ready &= ~owed if accrued is None else ~(owed & accrued.empty)

        for index in np.flatnonzero(~ready).tolist():
            others.append(reader.again(found.row(index), told.read[told.codes[index]]))
        chosen = np.flatnonzero(ready)
        taken = [None if column is None else _chosen(column.texts, ready) for column in money]
        self._add_up(taken[AMOUNTS.index("accrued")], currencies.codes[chosen], currencies.read)
        texts = {
            "number": pa.array(found.numbers()[chosen]).cast(pa.string()),
            "spell": told.texts(chosen, _number),
            "month": months.texts(chosen, _second),
            "rate": rates.texts(chosen, _second),
            "fund": funds.texts(chosen, _same),
            "currency": currencies.texts(chosen, _same),
            **dict(zip(AMOUNTS, taken, strict=True)),
            "paid_on": days.texts(chosen, _second),
        }
        same = Staged._field_defaults
        return [texts[name] if name in texts else same[name] for name in Staged._fields], others

    # --- who and which work -------------------------------------------------------------------------

    def _spells(self, found: Columns) -> tuple[_Distinct, list[Staged]]:
        """Asked where a row tells another stretch of work than the one before; the rows between are read in turn."""
        reader, numbers = self._reader, found.numbers()
        changes = np.zeros(len(numbers) + 1, bool)
        changes[0] = True
        for place in self._told:
            column = found.cells[place]
            changes[1:-1] |= flags(compute.not_equal(column[1:], column[:-1]))
        changes[np.searchsorted(numbers, [row.number for row in found.others])] = True
        changes = changes[:-1]
        known: list[Known | RowProblem] = []
        staged: list[Staged] = []
        for index in np.flatnonzero(changes).tolist():
            row = found.row(index)
            while len(staged) < len(found.others) and found.others[len(staged)].number < row.number:
                staged.append(reader.read(*found.others[len(staged)]))
            known.append(reader.spell(row.number, row.values))
        staged += [reader.read(*row) for row in found.others[len(staged) :]]
        return _Distinct(np.cumsum(changes) - 1, known), staged

    def _between(self, told: _Distinct, month: np.ndarray, paid_on: np.ndarray) -> np.ndarray:
        """Whether spell, month and day of payment go together, as `RowReader` has it."""
        first, last = told.each(_first, NONE, np.int32), told.each(_last, EVER, np.int32)
        has_month, has_day = month != NONE, paid_on != NONE
        outside = has_month & (first != NONE) & ((month < first) | (month > last))
        early, late = (
            has_day & has_month & (paid_on < month),
            paid_on > self._reader.setting.today.toordinal(),
        )
        return told.each(_is_known, False, bool) & ~(outside | early | late)

    def _rate(self, value: Any) -> tuple[None, str | None]:
        """Below one it depends on the row's amounts: refused here, so that the row goes by itself."""
        found = self._reader.rates[value]
        if found is not None and found[0] == "0":
            raise RowProblem("rate_unclear", "rate")
        return None, found

    # --- columns ------------------------------------------------------------------------------------

    def _distinct(self, found: Columns, name: str, read: Callable[[Any], Any]) -> _Distinct:
        place = self._reader.places.get(name)
        if place is None:
            return _Distinct(np.zeros(len(found.places), np.int32), [_read_or_none(read, None)])
        column = found.cells[place].dictionary_encode()
        values = column.dictionary.to_pylist()
        return _Distinct(column.indices.to_numpy(), [_read_or_none(read, value or None) for value in values])

    def _add_up(self, accrued: pa.StringArray | None, codes: np.ndarray, currencies: Sequence[Any]) -> None:
        if accrued is None:
            return
        sums = self._reader.sums
        for currency in set(currencies) - {None}:
            chosen = np.isin(codes, [code for code, one in enumerate(currencies) if one == currency])
            mine = _chosen(accrued, chosen).drop_null()
            if len(mine):
                sums[currency] = sums.get(currency, Decimal(0)) + amounts.total(mine)


def _read_or_none(read: Callable[[Any], Any], value: Any) -> Any:
    try:
        return read(value)
    except RowProblem:
        return None


def _chosen(texts: pa.StringArray, ready: np.ndarray) -> pa.StringArray:
    return texts if ready.all() else texts.filter(pa.array(ready))


def _same(read: str) -> str:
    return read


def _second(read: tuple[Any, str | None]) -> str | None:
    return read[1]


def _day(read: tuple[Any, str | None]) -> int:
    return read[0].toordinal() if read[0] is not None else NONE


def _is_known(spell: Known | RowProblem) -> bool:
    return spell.__class__ is Known


def _number(spell: Known | RowProblem) -> str | None:
    return spell.number if spell.__class__ is Known else None


def _first(spell: Known | RowProblem) -> int:
    return spell.first_month.toordinal() if spell.__class__ is Known and spell.first_month else NONE


def _last(spell: Known | RowProblem) -> int:
    return spell.end_on.toordinal() if spell.__class__ is Known and spell.end_on is not None else EVER


def _withdrawn(spell: Known | RowProblem) -> bool:
    return spell.__class__ is Known and spell.withdrawn
