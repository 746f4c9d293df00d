"""Bodies of attackers, sent for real: keys of others and columns that nobody may say, in every form and operation.

Each role fills in every form that it is shown and every operation of the API: with its own things and forged columns
beside them, with keys of theirs in place of each key, and, at addresses of theirs, with its own. What was written is
read back from the tables that the statements touched, and is taken back before the next attack.
"""

import copy
import datetime as dt
import re
import uuid
from collections import Counter
from contextlib import ExitStack

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from drf_spectacular.generators import SchemaGenerator

from accounts import access
from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from common.scoping import acting_as
from tests.support.forms import Field, Form, forms_of

from .addresses import DESK, desks, folder
from .conftest import undone
from .doors import DOORS, Door
from .test_api_walk import fill as fill_path
from .test_api_walk import rows_behind
from .test_permission_walk import fill

pytestmark = pytest.mark.django_db
WRITES = re.compile(r'^\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM) "(\w+)"', re.I)
FORGED = "forgd"
# What nobody says of a row: who did it, for whom, whose it is, how it stands. Never where the form itself asks for it.
STANDS = "state status step verified registry_number number digest"
PEOPLE = "recorded_by created_by decided_by confirmed_by granted_by by user owner asked_by held_by assigned_to sent_by"


def columns(person: User) -> dict[str, str]:
    """Columns that are smuggled into a body: a person who has no part in it, another organisation, a state, rights."""
    home = str(person.valid_memberships[0].organisation_id)
    return {
        **dict.fromkeys(STANDS.split(), FORGED),
        **{f"{name}{ending}": str(person.pk) for name in PEOPLE.split() for ending in ("", "_id")},
        **dict.fromkeys(("organisation", "organisation_id", "id", "pk", "key"), home),
        **{"is_staff": "1", "is_superuser": "1", "is_active": "", "role": str(Role.SYSTEM_ADMINISTRATOR)},
    }


class Watch:
    """What the statements inside wrote, table by table."""

    def __init__(self):
        self.tables: set[str] = set()

    def __call__(self, execute, sql, params, many, context):
        if found := WRITES.match(sql):
            self.tables.add(found[1])
        return execute(sql, params, many, context)


MODELS = {one._meta.db_table: one for one in apps.get_models(include_auto_created=True)}


def rows_of(table: str) -> dict:
    """{key: columns}, as they stand in the database."""
    model = MODELS[table]
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        names = [one[0] for one in cursor.description]
        found = [dict(zip(names, map(_plain, row), strict=True)) for row in cursor.fetchall()]
    return {row[model._meta.pk.column]: row for row in found}


def _plain(value):
    """A key reads the same from both databases."""
    if isinstance(value, memoryview):
        return bytes(value)
    if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{32}", value):
        return str(uuid.UUID(value))
    return str(value) if isinstance(value, uuid.UUID) else value


