"""Which periods a computation covers."""

from monitoring import formula
from monitoring.periods import Frequency, Period

from .data import HouseData


def due_periods(text: str, frequency: Frequency, wanted: Period, data: HouseData) -> list[Period]:
    """All periods for which the operands of a formula have figures, up to the wanted one."""
    last = wanted if frequency == wanted.frequency else wanted.last_ended(frequency)
    found = {last} if frequency == wanted.frequency else set()
    for name in formula.names(formula.parse(text)):
        item = data.lookup(name)
        if isinstance(item, formula.Item) and item.frequency == frequency:
            found |= {period for period in data.periods(name) if period <= last}
    return sorted(found, key=lambda period: period.ordinal)
