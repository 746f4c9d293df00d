"""The settings of a run, checked: a setting that is not understood is refused, never passed over."""

import math
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from .knowledge import Knowledge, Ref, Relation
from .rules import Config
from .tables import Dimension, Key, TableError


def _number(low: float, high: float, *, whole: bool = False) -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and low <= value <= high and (not whole or value == int(value))

    return fits


MOST = 1e9
SIMPLE: dict[str, Callable[[Any], bool]] = {
    "threshold": _number(0, MOST, whole=True),
    "width": _number(0, MOST),
    "amount_width": _number(0, 1000),
    "p_percent": lambda value: value is None or _number(0, 1000)(value),
    "max_hidden_share": _number(0, 1),
    "too_much_hidden": lambda value: value in ("offer", "replace"),
    "rounding_base": _number(2, MOST, whole=True),
    "time_limit": _number(0.001, 24 * 3600),
}
OTHER = {
    *("value", "counts", "contributors", "largest", "dimensions", "dominance", "coarsenings", "keep"),
    *("published", "previous"),
}


def check_names(settings: Mapping[str, Any]) -> None:
    for name, value in settings.items():
        known = SIMPLE.get(name)
        if (known is None and name not in OTHER) or (known is not None and not known(value)):
            raise TableError("wrong_setting", setting=name)
    columns = settings.get("largest", [])
    if not isinstance(columns, list) or not all(isinstance(one, str) for one in columns):
        raise TableError("wrong_setting", setting="largest")
    for name, kind in (("value", str), ("contributors", str), ("counts", bool), ("dimensions", Mapping)):
        if name in settings and not isinstance(settings[name], kind):
            raise TableError("wrong_setting", setting=name)
    for described in (settings.get("dimensions") or {}).values():
        if not isinstance(described, Mapping) or not _codes_only(described.get("parents") or {}):
            raise TableError("wrong_setting", setting="dimensions")
        if not isinstance(described.get("total", ""), str):
            raise TableError("wrong_setting", setting="dimensions")


def _codes_only(found: Any) -> bool:
    """Pairs of texts: a code that came as a number or a list would meet no cell."""
    return isinstance(found, Mapping) and all(isinstance(one, str) for one in found.values())


def config_of(dimensions: tuple[Dimension, ...], settings: Mapping[str, Any]) -> Config:
    given = {
        field.name: settings[field.name] for field in fields(Config) if field.name in SIMPLE.keys() & settings
    }
    if settings.get("dominance") is not None:
        given["dominance"] = _dominance(settings["dominance"])
    given["coarsenings"] = tuple(_coarsening(dimensions, each) for each in _list(settings, "coarsenings"))
    given["keep"] = frozenset(_key(dimensions, codes, "keep") for codes in _list(settings, "keep"))
    return Config(**given)


def _list(settings: Mapping[str, Any], name: str) -> list:
    found = settings.get(name, [])
    if not isinstance(found, list):
        raise TableError("wrong_setting", setting=name)
    return found


def _dominance(given: Any) -> tuple[int, float]:
    fits = isinstance(given, list) and len(given) == 2
    if not fits or not _number(1, 100, whole=True)(given[0]) or not _number(0.001, 100)(given[1]):
        raise TableError("wrong_setting", setting="dominance")
    return int(given[0]), float(given[1])


def _coarsening(dimensions: tuple[Dimension, ...], each: Any) -> tuple[str, Mapping[str, str]]:
    named = {dimension.name: dimension for dimension in dimensions}
    merge = each.get("merge") if isinstance(each, Mapping) else None
    if not _codes_only(merge) or str(each.get("dimension")) not in named:
        raise TableError("wrong_setting", setting="coarsenings")
    if set(merge) - set(named[each["dimension"]].parents):
        raise TableError("wrong_setting", setting="coarsenings")
    return each["dimension"], merge


def _key(dimensions: tuple[Dimension, ...], codes: Any, setting: str, *, known: bool = True) -> Key:
    """A cell by its codes; a dimension that is not named stands at its total."""
    if not _codes_only(codes) or set(codes) - {dimension.name for dimension in dimensions}:
        raise TableError("wrong_setting", setting=setting)
    key = tuple(codes.get(dimension.name, dimension.total) for dimension in dimensions)
    for dimension, code in zip(dimensions, key, strict=True):
        if known and code not in dimension.parents:
            raise TableError("unknown_code", dimension=dimension.name, code=code)
    return key


def published_of(dimensions: tuple[Dimension, ...], settings: Mapping[str, Any]) -> Knowledge:
    return Knowledge(tuple(_statement(dimensions, each) for each in _list(settings, "published")))


def _statement(dimensions: tuple[Dimension, ...], statement: Any) -> Relation:
    cells = statement.get("cells") if isinstance(statement, Mapping) else None
    if not isinstance(cells, list) or not cells or set(statement) - {"cells", "value", "low", "high"}:
        raise TableError("wrong_setting", setting="published")
    terms: dict[Ref, float] = {}
    for term in cells:
        ref = _ref(dimensions, term)
        terms[ref] = terms.get(ref, 0.0) + _finite(term.get("coefficient", 1))
    low = statement.get("low", statement.get("value"))
    high = statement.get("high", statement.get("value"))
    if low is None and high is None:
        raise TableError("wrong_setting", setting="published")
    return Relation(
        tuple(terms.items()),
        -math.inf if low is None else _finite(low),
        math.inf if high is None else _finite(high),
    )


def _ref(dimensions: tuple[Dimension, ...], term: Any) -> Ref:
    if not isinstance(term, Mapping) or set(term) - {"name", "key", "coefficient"}:
        raise TableError("wrong_setting", setting="published")
    if isinstance(term.get("name"), str):
        return term["name"]
    return _key(dimensions, term.get("key"), "published")


def _finite(value: Any) -> float:
    if not _number(-1e15, 1e15)(value):
        raise TableError("wrong_setting", setting="published")
    return float(value)


def previous_of(dimensions: tuple[Dimension, ...], settings: Mapping[str, Any]) -> frozenset[Key]:
    """Cells of an earlier pattern; those of codes that have gone since bind nothing."""
    keys = (_key(dimensions, codes, "previous", known=False) for codes in _list(settings, "previous"))
    return frozenset(keys)
