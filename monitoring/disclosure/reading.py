"""Tables and settings as people write them: rows of a CSV file, a mapping read from JSON."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .files import LINE
from .knowledge import Knowledge
from .rules import Config
from .settings import check_names, config_of, previous_of, published_of
from .tables import Cell, Dimension, Key, Table, TableError, shown_key

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
# "1,234" could be read two ways: a comma before exactly three digits is refused
_PLAIN = re.compile(r"[+-]?(\d{1,3}(\s\d{3})+|\d+)(\.\d+|,\d{1,2}|,\d{4,})?")
MAX_NUMBER = 10**12  # beyond it a solver in floating point no longer tells one person from none


@dataclass(frozen=True)
class Task:
    """Everything a disclosure run needs."""

    table: Table
    config: Config
    published: Knowledge
    previous: frozenset[Key]


def read_task(rows: Sequence[Mapping[str, str]], settings: Mapping[str, object]) -> Task:
    """Rows as dictionaries of text, settings as in `docs/howto/disclose.md`. Raises TableError."""
    check_names(settings)
    columns = [name for name in (rows[0] if rows else ()) if name != LINE]
    value = _value_column(columns, settings)
    dimensions = _dimensions(rows, columns, value, settings)
    table = Table.build(
        dimensions, _cells(rows, dimensions, value, settings), counts=bool(settings.get("counts", True))
    )
    return Task(
        table,
        config_of(dimensions, settings),
        published_of(dimensions, settings),
        previous_of(dimensions, settings),
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
    for place, row in enumerate(rows, start=2):
        line = int(row.get(LINE, place))
        key = tuple(row[dimension.name] for dimension in dimensions)
        for dimension, code in zip(dimensions, key, strict=True):
            if not code:
                raise TableError("no_code", line=line, column=dimension.name)
        if key in found:
            raise _twice(row, dimensions, settings, line, key)
        number = _number(row[value], line, value)
        if counts and number != int(number):
            raise TableError("not_whole", line=line, text=row[value])
        contributors = row.get(settings.get("contributors") or "")
        largest = [
            _number(row[column], line, column) for column in settings.get("largest", ()) if row.get(column)
        ]
        found[key] = Cell(
            int(number) if counts else number,
            int(_number(contributors, line, "contributors")) if contributors else None,
            tuple(largest),
        )
        _check_contributions(found[key], line)
    return found


def _twice(row, dimensions, settings: Mapping, line: int, key: Key) -> TableError:
    """Often a column that “dimensions” does not name: the settings name all of them, or none."""
    named = {*settings.get("dimensions", ()), *VALUE_COLUMNS, settings.get("value"), LINE}
    named |= {settings.get("contributors"), *settings.get("largest", ())}
    apart = sorted(set(row) - named) if settings.get("dimensions") else []
    if not apart:
        return TableError("twice", line=line, key=shown_key(key))
    return TableError("twice_without", line=line, key=shown_key(key), columns=", ".join(apart))


def _check_contributions(cell: Cell, line: int) -> None:
    """The largest contributions are a part of the amount: otherwise the rules would be answered by wrong figures."""
    if cell.largest and (min(cell.largest) < 0 or sum(cell.largest) > cell.value):
        raise TableError("contributions_too_large", line=line)
    if cell.contributors is not None and (cell.contributors < 0 or (cell.value and not cell.contributors)):
        raise TableError("contributors_wrong", line=line)


def _number(text: str | None, line: int, column: str) -> Decimal:
    """A number with a point or a comma before its decimals, and spaces between its thousands."""
    if not (text or "").strip():
        raise TableError("empty_cell", line=line, column=column)
    found = _PLAIN.fullmatch(text.strip())
    if not found:
        raise TableError("not_a_number", line=line, text=text)
    number = Decimal(re.sub(r"\s", "", text).replace(",", "."))
    if abs(number) > MAX_NUMBER:
        raise TableError("too_large", line=line, text=text)
    return number
