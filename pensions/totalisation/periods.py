"""What a worker brings: insurance periods with dates, and durations of which only the length is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pensions.legislation.sentences import InputError
from pensions.legislation.sentences import sentence as _
from pensions.totalisation.arithmetic import Stage, calendar_stage, inclusive_days
from pensions.totalisation.conversion import SCHEMES, months_in

# Period types of the EU exchange document P5000 and the kind each belongs to.
P5000_KINDS = {
    **dict.fromkeys(("10", "11", "12", "13"), "compulsory"),
    **dict.fromkeys(("20", "21", "22", "23"), "voluntary"),
    "30": "residence",
    **dict.fromkeys([str(code) for code in range(40, 53)], "equivalent"),
}
KINDS = ("compulsory", "voluntary", "residence", "equivalent")
CONTRIBUTIONS = ("paid", "unpaid", "unknown")


@dataclass(frozen=True, slots=True)
class InsurancePeriod:
    """A period of insurance in one state. ``end_on`` is the last day that counts.

    ``kind`` is one of KINDS or a P5000 period type. ``territory`` names today's state for a period before
    1992 when ``state`` says only "SU". ``declared`` is the length the issuer wrote beside the dates. ``doubtful``:
    codes of its form of which nobody has settled whether such days are insured.
    """

    id: str
    state: str
    start_on: date
    end_on: date
    kind: str = "compulsory"
    scheme: str = "calendar"
    territory: str | None = None
    contributions: str = "unknown"
    declared: Stage | None = None
    preferred: bool = False
    doubtful: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.end_on < self.start_on:
            raise InputError(
                "end_on",
                _(
                    "%(end_on)s lies before start_on %(start_on)s: correct one",
                    end_on=self.end_on,
                    start_on=self.start_on,
                ),
            )
        inclusive_days(self.start_on, self.end_on)
        self._among("kind", (*KINDS, *P5000_KINDS))
        self._among("contributions", CONTRIBUTIONS)
        self._among("scheme", ("calendar", *SCHEMES))

    def _among(self, name: str, choices: tuple[str, ...]) -> None:
        value = getattr(self, name)
        if value not in choices:
            text = _("%(value)s is unknown: use one of %(choices)s", value=repr(value), choices=choices)
            raise InputError(name, text)

    @property
    def place(self) -> str:
        """The state on whose present territory the period lies."""
        return self.territory or self.state

    @property
    def rank_kind(self) -> str:
        return P5000_KINDS.get(self.kind, self.kind)

    @property
    def days(self) -> int:
        return inclusive_days(self.start_on, self.end_on)

    @property
    def computed(self) -> Stage:
        return calendar_stage(self.start_on, self.end_on)


@dataclass(frozen=True, slots=True)
class Duration:
    """A total certified by a state without dates. ``amounts`` maps a unit to an exact number.

    ``after``: the certificate says that all of it lies on or after this day; ``before``: before this day.
    """

    state: str
    amounts: tuple[tuple[str, Fraction], ...]
    scheme: str | None = None
    after: date | None = None
    before: date | None = None
    calendar_years: int | None = None
    id: str = ""

    @property
    def months(self) -> Fraction:
        """Exact length in months by the conversion table (7-day scheme where none is named).

        Where the number of calendar years is known, none of them holds more than 12 months.
        """
        scheme = self.scheme or "7-day"
        months = sum((months_in(number, unit, scheme) for unit, number in self.amounts), Fraction(0))
        return months if self.calendar_years is None else min(months, Fraction(12 * self.calendar_years))

    @property
    def stage(self) -> Stage:
        return Stage.from_thirty_twelve_days(int(self.months * 30))

    @property
    def smallest_unit(self) -> str:
        order = ("years", "quarters", "months", "weeks", "days", "hours")
        return max((unit for unit, _ in self.amounts), key=order.index)
