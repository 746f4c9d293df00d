"""At entry: may this be somebody who is registered already? Four queries, then the likeness of names in memory.

Compared are all names that a record knows: today's, former ones, the passport's.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from rapidfuzz.distance import OSA, JaroWinkler

from accounts import access
from pensions import folding, search
from pensions.enums import Sex
from pensions.models import Worker, WorkerName
from pensions.other_names import Names, other_names

LOOKED_AT, SHOWN = 500, 5
ENOUGH = 0.86
ONE_LETTER, SHORTEST = 0.93, 5  # Асонова for Асанова: both names may have one, if the birth date is the same
MARRIED = 0.88  # a woman with the given name, patronymic and birth date, under another surname


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
    latin_family_name: str = "",
    latin_given_name: str = "",
    sex: str = "",
    **_: Any,
) -> list[Similar]:
    """Up to five records within the caller's reach, the likest first. Empty when nobody is like the person."""
    asked = [folding.parts(family_name, given_name, patronymic)]
    if latin_family_name:
        asked.append(folding.parts(latin_family_name, latin_given_name))
    reach = (
        access.narrow(Worker.everything.all(), by, Worker.VIEW) if by is not None else Worker.everything.all()
    )
    rows = list(_rows(reach.persons(), asked, birth_on))
    others = other_names([row.pk for row in rows])
    compared = (_compare(row, others[row.pk], asked, birth_on, sex) for row in rows)
    found = [one for one in compared if one.likeness >= ENOUGH]
    return sorted(found, key=lambda one: (-one.likeness, one.worker.sort_key))[:SHOWN]


def _rows(reach: Any, asked: Sequence[Names], birth_on: dt.date | None) -> Iterable[Worker]:
    if birth_on is None:
        near = search.workers(reach, " ".join(asked[0][:2]))
        return reach.filter(pk__in=near.keys)[:LOOKED_AT]
    year = Q(birth_on__year=birth_on.year) | Q(birth_on__isnull=True)
    day = Q(birth_on__month=birth_on.month, birth_on__day=birth_on.day)
    keys = {folding.block(names) for names in asked}
    former = WorkerName.everything.filter(block_key__in=keys)
    # A list and not a subquery: beside an OR PostgreSQL would read every worker for it.
    named = list(former.values_list(Coalesce("worker__merged_into_id", "worker_id"), flat=True)[:LOOKED_AT])
    name = Q(block_key__in=keys) | Q(latin_block_key__in=keys) | Q(pk__in=named)
    return reach.filter(Q(birth_on=birth_on) | (name & (year | day)))[:LOOKED_AT]


def _compare(
    worker: Worker, others: Sequence[Names], asked: Sequence[Names], birth_on: dt.date | None, sex: str
) -> Similar:
    """By the pair of names that is likest."""
    today = folding.unfolded(worker.folded_names)
    found = [_by_name(worker, today, names, birth_on, sex) for names in asked]
    for theirs in others:
        for names in asked:
            one = _by_name(worker, theirs, names, birth_on)
            if one.reasons[0] in {"name:same", "name:like"}:
                code = "name:former" if one.reasons[0] == "name:same" else "name:former_like"
                one = Similar(worker, one.likeness, (code, *one.reasons[1:]))
            found.append(one)
    return max(found, key=lambda one: one.likeness)


def _by_name(worker: Worker, theirs: Names, names: Names, birth_on: dt.date | None, sex: str = "") -> Similar:
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
        women = Sex.MALE not in (sex, worker.sex) and Sex.FEMALE in (sex, worker.sex)
        if same and women and birth == "same" and names[1] == theirs[1] and likeness < MARRIED:
            reasons[0], likeness = "name:married", MARRIED
    return Similar(worker, likeness, tuple(reasons))


def _alike(one: str, other: str) -> float:
    """1 for the same; two empty names are the same. One wrong letter near the beginning weighs too much for Winkler."""
    if not one and not other:
        return 1.0
    likeness = JaroWinkler.similarity(one, other)
    if likeness < ONE_LETTER and min(len(one), len(other)) >= SHORTEST and OSA.distance(one, other) == 1:
        return ONE_LETTER
    return likeness


def _birth(one: dt.date | None, other: dt.date | None) -> str:
    if one is None or other is None:
        return "unknown"
    if one == other:
        return "same"
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return "swapped"
    return "part"
