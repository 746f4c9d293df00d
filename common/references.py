"""Foreign keys of tables that are loaded by the million: PostgreSQL checks them once for all rows of a statement.

An ordinary foreign key looks its row up once for every row that was written, at the end of the transaction; for a load
that is as much work as writing them. Here each different key is looked up once, and the row found is held until the
transaction ends, as an ordinary key holds it. That nobody takes a row out to which others refer is for a guard of the
table referred to. SQLite keeps the ordinary foreign key.

A statement is checked at the table that it names, so each partition carries the trigger by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db import connections

from common.append_only import partitions_of

PREFIX = "refer_"

# The lock inside EXISTS keeps the planner from reading all of the other table for one row.
_NOWHERE = """EXISTS (SELECT 1 FROM (SELECT DISTINCT "{column}" AS id FROM {rows}) AS w
    WHERE w.id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "{other}" AS o WHERE o.id = w.id FOR KEY SHARE))"""

_FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$ BEGIN
    IF {nowhere} THEN
        RAISE EXCEPTION 'reference: % names rows that "{other}" has not', TG_TABLE_NAME
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$"""


@dataclass(frozen=True)
class Reference:
    """`column` of `table` names rows of `other` by their id. Rows are written once: an update is not looked at."""

    table: str
    column: str
    other: str

    @property
    def trigger(self) -> str:
        return f"{PREFIX}{self.table}_{self.column}"

    def is_broken(self, cursor, rows: str) -> bool:
        """Whether rows of this table (one that was filled apart) name what is not there."""
        cursor.execute("SELECT " + _NOWHERE.format(column=self.column, rows=f'"{rows}"', other=self.other))
        return cursor.fetchone()[0]


_references: dict[str, Reference] = {}


def reference(table: str, column: str, other: str) -> Reference:
    made = Reference(table, column, other)
    _references[made.trigger] = made
    return made


def of_table(table: str) -> list[Reference]:
    return [one for one in _references.values() if one.table == table]


def install(using: str, references: Iterable[Reference] | None = None) -> None:
    """Creates the triggers of all references whose table lives in this database; nothing to do on SQLite."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for one in _references.values() if references is None else references:
            if one.table in present:
                nowhere = _NOWHERE.format(column=one.column, rows="written", other=one.other)
                cursor.execute(_FUNCTION.format(name=one.trigger, nowhere=nowhere, other=one.other))
                for table in (one.table, *partitions_of(cursor, one.table)):
                    cursor.execute(_trigger(one, table))


def watch(cursor, table: str, *, like: str) -> None:
    """A new partition by itself."""
    for one in of_table(like):
        cursor.execute(_trigger(one, table))


def install_after_migrate(sender, using: str, **kwargs) -> None:
    """Runs once for each migrate: after the last app, when all tables stand."""
    if sender is list(apps.get_app_configs())[-1]:
        install(using)


def _trigger(one: Reference, table: str) -> str:
    return (
        f'CREATE OR REPLACE TRIGGER "{one.trigger}" AFTER INSERT ON "{table}" REFERENCING NEW TABLE AS written '
        f"FOR EACH STATEMENT EXECUTE FUNCTION {one.trigger}()"
    )
