"""Times as people write them (years, halves, quarters, months, dates) put on one axis of whole periods."""

import calendar
import datetime as dt
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from monitoring.evaluation.problems import DataProblem
from monitoring.evaluation.table import parse_number

YEAR = r"(?P<year>(?:1[6-9]|20|21)\d\d)"
ENDING = r"(?:-?\s*(?:г\.?|года|год|ж\.?|жыл|жылы))?"
PATTERNS = (
    ("half", re.compile(YEAR + r"[-\s/]?[SsHh](?P<part>[12])")),
    ("quarter", re.compile(YEAR + r"[-\s/:]?[Qq](?P<part>[1-4])")),
    ("quarter", re.compile(r"[Qq](?P<part>[1-4])[-\s/]?" + YEAR)),
    ("month", re.compile(YEAR + r"[-/\s]?[Mm]?(?P<part>0?[1-9]|1[0-2])")),
    ("month", re.compile(r"(?P<part>0?[1-9]|1[0-2])[./-]" + YEAR)),
    ("quarter", re.compile(r"(?P<part>[1-4]|I{1,3}|IV)[-\s]*(?:кв\.?|квартал|чейрек)\s*" + YEAR + ENDING)),
    ("quarter", re.compile(YEAR + r"\D{0,8}\s+(?P<part>[1-4]|I{1,3}|IV)[-\s]*(?:кв\.?|квартал|чейрек)")),
    ("month", re.compile(r"(?P<name>[^\W\d_]{3,9})[-\s.]+" + YEAR + ENDING)),
    ("month", re.compile(YEAR + r"[-\s.]?(?P<name>[^\W\d_]{3,9})")),
)
PARTS = {"half": 2, "quarter": 4, "month": 12}
MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
CYRILLIC = re.findall(r"\w+", "янв фев мар апр май июн июл авг сен окт ноя дек")  # in Kyrgyz as in Russian
MONTHS |= {name: number for number, name in enumerate(CYRILLIC, 1)}
MONTHS["мая"] = 5
ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}
ISO_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s].*)?")
SPLIT_YEAR = re.compile(YEAR + r"[-/–](?P<next>\d\d)")
LOCAL_DATE = re.compile(r"(\d{1,2})([./-])(\d{1,2})[./-](\d{4})(?:\s.*)?")


@dataclass(frozen=True)
class TimeAxis:
    """`position` counts whole periods from the first one seen; NaN where the time is missing.

    `unit` is year, half, quarter, month, day or number; `step` is how many of them make one period.
    """

    position: np.ndarray
    labels: list[str | None]
    unit: str
    step: float
    origin: float
    day_first: bool | None

    def place(self, value: Any) -> float:
        """Position of a time given by the design, which may be written in another form (1993, 1993-01-01)."""
        text = value.isoformat() if isinstance(value, dt.date) else str(value).strip()
        raw = _raw(text, self.unit, self.day_first)
        if raw is None and (day := _first_day(text, self.day_first)):
            raw = _on_axis(day, self.unit)
        if raw is None:
            raise DataProblem("unknown_start", value=text, unit=self.unit)
        return float(_rounded(np.array([(raw - self.origin) / self.step]))[0])

    def label_at(self, position: float) -> str | None:
        found = np.flatnonzero(np.isclose(self.position, position))
        return self.labels[found[0]] if len(found) else None


def time_axis(texts: Iterable[str | None]) -> TimeAxis:
    """Axis of a column of times. DataProblem if they are not all written in one known way."""
    labels = list(texts)
    known = [text for text in labels if text is not None]
    if not known:
        raise DataProblem("no_times")
    day_first = _day_first(known)
    if all(_is_split_year(text) for text in known):  # 2012/13: named by the year it starts in
        known = [text[:4] for text in known]
    for unit in ("half", "quarter", "month", "day", "number"):
        raw = [_raw(text, unit, day_first) for text in known]
        if all(value is not None for value in raw):
            break
    else:
        raise DataProblem("unknown_times", value=known[0])
    values = np.array(raw, dtype=float)
    if unit == "day":
        values, unit = _whole_months(values)
    elif unit == "number" and np.all((values >= 1600) & (values < 2200)):
        unit = "year"
    step = _step(np.unique(values))
    position = np.full(len(labels), np.nan)
    position[[text is not None for text in labels]] = _rounded((values - values.min()) / step)
    return TimeAxis(position, labels, unit, step, float(values.min()), day_first)


