"""Conversion between units of insurance, by the table of Article 13(1) of Regulation (EC) No 987/2009.

Source: secu.lu, full text of Article 13. Every unit is an exact number of months, as the table is consistent:
a year is 12 months, 4 quarters or 52 weeks, and weeks become months through the 6-day row (52 x 6 = 12 x 26).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil

from pensions.legislation.sentences import sentence as _


@dataclass(frozen=True, slots=True)
class Scheme:
    hours_per_day: int
    days_per_week: int
    days_per_month: int
    days_per_quarter: int
    max_days_per_year: int


SCHEMES = {
    "5-day": Scheme(9, 5, 22, 66, 264),
    "6-day": Scheme(8, 6, 26, 78, 312),
    "7-day": Scheme(6, 7, 30, 90, 360),
}
UNITS = ("years", "quarters", "months", "weeks", "days", "hours")
MAX_PER_YEAR = {"years": 1, "quarters": 4, "months": 12, "weeks": 52}
# A fraction goes to the next smaller unit: what is left of the unit asked for is said in these.
SMALLER = {
    "years": ("years", "months", "days"),
    "quarters": ("quarters", "months", "days"),
    "months": ("months", "days"),
    "weeks": ("weeks", "days"),
    "days": ("days", "hours"),
    "hours": ("hours",),
}


def months_per(unit: str, scheme: str) -> Fraction:
    """Exact number of months in one unit."""
    row = SCHEMES[scheme]
    return {
        "years": Fraction(12),
        "quarters": Fraction(3),
        "months": Fraction(1),
        "weeks": Fraction(SCHEMES["6-day"].days_per_week, SCHEMES["6-day"].days_per_month),
        "days": Fraction(1, row.days_per_month),
        "hours": Fraction(1, row.days_per_month * row.hours_per_day),
    }[unit]


def rounded_up(months: Fraction, unit: str, scheme: str = "7-day") -> Fraction:
    """These months as the next higher whole number of a unit, in months again (Art. 13(1)(e); 33/75 Galati)."""
    size = months_per(unit, scheme)
    return ceil(months / size) * size


def months_in(number: Fraction, unit: str, scheme: str) -> Fraction:
    return number * months_per(unit, scheme)


@dataclass(frozen=True, slots=True)
class Conversion:
    """``parts`` holds whole units from the one asked for downwards; only the last may be a fraction.

    ``rounded_up`` is the result that Art. 13(1)(e) prescribes for aggregation: the next higher whole unit.
    """

    exact: Fraction
    unit: str
    scheme: str
    parts: dict[str, Fraction]
    steps: list[str] = field(default_factory=list)

    @property
    def rounded_up(self) -> int:
        return ceil(self.exact)


def convert(
    number: Fraction,
    unit: str,
    to: str,
    *,
    scheme: str | None = None,
    to_scheme: str | None = None,
    calendar_years: int | None = None,
) -> Conversion:
    """Convert ``number`` units. Days need their scheme: the state that certifies them must say it.

    Weeks that become months, and months that become weeks, go through the 6-day row; days keep their own.
    With ``calendar_years`` neither side may exceed the table's maximum for so many years, and a full number of
    years stays full (Art. 13(2)).
    Raises ValueError naming the argument that is wrong.
    """
    _check(number, unit, to, scheme)
    steps: list[str] = []
    source = scheme or "6-day"
    number = _capped(number, unit, source, calendar_years, steps)
    row = SCHEMES[source]
    week_in_days = Fraction(row.days_per_week)
    target = to_scheme or source
    if unit == "weeks" and to in ("days", "hours"):
        days = number * SCHEMES[target].days_per_week
        exact = days if to == "days" else days * SCHEMES[target].hours_per_day
    elif unit in ("days", "hours") and to == "weeks":
        days = number if unit == "days" else number / row.hours_per_day
        exact = days / week_in_days
    else:
        exact = months_in(number, unit, source) / months_per(to, target)
    steps.append(
        _(
            "%(number)s %(unit)s (%(source)s) = %(exact)s %(to)s (%(target)s)",
            number=_plain(number),
            unit=unit,
            source=source,
            exact=_plain(exact),
            to=to,
            target=target,
        )
    )
    exact = _capped(exact, to, target, calendar_years, steps)
    if calendar_years is not None and number >= _most(unit, source, calendar_years):
        exact = _kept_full(exact, to, target, calendar_years, steps)
    return Conversion(exact, to, target, _split(exact, to, target), steps)


def _check(number: Fraction, unit: str, to: str, scheme: str | None) -> None:
    for name, value in (("unit", unit), ("to", to)):
        if value not in UNITS:
            raise ValueError(
                _(
                    "%(name)s %(value)s is unknown: use one of %(units)s",
                    name=name,
                    value=repr(value),
                    units=UNITS,
                )
            )
    if number < 0:
        raise ValueError(_("number is negative: a length of insurance cannot be less than nothing"))
    if scheme is not None and scheme not in SCHEMES:
        raise ValueError(
            _("scheme %(scheme)s is unknown: use one of %(schemes)s", scheme=repr(scheme), schemes=SCHEMES)
        )
    if scheme is None and unit in ("days", "hours"):
        raise ValueError(_("scheme is missing: say whether the days are of a 5-day, 6-day or 7-day scheme"))


def _capped(number: Fraction, unit: str, scheme: str, years: int | None, steps: list[str]) -> Fraction:
    if years is None:
        return number
    most = _most(unit, scheme, years)
    if number > most:
        steps.append(
            _(
                "capped at %(most)s %(unit)s: the maximum of %(years)s calendar year(s)",
                most=_plain(most),
                unit=unit,
                years=years,
            )
        )
    return min(number, most)


def _most(unit: str, scheme: str, years: int) -> Fraction:
    """The table's maximum for so many calendar years."""
    row = SCHEMES[scheme]
    days = {"days": row.max_days_per_year, "hours": row.max_days_per_year * row.hours_per_day}
    return Fraction({**MAX_PER_YEAR, **days}[unit] * years)


def _kept_full(exact: Fraction, unit: str, scheme: str, years: int, steps: list[str]) -> Fraction:
    """The yearly maximum of one scheme becomes no less than that of the other (Art. 13(2), second sentence)."""
    most = _most(unit, scheme, years)
    if exact < most:
        steps.append(
            _(
                "the yearly maximum stays the maximum: %(most)s %(unit)s in %(years)s calendar year(s)",
                most=_plain(most),
                unit=unit,
                years=years,
            )
        )
    return most


def _split(exact: Fraction, unit: str, scheme: str) -> dict[str, Fraction]:
    parts: dict[str, Fraction] = {}
    rest, names = exact, SMALLER[unit]
    for position, name in enumerate(names):
        last = position == len(names) - 1
        parts[name] = rest if last else Fraction(int(rest))
        if not last:
            rest = _step_down(rest - int(rest), name, names[position + 1], scheme)
    return parts


def _step_down(rest: Fraction, unit: str, smaller: str, scheme: str) -> Fraction:
    if unit == "weeks":
        return rest * SCHEMES[scheme].days_per_week
    return rest * months_per(unit, scheme) / months_per(smaller, scheme)


def _plain(number: Fraction) -> str:
    return str(number) if number.denominator > 1 else str(number.numerator)
