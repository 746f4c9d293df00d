"""Every address × every role × what belongs to others. New addresses, desks and buttons are found by themselves."""

import re
import uuid

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse

from accounts import access
from accounts.enums import Role
from accounts.models import BulkAct
from common.journal.models import Entry
from common.scoping import acting_as
from tests.support.world import OUTSIDE

from .addresses import DESK, addresses, desks, folder
from .doors import AT_A_DESK, DOORS, PUBLIC, SIGNED_IN, Door

ROLES = list(Role)
CLOSED = {302, 403, 404}
KEY = re.compile(r"<(?:path|str|uuid):(?:object_id|pk)>")
WORDS = {"language": "en", "form": "pdf", "variant": "1"}
# Numbers in an address that say which form of one thing is wanted, never which thing.
NO_KEYS = {"<int:variant>"}
pytestmark = pytest.mark.django_db


def pages_outside_desks() -> list[str]:
    return [one.route for one in addresses() if not one.is_of_a_desk and not one.is_api] + ["api/v1/schema/"]


def fill(route: str, key: uuid.UUID) -> str:
    """An address of this route, with the key in place of every key."""
    text = re.sub(r"<uuid:\w+>", str(key), route)
    text = text.replace("(?P<app_label>)", "accounts").replace("(?P<url>.*)", "none").rstrip("$")
    return "/" + re.sub(r"<\w+:(\w+)>", lambda found: WORDS.get(found[1], "none"), text)


def is_open(response) -> bool:
    return response.status_code == 200


# --- every address is written down --------------------------------------------------------------------


def test_every_address_is_in_the_list_of_doors():
    new = sorted(set(pages_outside_desks()) - set(DOORS))
    assert not new, (
        f"New addresses: {new}. Write each into DOORS of tests/project/doors.py: PUBLIC, SIGNED_IN, or "
        "Door(action of the permission table, model whose key stands in the address)."
    )


def test_the_list_of_doors_names_only_what_exists():
    assert sorted(set(DOORS) - set(pages_outside_desks())) == []
    doors = [door for door in DOORS.values() if isinstance(door, Door)]
    assert [door for door in doors if door.action not in access.table.rules] == []
    assert [door for door in doors if door.model and not apps.get_model(door.model)] == []


def test_no_address_takes_a_number_in_sequence():
    """Only Django's own redirect by content type would, and the desk has closed it."""
    numbered = [r.route for r in addresses() if set(re.findall(r"<int:\w+>", r.route)) - NO_KEYS]
    assert numbered + [r.route for r in addresses() if "content_type_id" in r.route] == []


def test_desks_of_numbered_rows_have_no_object_page():
    for one in desks():
        if not isinstance(one.opts.pk, models.UUIDField):
            assert not [p for p in one.get_urls() if "<" in str(p.pattern).replace("<slug:action>", "")], one


# --- pages outside the desks -----------------------------------------------------------------------------


@pytest.mark.parametrize("route", sorted(route for route in DOORS))
def test_a_stranger_stays_outside(route, world, sign_in):
    """Nobody signed in: public pages answer, everything else sends to the sign-in page or refuses."""
    door = DOORS[route]
    opened = sign_in().get(fill(route, uuid.uuid4()), follow=True)
    path = opened.request["PATH_INFO"]
    if door == PUBLIC or (isinstance(door, Door) and Role.PUBLIC in access.table.rules[door.action]):
        assert opened.status_code < 500
        assert path != reverse("accounts:sign_in") or route == "account/sign-in/"
    else:
        assert path == reverse("accounts:sign_in") or opened.status_code in {401, 403, 404, 405}


