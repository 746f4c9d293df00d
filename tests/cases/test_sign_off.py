"""Assessments and plans that a supervisor approves, where the organisation wants it for this kind of case."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership, User
from cases.models import ApprovalRequest, KindRules
from cases.services import approvals, sign_off, work
from common import clock
from common.errors import Conflict, Invalid, KozotError, Missing, Refused

from .conftest import refused

pytestmark = pytest.mark.django_db
WISHES = ["approve_assessment", "approve_plan", "approve_closure"]


@pytest.fixture
def strict(story):
    approvals.set_kind_rules(
        by=story.supervisor, organisation=story.ngo, types=["unpaid_wages"], approvals=WISHES, keep_years=None
    )
    return story


def plan(story, case, **values):
    asked = {"kind": "court", "what": "sue", "owner": story.worker, "due_on": clock.today()}
    return work.plan(by=story.worker, case=case, **{**asked, **values})


def approve(story, case, kind, accepted=True, **values):
    asked = {"by": story.supervisor, "note": "" if accepted else "more", **values}
    return approvals.approve(request=sign_off.waiting(case, kind), accepted=accepted, **asked)


def test_each_step_waits_for_its_approval(strict):
    case = strict.case()
    with refused(Conflict, "assessment_unapproved"):
        plan(strict, case)
    strict.assess(case)
    with refused(Conflict, "assessment_unapproved"):
        plan(strict, case)
    approve(strict, case, "assessment", accepted=False)
    with refused(Conflict, "assessment_unapproved"):
        plan(strict, case)
    strict.assess(case)
    approve(strict, case, "assessment")
    first = plan(strict, case)
    for refused_act in (
        lambda: work.complete(by=strict.worker, planned=first, result="r"),
        lambda: strict.referral(case),
    ):
        with refused(Conflict, "plan_unapproved"):
            refused_act()
    approvals.submit_plan(by=strict.worker, case=case)
    with refused(Conflict, "proposed_already"):
        approvals.submit_plan(by=strict.worker, case=case)
    approve(strict, case, "case_plan")
    work.complete(by=strict.worker, planned=first, result="r")
    later = plan(strict, case, what="added after the approval")
    with refused(Conflict, "plan_unapproved"):
        work.complete(by=strict.worker, planned=later, result="r")
    work.complete(by=strict.worker, planned=later, result="not needed", state="dropped")
    with refused(Conflict, "decision_wanted"):
        work.close(by=strict.worker, case=case, outcome="resolved", reason="paid")


def test_danger_is_not_held_up(strict):
    case = strict.case()
    work.assess(by=strict.worker, case=case, answers={}, risk_level="critical")
    work.complete(by=strict.worker, planned=plan(strict, case, kind="safehouse"), result="safe")


def test_other_kinds_and_other_organisations_are_free(strict):
    case = strict.case(type="documents")
    work.complete(by=strict.worker, planned=plan(strict, case), result="r")
    approvals.set_kind_rules(
        by=strict.partner_supervisor,
        organisation=strict.partner,
        types=["documents"],
        approvals=WISHES,
        keep_years=None,
    )
    plan(strict, case)
    with refused(Conflict, "not_wanted"):
        approvals.submit_plan(by=strict.worker, case=case)


def test_four_eyes(strict):
    case = strict.case()
    work.assess(by=strict.supervisor, case=case, answers={}, risk_level="low")
    with refused(Refused, "own_proposal"):
        approve(strict, case, "assessment")
    for by in (strict.worker, strict.partner_supervisor):
        with pytest.raises((Refused, Missing)):
            approve(strict, case, "assessment", by=by)
    second = User.objects.create_user(email="second@example.org", full_name="second")
    Membership.objects.create(user=second, organisation=strict.ngo, role=Role.CASE_SUPERVISOR)
    with refused(Invalid, "note_missing"):
        approve(strict, case, "assessment", accepted=False, note=" ", by=second)
    request = sign_off.waiting(case, "assessment")
    approve(strict, case, "assessment", by=second)
    with refused(Conflict, "decided_already"):
        approvals.approve(by=second, request=ApprovalRequest.everything.get(pk=request.pk), accepted=True)


def test_only_the_newest_assessment_is_decided_on(strict):
    case = strict.case()
    strict.assess(case)
    old = sign_off.waiting(case, "assessment")
    strict.assess(case)
    with refused(Conflict, "superseded"):
        approvals.approve(by=strict.supervisor, request=old, accepted=True)
    assert sign_off.waiting(case, "assessment") != old


def test_it_is_done_on_the_pages(strict, client):
    client.cookies["django_language"] = "en"
    case = strict.case()
    strict.assess(case)
    strict.assess(case)
    door = lambda name: reverse("admin:cases_case_do", args=[case.pk, name])  # noqa: E731
    client.force_login(strict.worker)
    assert client.get(door("approve")).status_code == 403
    client.force_login(strict.supervisor)
    told = {str(s["title"]): s["rows"] for s in client.get(reverse("cases:my_day")).context["sections"]}
    assert len(told["Assessments and plans that wait for your decision"]) == 1, "the older one does not wait"
    asked = {"request": sign_off.waiting(case, "assessment").pk, "accepted": "yes", "note": "ok"}
    assert client.post(door("approve"), asked).status_code == 302
    client.force_login(strict.worker)
    assert client.get(door("submit")).status_code == 403, "nothing is planned"
    plan(strict, case)
    assert client.post(door("submit")).status_code == 302
    page = client.get(reverse("admin:cases_case_change", args=[case.pk])).content.decode()
    assert "Put before a supervisor: case plan" in page
    assert "approved" in page


def test_rules_are_set_for_several_kinds_at_once(story, client):
    client.cookies["django_language"] = "en"
    client.force_login(story.supervisor)
    door = reverse("admin:cases_case_list_do", args=["kinds"])
    data = {"types": ["death", "medical"], "approvals": ["approve_plan"], "keep_years": "7"}
    assert client.post(door, data).status_code == 302
    assert set(KindRules.everything.values_list("type", "approve_plan", "keep_years")) == {
        ("death", True, 7),
        ("medical", True, 7),
    }
    assert "case plan, kept for 7 years" in client.get(door).content.decode()
    assert client.post(door, {**data, "keep_years": "99"}).status_code == 400
    client.force_login(story.worker)
    assert client.get(door).status_code == 403
    for by in (story.worker, story.partner_supervisor):
        with pytest.raises(KozotError):
            approvals.set_kind_rules(
                by=by, organisation=story.ngo, types=["death"], approvals=[], keep_years=None
            )
