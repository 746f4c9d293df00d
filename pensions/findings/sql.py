"""SQL of the questions, for both databases: who is asked about, what is known of them today, months as numbers."""

import datetime as dt
import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, transaction
from django.db.models.expressions import RawSQL

from common import bulk

# What is known of the people who are asked about. Later versions stand in place of earlier ones, and entries of a
# merged record count for the person. Only a version above the first can stand in place of another: that is a handful.
_WHO = """
SELECT id, COALESCE(merged_into_id, id) AS person, registered_in, birth_on FROM pensions_worker
WHERE id {among} OR merged_into_id {among}"""
# Months as numbers: those touched, and the first that is worked from its first day. An open end is far away.
_PERIOD = """
WITH entered AS (
    SELECT w.person, w.registered_in, p.* FROM who w JOIN pensions_employmentperiod p ON p.worker_id = w.id
)
SELECT p.person, p.registered_in, e.employer_id, p.id, p.entry, p.worker_id, p.employment_id, p.state, p.start_on,
    p.end_on, p.legal_basis, p.share_of_rate, p.not_counted, {start_month} AS first_n,
    {start_month} + CASE WHEN {start_day} > 1 THEN 1 ELSE 0 END AS whole_n,
    COALESCE({end_month}, {never}) AS last_n
FROM entered p JOIN pensions_employment e ON e.id = p.employment_id
WHERE NOT p.voids AND NOT EXISTS (
    SELECT 1 FROM entered l
    WHERE l.version > 1 AND l.worker_id = p.worker_id AND l.entry = p.entry AND l.version > p.version
)"""
_LATER_MONTH = """
SELECT c.worker_id, c.employment_id, c.month, c.fund, MAX(c.version) AS version
FROM who w JOIN pensions_contribution c ON c.worker_id = w.id WHERE c.version > 1
GROUP BY c.worker_id, c.employment_id, c.month, c.fund"""
_PAID_MONTH = """
SELECT w.person, w.registered_in, e.employer_id, c.employment_id, {month_of_c} AS n, c.fund, c.currency, c.wage,
    c.base, c.rate, c.accrued, c.paid, c.paid_on, c.month
FROM who w JOIN pensions_contribution c ON c.worker_id = w.id JOIN pensions_employment e ON e.id = c.employment_id
WHERE NOT c.voids AND NOT EXISTS (
    SELECT 1 FROM later_month l
    WHERE l.worker_id = c.worker_id AND l.employment_id = c.employment_id
    AND l.month = c.month AND l.fund = c.fund AND l.version > c.version
)"""
_INDEXED = {
    "who": "id",
    "period": "employment_id",
    "later_month": "employment_id, month",
    "paid_month": "employment_id, n",
}
NEVER = 999_999  # the month of an open end

_made: ContextVar[Sequence[uuid.UUID] | None] = ContextVar("people whose sets stand in tables", default=None)


def is_postgres() -> bool:
    return connection.vendor == "postgresql"


def among() -> str:
    """Behind a column: one of the people of `%(people)s`."""
    return "= ANY(%(people)s)" if is_postgres() else "IN (SELECT value FROM json_each(%(people)s))"


def month(column: str) -> str:
    """Months since the year 0, so that the next month is one more."""
    return f"({year(column)} * 12 + {_part('month', '%%m', column)} - 1)"


def year(column: str) -> str:
    return _part("year", "%%Y", column)


def _part(name: str, sign: str, column: str) -> str:
    if is_postgres():  # EXTRACT counts in decimal numbers, which over a year's rows takes twice as long
        return f"date_part('{name}', {column})::int"
    return f"CAST(strftime('{sign}', {column}) AS integer)"


def least(one: str, other: str) -> str:
    return f"{'LEAST' if is_postgres() else 'MIN'}({one}, {other})"


def greatest(one: str, other: str) -> str:
    return f"{'GREATEST' if is_postgres() else 'MAX'}({one}, {other})"


def month_number(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def month_text(number: int) -> str:
    """The month of a number as YYYY-MM."""
    return f"{number // 12:04}-{number % 12 + 1:02}"


def _sets() -> dict[str, str]:
    """Name and SELECT of each set, in the order in which they build on each other."""
    places = {
        "among": among(),
        "month_of_c": month("c.month"),
        "start_month": month("p.start_on"),
        "start_day": _part("day", "%%d", "p.start_on"),
        "end_month": month("p.end_on"),
        "never": NEVER,
    }
    sets = {"who": _WHO, "period": _PERIOD, "later_month": _LATER_MONTH, "paid_month": _PAID_MONTH}
    return {name: select.format(**places) for name, select in sets.items()}


def _named(people: Sequence[uuid.UUID]) -> list[str] | str:
    ids = [bulk.key(one) for one in people]
    return ids if is_postgres() else json.dumps(ids)


@contextmanager
def known_of(people: Sequence[uuid.UUID]) -> Iterator[None]:
    """Inside, questions about just these people read who, period and paid_month from tables that are made once.

    The tables are temporary, so each session has its own; an error takes them back with everything else.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        bulk.work_memory(64)
        if is_postgres():
            cursor.execute("SET LOCAL jit = off")  # compiling these statements costs more than it saves
        for name, select in _sets().items():
            cursor.execute(f"CREATE TEMPORARY TABLE {name} AS {select}", {"people": _named(people)})
            cursor.execute(f"CREATE INDEX {_temporary(f'{name}_asked')} ON {name} ({_INDEXED[name]})")
            cursor.execute(f"ANALYZE {_temporary(name)}")
        token = _made.set(people)
        try:
            yield
        finally:
            _made.reset(token)
        for name in reversed(_sets()):
            cursor.execute(f"DROP TABLE {_temporary(name)}")


def asked() -> RawSQL:
    """Inside `known_of`: keys of these people and of records merged into theirs, for a condition of the ORM."""
    return RawSQL("SELECT id FROM who", [])


def _temporary(name: str) -> str:
    """SQLite has to be told, PostgreSQL finds it first."""
    return name if is_postgres() else f"temp.{name}"


def ask(sql: str, people: Sequence[uuid.UUID] | None = None, **params: Any) -> Iterator[dict[str, Any]]:
    """Rows as {column: value}. With `people`, the tables who, period and paid_month hold what is known of them.

    They are those of `known_of` where it was told the same people; else they are made for this question alone.
    """
    if people is not None and _made.get() != people:
        known = ", ".join(f"{name} AS ({select})" for name, select in _sets().items())
        joint = "," if sql.lstrip().startswith("WITH") else ""
        sql = f"WITH RECURSIVE {known}{joint} {sql.lstrip().removeprefix('WITH')}"
        params["people"] = _named(people)
    elif sql.lstrip().startswith("WITH"):
        sql = f"WITH RECURSIVE {sql.lstrip().removeprefix('WITH')}"
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        names = [column[0] for column in cursor.description]
        while rows := cursor.fetchmany(2_000):
            yield from (dict(zip(names, row, strict=True)) for row in rows)


def uuid_of(value: Any) -> uuid.UUID | None:
    """SQLite hands out the stored text."""
    return value if value is None or isinstance(value, uuid.UUID) else uuid.UUID(value)


def day_of(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value
