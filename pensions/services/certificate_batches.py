"""Certificates for an employer's whole staff, one transaction each, as a job that may run twice and go on later."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import Organisation
from common.errors import Conflict, KozotError, Refused
from common.jobs import RunningJob, enqueue
from common.service import service
from pensions.enums.issuing import BlankState, CertificateState
from pensions.models import (
    BatchRefusal,
    Blank,
    Certificate,
    CertificateBatch,
    Employer,
    Employment,
    EmploymentPeriod,
)
from pensions.services import certificate_prints, certificates

KIND = "certificates.issue_for_staff"
# What stops everybody stops the run: the rest waits until somebody lets it go on.
STOPS = ("no_blank", "no_key", "no_right")


@service
def issue_for_staff(
    *, by: Any, employer: Employer, issuer: Organisation | None = None, language: str = "ky"
) -> CertificateBatch:
    """Queues certificates for everybody in whose employment there is no certificate in force."""
    access.require(by, certificates.ISSUE)
    access.require(by, "registry.employer.view", employer)
    own = certificates.issuing_organisations(by) if by is not None else [issuer]
    if not own:
        raise Refused()
    issuer = issuer or next((one for one in own if one.pk == employer.organisation_id), own[0])
    if issuer not in own:
        raise Refused()
    batch = CertificateBatch.everything.create(
        employer=employer, issuer=issuer, language=language, created_by=by
    )
    return _run(by, batch)


@service
def go_on(*, by: Any, batch: CertificateBatch) -> CertificateBatch:
    """Another run for whoever has none yet; Conflict while one is under way."""
    access.require(by, certificates.ISSUE, batch)
    batch = CertificateBatch.everything.select_related("job").get(pk=batch.pk)
    if batch.job is not None and not batch.job.is_over:
        raise Conflict("under_way", _("This is under way already."))
    return _run(by, batch)


def _run(by: Any, batch: CertificateBatch) -> CertificateBatch:
    batch.job = enqueue(KIND, by=by, params={"batch_id": str(batch.pk)})
    batch.save(update_fields=["job"])
    return batch


def issue_all(job: RunningJob, batch_id: str) -> dict:
    """{issued, refused, batch}. What was done before the job was stopped or lost is not done again."""
    batch = CertificateBatch.everything.select_related("issuer").get(pk=batch_id)
    certificate_prints.print_missing(Certificate.everything.filter(batch=batch.pk))
    waiting = list(_staff(batch))
    done = Certificate.everything.sealed().filter(batch=batch.pk).count()
    total = done + len(waiting)
    for employment in waiting:
        job.advance(done, total)
        _try(job.by, batch, employment)
        done += 1
    job.advance(done, total)
    return {
        "batch": str(batch.pk),
        "issued": Certificate.everything.sealed().filter(batch=batch.pk).count(),
        "refused": batch.refusals.count(),
    }


def _try(by: Any, batch: CertificateBatch, employment: Employment) -> None:
    try:
        _issue_one(by, batch, employment)
    except KozotError as error:
        values = {"code": error.code, "text": f"{error} {error.way_out}".strip()[:400]}
        BatchRefusal.everything.update_or_create(batch=batch, employment=employment, defaults=values)
        if error.code in STOPS:
            raise
    else:
        BatchRefusal.everything.filter(batch=batch, employment=employment).delete()


def _staff(batch: CertificateBatch) -> Iterator[Employment]:
    """Employments with a period and without a certificate in force, in the order of the alphabet."""
    in_force = Certificate.everything.filter(state=CertificateState.ISSUED).values("employment_id")
    worked = EmploymentPeriod.everything.current().values("employment_id")
    return (
        Employment.everything.filter(employer_id=batch.employer_id, pk__in=worked)
        .exclude(pk__in=in_force)
        .exclude(pk__in=Certificate.everything.sealed().filter(batch=batch.pk).values("employment_id"))
        .order_by("worker__sort_key", "pk")
    )


def _issue_one(by: Any, batch: CertificateBatch, employment: Employment) -> Certificate:
    for left_over in Certificate.everything.filter(batch=batch.pk, employment=employment):
        certificates.discard_draft(by=by, certificate=left_over)  # the record may have changed since
    draft = certificates.draft_certificate(
        by=by, employment=employment, issuer=batch.issuer, language=batch.language, batch=batch.pk
    )
    return certificates.issue_certificate(by=by, certificate=draft)


# Blanks of a batch ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gap:
    """A number between the first and the last of the batch that the batch did not take, and where it is."""

    blank: Blank

    @property
    def certificate(self) -> str:
        """The certificate on it, when it was used for another."""
        used = self.blank.state == BlankState.USED and hasattr(self.blank, "certificate")
        return self.blank.certificate.number if used else ""


def gaps(batch: CertificateBatch) -> list[Gap]:
    """Numbers that the batch stepped over, series by series, in one query for each series."""
    taken: dict[str, list[int]] = {}
    used = (
        Certificate.everything.sealed().filter(batch=batch.pk).values_list("blank__series", "blank__number")
    )
    for series, number in used.order_by("blank__series", "blank__number"):
        taken.setdefault(series, []).append(number)
    found: list[Gap] = []
    for series, numbers in taken.items():
        between = Blank.everything.between(series, numbers[0], numbers[-1]).exclude(number__in=numbers)
        found += [Gap(blank) for blank in between.select_related("certificate").order_by("number")]
    return found
