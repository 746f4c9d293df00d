"""Origin-destination matrices from the stored observations, one data item at a time."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from . import codelists
from .enums import ItemBasis, ItemKind, ValueState
from .migration import Matrix
from .models import DataItem, Observation
from .sources import key_of

# where people, or money, come from and go to
ENDS = (("ORIGIN_COUNTRY", "DEST_COUNTRY"), ("SENDING_COUNTRY", "RECEIVING_COUNTRY"))
# the states of the matrix: the union, its neighbours, and where else people of the region go
REGION = ("KG", "RU", "KZ", "UZ", "TJ", "TM", "BY", "AM", "TR", "DE")
MONEY = "million USD"


def ends_of(item: DataItem) -> tuple[str, str] | None:
    """The dimensions of an item's origins and destinations; None when it has no pairs of states."""
    return next((pair for pair in ENDS if set(pair) <= set(item.dimensions)), None)


def items() -> list[DataItem]:
    """Items by pairs of states that have figures, those of one basis together. None of them counts single persons."""
    with_pairs = [one for one in DataItem.objects.filter(about_persons=False) if ends_of(one)]
    known = set(
        DataItem.objects.filter(pk__in=[one.pk for one in with_pairs], observations__isnull=False)
        .values_list("pk", flat=True)
        .distinct()
    )
    bases, kinds = ItemBasis.values, ItemKind.values
    order = sorted(with_pairs, key=lambda one: (bases.index(one.basis), kinds.index(one.kind), one.code))
    return [one for one in order if one.pk in known and not _by_method(one)]


def _by_method(item: DataItem) -> bool:
    """Alternative estimates side by side would be added up."""
    return bool(set(item.dimensions) - {*ends_of(item), "SEX"})


def of_state(item: DataItem, state: str, moment: dt.datetime | None = None) -> dict[str, Matrix]:
    """The matrix of each period as known at a moment, with the pairs that begin or end at the state only."""
    origin, end = ends_of(item)
    first, second = sorted((origin, end))
    mine = Q(key__startswith=f"{first}={state};") | Q(key__endswith=f";{second}={state}")
    return _matrices(item, Observation.objects.filter(mine), moment)


def among(
    item: DataItem, period: str, states: Sequence[str] = REGION, moment: dt.datetime | None = None
) -> Matrix:
    """The matrix between some states, in one period."""
    origin, end = ends_of(item)
    keys = [key_of({origin: one, end: two}) for one in states for two in states if one != two]
    found = _matrices(item, Observation.objects.filter(key__in=keys, period=period), moment)
    return found.get(period) or Matrix(item.code, item.kind, item.basis, item.unit, period, {})


def _matrices(item: DataItem, rows: QuerySet[Observation], moment: dt.datetime | None) -> dict[str, Matrix]:
    origin, end = ends_of(item)
    cells: dict[str, dict] = defaultdict(dict)
    unknown: dict[str, set] = defaultdict(set)
    for key, period, state, value in (
        rows.filter(item=item).as_of(moment).values_list("key", "period", "state", "value")
    ):
        dims = dict(part.split("=", 1) for part in key.split(";"))
        if set(dims) != {origin, end} or dims[origin] == dims[end]:
            continue  # by sex, or people who stayed
        pair = dims[origin], dims[end]
        if state == ValueState.VALUE:
            cells[period][pair] = value
        else:
            unknown[period].add(pair)
    return {
        period: Matrix(
            item.code, item.kind, item.basis, item.unit, period, cells[period], frozenset(unknown[period])
        )
        for period in sorted({*cells, *unknown})
    }


def people_of(money: Matrix, state: str, moment: dt.datetime | None = None) -> Matrix | None:
    """The stock of people that belongs to figures of money: same year, same basis."""
    for item in items():
        if item.kind == ItemKind.STOCK and item.basis == money.basis and item.unit == "persons":
            found = of_state(item, state, moment).get(money.period)
            if found:
                return found
    return None


def names(codes: Iterable[str], language: str | None = None) -> dict[str, str]:
    known = codelists.code_lists()["AREA"]
    return {code: known[code].name(language) if code in known else code for code in codes}
