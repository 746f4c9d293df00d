"""At entry: may this be somebody who is registered already? One query, then the likeness of names in memory."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from rapidfuzz.distance import JaroWinkler

from accounts import access
from pensions import folding, search
from pensions.models import Worker

LOOKED_AT, SHOWN = 500, 5
ENOUGH = 0.86


@dataclass(frozen=True)
class Similar:
    worker: Worker
    likeness: float
    reasons: tuple[str, ...]


def people(
    *,
    by: Any,
    family_name: str,
    given_name: str,
    patronymic: str = "",
    birth_on: dt.date | None = None,
    **_: Any,
) -> list[Similar]:
    """Up to five records within the caller's reach, the likest first. Empty when nobody is like the person."""
    names = folding.parts(family_name, given_name, patronymic)
    reach = (
        access.narrow(Worker.everything.all(), by, Worker.VIEW) if by is not None else Worker.everything.all()
    )
    rows = _rows(reach.persons(), names, birth_on)
    compared = (_compare(row, names, birth_on) for row in rows)
    found = [one for one in compared if one.likeness >= ENOUGH]
    return sorted(found, key=lambda one: (-one.likeness, one.worker.sort_key))[:SHOWN]


def _rows(reach: Any, names: Sequence[str], birth_on: dt.date | None) -> Iterable[Worker]:
    if birth_on is None:
        near = search.workers(reach, " ".join(names[:2]))
        return reach.filter(pk__in=near.keys)[:LOOKED_AT]
    year = Q(birth_on__year=birth_on.year) | Q(birth_on__isnull=True)
    day = Q(birth_on__month=birth_on.month, birth_on__day=birth_on.day)
    return reach.filter(Q(birth_on=birth_on) | (Q(block_key=folding.block(names)) & (year | day)))[:LOOKED_AT]


def _compare(worker: Worker, names: Sequence[str], birth_on: dt.date | None) -> Similar:
    theirs = (*worker.folded_names.split("|"), "", "", "")[:3]
    straight = _alike(names[0], theirs[0]) * _alike(names[1], theirs[1])
    swapped = _alike(names[0], theirs[1]) * _alike(names[1], theirs[0])
    name, birth = max(straight, swapped), _birth(worker.birth_on, birth_on)
    reasons = [f"name:{'same' if name == 1 else 'like'}" if straight >= swapped else "name:swapped"]
    reasons.append(f"birth:{birth}")
    likeness = name * {"same": 1.0, "unknown": 0.95, "swapped": 0.97}.get(birth, 0.92)
    if names[2] and theirs[2]:
        same = _alike(names[2], theirs[2]) > 0.9
        reasons.append(f"patronymic:{'same' if same else 'different'}")
        likeness *= 1.0 if same else 0.9
    return Similar(worker, likeness, tuple(reasons))


def _alike(one: str, other: str) -> float:
    """1 for the same; two empty names are the same."""
    return JaroWinkler.similarity(one, other) if one or other else 1.0


def _birth(one: dt.date | None, other: dt.date | None) -> str:
    if one is None or other is None:
        return "unknown"
    if one == other:
        return "same"
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return "swapped"
    return "part"
