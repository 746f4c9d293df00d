"""One row of a work-record file, from cells to what the staging table holds. Knows nothing of the database.

Values leave as text in the one spelling that both databases take ("2025-12-01", "1234.56"): making Decimals and
dates of a million rows only to write them down again would cost more than all checks.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import blake2b
from operator import itemgetter
from typing import Any, NamedTuple

from common.tables import values
from pensions.enums import Fund, RowKind

from . import cells, spells, words
from .cells import Cells, RowProblem
from .spells import Person, Setting, Spell

SPELLS_REMEMBERED = 150_000  # some 250 bytes each
MONTHS_REMEMBERED = 5_000
AMOUNTS_REMEMBERED = 20_000
AMOUNTS = ("wage", "base", "tax", "accrued", "paid")
INSURANCE = Fund.INSURANCE.value

__all__ = ["Person", "RowProblem", "RowReader", "Setting", "Staged"]


class Staged(NamedTuple):
    """What goes into the staging table, in the order of its columns: texts without tab, backslash or line end."""

    number: str
    spell: str | None = None
    state: str = "ready"
    problem: str = ""
    problem_field: str = ""
    month: str | None = None
    fund: str = INSURANCE
    currency: str = ""
    wage: str | None = None
    base: str | None = None
    tax: str | None = None
    accrued: str | None = None
    paid: str | None = None
    paid_on: str | None = None


class _Known(NamedTuple):
    """What the months of a spell need of it."""

    number: str
    first_month: dt.date | None
    end_on: dt.date | None
    withdrawn: bool


@dataclass
class RowReader:
    """Reads rows one after another under the header's `places`; remembers spells, months and dates that come again.

    `spells` are those found since they were taken last. `sums` are the accrued amounts of all rows read, by
    currency, and `unreadable` counts the rows whose amount cannot be read.
    """

    setting: Setting
    places: Mapping[str, int]
    spells: list[Spell] = field(default_factory=list)
    sums: dict[str, Decimal] = field(default_factory=dict)
    unreadable: int = 0

    def __post_init__(self):
        common = [self.places[column] for column in spells.common_columns(self.places)]
        self._told = itemgetter(*common) if common else lambda row: ()
        self._amounts = [(column, self.places.get(column)) for column in AMOUNTS]
        self._month_place, self._paid_on_place = self.places.get("month"), self.places.get("paid_on")
        self._known: dict[bytes, _Known | RowProblem] = {}
        self._months: dict[Any, tuple[dt.date, str]] = {}
        self._days: dict[Any, tuple[dt.date, str]] = {}
        self._money: dict[str, str] = {}
        self._last: tuple[Any, _Known | RowProblem] | None = None

    def read(self, number: int, row: Sequence[Any], overflow: bool = False) -> Staged:
        """The typed row, or a rejected one that names its problem and column."""
        try:
            if overflow:
                raise RowProblem("overflow", "")
            staged = self._typed(number, row)
        except RowProblem as problem:
            staged = self._rejected(number, row, problem)
        if staged.accrued is not None:
            self.sums[staged.currency] = self.sums.get(staged.currency, 0) + Decimal(staged.accrued)
        return staged

    def person(self, row: Sequence[Any]) -> Person:
        """Who the row is about; RowProblem if it does not say."""
        return spells.read_person(Cells(self.places, row), self.setting)

    def take_spells(self) -> list[Spell]:
        found, self.spells = self.spells, []
        return found

    def _typed(self, number: int, row: Sequence[Any]) -> Staged:
        spell = self._spell(number, row)
        month, month_text = self._month(row, spell)
        paid_on = self._paid_on(row, month)
        wage, base, tax, accrued, paid = self._read_amounts(row)
        if accrued is None and not spell.withdrawn and month is not None:
            raise RowProblem("missing", "accrued")
        return Staged(
            str(number),
            spell.number,
            "ready",
            "",
            "",
            month_text,
            self._word("fund", words.FUNDS, row, INSURANCE),
            self._word("currency", words.CURRENCIES, row, self.setting.currency),
            wage,
            base,
            tax,
            accrued,
            paid,
            paid_on,
        )

    def _read_amounts(self, row: Sequence[Any]) -> list[str | None]:
        """In the order of AMOUNTS. The same texts come again in a row and from month to month."""
        known, found = self._money, []
        for column, place in self._amounts:
            value = None if place is None else row[place]
            if value.__class__ is not str:
                found.append(None if value is None else cells.amount(column, value))
                continue
            text = known.get(value)
            if text is None:
                text = cells.amount(column, value)
                if text is not None:
                    if len(known) >= AMOUNTS_REMEMBERED:
                        known.clear()
                    known[value] = text
            found.append(text)
        return found

    def _rejected(self, number: int, row: Sequence[Any], problem: RowProblem) -> Staged:
        """Keeps the amount where it can be read: the file's total has to come out."""
        place, amount, currency = self.places.get("accrued"), None, self.setting.currency
        try:
            amount = None if place is None else cells.amount("accrued", row[place])
            currency = self._word("currency", words.CURRENCIES, row, currency)
        except RowProblem:
            pass
        if amount is None:
            self.unreadable += 1
        return Staged(
            str(number),
            state="rejected",
            problem=problem.code,
            problem_field=problem.column,
            accrued=amount,
            currency=currency,
        )

    def _spell(self, number: int, row: Sequence[Any]) -> _Known:
        told = self._told(row)
        if self._last is not None and self._last[0] == told:
            found = self._last[1]
        else:
            mark = blake2b(repr(told).encode(), digest_size=16).digest()
            found = self._known.get(mark)
            if found is None:
                if len(self._known) >= SPELLS_REMEMBERED:
                    self._known.clear()
                found = self._known[mark] = self._new_spell(number, row)
            self._last = told, found
        if isinstance(found, RowProblem):
            raise RowProblem(found.code, found.column)
        return found

    def _new_spell(self, number: int, row: Sequence[Any]) -> _Known | RowProblem:
        try:
            spell = spells.read_spell(number, Cells(self.places, row), self.setting)
        except RowProblem as problem:
            return problem
        self.spells.append(spell)
        first_month = spell.start_on.replace(day=1) if spell.start_on else None
        return _Known(str(number), first_month, spell.end_on, spell.kind == RowKind.WITHDRAWAL)

    def _month(self, row: Sequence[Any], spell: _Known) -> tuple[dt.date | None, str | None]:
        value = None if self._month_place is None else row[self._month_place]
        found = self._months.get(value)
        if found is None:
            month = cells.cell("month", cells.month, value)
            if month is None:
                if self.setting.periods:
                    return None, None
                raise RowProblem("missing", "month")
            if month > self.setting.today:
                raise RowProblem("month_in_future", "month")
            if len(self._months) >= MONTHS_REMEMBERED:
                self._months.clear()
            found = self._months[value] = month, month.isoformat()
        month = found[0]
        if spell.first_month is not None and (
            month < spell.first_month or (spell.end_on is not None and month > spell.end_on)
        ):
            raise RowProblem("outside_period", "month")
        return found

    def _paid_on(self, row: Sequence[Any], month: dt.date | None) -> str | None:
        value = None if self._paid_on_place is None else row[self._paid_on_place]
        if value is None:
            return None
        found = self._days.get(value)
        if found is None:
            day = cells.cell("paid_on", cells.date, value)
            if day is None:
                return None
            if len(self._days) >= MONTHS_REMEMBERED:
                self._days.clear()
            found = self._days[value] = day, day.isoformat()
        if month is not None and found[0] < month:
            raise RowProblem("paid_before_month", "paid_on")
        if found[0] > self.setting.today:
            raise RowProblem("in_future", "paid_on")
        return found[1]

    def _word(self, column: str, known: Mapping[str, str], row: Sequence[Any], otherwise: str) -> str:
        place = self.places.get(column)
        if place is None or row[place] is None:
            return otherwise
        return cells.word(column, known, values.text(row[place]), otherwise)
