"""One at a time: a named lock until the end of the transaction, or of a block of several ones.

PostgreSQL has advisory locks; on SQLite a writing transaction is alone anyway (IMMEDIATE).
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

# Two were in each other's way and one was sent back: a deadlock, a snapshot that was overtaken, a lock that was not
# free in the time that there was. Nothing is wrong with what it asked for.
_SENT_BACK = {"40P01", "40001", "55P03"}


def was_sent_back(error: DatabaseError) -> bool:
    """Whether the same transaction, done anew from its beginning, may well succeed. PostgreSQL only."""
    return getattr(error.__cause__, "sqlstate", None) in _SENT_BACK


def hold(name: str) -> None:
    """Waits until nobody else holds the name. Call inside a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("a lock is held until the end of a transaction: open one first")
    if connection.vendor == "postgresql":
        _ask("SELECT pg_advisory_xact_lock(%s)", name)


@contextmanager
def held(name: str) -> Iterator[None]:
    """The same over several transactions of this session, which may `hold` the name as well. PostgreSQL only."""
    _ask("SELECT pg_advisory_lock(%s)", name)
    try:
        yield
    finally:
        try:
            _ask("SELECT pg_advisory_unlock(%s)", name)
        except DatabaseError:
            connection.close()  # the session is broken, and its locks end with it


def _ask(question: str, name: str) -> None:
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute(question, [number])
