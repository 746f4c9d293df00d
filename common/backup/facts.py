"""What must be the same before a backup and after a restore, asked in plain SQL of one snapshot of a database."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import models, router

Fact = Callable[[Any], dict[str, Any]]
_facts: dict[str, tuple[str, Fact]] = {}


def fact(code: str, *, app: str):
    """Registers a function that takes a cursor on the database of `app` and returns a flat dict of facts."""

    def register(function: Fact) -> Fact:
        _facts[code] = (app, function)
        return function

    return register


def tables(alias: str) -> dict[str, list[str]]:
    """Tables of this database with their columns of Decimals."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and router.allow_migrate_model(alias, model):
            decimals = [f.column for f in model._meta.local_fields if isinstance(f, models.DecimalField)]
            found.setdefault(model._meta.db_table, decimals)
    return found | {"django_migrations": []}


def gather(alias: str, cursor: Any) -> dict[str, Any]:
    """`{"rows common_job": 3, "sum pensions_contribution.amount": "12.00", "journal head": "ab…"}`."""
    found: dict[str, Any] = {}
    for table, decimals in sorted(tables(alias).items()):
        sums = "".join(f', sum("{column}")' for column in decimals)
        cursor.execute(f'SELECT count(*){sums} FROM "{table}"')
        count, *totals = cursor.fetchone()
        found[f"rows {table}"] = count
        found |= {f"sum {table}.{column}": str(total) for column, total in zip(decimals, totals, strict=True)}
    for code, (app, ask) in sorted(_facts.items()):
        if router.allow_migrate(alias, app):
            found |= {f"{code} {name}": value for name, value in ask(cursor).items()}
    return found


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [
        f"{name}: {before.get(name, 'absent')} in the backup, {after.get(name, 'absent')} here"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]
