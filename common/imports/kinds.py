from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q


@dataclass(frozen=True)
class Kind:
    """`columns`: key → titles in any language; `visible(user)` is the Q of runs that the user may see."""

    code: str
    title: Any
    columns: Mapping[str, Sequence[str]]
    required: Sequence[str]
    visible: Callable[[Any], Q]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    _kinds[kind.code] = kind
    return kind


def kinds() -> dict[str, Kind]:
    return _kinds
