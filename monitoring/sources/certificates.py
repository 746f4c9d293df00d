from monitoring.periods import Period
from pensions.models import CertificateStep

from .counting import Counts, item_source, moments


def _count(steps, period: Period) -> Counts:
    start, end = moments(period)
    return {"": steps.filter(at__gte=start, at__lt=end).count()}


@item_source("certificates_issued")
def certificates_issued(period: Period) -> Counts:
    return _count(CertificateStep.everything.issues(), period)


@item_source("certificates_revoked")
def certificates_revoked(period: Period) -> Counts:
    return _count(CertificateStep.everything.revocations(), period)
