"""Which indicators a computation has to look at: all of them, or those that something new reaches.

New is what came in since the last finished computation of the same period began: observations of a submission or of a
count of the house, a definition, an indicator. A period that was never computed is computed in full.
"""

import datetime as dt

from common.enums import JobState
from common.models import Job
from monitoring.figures.data import HouseData
from monitoring.models import Figure, Indicator, IndicatorVersion, Observation

KIND = "monitoring.compute"
PART = "monitoring.compute_part"
CHUNK = 8  # indicators of one part
OVERLAP = dt.timedelta(hours=1)  # a row is dated before its transaction ends


def chunks(period: str, *, full: bool) -> list[dict]:
    """The parts of a computation as parameters of jobs."""
    codes = wanted(period, full=full)
    return [
        {"period": period, "codes": codes[start : start + CHUNK]} for start in range(0, len(codes), CHUNK)
    ]


def wanted(period: str, *, full: bool) -> list[str]:
    """Codes of active indicators, in order."""
    active = list(Indicator.everything.filter(is_active=True).order_by("code").values_list("code", flat=True))
    since = None if full else last_look(period)
    if since is None:
        return active
    touched = affected(since - OVERLAP)
    return [code for code in active if code in touched]


def last_look(period: str) -> dt.datetime | None:
    """When the last finished computation of the period was asked for."""
    finished = Job.everything.filter(kind=KIND, state=JobState.SUCCEEDED, params__period=period)
    return finished.order_by("-created_at").values_list("created_at", flat=True).first()


def affected(since: dt.datetime) -> set[str]:
    """Indicators that something new reaches, through other indicators too. Five queries."""
    rows = Observation.objects.filter(known_from__gte=since)
    items = set(rows.order_by().values_list("item__code", flat=True).distinct())
    versions = IndicatorVersion.objects.filter(recorded_at__gte=since)
    defined = set(versions.values_list("indicator__code", flat=True))
    computed = set(Figure.objects.order_by().values_list("indicator__code", flat=True).distinct())
    data = HouseData()
    return {
        code
        for code in data.indicators
        if code not in computed or data.items_behind(code) & items or data.indicators_behind(code) & defined
    }
