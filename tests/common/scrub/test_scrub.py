"""A copy for developers: nothing of a person is in it, everything else is, and its pages open."""

import contextlib
import datetime as dt
import json
import os
import sqlite3
import subprocess
import sys
import uuid
from io import BytesIO, StringIO
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.services import tokens
from cases.services import documents, incidents, intake, work
from common import files
from common.keys import blind_index
from common.models import Job
from common.scrub.treatments import left_out
from pensions.models import Contribution, DuplicatePair, Worker, WorkerDocument, WorkerIdentifier, WorkerName
from pensions.services import ledger
from tests.cases.conftest import Story
from tests.pensions.issuing.desk_of_issue import make_office
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db(transaction=True)
PIN, PASSPORT = "21503199012345", "AN7654321"
MARKS = [  # words that only what must not leave holds
    *("Зуурабекова", "ZUURABEKOVA", "Ыманкулова", "Чолпонай", "Шарипаевна", "зуурабек"),
    *(PIN, PASSPORT, "1990-03-15", "996555777888", "heartbroken", "kept secret"),
    *("clerk.of.asan@example.kg", "Иванчикова Пелагея", "Приказ о Зуурабековой", "resigned to Batken"),
]


@pytest.fixture
def site(house, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    office = make_office(house)
    person = {"family_name": "Зуурабекова", "given_name": "Чолпонай", "patronymic": "Шарипаевна"}
    twin = _worker(person, born=dt.date(1990, 3, 15))
    again = _worker(person | {"patronymic": ""}, born=dt.date(1990, 3, 15))
    first, second = sorted((twin, again), key=lambda one: one.pk)
    DuplicatePair.everything.create(first=first, second=second, score=1, model_version=1)
    _papers(twin)
    employment = office.employment
    ledger.record_period(
        by=None, employment=employment, start_on=dt.date(2019, 1, 1), end_on=dt.date(2019, 6, 30),
        basis_document="Приказ о Зуурабековой", reason="resigned to Batken",
    )  # fmt: skip
    official = office.official
    official.email, official.full_name = "clerk.of.asan@example.kg", "Иванчикова Пелагея"
    official.save()
    office.pdf(office.issued())
    tokens.issue(by=official, name="kept secret", actions=tokens.grantable(official)[:1], days=1)
    Job.everything.create(kind="x", params={"name": "Зуурабекова"}, requested_by=official)
    _case(house)
    files.store(b"heartbroken", name="Зуурабекова.txt", media_type="text/plain", by=official)
    return office, twin, again


def _worker(names, born):
    return Registry().worker(**names, latin_family_name="ZUURABEKOVA", birth_on=born, sex="female")


def _papers(worker):
    for kind, number in (("KG-PIN", PIN), ("RU-SNILS", "16404708149")):
        WorkerIdentifier.everything.create(
            worker=worker, kind=kind, value=number, index=blind_index(kind, number)
        )
    WorkerDocument.everything.create(
        worker=worker, kind="passport", country="KG", number=PASSPORT, index=f"index {PASSPORT}",
        latin_family_name="ZUURABEKOVA",
    )  # fmt: skip
    WorkerName.everything.create(worker=worker, family_name="Ыманкулова", given_name="Чолпонай")


def _case(house):
    story = Story(house)
    case = story.case(name="Чолпонай Зуурабекова", text="heartbroken", contact="+996555777888")
    work.write_note(by=story.worker, case=case, text="kept secret: heartbroken")
    incidents.record(
        by=story.worker, case=case, answers={"rape": True}, account="heartbroken", place="kept secret",
        happened_on=dt.date(2026, 1, 2),
    )  # fmt: skip
    intake.request_help(
        by=None, organisation=story.ngo, type="other", country="RU", language="ky", text="heartbroken",
        name="Ыманкулова", contact="clerk.of.asan@example.kg",
    )  # fmt: skip
    documents.add(by=story.worker, case=case, file=BytesIO(b"kept secret"), name="kept secret.txt")


@contextlib.contextmanager
def place_for_a_copy():
    """Address of an empty database, or nothing on SQLite."""
    if connection.vendor != "postgresql":
        yield ""
        return
    parts, name = urlsplit(os.environ["TEST_DATABASE_URL"]), f"kozot_scrub_{uuid.uuid4().hex[:10]}"
    with psycopg.connect(parts.geturl(), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield parts._replace(path=f"/{name}").geturl()
        finally:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def everything(folder, server) -> dict[str, list[tuple]]:
    """Every row of every table of the copy."""
    if server:
        with psycopg.connect(server) as database:
            names = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            return {name: database.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in names}
    found = {}
    for file in folder.glob("*.sqlite3"):
        with contextlib.closing(sqlite3.connect(file)) as database:
            names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (name,) in names:
                found.setdefault(name, []).extend(database.execute(f'SELECT * FROM "{name}"').fetchall())
    return found


LOOK = """
import django, json; django.setup()
from django.apps import apps
from django.test import Client
from common.keys import SealedField
from common.scoping import system
from accounts.models import User
from pensions.models import Certificate, Worker, WorkerIdentifier
from cases.models import Case
from pensions import identifiers, search
found = {"pages": {}, "sealed": []}
with system("look"):
    for model in apps.get_models():
        names = [one.name for one in model._meta.concrete_fields if isinstance(one, SealedField)]
        if names and not model._meta.proxy:
            for row in model._base_manager.all():
                found["sealed"] += [getattr(row, name) for name in names]
    numbers = list(WorkerIdentifier.everything.select_related("worker"))
    found["problems"] = [
        identifiers.read(n.kind, n.value, identifiers.Person(n.worker.birth_on, n.worker.sex)).problem for n in numbers
    ]
    found["warnings"] = [
        w for n in numbers
        for w in identifiers.read(n.kind, n.value, identifiers.Person(n.worker.birth_on, n.worker.sex)).warnings
    ]
    found["by_number"] = [len(search.workers(Worker.everything.all(), n.value).keys) for n in numbers]
    found["twins"] = [[w.family_name, w.given_name, str(w.birth_on)] for w in Worker.everything.filter(sex="female")]
    worker = Worker.everything.filter(sex="female", documents__isnull=False).first()
    found["by_name"] = len(search.workers(Worker.everything.all(), worker.family_name).keys)
    official = User.objects.get(email__startswith="registry_official-")
    helper = User.objects.filter(email__startswith="case_worker-", duties__isnull=False).first()
    case = Case.everything.first()
    pages = [
        (official, "/admin/pensions/worker/"), (official, f"/admin/pensions/worker/{worker.pk}/change/"),
        (official, "/admin/pensions/certificate/"),
        (official, f"/admin/pensions/certificate/{Certificate.everything.first().pk}/change/"),
        (helper, "/admin/cases/case/"), (helper, f"/admin/cases/case/{case.pk}/change/"),
    ]
    person = User.objects.filter(worker__isnull=False).first()
    pages += [(person, "/me/"), (person, "/me/record/")]
for user, address in pages:
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    client.force_login(user)
    answer = client.get(address, follow=True)
    found["pages"][address.split("/0")[0]] = [answer.status_code, answer.redirect_chain]
found["password"] = official.check_password("PASSWORD")
print(json.dumps(found))
"""


def look(folder, server, password) -> dict:
    """What the copy's own installation finds, in a process of its own, under the copy's own keys."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KOZOT_")}
    environment = kept | {
        "KOZOT_VAR": str(folder), "DATABASE_URL": server, "KOZOT_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings.development", "KOZOT_LOG_LEVEL": "ERROR", "KOZOT_DEBUG": "1",
    }  # fmt: skip
    command = [sys.executable, "-c", LOOK.replace("PASSWORD", password)]
    done = subprocess.run(
        command, env=environment, cwd=django_settings.BASE_DIR, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_nothing_of_a_person_leaves_and_the_copy_opens(site, tmp_path):
    folder, told = tmp_path / "copy", StringIO()
    before = Contribution.everything.count(), sum(Contribution.everything.values_list("accrued", flat=True))
    with place_for_a_copy() as server:
        call_command("scrub", str(folder), database=server, stdout=told, stderr=StringIO())
        rows = everything(folder, server)
        text = {name: " ".join(str(value) for row in found for value in row) for name, found in rows.items()}
        wrong = [
            (name, mark) for name, said in text.items() for mark in MARKS if mark.lower() in said.lower()
        ]
        assert wrong == []
        for path in (one for one in folder.rglob("*") if one.is_file()):
            content = path.read_bytes()
            assert not [mark for mark in MARKS if mark.encode() in content], path
        for model in left_out():
            assert rows[model._meta.db_table] == [], model
        assert not rows["mfa_authenticator"] and not rows["django_session"] and not rows["journal_entry"]
        assert len(rows["pensions_contribution"]) == before[0]
        found = look(folder, server, told.getvalue().split("password of all: ")[1].split()[0])
    assert not [mark for mark in MARKS for said in found["sealed"] if said and mark in said]
    assert found["problems"] and set(found["problems"]) == {""} and found["warnings"] == []
    assert set(found["by_number"]) == {1} and found["by_name"] >= 2
    assert len(found["twins"]) == 2 and found["twins"][0] == found["twins"][1], "duplicates stay duplicates"
    assert {page: code for page, (code, _chain) in found["pages"].items() if code != 200} == {}
    assert [chain for _code, chain in found["pages"].values() if "sign-in" in str(chain)] == []
    assert found["password"]
    assert Worker.everything.filter(family_name="Зуурабекова").count() == 2, "the installation is only read"


def test_a_copy_overwrites_nothing(tmp_path, settings):
    (tmp_path / "something").touch()
    with pytest.raises(CommandError, match="not empty"):
        call_command("scrub", str(tmp_path))
    other = "" if connection.vendor == "postgresql" else "postgresql://localhost/other"
    with pytest.raises(CommandError, match="and so is its copy"):
        call_command("scrub", str(tmp_path / "new"), database=other)
    assert not (tmp_path / "new").exists()


def test_what_fails_leaves_no_copy_behind(site, tmp_path, monkeypatch):
    from common.scrub import copying

    def fail(*args):
        raise ZeroDivisionError

    monkeypatch.setattr(copying, "_migrate", fail)
    keys = django_settings.KEYRING
    with place_for_a_copy() as server, pytest.raises(ZeroDivisionError):
        call_command("scrub", str(tmp_path / "copy"), database=server, stderr=StringIO())
    assert not (tmp_path / "copy").exists() and keys == django_settings.KEYRING
