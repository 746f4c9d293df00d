"""SQL written by hand for staged rows, alike on both databases."""

import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from common.bulk import key
from common.models import ImportRun

EVERYTHING = (0, 2_147_483_647)
Span = tuple[int, int]

# `s` is a row and `p` its spell in every statement; a row is told from another by run and number.
ROWS = "s.run_id = %(run)s AND s.number BETWEEN %(first)s AND %(last)s"
SPELL = "p.run_id = %(run)s AND p.number = s.spell"


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


def _filled(statement: str, target: Target, span: Span, values: dict[str, Any]) -> tuple[str, list]:
    known = {
        "run": key(target.run.pk),
        "employer": key(target.employer_id),
        "state": target.state,
        "first": span[0],
        "last": span[1],
        **values,
    }
    return _placed(statement.replace("{rows}", ROWS).replace("{spell}", SPELL), known)


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
