"""Certificates for an employer's whole staff, one transaction each, as a job that may run twice."""

import uuid
from typing import Any

from accounts import access
from accounts.models import Organisation
from common.errors import KozotError, Refused
from common.jobs import RunningJob, enqueue
from common.models import Job
from common.service import service
from pensions.enums_issuing import CertificateState
from pensions.models import Certificate, Employer, Employment, EmploymentPeriod
from pensions.services import certificates

KIND = "certificates.issue_for_staff"
MOST_REFUSALS = 200


@service
def issue_for_staff(
    *, by: Any, employer: Employer, issuer: Organisation | None = None, language: str = "ky"
) -> Job:
    """Queues certificates for everybody in whose employment there is no certificate in force."""
    access.require(by, certificates.ISSUE)
    access.require(by, "registry.employer.view", employer)
    own = certificates.issuing_organisations(by) if by is not None else [issuer]
    issuer = issuer or next((one for one in own if one.pk == employer.organisation_id), own[0])
    if issuer not in own:
        raise Refused()
    params = {"employer_id": str(employer.pk), "issuer_id": str(issuer.pk), "language": language}
    return enqueue(KIND, by=by, params=params)


def issue_all(job: RunningJob, employer_id: str, issuer_id: str, language: str) -> dict:
    """{issued, refused: [{employment, code}]}. What was done before the job was stopped or lost is not done again."""
    batch = uuid.UUID(str(job.job.pk))
    issuer = Organisation.objects.get(pk=issuer_id)
    waiting = list(_staff(employer_id, batch))
    refused: list[dict] = []
    done = Certificate.everything.sealed().filter(batch=batch).count()
    total = done + len(waiting)
    for employment in waiting:
        job.advance(done, total)
        try:
            _issue_one(job.by, employment, issuer, language, batch)
        except KozotError as error:
            refused.append({"employment": str(employment.pk), "code": error.code})
            if error.code in ("no_blank", "no_key", "no_right"):
                raise
        done += 1
    job.advance(done, total)
    return {
        "issued": Certificate.everything.sealed().filter(batch=batch).count(),
        "refused": refused[:MOST_REFUSALS],
        "refused_count": len(refused),
    }


def _staff(employer_id: str, batch: uuid.UUID):
    """Employments with a period and without a certificate in force."""
    in_force = Certificate.everything.filter(state=CertificateState.ISSUED).values("employment_id")
    worked = EmploymentPeriod.everything.current().values("employment_id")
    return (
        Employment.everything.filter(employer_id=employer_id, pk__in=worked)
        .exclude(pk__in=in_force)
        .exclude(pk__in=Certificate.everything.sealed().filter(batch=batch).values("employment_id"))
        .order_by("pk")
    )


def _issue_one(
    by: Any, employment: Employment, issuer: Organisation, language: str, batch: uuid.UUID
) -> Certificate:
    draft = Certificate.everything.filter(batch=batch, employment=employment).first()
    if draft is None:
        draft = certificates.draft_certificate(
            by=by, employment=employment, issuer=issuer, language=language, batch=batch
        )
    return certificates.issue_certificate(by=by, certificate=draft)
