"""Every operation of the API × every role × nobody × tokens that have ended; rows of others, keys that are none."""

import datetime as dt
import re
import uuid

import pytest
from django.db import models
from django.test import Client
from django.urls import Resolver404, resolve
from drf_spectacular.generators import SchemaGenerator

from accounts import access
from accounts.enums import Role
from accounts.models import ApiToken
from common import clock
from common.scoping import acting_as
from tests.support.world import OUTSIDE

from .test_permission_walk import strangers_in

pytestmark = pytest.mark.django_db
ROLES = list(Role)
VERBS = ("get", "post", "put", "patch", "delete")
OPEN_TO_ALL = {"/api/v1/schema/"}


def operations() -> list[tuple[str, str]]:
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    return sorted((verb, path) for path, item in paths.items() for verb in item if verb in VERBS)


def fill(path: str, key) -> str:
    return re.sub(r"\{\w+\}", str(key), path)


def view_of(path: str):
    """The view behind the path, whatever form its key has."""
    try:
        return resolve(fill(path, uuid.uuid4())).func
    except Resolver404:
        return resolve(fill(path, "abc2345")).func


def action_of(verb: str, path: str) -> str | None:
    """The action of the permission table that the view names for this operation."""
    func = view_of(path)
    names = getattr(func, "actions", None)
    return getattr(func.cls, "table_actions", {}).get(names[verb] if names else verb)


def rows_behind(path: str, world, side: str) -> list:
    """Rows of the model whose key stands in the path."""
    if "{" not in path:
        return [None]
    model = model_of(path)
    return world.of(side, model) if model else []


def model_of(path: str) -> type[models.Model] | None:
    """What the view reads: as it names it, or as it answers the generator of the document."""
    cls = view_of(path).cls
    named = getattr(getattr(cls, "serializer_class", None), "Meta", None)
    if (
        model := getattr(cls, "model", None)
        or getattr(getattr(cls, "queryset", None), "model", None)
        or getattr(named, "model", None)
    ):
        return model
    view = cls()
    view.swagger_fake_view, view.action = True, "retrieve"
    return view.get_queryset().model if hasattr(view, "get_queryset") else None


def send(client: Client, verb: str, address: str, **headers):
    return getattr(client, verb)(
        address, **({"content_type": "application/json"} if verb != "get" else {}), **headers
    )


OPERATIONS = operations()


def test_the_schema_names_operations():
    assert OPERATIONS


def test_every_path_with_a_key_is_asked_for_rows_of_both_sides(world):
    """Else the walks below, and the attacks of test_posted_attacks.py, would ask such a path for nothing."""
    bare = [
        f"{path}: {model_of(path)} ({side})"
        for verb, path in OPERATIONS
        for side in ("first", "second")
        if "{" in path
        and set(access.table.rules[action_of(verb, path)].values()) - OUTSIDE
        and not rows_behind(path, world, side)
    ]
    assert not bare, f"Add rows to tests/support/world.py: {bare}"


@pytest.mark.parametrize(("verb", "path"), OPERATIONS)
def test_every_operation_names_its_action(verb, path):
    """An operation that names none is refused to everybody: `table_actions` on the view."""
    action = action_of(verb, path)
    assert action in access.table.rules or path in OPEN_TO_ALL, f"{verb} {path}: {action}"


@pytest.mark.parametrize(("verb", "path"), OPERATIONS)
def test_nobody_gets_in_without_a_name(verb, path, world):
    action = action_of(verb, path)
    response = send(Client(), verb, fill(path, uuid.uuid4()))
    if Role.PUBLIC in access.table.rules[action]:
        assert response.status_code < 500
    else:
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("verb", "path"), OPERATIONS)
def test_a_key_that_is_none_is_not_found(verb, path, world):
    """For whoever holds the action: nothing breaks on what stands in a path."""
    action = action_of(verb, path)
    role = next((role for role in ROLES if role in access.table.rules[action] and role != Role.PUBLIC), None)
    client = Client()
    if role:
        client.force_login(world.users[role])
    for key in ("none", "1", "0" * 36, uuid.uuid4()) if "{" in path else ():
        assert send(client, verb, fill(path, key)).status_code in {400, 404, 405}, key


