"""What an alert rule measures in each period of an indicator: level, change, gap, delay, completeness, revision."""

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal

from common import clock
from monitoring import watch
from monitoring.deliveries import due
from monitoring.enums import AlertKind, ValueState
from monitoring.figures.data import HouseData
from monitoring.models import AlertRule, Figure, TargetSet
from monitoring.periods import Period
from monitoring.revisions import triangle

Measures = list[Decimal | None]
Figures = Sequence[Figure]

FALLS_BELOW = {AlertKind.BELOW, AlertKind.INCOMPLETE}  # rules that are met under their threshold


def measured(rule: AlertRule, figures: Figures, targets: TargetSet | None) -> Measures:
    """A measure for each figure of the total, in order of time; None where nothing can be said."""
    return _KINDS.get(rule.kind, _level)(rule, figures, targets)


def _level(rule: AlertRule, figures: Figures, targets: TargetSet | None) -> Measures:
    return [one.value for one in figures]


def _change(rule: AlertRule, figures: Figures, targets: TargetSet | None) -> Measures:
    return watch.changes([one.value for one in figures])


def _outlier(rule: AlertRule, figures: Figures, targets: TargetSet | None) -> Measures:
    return watch.deviations([one.value for one in figures])


def _revision(rule: AlertRule, figures: Figures, targets: TargetSet | None) -> Measures:
    told = triangle(rule.indicator).told
    return [
        abs(told[one.period][-1].value - told[one.period][0].value) if one.period in told else None
        for one in figures
    ]


def _unsettled(rule: AlertRule, figures: Figures, targets: TargetSet | None) -> Measures:
    """Against the revisions of all other periods of the same indicator."""
    return watch.deviations(_revision(rule, figures, targets))


def _gap(rule: AlertRule, figures: Figures, targets: TargetSet | None) -> Measures:
    if targets is None:
        return [None] * len(figures)
    aim, direction = targets.path, rule.indicator.version.direction
    return [
        None if one.value is None else aim.gap(Period.parse(one.period), one.value, direction)
        for one in figures
    ]


def _missed(rule: AlertRule, figures: Figures, targets: TargetSet | None) -> Measures:
    """The gap in the periods of milestones alone."""
    milestones = set(targets.milestones) if targets else set()
    gaps = _gap(rule, figures, targets)
    return [gap if one.period in milestones else None for one, gap in zip(figures, gaps, strict=True)]


def _late(rule: AlertRule, figures: Figures, targets: TargetSet | None) -> Measures:
    """Days since figures behind the indicator were due and have not come; of the newest figure alone."""
    today = clock.today()
    behind = HouseData().items_behind(rule.indicator.code)
    days = [(today - one.due_on).days for one in due(today) if one.is_late and one.item.code in behind]
    return [*[None] * (len(figures) - 1), Decimal(max(days, default=0))]


def _incomplete(rule: AlertRule, figures: Figures, targets: TargetSet | None) -> Measures:
    """Of all breakdowns that the indicator ever had, how many per cent have a value, shown or withheld."""
    rows = Figure.objects.as_of().filter(indicator=rule.indicator)
    held, keys = Counter(), set()
    for period, key, state in rows.values_list("period", "key", "state"):
        keys.add(key)
        held[period] += state in {ValueState.VALUE, ValueState.SUPPRESSED}
    return [Decimal(100 * held[one.period]) / len(keys) for one in figures]


_KINDS: dict[str, Callable[[AlertRule, Figures, TargetSet | None], Measures]] = {
    AlertKind.CHANGE: _change,
    AlertKind.OUTLIER: _outlier,
    AlertKind.REVISION: _revision,
    AlertKind.UNSETTLED: _unsettled,
    AlertKind.GAP: _gap,
    AlertKind.MISSED: _missed,
    AlertKind.LATE: _late,
    AlertKind.INCOMPLETE: _incomplete,
}
