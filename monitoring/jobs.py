from dataclasses import asdict

from django.utils.translation import gettext_lazy as _

from common.jobs import RunningJob, job_kind
from monitoring import notices
from monitoring.figures.data import HouseData
from monitoring.models import Comment, GateDecision, Indicator
from monitoring.periods import Period
from monitoring.services import datasets, indicators, releases, targets


@job_kind("monitoring.compute", title=_("Compute the indicators of a period"))
def compute(job: RunningJob, *, period: str) -> dict:
    """Counts the house, then every indicator, then sends what is about persons through disclosure control.

    What is computed stays when the job is cancelled and run again.
    """
    wanted = Period.parse(period)
    datasets.count_house(by=job.by, period=wanted)
    data = HouseData()
    every = list(Indicator.everything.filter(is_active=True).order_by("code"))
    fresh = 0
    for done, indicator in enumerate(every, start=1):
        fresh += indicators.compute(by=job.by, indicator=indicator, period=wanted, data=data)
        job.advance(done, len(every), step=indicator.code)
    outcome = releases.release_figures(
        by=job.by, progress=lambda done, of, step: job.advance(done, of, step=step)
    )
    alerts = targets.look(by=job.by)
    return {"indicators": len(every), "figures": fresh, "alerts": len(alerts), **asdict(outcome)}


@job_kind("monitoring.release", title=_("Look at a table of persons again"))
def release(job: RunningJob, *, table: str, period: str) -> dict:
    """Disclosure control with one table sought anew, and every other that has news."""
    outcome = releases.release_figures(
        by=job.by,
        progress=lambda done, of, step: job.advance(done, of, step=step),
        anew=(table, period),
    )
    return asdict(outcome)


@job_kind(notices.KIND, title=_("Tell the author of a comment that a measure has moved"))
def tell_author(job: RunningJob, *, comment: str, decision: str) -> dict:
    """One address, one decision. The row of the job is what keeps it from being sent twice."""
    found = Comment.objects.get(pk=comment)
    taken = GateDecision.objects.select_related("review__entry__run__measure").get(pk=decision)
    return {"sent": notices.send(comment=found, decision=taken)}
