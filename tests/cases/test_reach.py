"""Who sees which case: every model × every role × own and foreign organisation."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.access import permits
from accounts.enums import Role
from cases import models
from cases.services import intake, work
from common import clock
from common.errors import Missing, Refused
from common.scoping import acting_as

pytestmark = pytest.mark.django_db

CONTENT = [
    models.Case,
    models.Client,
    models.Note,
    models.Assessment,
    models.PlannedService,
    models.Consent,
    models.Respondent,
    models.Referral,
    models.HelpRequest,
]
OUTSIDERS = [role for role in Role if role not in {Role.CASE_WORKER, Role.CASE_SUPERVISOR, Role.PUBLIC}]


@pytest.fixture
def full(story):
    case = story.case()
    story.assess(case)
    work.write_note(by=story.worker, case=case, text="n")
    work.name_respondent(by=story.worker, case=case, kind="employer", name="somebody else")
    work.plan(by=story.worker, case=case, kind="court", what="w", owner=story.worker, due_on=clock.today())
    story.referral(case)
    return case


@pytest.mark.parametrize("model", CONTENT)
@pytest.mark.parametrize("role", OUTSIDERS)
def test_no_other_role_sees_anything(full, house, role, model):
    with acting_as(house.user(role)):
        assert not model.objects.exists()
    assert not permits(house.user(role), model.VIEW, model.everything.first())


@pytest.mark.parametrize("model", CONTENT)
def test_the_public_sees_nothing(full, model):
    with acting_as(AnonymousUser()):
        assert not model.objects.exists()


@pytest.mark.parametrize("model", [m for m in CONTENT if m is not models.Referral])
@pytest.mark.parametrize("who", ["partner_worker", "partner_supervisor"])
def test_the_partner_sees_the_referral_and_nothing_behind_it(story, full, who, model):
    with acting_as(getattr(story, who)):
        assert not model.objects.exists()
        assert models.Referral.objects.count() == 1


@pytest.mark.parametrize("model", CONTENT)
def test_a_third_organisation_sees_nothing(story, full, house, model):
    for role in (Role.CASE_WORKER, Role.CASE_SUPERVISOR):
        with acting_as(house.user(role, "third")):
            assert not model.objects.exists()


@pytest.mark.parametrize("model", CONTENT)
def test_supervisor_and_assigned_worker_see_it(story, full, model):
    for user in (story.worker, story.supervisor):
        with acting_as(user):
            assert model.objects.exists()


def test_a_colleague_who_is_not_on_the_case_sees_only_the_queue(story, full, house):
    from accounts.models import Membership, User

    colleague = User.objects.create_user(email="c@example.org", full_name="colleague")
    Membership.objects.create(user=colleague, organisation=story.ngo, role=Role.CASE_WORKER)
    with acting_as(colleague):
        assert not models.Case.objects.exists()
        assert not models.Note.objects.exists()
        assert not models.Referral.objects.exists()
        assert not models.HelpRequest.objects.exists()
    waiting = story.request()
    with acting_as(colleague):
        assert models.HelpRequest.objects.get() == waiting
    with pytest.raises((Refused, Missing)):
        work.write_note(by=colleague, case=full, text="x")
    intake.give_case(by=story.supervisor, case=full, user=colleague)
    with acting_as(colleague):
        assert models.Note.objects.exists()


def test_who_left_the_organisation_sees_nothing_any_more(story, full):
    import datetime as dt

    story.worker.memberships.update(
        until_on=clock.today() - dt.timedelta(days=1), from_on=dt.date(2020, 1, 1)
    )
    del story.worker.valid_memberships
    with acting_as(story.worker):
        assert not models.Case.objects.exists()
