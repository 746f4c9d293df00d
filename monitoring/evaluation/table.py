"""A table as people send it: CSV in any usual encoding, delimiter and decimal mark, kept as text until used."""

import csv
import hashlib
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from monitoring.evaluation.problems import DataProblem

MISSING = {"", "na", "n/a", "nan", "null", "none", ".", "..", "…", "#n/a", "-"}
TRUE = {"1", "true", "t", "yes", "y", "да", "ооба"}
FALSE = {"0", "false", "f", "no", "n", "нет", "жок"}
DELIMITERS = ",;\t|"
# 1,234 and 12,345,678.9: a comma that can only separate thousands when it stands more than once or before a point
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d*|[+-]?\d{1,3}(,\d{3}){2,}")
MOST_MAGNITUDE = 1e100  # squares of larger numbers leave what a float can hold
GROUPED_ONCE = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")


def is_missing(text: str) -> bool:
    return text.strip().lower() in MISSING


def parse_number(text: str, *, comma_groups: bool) -> float:
    """Number in English or in Kyrgyz and Russian writing; ValueError if it is neither.

    `comma_groups`: whether `1,234` means 1234 (a file that separates fields by commas) or 1.234.
    """
    plain = re.sub(r"[\s\u00a0\u202f']", "", text).replace("\u2212", "-")
    if "," in plain:
        grouped = GROUPED.fullmatch(plain) or (comma_groups and GROUPED_ONCE.fullmatch(plain))
        plain = plain.replace(",", "") if grouped else plain.replace(".", "").replace(",", ".")
    number = float(plain)
    if not abs(number) <= MOST_MAGNITUDE:
        raise ValueError(text)
    return number


@dataclass(frozen=True)
class Table:
    """Columns of text of equal length. `sha256` is that of the file read, empty for a table made in memory."""

    columns: Mapping[str, Sequence[str]]
    comma_groups: bool = True
    sha256: str = ""

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    def texts(self, name: str) -> list[str | None]:
        """Values without surrounding space; None where missing."""
        if name not in self.columns:
            close = get_close_matches(name.lower(), [c.lower() for c in self.columns], n=1, cutoff=0.6)
            near = [column for column in self.columns if column.lower() in close]
            raise DataProblem("no_column", column=name, known=", ".join(near or list(self.columns)[:20]))
        return [None if is_missing(value) else value.strip() for value in self.columns[name]]

    def numbers(self, name: str) -> np.ndarray:
        """Floats, NaN where missing. True and false count as 1 and 0."""
        result = np.full(len(self), np.nan)
        for row, text in enumerate(self.texts(name)):
            if text is None:
                continue
            try:
                result[row] = self._number(text)
            except ValueError:
                raise DataProblem("not_a_number", column=name, row=row + 2, value=text) from None
        return result

    def is_numeric(self, name: str) -> bool:
        try:
            self.numbers(name)
        except DataProblem:
            if name not in self.columns:
                raise
            return False
        return True

    def indicator(self, name: str) -> np.ndarray:
        """0.0 or 1.0, NaN where missing; DataProblem for anything else."""
        result = np.full(len(self), np.nan)
        for row, text in enumerate(self.texts(name)):
            if text is None:
                continue
            word = text.lower()
            if word in TRUE or word in FALSE:
                result[row] = float(word in TRUE)
                continue
            try:
                number = self._number(text)
            except ValueError:
                number = math.nan
            if number not in (0.0, 1.0):
                raise DataProblem("not_an_indicator", column=name, row=row + 2, value=text)
            result[row] = number
        return result

    def matches(self, name: str, wanted: Iterable[Any]) -> np.ndarray:
        """1.0 where the value is one of `wanted`, compared as text and as numbers; NaN where missing."""
        words = {as_text(value).lower() for value in wanted}
        return np.array(
            [np.nan if text is None else float(as_text(text).lower() in words) for text in self.texts(name)]
        )

    def rows(self, keep: np.ndarray) -> "Table":
        chosen = np.flatnonzero(keep)
        columns = {name: [values[row] for row in chosen] for name, values in self.columns.items()}
        return Table(columns, self.comma_groups, self.sha256)

    def _number(self, text: str) -> float:
        word = text.lower()
        if word in ("true", "false"):
            return float(word == "true")
        return parse_number(text, comma_groups=self.comma_groups)


def as_text(value: Any) -> str:
    """A code as people mean it: 1, 1.0 and "1" are the same code; "01" is another."""
    if isinstance(value, bool):
        return str(int(value))
    text = str(value).strip()
    return re.sub(r"(?<=\d)\.0+$", "", text)


def table_from_columns(**columns: Iterable[Any]) -> Table:
    """Table of values held in memory; None and NaN are missing."""

    def text(value: Any) -> str:
        missing = value is None or (isinstance(value, float) and math.isnan(value))
        return "" if missing else str(value)

    return Table({name: [text(value) for value in values] for name, values in columns.items()})


def read_csv(path: str | Path) -> Table:
    """Table of a file. DataProblem names the line where the file is not rectangular."""
    content = Path(path).read_bytes()
    return parse_csv(decode(content), sha256=hashlib.sha256(content).hexdigest())


def decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        guess = from_bytes(content, cp_isolation=["cp1251", "cp1252", "koi8_r", "cp866"]).best()
        return str(guess) if guess else content.decode("cp1251", errors="replace")


def parse_csv(text: str, *, sha256: str = "") -> Table:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    heading, body = text.partition("\n")[::2]
    if re.fullmatch(r"sep=.", heading.strip("\ufeff"), flags=re.IGNORECASE):  # a line spreadsheets add
        text, heading = body, body.partition("\n")[0]
    delimiter = max(DELIMITERS, key=lambda mark: _count_outside_quotes(heading, mark))
    if delimiter not in heading:
        delimiter = " "
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    try:
        lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        raise DataProblem("not_a_table", row=reader.line_num) from None
    if len(lines) < 2:
        raise DataProblem("empty_table")
    names = [name.strip() for name in lines[0][1]]
    if all(
        len(row) == len(names) + 1 for _, row in lines[1:]
    ):  # row names without a heading, as R writes them
        names = ["", *names]
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        raise DataProblem("repeated_column", column=", ".join(repeated))
    for line, row in lines[1:]:
        if len(row) != len(names):
            raise DataProblem("ragged_row", row=line, found=len(row), expected=len(names))
    columns = {name: [row[i] for _, row in lines[1:]] for i, name in enumerate(names) if name}
    return Table(columns, comma_groups=delimiter != ";", sha256=sha256)


def _count_outside_quotes(line: str, mark: str) -> int:
    return re.sub(r'"[^"]*"', "", line).count(mark)