@pytest.mark.parametrize("role", ROLES)
def test_doors_open_to_whom_the_table_says(role, world, sign_in):
    client, user, wrong = sign_in(role), world.users[role], []
    for route, door in DOORS.items():
        if not isinstance(door, Door):
            continue
        model = apps.get_model(door.model) if door.model else None
        rows = [(side, row) for side in ("first", "second") for row in world.of(side, model)] if model else []
        if model and not rows:
            rows = [("nobody", None)]
        for side, row in rows or [("", None)]:
            response = client.get(fill(route, row.pk if row else uuid.uuid4()))
            with acting_as(user):
                may = access.permits(user, door.action, row)
            foreign = side == "second" and world.stranger_to(role, model, door.action)
            if response.status_code >= 500 or (is_open(response) and (not may or foreign)):
                wrong.append((route, side, response.status_code))
            if may and not model and not door.narrower and response.status_code in {403, 404}:
                wrong.append((route, "is shut to who holds the action", response.status_code))
            wrong += strangers_in(response, world, role, route)
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_pages_for_everyone_show_nothing_of_others(role, world, sign_in):
    client, wrong = sign_in(role), []
    for route, door in DOORS.items():
        if door in (PUBLIC, SIGNED_IN):
            for row in world.of("second", apps.get_model("common.Job")):
                response = client.get(fill(route, row.pk))
                assert response.status_code < 500, route
                if "<uuid" in route:
                    assert not is_open(response), route
                wrong += strangers_in(response, world, role, route)
    assert wrong == []


def strangers_in(response, world, role, where) -> list[tuple]:
    """Rows of theirs that a page shows although the role reaches only ours."""
    if not is_open(response) or response.streaming or b"%PDF" in response.content[:5]:
        return []
    text = response.content.decode(errors="replace")
    found = [(where, mark) for mark in world.marks if mark in text]
    for label, rows in world.rows["second"].items():
        model = apps.get_model(label)
        if hasattr(model, "VIEW") and world.stranger_to(role, model):
            keys = [
                str(row.pk) for row in rows if isinstance(row.pk, uuid.UUID)
            ]  # a number stands in every page
            found += [(where, label) for key in keys if key in text]
    return found


# --- the desks -------------------------------------------------------------------------------------------


def test_the_world_has_rows_of_every_desk(world):
    """Where reaches differ, a desk without rows of both sides would be walked for nothing."""
    bare = [
        f"{one.model._meta.label} ({side})"
        for one in desks()
        for side in ("first", "second")
        if set(access.table.rules[one._view_action()].values()) - OUTSIDE and not world.of(side, one.model)
    ]
    assert not bare, f"Add rows of {bare} to tests/support/world.py"


@pytest.mark.parametrize("role", ROLES)
def test_lists(role, world, sign_in):
    client, user, wrong = sign_in(role), world.users[role], []
    for one in desks():
        view = one._view_action()
        with acting_as(user):
            may = access.permits(user, view) and user.is_staff
        for route, needs in list_pages(one):
            with acting_as(user):
                may_this = may and (not needs or access.permits(user, needs))
            if "/do/" in route:  # a button above the list needs its own action, not the list
                with acting_as(user):
                    may_this = user.is_staff and access.permits(user, needs)
            response = client.get(route)
            if response.status_code >= 500 or is_open(response) != may_this:
                wrong.append((route, response.status_code, may_this))
            if (
                one.model is not Entry
            ):  # the journal names what was done to whom by its key: that is its purpose
                wrong += strangers_in(response, world, role, route)
    assert wrong == []


def list_pages(one) -> list[tuple[str, str]]:
    """(address, action it needs besides seeing the list)"""
    base = f"/{DESK}{folder(one)}/"
    pages = [(base, ""), (base + "?q=second", "")]
    pages += [
        (f"{base}do/{button.name}/", button.action) for button in one.list_actions if not button.address
    ]
    return pages


@pytest.mark.parametrize("role", ROLES)
def test_nobody_adds_changes_or_deletes_past_the_services(role, world, sign_in):
    """A desk that names no action for adding and changing refuses both, and nothing is ever deleted."""
    client, wrong = sign_in(role), []
    for one in desks():
        base = f"/{DESK}{folder(one)}/"
        closed = [] if one.add_action else [base + "add/"]
        for row in world.of("first", one.model) + world.of("second", one.model):
            closed += [f"{base}{row.pk}/delete/", f"{base}{row.pk}/history/"]
            closed += [] if one.change_action else [f"{base}{row.pk}/change/"]
        for address in closed:
            response = client.post(address, EVERYTHING)
            if response.status_code not in {403, 404, 302, 405} or changed(response):
                wrong.append((address, response.status_code))
    assert wrong == []


