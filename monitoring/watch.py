"""When a series calls for attention: level, change, gap to the path, outlier, revision; in a row, and not too often.

Knows numbers only. A rule is met when its measure has stood beyond the threshold in the last `periods` periods; it
speaks once for such a run, and again only after the run has ended and the days of silence are over.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from statistics import median

Measures = Sequence[Decimal | None]

TO_NORMAL = Decimal("1.4826")  # median absolute deviation of normal data to their standard deviation


def changes(values: Measures) -> list[Decimal | None]:
    """Of each value the distance to the one before."""
    pairs = zip([None, *values], values, strict=False)
    return [None if before is None or now is None else abs(now - before) for before, now in pairs]


def deviations(values: Measures) -> list[Decimal | None]:
    """Of each value the distance from the median of all others, in robust standard deviations.

    None with fewer than five others, or where more than half of them are the same: nothing can be said then.
    """
    found: list[Decimal | None] = []
    for place, value in enumerate(values):
        others = [one for other, one in enumerate(values) if other != place and one is not None]
        if value is None or len(others) < 5:
            found.append(None)
            continue
        middle = median(others)
        spread = TO_NORMAL * median(abs(one - middle) for one in others)
        found.append(abs(value - middle) / spread if spread else None)
    return found


def run_length(measures: Measures, beyond: Callable[[Decimal], bool]) -> int:
    """How many of the last measures in a row are beyond; a period without a measure ends the run."""
    length = 0
    for one in reversed(measures):
        if one is None or not beyond(one):
            break
        length += 1
    return length


def speaks(run: int, periods: int, since_last: int | None, silent_days: int | None, cool_down: int) -> bool:
    """`since_last`: periods since the last alert, `silent_days`: days since it; None: there was none."""
    if run < periods:
        return False
    if since_last is None:
        return True
    return run <= since_last and (silent_days or 0) >= cool_down
