"""Invited, given a role by two people, stood in for, closed: what each step opens and what it ends."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from accounts import access, notices, tasks
from accounts.enums import OrganisationKind, Role
from accounts.models import AccountLink, ApiToken, Deputy, Membership, RoleProposal, User
from accounts.services import deputies, links, people, roles, tokens
from common import clock
from common.errors import Conflict, Invalid, KozotError, Missing, Refused
from tests.support.house import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "five quiet horses drink"


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.fixture
def admins(house):
    return house.user(Role.SYSTEM_ADMINISTRATOR), house.user(Role.SYSTEM_ADMINISTRATOR, "second")


@pytest.fixture
def office(house):
    return house.organisation(OrganisationKind.SOCIAL_FUND)


@pytest.fixture
def invited(admins, office, django_capture_on_commit_callbacks) -> RoleProposal:
    with django_capture_on_commit_callbacks(execute=True):
        return people.invite(
            by=admins[0],
            email="New@Example.org",
            full_name="New Person",
            language="ky",
            organisation=office,
            role=Role.REGISTRY_OFFICIAL,
            reason="hired",
        )


def address_in_mail() -> str:
    return re.search(r"https?://\S+?(/account/link/\S+)", mail.outbox[-1].body)[1]


# --- invitation -------------------------------------------------------------------------------------------


def test_an_invitation_opens_nothing_before_a_second_person_has_decided(invited, admins, client):
    user = invited.user
    assert user.email == "new@example.org" and not user.has_usable_password()
    path = address_in_mail()
    assert client.get(path).status_code == 200
    assert client.post(path, {"new": NEW, "again": NEW}).url == "/account/sign-in/"
    assert "_auth_user_id" not in client.session  # a link signs nobody in
    assert fresh(user).check_password(NEW) and not fresh(user).roles
    assert client.get(path).status_code == 404  # once
    roles.confirm(by=admins[1], proposal=invited)
    assert fresh(user).roles == {Role.REGISTRY_OFFICIAL}
    assert Membership.objects.get(user=user).granted_by == admins[1]


def test_the_letter_is_in_the_persons_language_and_the_link_is_not_kept(invited):
    secret = address_in_mail().split("/")[-2]
    assert "бир жолу" in mail.outbox[-1].body and mail.outbox[-1].to == ["new@example.org"]
    assert secret not in str(list(AccountLink.objects.values()))


def test_a_link_runs_out_and_a_new_one_voids_it(
    invited, admins, time_machine, django_capture_on_commit_callbacks
):
    first = address_in_mail()
    with django_capture_on_commit_callbacks(execute=True):
        people.invite_again(by=admins[0], user=invited.user)
    second = address_in_mail()
    assert Client().get(first).status_code == 404 and Client().get(second).status_code == 200
    time_machine.move_to(clock.now() + dt.timedelta(hours=73))
    assert Client().get(second).status_code == 404


@pytest.mark.parametrize("weak", ["short", "password12345", "123456789012345", "newperson@example"])
def test_weak_passwords_are_refused_with_a_reason(invited, client, weak):
    answer = client.post(address_in_mail(), {"new": weak, "again": weak})
    assert answer.status_code == 400 and not fresh(invited.user).has_usable_password()


# --- two people --------------------------------------------------------------------------------------------


def test_neither_who_proposed_nor_who_gets_it_decides(invited, admins, house, office):
    with pytest.raises(Conflict):
        roles.confirm(by=admins[0], proposal=invited)
    with pytest.raises(Conflict):
        roles.propose(by=admins[0], user=admins[0], organisation=office, role=Role.AUDITOR, reason="x")
    head = house.user(Role.REGISTRY_SUPERVISOR)
    proposal = roles.propose(
        by=admins[0], user=head, organisation=office, role=Role.REGISTRY_OFFICIAL, reason="x"
    )
    with pytest.raises(KozotError):
        roles.confirm(by=head, proposal=proposal)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleProposal.everything.filter(pk=invited.pk).update(decided_by=invited.proposed_by)


def test_the_head_of_an_office_decides_in_the_own_office_only(invited, house):
    foreign = house.user(Role.REGISTRY_SUPERVISOR, "second")
    with pytest.raises(Missing):
        roles.confirm(by=foreign, proposal=invited)
    with pytest.raises(KozotError):
        roles.confirm(by=house.user(Role.REGISTRY_OFFICIAL), proposal=invited)
    roles.confirm(by=house.user(Role.REGISTRY_SUPERVISOR), proposal=invited)
    with pytest.raises(Conflict):
        roles.confirm(by=house.user(Role.REGISTRY_SUPERVISOR), proposal=invited)


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR, Role.CASE_WORKER, Role.WORKER])
def test_the_head_of_an_office_proposes_only_the_offices_own_roles(house, office, role):
    head, someone = house.user(Role.REGISTRY_SUPERVISOR), house.user(Role.ANALYST)
    with pytest.raises(KozotError):
        roles.propose(by=head, user=someone, organisation=office, role=role, reason="x")


def test_who_works_on_cases_is_decided_inside_the_organisation(house, admins):
    ngo = house.organisation(OrganisationKind.NGO)
    head = house.user(Role.CASE_SUPERVISOR)
    proposal = roles.propose(
        by=admins[0], user=house.user(Role.ANALYST), organisation=ngo, role=Role.CASE_WORKER, reason="x"
    )
    with pytest.raises(Refused):
        roles.confirm(by=admins[1], proposal=proposal)
    roles.confirm(by=head, proposal=proposal)


def test_the_desk_invites_and_decides(admins, office, client):
    client.force_login(admins[0])
    words = {"email": "a@example.org", "full_name": "A", "language": "ru", "reason": "hired"}
    words |= {"organisation": office.pk, "role": Role.REGISTRY_OFFICIAL}
    made = client.post("/admin/accounts/roleproposal/do/invite/", words)
    assert made.status_code == 302
    proposal = RoleProposal.everything.get()
    act = f"/admin/accounts/roleproposal/{proposal.pk}/do/confirm/"
    assert client.post(act).status_code == 400
    client.force_login(admins[1])
    assert client.post(act).status_code == 302
    assert fresh(proposal.user).roles == {Role.REGISTRY_OFFICIAL}
    ended = {"membership": Membership.objects.get(user=proposal.user).pk, "reason": "left"}
    assert client.post(f"/admin/accounts/user/{proposal.user_id}/do/end-role/", ended).status_code == 302
    Membership.objects.filter(user=proposal.user).update(from_on=clock.today() - dt.timedelta(days=9))
    roles.close(list(Membership.objects.filter(user=proposal.user)))
    assert not fresh(proposal.user).roles


# --- closing -------------------------------------------------------------------------------------------------


def test_closing_an_account_ends_everything_at_once_and_deletes_nothing(house, admins, journal):
    user, client = house.user(Role.REGISTRY_OFFICIAL), Client()
    client.force_login(user)
    _, text = tokens.issue(by=user, name="x", actions=["registry.worker.view"], days=9)
    header = {"Authorization": f"Bearer {text}"}
    assert client.get("/account/").status_code == 200
    assert Client().get("/api/v1/workers/", headers=header).status_code == 200
    people.deactivate(by=admins[0], user=user, reason="left")
    assert client.get("/account/").status_code == 302
    assert Client().get("/api/v1/workers/", headers=header).status_code == 401
    assert User.objects.filter(pk=user.pk).exists() and ApiToken.everything.exists()
    assert journal(action=people.CHANGE, object_id=str(user.pk)).get().reason == "left"
    people.reactivate(by=admins[0], user=user, reason="back")
    assert not fresh(user).roles
    assert Client().get("/api/v1/workers/", headers=header).status_code == 401
    with pytest.raises(Conflict):
        people.deactivate(by=admins[0], user=admins[0], reason="x")


def test_the_person_sees_who_looked_at_the_account(house, admins, journal):
    user, client, own = house.user(Role.ANALYST), Client(), Client()
    client.force_login(admins[0])
    assert client.get(f"/admin/accounts/user/{user.pk}/change/").status_code == 200
    own.force_login(user)
    journal()  # delivered
    assert admins[0].full_name in own.get("/account/").content.decode()


# --- passwords -------------------------------------------------------------------------------------------------


def test_a_forgotten_password_is_set_by_a_letter_and_the_second_factor_stays(
    house, client, django_capture_on_commit_callbacks, monkeypatch
):
    from .test_wall import is_inside, with_app

    user = house.user(Role.REGISTRY_OFFICIAL)
    with_app(user)
    inside = Client()
    inside.force_login(user)
    queued = []
    monkeypatch.setattr(tasks.post_reset, "delay", queued.append)
    with django_capture_on_commit_callbacks(execute=True):
        known = client.post("/account/password/", {"email": user.email.upper()})
        unknown = client.post("/account/password/", {"email": "nobody@example.org"})
    with django_capture_on_commit_callbacks(execute=True):
        # Nothing of an account shows before the queue: not in the answer, and not in how long it takes.
        assert known.url == unknown.url and len(queued) == 2
        assert not mail.outbox and not AccountLink.objects.exists()
        assert user.email not in str(queued).lower()
        for sealed in queued:
            tasks.post_reset.apply(args=[sealed], throw=True)
    assert len(mail.outbox) == 1
    client.post(address_in_mail(), {"new": NEW, "again": NEW})
    assert not is_inside(inside)
    client.post("/account/sign-in/", {"username": user.email, "password": NEW})
    assert not is_inside(client)
    assert client.get("/account/sign-in/").url == "/account/second-step/"


def test_changing_ones_password_wants_the_old_one_and_ends_other_sessions(house):
    user, here, there = house.user(Role.ANALYST), Client(), Client()
    here.force_login(user)
    there.force_login(user)
    words = {"old": "wrong", "new": NEW, "again": NEW}
    assert here.post("/account/password/change/", words).status_code == 400
    assert here.post("/account/password/change/", words | {"old": PASSWORD}).status_code == 302
    assert here.get("/account/").status_code == 200 and there.get("/account/").status_code == 302
    assert fresh(user).check_password(NEW)


def opens(text: str) -> bool:
    return Client().get("/api/v1/workers/", headers={"Authorization": f"Bearer {text}"}).status_code == 200


@pytest.mark.parametrize("way", ["change", "link"])
def test_a_new_password_ends_what_programs_hold_and_says_so(house, journal, way):
    user, client = house.user(Role.REGISTRY_OFFICIAL), Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    secret = AccountLink.make(
        user=user, purpose="reset", created_by=None, expires_at=clock.now() + dt.timedelta(hours=1)
    )
    address = "/account/password/change/" if way == "change" else f"/account/link/{secret}/"
    assert "API tokens are revoked" not in client.get(address).content.decode()
    _, text = tokens.issue(by=user, name="x", actions=["registry.worker.view"], days=9)
    assert opens(text) and "API tokens are revoked" in client.get(address).content.decode()
    assert client.post(address, {"old": PASSWORD, "new": NEW, "again": NEW}).status_code == 302
    assert not opens(text)
    (entry,) = journal(object_id=str(user.pk), reason__contains="password ")
    assert entry.details == {"tokens_revoked": 1}


def test_the_desk_has_no_page_of_its_own_for_a_new_password(house):
    user, client = house.user(Role.ANALYST), Client()
    client.force_login(user)
    words = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert client.get("/admin/password_change/").status_code == 404
    assert client.post("/admin/password_change/", words).status_code == 404
    assert client.get("/admin/password_change/done/").status_code == 404
    assert fresh(user).check_password(PASSWORD)


# --- standing in ------------------------------------------------------------------------------------------------


@pytest.fixture
def colleague(house, office):
    """An employee of the same office who holds another role there."""
    user = house.user(Role.ARCHIVIST)
    Membership.objects.create(user=user, organisation=office, role=Role.EXPERT)
    return user


def name(official, colleague, **words):
    today = clock.today()
    membership = Membership.objects.get(user=official)
    values = {"from_on": today, "until_on": today + dt.timedelta(days=7), "reason": "leave"} | words
    return deputies.name(by=official, membership=membership, deputy=colleague, **values)


def test_a_deputy_has_the_role_for_these_days_and_no_longer(house, colleague, time_machine, journal):
    official = house.user(Role.REGISTRY_OFFICIAL)
    start = clock.now()
    assert not access.permits(fresh(colleague), "registry.worker.register")
    name(official, colleague)
    assert access.permits(fresh(colleague), "registry.worker.register")
    time_machine.move_to(start + dt.timedelta(days=8))
    assert not access.permits(fresh(colleague), "registry.worker.register")
    assert journal(action=deputies.ACTION).count() == 1


def test_a_deputy_reaches_no_further_than_the_absent_person(house, colleague):
    official = house.user(Role.REGISTRY_OFFICIAL)
    name(official, colleague)
    membership = Membership.objects.get(user=official)
    roles.close([membership])
    assert Role.REGISTRY_OFFICIAL not in fresh(colleague).roles
    membership.until_on = None
    membership.save()
    User.objects.filter(pk=official.pk).update(is_active=False)
    assert Role.REGISTRY_OFFICIAL not in fresh(colleague).roles


def test_a_deputy_who_has_left_the_office_stands_in_for_nobody(house, colleague, office):
    official = house.user(Role.REGISTRY_OFFICIAL)
    name(official, colleague)
    yesterday = clock.today() - dt.timedelta(days=1)
    Membership.objects.filter(user=colleague, organisation=office).update(
        from_on=yesterday, until_on=yesterday
    )
    assert fresh(colleague).roles == {Role.ARCHIVIST}
    assert colleague not in notices.holders("registry.worker.register")


def test_a_deputy_passes_nothing_on(house, colleague, office):
    official = house.user(Role.REGISTRY_OFFICIAL)
    name(official, colleague)
    third = house.user(Role.REGISTRY_SUPERVISOR)
    with pytest.raises(Missing):
        deputies.name(
            by=fresh(colleague),
            membership=Membership.objects.get(user=official),
            deputy=third,
            from_on=clock.today(),
            until_on=clock.today(),
            reason="x",
        )


def test_only_a_colleague_and_for_a_bounded_time(house, colleague):
    official = house.user(Role.REGISTRY_OFFICIAL)
    with pytest.raises(Invalid):
        name(official, house.user(Role.ANALYST))
    with pytest.raises(Invalid):
        name(official, official)
    with pytest.raises(Invalid):
        name(official, colleague, until_on=clock.today() + dt.timedelta(days=61))
    name(official, colleague)
    with pytest.raises(Conflict):
        name(official, colleague)


def test_standing_in_is_ended_from_the_page_by_either_side_and_by_nobody_else(house, colleague):
    official, client = house.user(Role.REGISTRY_OFFICIAL), Client()
    client.force_login(official)
    words = {
        "membership": Membership.objects.get(user=official).pk,
        "deputy": colleague.pk,
        "reason": "leave",
    }
    today = clock.today().isoformat()
    assert client.post("/account/deputies/", words | {"from_on": today, "until_on": today}).status_code == 302
    one = Deputy.objects.get()
    page = client.get("/account/deputies/").content.decode()
    assert f"/account/deputies/{one.pk}/end/" in page
    stranger = Client()
    stranger.force_login(house.user(Role.ANALYST))
    assert stranger.post(f"/account/deputies/{one.pk}/end/").status_code == 404
    other = Client()
    other.force_login(colleague)
    other.cookies["django_language"] = "en"
    assert f"standing in for {official}" in other.get("/account/").content.decode()
    assert other.post(f"/account/deputies/{one.pk}/end/").status_code == 302
    assert Role.REGISTRY_OFFICIAL not in fresh(colleague).roles


def test_duties_come_with_the_colleagues_role(house, colleague):
    from accounts.models import Duty, Organisation

    official, thing = house.user(Role.REGISTRY_OFFICIAL), house.organisation()
    Duty.objects.create(user=official, duty="x", object_type="accounts.organisation", object_id=thing.pk)
    name(official, colleague)
    deputy = fresh(colleague)
    mine = [m for m in deputy.valid_memberships if m.role == Role.REGISTRY_OFFICIAL]
    other = [m for m in deputy.valid_memberships if m.role != Role.REGISTRY_OFFICIAL]
    assert list(access.Who(deputy, tuple(mine)).duties(Organisation)) == [{"object_id": thing.pk}]
    assert not access.Who(deputy, tuple(other)).duties(Organisation)


def test_links_are_not_found_by_guessing(client):
    assert client.get("/account/link/none/").status_code == 404
    with pytest.raises(Missing):
        links.find("")
