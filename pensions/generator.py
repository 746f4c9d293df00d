"""A work-record file as an employer in Moscow would send it, of people who do not exist. The same seed gives the
same bytes.

Names stand in Russian spelling, dates and decimal commas as people there write them, two title lines above the
header, and about one row in a hundred is wrong in a way that happens.
"""

import csv
import datetime as dt
import io
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any, TextIO

import xlsxwriter
import yaml

from pensions.identifiers import snils_check
from pensions.imports.columns import COLUMNS

DATA = Path(__file__).parent / "data" / "names.yaml"
FIELDS = [
    *("family_name", "given_name", "patronymic", "sex", "birth_on", "citizenship", "KG-PIN", "RU-SNILS"),
    *("position", "occupation", "share_of_rate", "start_on", "end_on", "month"),
    *("wage", "base", "tax", "rate", "accrued", "paid", "paid_on"),
]
MONEY = {"wage", "base", "tax", "accrued", "paid"}
DATES = {"birth_on", "start_on", "end_on", "paid_on"}
FIRST_MONTH, MONTHS = dt.date(2025, 1, 1), 13
TAX, CONTRIBUTIONS = Decimal("0.13"), Decimal("0.30")
CREATED = dt.datetime(2026, 2, 10, 9, 0)
# Numbers with right check digits of a region that does not exist.
EMPLOYER = {"name": "ООО «Стройград»", "RU-INN": "9977012343", "RU-OGRN": "1997700123452"}

# One person of the file is known to the registry before: see pensions.seed.
TRAVELLER = {
    "family_name": "Асанова",
    "given_name": "Жылдыз",
    "patronymic": "Бакытовна",
    "sex": "ж",
    "birth_on": dt.date(1986, 4, 17),
    "KG-PIN": "11704198600431",
    "RU-SNILS": "164-047-081 49",
    "start_on": dt.date(2024, 9, 2),
    "end_on": None,
    "position": "мастер участка",
    "occupation": "3123",
}
_RUSSIAN = str.maketrans("ңөүҢӨҮ", "ноуНОУ")


@dataclass
class WorkFile:
    """Rows in file order, and the lines that are wrong: {place of the row from 0: problem code}."""

    rows: list[dict[str, Any]]
    wrong: dict[int, str] = field(default_factory=dict)
    people: int = 0


@cache
def _names() -> dict[str, list]:
    raw = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    flat = {key: [name for line in raw[key] for name in line] for key in ("male", "female", "family")}
    return flat | {"positions": raw["positions"]}


def make(
    *,
    seed: int = 1,
    workers: int = 2_000,
    wrong_share: float = 0.01,
    first_month: dt.date = FIRST_MONTH,
    sent_on: dt.date = dt.date.max,
) -> WorkFile:
    """About twelve months for each worker, from `first_month` on; the traveller is the first.

    Nothing in a file is paid after the day on which it was sent.
    """
    chance = random.Random(seed)
    people = [TRAVELLER, *(_person(chance, number, first_month) for number in range(1, workers))]
    rows = [row for person in people for row in _months(chance, person, first_month, sent_on)]
    made = WorkFile(rows, people=len(people))
    places = chance.sample(range(20, len(made.rows)), int(len(made.rows) * wrong_share))
    spoilers = _spoilers()
    for count, place in enumerate(sorted(places)):
        code, spoil = spoilers[count % len(spoilers)]
        if place - 1 not in made.wrong and spoil(made.rows, place):
            made.wrong[place] = code
    return made


# --- people -----------------------------------------------------------------------------------------


def _person(chance: random.Random, number: int, first_month: dt.date) -> dict[str, Any]:
    names, male = _names(), chance.random() < 0.72
    father = chance.choice(names["male"])
    born = dt.date(1965, 1, 1) + dt.timedelta(days=chance.randrange(0, 14_600))
    position, occupation = chance.choice(names["positions"])
    person = {
        "family_name": _family(chance.choice(names["family"]), male),
        "given_name": chance.choice(names["male" if male else "female"]),
        "patronymic": _patronymic(chance, father, male),
        "sex": "м" if male else "ж",
        "birth_on": born,
        "KG-PIN": f"{2 if male else 1}{born:%d%m%Y}{number:05}",
        "RU-SNILS": _snils(chance, number),
        "position": position,
        "occupation": occupation,
        **_dates(chance, born, first_month),
    }
    return {
        key: value.translate(_RUSSIAN) if isinstance(value, str) else value for key, value in person.items()
    }


