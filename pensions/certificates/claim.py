"""What an employer states about a stretch of work, held against what the ledger says: row by row, column by column.

Pure. A place names one compared fact and never changes its name: `position`, `start_on`, `end_on`, `declared`, or
`2025-03 wage`; a month that only one side knows is the place `2025-03`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from pensions.certificates.model import MonthRow, Work
from pensions.certificates.printed import print_amount, print_date

COLUMNS = ("days", "contribution", "wage", "tax")


@dataclass(frozen=True, slots=True)
class ClaimedMonth:
    """None: the employer says nothing about this figure."""

    month: date
    days: int | None = None
    contribution: Any = None
    wage: Any = None
    tax: Any = None


@dataclass(frozen=True)
class Claim:
    """An empty field says nothing and is compared with nothing; no months at all say nothing about months."""

    start_on: date
    end_on: date
    position: str = ""
    declared: tuple[int, int, int] | None = None
    rows: tuple[ClaimedMonth, ...] = ()


@dataclass(frozen=True)
class Difference:
    """`claimed` and `held` as they would be printed; empty where one side has nothing."""

    place: str
    claimed: str
    held: str

    @property
    def figures(self) -> str:
        """Both sides in one text: a reason is given for these figures and for no others."""
        return f"{self.claimed} ≠ {self.held}"


def differences(claim: Claim, work: Work, rows: tuple[MonthRow, ...]) -> list[Difference]:
    """Every place where claim and ledger differ, in the order of the form."""
    return [*_work(claim, work), *_months(claim, rows)]


def _work(claim: Claim, work: Work) -> Iterator[Difference]:
    pairs = [
        ("position", claim.position, work.position),
        ("start_on", print_date(claim.start_on), print_date(work.start_on)),
        ("end_on", print_date(claim.end_on), print_date(work.end_on)),
        ("declared", _length(claim.declared), _length(work.declared)),
    ]
    for place, claimed, held in pairs:
        if claimed and _folded(claimed) != _folded(held):
            yield Difference(place, claimed, held)


def _months(claim: Claim, rows: tuple[MonthRow, ...]) -> Iterator[Difference]:
    if not claim.rows:
        return
    stated = {row.month: row for row in claim.rows}
    held = {row.month: row for row in rows}
    for month in sorted(stated.keys() | held.keys()):
        name = f"{month:%Y-%m}"
        if month not in held or month not in stated:
            row = stated.get(month) or held[month]
            shown = " · ".join(filter(None, (_shown(getattr(row, column)) for column in COLUMNS)))
            yield Difference(name, shown if month in stated else "", shown if month in held else "")
            continue
        for column in COLUMNS:
            said, known = getattr(stated[month], column), getattr(held[month], column)
            if said is not None and said != known:
                yield Difference(f"{name} {column}", _shown(said), _shown(known))


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else print_amount(value)


def _length(parts: tuple[int, int, int] | None) -> str:
    return ", ".join(map(str, parts)) if parts else ""


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
