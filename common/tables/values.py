"""Numbers, dates and texts as people write them in cells. What could be read two ways is refused."""

import datetime as dt
import math
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

BLANKS = {"", "-", "–", "—", "−"}
_INVISIBLE = " \t\r\n\f\v\u00a0\u2007\u200b\u200e\u200f\u202f\u2060\ufeff"


class NumberOf1904(float):
    """A number of a workbook whose days are counted from 1904: as a date it is another day."""


class ValueRefused(ValueError):
    """A cell that cannot be read. `code` for programs, `str()` in the current language for people."""

    def __init__(self, code: str, value: Any):
        super().__init__(code)
        self.code, self.value = code, value

    def __str__(self) -> str:
        return str(REASONS[self.code]) % {"value": str(self.value)[:80]}


REASONS = {
    "not_a_number": _("“%(value)s” is not a number."),
    "not_whole": _("“%(value)s” is not a whole number."),
    "ambiguous_number": _(
        "“%(value)s” can be read as two different numbers. Write it without thousands separators."
    ),
    "not_a_date": _("“%(value)s” is not a date. Write day, month and year: 31.12.2025."),
    "two_digit_year": _("“%(value)s”: write the year with four digits."),
    "not_a_month": _("“%(value)s” is not a month. Write month and year: 12.2025."),
    "ambiguous_date": _(
        "“%(value)s” can be read as two different dates. Write day, month and year: 31.12.2025."
    ),
    "error_cell": _("The cell holds a calculation error: %(value)s."),
}

# Behind an apostrophe that says “this is text”: ours, and what people type before numbers.
_AFTER_APOSTROPHE = tuple("=+-@0123456789")
_NO_WIDTH = re.compile("[\u200b\u2060\ufeff]")  # spaces for people that `split` does not know
# Soft hyphens, joiners, marks of direction: messengers and word processors put them into words.
_MARKS = re.compile("[\u00ad\u200c-\u200f\u202a-\u202e\u2066-\u2069]")
_ERROR = re.compile(
    r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|Н/Д|ССЫЛКА!|ЗНАЧ!|ДЕЛ/0!|ИМЯ\?|ЧИСЛО!|ПУСТО!)"
)


def text(value: Any) -> str:
    """The cell as text: spaces made one, nothing invisible, letters composed, no ".0" on identifiers that a spreadsheet
    took for numbers."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    if isinstance(value, dt.date):
        return f"{value:%d.%m.%Y}"
    shown = str(value)
    if not shown.isascii():
        shown = _NO_WIDTH.sub(" ", _MARKS.sub("", unicodedata.normalize("NFC", shown))).replace("\u2011", "-")
    shown = " ".join(shown.split())
    return shown[1:] if shown[:1] == "'" and shown[1:2] in _AFTER_APOSTROPHE else shown


def is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value.strip(_INVISIBLE) in BLANKS)


def is_error(shown: str) -> bool:
    """What a spreadsheet writes in place of a value that it could not calculate."""
    return shown[:1] == "#" and _ERROR.fullmatch(shown) is not None


def _checked(value: Any) -> str:
    shown = text(value)
    if is_error(shown):
        raise ValueRefused("error_cell", shown)
    return shown


# --- numbers ----------------------------------------------------------------------------------------


def decimal(value: Any, *, places: int = 2) -> Decimal | None:
    """ "12 345,67", "12.345,67", "12,345.67", "12'345.67", NBSP, −; None where the cell is blank.

    One sign with three digits after it ("12.345") is a thousand or a fraction: refused as ambiguous unless
    `places`, the most the column may have, allows the fraction.
    """
    if is_blank(value):
        return None
    if isinstance(value, bool | dt.date | dt.time):
        raise ValueRefused("not_a_number", value)
    if isinstance(value, int | float | Decimal):
        return _exact(value)
    shown = _checked(value)
    digits = re.sub(r"[ '’]", "", shown).replace("\u2212", "-").replace("–", "-")
    if not re.fullmatch(r"[+-]?\d[\d.,]*", digits) or not _groups_of_three(shown):
        raise ValueRefused("not_a_number", shown)
    return _separated(digits, shown, places)


def _exact(value: int | float | Decimal) -> Decimal:
    """A spreadsheet keeps 15 digits: 0.1 + 0.2 comes back as 0.3."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueRefused("not_a_number", value)
        return Decimal(format(value, ".15g"))
    return Decimal(value)


