"""The case worker's desk in the browser's eyes: each button, and who may not press it."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from cases.admin.cases import CaseDesk, HelpRequestDesk
from cases.admin.referrals import ReferralDesk
from cases.models import Case, HelpRequest, Referral
from common.journal.models import Verb

pytestmark = pytest.mark.django_db
DESKS = {Case: CaseDesk, HelpRequest: HelpRequestDesk, Referral: ReferralDesk}
OUTSIDERS = [r for r in Role if r not in {Role.CASE_WORKER, Role.CASE_SUPERVISOR, Role.PUBLIC}]


@pytest.fixture
def sign_in(client):
    def act(user):
        client.force_login(user)
        return client

    return act


def do(name, obj, action):
    return reverse(f"admin:cases_{name}_do", args=[obj.pk, action])


def test_the_public_form_takes_a_call_and_shows_the_receipt_once(client, story):
    answer = client.post(
        reverse("cases:help"),
        {"type": "unpaid_wages", "country": "RU", "text": "Айлык жок", "channel": "none"},
    )
    assert answer.url == reverse("cases:received")
    receipt = HelpRequest.everything.get().receipt
    assert receipt in client.get(answer.url).content.decode()
    assert client.get(answer.url).status_code == 302, (
        "the receipt is not kept for the next holder of the phone"
    )


def test_the_public_form_says_what_is_missing(client, story):
    answer = client.post(
        reverse("cases:help"), {"type": "other", "country": "RU", "text": "x", "channel": "call"}
    )
    assert answer.status_code == 400
    assert answer.context["form"].errors["contact"]


def test_the_public_form_is_limited_by_address(client, story):
    data = {"type": "other", "country": "RU", "text": "x", "channel": "none"}
    codes = [client.post(reverse("cases:help"), data).status_code for _ in range(11)]
    assert codes == [302] * 10 + [429]


def test_a_case_worker_walks_a_case_through_the_desk(sign_in, story, journal):
    request = story.request()
    client = sign_in(story.worker)
    assert request.receipt in client.get(reverse("admin:cases_helprequest_changelist")).content.decode()
    answer = client.post(do("helprequest", request, "take"))
    case = Case.everything.get()
    assert answer.url == reverse("admin:cases_case_change", args=[case.pk])
    steps = {
        "contact": {},
        "assess": {
            "answer_work": "Москва, курулуш",
            "answer_free_to_leave": "yes",
            "risk_level": "high",
            "claimed": "1000,50",
            "currency": "RUB",
        },
        "suggested": {"codes": ["1.1", "1.3"], "owner": story.worker.pk},
        "plan": {"kind": "court", "what": "sue", "due_on": "2027-01-01", "owner": story.worker.pk},
        "move": {"step": "assessment", "reason": "more was told"},
        "incident": {"physical_assault": "on", "account": "урушкан", "contexts": ["family"]},
        "note": {"text": "эскертүү"},
        "respondent": {"kind": "employer", "name": "Ромашка"},
        "consent": {
            "use": "referral",
            "recipient": story.partner.pk,
            "purpose": "p",
            "fields_shown": ["situation", "name"],
            "how": "call",
            "expires_on": "2027-06-01",
        },
    }
    from cases.models import Partner

    Partner.everything.create(organisation=story.partner)
    for action, data in steps.items():
        answer = client.post(do("case", case, action), data)
        assert answer.status_code == 302, (action, answer.context["form"].errors)
    consent = case.consents.get()
    asked = {"consent": consent.pk, "service": "court", "situation": "owed wages"}
    preview = client.post(do("case", case, "refer"), asked)
    answer = client.post(do("case", case, "refer"), dict(preview.context["hidden"]))
    assert answer.status_code == 302
    page = client.get(reverse("admin:cases_case_change", args=[case.pk])).content.decode()
    assert "эскертүү" in page
    assert journal(verb=Verb.READ, object_id=str(case.pk)).exists()


@pytest.mark.parametrize("model", DESKS)
@pytest.mark.parametrize("role", OUTSIDERS)
def test_every_button_is_closed_to_every_other_role(sign_in, story, house, role, model):
    story.referral()
    story.request()
    obj = model.everything.first()
    client = sign_in(house.user(role))
    name = model._meta.model_name
    for one in DESKS[model].object_actions:
        for answer in (
            client.get(do(name, obj, one.name)),
            client.post(do(name, obj, one.name), {"reason": "x"}),
        ):
            assert answer.status_code in {302, 403, 404}
            if answer.status_code == 302:
                assert "/admin/login/" in answer.url
    page = client.get(reverse(f"admin:cases_{name}_change", args=[obj.pk]))
    assert page.status_code in {302, 403}
    assert obj.pk.hex not in page.content.decode()


@pytest.mark.parametrize("who", ["worker", "supervisor"])
def test_another_organisation_cannot_open_or_press_anything(sign_in, story, house, who):
    case = story.case()
    role = {"worker": Role.CASE_WORKER, "supervisor": Role.CASE_SUPERVISOR}[who]
    client = sign_in(house.user(role, "third"))
    assert (
        client.get(reverse("admin:cases_case_change", args=[case.pk])).status_code == 302
    )  # to its own list
    assert case.number not in client.get(reverse("admin:cases_case_changelist") + "?q=C-").content.decode()
    for one in CaseDesk.object_actions:
        assert client.post(do("case", case, one.name), {"reason": "x", "text": "x"}).status_code == 404
    assert case.notes.count() == 0


def test_another_cases_consent_cannot_be_used_through_the_form(sign_in, story):
    mine, other = story.case(), story.case()
    foreign = story.consent(other)
    answer = sign_in(story.worker).post(
        do("case", mine, "refer"), {"consent": foreign.pk, "service": "court", "situation": "x"}
    )
    assert answer.status_code == 400
    assert not Referral.everything.exists()


def test_a_case_page_costs_the_same_however_long_the_story(
    sign_in, story, settings, django_assert_max_num_queries
):
    from cases.services import work

    case = story.case()
    client = sign_in(story.worker)
    address = reverse("admin:cases_case_change", args=[case.pk])
    client.get(address)
    for number in range(15):
        work.write_note(by=story.worker, case=case, text=str(number))
    with django_assert_max_num_queries(47 + settings.ROW_SECURITY):  # the wall asks who it is
        client.get(address)
