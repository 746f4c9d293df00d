"""Closures that a supervisor decides on, where the organisation wants it."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership, User
from cases.models import Case, ClosureProposal
from cases.services import approvals, work
from common.errors import Conflict, Invalid, KozotError, Refused

from .conftest import refused

pytestmark = pytest.mark.django_db
ENDED = {"outcome": "resolved", "reason": "paid", "recovered": 100, "currency": "RUB"}


@pytest.fixture
def strict(story):
    approvals.set_rules(by=story.supervisor, organisation=story.ngo, approve_closure=True)
    return story


def propose(story, case, **values):
    return approvals.propose_closure(by=story.worker, case=case, **{**ENDED, **values})


def test_without_the_rule_a_case_is_closed_at_once(story):
    case = story.case()
    work.close(by=story.worker, case=case, **ENDED)
    assert Case.everything.get().status == "closed"


def test_with_the_rule_it_is_proposed_and_decided(strict, client):
    client.cookies["django_language"] = "en"
    case = strict.case()
    with refused(Conflict, "decision_wanted"):
        work.close(by=strict.worker, case=case, **ENDED)
    client.force_login(strict.worker)
    door = lambda name: reverse("admin:cases_case_do", args=[case.pk, name])  # noqa: E731
    assert client.get(door("close")).status_code == 403
    assert client.post(door("propose"), {**ENDED, "recovered": "100"}).status_code == 302
    assert client.get(door("decide")).status_code == 403
    client.force_login(strict.supervisor)
    titles = [str(s["title"]) for s in client.get(reverse("cases:my_day")).context["sections"]]
    assert "Closures that wait for your decision" in titles
    assert client.post(door("decide"), {"accepted": "yes", "note": ""}).status_code == 302
    case = Case.everything.get()
    closure = case.closures.get()
    assert (case.status, closure.outcome, closure.recovered, closure.reason) == (
        "closed",
        "resolved",
        100,
        "paid",
    )
    assert closure.closed_by == strict.supervisor


def test_a_refusal_says_why_and_the_case_goes_on(strict):
    case = strict.case()
    made = propose(strict, case)
    with refused(Conflict, "proposed_already"):
        propose(strict, case)
    with refused(Invalid, "note_missing"):
        approvals.decide(by=strict.supervisor, proposal=made, accepted=False)
    approvals.decide(by=strict.supervisor, proposal=made, accepted=False, note="Call her first")
    assert Case.everything.get().status == "open"
    assert propose(strict, case)
    with refused(Conflict, "decided_already"):
        approvals.decide(
            by=strict.supervisor, proposal=ClosureProposal.everything.get(pk=made.pk), accepted=True
        )


def test_nobody_decides_on_what_he_proposed(strict):
    case = strict.case()
    own = approvals.propose_closure(by=strict.supervisor, case=case, **ENDED)
    with refused(Refused, "own_proposal"):
        approvals.decide(by=strict.supervisor, proposal=own, accepted=True)
    with pytest.raises(KozotError):
        approvals.decide(by=strict.worker, proposal=own, accepted=True)
    second = User.objects.create_user(email="second@example.org", full_name="second")
    Membership.objects.create(user=second, organisation=strict.ngo, role=Role.CASE_SUPERVISOR)
    assert approvals.decide(by=second, proposal=own, accepted=True).accepted


def test_a_proposal_is_as_whole_as_a_closure(strict):
    case = strict.case()
    for values, code in (({"reason": " "}, "reason_missing"), ({"currency": ""}, "currency_missing")):
        with refused(Invalid, code):
            propose(strict, case, **values)
    strict.referral(case)
    with refused(Conflict, "referrals_open"):
        propose(strict, case)


def test_the_rule_is_set_by_its_own_supervisors(story, client):
    with refused(Refused, "refused"):
        approvals.set_rules(by=story.partner_supervisor, organisation=story.ngo, approve_closure=True)
    client.force_login(story.supervisor)
    door = reverse("admin:cases_case_list_do", args=["rules"])
    assert client.post(door, {"approve_closure": "on"}).status_code == 302
    assert client.get(door).context["form"].initial == {"approve_closure": True}
    client.force_login(story.worker)
    assert client.get(door).status_code == 403
