"""Keys: time-ordered UUIDs, so that they can stand in a URL and still be stored in order."""

import uuid

from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """74 random bits behind a millisecond clock (RFC 9562, version 7)."""
    return uuid7()


# The same for rows that PostgreSQL makes itself: a random UUID with the clock before it and 7 for its version.
NEW_ID_SQL = """CAST(encode(set_bit(set_bit(
    overlay(uuid_send(gen_random_uuid()) PLACING
        substring(int8send(CAST(FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000) AS bigint)) FROM 3) FROM 1 FOR 6),
    52, 1), 53, 1), 'hex') AS uuid)"""
