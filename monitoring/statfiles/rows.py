"""Cells under a mapping become observations; what cannot be read is a fault with line, column and way out."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.tables import values
from common.tables.header import normalise
from monitoring.codelists import resolve
from monitoring.enums import ValueState
from monitoring.periods import Frequency, Period, PeriodError

from .mapping import From, Mapping
from .sheets import Sheet, bare, open_sheet

PLACES = 10
TOTAL = "_T"
# SDMX CL_OBS_STATUS: data exist but were not collected; cannot exist; missing; missing and withheld
NO_VALUE = {
    "L": ValueState.MISSING,
    "M": ValueState.NOT_APPLICABLE,
    "O": ValueState.MISSING,
    "Q": ValueState.SUPPRESSED,
}
CONFIDENTIAL = {"C", "D", "N", "S"}  # SDMX CL_CONF_STATUS: whatever is not free

NO_ITEM = _(
    "“%(found)s” is no data item that files may fill. "
    "Add it to the mapping, or leave such lines out with “keep”."
)
OTHER_FREQUENCY = _(
    "The period %(period)s does not fit the frequency of “%(item)s”, %(frequency)s. Give it an item of its own."
)
NO_CODE = _(
    "“%(found)s” has no code for %(dimension)s in the mapping. Add it, or leave such lines out with “keep”."
)
NO_KEY = _(
    "“%(found)s” stands for no value, so the line has no %(dimension)s. Give it a code in the mapping, "
    "or leave such lines out with “keep”."
)
AMBIGUOUS = _(
    "“%(found)s” can be read as two different numbers. "
    "Write “decimal” with the sign, “.” or “,”, in the mapping."
)
POWER = _("“%(found)s” is no power of ten for UNIT_MULT. Correct it, or write “scale” in the mapping.")
UNFIT_CODE = _("“%(found)s” cannot be a code. Give it one in the mapping under “codes”.")

Number = Decimal | ValueState
Fact = tuple[str, str, str]
"""Data item, key, period."""


class _Fault(Exception):
    def __init__(self, column: str, sentence: Any, **params: Any):
        self.column, self.sentence, self.params = column, sentence, params


@dataclass(frozen=True)
class Fault:
    """One cell or line that was left out."""

    line: int
    column: str
    sentence: Any
    params: dict[str, Any]

    def __str__(self) -> str:
        return str(self.sentence) % self.params if self.params else str(self.sentence)


@dataclass
class Reading:
    """`numbers`: facts with a value or the state in which there is none. `soft`: cells of a wide table left blank."""

    numbers: dict[Fact, Number] = field(default_factory=dict)
    soft: set[Fact] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    lines: int = 0
    places: dict[Fact, tuple[int, str]] = field(default_factory=dict)
    """Line and column where each figure stands."""
    left_out: int = 0
    """Lines that the mapping's `keep` leaves out."""
    columns_left_out: list[str] = field(default_factory=list)
    """Titles of a wide table that hold a year and are no period, or repeat one: perhaps figures that are missed."""


def read(content: bytes, mapping: Mapping, frequencies: Dict[str, str]) -> Reading:
    """Everything that holds, and a fault for everything that does not. `frequencies`: of the items that may be filled.

    Raises Invalid or a TableError where the file as a whole cannot be read.
    """
    sheet = open_sheet(content, mapping.layout, mapping.columns, mapping.sheet)
    return _Reader(mapping, sheet, frequencies).read()


