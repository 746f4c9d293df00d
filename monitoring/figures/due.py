"""Which periods a computation covers."""

from monitoring import formula
from monitoring.periods import Frequency, Period

from .data import HouseData


def due_periods(text: str, frequency: Frequency, wanted: Period, data: HouseData) -> list[Period]:
    """All periods for which the operands of a formula have figures, up to the wanted one."""
    last = wanted if frequency == wanted.frequency else wanted.last_ended(frequency)
    found = {last} if frequency == wanted.frequency else set()
    named = formula.names(formula.parse(text))
    for name in {item for one in named for item in data.items_behind(one)}:
        if Frequency(data.items[name].frequency).per_year >= frequency.per_year:
            each = {Period.containing(period.first_day, frequency) for period in data.periods(name)}
            found |= {period for period in each if period <= last}
    return sorted(found, key=lambda period: period.ordinal)
