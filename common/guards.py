"""Rules over several rows that the database itself keeps: a trigger that refuses the change.

For what a check constraint cannot say, because it looks at other rows. The condition is SQL that SQLite and PostgreSQL
read alike; it is true where the change must be refused. Like the triggers of append-only tables they are installed
again after every migrate.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db import connections

PREFIX = "guard_"


@dataclass(frozen=True)
class Guard:
    """`event` is INSERT, UPDATE or DELETE; `refuse` may name NEW and OLD."""

    name: str
    table: str
    event: str
    refuse: str

    @property
    def trigger(self) -> str:
        return f"{PREFIX}{self.name}"


_guards: dict[str, Guard] = {}


def guard(name: str, table: str, event: str, refuse: str) -> Guard:
    made = Guard(name, table, event, " ".join(refuse.split()))
    if _guards.setdefault(name, made) != made:
        raise ValueError(f"two guards are called {name}")
    return made


def every() -> list[Guard]:
    return list(_guards.values())


def install(using: str, guards: Iterable[Guard] | None = None) -> None:
    """Creates the triggers of the guards whose table lives in this database, each in its newest wording."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for one in every() if guards is None else guards:
            if one.table in present:
                for statement in _statements(connection.vendor, one):
                    cursor.execute(statement)


def remove(using: str) -> None:
    """Until the next `install`."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for one in every():
            on = f' ON "{one.table}"' if connection.vendor == "postgresql" else ""
            if one.table in present:
                cursor.execute(f'DROP TRIGGER IF EXISTS "{one.trigger}"{on}')


def remove_before_migrate(sender, using: str, **kwargs) -> None:
    """SQLite renames no table while a trigger names one that is being remade. Runs once, before the first app."""
    if sender is next(iter(apps.get_app_configs())):
        remove(using)


def _statements(vendor: str, one: Guard) -> list[str]:
    if vendor == "postgresql":
        return [
            f"CREATE OR REPLACE FUNCTION {one.trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {one.refuse} THEN RAISE EXCEPTION 'guard: {one.name}' "
            "USING ERRCODE = 'integrity_constraint_violation'; "
            f"END IF; RETURN {'OLD' if one.event == 'DELETE' else 'NEW'}; END $$",
            f'CREATE OR REPLACE TRIGGER "{one.trigger}" BEFORE {one.event} ON "{one.table}" '
            f"FOR EACH ROW EXECUTE FUNCTION {one.trigger}()",
        ]
    return [
        f'DROP TRIGGER IF EXISTS "{one.trigger}"',
        f'CREATE TRIGGER "{one.trigger}" BEFORE {one.event} ON "{one.table}" FOR EACH ROW '
        f"BEGIN SELECT RAISE(ABORT, 'guard: {one.name}') WHERE {one.refuse}; END",
    ]