class _Reader:
    def __init__(self, mapping: Mapping, sheet: Sheet, frequencies: Dict[str, str]):
        self.mapping, self.sheet, self.frequencies = mapping, sheet, frequencies
        self.places = {name: sheet.place(name) for name in mapping.columns}
        names = {normalise(title): place for place, title in enumerate(sheet.titles)}
        self.status = names.get("obs_status")
        self.confidential = names.get("conf_status")
        of_sdmx = mapping.layout != "table" and "scale" not in mapping.raw
        self.multiplier = names.get("unit_mult") if of_sdmx else None
        self.action = names.get("action") if mapping.layout == "sdmx-csv" else None
        self.reading = Reading()
        self.targets = list(self._targets())

    def read(self) -> Reading:
        if self.mapping.is_wide and not self.targets:
            self._fault(
                0, _Fault("", _("No title of a column is a period, such as 2020, 2020-Q1 or 2020-01."))
            )
        for line, given in self.sheet.lines:
            self.reading.lines += 1
            cells = [*given, *[None] * (len(self.sheet.titles) - len(given))]
            try:
                if not self._kept(cells):
                    self.reading.left_out += 1
                    continue
                self._line(line, cells)
            except _Fault as fault:
                self._fault(line, fault)
        return self.reading

    def _targets(self) -> Iterator[tuple[int, str, str, dict[str, str]]]:
        """For each column of values: its place, the item and period that its head names, and codes of its place."""
        if not self.mapping.is_wide:
            for column, item in (self.mapping.values or {self.mapping.value: ""}).items():
                yield self.sheet.place(column), item, "", {}
            return
        seen: Counter[str] = Counter()
        for place, title in enumerate(self.sheet.titles):
            try:
                period = str(period_of(title))
            except PeriodError:
                if re.search(r"\d{4}", title) and place not in self.places.values():
                    self.reading.columns_left_out.append(title)
                continue
            codes = {
                name: one.heads[seen[period]]
                for name, one in self.mapping.dimensions.items()
                if seen[period] < len(one.heads)
            }
            if not seen[period] or codes:
                yield place, "", period, codes
            else:
                self.reading.columns_left_out.append(title)
            seen[period] += 1

    def _kept(self, cells: Sequence[Any]) -> bool:
        if self.action is not None and values.text(cells[self.action]) in {"D", "Delete"}:
            raise _Fault(
                "ACTION", _("Deletions are not taken: nothing is overwritten here. Send a missing value.")
            )
        return all(
            values.text(cells[self.places[name]]) in codes for name, codes in self.mapping.keep.items()
        )

    def _line(self, line: int, cells: Sequence[Any]) -> None:
        key = {
            name: self._code(name, one, cells)
            for name, one in self.mapping.dimensions.items()
            if not one.heads
        }
        period = self._period(cells)
        for place, item, of_head, codes in self.targets:
            title = self.sheet.titles[place]
            try:
                code = item or self._item(cells)
                when = of_head or period
                self._frequency(code, when, title)
                self._in_time(key | codes, when)
                self._keep(line, (code, key_text(key | codes), when), cells, place)
            except _Fault as fault:
                self._fault(line, fault)

    def _keep(self, line: int, fact: Fact, cells: Sequence[Any], place: int) -> None:
        number = self._number(cells, place)
        if fact in self.reading.places:
            raise _Fault(
                self.sheet.titles[place],
                _(
                    "The same figure stands in line %(line)s already; the first is kept. Map the column that differs."
                ),
                line=self.reading.places[fact][0],
            )
        self.reading.places[fact] = (line, self.sheet.titles[place])
        self.reading.numbers[fact] = number
        if self.mapping.is_wide and values.is_blank(cells[place]):
            self.reading.soft.add(fact)

    def _item(self, cells: Sequence[Any]) -> str:
        one = self.mapping.item
        if one.constant:
            return one.constant
        found = values.text(cells[self.places[one.column]])
        code = one.codes.get(found, "" if one.codes else found)
        if code not in self.frequencies:
            raise _Fault(
                one.column,
                NO_ITEM,
                found=found,
            )
        return code

    def _period(self, cells: Sequence[Any]) -> str:
        one = self.mapping.period
        if self.mapping.is_wide:
            return ""
        found = one.constant or values.text(cells[self.places[one.column]])
        try:
            if one.within and (day := values.date(found)):
                return str(Period.containing(day, Frequency(one.within)))
            return str(period_of(one.codes.get(found, found)))
        except (PeriodError, values.ValueRefused) as error:
            raise _Fault(
                one.column, _("“%(found)s” is not a period; write 2026, 2026-Q1 or 2026-01."), found=found
            ) from error

    def _frequency(self, item: str, period: str, column: str) -> None:
        if item not in self.frequencies:
            raise _Fault(
                column,
                NO_ITEM,
                found=item,
            )
        if Period.parse(period).frequency.value != self.frequencies[item]:
            raise _Fault(
                column,
                OTHER_FREQUENCY,
                period=period,
                item=item,
                frequency=self.frequencies[item],
            )

    def _code(self, dimension: str, one: From, cells: Sequence[Any]) -> str:
        found = one.constant or values.text(cells[self.places[one.column]])
        if found in self.mapping.missing and found not in one.codes:
            raise _Fault(one.column, NO_KEY, found=found, dimension=dimension)
        if found in one.codes:
            found = one.codes[found]
        elif one.codes and not one.list:
            raise _Fault(
                one.column,
                NO_CODE,
                found=found,
                dimension=dimension,
            )
        if not one.list:
            return _plain_code(found, one.column)
        known = resolve(one.list, found)
        if known is None:
            raise _Fault(
                one.column,
                _(
                    "“%(found)s” is in no spelling of the code list %(list)s. Add it to the mapping under “codes”."
                ),
                found=found,
                list=one.list,
            )
        return known.code

    def _in_time(self, key: dict[str, str], period: str) -> None:
        first = Period.parse(period).first_day
        for name, one in self.mapping.dimensions.items():
            code = resolve(one.list, key[name]) if one.list and name in key else None
            if code and not code.holds_on(first):
                raise _Fault(
                    one.column,
                    _("The code %(code)s ended on %(day)s and cannot be used for %(period)s."),
                    code=code.code,
                    day=code.valid_to.isoformat(),
                    period=period,
                )

    def _number(self, cells: Sequence[Any], place: int) -> Number:
        shown = values.text(cells[place])
        state = self._state(cells)
        if shown in self.mapping.withheld:
            return ValueState.SUPPRESSED
        if values.is_blank(cells[place]) or shown in self.mapping.missing:
            return state or ValueState.MISSING
        try:
            number = self._decimal(cells[place], shown)
        except values.ValueRefused as error:
            raise _Fault(
                self.sheet.titles[place],
                _("%(fault)s Where it means that there is no value, add it to “missing” in the mapping."),
                fault=error,
            ) from error
        return round(number * self.mapping.scale * self._multiplier(cells), PLACES)

    def _multiplier(self, cells: Sequence[Any]) -> Decimal:
        """UNIT_MULT of SDMX: the figures count in tens to this power. A “scale” of the mapping takes its place."""
        found = values.text(cells[self.multiplier]) if self.multiplier is not None else ""
        if not re.fullmatch(r"(-?\d{1,2})?", found):
            raise _Fault("UNIT_MULT", POWER, found=found)
        return Decimal(10) ** int(found or 0)

    def _decimal(self, cell: Any, shown: str) -> Decimal:
        """A text with one comma and three digits after it is thousands or a fraction: the mapping must say which."""
        if not isinstance(cell, str):
            return values.decimal(cell)
        if _SCIENTIFIC.fullmatch(shown):
            return Decimal(shown)
        if self.mapping.decimal:
            thousands = "," if self.mapping.decimal == "." else "."
            return values.decimal(shown.replace(thousands, "").replace(",", "."), places=PLACES)
        if re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", shown):
            raise _Fault(
                self.mapping.value,
                AMBIGUOUS,
                found=shown,
            )
        return values.decimal(shown, places=PLACES)

    def _state(self, cells: Sequence[Any]) -> ValueState | None:
        if self.confidential is not None and values.text(cells[self.confidential]) in CONFIDENTIAL:
            return ValueState.SUPPRESSED
        return NO_VALUE.get(values.text(cells[self.status])) if self.status is not None else None

    def _fault(self, line: int, fault: _Fault) -> None:
        self.reading.faults.append(Fault(line, fault.column, fault.sentence, fault.params))


def key_text(codes: Dict[str, str]) -> str:
    """The house's key: totals are left out, so that the whole is the empty key."""
    return ";".join(f"{name}={code}" for name, code in sorted(codes.items()) if code != TOTAL)


def _plain_code(found: str, column: str) -> str:
    if not re.fullmatch(r"[\w.@$-]{1,60}", found):
        raise _Fault(column, UNFIT_CODE, found=found)
    return found


_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?[eE][+-]?\d{1,2}")


_YEAR_HEAD = re.compile(r"(?:YR)?(\d{4})(?:\.0)?(?: \[YR\d{4}\])?")
_SHORT = re.compile(r"(\d{4})-?([QSM])(\d{1,2})")


def period_of(text: Any) -> Period:
    """Also "2011 [YR2011]" of the World Bank, 2020Q1, 2020M01 and "2020 г.¹"; raises PeriodError."""
    shown = bare(values.text(text))
    if found := _YEAR_HEAD.fullmatch(shown):
        return Period.parse(found[1])
    if found := _SHORT.fullmatch(shown):
        return Period.parse(f"{found[1]}-{found[2]}{found[3]}")
    return Period.parse(shown)
