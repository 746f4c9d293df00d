"""A cache on Redis that does not take the site down with it: while Redis is away, each process keeps its own."""

import logging
import time

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError, TimeoutError

log = logging.getLogger(__name__)
AWAY = (ConnectionError, TimeoutError)
PAUSE = 5  # seconds in which Redis is not asked again, so that a lost one does not slow every request


class SteadyRedisCache(RedisCache):
    """Rate limits hold in each process alone until Redis is back."""

    again_at = 0.0  # of the whole process

    def __init__(self, server, params):
        super().__init__(server, params)
        self._own = LocMemCache("steady", params)

    def ping(self) -> None:
        """Raises when Redis does not answer."""
        self._cache.get_client(None).ping()

    def _steadily(self, name, *args, **kwargs):
        if time.monotonic() >= SteadyRedisCache.again_at:
            try:
                return getattr(super(), name)(*args, **kwargs)
            except AWAY:
                SteadyRedisCache.again_at = time.monotonic() + PAUSE
                log.warning("Redis is away: the cache is kept in this process")
        return getattr(self._own, name)(*args, **kwargs)

    def add(self, *args, **kwargs):
        return self._steadily("add", *args, **kwargs)

    def get(self, *args, **kwargs):
        return self._steadily("get", *args, **kwargs)

    def set(self, *args, **kwargs):
        return self._steadily("set", *args, **kwargs)

    def touch(self, *args, **kwargs):
        return self._steadily("touch", *args, **kwargs)

    def delete(self, *args, **kwargs):
        return self._steadily("delete", *args, **kwargs)

    def incr(self, *args, **kwargs):
        return self._steadily("incr", *args, **kwargs)

    def clear(self):
        return self._steadily("clear")
