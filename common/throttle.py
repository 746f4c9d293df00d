"""Limits by address, on the shared cache; the rates stand in the settings beside those of the API."""

from django.conf import settings
from django.core.cache import cache

SECONDS = {"s": 1, "min": 60, "hour": 3600, "day": 86400}


def allow(name: str, request) -> bool:
    """Counts this request; False once the address has made more than the rate allows."""
    most, unit = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"][name].split("/")
    key = f"throttle:{name}:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, SECONDS[unit])
    try:
        return cache.incr(key) <= int(most)
    except ValueError:  # the key ran out between the two calls
        return True