class Attacker:
    """One role of ours, signed in; `wrong` says what it wrote that it must not."""

    def __init__(self, world, role, client):
        self.world, self.role, self.client, self.user = world, role, client, world.users[role]
        client.raise_request_exception = False
        self.theirs = {
            str(row.pk): row for rows in world.rows["second"].values() for row in rows if _is_key(row.pk)
        }
        self.before = {table: rows_of(table) for table in MODELS if not table.startswith("journal_")}
        self.columns = columns(world.house.user(Role.DISCLOSURE_OFFICER, "second"))
        self.forged = {FORGED, self.columns["by"], self.columns["organisation_id"]}
        self.named = (Organisation, User) if role in INVITE else Organisation
        self.wrong, self.tried, self.done = [], Counter(), Counter()

    def strange(self, key: str) -> bool:
        row = self.theirs.get(key)
        return row is not None and hasattr(row, "VIEW") and self.world.stranger_to(self.role, type(row))

    def send(self, how: str, address: str, body, **more) -> None:
        cache.clear()
        self.tried[how] += 1
        watch, kept = Watch(), copy.deepcopy(self.client.cookies)
        with ExitStack() as stack:
            for alias in connections:
                stack.enter_context(undone(alias))
            with connection.execute_wrapper(watch):
                answer = self.client.post(address, body, **more)
                broken = HALF.search(address) is None and answer.status_code >= 500
            self.client.cookies = kept  # what is taken back may have been the session
            wrote = {table for table in watch.tables if MODELS.get(table)}
            self.done[how] += bool(wrote - EVERYWHERE) and answer.status_code < 400
            said = (how, address, answer.status_code)
            if broken:
                self.wrong.append((*said, repr(answer.exc_info[1])[:200]))
            for table in wrote & set(self.before):
                self.wrong += [(*said, table, why) for why in self.judge(table, how)]

    def judge(self, table: str, how: str) -> list[str]:
        before, after, found = self.before[table], rows_of(table), []
        model = MODELS[table]
        for key in before.keys() | after.keys():
            old, new = before.get(key), after.get(key)
            if old == new:
                continue
            if self.strange(str(key)):
                found.append(f"a row of theirs was changed: {key}")
            changed = {name: value for name, value in (new or {}).items() if not old or old[name] != value}
            found += [
                f"{name} is forged"
                for name, value in changed.items()
                if isinstance(value, str) and value in self.forged
            ]
            found += [
                f"{name} leads to {self.theirs[value]._meta.label} of theirs"
                for name, value in changed.items()
                if isinstance(value, str)
                and self.strange(value)
                and not isinstance(self.theirs[value], self.named)
            ]
            if model is Membership and str(self.user.pk) == (new or old)["user_id"]:
                found.append("gave or took a role of its own")
            if model is User and old is None and self.role not in INVITE:
                found.append("made a person")
        return found


# Desks whose rows in the world of the walk are plain ones, without the steps that a real row always has.
HALF = re.compile(r"/archivedeposit/")
# A partner, an institution that is asked: organisations are named by everybody, people by whoever invites.
INVITE = {Role.SYSTEM_ADMINISTRATOR, Role.REGISTRY_SUPERVISOR, Role.CASE_SUPERVISOR}
# Written by every request: that something was done does not follow from them.
EVERYWHERE = {"django_session", "accounts_usersession", "journal_entry"}


def _is_key(value) -> bool:
    return isinstance(value, uuid.UUID)


# --- bodies -----------------------------------------------------------------------------------------


def plausible(one: Field):
    """Something that such a field takes."""
    if one.kind == "file":
        return SimpleUploadedFile("a.txt", b"a paper", "text/plain")
    if one.offered:
        some = [value for value in one.offered if value] or [""]
        return some[:1] if one.many else some[0]
    if one.value:
        return one.value
    name = one.name.lower()
    if one.kind == "date" or name.endswith("_on"):
        return dt.date(2026, 11, 20).isoformat()
    if one.kind == "datetime-local" or name.endswith("_at"):
        return "2026-12-20T10:00"
    if one.kind == "number":
        return "1"
    return "x@example.org" if one.kind == "email" else "for the walk"


def body_of(form: Form, swap=None) -> dict:
    made = {}
    for name, one in form.fields.items():
        value = plausible(one)
        made[name] = swap(one, value) if swap else value
    return {name: value for name, value in made.items() if value not in ("", [""])}


def with_theirs(attacker: Attacker):
    """Every key in the body becomes one of theirs of the same kind; so does a number that names a record."""
    from cases.models import Case
    from pensions.models import Worker

    kinds = {
        str(row.pk): type(row)
        for rows in attacker.world.rows["first"].values()
        for row in rows
        if _is_key(row.pk)
    }
    kinds |= {str(one.pk): User for one in attacker.world.users.values()}

    def theirs(model) -> str:
        return str((attacker.world.of("second", model) or attacker.world.of("second", Worker))[0].pk)

    def swap(one: Field, value):
        first = value[0] if isinstance(value, list) and value else value
        if model := kinds.get(first) if isinstance(first, str) else None:
            return [theirs(model)] if isinstance(value, list) else theirs(model)
        if one.kind == "text" and one.name in ("number", "registry_number", "worker", "case"):
            rows = attacker.world.of("second", Worker), attacker.world.of("second", Case)
            return str(rows[0][0].registry_number) if attacker.role in OFFICES else str(rows[1][0].number)
        return value

    return swap