@pytest.mark.parametrize("role", ROLES)
def test_operations_open_to_whom_the_table_says(role, world, sign_in):
    client, user, wrong = sign_in(role), world.users[role], []
    for verb, path in OPERATIONS:
        action = action_of(verb, path)
        for side in ("first", "second"):
            for row in rows_behind(path, world, side):
                with acting_as(user):
                    may = access.permits(user, action, row)
                response = send(client, verb, fill(path, row.pk if row else ""))
                said = (verb, path, side, response.status_code)
                foreign = side == "second" and row is not None and world.stranger_to(role, type(row), action)
                if response.status_code >= 500 or (response.status_code < 400 and (not may or foreign)):
                    wrong.append(said)
                if may and response.status_code == 403:
                    wrong.append((*said, "is shut to who holds the action"))
                wrong += strangers_in(response, world, role, path)
    assert not wrong, "\n".join(map(str, wrong))


class TestTokens:
    def call(self, text: str) -> int:
        status = {
            Client().get(address, headers={"Authorization": f"Bearer {text}"}).status_code
            for address in READS
        }
        assert len(status) == 1, status
        return status.pop()

    def token(self, world, role=Role.REGISTRY_OFFICIAL, **values):
        actions = values.pop("actions", sorted(access.table.rules))
        expires = values.pop("expires_at", clock.now() + dt.timedelta(days=1))
        return ApiToken.issue(
            user=world.users[role], name="walk", actions=actions, expires_at=expires, **values
        )[1]

    def test_a_standing_token_opens_what_its_owner_may(self, world):
        assert self.call(self.token(world)) == 200

    def test_one_that_has_run_out_opens_nothing(self, world):
        assert self.call(self.token(world, expires_at=clock.now())) == 401

    def test_a_revoked_one_opens_nothing(self, world):
        assert self.call(self.token(world, revoked_at=clock.now())) == 401

    def test_one_of_a_closed_account_opens_nothing(self, world):
        text, user = self.token(world), world.users[Role.REGISTRY_OFFICIAL]
        type(user).objects.filter(pk=user.pk).update(is_active=False)
        assert self.call(text) == 401

    def test_one_whose_owner_lost_the_role_opens_nothing(self, world):
        text, user = self.token(world), world.users[Role.REGISTRY_OFFICIAL]
        user.memberships.update(until_on=clock.today() - dt.timedelta(days=1))
        assert self.call(text) == 403

    def test_an_invented_one_opens_nothing(self, world):
        assert self.call("kozot_" + "x" * 43) == 401

    def test_it_opens_only_the_actions_it_names(self, world):
        assert self.call(self.token(world, actions=["registry.employer.change"])) == 403
        assert self.call(self.token(world, actions=[])) == 403

    def test_it_gives_its_owner_nothing_new(self, world):
        assert self.call(self.token(world, Role.ANALYST)) == 403

    def test_it_is_no_way_into_the_desk(self, world):
        text = self.token(world)
        response = Client().get("/admin/", headers={"Authorization": f"Bearer {text}"})
        assert response.status_code == 302

    def test_a_bad_one_is_refused_where_everybody_may_read(self, world):
        public = [
            path
            for verb, path in OPERATIONS
            if verb == "get" and "{" not in path and Role.PUBLIC in access.table.rules[action_of(verb, path)]
        ]
        for path in public:
            assert Client().get(path, headers={"Authorization": "Bearer kozot_x"}).status_code == 401, path


READS = [
    path
    for verb, path in OPERATIONS
    if verb == "get"
    and "{" not in path
    and set(access.table.rules[action_of(verb, path)]) & {Role.REGISTRY_OFFICIAL}
    and not set(access.table.rules[action_of(verb, path)]) & {Role.PUBLIC, Role.ANALYST}
]


def test_a_token_is_kept_as_a_hash_only(world):
    text = ApiToken.issue(user=world.users[Role.ANALYST], name="x", expires_at=clock.now())[1]
    assert not [row for row in ApiToken.objects.values() if text in map(str, row.values())]
