"""One at a time: a named lock until the end of the transaction.

PostgreSQL has advisory locks; on SQLite a writing transaction is alone anyway (IMMEDIATE).
"""

import hashlib

from django.db import connection


def hold(name: str) -> None:
    """Waits until nobody else holds the name. Call inside a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("a lock is held until the end of a transaction: open one first")
    if connection.vendor == "postgresql":
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
