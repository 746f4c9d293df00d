"""What does not fit in the registry: asked every night, set-wise, for a person to look at."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import DateField, Exists, F, OuterRef, Q
from django.db.models.functions import TruncMonth

from common import clock
from common.checks import Answer, question

from .enums import WorkerState
from .models import Contribution, Employment, EmploymentPeriod, Worker
from .services import register_audit

OLDEST = 120
SHOWN = 1_000


def _answers(code: str, rows: Iterable, kind: str, field: str = "pk", **details: str) -> list[Answer]:
    return [
        Answer(
            code,
            kind,
            str(getattr(row, field)),
            {name: str(getattr(row, source)) for name, source in details.items()},
        )
        for row in rows[:SHOWN]
    ]


@question("registry.worker_too_old")
def worker_too_old() -> list[Answer]:
    """Nobody lives to a hundred and twenty."""
    today = clock.today()
    born_before = dt.date(today.year - OLDEST, today.month, 1)
    rows = Worker.objects.filter(birth_on__lt=born_before).exclude(state=WorkerState.ARCHIVED)
    return _answers("registry.worker_too_old", rows.order_by("pk"), "pensions.worker")


@question("registry.contribution_outside_period")
def contribution_outside_period() -> list[Answer]:
    """A month that no period of the same employment covers."""
    covering = (
        EmploymentPeriod.objects.annotate(first_month=TruncMonth("start_on", output_field=DateField()))
        .filter(
            Q(end_on__isnull=True) | Q(end_on__gte=OuterRef("month")),
            worker_id=OuterRef("worker_id"),
            employment_id=OuterRef("employment_id"),
            first_month__lte=OuterRef("month"),
        )
        .current()
    )
    rows = Contribution.objects.current().main().filter(~Exists(covering)).order_by("worker_id", "month")
    return _answers(
        "registry.contribution_outside_period", rows, "pensions.worker", "worker_id", month="month"
    )


@question("registry.employer_liquidated_earlier")
def employer_liquidated_earlier() -> list[Answer]:
    """Work that goes on after the employer has ceased to exist."""
    rows = (
        EmploymentPeriod.objects.current()
        .filter(
            Q(end_on__isnull=True) | Q(end_on__gt=F("employment__employer__liquidated_on")),
            employment__employer__liquidated_on__isnull=False,
        )
        .order_by("worker_id", "id")
    )
    return _answers(
        "registry.employer_liquidated_earlier", rows, "pensions.worker", "worker_id", start_on="start_on"
    )


@question("registry.ledger_of_another_worker")
def ledger_of_another_worker() -> list[Answer]:
    """A ledger row whose employment belongs to another worker: the database does not hold the pair together."""
    found = []
    for model in (EmploymentPeriod, Contribution):
        fitting = Employment.objects.filter(pk=OuterRef("employment_id"), worker_id=OuterRef("worker_id"))
        rows = model.objects.filter(~Exists(fitting)).order_by("worker_id", "id")
        found += _answers("registry.ledger_of_another_worker", rows, "pensions.worker", "worker_id")
    return found


@question("registry.paid_less_than_accrued")
def paid_less_than_accrued() -> list[Answer]:
    """Contributions that are not paid in full three months later."""
    today = clock.today()
    due_before = (today.replace(day=1) - dt.timedelta(days=70)).replace(day=1)
    rows = (
        Contribution.objects.current()
        .filter(Q(paid__isnull=True) | Q(paid__lt=F("accrued")), month__lt=due_before, accrued__gt=0)
        .order_by("worker_id", "month")
    )
    return _answers("registry.paid_less_than_accrued", rows, "pensions.worker", "worker_id", month="month")


@question("certificates.control_register")
def control_register_fits() -> list[Answer]:
    """Rows and register entries that contradict each other."""
    return [
        Answer(one.code, *one.row.split(" ", 1), {"entry": one.entry, "what": one.what})
        if one.row
        else Answer(one.code, "pensions.registerentry", str(one.entry), {"what": one.what})
        for one in register_audit.audit()[:SHOWN]
    ]
