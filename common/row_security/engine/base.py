"""Django's PostgreSQL, whose sessions follow the scope: see `common.row_security`.

Before each statement the scope is compared with the one that the session was set for; only where it has changed, one
statement more sets role and settings. They are kept by the session and a rollback takes them back, so after one they
are set again.
"""

from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from common import row_security, scoping

UNKNOWN = object()


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._scope: Any = UNKNOWN
        self._identity: Any = UNKNOWN
        self._busy = False
        self.switches = 0
        self.execute_wrappers.append(self._follow_and_execute)

    def follow(self) -> None:
        """Makes the session that of the current scope. In a transaction that failed there is nothing to read."""
        scope = scoping.current() if settings.ROW_SECURITY else None
        if scope is self._scope or self._busy or self.connection is None:
            return
        if self.connection.info.transaction_status == TransactionStatus.INERROR:
            return
        self._busy = True  # finding out who it is may read memberships
        try:
            wanted = row_security.identity(scope)
            if wanted != self._identity:
                self._set(wanted)
            self._scope, self._identity = scope, wanted
        finally:
            self._busy = False

    def leave(self) -> None:
        """At the end of a request: a session that cannot be given back is closed."""
        try:
            self.follow()
        except DatabaseError:
            self.close()

    def _set(self, wanted: row_security.Identity | None) -> None:
        """First the account that signed in, with what is told of the person; it finds the lists, then the role."""
        self._scope = self._identity = UNKNOWN
        told = dict.fromkeys(row_security.setting_names(), "")
        found = dict.fromkeys(row_security.listings(), "''")
        if wanted:
            told = dict(zip(told, wanted.lists, strict=True))
            found = {
                name: f"COALESCE(({query})::text, '')" for name, query in row_security.listings().items()
            }
        told["role"] = self.settings_dict["OPTIONS"].get("assume_role") or "none"
        calls = [f"set_config('{name}', %s, false)" for name in told]
        lists = [f"set_config('{name}', {value}, false)" for name, value in found.items()]
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(calls)}", list(told.values()))
            role = [f"set_config('role', '{wanted.role}', false)"] if wanted else []
            cursor.execute(f"SELECT {', '.join([*lists, *role])}")
        self.switches += 1

    def _follow_and_execute(self, execute, sql, params, many, context):
        self.follow()
        return execute(sql, params, many, context)

    def _cursor(self, name=None):
        cursor = super()._cursor(name)
        self.follow()  # COPY passes by `execute`
        return cursor

    def init_connection_state(self):
        self._scope = self._identity = None
        self._busy = True
        try:
            super().init_connection_state()
        finally:
            self._busy = False

    def _rollback(self):
        super()._rollback()
        self._scope = self._identity = UNKNOWN

    def _savepoint_rollback(self, sid):
        super()._savepoint_rollback(sid)
        self._scope = self._identity = UNKNOWN
