"""How figures changed after they were first told: revision triangle, mean and mean absolute revision, reasons."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from common import formatting

from .enums import RevisionReason, ValueState
from .models import Figure, Indicator

VINTAGES = 6


@dataclass
class Triangle:
    """`told`: {period: every number that was shown for it, oldest first}, of one indicator and key."""

    told: dict[str, list[Figure]] = field(default_factory=dict)

    @property
    def revised(self) -> dict[str, list[Figure]]:
        return {period: ones for period, ones in self.told.items() if len(ones) > 1}

    @property
    def days(self) -> list:
        """Days on which something became known, the newest last."""
        every = {timezone.localdate(one.known_from) for ones in self.told.values() for one in ones}
        return sorted(every)[-VINTAGES:]

    @property
    def heads(self) -> list[str]:
        return [formatting.date_short(day) for day in self.days]

    @property
    def differences(self) -> list[Decimal]:
        """Of each period the newest number less the first; a period never revised counts with 0."""
        return [ones[-1].value - ones[0].value for ones in self.told.values()]

    @property
    def mean(self) -> Decimal | None:
        return sum(self.differences) / len(self.differences) if self.told else None

    @property
    def mean_absolute(self) -> Decimal | None:
        return sum(map(abs, self.differences)) / len(self.differences) if self.told else None

    def known_on(self, period: str, day) -> Figure | None:
        """The number of a period that stood at the end of a day."""
        before = [one for one in self.told[period] if timezone.localdate(one.known_from) <= day]
        return before[-1] if before else None

    def cells(self, decimals: int) -> list[list]:
        """Periods downwards, days across; only periods that were revised, the newest first."""
        return [
            [
                formatting.period(period),
                *(self._cell(period, day, decimals) for day in self.days),
                ", ".join(dict.fromkeys(str(one.get_revision_reason_display()) for one in ones[1:])),
            ]
            for period, ones in sorted(self.revised.items(), reverse=True)
        ]

    def _cell(self, period: str, day, decimals: int) -> dict:
        one = self.known_on(period, day)
        if one is None:
            return {"value": "", "number": True}
        return {"value": formatting.decimal(one.value, decimals), "number": True}

    def facts(self, decimals: int) -> list[tuple[str, str]]:
        if not self.told:
            return []
        digits = decimals + 1
        return [
            (_("Periods with a figure"), formatting.number(len(self.told))),
            (_("Periods revised"), formatting.number(len(self.revised))),
            (_("Mean revision"), formatting.decimal(self.mean, digits)),
            (_("Mean absolute revision"), formatting.decimal(self.mean_absolute, digits)),
        ]


def triangle(indicator: Indicator, key: str = "", moment: dt.datetime | None = None) -> Triangle:
    """What had been told by a moment, in one query.

    Passing disclosure control is no revision: only numbers that were shown count.
    """
    shown = Figure.objects.filter(indicator=indicator, key=key, state=ValueState.VALUE)
    if moment:
        shown = shown.filter(known_from__lte=moment)
    told: dict[str, list[Figure]] = defaultdict(list)
    for one in shown.order_by("period", "version"):
        same = told[one.period] and told[one.period][-1].value == one.value
        if not same or one.revision_reason != RevisionReason.DISCLOSURE:
            told[one.period].append(one)
    return Triangle(dict(told))
