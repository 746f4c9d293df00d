"""Keys: time-ordered UUIDs, so that they can stand in a URL and still be stored in order."""

import uuid

from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """74 random bits behind a millisecond clock (RFC 9562, version 7)."""
    return uuid7()
