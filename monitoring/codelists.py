"""Code lists that files and formulas share: areas, sex, age, industry, occupation (data/codelists.csv).

A code may be known by several spellings (`KG`, `KGZ`, `417`, "Kyrgyzstan"); `resolve` gives the house's own. A code
that ended is refused for periods after its end; earlier periods may carry a newer code, as statistics are recast,
and are named. A beginning without a source is left blank and said to be unverified.
"""

import csv
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from common import formatting
from common.enums import Language
from common.tables.header import normalise

FILE = Path(__file__).parent / "data" / "codelists.csv"

# the list that a dimension takes its codes from; a dimension without one takes any code
LIST_OF = {
    "REF_AREA": "AREA",
    "DEST_COUNTRY": "AREA",
    "ORIGIN_COUNTRY": "AREA",
    "SENDING_COUNTRY": "AREA",
    "RECEIVING_COUNTRY": "AREA",
    "CITIZENSHIP": "AREA",
    "EMPLOYMENT_STATE": "AREA",
    "SEX": "SEX",
    "AGE": "AGE",
    "INDUSTRY": "INDUSTRY",
    "OCCUPATION": "OCCUPATION",
}


@dataclass(frozen=True)
class Code:
    list: str
    code: str
    parent: str
    alpha3: str
    numeric: str
    names: dict[str, str]
    valid_from: dt.date | None
    valid_to: dt.date | None
    listed_from: dt.date | None
    """Where the beginning is not verified: since when a standard lists the code."""
    source: str

    @property
    def since(self) -> dt.date | None:
        """Before this day the code is to be asked about; None where nothing is known."""
        return self.valid_from or self.listed_from

    def name(self, language: str | None = None) -> str:
        language = formatting.language_of(language)
        return self.names[language] or formatting.country_name(self.code, language)

    def holds_on(self, day: dt.date) -> bool:
        """Whether the code had not ended by that day."""
        return self.valid_to is None or day <= self.valid_to


@cache
def code_lists() -> dict[str, dict[str, Code]]:
    """{list: {code: Code}} in the order of the file."""
    found: dict[str, dict[str, Code]] = defaultdict(dict)
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names = {language: row.pop(f"name_{language}") for language in Language.values}
            days = {name: _day(row.pop(name)) for name in ("valid_from", "valid_to", "listed_from")}
            found[row["list"]][row["code"]] = Code(**row, names=names, **days)
    return dict(found)


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@cache
def _spellings(name: str) -> dict[str, Code]:
    known: dict[str, Code] = {}
    for code in code_lists()[name].values():
        shown = (code.name(language) for language in Language.values)
        for text in (code.code, code.alpha3, code.numeric, code.numeric.lstrip("0"), *shown):
            for spelling in (text, normalise(text), normalise(text.replace("&", "and"))):
                if spelling:
                    known.setdefault(spelling, code)
    return known


def resolve(name: str, text: str) -> Code | None:
    """The code of a list by any of its spellings; exact first, then without regard to case and signs."""
    known = _spellings(name)
    return known.get(text) or known.get(normalise(text))


def code_of(dimension: str, code: str) -> Code | None:
    """The code of a dimension, for its name; None where the dimension has no list or the list no such code."""
    return code_lists().get(LIST_OF.get(dimension, ""), {}).get(code)
