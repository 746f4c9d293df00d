"""Buttons of the desk are asked of the permission table, each time."""

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory

from accounts.desk import DeskAdmin
from accounts.enums import Role
from accounts.models import Organisation
from accounts.object_actions import ObjectAction
from accounts.site import desk
from common.errors import Invalid
from common.scoping import acting_as

pytestmark = pytest.mark.django_db


class Rename(forms.Form):
    name = forms.CharField()


def rename(by, obj, name):
    if name == "bad":
        raise Invalid("bad_name", "Not that one.", field="name")
    Organisation.objects.filter(pk=obj.pk).update(name_en=name)


class Desk(DeskAdmin):
    object_actions = (
        ObjectAction("rename", "Rename", "accounts.organisation.change", rename, Rename),
        ObjectAction("never", "Never", "accounts.organisation.change", rename, when=lambda obj: False),
    )


def ask(user, organisation, action="rename", data=None):
    factory = RequestFactory()
    request = factory.post("/", data) if data is not None else factory.get("/")
    request.user = user
    request.session, request._messages = {}, type("M", (), {"add": lambda *a, **k: None})()
    with acting_as(user):
        return Desk(Organisation, desk).do_on_object(request, organisation.pk, action)


def test_who_holds_the_action_gets_the_form_and_its_effect(house):
    organisation = house.organisation()
    administrator = house.user(Role.SYSTEM_ADMINISTRATOR)
    assert ask(administrator, organisation).status_code == 200
    assert ask(administrator, organisation, data={"name": "New"}).status_code == 302
    organisation.refresh_from_db()
    assert organisation.name_en == "New"


def test_an_error_of_the_service_stands_at_its_field(house):
    answer = ask(house.user(Role.SYSTEM_ADMINISTRATOR), house.organisation(), data={"name": "bad"})
    assert answer.status_code == 400
    assert answer.context_data["form"].errors == {"name": ["Not that one."]}


@pytest.mark.parametrize("role", [r for r in Role if r not in {Role.SYSTEM_ADMINISTRATOR, Role.PUBLIC}])
def test_every_other_role_is_refused(house, role):
    organisation = house.organisation()
    with pytest.raises((PermissionDenied, Http404)):
        ask(house.user(role), organisation, data={"name": "x"})
    organisation.refresh_from_db()
    assert organisation.name_en != "x"


def test_a_button_that_is_not_open_is_refused_by_its_address(house):
    with pytest.raises(PermissionDenied):
        ask(house.user(Role.SYSTEM_ADMINISTRATOR), house.organisation(), "never", {})
    with pytest.raises(Http404):
        ask(house.user(Role.SYSTEM_ADMINISTRATOR), house.organisation(), "unknown")


def test_the_public_is_refused(house):
    with pytest.raises((PermissionDenied, Http404)):
        ask(AnonymousUser(), house.organisation())
