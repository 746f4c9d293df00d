"""One row of a work-record file, from cells to what the staging table holds. Knows nothing of the database.

Values leave as text in the one spelling that both databases take ("2025-12-01", "1234.56"): making Decimals and
dates of a million rows only to write them down again would cost more than all checks.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import blake2b
from operator import itemgetter
from typing import Any, NamedTuple

from common.tables import values
from common.tables.header import NOT_MERGED, Merged
from common.tables.row import Row
from pensions.enums import Fund, RowKind

from . import cells, spells, words
from .cells import RowProblem
from .spells import Person, Setting, Spell

SPELLS_REMEMBERED = 150_000  # some 250 bytes each
MONTHS_REMEMBERED = 5_000
AMOUNTS_REMEMBERED = 20_000
AMOUNTS = ("wage", "base", "tax", "accrued", "paid")
INSURANCE = Fund.INSURANCE.value

__all__ = ["Known", "Person", "RowProblem", "RowReader", "Setting", "Staged"]


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
    rate: str | None = None
    accrued: str | None = None
    paid: str | None = None
    paid_on: str | None = None


class Known(NamedTuple):
    """What the months of a spell need of it."""

    number: str
    first_month: dt.date | None
    end_on: dt.date | None
    withdrawn: bool
    before: str = "outside_period"  # why no month lies before the first one


class _Remembered(dict):
    """What texts of cells were read as; what is no text is read each time, since 1, 1.0 and True are one key."""

    def __init__(self, read: Callable[[Any], Any], most: int):
        super().__init__()
        self._read, self._most = read, most

    def __missing__(self, value: Any) -> Any:
        found = self._read(value)
        if value is None or value.__class__ is str:
            if len(self) >= self._most:
                self.clear()
            self[value] = found
        return found


@dataclass
class RowReader:
    """Reads rows one after another under the header's `places`; remembers spells, months and dates that come again.

    `spells` are those found since they were taken last. `sums` are the accrued amounts of all rows read, by
    currency, and `unreadable` counts the rows whose amount cannot be read. `months`, `days`, `rates` and `money` read
    texts of cells, each once.
    """

    setting: Setting
    places: Mapping[str, int]
    spells: list[Spell] = field(default_factory=list)
    sums: dict[str, Decimal] = field(default_factory=dict)
    unreadable: int = 0

    def __post_init__(self):
        self._common = spells.common_columns(self.places)
        self._told = _several([self.places[column] for column in self._common])
        self._amount_cells = _several([self.places.get(column) for column in AMOUNTS])
        self._month_place, self._paid_on_place = self.places.get("month"), self.places.get("paid_on")
        self._rate_place = self.places.get("rate")
        self._fund_place, self._currency_place = self.places.get("fund"), self.places.get("currency")
        self._known: dict[bytes, Known | RowProblem] = {}
        self.months = _Remembered(self._read_month, MONTHS_REMEMBERED)
        self.days = _Remembered(self._read_day, MONTHS_REMEMBERED)
        self.money = _Remembered(lambda value: cells.amount("", value), AMOUNTS_REMEMBERED)
        self.rates = _Remembered(cells.rate, MONTHS_REMEMBERED)
        self._last_told: Sequence[Any] | None = None
        self._last: Known | RowProblem | None = None

    def read(self, number: int, row: Sequence[Any], damage: str = "", merged: Merged = NOT_MERGED) -> Staged:
        """The typed row, or a rejected one that names its problem and column."""
        try:
            if damage:
                raise RowProblem(damage, "")
            if merged.down:
                self._refuse_shared(row, merged)
            staged = self._typed(number, row)
        except RowProblem as problem:
            staged = self._rejected(number, row, problem)
        if staged.accrued is not None:
            self.sums[staged.currency] = self.sums.get(staged.currency, 0) + Decimal(staged.accrued)
        return staged

    def person(self, row: Sequence[Any]) -> Person:
        """Who the row is about; RowProblem if it does not say."""
        return spells.read_person(spells.row_of(self._common, self._told(row)), self.setting)

    def take_spells(self) -> list[Spell]:
        found, self.spells = self.spells, []
        return found

    def _typed(self, number: int, row: Sequence[Any]) -> Staged:
        """Written out in one piece: it runs for every row, and a call costs as much as what it would do."""
        spell = self.spell(number, row)
        if spell.__class__ is RowProblem:
            raise RowProblem(spell.code, spell.column)
        month, month_text = self.months[None if self._month_place is None else row[self._month_place]]
        first, last = spell.first_month, spell.end_on
        if month and first and (month < first or (last is not None and month > last)):
            raise RowProblem(spell.before if month < first else "outside_period", "month")
        paid_on, paid_on_text = self.days[None if self._paid_on_place is None else row[self._paid_on_place]]
        if paid_on is not None and month is not None and paid_on < month:
            raise RowProblem("paid_before_month", "paid_on")
        if paid_on is not None and paid_on > self.setting.today:
            raise RowProblem("in_future", "paid_on")
        try:
            wage, base, tax, accrued, paid = map(self.money.__getitem__, self._amount_cells(row))
        except RowProblem:
            wage, base, tax, accrued, paid = map(cells.amount, AMOUNTS, self._amount_cells(row))
        if accrued is None and month is not None and not spell.withdrawn:
            raise RowProblem("missing", "accrued")
        rate = None if self._rate_place is None else self.rates[row[self._rate_place]]
        if rate is not None and rate[0] == "0":
            rate = cells.rate_below_one(rate, base, accrued)
        fund, currency = INSURANCE, self.setting.currency
        if self._fund_place is not None:
            fund = self.fund(row[self._fund_place])
        if self._currency_place is not None:
            currency = self.currency(row[self._currency_place])
        return Staged._make(
            (
                *(str(number), spell.number, "ready", "", "", month_text, fund, currency),
                *(wage, base, tax, rate, accrued, paid, paid_on_text),
            )
        )

    def _refuse_shared(self, row: Sequence[Any], merged: Merged) -> None:
        """An amount that stands for several rows at once belongs to none of them: it would be counted for each."""
        for column in AMOUNTS:
            place = self.places.get(column)
            if place in merged.down and not values.is_blank(row[place]):
                raise RowProblem("merged_amount", column)

    def _rejected(self, number: int, row: Sequence[Any], problem: RowProblem) -> Staged:
        """Keeps the amount where it can be read: the file's total has to come out."""
        place, amount, currency = self.places.get("accrued"), None, self.setting.currency
        try:
            unknown = place is None or problem.code == "merged_amount"
            amount = None if unknown else cells.amount("accrued", row[place])
            if self._currency_place is not None:
                currency = self.currency(row[self._currency_place])
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

    def spell(self, number: int, row: Sequence[Any]) -> Known | RowProblem:
        """The stretch of work that the row tells of, or why it cannot be read."""
        told = self._told(row)
        if told != self._last_told or self._last is None:
            self._last, self._last_told = self._known_or_new(number, told), told
        return self._last

    def again(self, row: Row, spell: Known | RowProblem) -> Staged:
        """`read` of a row whose spell was asked for before, out of its turn."""
        kept = self._last_told, self._last
        self._last_told, self._last = self._told(row.values), spell
        staged = self.read(*row)
        self._last_told, self._last = kept
        return staged

    def _known_or_new(self, number: int, told: Sequence[Any]) -> Known | RowProblem:
        mark = blake2b(repr(told).encode(errors="surrogatepass"), digest_size=16).digest()
        found = self._known.get(mark)
        if found is None:
            if len(self._known) >= SPELLS_REMEMBERED:
                self._known.clear()
            found = self._known[mark] = self._new_spell(number, told)
        return found

    def _new_spell(self, number: int, told: Sequence[Any]) -> Known | RowProblem:
        try:
            spell = spells.read_spell(number, spells.row_of(self._common, told), self.setting)
        except RowProblem as problem:
            return problem
        self.spells.append(spell)
        withdrawn, first = spell.kind == RowKind.WITHDRAWAL, spell.start_on
        if first is None and spell.birth_on and not withdrawn:  # a file without dates of hire
            first = dt.date(spell.birth_on.year + spells.YOUNGEST, spell.birth_on.month, 1)
            return Known(str(number), first, spell.end_on, withdrawn, "month_too_young")
        return Known(str(number), first and first.replace(day=1), spell.end_on, withdrawn)

    def _read_month(self, value: Any) -> tuple[dt.date | None, str | None]:
        month = cells.cell("month", cells.month, value)
        if month is None and not self.setting.periods:
            raise RowProblem("missing", "month")
        if month is not None and month > self.setting.today:
            raise RowProblem("month_in_future", "month")
        return month, month.isoformat() if month else None

    def _read_day(self, value: Any) -> tuple[dt.date | None, str | None]:
        day = cells.cell("paid_on", cells.date, value)
        return day, day.isoformat() if day else None

    def fund(self, value: Any) -> str:
        return INSURANCE if value is None else cells.word("fund", words.FUNDS, value, INSURANCE)

    def currency(self, value: Any) -> str:
        own = self.setting.currency
        return own if value is None else cells.word("currency", words.CURRENCIES, value, own)


def _several(places: Sequence[int | None]) -> Callable[[Sequence[Any]], tuple]:
    """Takes the cells at these places; None for a place that the file has not."""
    if len(places) > 1 and None not in places:
        return itemgetter(*places)
    return lambda row: tuple(None if place is None else row[place] for place in places)