def changed(response) -> bool:
    """The admin answers a saved form with a redirect and a message of success."""
    return any(message.level_tag == "success" for message in getattr(response.wsgi_request, "_messages", ()))


@pytest.mark.parametrize("role", ROLES)
def test_object_pages_and_their_buttons(role, world, sign_in):
    client, user, wrong = sign_in(role), world.users[role], []
    for one in desks():
        for side in ("first", "second"):
            for row in world.of(side, one.model):
                foreign = side == "second" and world.stranger_to(role, one.model, one._view_action())
                with acting_as(user):
                    sees = user.is_staff and access.permits(user, one._view_action(), row)
                    presses = {b.name for b in one.object_actions if b.open_to(user, row)} if sees else set()
                for address, may in object_pages(one, row, sees, presses):
                    response = client.get(address)
                    client.cookies.pop("messages", None)  # the desk names the key it was asked for
                    opened = is_open(response)
                    if response.status_code >= 500 or (opened and (foreign or not may)):
                        wrong.append((address, side, response.status_code))
                    if may and response.status_code == 403:
                        wrong.append((address, "is shut to who holds the action"))
                    wrong += strangers_in(response, world, role, address)
    assert not wrong, "\n".join(map(str, wrong))


def object_pages(one, row, sees, presses) -> list[tuple[str, bool]]:
    """(address, may it be opened) of every page of one row that the desk has."""
    base, pages = f"/{DESK}{folder(one)}/", []
    for pattern in one.get_urls():
        route = str(pattern.pattern)
        if not KEY.search(route) or route.endswith(("/history/", "/delete/")):
            continue
        address = base + KEY.sub(str(row.pk), route)
        if "<slug:action>" in route:
            pages += [
                (address.replace("<slug:action>", b.name), b.name in presses) for b in one.object_actions
            ]
        else:
            assert "<" not in address, f"the walk does not know how to fill {route}"
            pages.append((address, sees))
    return pages


# --- mass assignment ---------------------------------------------------------------------------------------

# Names of columns that no form may set, whatever is posted beside its fields.
EVERYTHING = {
    "id": "00000000-0000-7000-8000-000000000000",
    "pk": "00000000-0000-7000-8000-000000000000",
    "role": Role.SYSTEM_ADMINISTRATOR,
    "is_active": "",
    "is_staff": "1",
    "is_superuser": "1",
    "user": "00000000-0000-7000-8000-000000000000",
    "organisation": "00000000-0000-7000-8000-000000000000",
    "organisation_id": "00000000-0000-7000-8000-000000000000",
    "registered_in": "RU",
    "created_by": "00000000-0000-7000-8000-000000000000",
    "by": "00000000-0000-7000-8000-000000000000",
    "obj": "00000000-0000-7000-8000-000000000000",
    "key": "00000000-0000-7000-8000-000000000000",
    "granted_by": "00000000-0000-7000-8000-000000000000",
    "_save": "1",
}
PRIVILEGED = ["accounts.User", "accounts.Membership", "accounts.Duty", "accounts.ApiToken"]
OWNERSHIP = ("id", "key_id", "user_id", "organisation_id", "registered_in", "created_by_id", "client_id")


def privileges() -> dict:
    rows = {label: list(apps.get_model(label).objects.order_by("pk").values()) for label in PRIVILEGED}
    for user in rows["accounts.User"]:
        user.pop("last_login")
    return rows


def ownership(row: models.Model) -> dict:
    names = [f.attname for f in row._meta.concrete_fields if f.attname in OWNERSHIP]
    manager = getattr(type(row), "everything", type(row)._base_manager)
    return manager.filter(pk=row.pk).values(*names).get()


