"""Tables and settings as people write them: rows of a CSV file, a mapping read from JSON."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation

from .knowledge import Knowledge, Ref, Relation
from .rules import Config
from .tables import Cell, Dimension, Key, Table, TableError

TOTALS = (
    "_T",
    "T",
    "TOTAL",
    "Total",
    "total",
    "ALL",
    "All",
    "all",
    "Всего",
    "Итого",
    "всего",
    "Баары",
    "Жалпы",
    "*",
)
VALUE_COLUMNS = ("count", "value", "OBS_VALUE", "n", "persons")
_SIMPLE = {
    "threshold",
    "width",
    "p_percent",
    "max_hidden_share",
    "too_much_hidden",
    "rounding_base",
    "time_limit",
}
_OTHER = {
    "value",
    "counts",
    "contributors",
    "largest",
    "dimensions",
    "dominance",
    "coarsenings",
    "keep",
    "published",
    "previous",
}


@dataclass(frozen=True)
class Task:
    """Everything a disclosure run needs."""

    table: Table
    config: Config
    published: Knowledge
    previous: frozenset[Key]


def read_task(rows: Sequence[Mapping[str, str]], settings: Mapping[str, object]) -> Task:
    """Rows as dictionaries of text, settings as in `docs/howto/disclose.md`. Raises TableError."""
    for setting in set(settings) - _SIMPLE - _OTHER:
        raise TableError("wrong_setting", setting=setting)
    columns = list(rows[0]) if rows else []
    value = _value_column(columns, settings)
    dimensions = _dimensions(rows, columns, value, settings)
    table = Table.build(
        dimensions, _cells(rows, dimensions, value, settings), counts=bool(settings.get("counts", True))
    )
    return Task(
        table,
        _config(dimensions, settings),
        _published(dimensions, settings),
        _previous(dimensions, settings),
    )


def _value_column(columns: list[str], settings: Mapping) -> str:
    wanted = (
        [settings["value"]] if "value" in settings else [name for name in VALUE_COLUMNS if name in columns]
    )
    if not wanted or wanted[0] not in columns:
        raise TableError("no_value_column", column=wanted[0] if wanted else "count")
    return wanted[0]


def _dimensions(rows, columns: list[str], value: str, settings: Mapping) -> tuple[Dimension, ...]:
    described: Mapping[str, Mapping] = settings.get("dimensions") or {}
    others = {value, settings.get("contributors"), *settings.get("largest", ())}
    names = list(described) or [name for name in columns if name not in others]
    if not names:
        raise TableError("no_dimension")
    for name in names:
        if name not in columns:
            raise TableError("no_value_column", column=name)
    return tuple(_dimension(name, [row[name] for row in rows], described.get(name) or {}) for name in names)


def _dimension(name: str, codes: Iterable[str], described: Mapping) -> Dimension:
    codes = dict.fromkeys(codes)
    total = described.get("total") or next((code for code in TOTALS if code in codes), TOTALS[0])
    parents = dict(described.get("parents") or {})
    tree = {total: None} | {code: parents.get(code, total) for code in [*codes, *parents] if code != total}
    return Dimension(name, tree | dict.fromkeys({*parents.values()} - set(tree) - {None}, total))


def _cells(rows, dimensions: tuple[Dimension, ...], value: str, settings: Mapping) -> dict[Key, Cell]:
    counts = bool(settings.get("counts", True))
    found: dict[Key, Cell] = {}
    for line, row in enumerate(rows, start=2):
        key = tuple(row[dimension.name] for dimension in dimensions)
        if key in found:
            raise TableError("twice", line=line, key=key)
        number = _number(row[value], line)
        if counts and number != int(number):
            raise TableError("not_whole", line=line, text=row[value])
        contributors = row.get(settings.get("contributors") or "")
        largest = [_number(row[column], line) for column in settings.get("largest", ()) if row.get(column)]
        found[key] = Cell(
            int(number) if counts else number, int(contributors) if contributors else None, tuple(largest)
        )
    return found


def _number(text: str, line: int) -> Decimal:
    try:
        number = Decimal(text.strip())
    except (InvalidOperation, AttributeError):
        raise TableError("not_a_number", line=line, text=text) from None
    if not number.is_finite():
        raise TableError("not_a_number", line=line, text=text)
    return number


def _config(dimensions: tuple[Dimension, ...], settings: Mapping) -> Config:
    given = {
        field.name: settings[field.name] for field in fields(Config) if field.name in _SIMPLE & set(settings)
    }
    if settings.get("dominance"):
        n, k = settings["dominance"]
        given["dominance"] = (int(n), float(k))
    given["coarsenings"] = tuple(
        (each["dimension"], each["merge"]) for each in settings.get("coarsenings", ())
    )
    given["keep"] = frozenset(_key(dimensions, codes, "keep") for codes in settings.get("keep", ()))
    if given.get("too_much_hidden", "offer") not in ("offer", "replace"):
        raise TableError("wrong_setting", setting="too_much_hidden")
    return Config(**given)


def _key(dimensions: tuple[Dimension, ...], codes: Mapping[str, str], setting: str) -> Key:
    """A cell by its codes; a dimension that is not named stands at its total."""
    if set(codes) - {dimension.name for dimension in dimensions}:
        raise TableError("wrong_setting", setting=setting)
    return tuple(codes.get(dimension.name, dimension.total) for dimension in dimensions)


def _published(dimensions: tuple[Dimension, ...], settings: Mapping) -> Knowledge:
    relations = []
    for statement in settings.get("published", ()):
        terms: dict[Ref, float] = {}
        for term in statement["cells"]:
            ref = term["name"] if "name" in term else _key(dimensions, term["key"], "published")
            terms[ref] = terms.get(ref, 0.0) + float(term.get("coefficient", 1))
        low = statement.get("low", statement.get("value"))
        high = statement.get("high", statement.get("value"))
        if low is None and high is None:
            raise TableError("wrong_setting", setting="published")
        infinity = float("inf")
        relations.append(
            Relation(
                tuple(terms.items()),
                -infinity if low is None else float(low),
                infinity if high is None else float(high),
            )
        )
    return Knowledge(tuple(relations))


def _previous(dimensions: tuple[Dimension, ...], settings: Mapping) -> frozenset[Key]:
    return frozenset(_key(dimensions, codes, "previous") for codes in settings.get("previous", ()))