def _raw(text: str, unit: str, day_first: bool | None) -> float | None:
    """Number on the axis of a unit; None if the text is not a time written for it."""
    if unit in ("year", "number"):
        try:
            return parse_number(text, comma_groups=False)
        except ValueError:
            return None
    if unit == "day":
        day = _date(text, day_first)
        return None if day is None else float(day.toordinal())
    for kind, pattern in PATTERNS:
        if kind == unit and (match := pattern.fullmatch(text)):
            found = match.groupdict()
            part = found.get("part") or MONTHS.get((found.get("name") or "")[:3].lower())
            if part:
                return int(match["year"]) * PARTS[unit] + (ROMAN.get(part) or int(part)) - 1.0
    return None


def _first_day(text: str, day_first: bool | None) -> dt.date | None:
    """First day of a year, half, quarter or month, or the date itself."""
    if re.fullmatch(YEAR, text):
        return dt.date(int(text), 1, 1)
    for unit, parts in PARTS.items():
        if (raw := _raw(text, unit, day_first)) is not None:
            return dt.date(int(raw // parts), int(raw % parts) * 12 // parts + 1, 1)
    return _date(text, day_first)


def _on_axis(day: dt.date, unit: str) -> float | None:
    if unit in PARTS:
        return day.year * PARTS[unit] + float((day.month - 1) * PARTS[unit] // 12)
    if unit == "day":
        return float(day.toordinal())
    return day.year + (day.month - 1) / 12 + (day.day - 1) / 366 if unit == "year" else None


def _date(text: str, day_first: bool | None) -> dt.date | None:
    try:
        if match := ISO_DATE.fullmatch(text):
            return dt.date(*(int(part) for part in match.groups()))
        if match := LOCAL_DATE.fullmatch(text):
            first, mark, second, year = match.groups()
            day, month = (first, second) if day_first or mark == "." else (second, first)
            return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return None


def _is_split_year(text: str) -> bool:
    match = SPLIT_YEAR.fullmatch(text)
    return match is not None and int(match["next"]) == (int(match["year"]) + 1) % 100


def _day_first(texts: list[str]) -> bool | None:
    """Whether 03/04/2015 is 3 April; None if no such date. DataProblem if the column does not tell."""
    found = [match.groups() for text in texts if (match := LOCAL_DATE.fullmatch(text))]
    if not found:
        return None
    if any(mark == "." for _, mark, _, _ in found) or any(int(first) > 12 for first, *_ in found):
        return True
    if any(int(second) > 12 for _, _, second, _ in found):
        return False
    raise DataProblem("ambiguous_dates", value=texts[0])


def _whole_months(ordinals: np.ndarray) -> tuple[np.ndarray, str]:
    """Dates that all fall on one day of the month, or all on its end, are months."""
    days = [dt.date.fromordinal(int(value)) for value in ordinals]
    ends = all(day.day == calendar.monthrange(day.year, day.month)[1] for day in days)
    if len(set(days)) > 1 and (ends or len({day.day for day in days}) == 1):
        return np.array([day.year * 12 + day.month - 1.0 for day in days]), "month"
    return ordinals, "day"


def _step(values: np.ndarray) -> float:
    """Length of one period: the common divisor of whole differences, else the shortest difference."""
    if len(values) < 2:
        return 1.0
    gaps = np.diff(values)
    if np.allclose(gaps, np.round(gaps), atol=1e-9):
        return float(reduce(math.gcd, np.round(gaps).astype(int).tolist()))
    multiples = (values - values[0]) / gaps.min()
    average = (values[-1] - values[0]) / max(round(float(multiples[-1])), 1)
    regular = np.abs((values - values[0]) / average - np.round((values - values[0]) / average)).max() < 0.05
    return float(average) if regular else float(gaps.min())


def _rounded(positions: np.ndarray) -> np.ndarray:
    """Years written as 1969.083 are months: take away what rounding of the file has left."""
    whole = np.round(positions)
    return whole if np.abs(positions - whole).max() < 0.05 else positions
