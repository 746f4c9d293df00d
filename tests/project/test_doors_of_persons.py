"""Doors for everybody who is signed in, at the key of what is another person's: refused to all, nothing written."""

import uuid

import pytest
from django.apps import apps
from django.db import connection

from accounts.enums import Role
from cases.views.calls import KEPT
from common import clock
from pensions.models import Blank, Certificate, SigningKey
from tests.support.world import SIDES, plain_row

from .doors import DOORS, OF_A_PERSON, SIGNED_IN
from .test_permission_walk import fill
from .test_posted_attacks import EVERYWHERE, Watch, rows_of

pytestmark = pytest.mark.django_db
# What the doors ask for beside the key, so that none of them refuses for want of it.
BODY = {"kind": "note", "text": "x", "chosen": "name", "variant": "1", "days": "7", "note": "x"}


def test_every_such_door_with_a_key_names_its_model():
    asked = {route for route, door in DOORS.items() if door == SIGNED_IN and "<uuid" in route}
    assert asked == set(OF_A_PERSON), "write the new door into OF_A_PERSON of tests/project/doors.py"


def rows_of_another(world) -> dict:
    """{model: a row of another person}, as it stands when the door would open to its owner."""
    rows, owner = {}, world.house.user(Role.WORKER, "second")

    def known(side, model):
        return [rows[model._meta.label]] if model._meta.label in rows else world.of(side, model)

    for label in sorted(set(OF_A_PERSON.values())):
        model = apps.get_model(label)
        found = world.of(
            "second", model
        )  # what is made here ends with the test, so the world does not keep it
        rows[label] = found[0] if found else plain_row(model, SIDES["second"], known)
    for label in ("accounts.UserSession", "accounts.Identity"):
        type(rows[label])._base_manager.filter(pk=rows[label].pk).update(user=owner)
    Certificate.everything.filter(pk=rows["pensions.Certificate"].pk).update(
        state="issued",
        issued_at=clock.now(),
        status_index=1,
        blank=Blank.everything.filter(series="BB").first(),
        signing_key=SigningKey.everything.filter(
            pk__in=[k.pk for k in world.of("second", SigningKey)]
        ).first(),
    )
    return rows


@pytest.mark.parametrize("role", list(Role))
def test_nobody_gets_through_with_the_key_of_another(role, world, sign_in):
    client, wrong, rows = sign_in(role), [], rows_of_another(world)
    before = {row._meta.db_table: rows_of(row._meta.db_table) for row in rows.values()}
    for route, label in OF_A_PERSON.items():
        answer, wrote = posted(client, route, rows[label].pk)
        wrote = {table for table in wrote if table not in before or rows_of(table) != before[table]}
        if answer.status_code not in {403, 404} or wrote:
            wrong.append((route, answer.status_code, wrote))
    assert not wrong, "\n".join(map(str, wrong))


def posted(client, route: str, key):
    """The answer, and the tables that it wrote besides those of every request."""
    watch = Watch()
    with connection.execute_wrapper(watch):
        answer = client.post(
            fill(route.replace("<slug:form>", KEPT[0]), key),
            {**BODY, "token": str(uuid.uuid4()), "key": str(uuid.uuid4())},
        )
    return answer, {table for table in watch.tables - EVERYWHERE if not table.startswith("journal_")}


OF_A_WORKER = [
    "me/claims/<uuid:pk>/withdraw/",
    "me/certificates/<uuid:pk>/share/",
    "me/shares/<uuid:pk>/end/",
    "account/sessions/<uuid:pk>/end/",
    "account/connected/<uuid:pk>/end/",
]


@pytest.mark.parametrize("route", OF_A_WORKER)
def test_the_owner_gets_through(route, world, client):
    """Else the doors would be shut for want of something else than the person."""
    row = rows_of_another(world)[OF_A_PERSON[route]]
    client.force_login(world.house.user(Role.WORKER, "second"))
    itself = type(row)._base_manager.filter(pk=row.pk).values()
    before = itself.get()
    answer, wrote = posted(client, route, row.pk)
    assert answer.status_code in {200, 302}
    assert wrote or itself.get() != before  # a session ends in its own row, which every request may touch
