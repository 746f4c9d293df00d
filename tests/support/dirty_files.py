"""Work-record files with everything that people and programs do to a CSV, made by a seed: to hold two ways of reading
against each other."""

import csv
import datetime as dt
import io
import random
from collections.abc import Callable
from decimal import Decimal
from itertools import islice
from typing import Any

from common.tables import delimited, lines
from pensions import generator
from pensions.imports.columns import COLUMNS

FIELDS = [*generator.FIELDS, "kind", "fund", "currency", "employer"]
AMOUNTS = ("нет данных", "-5,00", "1234,567", "12.345", "1 2", "999999999999", "0,1", "7.5", "12345,", "№")
AMOUNTS += ("#Н/Д", "1e5", "١٢٣", "12 345,67", "12\u00a0345,60", "012 345,00", "1'234.50", "12.345,67", " 5 ")
AMOUNTS += ("0", "00012,50", "100000000000", "99999999999,99", ",5", "5,5,5", "—", "''7", "＋5", "")
MONTHS = (
    "13.2025",
    "05.2062",
    "2025-03",
    "март 2025",
    "дек.25",
    "01.02.2025",
    "1/2/2025",
    "",
    "45000",
    "12.1929",
)
DAYS = (
    "31.02.2025",
    "2025-04-01",
    "01.02.25",
    "1/2/2025",
    "—",
    "28.12.2026",
    "27.11.2026",
    "5 мая 2025 г.",
    "x",
)
WORDS = ("корр", "Отменяющая", "исходная", "", "непонятно", " КОРР ", "отмн")
RATES = ("22", "22,0 %", "0,22", "0.2", "0", "101", "22,1234", "двадцать", "", "30")
FUNDS = ("накопительная", "страховая", "ОПВ", "", "нет такого", "СП ")
CURRENCIES = ("руб.", "KGS", "", "сом", "USD", "643")
TEXTS = ("слесарь", "", "  токарь\u200b ", "#ССЫЛКА!", "д" * 301, "плот\ufffdник", "'=1+1", "Ёлкин-Иванов")
LINES = ("", "   ", ";;;;;;", "Итого;;;;", "ВСЕГО:;1;2;3", "Исполнитель Иванова А. А.;;;;", "1;2;3;4;5;6;7;8")
LINES += ("Главный бухгалтер", "-;—;;", "\u00a0;\u200b;", "12;Иванов", "Жалпысынан", "c: withheld", "\x1a")


def dirty_file(seed: int, workers: int = 12) -> bytes:
    """A CSV of about twelve rows for each worker."""
    chance = random.Random(seed)
    delimiter = chance.choice(";;;;\t,|")
    rows = generator.make(seed=seed, workers=workers, wrong_share=chance.choice((0, 0.1))).rows
    if chance.random() < 0.3:
        rows.sort(key=lambda row: (str(row["month"]), row["KG-PIN"]))
    fields = FIELDS if chance.random() < 0.6 else [*generator.FIELDS]
    chance.random() < 0.2 and chance.shuffle(fields)
    header = [*(["№ п/п"] if chance.random() < 0.6 else []), *(COLUMNS[key][0] for key in fields)]
    if chance.random() < 0.3:
        header.append("")  # each line ends with a delimiter
    writer = _Writer(delimiter, chance)
    writer.title(header)
    spoiled = chance.choice((0, 0.02, 0.2))
    for number, row in enumerate(rows, start=1):
        cells = [_typed(chance, key, row.get(key, ""), spoiled) for key in fields]
        writer.row(
            [*([str(number)] if header[0] == "№ п/п" else []), *cells, *([""] if header[-1] == "" else [])]
        )
        if chance.random() < spoiled / 2:
            writer.strange(header)
    text = writer.text() + chance.choice(("", "\n", "\r\n\r\n", "\n\n;;;\nДиректор\n", "\0" * 40, "\x1a"))
    return _encoded(chance, text)


