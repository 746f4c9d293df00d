from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

QUICK, IMPORTS, BULK = "quick", "imports", "bulk"  # a person waits; files of others; the night has time


@dataclass(frozen=True)
class Kind:
    code: str
    title: Any
    function: Callable[..., dict | None]
    on_over: Callable[..., None] | None = None
    queue: str = QUICK


_kinds: dict[str, Kind] = {}


def job_kind(code: str, *, title: Any, on_over: Callable[..., None] | None = None, queue: str = QUICK):
    """Registers a function as a kind of job; `on_over(job)` hears of failure, cancellation and success.

    `queue` decides which workers take it: QUICK, IMPORTS or BULK, so that a nation's file holds no certificate up.
    """

    def register(function: Callable[..., dict | None]):
        _kinds[code] = Kind(code, title, function, on_over, queue)
        return function

    return register


def kinds() -> dict[str, Kind]:
    return _kinds
