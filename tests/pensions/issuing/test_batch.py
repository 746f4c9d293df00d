"""Certificates for a whole staff, as a job."""

import datetime as dt

import pytest

from accounts.enums import Role
from common.errors import Missing, Refused
from monitoring.periods import Period
from monitoring.sources import sources
from pensions.models import Certificate
from pensions.services import certificate_batches, certificates
from tests.pensions.issuing.desk_of_issue import worked
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(office):
    employer = office.employment.employer
    for place in range(3):
        employment = Registry().employment(employer=employer)
        worked(employment, dt.date(2025, 1, 1 + place), dt.date(2025, 2, 28), 2)
    Registry().employment(employer=employer)  # nothing recorded: nothing to certify
    return employer


def test_the_whole_staff_gets_certificates_once(office, staff, run_jobs):
    job = certificate_batches.issue_for_staff(by=office.official, employer=staff)
    assert run_jobs() == ["succeeded"]
    job.refresh_from_db()
    assert job.result == {"issued": 4, "refused": [], "refused_count": 0}
    again = certificate_batches.issue_for_staff(by=office.official, employer=staff)
    assert run_jobs() == ["succeeded"]
    again.refresh_from_db()
    assert again.result["issued"] == 0 and Certificate.everything.count() == 4


def test_one_that_cannot_be_certified_does_not_stop_the_others(office, staff, run_jobs):
    strange = Registry().worker(family_name="王")
    worked(Registry().employment(strange, staff), dt.date(2025, 1, 1), dt.date(2025, 1, 31), 1)
    job = certificate_batches.issue_for_staff(by=office.official, employer=staff)
    run_jobs()
    job.refresh_from_db()
    assert job.result["issued"] == 4
    assert [one["code"] for one in job.result["refused"]] == ["missing_glyph"]


def test_strangers_do_not_issue_for_a_staff(office, staff, house):
    for nobody in (house.user(Role.EMPLOYER_CLERK, "second"), house.user(Role.AUDITOR), office.person):
        with pytest.raises((Missing, Refused)):
            certificate_batches.issue_for_staff(by=nobody, employer=staff)


def test_indicators_count_issues_and_revocations(office):
    made = office.issued()
    certificates.suspend(by=office.official, certificate=made, reason_code="inquiry", reason="a letter")
    certificates.resume(by=office.official, certificate=made, reason="answered")
    certificates.revoke(by=office.official, certificate=made, reason_code="error", reason="a slip")
    office.issued()
    today = dt.date.today()
    quarter = Period.parse(f"{today.year}-Q{(today.month + 2) // 3}")
    assert sources()["certificates_issued"](quarter) == {"": 2}
    assert sources()["certificates_revoked"](quarter) == {"": 1}
    assert sources()["certificates_issued"](quarter.offset(-4)) == {"": 0}
