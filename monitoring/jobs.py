from dataclasses import asdict

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.jobs import BULK, RunningJob, job_kind, run_parts
from monitoring import notices
from monitoring.figures.data import HouseData
from monitoring.models import Comment, GateDecision, Indicator
from monitoring.periods import Period
from monitoring.services import computation, datasets, indicators, releases, targets


@job_kind(computation.KIND, title=_("Compute the indicators of a period"))
def compute(job: RunningJob, *, period: str, full: bool = True) -> dict:
    """Counts the house, then the indicators in parts, then sends what is about persons through disclosure control.

    What is computed stays when the job is cancelled; taken up again after a killed worker, it goes on where it was.
    Not `full`: only indicators that something new reaches since the period was computed last.
    """

    def progress(done: int, of: int, step: str) -> None:
        job.advance(done, of, step=step[:100])

    datasets.count_house(by=job.by, period=Period.parse(period), progress=progress)
    parts = run_parts(
        job, computation.PART, lambda: computation.chunks(period, full=full), step=gettext("indicators")
    )
    outcome = releases.release_figures(by=job.by, progress=progress)
    alerts = targets.look(by=job.by)
    done = {name: sum(one[name] for one in parts) for name in ("indicators", "figures")}
    return {**done, "alerts": len(alerts), **asdict(outcome)}


@job_kind(computation.PART, title=_("Compute some indicators of a period"), queue=BULK)
def compute_part(job: RunningJob, *, period: str, codes: list[str]) -> dict:
    """Each indicator is one transaction; without news it writes nothing."""
    wanted, data = Period.parse(period), HouseData(only=codes)
    fresh = 0
    for done, indicator in enumerate(Indicator.everything.filter(code__in=codes).order_by("code"), start=1):
        fresh += indicators.compute(by=job.by, indicator=indicator, period=wanted, data=data)
        job.advance(done, len(codes), step=indicator.code)
    return {"indicators": len(codes), "figures": fresh}


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