OFFICES = {Role.REGISTRY_OFFICIAL, Role.REGISTRY_SUPERVISOR, Role.EMPLOYER_CLERK, Role.WORKER}


# --- forms ------------------------------------------------------------------------------------------


def pages(attacker: Attacker) -> list[tuple[str, list[str]]]:
    """(page of ours that the role opens, the same page of theirs) with every button of every desk and every door."""
    found = []
    for one in desks():
        base = f"/{DESK}{folder(one)}/"
        with acting_as(attacker.user):
            sees = attacker.user.is_staff and access.permits(attacker.user, one._view_action())
            if not sees:
                continue
            buttons = [b for b in one.list_actions if b.open_to(attacker.user, None) and not b.address]
            found += [(f"{base}do/{b.name}/", []) for b in buttons]
            rows = [row for row in attacker.world.of("first", one.model) if _is_key(row.pk)]
            foreign = [row for row in attacker.world.of("second", one.model) if attacker.strange(str(row.pk))]
            for b in one.object_actions:
                row = next((row for row in rows if b.open_to(attacker.user, row)), None)
                if row is not None:
                    theirs = [f"{base}{other.pk}/do/{b.name}/" for other in foreign[:1]]
                    found.append((f"{base}{row.pk}/do/{b.name}/", theirs))
    for route, door in DOORS.items():
        model = apps.get_model(door.model) if isinstance(door, Door) and door.model else None
        if attacker.role not in (access.table.rules[door.action] if isinstance(door, Door) else EVERYBODYS):
            continue
        rows = attacker.world.of("first", model) if model else [None]
        foreign = attacker.world.of("second", model)[:1] if model else []
        key = rows[0].pk if rows and rows[0] is not None else uuid.uuid4()
        found.append(
            (fill(route, key), [fill(route, row.pk) for row in foreign if attacker.strange(str(row.pk))])
        )
    return found


# So many forms at least do what they are for, with the forged columns beside.
LEAST = {
    Role.REGISTRY_OFFICIAL: 25,
    Role.REGISTRY_SUPERVISOR: 30,
    Role.CASE_WORKER: 12,
    Role.CASE_SUPERVISOR: 20,
}
# Pages for everyone are the same for everyone: they are tried by these.
EVERYBODYS = {Role.PUBLIC, Role.WORKER, Role.SYSTEM_ADMINISTRATOR}
SKIPPED = re.compile(r"/logout|/sign-out|/language|/i18n|/account/sign-in|/sessions/")


@pytest.mark.parametrize("role", list(Role))
def test_no_form_takes_what_is_not_ones_own(role, world, sign_in):
    attacker = Attacker(world, role, sign_in(role))
    swap, seen = with_theirs(attacker), set()
    for page, theirs in pages(attacker):
        answer = attacker.client.get(page)
        if answer.status_code != 200 or answer.streaming or "html" not in answer.headers["Content-Type"]:
            continue
        for form in forms_of(page, answer.content.decode()):
            kind = (form.address if "/do/" in form.address else page, tuple(form.fields))
            if SKIPPED.search(form.address) or kind in seen:
                continue
            seen.add(kind)
            own = body_of(form)
            attacker.send("forged columns", form.address, {**attacker.columns, **own})
            if (other := body_of(form, swap)) != own:
                attacker.send("keys of theirs", form.address, other)
            for address in theirs:
                attacker.send("address of theirs", address, body_of(form))
    assert not attacker.wrong, "\n".join(map(str, attacker.wrong))
    assert attacker.done["forged columns"] >= LEAST.get(role, 0), "too little was taken to try anything"