def _groups_of_three(shown: str) -> bool:
    """Spaces part thousands only: "1 2" is two numbers."""
    groups = re.split(r"[ '’]", re.split(r"[.,]", shown.lstrip("+-−– "))[0])
    return all(len(group) == 3 for group in groups[1:])


def _separated(digits: str, shown: str, places: int) -> Decimal:
    signs = [char for char in digits if char in ".,"]
    if len(set(signs)) == 2:
        fraction = signs[-1]
        whole, _sep, rest = digits.rpartition(fraction)
        if fraction in whole or not re.fullmatch(r"[+-]?\d{1,3}([.,]\d{3})+", whole):
            raise ValueRefused("not_a_number", shown)
        return _number(re.sub(r"[.,]", "", whole) + "." + rest, shown)
    if len(signs) > 1:
        if not re.fullmatch(r"[+-]?\d{1,3}([.,]\d{3})+", digits):
            raise ValueRefused("not_a_number", shown)
        return _number(re.sub(r"[.,]", "", digits), shown)
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", digits) and places < 3:
        raise ValueRefused("ambiguous_number", shown)
    return _number(digits.replace(",", "."), shown)


def _number(digits: str, shown: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation as error:
        raise ValueRefused("not_a_number", shown) from error


def integer(value: Any) -> int | None:
    """A whole number; "12.0" is one, "12,5" is not."""
    number = decimal(value)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise ValueRefused("not_whole", text(value))
    return int(number)


# --- dates ------------------------------------------------------------------------------------------

_MONTH_NAMES = (
    *("январ january", "феврал february", "март march", "апрел april", "май мая may", "июн june"),
    *(
        "июл july",
        "август august",
        "сентябр september",
        "октябр october",
        "ноябр november",
        "декабр december",
    ),
)
_MONTH_STEMS = [(stem, number) for number, stems in enumerate(_MONTH_NAMES, 1) for stem in stems.split()]
_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})[./-](\d{2}|\d{4})\.?(?: ?(?:г|ж)\.?)?")
_YEAR_FIRST = re.compile(r"(\d{4})[./-](\d{1,2})[./-](\d{1,2})")
_YEAR_AFTER = r"(?:[ -]?(?:г|ж|года?|жыл\w*)\.?)?"
_DAY_WORD = re.compile(rf"[«\"]?(\d{{1,2}})[»\"]?[ .-]+([^\W\d]+)(?:[.,-]|\b) ?(\d{{4}}){_YEAR_AFTER}")
_YEAR_WORD = re.compile(r"(\d{4})[- ]?(?:ж\.?|жыл\w*|г\.?),? (\d{1,2})[ -]([^\W\d]+)\.?")
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
SERIAL_DAYS = range(10_000, 80_000)  # 1927 to 2119
_EPOCH, _EPOCH_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)


def date(value: Any) -> dt.date | None:
    """31.12.2025, 2025-12-31, 31/12/2025, "31 декабря 2025 г.", "2025-ж., 31-декабрь", a spreadsheet's serial
    number. The day stands before the month; a year of two digits is refused, and so is what an American spreadsheet
    may have written with the month first ("02/03/2025"). None where the cell is blank.
    """
    if is_blank(value):
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_serial(value)
    shown = _checked(value)
    bare = _TIME.sub("", shown).strip()
    if bare.isdigit() and len(bare) == 5:
        return _from_serial(int(bare))
    return _from_parts(_parts(bare, shown), "not_a_date", shown)


