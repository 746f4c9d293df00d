# ruff: noqa: F811 (fixtures of the other module are named as arguments)
"""A worker that is held up past its lease, until others have done its work and gone on: it leaves no trace.

Where it goes on, the file may be applied, undone or applied anew.
"""

import threading
import uuid

import pyarrow as pa
import pytest
from django.db import IntegrityError, connection, connections, transaction

from common import bulk, jobs
from common.bulk_columns import load_columns
from common.enums import ImportState, JobState
from common.models import Job, SubjectKey
from common.scoping import system
from pensions import generator
from pensions.imports import apart, applying, ledger, staging, undoing
from pensions.models import Contribution, Employment, WorkerIdentifier
from pensions.services import imports

from .test_registry_import import accept, confirmed, employer, official, private_files, send, supervisor  # noqa: F401
from .test_registry_import_odd import recorded, total

on_postgresql = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def made() -> generator.WorkFile:
    return generator.make(seed=3, workers=6, wrong_share=0)


@pytest.fixture
def held_up(monkeypatch):
    """A worker is held up before (or behind) its first call of a function; `meanwhile` happens then."""

    def held_up(module, name, meanwhile, *, behind=False) -> None:
        real = getattr(module, name)

        def called(*args, **kwargs):
            monkeypatch.setattr(module, name, real)
            told = real(*args, **kwargs) if behind else None
            meanwhile()
            return told if behind else real(*args, **kwargs)

        monkeypatch.setattr(module, name, called)

    return held_up


def taken_over(job: Job) -> None:
    """The lease is over, and another worker does the job."""
    Job.everything.filter(pk=job.pk).update(lease_until="2020-01-01T00:00:00Z")
    assert jobs.run(job.pk) == JobState.SUCCEEDED


@pytest.mark.parametrize("place", ["fetch", "finish"])
def test_a_run_that_was_undone_meanwhile_stays_so(confirmed, official, supervisor, run_jobs, held_up, place):
    job = imports.apply(by=official, run=confirmed)

    def meanwhile():
        taken_over(job)
        undo = imports.undo(by=supervisor, run=confirmed, why="wrong")
        assert jobs.run(undo.pk) == JobState.SUCCEEDED

    held_up(applying, place, meanwhile, behind=place == "fetch")
    assert run_jobs() == ["lost"]
    confirmed.refresh_from_db()
    assert confirmed.state == ImportState.UNDONE and confirmed.counts["undone"]
    assert not Contribution.everything.current().exists()


def test_an_undo_that_another_worker_has_ended_keeps_its_account(
    confirmed, accept, supervisor, run_jobs, held_up
):
    run = accept(confirmed)
    job = imports.undo(by=supervisor, run=run, why="wrong")
    held_up(undoing, "_answer_portion", lambda: taken_over(job))
    assert run_jobs() == ["lost"]
    told = Job.everything.get(pk=job.pk).result
    run.refresh_from_db()
    assert run.counts == told and told["superseded"] == 0 and told["undone"] > run.counts["applied"] > 0


def test_a_file_that_was_applied_meanwhile_is_not_only_checked(official, employer, run_jobs, held_up, made):
    run = imports.upload(
        by=official, employer=employer, registry_state="KG", content=generator.to_csv(made), name="2025.csv"
    )

    def meanwhile():
        taken_over(run.job)
        imports.apply(by=official, run=run)
        assert jobs.run(Job.everything.get(kind="registry.apply_import").pk) == JobState.SUCCEEDED

    held_up(staging, "propose", meanwhile)
    assert run_jobs()[0] == "lost"
    run.refresh_from_db()
    assert run.state == ImportState.APPLIED


class TestFirstLoad:
    pytestmark = on_postgresql

    def test_nothing_of_a_year_stays_when_the_job_was_lost(
        self, confirmed, official, run_jobs, held_up, monkeypatch, made
    ):
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has no partitions")
        monkeypatch.setattr(apart, "LEAST", 1)
        with connection.cursor() as cursor:
            for year in (2025, 2026):
                cursor.execute(f"DROP TABLE IF EXISTS pensions_contribution_y{year}")
        job = imports.apply(by=official, run=confirmed)
        held_up(apart, "_filled", lambda: Job.everything.filter(pk=job.pk).update(lease_token=uuid.uuid4()))
        assert run_jobs() == ["lost"]
        assert not Contribution.everything.exists()
        Job.everything.filter(pk=job.pk).update(state=JobState.QUEUED)
        assert run_jobs() == [JobState.SUCCEEDED]
        assert recorded() == total(made.rows)


class TestByHand:
    pytestmark = on_postgresql

    def test_somebody_is_employed_by_hand_in_the_same_moment(
        self, confirmed, official, employer, run_jobs, held_up, made
    ):
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has one writer at a time")

        def employ():
            with system("by hand"):
                worker = WorkerIdentifier.everything.first().worker
                Employment.everything.create(worker=worker, employer=employer)
            connections.close_all()

        def meanwhile():
            thread = threading.Thread(target=employ)
            thread.start()
            thread.join(10)

        held_up(ledger, "ask", meanwhile)  # which makes employments first
        imports.apply(by=official, run=confirmed)
        assert run_jobs() == [JobState.SUCCEEDED]
        assert recorded() == total(made.rows)


@pytest.mark.django_db
@pytest.mark.postgres
@pytest.mark.parametrize(
    "load",
    [
        lambda key: bulk.load(SubjectKey, ["id"], [[uuid.UUID(key)]]),
        lambda key: bulk.load_plain(SubjectKey, ["id"], [[key]]),
        lambda key: load_columns(SubjectKey, ["id"], [pa.array([key])]),
    ],
    ids=["load", "load_plain", "load_columns"],
)
def test_what_goes_wrong_in_a_copy_is_an_error_of_django(load):
    """Else a job whose server goes away while rows are copied has failed, and is not only interrupted."""
    with pytest.raises(IntegrityError), transaction.atomic():
        load(str(uuid.uuid4()))
