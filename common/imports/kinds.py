from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.db.models import Q

from common.tables.guard import Limits
from common.tables.reader import OpenTable


@dataclass(frozen=True)
class Kind:
    """`columns`: key → titles in any language; `visible(user)` is the Q of runs that the user may see.

    `xml` opens XML as a table under these columns, if the kind knows any. `others`: further templates of tables that
    are taken where the first does not fit, format → (columns, required)."""

    code: str
    title: Any
    columns: Mapping[str, Sequence[str]]
    required: Sequence[str]
    visible: Callable[[Any], Q]
    xml: Callable[[BinaryIO, int, Limits], OpenTable] | None = None
    others: Mapping[str, tuple[Mapping[str, Sequence[str]], Sequence[str]]] = field(default_factory=dict)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    _kinds[kind.code] = kind
    return kind


def kinds() -> dict[str, Kind]:
    return _kinds