def _family(root: str, male: bool) -> str:
    if root[-1] in "аөоуүыйэи":
        stem = root[:-1] if root[-1] == "й" else root
        return stem + ("ев" if male else "ева")
    return root + ("ов" if male else "ова")


def _patronymic(chance: random.Random, father: str, male: bool) -> str:
    """In the Russian way, in the Kyrgyz way, or none: all three stand in passports."""
    way = chance.random()
    if way < 0.08:
        return ""
    if way < 0.2:
        return f"{father} {'уулу' if male else 'кызы'}"
    return father + ("ович" if male else "овна")


def _snils(chance: random.Random, number: int) -> str:
    body = f"{20_000_000 + number * 9_973 + chance.randrange(9_000):09}"
    return f"{body[:3]}-{body[3:6]}-{body[6:]} {snils_check(body)}"


def _dates(chance: random.Random, born: dt.date, first_month: dt.date) -> dict[str, dt.date | None]:
    start = dt.date(2021, 1, 11) + dt.timedelta(days=chance.randrange(0, 1_440))
    if chance.random() < 0.12:
        start = first_month + dt.timedelta(days=chance.randrange(10, 300))
    end = None
    if chance.random() < 0.07:
        end = max(start, first_month) + dt.timedelta(days=chance.randrange(20, 330))
    return {"start_on": max(start, born.replace(year=born.year + 18, day=1)), "end_on": end}


# --- months -----------------------------------------------------------------------------------------


def next_month(month: dt.date, count: int = 1) -> dt.date:
    years, place = divmod(month.year * 12 + month.month - 1 + count, 12)
    return dt.date(years, place + 1, 1)


def _months(
    chance: random.Random, person: dict[str, Any], first_month: dt.date, sent_on: dt.date
) -> Iterator[dict[str, Any]]:
    salary = Decimal(chance.randrange(38_000, 145_000, 500))
    for place in range(MONTHS):
        month = next_month(first_month, place)
        if person["start_on"] >= next_month(month) or (person["end_on"] and person["end_on"] < month):
            continue
        wage = (salary * chance.choice((1, 1, 1, 1, Decimal("0.85"), Decimal("1.1")))).quantize(
            Decimal("0.01")
        )
        wage += Decimal(chance.randrange(0, 100)) / 100
        accrued = (wage * CONTRIBUTIONS).quantize(Decimal("0.01"), ROUND_HALF_UP)
        late = chance.random() < 0.03
        yield {
            **person,
            "citizenship": "Киргизия",
            "share_of_rate": Decimal("1"),
            "month": month,
            "wage": wage,
            "base": wage,
            "tax": (wage * TAX).quantize(Decimal("1"), ROUND_HALF_UP),
            "rate": CONTRIBUTIONS * 100,
            "accrued": accrued,
            "paid": Decimal("0.00") if late else accrued,
            "paid_on": None if late else min(next_month(month) + dt.timedelta(days=27), sent_on),
        }


# --- what goes wrong --------------------------------------------------------------------------------

Spoiler = Callable[[list[dict[str, Any]], int], bool]


def _put(key: str, value: Any) -> Spoiler:
    def spoil(rows: list[dict[str, Any]], place: int) -> bool:
        row = rows[place]
        row[key] = value(row) if callable(value) else value
        return True

    return spoil


def _same_again(rows: list[dict[str, Any]], place: int) -> bool:
    """The row before is copied and not changed: the same month twice."""
    before = rows[place - 1]
    if before["KG-PIN"] != rows[place]["KG-PIN"] or not isinstance(before["month"], dt.date):
        return False
    rows[place] = dict(before)
    return True


def _starts_later(rows: list[dict[str, Any]], place: int) -> bool:
    row = rows[place]
    if row["end_on"]:
        return False
    row["start_on"] = next_month(row["month"], 2)
    return True


