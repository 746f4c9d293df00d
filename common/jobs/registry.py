from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Kind:
    code: str
    title: Any
    function: Callable[..., dict | None]
    on_over: Callable[..., None] | None = None


_kinds: dict[str, Kind] = {}


def job_kind(code: str, *, title: Any, on_over: Callable[..., None] | None = None):
    """Registers a function as a kind of job; `on_over(job)` hears of failure, cancellation and success."""

    def register(function: Callable[..., dict | None]):
        _kinds[code] = Kind(code, title, function, on_over)
        return function

    return register


def kinds() -> dict[str, Kind]:
    return _kinds
