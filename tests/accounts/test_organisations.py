"""Organisations are opened, renamed and closed at the desk by administrators, and by nobody else."""

import datetime as dt

import pytest

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation
from accounts.services import organisations, roles
from common import clock
from common.errors import Conflict, Invalid, KozotError

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/organisation/"
NEW = {"kind": "ngo", "state": "KG", "name_ky": "Таяныч", "name_ru": "", "name_en": "Support"}


def page(organisation, action=""):
    return f"{LIST}{organisation.pk}/" + (f"do/{action}/" if action else "change/")


@pytest.fixture
def admin(house):
    return house.user(Role.SYSTEM_ADMINISTRATOR)


@pytest.fixture
def desk(client, admin):
    client.force_login(admin)
    client.cookies["django_language"] = "en"
    return client


def test_an_administrator_opens_one_at_the_desk(desk, admin, journal):
    assert f"{LIST}do/open/" in desk.get(LIST).content.decode()
    answer = desk.post(f"{LIST}do/open/", NEW)
    made = Organisation.objects.get(name_ky="Таяныч")
    assert answer.status_code == 302 and answer.url == page(made)
    assert (made.kind, made.state, made.name_en_state, made.name_ru_state) == (
        "ngo",
        "KG",
        "approved",
        "missing",
    )
    entry = journal(action=organisations.CHANGE, object_id=str(made.pk)).get()
    assert (entry.verb, entry.actor_id, entry.details["to"]["name_en"]) == ("created", admin.pk, "Support")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name_ky": " ", "name_en": ""}, "name_missing"),
        ({"kind": "employer"}, "kind_elsewhere"),
        ({"kind": "club"}, "kind_elsewhere"),
        ({"state": "XX"}, "state_unknown"),
    ],
)
def test_what_does_not_fit_is_refused(admin, change, code):
    with pytest.raises(Invalid) as error:
        organisations.open_organisation(by=admin, **NEW | change)
    assert error.value.code == code and not Organisation.objects.filter(kind="ngo").exists()


def test_none_is_opened_twice(admin):
    organisations.open_organisation(by=admin, **NEW)
    with pytest.raises(Conflict) as error:
        organisations.open_organisation(by=admin, **NEW | {"name_ky": "", "name_en": "", "name_ru": "ТАЯНЫЧ"})
    assert error.value.field == "name_ru"
    organisations.open_organisation(by=admin, **NEW | {"state": "KZ"})


def test_the_former_name_stays_readable(desk, admin, journal):
    made = organisations.open_organisation(by=admin, **NEW)
    form = desk.get(page(made, "rename")).content.decode()
    assert "Таяныч" in form
    sent = {"name_ky": "Таяныч", "name_ru": "Опора", "name_en": "Pillar", "reason": "letter 4"}
    assert desk.post(page(made, "rename"), sent).status_code == 302
    made.refresh_from_db()
    assert (made.name_en, made.name_ru_state) == ("Pillar", "approved")
    entry = journal(action=organisations.CHANGE, verb="changed").get()
    assert (entry.details["from"]["name_en"], entry.details["to"]["name_en"]) == ("Support", "Pillar")
    shown = desk.get(page(made)).content.decode()
    assert "Support" in shown and "Pillar" in shown
    assert desk.post(page(made, "rename"), sent).status_code == 400


def test_it_closes_only_when_nobody_works_there_or_with_their_roles(desk, house, admin, journal):
    official = house.user(Role.REGISTRY_OFFICIAL)
    office = house.organisation(OrganisationKind.SOCIAL_FUND)
    answer = desk.post(page(office, "close"), {"reason": "merged"})
    assert answer.status_code == 400 and "organisation: 1." in answer.content.decode()
    office.refresh_from_db()
    assert office.is_active
    assert desk.post(page(office, "close"), {"reason": "merged", "end_roles": "on"}).status_code == 302
    office.refresh_from_db()
    assert not office.is_active and Membership.objects.get(user=official).until_on < clock.today()
    assert journal(action="accounts.membership.change", reason="merged").count() == 1
    assert journal(action=organisations.CHANGE).get().details == {"is_active": False, "roles": 1}
    with pytest.raises(Conflict):
        roles.propose(
            by=admin, user=official, organisation=office, role=Role.REGISTRY_OFFICIAL, reason="again"
        )


def test_a_proposal_that_waits_gives_no_role_in_a_closed_organisation(house, admin):
    office = house.organisation(OrganisationKind.SOCIAL_FUND)
    proposal = roles.propose(
        by=admin,
        user=house.user(Role.ANALYST),
        organisation=office,
        role=Role.REGISTRY_OFFICIAL,
        reason="x",
    )
    organisations.close(by=admin, organisation=office, reason="merged")
    with pytest.raises(Conflict):
        roles.confirm(by=house.user(Role.SYSTEM_ADMINISTRATOR, "second"), proposal=proposal)


def test_nobody_closes_the_organisation_of_the_own_role(admin, house):
    own = house.organisation(OrganisationKind.OPERATOR)
    with pytest.raises(Conflict):
        organisations.close(by=admin, organisation=own, reason="x", end_roles=True)
    own.refresh_from_db()
    assert own.is_active


def test_a_closed_one_is_opened_again_without_roles(desk, admin, house, time_machine):
    made = organisations.open_organisation(by=admin, **NEW)
    Membership.objects.create(
        user=house.user(Role.ANALYST), organisation=made, role=Role.EXPERT, from_on=clock.today()
    )
    organisations.close(by=admin, organisation=made, reason="x", end_roles=True)
    assert desk.post(page(made, "rename"), {"name_en": "A", "reason": "x"}).status_code == 403
    with pytest.raises(Conflict):  # the role of today would open again
        organisations.open_again(by=admin, organisation=made, reason="x")
    time_machine.move_to(clock.now() + dt.timedelta(days=1))
    organisations.open_again(by=admin, organisation=made, reason="x")
    made.refresh_from_db()
    assert (
        made.is_active and not Membership.objects.valid_on(clock.today()).filter(organisation=made).exists()
    )


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in {Role.SYSTEM_ADMINISTRATOR, Role.PUBLIC}]
)
def test_every_other_role_is_refused(role, house, client):
    user, office = house.user(role), house.organisation(OrganisationKind.ARCHIVE, "other")
    client.force_login(user)
    assert "do/open/" not in client.get(LIST).content.decode()
    for address in (f"{LIST}do/open/", *(page(office, one) for one in ("rename", "close", "open-again"))):
        assert client.post(address, NEW | {"reason": "x"}).status_code in (302, 403, 404)
    for call in (
        lambda: organisations.open_organisation(by=user, **NEW),
        lambda: organisations.rename(by=user, organisation=office, reason="x", name_en="A"),
        lambda: organisations.close(by=user, organisation=office, reason="x"),
        lambda: organisations.open_again(by=user, organisation=office, reason="x"),
    ):
        with pytest.raises(KozotError) as error:
            call()
        assert error.value.status in (403, 404)
    office.refresh_from_db()
    assert office.is_active and office.name_en != "A" and not Organisation.objects.filter(name_ky="Таяныч")