def _wrong_digit(row: dict[str, Any]) -> str:
    number = row["RU-SNILS"]
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def _spoilers() -> list[tuple[str, Spoiler]]:
    return [
        ("check_digit", _put("RU-SNILS", _wrong_digit)),
        ("length", _put("KG-PIN", lambda row: row["KG-PIN"][:-1])),
        ("missing", _put("birth_on", None)),
        ("not_a_date", _put("birth_on", lambda row: f"31.02.{row['birth_on']:%Y}")),
        ("not_a_number", _put("accrued", "нет данных")),
        ("negative", _put("wage", lambda row: -row["wage"])),
        ("missing", _put("accrued", None)),
        ("month_in_future", _put("month", dt.date(2062, 5, 1))),
        ("not_a_month", _put("month", "13.2025")),
        ("outside_period", _starts_later),
        ("end_before_start", _put("end_on", lambda row: row["start_on"] - dt.timedelta(days=30))),
        ("twice_in_file", _same_again),
        ("no_identifier", lambda rows, place: rows[place].update({"KG-PIN": "", "RU-SNILS": ""}) is None),
        ("missing", _put("family_name", "")),
        ("paid_before_month", _put("paid_on", lambda row: row["month"] - dt.timedelta(days=40))),
    ]


# --- files ------------------------------------------------------------------------------------------


def _title_lines() -> list[str]:
    return [
        f"{EMPLOYER['name']}, ИНН {EMPLOYER['RU-INN']}",
        "Сведения о работе и страховых взносах работников, январь 2025 г. – январь 2026 г.",
    ]


def _header() -> list[str]:
    return ["№ п/п", *(COLUMNS[key][0] for key in FIELDS)]


def _as_typed(key: str, value: Any) -> str:
    """As it looks in a CSV that a Russian spreadsheet saved."""
    if value is None:
        return ""
    if key == "month" and isinstance(value, dt.date):
        return f"{value:%m.%Y}"
    if isinstance(value, dt.date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    return str(value)


def to_csv(made: WorkFile, *, encoding: str = "cp1251") -> bytes:
    text = io.StringIO(newline="")
    write_csv(text, made.rows)
    return text.getvalue().encode(encoding)


def write_csv(text: TextIO, rows: Iterable[dict[str, Any]]) -> int:
    """Writes rows as they come, so that a file of any length can be made; returns how many."""
    out = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for line in _title_lines():
        out.writerow([line])
    out.writerow(_header())
    number = 0
    for number, row in enumerate(rows, start=1):
        out.writerow([number, *(_as_typed(key, row[key]) for key in FIELDS)])
    return number


def endless(*, seed: int = 1, first_month: dt.date = FIRST_MONTH) -> Iterator[list[dict[str, Any]]]:
    """Person after person, each with the rows of its months: for files larger than memory. Up to 99,999 people."""
    chance = random.Random(seed)
    for number in range(1, 100_000):
        yield list(_months(chance, _person(chance, number, first_month), first_month, dt.date.max))


def to_xlsx(made: WorkFile) -> bytes:
    """Dates are dates, amounts are numbers, identifiers are text."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        book.set_properties({"created": CREATED})
        sheet = book.add_worksheet("Сведения")
        formats = {key: book.add_format({"num_format": "dd.mm.yyyy"}) for key in DATES}
        formats["month"] = book.add_format({"num_format": "mm.yyyy"})
        formats |= {key: book.add_format({"num_format": "# ##0.00"}) for key in MONEY}
        for line, text in enumerate(_title_lines()):
            sheet.write_string(line, 0, text)
        sheet.write_row(3, 0, _header(), book.add_format({"bold": True}))
        for number, row in enumerate(made.rows, start=1):
            sheet.write_number(number + 3, 0, number)
            for place, key in enumerate(FIELDS, start=1):
                _cell(sheet, number + 3, place, row[key], formats.get(key))
    return target.getvalue()


def _cell(sheet, line: int, place: int, value: Any, cell_format) -> None:
    if value is None or value == "":
        return
    if isinstance(value, dt.date):
        sheet.write_datetime(line, place, dt.datetime(value.year, value.month, value.day), cell_format)
    elif isinstance(value, Decimal):
        sheet.write_number(line, place, value, cell_format)
    else:
        sheet.write_string(line, place, value)


def to_bytes(made: WorkFile, file_format: str) -> bytes:
    return to_xlsx(made) if file_format == "xlsx" else to_csv(made)
