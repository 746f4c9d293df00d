"""A run against servers is one: what `make test` calls covered was really used."""

import os

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection


@pytest.mark.django_db
def test_the_named_database_is_the_one_in_use():
    named = os.environ.get("TEST_DATABASE_URL")
    assert connection.vendor == ("postgresql" if named else "sqlite")
    if named:
        assert connection.pg_version >= 150000


def test_the_named_redis_keeps_the_cache():
    cache.set("kept", "yes")
    if not os.environ.get("TEST_REDIS_URL"):
        assert "locmem" in settings.CACHES["default"]["BACKEND"]
        return
    import redis

    with redis.Redis.from_url(settings.REDIS_URL) as connection_to_redis:
        assert connection_to_redis.keys("*kept*")
