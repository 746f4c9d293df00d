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
                titles, last_of_head = _spread(titles, head, last, wanted)
                rest = itertools.chain(head[last_of_head + 1 :], lines)
                return Sheet(
                    titles, ((one.number, one.values) for one in rest if not all(map(is_blank, one.values)))
                )
            if len(wanted & {normalise(t) for t in titles}) > len(wanted & {normalise(t) for t in nearest}):
                nearest = titles
    _all_there(nearest or _titles([head[0].values], wanted) if head else [], columns)
    raise Invalid("no_header", _("The file has no line of titles."), field="file")


def _spread(titles: list[str], head: Sequence[Row], last: int, wanted: set[str]) -> tuple[list[str], int]:
    """A period merged over several columns stands in the first of them alone: it is given to all of them.

    What stands under it (total, men, women) tells the columns apart, below the header or in its place.
    """
    below = head[last + 1].values if last + 1 < len(head) else ()
    if any(map(_is_period, titles)) and _are_heads(below, titles, wanted):
        return _filled(titles, below, titles, wanted), last + 1
    if any(map(_is_period, titles)):
        return titles, last
    above = [text(cell) for cell in head[last - 1].values] if last else []
    if any(map(_is_period, above)):
        return _filled(above, titles, titles, wanted), last
    if any(_is_period(text(cell)) for cell in below) and not _any_under(below, titles, wanted):
        pairs = itertools.zip_longest(titles, map(text, below), fillvalue="")
        return [under if _is_period(under) else title for title, under in pairs], last + 1
    return titles, last


def _are_heads(cells: Sequence[Any], titles: Sequence[str], wanted: set[str]) -> bool:
    """Words under periods, nothing under the other columns that are wanted, and a column without a title of its own."""
    words = [text(cell) for cell in cells]
    return (
        any(word and not title for title, word in itertools.zip_longest(titles, words, fillvalue=""))
        and not _any_under(cells, titles, wanted)
        and not any(character.isdigit() for word in words for character in word)
    )


def _any_under(cells: Sequence[Any], titles: Sequence[str], wanted: set[str]) -> bool:
    return any(text(cell) for title, cell in zip(titles, cells, strict=False) if normalise(title) in wanted)


def _filled(upper: Sequence[str], lower: Sequence[Any], titles: list[str], wanted: set[str]) -> list[str]:
    found, current = [], ""
    for place in range(max(len(titles), len(lower), len(upper))):
        title = titles[place] if place < len(titles) else ""
        over = upper[place] if place < len(upper) else ""
        under = text(lower[place]) if place < len(lower) else ""
        current = over or current
        takes = _is_period(current) and under and normalise(title) not in wanted
        found.append(current if takes else title)
    return found


_PERIOD = re.compile(r"(YR)?\d{4}(\.0)?( \[YR\d{4}\])?|\d{4}-?[QSM]\d{1,2}|\d{4}-\d{2}")


# marks of a footnote, "2020¹", "2020*", "2020 a)", and the word for the year, "2020 г.", "2020-жыл"
_BESIDE = re.compile(r"\s*(?:[*†‡]+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+\)?|\(?[^\W\d_]\))$|(?<=\d{4})[\s-]*(?:гг?|жж?|год|жыл)\.?$")


def bare(title: str) -> str:
    """A title without what offices write beside a period."""
    while (found := _BESIDE.sub("", title.strip())) != title:
        title = found
    return title


def _is_period(title: str) -> bool:
    return bool(_PERIOD.fullmatch(bare(title)))


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
    """Each observation as {component: code}, with what its series, groups and data set say.

    Structure-specific messages carry components as attributes, generic ones as elements `Value id= value=`.
    """
    series: dict[str, str] = {}
    whole: dict[str, str] = {}
    groups: list[dict[str, str]] = []
    path: list[str] = []
    for event, element in iterparse(io.BytesIO(content), events=("start", "end")):
        tag = element.tag.rpartition("}")[2]
        if event == "start":
            path.append(tag)
            if tag == "Series":
                series = _plain(element)
            elif tag == "DataSet":
                whole, groups = _plain(element), []
            continue
        path.pop()
        if tag == "Group":
            parts = [part for part in element if part.tag.rpartition("}")[2] in {"GroupKey", "Attributes"}]
            groups.append(
                _plain(element) | {name: code for part in parts for name, code in _values(part).items()}
            )
        elif tag == "Attributes" and path[-1:] == ["DataSet"]:
            whole |= _values(element)
        if tag in {"SeriesKey", "Attributes"} and path[-1:] == ["Series"]:
            series |= _values(element)
        elif tag == "Obs":
            record = series | _observation(element)
            yield whole | _of_groups(groups, record) | record
            element.clear()
        elif tag == "Series":
            series = {}
            element.clear()


def _of_groups(groups: Sequence[dict[str, str]], record: dict[str, str]) -> dict[str, str]:
    """Attributes of the groups whose components the observation shares and has with the same codes."""
    found: dict[str, str] = {}
    for group in groups:
        shared = group.keys() & record.keys()
        if shared and all(group[name] == record[name] for name in shared):
            found |= group
    return found


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
