"""Answers about employments: rows of months become one finding for each."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from . import sql
from .question import People, Row

GROUPED = "person, registered_in, employer_id, employment_id"


def about_employment(row: dict[str, Any], **details: Any) -> Row:
    """A finding about one employment, seen by its employer where the question says so."""
    return Row(
        worker_id=sql.uuid_of(row["person"]),
        registry_state=row["registered_in"],
        employer_id=sql.uuid_of(row["employer_id"]),
        item=str(sql.uuid_of(row["employment_id"])),
        details=details,
    )


def by_employment(rows: Iterator[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Rows that come in the order of employments, one group for each."""
    for _key, group in groupby(rows, key=lambda row: row["employment_id"]):
        found = list(group)
        yield found[0], found


def in_stretches(condition: str, people: People, **params: Any) -> Iterator[Row]:
    """A finding for each employment with entries of `paid_month m` that meet the condition.

    The database puts months that follow each other together: an employment costs a row or a few, not one a month.
    """
    rows = sql.ask(
        f"""WITH met AS (
            SELECT {GROUPED}, n, n - DENSE_RANK() OVER (PARTITION BY employment_id ORDER BY n) AS stretch
            FROM paid_month m WHERE {condition}
        )
        SELECT {GROUPED}, MIN(n) AS first, MAX(n) AS last, COUNT(*) AS entries FROM met
        GROUP BY {GROUPED}, stretch ORDER BY employment_id, first""",
        people,
        **params,
    )
    for one, found in by_employment(rows):
        stretches = [(row["first"], row["last"]) for row in found]
        yield about_employment(one, **_told(stretches, sum(row["entries"] for row in found)))


def months(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Details of single months, rows with `n`."""
    return _told([(row["n"], row["n"]) for row in rows], len(rows))


def _told(stretches: list[tuple[int, int]], count: int) -> dict[str, Any]:
    return {
        "months": count,
        "first": sql.month_text(min(first for first, _last in stretches)),
        "last": sql.month_text(max(last for _first, last in stretches)),
        "spans": spans(stretches),
    }


def spans(stretches: list[tuple[int, int]]) -> list[list[str]]:
    """Months that follow each other as [first, last], at most twelve of them."""
    found: list[list[int]] = []
    for first, last in sorted(stretches):
        if found and first <= found[-1][1] + 1:
            found[-1][1] = max(found[-1][1], last)
        else:
            found.append([first, last])
    return [[sql.month_text(first), sql.month_text(last)] for first, last in found[:12]]
