"""Persons counted once in every part of a table, while the ledger is read once for all parts."""

from collections.abc import Mapping
from itertools import chain

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from .counting import Counts, key_of


def persons(rows: QuerySet, columns: Mapping[str, str], *, each_month: bool = False) -> Counts:
    """{"": persons, "DIMENSION=code": persons …} of rows of workers; `columns`: the lookup of each dimension.

    A record merged into another counts for that one. Whoever stands in two parts counts in both and once in the
    total. With `each_month` a person counts once for every month.
    """
    of = dict(enumerate(columns.values()))
    unit = ["person", "month"] if each_month else ["person"]
    named = {f"part{number}": F(lookup) for number, lookup in of.items()}
    person = Coalesce(F("worker__merged_into_id"), F("worker_id"))
    read = rows.order_by().annotate(person=person, **named).values(*unit, *named).distinct()
    counted, values = read.query.sql_with_params()
    once = ", ".join(unit)
    parts = [f"SELECT -1, '', count(*) FROM (SELECT DISTINCT {once} FROM counted) x"]
    parts += [
        f"SELECT {number}, part{number}, count(*) FROM (SELECT DISTINCT {once}, part{number} FROM counted) x "
        f"WHERE part{number} <> '' GROUP BY part{number}"
        for number in of
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"WITH counted AS MATERIALIZED ({counted}) {' UNION ALL '.join(parts)}", values)
        found = cursor.fetchall()
    names = dict(enumerate(columns))
    return dict(
        chain(
            (("", n) for at, _code, n in found if at < 0),
            ((key_of({names[at]: code}), n) for at, code, n in found if at >= 0),
        )
    )