@pytest.mark.parametrize("role", ROLES)
def test_fields_that_no_form_has_change_nothing(role, world, sign_in):
    """Every button is pressed with names of columns in the request; who may not press it is refused."""
    client, user = sign_in(role), world.users[role]
    before = privileges()
    for one in desks():
        for row in world.of("first", one.model) + world.of("second", one.model):
            owned = ownership(row)
            for button in one.object_actions:
                with acting_as(user):
                    may = user.is_staff and button.open_to(user, row)
                address = f"/{DESK}{folder(one)}/{row.pk}/do/{button.name}/"
                if may and not button.form.base_fields:
                    continue  # it has nothing to fill in: pressing it is the act itself
                response = client.post(address, EVERYTHING)
                assert response.status_code < 500, address
                assert may or response.status_code in CLOSED, address
            assert ownership(row) == owned, one
    assert privileges() == before


def test_a_request_for_help_cannot_choose_its_owner(world, sign_in):
    from cases.models import HelpRequest, Partner

    home = world.of("first", Partner)[0]
    Partner.everything.filter(pk=home.pk).update(takes_requests=True)
    theirs = world.of("second", Partner)[0].organisation
    words = {"type": "unpaid_wages", "country": "RU", "text": "for the walk", "channel": "none"}
    posted = {
        **words,
        "organisation": theirs.pk,
        "state": "taken",
        "receipt": "H-MINE",
        "by": world.users[ROLES[0]].pk,
    }
    assert sign_in().post("/help/", posted).status_code == 302
    made = HelpRequest.everything.order_by("-received_at").first()
    assert (made.organisation_id, made.state, made.answered_by_id) == (home.organisation_id, "new", None)
    assert made.receipt != "H-MINE"


def test_a_foreign_organisation_cannot_be_chosen(world, sign_in):
    client, user = sign_in(Role.CASE_SUPERVISOR), world.users[Role.CASE_SUPERVISOR]
    theirs = world.house.user(Role.CASE_SUPERVISOR, "second").organisation_ids()[0]
    client.post("/account/organisation/", {"organisation": str(theirs)})
    assert "organisation_id" not in client.session
    client.post("/account/organisation/", {"organisation": str(user.organisation_ids()[0])})
    assert client.session["organisation_id"] == str(user.organisation_ids()[0])


# --- the desk's own pages ----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_the_desk_lets_in_who_works_at_one(role, world, sign_in):
    client, user, wrong = sign_in(role), world.users[role], []
    for route, door in DOORS.items():
        if door == AT_A_DESK:
            response = client.get(fill(route, uuid.uuid4()))
            if response.status_code >= 500 or (is_open(response) and not user.is_staff):
                wrong.append((route, response.status_code))
            wrong += strangers_in(response, world, role, route)
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_bulk_acts(role, world, sign_in):
    """Every act on many rows × every role, with rows of both sides: theirs are neither shown nor done."""
    client, user, wrong = sign_in(role), world.users[role], []
    for one in desks():
        rows = [(side, row) for side in ("first", "second") for row in world.of(side, one.model)]
        for act in one.bulk_actions:
            with acting_as(user):
                may = user.is_staff and access.permits(user, act.action)
            address = f"/{DESK}{folder(one)}/bulk/{act.name}/"
            response = client.post(address, {"rows": ",".join(str(row.pk) for _side, row in rows)})
            if response.status_code >= 500 or (
                (is_open(response) or response.status_code == 400) and not may
            ):
                wrong.append((address, response.status_code, may))
            wrong += strangers_in(response, world, role, address)
    theirs = {str(row.pk) for found in world.rows["second"].values() for row in found}
    for act in BulkAct.everything.filter(user=user):
        model = apps.get_model(act.desk)
        if world.stranger_to(role, model):
            wrong += [(act.desk, act.name, key) for key, _before in act.done if key in theirs]
    assert wrong == []
