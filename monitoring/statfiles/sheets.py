"""Three kinds of file as one thing: titles of columns and lines of cells under them."""

import io
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext_lazy as _

from common import formatting
from common.errors import Invalid
from common.tables.guard import Limits
from common.tables.header import normalise
from common.tables.reader import Row, raw_rows
from common.tables.values import is_blank, text

HEAD_ROWS = 60


@dataclass
class Sheet:
    """`titles` may repeat (years for both sexes, men, women); `parts` are the titles row by row."""

    titles: list[str]
    lines: Iterator[tuple[int, Sequence[Any]]]

    def place(self, column: str) -> int:
        wanted = normalise(column)
        return next(place for place, title in enumerate(self.titles) if normalise(title) == wanted)


def open_sheet(content: bytes, layout: str, columns: Sequence[str], sheet: str = "") -> Sheet:
    """Raises Invalid or a TableError: no such columns, unreadable, too large, another format."""
    limits = Limits.of_settings()
    if layout == "sdmx-ml" or content.lstrip(b"\xef\xbb\xbf \r\n\t")[:5] == b"<?xml":
        found = _sdmx_ml(content, limits)
        _all_there(found.titles, columns)
        return found
    lines = raw_rows(content, sheet=sheet, limits=limits)
    return _under_header(map(_without_labels, lines) if layout == "sdmx-csv" else lines, columns)


def _under_header(lines: Iterator[Row], columns: Sequence[str]) -> Sheet:
    """The header is the first line under which every wanted column stands; a title may be spread over two lines."""
    head = list(itertools.islice(lines, HEAD_ROWS))
    wanted = {normalise(name) for name in columns}
    nearest: list[str] = []
    for last, row in enumerate(head):
        for above in ([], [head[last - 1].values] if last else []):
            titles = _titles([*above, row.values], wanted)
            if wanted <= {normalise(title) for title in titles} and any(titles):
                rest = itertools.chain(head[last + 1 :], lines)
                return Sheet(
                    titles, ((one.number, one.values) for one in rest if not all(map(is_blank, one.values)))
                )
            if len(wanted & {normalise(t) for t in titles}) > len(wanted & {normalise(t) for t in nearest}):
                nearest = titles
    _all_there(nearest or _titles([head[0].values], wanted) if head else [], columns)
    raise Invalid("no_header", _("The file has no line of titles."), field="file")


def _titles(rows: Sequence[Sequence[Any]], wanted: set[str]) -> list[str]:
    """Of several texts over a column the one that is wanted, else the lowest."""
    width = max(map(len, rows))
    found = []
    for place in range(width):
        parts = [text(row[place]) for row in rows if place < len(row) and text(row[place])]
        known = [part for part in reversed(parts) if normalise(part) in wanted]
        found.append((known or parts[::-1] or [""])[0])
    return found


def _all_there(titles: Sequence[str], columns: Sequence[str]) -> None:
    present = {normalise(title) for title in titles}
    missing = [name for name in columns if normalise(name) not in present]
    if missing:
        raise Invalid(
            "columns_missing",
            _("The file has no column %(missing)s. It has: %(present)s. Correct the mapping or the file."),
            field="file",
            missing=formatting.join_list(f"“{name}”" for name in missing),
            present=", ".join(title for title in titles if title)[:500],
        )


# --- SDMX-CSV 1.0 and 2.0 ---------------------------------------------------------------------------

_LABEL = re.compile(r"([A-Za-z0-9_@$-]+): .*", re.DOTALL)


def _without_labels(row: Row) -> Row:
    """`labels=both` writes "A: Annual"; the code is what stands before the colon."""
    return row._replace(values=[_code(cell) for cell in row.values])


def _code(cell: Any) -> Any:
    found = _LABEL.fullmatch(cell) if isinstance(cell, str) else None
    return found[1] if found else cell


# --- SDMX-ML 2.1 and 3.0, generic and structure-specific ---------------------------------------------


def _sdmx_ml(content: bytes, limits: Limits) -> Sheet:
    """Observations are numbered from 1: that number is their line."""
    try:
        records = list(itertools.islice(_observations(content), limits.max_rows + 1))
    except (ParseError, DefusedXmlException) as error:
        raise Invalid(
            "xml", _("The file is not well-formed XML: %(fault)s"), field="file", fault=error
        ) from error
    if not records:
        raise Invalid("no_observations", _("The message holds no observations."), field="file")
    if len(records) > limits.max_rows:
        raise Invalid(
            "too_many_rows", _("More than %(limit)s observations."), field="file", limit=limits.max_rows
        )
    titles = list(dict.fromkeys(name for record in records for name in record))
    return Sheet(titles, ((n, [one.get(name) for name in titles]) for n, one in enumerate(records, start=1)))


def _observations(content: bytes) -> Iterator[dict[str, str]]:
    """Each observation as {component: code}, with what its series and group of the message say.

    Structure-specific messages carry components as attributes, generic ones as elements `Value id= value=`.
    """
    series: dict[str, str] = {}
    path: list[str] = []
    for event, element in iterparse(io.BytesIO(content), events=("start", "end")):
        tag = element.tag.rpartition("}")[2]
        if event == "start":
            path.append(tag)
            if tag == "Series":
                series = _plain(element)
            continue
        path.pop()
        if tag in {"SeriesKey", "Attributes"} and path[-1:] == ["Series"]:
            series |= _values(element)
        elif tag == "Obs":
            yield series | _observation(element)
            element.clear()
        elif tag == "Series":
            series = {}
            element.clear()


def _plain(element) -> dict[str, str]:
    return {name: value for name, value in element.attrib.items() if not name.startswith("{")}


def _values(element) -> dict[str, str]:
    found = (one for one in element if one.tag.rpartition("}")[2] == "Value")
    return {one.get("id", ""): one.get("value", "") for one in found}


def _observation(element) -> dict[str, str]:
    record = _plain(element)
    for part in element:
        tag = part.tag.rpartition("}")[2]
        if tag == "ObsDimension":
            record[part.get("id") or "TIME_PERIOD"] = part.get("value", "")
        elif tag == "ObsValue":
            record[part.get("id") or "OBS_VALUE"] = part.get("value", "")
        elif tag in {"ObsKey", "Attributes"}:
            record |= _values(part)
    return record
