"""SQL of the questions, for both databases: who is asked about, what is known of them today, months as numbers."""

import datetime as dt
import json
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from common.bulk import key

# Later versions stand in place of earlier ones, and entries of a merged record count for the person.
_KNOWN = """
who AS (
    SELECT id, COALESCE(merged_into_id, id) AS person, registered_in, birth_on FROM pensions_worker
    WHERE id {among} OR merged_into_id {among}
),
period AS (
    SELECT w.person, w.registered_in, e.employer_id, p.id, p.entry, p.worker_id, p.employment_id, p.state,
        p.start_on, p.end_on, p.legal_basis, p.share_of_rate, p.not_counted
    FROM who w JOIN pensions_employmentperiod p ON p.worker_id = w.id
    JOIN pensions_employment e ON e.id = p.employment_id
    WHERE NOT p.voids AND NOT EXISTS (
        SELECT 1 FROM pensions_employmentperiod l
        WHERE l.worker_id = p.worker_id AND l.entry = p.entry AND l.version > p.version
    )
),
paid_month AS (
    SELECT w.person, w.registered_in, e.employer_id, c.employment_id, c.month, {month_of_c} AS n, c.currency,
        c.wage, c.base, c.rate, c.accrued, c.paid, c.paid_on, c.fund
    FROM who w JOIN pensions_contribution c ON c.worker_id = w.id
    JOIN pensions_employment e ON e.id = c.employment_id
    WHERE NOT c.voids AND NOT EXISTS (
        SELECT 1 FROM pensions_contribution l
        WHERE l.worker_id = c.worker_id AND l.employment_id = c.employment_id AND l.month = c.month
        AND l.fund = c.fund AND l.version > c.version
    )
)"""


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
    if is_postgres():
        return f"EXTRACT({name} FROM {column})::int"
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


def ask(sql: str, people: Sequence[uuid.UUID] | None = None, **params: Any) -> Iterator[dict[str, Any]]:
    """Rows as {column: value}. With `people`, the tables who, period and paid_month hold what is known of them."""
    if people is not None:
        known = _KNOWN.format(among=among(), month_of_c=month("c.month"))
        joint = "," if sql.lstrip().startswith("WITH") else ""
        sql = f"WITH RECURSIVE {known}{joint} {sql.lstrip().removeprefix('WITH')}"
        ids = [key(one) for one in people]
        params["people"] = ids if is_postgres() else json.dumps(ids)
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
