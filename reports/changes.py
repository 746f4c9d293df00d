"""What an erratum changed, found by machine: the figures of two editions, table by table and row by row."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from reports import content
from reports.content import SectionContent, Sentence, Table, Value, unpack

Place = tuple[str, str, str, int, str]  # section, table, row, its repetition, column


def section(before: Any, after: list[SectionContent], reason: Mapping[str, str]) -> SectionContent:
    """The first section of an erratum: what it corrects, why, and every value that is another now."""
    rows = list(_rows(unpack(before.snapshot), after))
    blocks: list = [
        Sentence(
            "erratum",
            {"number": content.number(before.number), "date": content.date(before.published_at)},
            "warning",
        ),
        Sentence("erratum_reason", {"reason": content.words(dict(reason))}),
    ]
    if not rows:
        return SectionContent("changes", [*blocks, Sentence("no_value_changed")])
    columns = ["section", "table", "row", "column", "before", "after"]
    return SectionContent("changes", [*blocks, Table(content.code("changes"), columns, rows)])


def _rows(before: list[SectionContent], after: list[SectionContent]) -> Iterator[list[Value]]:
    """A number that is withheld now is not told again as what it was."""
    old = dict(_places([one for one in before if one.code != "changes"]))
    new = dict(_places(after))
    for place in dict.fromkeys([*old, *new]):
        title, name, was = old.get(place, (None, None, Value(content.ABSENT)))
        title, name, now = new.get(place, (title, name, Value(content.ABSENT)))
        if _said(was) != _said(now):
            yield [
                content.code(f"section.{place[0]}"),
                title or Value(content.ABSENT),
                name or Value(content.ABSENT),
                content.code(place[4]),
                now if now.kind == content.WITHHELD else was,
                now,
            ]


def _places(sections: list[SectionContent]) -> Iterator[tuple[Place, tuple[Value, Value, Value]]]:
    """Every value with its place; the title of its table and the name of its row."""
    for one in sections:
        for block in one.blocks:
            if isinstance(block, Table):
                yield from _of_table(one.code, block)
            elif isinstance(block, Sentence) and "count" in block.values:
                names = content.code(f"section.{one.code}"), content.code(f"sentence.{block.code}")
                yield (one.code, "", block.code, 0, "value"), (*names, block.values["count"])


def _of_table(section_code: str, table: Table) -> Iterator[tuple[Place, tuple[Value, Value, Value]]]:
    seen: Counter = Counter()
    title = str(_said(table.title))
    for row in table.rows:
        name = str(_said(row[0]))
        seen[name] += 1
        for column, value in zip(table.columns[1:], row[1:], strict=True):
            yield (section_code, title, name, seen[name], column), (table.title, row[0], value)


def _said(value: Value) -> tuple:
    """What a reader sees of a value: not its id, nor whether its words were reviewed."""
    return (value.kind, value.number, value.digits, value.unit, tuple(sorted(value.words.items())))
