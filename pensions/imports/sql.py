"""SQL written by hand for staged rows, alike on both databases."""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from common.bulk import key
from common.models import ImportRun

LAST = 2_147_483_647


class Span(NamedTuple):
    """Rows from number to number, and bounds between which the numbers of their spells and their months lie.
    Of rows without months, `first_month` is None."""

    first: int = 0
    last: int = LAST
    first_spell: int = 0
    last_spell: int = LAST
    first_month: dt.date | None = None
    last_month: dt.date | None = None


EVERYTHING = Span()

# `s` is a row and `p` its spell in every statement; a row is told from another by run and number.
ROWS = "s.run_id = %(run)s AND s.number BETWEEN %(first)s AND %(last)s"
SPELL = "p.run_id = %(run)s AND p.number = s.spell"
# Without these bounds each span would go through the spells of the whole file.
SPELLS = "p.run_id = %(run)s AND p.number BETWEEN %(first_spell)s AND %(last_spell)s"


@dataclass(frozen=True)
class Target:
    """For which employer the file speaks, and in which state's registry its people are."""

    run: ImportRun
    employer_id: uuid.UUID
    state: str

    @classmethod
    def of(cls, run: ImportRun) -> "Target":
        return cls(run, uuid.UUID(run.params["employer_id"]), run.params["state"])


def ask(statement: str, target: Target, span: Span = EVERYTHING, **values: Any) -> int:
    """Runs a statement over the rows of a span; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(*_filled(statement, target, span, values))
        return cursor.rowcount


def fetch(statement: str, target: Target, span: Span = EVERYTHING, **values: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(*_filled(statement, target, span, values))
        return cursor.fetchall()


BOUNDS = (
    "SELECT MIN(s.spell), MAX(s.spell), MIN(s.month), MAX(s.month) FROM pensions_stagedrow s WHERE {rows}"
)


def narrowed(target: Target, span: Span) -> Span:
    """The same rows with the bounds of their spells and months."""
    found = fetch(BOUNDS, target, span)[0]
    return span if found[0] is None else Span(span.first, span.last, *found)


def _filled(statement: str, target: Target, span: Span, values: dict[str, Any]) -> tuple[str, list]:
    known = {
        "run": key(target.run.pk),
        "employer": key(target.employer_id),
        "state": target.state,
        **span._asdict(),
        **values,
    }
    statement = statement.replace("{rows}", ROWS).replace("{spells}", SPELLS).replace("{spell}", SPELL)
    return _placed(statement, known)


def _placed(statement: str, values: dict) -> tuple[str, list]:
    """Named places as positional ones: SQLite's wrapper takes names, but a single style keeps both alike."""
    parts, found = [], []
    rest = statement
    while True:
        before, mark, after = rest.partition("%(")
        parts.append(before)
        if not mark:
            return "".join(parts), found
        name, _, rest = after.partition(")s")
        parts.append("%s")
        found.append(values[name])


def cents(column: str) -> str:
    """A sum that is exact to the cent: SQLite keeps amounts as floating numbers, so it adds up whole cents."""
    if connection.vendor == "postgresql":
        return f"COALESCE(SUM({column}) * 100, 0)"
    return f"COALESCE(SUM(CAST(ROUND({column} * 100) AS INTEGER)), 0)"


def money(cents: Any) -> Decimal:
    return (Decimal(cents) / 100).quantize(Decimal("0.01"))
