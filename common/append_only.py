"""Rows that are written once: the database itself refuses UPDATE, DELETE and TRUNCATE.

Triggers are installed again after every migrate, because SQLite drops them without a word when a
migration remakes a table.
"""

from collections.abc import Iterable

from django.apps import apps
from django.db import connections, models, router

from common import guards

PREFIX = "keep_"

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION kozot_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


class AppendOnly(models.Model):
    """Mixin: a correction is a new row that points at the old one."""

    class Meta:
        abstract = True


def append_only_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if issubclass(model, AppendOnly)]


def trigger_names(table: str) -> tuple[str, str]:
    return f"{PREFIX}{table}_update", f"{PREFIX}{table}_delete"


def install(using: str, tables: Iterable[str] | None = None) -> None:
    """Creates the triggers of every append-only table that lives in this database."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    if tables is None:
        tables = [m._meta.db_table for m in append_only_models() if router.allow_migrate_model(using, m)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
        for table in tables:
            if table in present:
                for statement in _statements(connection.vendor, table):
                    cursor.execute(statement)
                if connection.vendor == "postgresql":
                    for part in partitions_of(cursor, table):
                        cursor.execute(_truncate_trigger(part))


def refuse_truncate(cursor, table: str, *, like: str) -> None:
    """A partition by itself: it takes over the row triggers of its table `like`, but not that against TRUNCATE."""
    cursor.execute("SELECT 1 FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgname = %s",
                   [f'"{like}"', trigger_names(like)[1]])  # fmt: skip
    if cursor.fetchone():
        cursor.execute(_truncate_trigger(table))


def partitions_of(cursor, table: str) -> list[str]:
    """Names of the attached partitions of a table on PostgreSQL."""
    cursor.execute(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
        "WHERE i.inhparent = to_regclass(%s)",
        [f'"{table}"'],
    )
    return [row[0] for row in cursor.fetchall()]


def _truncate_trigger(table: str) -> str:
    return (
        f'CREATE OR REPLACE TRIGGER "{trigger_names(table)[1]}" BEFORE TRUNCATE ON "{table}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION kozot_refuse_change()"
    )


def _statements(vendor: str, table: str) -> list[str]:
    on_update, on_delete = trigger_names(table)
    if vendor == "postgresql":
        return [
            f'CREATE OR REPLACE TRIGGER "{on_update}" BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION kozot_refuse_change()",
            _truncate_trigger(table),
        ]
    return [
        f'CREATE TRIGGER IF NOT EXISTS "{name}" BEFORE {event} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
        for name, event in ((on_update, "UPDATE"), (on_delete, "DELETE"))
    ]


def install_after_migrate(sender, using: str, **kwargs) -> None:
    """Runs once for each migrate: after the last app, when all tables stand."""
    if sender is list(apps.get_app_configs())[-1]:
        install(using)
        guards.install(using)
