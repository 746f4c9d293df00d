"""Certificates for a whole staff, as a job."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.enums import Role
from common.errors import Conflict, Missing, Refused
from monitoring.periods import Period
from monitoring.sources import sources
from pensions.models import Certificate, Worker
from pensions.services import blanks, certificate_batches, certificates
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
    batch = certificate_batches.issue_for_staff(by=office.official, employer=staff)
    assert run_jobs() == ["succeeded"]
    batch.job.refresh_from_db()
    assert batch.job.result == {"batch": str(batch.pk), "issued": 4, "refused": 0}
    again = certificate_batches.issue_for_staff(by=office.official, employer=staff)
    assert run_jobs() == ["succeeded"]
    again.job.refresh_from_db()
    assert again.job.result["issued"] == 0 and Certificate.everything.count() == 4


def test_one_that_cannot_be_certified_does_not_stop_the_others(office, staff, run_jobs, client, english):
    strange = Registry().worker(family_name="王")
    worked(Registry().employment(strange, staff), dt.date(2025, 1, 1), dt.date(2025, 1, 31), 1)
    batch = certificate_batches.issue_for_staff(by=office.official, employer=staff)
    run_jobs()
    batch.job.refresh_from_db()
    assert batch.job.result["issued"] == 4
    assert [(one.code, one.employment.worker) for one in batch.refusals.all()] == [("missing_glyph", strange)]
    page = desk_page(client, office.official, batch)
    assert "王" in page and batch.refusals.get().text in page
    Worker.everything.filter(pk=strange.pk).update(family_name="Ван")
    certificate_batches.go_on(by=office.official, batch=batch)
    assert run_jobs() == ["succeeded"]
    assert not batch.refusals.exists() and Certificate.everything.filter(batch=batch.pk).count() == 5


def desk_page(client, user, batch) -> str:
    client.force_login(user)
    answer = client.get(reverse("admin:pensions_certificatebatch_change", args=[batch.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_run_without_blanks_stops_and_goes_on_where_it_was(office, staff, run_jobs, client):
    blanks.write_off(
        by=office.official,
        custodian=office.organisation,
        kind="lost",
        series="КГ",
        first=3,
        last=50,
        reason="lost on the road",
    )
    batch = certificate_batches.issue_for_staff(by=office.official, employer=staff)
    assert run_jobs() == ["failed"]
    assert batch.refusals.get().code == "no_blank" and Certificate.everything.sealed().count() == 2
    blanks.receive_blanks(
        by=office.official, custodian=office.organisation, series="КГ", first=51, last=60, document="№ 8"
    )
    certificate_batches.go_on(by=office.official, batch=batch)
    with pytest.raises(Conflict):
        certificate_batches.go_on(by=office.official, batch=batch)
    assert run_jobs() == ["succeeded"]
    taken = Certificate.everything.filter(batch=batch.pk).order_by("blank__number")
    assert [one.blank.number for one in taken] == [1, 2, 51, 52]
    found = certificate_batches.gaps(batch)
    assert [gap.blank.number for gap in found] == list(range(3, 51))
    assert {gap.blank.state for gap in found} == {"lost"}
    assert "КГ 0000003" in desk_page(client, office.official, batch)


def test_numbers_used_for_others_are_named_as_gaps(office, staff, run_jobs):
    """A certificate issued by hand between two runs takes the next number; the batch says which."""
    strange = Registry().worker(family_name="王")
    worked(Registry().employment(strange, staff), dt.date(2025, 1, 1), dt.date(2025, 1, 31), 1)
    batch = certificate_batches.issue_for_staff(by=office.official, employer=staff)
    run_jobs()
    other = office.issued(employment=worked(Registry().employment(), dt.date(2025, 1, 1), None, 1))
    Worker.everything.filter(pk=strange.pk).update(family_name="Ван")
    certificate_batches.go_on(by=office.official, batch=batch)
    run_jobs()
    assert [gap.certificate for gap in certificate_batches.gaps(batch)] == [other.number]


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
