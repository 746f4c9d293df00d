"""The figures of a trade study in one simple layout, which new years and other studies can be loaded in.

A table with the heads section, subject, item, object, period, value (and unit, source, note). An empty value is a
figure that was printed and cannot be read.

| section | subject | item | object | period | value |
|---|---|---|---|---|---|
| trade | reporter | export, import | partner; CU for the printed total | year | USD million |
| trade_index | reporter | export, import | partner | 2010-2013 | last year in per cent of the first |
| line | sector | tariff line | CU, other | imports, before, under | value of imports; rates in per cent |
| tariff | sector | | CU, other | before, under or a year | weighted rate in per cent |
| barrier | sector | | CU, other | before, under or a year | other barriers, as a rate in per cent |
| share | sector | | CU, other | before, year1, year2, year3 | per cent of the sector's imports |
| price | sector | | | year | factor of import prices, 1 without change |
| elasticity | sector | | | 2008-2012 | of the share of imports from outside |
| scenario | number | elasticity, shift | | year1 … | elasticity; shift in per cent |
| fund_key | country | contribution, allocation | | | per cent |

Further sections (price_text, substitution, quoted, today …) hold figures that are quoted or compared only.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

Key = tuple[str, str, str, str, str]

COLUMNS = ("section", "subject", "item", "object", "period", "value", "unit", "source", "note")
NEEDED = COLUMNS[:6]
ITEMS = {
    "trade": {"export", "import"},
    "trade_index": {"export", "import"},
    "scenario": {"elasticity", "shift"},
    "fund_key": {"contribution", "allocation"},
}
OBJECTS = {name: {"CU", "other"} for name in ("tariff", "barrier", "share", "line")}
SECTIONS = (
    *("trade", "trade_index", "line", "tariff", "barrier", "share", "price", "price_text", "elasticity"),
    *("scenario", "substitution", "fund_key", "interviews", "criterion", "composition", "quoted", "today"),
)
MAX_DIGITS = 30


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure. `value` None: printed, and not readable."""

    section: str
    subject: str
    item: str
    object: str
    period: str
    value: Decimal | None
    unit: str = ""
    source: str = ""
    note: str = ""

    @property
    def key(self) -> Key:
        return self.section, self.subject, self.item, self.object, self.period

    @property
    def address(self) -> str:
        return "/".join(self.key)


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that was left out: which of the files, line (the heading is line 1), column, a code of `wording.yaml`."""

    line: int
    column: str
    code: str
    text: str = ""
    file: int = 0


class Study:
    """Figures by key, in the order in which they were given."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries: dict[Key, Entry] = {entry.key: entry for entry in entries}

    def of(self, section: str) -> list[Entry]:
        return [entry for entry in self.entries.values() if entry.section == section]

    def value(
        self, section: str, subject: str = "", item: str = "", object: str = "", period: str = ""
    ) -> Decimal | None:
        entry = self.entries.get((section, subject, item, object, period))
        return entry.value if entry else None

    def subjects(self, *sections: str) -> list[str]:
        """Each subject of these sections once, in order."""
        return list(dict.fromkeys(entry.subject for name in sections for entry in self.of(name)))

    def periods(self, section: str, subject: str | None = None) -> list[str]:
        chosen = (entry for entry in self.of(section) if subject in (None, entry.subject))
        return sorted({entry.period for entry in chosen})


def read(*texts: str) -> tuple[Study, list[Fault]]:
    """The figures of one file or of several that complete each other, and the rows that could not be taken.

    A figure that was unreadable is completed by a later file; one that has a value already is never overwritten.
    """
    study, faults = Study(), []
    for place, text in enumerate(texts):
        found: list[Fault] = []
        rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), restkey="_rest")
        missing = [name for name in NEEDED if name not in (rows.fieldnames or ())]
        if missing:
            faults.append(Fault(1, missing[0], "no_column", file=place))
            continue
        for row in rows:
            _take(study, found, rows.line_num, row)
        faults += [replace(fault, file=place) for fault in found]
    return study, faults


def _take(study: Study, faults: list[Fault], line: int, row: dict) -> None:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if not any(cells.values()):
        return
    if fault := _fault(cells):
        column, code = fault
        faults.append(Fault(line, column, code, cells.get(column, "")))
        return
    text = cells.pop("value")
    entry = Entry(**cells, value=_number(text) if text else None)
    known = study.entries.get(entry.key)
    if known is None or known.value is None:
        study.entries[entry.key] = entry
    elif entry.value not in (None, known.value):
        faults.append(Fault(line, "value", "known_otherwise", str(known.value)))


def _fault(cells: dict[str, str]) -> tuple[str, str] | None:
    """(column, code) of what is wrong with a row."""
    if cells["section"] not in SECTIONS:
        return "section", "unknown_section"
    if not cells["subject"]:
        return "subject", "empty"
    for column, allowed in (("item", ITEMS), ("object", OBJECTS)):
        if cells["section"] in allowed and cells[column] not in allowed[cells["section"]]:
            return column, "unknown_word"
    if cells["section"] in ("trade", "price") and not cells["period"].isdigit():
        return "period", "no_year"
    if cells["value"] and _number(cells["value"]) is None:
        return "value", "no_number"
    if cells["section"] in ("trade", "line", "price") and (_number(cells["value"]) or 0) < 0:
        return "value", "negative"
    return None


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    fits = (
        number.is_finite()
        and abs(number.adjusted()) < MAX_DIGITS
        and len(number.as_tuple().digits) < MAX_DIGITS
    )
    return number if fits else None