def test_what_an_attack_writes_is_seen(world, sign_in):
    """The judge itself: a row of theirs, a forged person, a key of theirs in a row of ours."""
    from pensions.models import Worker

    attacker = Attacker(world, Role.EMPLOYER_CLERK, sign_in(Role.EMPLOYER_CLERK))
    ours, theirs = (world.of(side, Worker)[0] for side in ("first", "second"))
    with undone("default"):
        Worker.everything.filter(pk=theirs.pk).update(family_name="x")
        Worker.everything.filter(pk=ours.pk).update(created_by=attacker.columns["by"], merged_into=theirs)
        told = attacker.judge("pensions_worker", "")
    assert sorted(one.partition(":")[0] for one in told) == [
        "a row of theirs was changed",
        "created_by_id is forged",
        "merged_into_id leads to pensions.Worker of theirs",
    ]


# --- operations of the API --------------------------------------------------------------------------

DOCUMENT = SchemaGenerator().get_schema(request=None, public=True)
WRITING = sorted(
    (path, next(iter(operation.get("requestBody", {}).get("content", {"": {"schema": {}}}).items())))
    for path, item in DOCUMENT["paths"].items()
    for verb, operation in item.items()
    if verb == "post"
)


def example(node: dict, keys: dict[str, str], name: str = ""):
    """A body that the document allows; `keys` are the rows that its keys name."""
    if "$ref" in node:
        return example(DOCUMENT["components"]["schemas"][node["$ref"].rsplit("/", 1)[1]], keys, name)
    if node.get("allOf") or node.get("oneOf"):
        return example((node.get("allOf") or node["oneOf"])[0], keys, name)
    if node.get("enum"):
        return node["enum"][0]
    if "properties" in node:
        return {name: example(one, keys, name) for name, one in node["properties"].items()}
    if node.get("type") == "array":
        return [example(node["items"], keys, name)]
    if name in keys:
        return keys[name]
    some = {"uuid": keys["worker"], "date": "2026-11-20", "decimal": "1", "date-time": "2026-11-20T10:00:00Z"}
    plain = {"integer": 1, "number": 1, "boolean": True, "object": {}}
    return some.get(node.get("format")) or plain.get(node.get("type"), "for the walk")


def keys_of(world, side: str) -> dict[str, str]:
    from pensions.models import Employer, Worker
    from tests.support.world import SIDES

    return {
        "worker": str(world.of(side, Worker)[0].pk),
        "employer": str(world.of(side, Employer)[0].pk),
        "registry_state": SIDES[side],
    }


@pytest.mark.parametrize("role", list(Role))
def test_no_operation_takes_what_is_not_ones_own(role, world, sign_in):
    attacker = Attacker(world, role, sign_in(role))
    for path, (content, found) in WRITING:
        bodies = {
            "forged columns": {**attacker.columns, **_object(found["schema"], keys_of(world, "first"))},
            "keys of theirs": _object(found["schema"], keys_of(world, "second")),
        }
        for side in ("first", "second"):
            for row in rows_behind(path, world, side):
                for how, body in bodies.items():
                    address = fill_path(path, row.pk if row else "")
                    if content.startswith("multipart"):
                        attacker.send(how, address, body | {"file": _table()})
                    else:
                        attacker.send(how, address, body, content_type="application/json")
    assert not attacker.wrong, "\n".join(map(str, attacker.wrong))
    assert attacker.tried["forged columns"] > len(WRITING) / 2
    if role in OFFICES - {Role.WORKER, Role.EMPLOYER_CLERK}:
        assert attacker.done["forged columns"], "nothing was taken, so nothing was tried"


def _object(schema: dict, keys: dict[str, str]) -> dict:
    made = example(schema, keys)
    return made if isinstance(made, dict) else {}


def _table() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.csv", "ПИН;Фамилия\n1;Имя\n".encode(), "text/csv")
