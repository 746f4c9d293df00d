"""Test-only: lets `flush` empty append-only tables between transactional tests.

The triggers are dropped for the flush and put back by the `post_migrate` signal that flush sends.
"""

from django.core.management.commands import flush
from django.db import connections

from common import append_only, guards

_flush = flush.sql_flush


def _release(connection) -> None:
    guards.remove(connection.alias)
    with connection.cursor() as cursor:
        for model in append_only.append_only_models():
            table = model._meta.db_table
            for name in append_only.trigger_names(table):
                on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
                if on and table not in connection.introspection.table_names():
                    continue
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')
            for part in append_only.partitions_of(cursor, table) if on else []:
                cursor.execute(f'DROP TRIGGER IF EXISTS "{append_only.trigger_names(part)[1]}" ON "{part}"')


def sql_flush(style, connection, *args, **kwargs):
    _release(connections[connection.alias])
    return _flush(style, connection, *args, **kwargs)


flush.sql_flush = sql_flush
