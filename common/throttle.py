"""Limits by address or by account, on the shared cache; the rates stand in the settings beside those of the API."""

import hashlib

from django.conf import settings
from django.core.cache import cache

SECONDS = {"s": 1, "min": 60, "hour": 3600, "day": 86400}


def address_of(request) -> str:
    """Who asks: what the outermost of our own proxies saw. What stands further left anybody could have written."""
    proxies = settings.REST_FRAMEWORK["NUM_PROXIES"]
    forwarded = [
        part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()
    ]
    if proxies and forwarded:
        return forwarded[-min(proxies, len(forwarded))]
    return request.META.get("REMOTE_ADDR", "")


def allow(name: str, request) -> bool:
    """Counts this request; False once the address has made more than the rate allows."""
    return count(name, address_of(request))


def count(name: str, who: str) -> bool:
    """Counts one more of `name` for `who`; False once there are more than the rate allows."""
    most, seconds = _rate(name)
    key = _key(name, who)
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) <= most
    except ValueError:  # the key ran out between the two calls
        return True


def is_over(name: str, who: str) -> bool:
    """Has the rate been used up? Counts nothing."""
    return cache.get(_key(name, who), 0) >= _rate(name)[0]


def forget(name: str, who: str) -> None:
    cache.delete(_key(name, who))


def _rate(name: str) -> tuple[int, int]:
    most, unit = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"][name].split("/")
    return int(most), SECONDS[unit]


def _key(name: str, who: str) -> str:
    """What was typed never becomes part of a key: it may hold anything, also what the cache does not take."""
    return f"throttle:{name}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"
