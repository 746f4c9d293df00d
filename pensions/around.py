"""Rows of several small tables that hang on a person, in one query: a page asks once, however many kinds there are.

    found = around.rows({WorkerName: (names, ["family_name", "from_on"]), WorkerStep: (steps, ["at", "by__full_name"])})
    found[WorkerName]                    # instances of which these fields are loaded, in no order

`UNION ALL` of one JSON object a row: the tables have nothing in common but the person.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models
from django.db.models import F, IntegerField, QuerySet, Value
from django.db.models.functions import JSONObject

from common.keys import SealedField

Asked = Mapping[type[models.Model], tuple[QuerySet, Sequence[str]]]


def rows(asked: Asked) -> dict[type[models.Model], list[Any]]:
    """For each model its instances; a path over foreign keys (`by__full_name`) loads the row that it leads to."""
    tables = list(asked)
    parts = [
        queryset.order_by()
        .annotate(
            place=Value(place, IntegerField()), row=JSONObject(**{n: F(n) for n in _with_keys(model, names)})
        )
        .values_list("place", "row")
        for place, (model, (queryset, names)) in enumerate(asked.items())
    ]
    found: dict[type[models.Model], list[Any]] = {model: [] for model in tables}
    for place, row in parts[0].union(*parts[1:], all=True):
        found[tables[place]].append(_made(tables[place], row))
    return found


def _with_keys(model: type[models.Model], names: Sequence[str]) -> list[str]:
    """With the primary key of every row on each path, by which it is known whether there is one."""
    heads = {name.rpartition("__")[0] for name in names}
    heads |= {head.rpartition("__")[0] for head in heads} | {""}
    keys = {f"{head}__id" if head else model._meta.pk.attname for head in heads}
    return sorted({*keys, *names})


def _made(model: type[models.Model], row: Mapping[str, Any]) -> Any:
    fields = [field for field in model._meta.concrete_fields if field.attname in row]
    one = model.from_db(
        connection.alias,
        [field.attname for field in fields],
        [_value(field, row[field.attname]) for field in fields],
    )
    for head in {name.partition("__")[0] for name in row if "__" in name}:
        there = {
            name.removeprefix(f"{head}__"): value
            for name, value in row.items()
            if name.startswith(f"{head}__")
        }
        related = model._meta.get_field(head).related_model
        setattr(one, head, _made(related, there) if there[related._meta.pk.attname] is not None else None)
    return one


def _value(field: models.Field, value: Any) -> Any:
    """Out of JSON: SQLite writes moments without a zone, as it keeps them."""
    if value is None or isinstance(field, SealedField):
        return field.from_db_value(value, None, connection) if value is not None else None
    value = field.to_python(value)
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        return value.replace(tzinfo=dt.UTC)
    return value
