"""Databases that go away, clocks that jump, disks that are full: nothing is lost, nothing twice, people are told."""

import datetime as dt
import errno
import os
import shutil
import subprocess

import pytest
import time_machine
from django.db import OperationalError
from django.test import RequestFactory

from accounts.middleware import PersonMiddleware
from common import clock, files, jobs
from common.enums import JobState
from common.jobs.registry import _kinds
from common.models import Job, StoredFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind():
    """Registers a kind of job for one test; what it does is given, what its end tells is kept."""
    told = []

    def register(function, on_over=lambda job: told.append(job.state)):
        jobs.job_kind("test.interrupted", title="x", on_over=on_over)(function)
        return told

    yield register
    _kinds.pop("test.interrupted", None)


def enqueue(monkeypatch) -> Job:
    monkeypatch.setattr("common.jobs.services.send", lambda job_id: None)
    return jobs.enqueue("test.interrupted", by=None)


@pytest.mark.django_db(transaction=True)  # the runner drops the connection
def test_a_job_has_not_ended_before_its_kind_has_heard_of_it(kind, monkeypatch):
    told = []

    def hears(job):
        told.append(job.state)
        if len(told) == 1:
            raise OperationalError("server closed the connection")

    kind(lambda job: {}, on_over=hears)
    job = enqueue(monkeypatch)
    assert jobs.run(job.pk) == "interrupted"
    job.refresh_from_db()
    assert job.state == JobState.RUNNING and job.finished_at is None
    with time_machine.travel(clock.now() + dt.timedelta(minutes=2)):
        assert jobs.run(job.pk) == "succeeded"
    assert told == [JobState.SUCCEEDED] * 2


def test_a_job_that_was_stopped_before_its_turn_tells_its_kind(kind, monkeypatch):
    told = kind(lambda job: {})
    job = enqueue(monkeypatch)
    jobs.cancel(job)
    assert told == [JobState.CANCELLED] and jobs.run(job.pk) == "not mine"


def test_a_job_has_ended_even_if_its_kind_stumbles_over_that(kind, monkeypatch, caplog):
    kind(lambda job: {}, on_over=lambda job: 1 / 0)
    job = enqueue(monkeypatch)
    assert jobs.run(job.pk) == "succeeded"
    assert "was not told" in caplog.text


@pytest.mark.django_db(transaction=True)  # the runner drops the connection
def test_a_job_whose_database_goes_away_is_taken_up_again(kind, monkeypatch):
    runs = []

    def function(job):
        runs.append(1)
        if len(runs) == 1:
            raise OperationalError("server closed the connection")
        return {}

    told = kind(function)
    job = enqueue(monkeypatch)
    assert jobs.run(job.pk) == "interrupted"
    job.refresh_from_db()
    assert job.state == JobState.RUNNING and told == []
    with time_machine.travel(clock.now() + dt.timedelta(minutes=2)):
        assert jobs.sweep() == 1
        assert jobs.run(job.pk) == "succeeded"
    assert told == [JobState.SUCCEEDED] and len(runs) == 2


@pytest.mark.django_db(transaction=True)  # the runner drops the connection
def test_a_job_that_is_given_up_tells_its_kind_once(kind, monkeypatch):
    def function(job):
        raise OperationalError

    told = kind(function)
    job = enqueue(monkeypatch)
    moment = clock.now()
    for minutes in (0, 2, 4):
        with time_machine.travel(moment + dt.timedelta(minutes=minutes)):
            assert jobs.run(job.pk) == "interrupted"
    with time_machine.travel(moment + dt.timedelta(minutes=6)):
        assert jobs.sweep() == 0 and jobs.sweep() == 0
    job.refresh_from_db()
    assert (job.state, job.error_code, told) == (JobState.FAILED, "worker_lost", [JobState.FAILED])


def test_a_clock_that_jumps_ahead_lets_one_worker_finish(kind, monkeypatch):
    """The first worker's lease seems over; the second takes the job; the first stops without a trace."""
    finished = []

    def function(job):
        if job.job.attempts == 1:
            with time_machine.travel(clock.now() + dt.timedelta(hours=1)):
                assert jobs.sweep() == 1
                assert jobs.run(job.job.pk) == "succeeded"
                job.advance(1, 1)
        finished.append(job.job.attempts)
        return {}

    told = kind(function)
    job = enqueue(monkeypatch)
    assert jobs.run(job.pk) == "lost"
    assert finished == [2] and told == [JobState.SUCCEEDED]


def test_a_clock_that_is_set_back_does_not_leave_a_job_behind(kind, monkeypatch):
    told = kind(lambda job: {})
    job = enqueue(monkeypatch)
    later = clock.now() + dt.timedelta(hours=5)
    Job.everything.filter(pk=job.pk).update(
        state=JobState.RUNNING, attempts=1, lease_until=later + dt.timedelta(minutes=1), started_at=later
    )
    assert jobs.sweep() == 1, "a lease that ends in five hours is no lease of a minute"
    assert jobs.run(job.pk) == "succeeded" and told == [JobState.SUCCEEDED]


@pytest.fixture
def small_disk(tmp_path):
    """A disk of a mebibyte, where this user may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = [shutil.which("mount") or "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_refuses_in_words_and_leaves_nothing_half_done(small_disk, settings):
    settings.MEDIA_ROOT = small_disk
    kept = files.store(b"x" * 100_000, name="a", media_type="text/plain")
    with pytest.raises(files.NoRoom) as refusal:
        files.store(os.urandom(3_000_000), name="b", media_type="text/plain")
    assert refusal.value.__cause__.errno == errno.ENOSPC
    assert StoredFile.objects.count() == 1 and not list(small_disk.glob("*.part"))
    assert files.read(kept) == b"x" * 100_000
    assert files.store(b"y" * 100_000, name="c", media_type="text/plain").size == 100_000, (
        "room is free again"
    )


def test_the_page_of_a_full_disk_says_so(house):
    page = PersonMiddleware(None).process_exception(RequestFactory().get("/"), files.NoRoom())
    assert page.status_code == 507 and "no room for files" in page.content.decode()


def test_a_job_on_a_full_disk_fails_in_words(kind, monkeypatch):
    def function(job):
        with files.room_or_word():
            raise OSError(errno.ENOSPC, "No space left on device")

    kind(function)
    job = enqueue(monkeypatch)
    assert jobs.run(job.pk) == "failed"
    job.refresh_from_db()
    assert job.error_code == "no_room" and job.error_text
