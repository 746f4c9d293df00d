"""One row of a work-record file, from cells to typed values. Knows nothing of the database."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from common.keys import blind_index
from common.kyrgyz import fold
from common.tables import values
from common.tables.values import ValueRefused
from pensions import identifiers
from pensions.enums import Fund, RowKind, Sex

from .columns import IDENTIFIERS

EARLIEST = dt.date(1930, 1, 1)
BIGGEST = Decimal("1e11")
YOUNGEST = 14
PEOPLE_REMEMBERED = 20_000


class Staged(NamedTuple):
    """What goes into the staging table, in the order of its columns."""

    number: int
    state: str = "ready"
    problem: str = ""
    problem_field: str = ""
    kind: str = RowKind.ORIGINAL.value
    identifier_kind: str = ""
    identifier_index: str = ""
    name_key: str = ""
    birth_on: dt.date | None = None
    start_on: dt.date | None = None
    end_on: dt.date | None = None
    position: str = ""
    occupation: str = ""
    share_of_rate: Decimal | None = None
    month: dt.date | None = None
    fund: str = Fund.INSURANCE.value
    currency: str = ""
    wage: Decimal | None = None
    base: Decimal | None = None
    tax: Decimal | None = None
    accrued: Decimal | None = None
    paid: Decimal | None = None
    paid_on: dt.date | None = None


class RowProblem(Exception):
    def __init__(self, code: str, column: str):
        super().__init__(code)
        self.code, self.column = code, column


@dataclass(frozen=True)
class Person:
    """Who a row is about; `numbers` in the order in which they identify."""

    family_name: str
    given_name: str
    patronymic: str
    birth_on: dt.date
    sex: str
    citizenship: str
    numbers: tuple[identifiers.Reading, ...]

    def as_dict(self) -> dict:
        return asdict(self) | {"birth_on": self.birth_on.isoformat()}


@dataclass(frozen=True)
class Setting:
    """What holds for the whole file."""

    today: dt.date
    currency: str
    employer_numbers: frozenset[str] = frozenset()
    kind: str = RowKind.ORIGINAL.value


@dataclass
class RowReader:
    """Reads rows one after another; remembers people and dates that come again and again."""

    setting: Setting
    _people: dict[tuple, tuple[Person, str, str] | RowProblem] = field(default_factory=dict)

    def read(self, number: int, record: Mapping[str, Any], overflow: bool = False) -> Staged:
        """The typed row, or a rejected one that names its problem and column."""
        try:
            if overflow:
                raise RowProblem("overflow", "")
            return self._typed(number, record)
        except RowProblem as problem:
            return Staged(number, "rejected", problem.code, problem.column)

    def person(self, record: Mapping[str, Any]) -> Person:
        """Who the row is about; RowProblem if it does not say."""
        return self._known(record)[0]

    def _typed(self, number: int, record: Mapping[str, Any]) -> Staged:
        person, index, name_key = self._known(record)
        self._check_employer(record)
        month = _required("month", _month, record.get("month"))
        if month > self.setting.today:
            raise RowProblem("month_in_future", "month")
        start_on, end_on = self._period(record, person, month)
        kind = _word("kind", _KINDS, record, self.setting.kind)
        first = person.numbers[0]
        return Staged(
            number=number,
            kind=kind,
            identifier_kind=first.kind,
            identifier_index=index,
            name_key=name_key,
            birth_on=person.birth_on,
            start_on=start_on,
            end_on=end_on,
            position=_text("position", record, 300),
            occupation=_text("occupation", record, 8),
            share_of_rate=_share(record),
            month=month,
            fund=_word("fund", _FUNDS, record, Fund.INSURANCE.value),
            currency=_currency(record, self.setting.currency),
            paid_on=self._paid_on(record, month),
            **_amounts(record, kind),
        )

    def _known(self, record: Mapping[str, Any]) -> tuple[Person, str, str]:
        raw = tuple(str(record.get(key) or "") for key in _PERSONAL)
        found = self._people.get(raw)
        if found is None:
            try:
                person = self._person(record)
                first = person.numbers[0]
                words = fold(person.family_name).split()
                found = (person, blind_index(first.kind, first.value), words[0] if words else "")
            except RowProblem as problem:
                found = problem
            if len(self._people) >= PEOPLE_REMEMBERED:
                self._people.clear()
            self._people[raw] = found
        if isinstance(found, RowProblem):
            raise RowProblem(found.code, found.column)
        return found

    def _person(self, record: Mapping[str, Any]) -> Person:
        family_name = _required("family_name", _plain, record.get("family_name"))
        given_name = _text("given_name", record, 100)
        birth_on = _required("birth_on", _date, record.get("birth_on"))
        if birth_on > self.setting.today:
            raise RowProblem("in_future", "birth_on")
        if birth_on < dt.date(1900, 1, 1):
            raise RowProblem("too_early", "birth_on")
        if len(family_name) > 100:
            raise RowProblem("too_long", "family_name")
        sex = _word("sex", _SEXES, record, "")
        return Person(
            family_name=family_name,
            given_name=given_name,
            patronymic=_text("patronymic", record, 100),
            birth_on=birth_on,
            sex=sex,
            citizenship=_COUNTRIES.get(_plain(record.get("citizenship")).casefold(), ""),
            numbers=_numbers(record, birth_on, sex),
        )

    def _period(self, record, person: Person, month: dt.date) -> tuple[dt.date | None, dt.date | None]:
        start_on, end_on = _cell("start_on", _date, record), _cell("end_on", _date, record)
        if start_on is None:
            if end_on is not None:
                raise RowProblem("missing", "start_on")
            return None, None
        if start_on < EARLIEST:
            raise RowProblem("too_early", "start_on")
        if end_on is not None and end_on < start_on:
            raise RowProblem("end_before_start", "end_on")
        if month < start_on.replace(day=1) or (end_on is not None and month > end_on):
            raise RowProblem("outside_period", "month")
        born = person.birth_on
        if (start_on.year - born.year, start_on.month, start_on.day) < (YOUNGEST, born.month, born.day):
            raise RowProblem("too_young", "start_on")
        return start_on, end_on

    def _paid_on(self, record, month: dt.date) -> dt.date | None:
        paid_on = _cell("paid_on", _date, record)
        if paid_on is not None and paid_on < month:
            raise RowProblem("paid_before_month", "paid_on")
        if paid_on is not None and paid_on > self.setting.today:
            raise RowProblem("in_future", "paid_on")
        return paid_on

    def _check_employer(self, record) -> None:
        number = "".join(sign for sign in _plain(record.get("employer")) if sign.isdigit())
        if number and self.setting.employer_numbers and number not in self.setting.employer_numbers:
            raise RowProblem("other_employer", "employer")


# --- cells ------------------------------------------------------------------------------------------

_plain = values.text


@lru_cache(maxsize=20_000)
def _date(value: Any) -> dt.date | None:
    return values.date(value)


@lru_cache(maxsize=5_000)
def _month(value: Any) -> dt.date | None:
    found = values.month(value)
    if found is not None and found < EARLIEST:
        raise ValueRefused("too_early", value)
    return found


def _cell(column: str, read: Callable[[Any], Any], record: Mapping[str, Any]) -> Any:
    value = record.get(column)
    if value is None:
        return None
    try:
        return read(value)
    except ValueRefused as refused:
        raise RowProblem(refused.code, column) from refused


def _required(column: str, read: Callable[[Any], Any], value: Any) -> Any:
    found = _cell(column, read, {column: value})
    if found is None or found == "":
        raise RowProblem("missing", column)
    return found


def _text(column: str, record: Mapping[str, Any], longest: int) -> str:
    found = _plain(record.get(column))
    if len(found) > longest:
        raise RowProblem("too_long", column)
    return found


def _word(column: str, words: Mapping[str, str], record: Mapping[str, Any], otherwise: str) -> str:
    value = record.get(column)
    if value is None:
        return otherwise
    shown = _plain(value).casefold()
    if not shown:
        return otherwise
    if shown not in words:
        raise RowProblem("unknown_word", column)
    return words[shown]


def _share(record: Mapping[str, Any]) -> Decimal | None:
    found = _cell("share_of_rate", _four_places, record)
    if found is not None and not 0 < found <= 2:
        raise RowProblem("share", "share_of_rate")
    return found


def _four_places(value: Any) -> Decimal | None:
    return values.decimal(value, places=4)


def _amounts(record: Mapping[str, Any], kind: str) -> dict[str, Decimal | None]:
    found = {column: _amount(column, record) for column in ("wage", "base", "tax", "accrued", "paid")}
    if found["accrued"] is None and kind != RowKind.WITHDRAWAL:
        raise RowProblem("missing", "accrued")
    return found


def _amount(column: str, record: Mapping[str, Any]) -> Decimal | None:
    found = _cell(column, values.decimal, record)
    if found is None:
        return None
    if found < 0:
        raise RowProblem("negative", column)
    if found >= BIGGEST:
        raise RowProblem("too_big", column)
    if found.as_tuple().exponent < -2:
        raise RowProblem("not_a_number", column)
    return found


def _currency(record: Mapping[str, Any], otherwise: str) -> str:
    found = _plain(record.get("currency")).casefold()
    if not found:
        return otherwise
    if found not in _CURRENCIES:
        raise RowProblem("unknown_word", "currency")
    return _CURRENCIES[found]


def _numbers(record: Mapping[str, Any], birth_on: dt.date, sex: str) -> tuple[identifiers.Reading, ...]:
    found = []
    for kind in IDENTIFIERS:
        text = _plain(record.get(kind))
        if not text:
            continue
        reading = identifiers.read(kind, text, identifiers.Person(birth_on, sex))
        if reading.problem:
            raise RowProblem(reading.problem, kind)
        found.append(reading)
    if not found:
        raise RowProblem("no_identifier", "")
    return tuple(found)


# --- words ------------------------------------------------------------------------------------------

_PERSONAL = ("family_name", "given_name", "patronymic", "birth_on", "sex", "citizenship", *IDENTIFIERS)


def _spread(words: dict[str, str]) -> dict[str, str]:
    return {word: code for code, line in words.items() for word in line.split(", ")}


_KINDS = _spread(
    {
        RowKind.ORIGINAL.value: "исходная, исхд, баштапкы, original",
        RowKind.CORRECTION.value: "корректирующая, корр, түзөтүүчү, түзөтүү, correction",
        RowKind.WITHDRAWAL.value: "отменяющая, отмн, жокко чыгаруучу, withdrawal",
    }
)
_FUNDS = _spread(
    {
        Fund.INSURANCE.value: "страховая, страховая пенсия, опс, сп, пф, insurance",
        Fund.FUNDED.value: "накопительная, накопительная пенсия, гнпф, опв, топтомо, funded",
        Fund.EMPLOYER_FUNDED.value: "опвр, employer funded",
        Fund.OCCUPATIONAL.value: "оппв, профессиональная, occupational",
    }
)
_SEXES = _spread(
    {
        Sex.FEMALE.value: "ж, жен, жен., женский, женщина, аял, f, female",
        Sex.MALE.value: "м, муж, муж., мужской, мужчина, эркек, э, m, male",
    }
)
_COUNTRIES = _spread(
    {
        "KG": "киргизия, кыргызстан, кыргызская республика, киргизская республика, кыргыз республикасы, кр, kg, kgz",
        "RU": "россия, российская федерация, рф, орусия, россия федерациясы, ru, rus",
        "KZ": "казахстан, республика казахстан, рк, казакстан, kz, kaz",
        "UZ": "узбекистан, республика узбекистан, өзбекстан, uz, uzb",
        "TJ": "таджикистан, республика таджикистан, тажикстан, tj, tjk",
        "AM": "армения, республика армения, am, arm",
        "BY": "беларусь, белоруссия, республика беларусь, by, blr",
    }
)
_CURRENCIES = _spread(
    {
        "RUB": "rub, руб, руб., рубль, рубли, 643",
        "KGS": "kgs, сом, som, 417",
        "KZT": "kzt, тенге, теңге, тг, 398",
        "BYN": "byn, бел. руб., белорусский рубль, 933",
        "AMD": "amd, драм, 051",
    }
)
