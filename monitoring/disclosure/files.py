"""A table file as people bring it: commas, semicolons or tabs between cells, with or without a byte order mark."""

import csv
import io
import json
from collections import Counter

from .tables import TableError

DELIMITERS = ",;\t"
LINE = "_line"  # of the file, kept beside the cells of a row


def rows_of(content: bytes) -> list[dict[str, str]]:
    """Rows by heading, each with its line under `LINE`. Raises TableError; blank lines are passed over."""
    text = _text(content)
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    heads = [cell.strip() for cell in next((line for line in lines if any(line)), [])]
    if twice := [name for name, count in Counter(heads).items() if count > 1]:
        raise TableError("heading_twice", column=twice[0])
    rows = []
    try:
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(heads):
                raise TableError("row_length", line=lines.line_num, cells=len(cells), heads=len(heads))
            row = dict(zip(heads, (cell.strip() for cell in cells), strict=True))
            rows.append({**row, LINE: str(lines.line_num)})
    except csv.Error:
        raise TableError("not_text") from None
    if not rows:
        raise TableError("no_rows")
    return rows


def settings_of(content: bytes) -> dict:
    """A JSON object. Raises TableError that names the line."""
    try:
        settings = json.loads(_text(content))
    except json.JSONDecodeError as fault:
        raise TableError("not_json", line=fault.lineno) from None
    except RecursionError:
        raise TableError("not_json", line=1) from None
    if not isinstance(settings, dict):
        raise TableError("not_json", line=1)
    return settings


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TableError("not_text") from None
    if "\0" in text:
        raise TableError("not_text")
    return text
