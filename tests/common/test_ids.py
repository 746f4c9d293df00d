"""Keys that the database makes are those that the program makes."""

import uuid

import pytest
from django.db import connection

from common.ids import NEW_ID_SQL, new_id

MADE = 50


@pytest.mark.django_db
@pytest.mark.postgres
def test_postgresql_makes_time_ordered_keys():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's keys are made by the program")
    before = new_id()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {NEW_ID_SQL} FROM generate_series(1, {MADE})")
        found = [one for (one,) in cursor.fetchall()]
    assert len(set(found)) == MADE
    assert {(one.version, one.variant) for one in (before, *found)} == {(7, uuid.RFC_4122)}
    clock = [one.int >> 80 for one in (before, *found, new_id())]
    assert clock == sorted(clock)