def _typed(chance: random.Random, key: str, value: Any, spoiled: float) -> str:
    odd: dict[str, tuple[str, ...]] = {
        **dict.fromkeys(("wage", "base", "tax", "accrued", "paid"), AMOUNTS),
        **dict.fromkeys(("birth_on", "start_on", "end_on", "paid_on"), DAYS),
        **{
            "month": MONTHS,
            "kind": WORDS,
            "fund": FUNDS,
            "currency": CURRENCIES,
            "rate": RATES,
            "position": TEXTS,
        },
        **{"share_of_rate": ("0,5", "3", "0", "1.25", "x"), "employer": ("9977012343", "123", "")},
    }
    if chance.random() < spoiled / 4 and key in odd:
        return chance.choice(odd[key])
    if key in ("kind", "fund", "currency"):
        return odd[key][0] if chance.random() < spoiled / 4 else ""
    if isinstance(value, Decimal) and chance.random() < spoiled / 4:
        return f"{value:,.2f}".replace(",", chance.choice(" \u00a0")).replace(".", ",")
    if isinstance(value, dt.date) and key == "month":
        return f"{value:%m.%Y}"
    if isinstance(value, dt.date):
        return f"{value:%d.%m.%Y}"
    return str(value if value is not None else "").replace(".", "," if isinstance(value, Decimal) else ".")


class _Writer:
    def __init__(self, delimiter: str, chance: random.Random):
        self._delimiter, self._chance = delimiter, chance
        self._ends = chance.choice(
            (["\r\n"], ["\n"], ["\n", "\r\n"], ["\n", "\n", "\r", "\r\n", "\r\r\n"], ["\r"])
        )
        self._quoted = chance.choice((0, 0, 0, 0.02))
        self._parts: list[str] = []

    def text(self) -> str:
        return "".join(self._parts)

    def title(self, header: list[str]) -> None:
        if self._chance.random() < 0.5:
            self._parts.append("ООО Стройград, ИНН 9977012343" + self._end())
        self.row(header)
        if self._chance.random() < 0.2:
            self.row([str(place) for place in range(1, len(header) + 1)])

    def row(self, cells: list[str]) -> None:
        line = io.StringIO(newline="")
        quoting = csv.QUOTE_ALL if self._chance.random() < self._quoted else csv.QUOTE_MINIMAL
        csv.writer(line, delimiter=self._delimiter, lineterminator=self._end(), quoting=quoting).writerow(
            cells
        )
        self._parts.append(line.getvalue())

    def strange(self, header: list[str]) -> None:
        """What stands between rows, or what happens to the last one."""
        deeds: list[Callable[[], None]] = [
            lambda: self._line(self._chance.choice(LINES).replace(";", self._delimiter)),
            lambda: self._line(""),
            lambda: self.row(header),
            lambda: self._last(lambda line: line.replace(self._delimiter, self._delimiter + '"', 1)),
            lambda: self._last(lambda line: line.replace("о", 'о"о', 1)),
            lambda: self._last(lambda line: line.rpartition(self._delimiter)[0] + self._end()),
            lambda: self._last(lambda line: line.rstrip("\r\n") + self._delimiter + "лишнее" + self._end()),
            lambda: self._last(lambda line: line.rstrip("\r\n") + self._delimiter * 2 + self._end()),
            lambda: self._last(lambda line: line.replace("а", "\0", 1)),
            lambda: self._line(f'"много{self._end()}строк"{self._delimiter}7{self._delimiter}"'),
            lambda: self._parts.append(self._chance.choice(self._parts)),
            lambda: self._last(lambda line: line.replace("1", "х" * 120_000, 1)),
        ]
        self._chance.choice(deeds[:-1] if self._chance.random() < 0.97 else deeds)()

    def _line(self, line: str) -> None:
        self._parts.append(line + self._end())

    def _last(self, change: Callable[[str], str]) -> None:
        self._parts[-1] = change(self._parts[-1])

    def _end(self) -> str:
        return self._chance.choice(self._ends)


def _encoded(chance: random.Random, text: str) -> bytes:
    name = chance.choice(("cp1251", "cp1251", "utf-8", "utf-8", "utf-8-sig", "utf-16", "koi8-r"))
    data = text.encode(name, errors="replace")
    if chance.random() < 0.1:
        place = chance.randrange(len(data) // 2, len(data))
        data = data[:place] + b"\xd1\xff\xfe" + data[place:]
    return data


def in_small_pieces(monkeypatch) -> None:
    """Text comes in pieces of a few lines, and a block is made of a few pieces."""
    whole = lines._pieces

    def pieces(stream, name):
        for piece in whole(stream, name):
            held = iter(io.StringIO(piece, newline=""))
            while part := "".join(islice(held, 7)):
                yield part

    monkeypatch.setattr(lines, "_pieces", pieces)
    monkeypatch.setattr(lines, "BLOCK", 3_000)
    monkeypatch.setattr(delimited, "FIRST_LINES", 20)
