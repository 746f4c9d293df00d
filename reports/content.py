"""What a report says, before it is said in a language: sentences by code, tables and charts of typed values.

A snapshot is a list of blocks that survives JSON. Words are codes of this project's own sentences, or data
titles in three languages; numbers are numbers. Renderers turn it into one language and one format.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

WITHHELD = "withheld"
MISSING = "missing"
NOT_APPLICABLE = "not_applicable"
NOT_YET_DUE = "not_yet_due"
NUMERIC = {"number", "percent", "quantity", "points"}  # kinds of values that are numbers
ABSENT = "absent"  # an erratum added or dropped the place


@dataclass(frozen=True)
class Value:
    """A cell. `kind`: one of NUMERIC, date, period, words (ky/ru/en), code, text, or a state.

    `number` is a decimal text; `id` is the short id under which the figure can be traced.
    """

    kind: str
    number: str = ""
    digits: int = 0
    unit: str = ""
    words: dict[str, str] = field(default_factory=dict)
    id: str = ""
    unreviewed: list[str] = field(default_factory=list)


def number(value: Decimal | int | None, digits: int = 0, unit: str = "", id: str = "") -> Value:
    if value is None:
        return Value(MISSING)
    kind = "percent" if unit == "percent" else "number"
    return Value(kind, str(value), digits, unit, id=id)


def drawn(value: Value) -> str | None:
    """A value as a chart's point: its number, the mark of a withheld one, or None."""
    return WITHHELD if value.kind == WITHHELD else value.number or None


def by_how_much(value: Decimal, digits: int, unit: str) -> Value:
    """A change, in the grammatical case of "rose by …"; of percentages in percentage points."""
    return Value("points" if unit == "percent" else "quantity", str(value), digits, f"by {unit}")


def words(texts: dict[str, str], unreviewed: list[str] | None = None) -> Value:
    return Value("words", words=texts, unreviewed=unreviewed or [])


def code(text: str) -> Value:
    """A stable code whose words are in `reports.sentences.LABELS`."""
    return Value("code", number=str(text))


def date(value: Any) -> Value:
    """A day; of a moment, the day that it was in the house."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return Value("date", value.isoformat()) if value else Value(MISSING)


def period(text: str) -> Value:
    return Value("period", text)


def text(value: str) -> Value:
    """The same in every language: a code, a hash, a name."""
    return Value("text", value)


@dataclass(frozen=True)
class Sentence:
    """A whole sentence of `reports.sentences`, with its values by name."""

    code: str
    values: dict[str, Value] = field(default_factory=dict)
    tone: str = ""
    type: str = "sentence"


@dataclass(frozen=True)
class Table:
    """`columns` are label codes; `rows` hold a Value for each column."""

    title: Value
    columns: list[str]
    rows: list[list[Value]]
    source: str = ""
    type: str = "table"


@dataclass(frozen=True)
class Chart:
    """`kind`: line, bars, intervals, board, map or flow. Each series has a name and points (label Value, `drawn`
    value); the one of a map also the ISO codes of its points. The one of a flow goes from its name to its points,
    or where it is `inward` from them to it.
    """

    kind: str
    title: Value
    series: list[dict[str, Any]]
    unit: str = ""
    digits: int = 0
    source: str = ""
    type: str = "chart"


@dataclass(frozen=True)
class SectionContent:
    code: str
    blocks: list[Sentence | Table | Chart]


def pack(sections: list[SectionContent]) -> list[dict]:
    """As JSON keeps it."""
    return [asdict(section) for section in sections]


def unpack(packed: list[dict]) -> list[SectionContent]:
    return [SectionContent(one["code"], [_block(block) for block in one["blocks"]]) for one in packed]


def _block(raw: dict) -> Sentence | Table | Chart:
    raw = dict(raw)
    kind = raw.pop("type")
    if kind == "sentence":
        return Sentence(raw["code"], {k: Value(**v) for k, v in raw["values"].items()}, raw["tone"])
    if kind == "table":
        return Table(
            Value(**raw["title"]),
            raw["columns"],
            [[Value(**v) for v in row] for row in raw["rows"]],
            raw["source"],
        )
    series = [
        {
            **one,
            "name": Value(**one["name"]),
            "points": [[Value(**label), value] for label, value in one["points"]],
        }
        for one in raw["series"]
    ]
    return Chart(raw["kind"], Value(**raw["title"]), series, raw["unit"], raw["digits"], raw["source"])


def numbers(sections: list[SectionContent]) -> list[str]:
    """Every number in reading order; the same list must come out of each language's document."""
    found: list[str] = []
    for section in sections:
        for block in section.blocks:
            if isinstance(block, Sentence):
                found += [v.number for v in block.values.values() if v.kind in NUMERIC]
            elif isinstance(block, Table):
                found += [v.number for row in block.rows for v in row if v.kind in NUMERIC]
    return found


def traced(sections: list[SectionContent]) -> Iterator[tuple[str, Value]]:
    """Every value with a short id, and where it stands: the section, and the table in it."""
    for section in sections:
        for block in section.blocks:
            if isinstance(block, Sentence):
                yield from ((f"{section.code}/{block.code}", v) for v in block.values.values() if v.id)
            elif isinstance(block, Table):
                where = f"{section.code}/{block.title}"
                yield from ((where, value) for row in block.rows for value in row if value.id)
