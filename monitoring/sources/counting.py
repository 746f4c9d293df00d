"""What every source of figures is made of: its registration, its keys and its numbers by part.

    @item_source("cases_opened")
    def cases_opened(period: Period) -> Counts:
        ...

gives {key: number}; the key "" is the total, "SEX=F" a part. Counted are only rows known when it runs.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from monitoring.periods import Period

Counts = Mapping[str, int | Decimal | None]
Source = Callable[[Period], Counts]
registered: dict[str, Source] = {}


def item_source(code: str) -> Callable[[Source], Source]:
    def register(source: Source) -> Source:
        registered[code] = source
        return source

    return register


def key_of(dims: Mapping[str, str]) -> str:
    """One text for a combination of codes, the same whatever the order."""
    return ";".join(f"{name}={code}" for name, code in sorted(dims.items()))


def dims_of(key: str) -> dict[str, str]:
    """The codes of a key by dimension; of the total, none."""
    return dict(part.split("=", 1) for part in key.split(";")) if key else {}


def moments(period: Period) -> tuple[dt.datetime, dt.datetime]:
    """First moment of the period and first moment after it, in Bishkek's time."""
    zone = timezone.get_default_timezone()
    after = period.offset(1)
    return tuple(dt.datetime.combine(p.first_day, dt.time(), zone) for p in (period, after))


def by(rows: Iterable[Mapping], dimension: str, column: str, total: int | Decimal) -> Counts:
    """{"": total, "DIMENSION=code": n …} from grouped rows with `n`."""
    return {"": total, **{key_of({dimension: str(row[column])}): row["n"] for row in rows if row[column]}}


def grouped(queryset: QuerySet, dimension: str, column: str, number) -> Counts:
    """Total and parts of an additive number, in one query."""
    rows = list(queryset.order_by().values(column).annotate(n=number))
    return by(rows, dimension, column, sum((row["n"] or 0 for row in rows), 0))
