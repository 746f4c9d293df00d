"""What the registry tells people: uploaders of their files, workers of their papers, employers of what is asked."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.access import table
from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.notices import holders, kind, tell
from common.models import Job
from pensions.enums.corrections import CorrectionState

from .models import Certificate, CorrectionRequest, Demand, Worker, WorkRecordImport

OFFICES = {Role.REGISTRY_OFFICIAL, Role.REGISTRY_SUPERVISOR}
WORKER, EMPLOYER = {Role.WORKER}, {Role.EMPLOYER_CLERK}

kind(
    "pensions.import_over",
    roles=OFFICES | EMPLOYER,
    title=_("Files that I uploaded are checked or recorded"),
    line=ngettext_lazy(
        "%(count)d step with a file of work records is finished.",
        "%(count)d steps with files of work records are finished.",
        "count",
    ),
)
kind(
    "pensions.import_failed",
    roles=OFFICES | EMPLOYER,
    title=_("Files that I uploaded could not be worked on"),
    line=ngettext_lazy(
        "%(count)d file of work records could not be worked on.",
        "%(count)d files of work records could not be worked on.",
        "count",
    ),
)
kind(
    "pensions.correction_answered",
    roles=WORKER,
    title=_("The office has answered what I said is wrong"),
    line=ngettext_lazy(
        "The office has answered a request of yours.",
        "The office has answered %(count)d requests of yours.",
        "count",
    ),
)
kind(
    "pensions.correction_reply",
    roles=OFFICES,
    title=_("A worker has answered my question"),
    line=ngettext_lazy(
        "%(count)d worker has answered your question.",
        "%(count)d workers have answered your questions.",
        "count",
    ),
)
kind(
    "pensions.certificate_issued",
    roles=WORKER,
    title=_("A certificate was issued to me"),
    line=ngettext_lazy(
        "A certificate was issued to you.", "%(count)d certificates were issued to you.", "count"
    ),
)
kind(
    "pensions.certificate_stopped",
    roles=WORKER | EMPLOYER,
    title=_("A certificate does not hold any more"),
    line=ngettext_lazy(
        "%(count)d certificate does not hold any more.",
        "%(count)d certificates do not hold any more.",
        "count",
    ),
)
kind(
    "pensions.demand_over",
    roles=WORKER,
    title=_("The employer was silent or said no"),
    line=ngettext_lazy(
        "An employer has not given what you asked for.",
        "%(count)d times an employer has not given what you asked for.",
        "count",
    ),
)
kind(
    "pensions.demand_waits",
    roles=EMPLOYER,
    title=_("A worker asks for a certificate"),
    line=ngettext_lazy(
        "%(count)d demand for a certificate waits for your answer.",
        "%(count)d demands for certificates wait for your answer.",
        "count",
    ),
)


def _owner(worker: Worker) -> list[User]:
    """The account of the person, whichever of the merged records holds it."""
    root = worker.merged_into_id or worker.pk
    people = Worker.everything.of_person(Worker(pk=root)).filter(user__isnull=False)
    return list(User.objects.filter(pk__in=people.values("user")))


def _office(by: Any) -> Any:
    """An employer is not shown when and how a worker is reached; an office sees what did not arrive."""
    return by if OFFICES & getattr(by, "roles", set()) else None


def _clerks(organisation: Organisation | None) -> list[User]:
    return holders("certificates.demand.answer", [organisation]) if organisation else []


def import_over(job: Job, run: WorkRecordImport, *, failed: bool) -> None:
    """To whoever asked for the step; the page of the file is another one for an employer."""
    user = job.requested_by
    if user is None:
        return
    at_office = table.rules["registry.import.apply"].keys() & user.roles
    name = "admin:pensions_workrecordimport_change" if at_office else "pensions:employer_file"
    code = "pensions.import_failed" if failed else "pensions.import_over"
    tell(code, [user], key=str(job.pk), path=reverse(name, args=[run.pk]))


def correction_moved(request: CorrectionRequest, step_key: Any, *, by: Any) -> None:
    """An answer or a question to the worker; a worker's reply to the official who asked."""
    key = f"{request.pk} {step_key}"
    if request.state in (CorrectionState.ASKED_BACK, CorrectionState.MENDED, CorrectionState.KEPT):
        path = reverse("pensions:my_correction", args=[request.pk])
        people = _owner(request.worker)
        tell("pensions.correction_answered", people, key=key, path=path, about=request, by=by)
    elif request.state == CorrectionState.IN_WORK and request.held_by and request.held_by != by:
        path = reverse("admin:pensions_correctionrequest_change", args=[request.pk])
        tell("pensions.correction_reply", [request.held_by], key=key, path=path, about=request, by=by)


def certificate_issued(certificate: Certificate, *, by: Any) -> None:
    path = reverse("pensions:my_certificates")
    people = _owner(certificate.employment.worker)
    key, by = str(certificate.pk), _office(by)
    tell("pensions.certificate_issued", people, key=key, path=path, about=certificate, by=by)


def certificate_stopped(certificate: Certificate, step_key: Any, *, by: Any) -> None:
    """Suspended or revoked: the worker who carries it, and the employer whose word it is."""
    key, code = f"{certificate.pk} {step_key}", "pensions.certificate_stopped"
    path = reverse("pensions:my_certificates")
    people = _owner(certificate.employment.worker)
    tell(code, people, key=key, path=path, about=certificate, by=_office(by))
    desk = reverse("admin:pensions_certificate_change", args=[certificate.pk])
    clerks = _clerks(certificate.employment.employer.organisation)
    tell(code, clerks, key=key, path=desk, about=certificate, by=by)


def demand_waits(demand: Demand, organisation: Organisation | None, step_key: Any, *, by: Any) -> None:
    """Only where the worker lets the employer know."""
    if demand.may_tell:
        path = reverse("pensions:employer_demand", args=[demand.pk])
        key = f"{demand.pk} {step_key}"
        tell("pensions.demand_waits", _clerks(organisation), key=key, path=path, about=demand, by=by)


def demand_over(demand: Demand, worker: Worker, *, by: Any) -> None:
    path = reverse("pensions:my_demand", args=[demand.pk])
    people = _owner(worker)
    tell("pensions.demand_over", people, key=str(demand.pk), path=path, about=demand, by=_office(by))
