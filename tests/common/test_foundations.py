"""The foundations: scoping, append-only tables, sealed fields, journal, jobs, files."""

import datetime as dt

import pytest
from django.db import DatabaseError, connections, transaction

from accounts.enums import Role
from common import append_only, clock, files, jobs
from common.enums import JobState
from common.errors import Invalid
from common.journal import services as journal_services
from common.journal.models import Entry, Seal, Verb
from common.journal.router import JournalRouter
from common.keys import blind_index
from common.keys.ring import CannotOpen, KeyDestroyed
from common.models import Job, SubjectKey
from common.scoping import UnscopedRead, acting_as

pytestmark = pytest.mark.django_db


@pytest.mark.unscoped
def test_an_unscoped_read_is_refused():
    with pytest.raises(UnscopedRead):
        Job.objects.count()


def test_people_see_their_own_jobs_only(house):
    mine = jobs.enqueue("test.count", by=house.user(Role.ANALYST))
    with acting_as(house.user(Role.ANALYST)):
        assert list(Job.objects.all()) == [mine]
    with acting_as(house.user(Role.EXPERT)):
        assert not Job.objects.exists()


@pytest.mark.parametrize("model", append_only.append_only_models(), ids=lambda m: m._meta.label)
def test_each_append_only_table_has_its_triggers(model):
    alias = JournalRouter.database() if model._meta.app_label == "journal" else "default"
    connection = connections[alias]
    query = (
        "SELECT tgname FROM pg_trigger"
        if connection.vendor == "postgresql"
        else ("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        names = {row[0] for row in cursor.fetchall()}
    assert set(append_only.trigger_names(model._meta.db_table)) <= names


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_a_journal_entry(house, journal, change):
    journal_services.record(by=house.user(Role.AUDITOR), verb=Verb.READ)
    rows = journal()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(using=rows.db):
        rows.update(reason="another") if change == "update" else rows._raw_delete(rows.db)


def test_a_row_that_stands_in_the_way_is_not_replaced(house, journal):
    """SQLite takes the old row out without a word, unless triggers fire for that too."""
    journal_services.record(by=house.user(Role.AUDITOR), verb=Verb.READ)
    rows = journal()
    connection, table = connections[rows.db], Entry._meta.db_table
    if connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")
    again = f'INSERT OR REPLACE INTO "{table}" SELECT * FROM "{table}"'
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(using=rows.db),
        connection.cursor() as cursor,
    ):
        cursor.execute(again)


def test_journal_of_a_failed_transaction_is_not_written(house, journal):
    with pytest.raises(Invalid), transaction.atomic():
        journal_services.record(by=house.user(Role.AUDITOR), verb=Verb.CHANGED)
        raise Invalid()
    assert not journal().exists()


def test_seals_chain_and_find_a_changed_row(house, journal):
    for verb in (Verb.READ, Verb.CHANGED, Verb.EXPORTED):
        journal_services.record(by=house.user(Role.AUDITOR), verb=verb)
        journal()
        journal_services.seal()
    assert [seal.number for seal in Seal.objects.order_by("number")] == [1, 2, 3]
    assert journal_services.verify() == []
    victim = Entry.objects.first()
    alias = JournalRouter.database()
    on = ' ON "journal_entry"' if connections[alias].vendor == "postgresql" else ""
    with connections[alias].cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "{append_only.trigger_names("journal_entry")[0]}"{on}')
        cursor.execute("UPDATE journal_entry SET reason = 'forged' WHERE id = %s", [victim.pk])
    assert [(d.entry, d.why) for d in journal_services.verify()] == [(victim.pk, "changed")]


def test_file_bytes_come_back_and_damage_is_noticed(house, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    stored = files.store("көзөт".encode(), name="a.txt", media_type="text/plain")
    assert files.read(stored).decode() == "көзөт"
    path = next(p for p in tmp_path.rglob("*") if p.is_file())
    assert "көзөт".encode() not in path.read_bytes()
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(CannotOpen):
        files.read(stored)


def test_a_destroyed_key_opens_nothing(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    key = SubjectKey.new()
    key.save()
    stored = files.store(b"secret", name="a", media_type="text/plain", key=key)
    key.destroy()
    stored.refresh_from_db()
    with pytest.raises(KeyDestroyed):
        files.read(stored)


def test_blind_index_depends_on_kind():
    assert blind_index("KG-PIN", "21503199012345") == blind_index("KG-PIN", "21503199012345")
    assert blind_index("KG-PIN", "21503199012345") != blind_index("UZ-PINFL", "21503199012345")


@jobs.job_kind("test.count", title="Count")
def count(job, *, upto: int = 3, fail: bool = False):
    for number in range(upto):
        job.advance(number, upto)
    if fail:
        raise Invalid("too_bad", "Too bad: %(what)s.", what="the file")
    return {"counted": upto}


def test_a_job_runs_once_and_tells_its_result():
    job = jobs.enqueue("test.count", by=None, params={"upto": 2})
    assert jobs.run(job.pk) == JobState.SUCCEEDED
    assert jobs.run(job.pk) == "not mine"
    job.refresh_from_db()
    assert (job.result, job.attempts, job.percent) == ({"counted": 2}, 1, 100)


def test_the_same_key_is_the_same_job():
    assert jobs.enqueue("test.count", by=None, key="k") == jobs.enqueue("test.count", by=None, key="k")


def test_an_error_is_kept_for_the_person():
    job = jobs.enqueue("test.count", by=None, params={"fail": True})
    assert jobs.run(job.pk) == JobState.FAILED
    job.refresh_from_db()
    assert (job.error_code, job.error_text) == ("too_bad", "Too bad: the file.")


def test_a_cancelled_job_stops():
    job = jobs.enqueue("test.count", by=None)
    Job.everything.filter(pk=job.pk).update(cancel_requested_at=clock.now())
    assert jobs.run(job.pk) == JobState.CANCELLED


def test_the_sweeper_sends_again_what_lost_its_worker(monkeypatch):
    sent = []
    monkeypatch.setattr("common.jobs.services.send", sent.append)
    lost = jobs.enqueue("test.count", by=None)
    past = clock.now() - dt.timedelta(minutes=5)
    Job.everything.filter(pk=lost.pk).update(state=JobState.RUNNING, lease_until=past, attempts=1)
    hopeless = jobs.enqueue("test.count", by=None)
    Job.everything.filter(pk=hopeless.pk).update(state=JobState.RUNNING, lease_until=past, attempts=3)
    assert jobs.sweep() == 1
    assert sent == [lost.pk]
    hopeless.refresh_from_db()
    assert (hopeless.state, hopeless.error_code) == (JobState.FAILED, "worker_lost")