def _from_serial(value: int | float) -> dt.date:
    if int(value) not in SERIAL_DAYS:
        raise ValueRefused("not_a_date", value)
    return (_EPOCH_1904 if isinstance(value, NumberOf1904) else _EPOCH) + dt.timedelta(days=int(value))


def _parts(bare: str, shown: str) -> tuple[int, int, int]:
    if found := _DAY_FIRST.fullmatch(bare):
        day, month, year = int(found[1]), int(found[3]), found[4]
        if len(year) == 2:
            raise ValueRefused("two_digit_year", shown)
        if found[2] == "/" and day <= 12 and month <= 12 and day != month:
            raise ValueRefused("ambiguous_date", shown)
        return int(year), month, day
    if found := _YEAR_FIRST.fullmatch(bare):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _DAY_WORD.fullmatch(bare):
        return int(found[3]), _month_number(found[2]), int(found[1])
    if found := _YEAR_WORD.fullmatch(bare):
        return int(found[1]), _month_number(found[3]), int(found[2])
    raise ValueRefused("not_a_date", shown)


def _year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < _CENTURY else 1900)


@lru_cache(maxsize=500)
def _month_number(word: str) -> int:
    """Of a name with any ending, "декабрдын", or cut off behind its third letter, "дек"; nought of another word."""
    word = word.casefold()
    for stem, number in _MONTH_STEMS:
        if (len(word) >= 3 and stem.startswith(word)) or (
            word.startswith(stem) and len(word) <= len(stem) + 4
        ):
            return number
    return 0


def _from_parts(parts: tuple[int, int, int], code: str, shown: str) -> dt.date:
    try:
        return dt.date(*parts)
    except ValueError as error:
        raise ValueRefused(code, shown) from error


_MONTH_FIRST = re.compile(r"(\d{1,2})[./-](\d{4})\.?(?: ?(?:г|ж)\.?)?")
_MONTH_LAST = re.compile(r"(\d{4})[./-](\d{1,2})")
_MONTH_WORD = re.compile(rf"(?:за )?([^\W\d]+)\.?,?(?: айы)?,?[ .-](\d{{4}}|\d{{2}}){_YEAR_AFTER}")
_MONTH_AFTER = re.compile(r"(\d{4})[- ]?(?:ж\.?|жыл\w*|г\.?)?,? ?([^\W\d]+)\.?(?: айы)?")
_CENTURY = 30  # a year of two digits below it is of this century: contributions are no older than that


def month(value: Any) -> dt.date | None:
    """The first day of the month: 12.2025, 2025-12, "декабрь 2025", "2025-ж., декабрь", "дек.25" as spreadsheets
    write it, the number 12.2025, or any date in it."""
    if is_blank(value):
        return None
    if (
        isinstance(value, float)
        and (found := _MONTH_FIRST.fullmatch(f"{value:.4f}"))
        and value == float(f"{value:.4f}")
    ):
        return _from_parts((int(found[2]), int(found[1]), 1), "not_a_month", value)
    if isinstance(value, str):
        shown = _checked(value)
        for pattern, year, place in ((_MONTH_FIRST, 2, 1), (_MONTH_LAST, 1, 2)):
            if found := pattern.fullmatch(shown):
                return _from_parts((int(found[year]), int(found[place]), 1), "not_a_month", shown)
        for pattern, year, place in ((_MONTH_WORD, 2, 1), (_MONTH_AFTER, 1, 2)):
            if found := pattern.fullmatch(shown):
                return _from_parts((_year(found[year]), _month_number(found[place]), 1), "not_a_month", shown)
    try:
        found = date(value)
    except ValueRefused as error:
        code = error.code if error.code in {"ambiguous_date", "error_cell"} else "not_a_month"
        raise ValueRefused(code, error.value) from error
    return found.replace(day=1) if found else None
