"""Do the languages say the same numbers, units and dates? Each document is read back as its reader would read it.

What is compared is the written text: "1 234,5 %" in Kyrgyz and Russian and "1,234.5%" in English both read as
1234.5 %. A value that was formatted wrongly, or a digit that stands in the words of one translation only, shows.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from reports.content import NUMERIC
from reports.renderers.words import Cell, ChartWords, Document, Paragraph, TableWords

GROUP = {"ky": "\u00a0", "ru": "\u00a0", "en": ","}
POINT = {"ky": ",", "ru": ",", "en": "."}
SIGNS = {"\u2212": "-", "\u202f": "\u00a0"}
ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4"}
DAY = re.compile(r"\b(\d{2})\.(\d{2})\.(\d{4})\b")
NUMBER = {
    language: re.compile(rf"[-+]?\d+(?:[{GROUP[language]} ]\d{{3}}(?!\d))*(?:[{point}]\d+)?")
    for language, point in POINT.items()
}


@dataclass(frozen=True)
class Difference:
    where: str
    said: str


def digest(document: Document) -> str:
    lines = [f"{where}={said}" for where, said in readings(document)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def differences(documents: dict[str, Document]) -> list[Difference]:
    """Places where not all languages read the same, in reading order."""
    read = {language: dict(readings(document)) for language, document in documents.items()}
    places = dict.fromkeys(where for one in read.values() for where in one)
    found = []
    for where in places:
        said = {language: one.get(where, "—") for language, one in read.items()}
        if len(set(said.values())) > 1:
            found.append(
                Difference(where, "; ".join(f"{language} {text}" for language, text in said.items()))
            )
    return found


def readings(document: Document) -> Iterator[tuple[str, str]]:
    """(place, what is read there) for everything that is a number, a unit or a date."""
    for section in document.sections:
        for number, block in enumerate(section.blocks, start=1):
            where = f"{section.code}/{number}"
            if isinstance(block, Paragraph):
                yield where, " ".join(numbers_in(block.text, document.language))
            elif isinstance(block, ChartWords):
                yield from _of_chart(where, block, document.language)
            else:
                yield from _of_table(where, block, document.language)


def _of_table(where: str, block: TableWords, language: str) -> Iterator[tuple[str, str]]:
    for line, row in enumerate(block.rows, start=1):
        for place, cell in enumerate(row, start=1):
            if said := _of_cell(cell, language):
                yield f"{where}/{line}/{place}", said


def _of_cell(cell: Cell, language: str) -> str:
    if cell.kind in {"number", "percent"}:
        return _plain(cell.text.rstrip("%\u00a0"), language) + ("%" if cell.text.endswith("%") else "")
    if cell.kind in NUMERIC:
        return " ".join(numbers_in(cell.text, language))
    if cell.kind == "date":
        return _day(cell.text, language)
    if cell.kind == "period":
        words = (ROMAN.get(word, word) for word in re.split(r"[\s\u00a0,]+", cell.text))
        return " ".join(sorted(re.findall(r"\d+", " ".join(words))))
    return "" if cell.kind == "text" else f"<{cell.kind}>"


def _of_chart(where: str, block: ChartWords, language: str) -> Iterator[tuple[str, str]]:
    numeric = [column.kind != "text" for column in block.chart.columns]
    for line, row in enumerate(block.chart.cells, start=1):
        said = [_plain(text, language) for text, is_number in zip(row, numeric, strict=True) if is_number]
        yield f"{where}/{line}", " ".join(said)


def _plain(text: str, language: str) -> str:
    """The number as a program writes it; the text itself where it is none."""
    for sign, plain in SIGNS.items():
        text = text.replace(sign, plain)
    try:
        return str(Decimal(text.replace(GROUP[language], "").replace(POINT[language], ".")))
    except InvalidOperation:
        return text


def _day(text: str, language: str) -> str:
    if language == "en":
        return datetime.strptime(text.replace("Sept", "Sep"), "%d %b %Y").date().isoformat()
    return datetime.strptime(text, "%d.%m.%Y").date().isoformat()


def numbers_in(text: str, language: str) -> list[str]:
    """Every number in a text of people, in no order, since languages order their words differently."""
    for sign, plain in SIGNS.items():
        text = text.replace(sign, plain)
    text = re.sub(
        r"\b(I|II|III|IV)\b(?=[\s\u00a0-]+(?:чейрек|кварт|полуг|жарым))", lambda m: ROMAN[m[1]], text
    )
    text = DAY.sub(lambda m: f"{int(m[1])} {m[3]}", text)
    found = (_plain(one.replace(" ", ""), language) for one in NUMBER[language].findall(text))
    return sorted(found)
