"""Single cells of a work-record row: read as `common.tables.values` reads them, refused with a problem and a column."""

import datetime as dt
import re
import uuid
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from common.tables import values
from common.tables.values import ValueRefused
from pensions import occupations

EARLIEST = dt.date(1930, 1, 1)
BIGGEST = Decimal("1e11")
# One row by column key; None where the file has no such column or nothing stands there.
Cells = Mapping[str, Any]
BROKEN = "\ufffd"  # what a reader puts in place of bytes that are no letters

# What names look like after a file was read in a wrong table: signs that no name has, or small letters before capitals.
_GARBLED = re.compile(r"""[^\w\s.,'’ʼ‘`´"()/–-]|[а-яё][А-ЯЁ]{2}""")

_PLAIN_RATE = re.compile(r"[1-9][0-9]?(?:[.,][0-9]{1,3})?")
# Nine of ten amounts look so; with spaces between thousands they are the same without them.
PLAIN_AMOUNT = "[0-9]{1,11}(?:[.,][0-9][0-9]?)?"
GROUPED_AMOUNT = "[1-9][0-9]{0,2}(?:[ \u00a0][0-9]{3}){1,2}(?:[.,][0-9][0-9]?)?"
_PLAIN, _GROUPED = re.compile(PLAIN_AMOUNT), re.compile(GROUPED_AMOUNT)
_UNGROUPED = str.maketrans(",", ".", " \u00a0")


class RowProblem(Exception):
    def __init__(self, code: str, column: str):
        super().__init__(code)
        self.code, self.column = code, column


def cell(column: str, read: Callable[[Any], Any], value: Any) -> Any:
    if value is None:
        return None
    try:
        return read(value)
    except ValueRefused as refused:
        raise RowProblem(refused.code, column) from refused


# Names, posts and words come again and again: each text is looked at once. What is refused is looked at each time.
REMEMBERED = 20_000


def text(column: str, value: Any, longest: int) -> str:
    return "" if value is None else _text(column, value, longest)


@lru_cache(maxsize=REMEMBERED, typed=True)
def _text(column: str, value: Any, longest: int) -> str:
    found = "" if values.is_blank(value) else values.text(value)
    if len(found) > longest:
        raise RowProblem("too_long", column)
    if BROKEN in found:
        raise RowProblem("broken_letters", column)
    if values.is_error(found):
        raise RowProblem("error_cell", column)
    return found


def name(column: str, value: Any) -> str:
    return "" if value is None else _name(column, value)


@lru_cache(maxsize=REMEMBERED, typed=True)
def _name(column: str, value: Any) -> str:
    found = text(column, value, 100)
    if _GARBLED.search(found):
        raise RowProblem("broken_letters", column)
    return found


def needed(column: str, found: Any) -> Any:
    if found is None or found == "":
        raise RowProblem("missing", column)
    return found


def word(column: str, words: Mapping[str, str], value: Any, otherwise: str) -> str:
    """The code that the word stands for; `otherwise` where nothing stands."""
    shown = "" if values.is_blank(value) else lowered(value)
    if not shown:
        return otherwise
    if shown not in words:
        raise RowProblem("unknown_word", column)
    return words[shown]


@lru_cache(maxsize=5_000, typed=True)
def lowered(value: Any) -> str:
    return values.text(value).casefold()


@lru_cache(maxsize=REMEMBERED, typed=True)
def date(value: Any) -> dt.date | None:
    return values.date(value)


# What stands in the place of a last day while the work goes on.
_STILL = re.compile(
    r"(?:по )?(?:настоящее время|н\.? ?/?в\.?|сегодня)|(?:ещё |еще )?работает(?: по н\.? ?в\.?)?"
    r"|азыркы учурга чейин|азыр(?:га чейин)?|(?:азыр )?иште(?:п жатат|йт)|until now|present|still employed"
)


def last_day(value: Any) -> dt.date | None:
    """None also where the words say that the work goes on, and for 31.12.9999, which programs write for no end."""
    if value.__class__ is str and _STILL.fullmatch(lowered(value)):
        return None
    found = date(value)
    return None if found is not None and found.year == dt.MAXYEAR else found


@lru_cache(maxsize=5_000, typed=True)
def month(value: Any) -> dt.date | None:
    found = values.month(value)
    if found is not None and found < EARLIEST:
        raise ValueRefused("too_early", value)
    return found


def share(value: Any) -> Decimal | None:
    return None if value is None else _share(value)


@lru_cache(maxsize=5_000, typed=True)
def _share(value: Any) -> Decimal | None:
    found = cell("share_of_rate", lambda value: values.decimal(value, places=4), value)
    if found is not None and not 0 < found <= 2:
        raise RowProblem("share", "share_of_rate")
    return found


def occupation(value: Any, groups: Collection[str]) -> str:
    """A code of ISCO-08 or ОКЗ; "" where nothing stands."""
    code = occupations.plain(text("occupation", value, 300))
    if code and (problem := occupations.problem(code, groups)):
        raise RowProblem(problem, "occupation")
    return code


def amount(column: str, value: Any) -> str | None:
    """As the database writes it, "1234.56"."""
    if value is None:
        return None
    if isinstance(value, str):
        if _PLAIN.fullmatch(value):
            return value.replace(",", ".")
        if _GROUPED.fullmatch(value):
            return value.translate(_UNGROUPED)
    found = cell(column, values.decimal, value)
    if found is None:
        return None
    if found < 0:
        raise RowProblem("negative", column)
    if found >= BIGGEST:
        raise RowProblem("too_big", column)
    if found != found.quantize(Decimal("0.01")):
        raise RowProblem("too_precise", column)
    return f"{abs(found):f}"  # -0 is nought


def rate(value: Any) -> str | None:
    """Per cent, as the database writes it: "22" or "0.2" for 22, "22,0" and "22 %"."""
    if value is None:
        return None
    if isinstance(value, str):
        value = value.strip().removesuffix("%").rstrip()
        if _PLAIN_RATE.fullmatch(value):
            return value.replace(",", ".")
    found = cell("rate", lambda value: values.decimal(value, places=3), value)
    if found is None:
        return None
    if not 0 < found <= 100:
        raise RowProblem("rate", "rate")
    if found != found.quantize(Decimal("0.001")):
        raise RowProblem("rate_too_precise", "rate")
    return f"{found:f}"


def rate_below_one(rate: str, base: str | None, accrued: str | None) -> str:
    """Spreadsheets keep 22 % as 0.22, and some contributions are truly 0.2 %: base and amount say which is meant.
    RowProblem if they say neither."""
    if base is not None and accrued is not None and (exact := Decimal(base) * Decimal(rate)):
        if abs(exact / 100 - Decimal(accrued)) <= 1:
            return rate
        if abs(exact - Decimal(accrued)) <= 1:
            return f"{Decimal(rate) * 100:f}"
    raise RowProblem("rate_unclear", "rate")


def event_id(column: str, value: Any) -> uuid.UUID | None:
    """The UUID under which the sender keeps an event."""
    shown = "" if value is None else values.text(value)
    if not shown:
        return None
    try:
        return uuid.UUID(shown)
    except ValueError as error:
        raise RowProblem("not_an_event", column) from error
