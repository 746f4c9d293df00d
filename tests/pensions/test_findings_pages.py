"""Findings on the desk of officials and on the employer's pages."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership
from common import files
from pensions import findings as all_questions
from pensions.enums.findings import FindingState
from pensions.imports.columns import KIND
from pensions.models import Employer, Finding, FindingStep, WorkRecordImport
from pensions.services import findings, findings_run, ledger
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db
DESK = "admin:pensions_finding_changelist"
CODE = "registry.month_without_contribution"


@pytest.fixture
def finding(house) -> Finding:
    """A month that the clerk's employer did not report."""
    house.user(Role.EMPLOYER_CLERK)
    registry = Registry()
    employer = registry.employer(organisation=house.organisation(OrganisationKind.EMPLOYER))
    Employer.everything.update(created_at=dt.datetime(2024, 1, 1, tzinfo=dt.UTC))
    employment = registry.employment(employer=employer)
    ledger.record_period(
        by=None, employment=employment, start_on=dt.date(2024, 3, 1), end_on=dt.date(2024, 3, 31)
    )
    findings_run.ask_people([employment.worker_id], dt.date(2026, 11, 26))
    return Finding.everything.get(code=CODE)


@pytest.fixture
def official(house, client):
    client.force_login(house.user(Role.REGISTRY_OFFICIAL))
    return client


def test_the_list_shows_what_is_to_be_dealt_with(finding, official):
    page = official.get(reverse(DESK))
    assert str(finding) in page.text
    assert finding.worker.full_name in page.text
    findings.explain(by=None, finding=finding, reason="unpaid leave")
    assert finding.worker.full_name not in official.get(reverse(DESK)).text
    assert finding.worker.full_name in official.get(reverse(DESK), {"state": "explained"}).text
    assert (
        finding.worker.full_name
        not in official.get(reverse(DESK), {"state": "explained", "code": "registry.wage_jumps"}).text
    )


def test_several_are_assigned_at_once(finding, official, house):
    colleague = house.user(Role.REGISTRY_SUPERVISOR)
    page = official.post(reverse("admin:pensions_finding_list_do", args=["assign_many"]), {"count": 10})
    assert page.context["fit"] == 1 and not FindingStep.everything.filter(by__isnull=False).exists()
    address, rows = page.context["url"], page.context["rows"]
    refused = official.post(address, {"rows": rows, "to": str(house.user(Role.ANALYST).pk)})
    assert refused.status_code == 400
    assert official.post(address, {"rows": rows, "to": str(colleague.pk)}).status_code == 302
    finding.refresh_from_db()
    assert (finding.assigned_to, finding.state) == (colleague, FindingState.IN_WORK)


def test_chosen_ones_are_taken(finding, official, house):
    posted = {"action": "take", "_selected_action": [str(finding.pk)]}
    page = official.post(reverse(DESK), posted)
    finding.refresh_from_db()
    assert (page.context["fit"], finding.assigned_to) == (1, None)
    official.post(page.context["url"], {"rows": page.context["rows"]})
    finding.refresh_from_db()
    assert finding.assigned_to == house.user(Role.REGISTRY_OFFICIAL)


def test_an_official_of_another_state_does_nothing(finding, client, house):
    client.force_login(house.user(Role.REGISTRY_OFFICIAL, "abroad", "RU"))
    assert finding.worker.full_name not in client.get(reverse(DESK)).text
    for name in ("assign", "explain", "reopen"):
        address = reverse("admin:pensions_finding_do", args=[finding.pk, name])
        assert client.post(address, {"reason": "because"}).status_code == 404
    client.post(reverse(DESK), {"action": "take", "_selected_action": [str(finding.pk)]})
    client.post(reverse("admin:pensions_finding_bulk", args=["take"]), {"rows": str(finding.pk)})
    finding.refresh_from_db()
    assert (finding.state, finding.assigned_to) == (FindingState.OPEN, None)


def test_the_record_and_the_history_are_on_its_page(finding, official, journal):
    explain = reverse("admin:pensions_finding_do", args=[finding.pk, "explain"])
    assert official.post(explain, {"reason": " "}).status_code == 400
    assert official.post(explain, {"reason": "unpaid leave"}).status_code == 302
    page = official.get(reverse("admin:pensions_finding_change", args=[finding.pk])).text
    assert reverse("admin:pensions_worker_change", args=[finding.worker_id]) in page
    assert "unpaid leave" in page and "2024" in page
    assert journal(action="registry.finding.work", subject_id=finding.worker_id).exists()
    assert journal(verb="read", subject_id=finding.worker_id).exists()


def test_an_employer_answers_and_the_office_reads_it(finding, client, house):
    client.force_login(house.user(Role.EMPLOYER_CLERK))
    assert finding.worker.full_name in client.get(reverse("pensions:employer_asks")).text
    address = reverse("pensions:employer_ask", args=[finding.pk])
    assert client.post(address, {"note": ""}).status_code == 400
    assert client.post(address, {"note": "The month is in today's file."}).status_code == 302
    finding.refresh_from_db()
    assert finding.state == FindingState.IN_WORK
    assert "The month is in today" in client.get(address).text


def test_another_employer_sees_nothing(finding, client, house):
    client.force_login(house.user(Role.EMPLOYER_CLERK, "second"))
    assert client.get(reverse("pensions:employer_ask", args=[finding.pk])).status_code == 404
    Finding.everything.update(owner="registry")
    client.force_login(house.user(Role.EMPLOYER_CLERK))
    assert client.get(reverse("pensions:employer_ask", args=[finding.pk])).status_code == 404


def test_every_question_says_what_to_do(db):
    for one in all_questions.questions().values():
        assert str(one.title) and str(one.advice)


def test_every_nightly_question_has_a_title_and_advice(db):
    from common import checks
    from pensions.findings.question import advice, title

    asked = [code for code in checks.questions() if code.startswith(("registry.", "certificates."))]
    assert len(asked) > 5
    for code in asked:
        assert str(title(code)) != code and str(advice(code)), code


def test_a_clerk_who_also_works_at_the_office_meets_only_the_own_questions(finding, client, house):
    """At the office the same person sees all of them; the pages of an employer none of a stranger."""
    clerk = house.user(Role.EMPLOYER_CLERK, "second")
    Registry().employer(organisation=house.organisation(OrganisationKind.EMPLOYER, "second"))
    fund = house.organisation(OrganisationKind.SOCIAL_FUND)
    Membership.objects.create(
        user=clerk, organisation=fund, role=Role.REGISTRY_OFFICIAL, from_on=dt.date(2026, 1, 1)
    )
    sent = files.store(b"a", name="strange.csv", media_type="text/csv")
    WorkRecordImport.everything.create(
        kind=KIND,
        state="checked",
        file=sent,
        sha256=sent.sha256,
        format="csv",
        params={"state": "KG"},
        organisation_id=house.organisation(OrganisationKind.EMPLOYER).pk,
        created_by=house.user(Role.EMPLOYER_CLERK),
    )
    client.force_login(clerk)
    assert finding.worker.full_name in client.get(reverse(DESK)).text
    assert client.get(reverse("pensions:employer_asks")).context["rows"] == []
    assert client.get(reverse("pensions:employer_files")).context["rows"] == []
