# ruff: noqa: F811 (fixtures of the other module are named as arguments)
"""Spans of one file that move into the ledger at the same moment, each over a connection of its own."""

import threading
import time
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from common.enums import ImportState, JobState
from common.models import Job
from pensions import generator
from pensions.imports import applying, ledger, spans
from pensions.models import Contribution, EmploymentPeriod, StagedRow, WorkRecordImport
from pensions.services import imports

from .test_registry_import import accept, confirmed, employer, official, private_files, send, supervisor  # noqa: F401
from .test_registry_import_dirty import event, events, form
from .test_registry_import_odd import recorded, total

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture(autouse=True)
def small_spans(monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    monkeypatch.setattr(applying, "CHUNK", 7)  # most people's months lie in two spans or three
    monkeypatch.setattr(spans, "UNDER_LOCK", 4)


@pytest.fixture
def made() -> generator.WorkFile:
    return generator.make(seed=3, workers=12, wrong_share=0)


@pytest.fixture
def moves(monkeypatch):
    """Calls `meanwhile(number)` in the thread of each move, behind its rows; says in which threads they ran."""
    real, threads, meanwhile, one_by_one = ledger.write_contributions, [], [], threading.Lock()

    def write(*args, **kwargs):
        told = real(*args, **kwargs)
        with one_by_one:
            threads.append(threading.current_thread().name)
            number = len(threads)
        for act in meanwhile:
            act(number)
        return told

    monkeypatch.setattr(ledger, "write_contributions", write)
    write.threads, write.meanwhile = threads, meanwhile
    return write


def as_counted(run: WorkRecordImport) -> WorkRecordImport:
    """The account is that of the ledger, whatever happened."""
    run.refresh_from_db()
    assert run.counts.get("applied", 0) == Contribution.everything.count()
    return run


def locks_held() -> int:
    """In this database alone: other tests work beside it on the same server."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return cursor.fetchone()[0]


def test_every_row_once_and_one_period_for_each_spell(confirmed, accept, made, moves):
    run = as_counted(accept(confirmed))
    assert run.state == ImportState.APPLIED and run.counts["applied"] == len(made.rows)
    assert recorded() == total(made.rows)
    assert EmploymentPeriod.everything.count() == len({row["KG-PIN"] for row in made.rows})
    assert not StagedRow.objects.exists() and not locks_held()
    assert len(moves.threads) > 10 and all(name.startswith("side by side") for name in moves.threads)
    job = Job.everything.filter(kind="registry.apply_import").latest("created_at")
    assert job.done == job.total


def test_a_killed_worker_loses_nothing_and_repeats_nothing(confirmed, official, run_jobs, made, moves):
    def dies(number):
        if number == 3:
            raise SystemExit

    moves.meanwhile.append(dies)
    job = imports.apply(by=official, run=confirmed)
    with pytest.raises(SystemExit):
        run_jobs()
    assert 0 < Contribution.everything.count() < len(made.rows) and not locks_held()
    as_counted(confirmed)
    Job.everything.filter(pk=job.pk).update(state=JobState.QUEUED)
    assert run_jobs() == [JobState.SUCCEEDED]
    assert as_counted(confirmed).counts["applied"] == len(made.rows) and recorded() == total(made.rows)
    assert EmploymentPeriod.everything.count() == len({row["KG-PIN"] for row in made.rows})


@pytest.mark.parametrize("ends", ["lost", "cancelled"])
def test_a_worker_that_lost_its_job_or_is_to_stop_leaves_whole_spans(
    confirmed, official, run_jobs, made, moves, ends
):
    job = imports.apply(by=official, run=confirmed)
    taken = {"lease_token": uuid.uuid4()} if ends == "lost" else {"cancel_requested_at": timezone.now()}

    def meanwhile(number):
        if number >= 4:  # also when the database has sent that one back
            Job.everything.filter(pk=job.pk).update(**taken)

    moves.meanwhile.append(meanwhile)
    assert run_jobs() == ["lost" if ends == "lost" else JobState.CANCELLED]
    assert 0 < Contribution.everything.count() < len(made.rows) and not locks_held()
    as_counted(confirmed)
    moves.meanwhile.clear()
    Job.everything.filter(pk=job.pk).update(state=JobState.QUEUED, cancel_requested_at=None)
    assert run_jobs() == [JobState.SUCCEEDED]
    assert as_counted(confirmed).counts["applied"] == len(made.rows) and recorded() == total(made.rows)


def test_an_entry_made_by_hand_in_the_same_moment_does_not_fail_the_file(confirmed, accept, made, moves):
    def collides(number):
        if number == 3:
            raise IntegrityError("duplicate key: (worker_id, employment_id, month, fund, version)")

    moves.meanwhile.append(collides)
    run = as_counted(accept(confirmed))
    assert run.state == ImportState.APPLIED and run.counts["applied"] == len(made.rows)
    assert recorded() == total(made.rows)


@pytest.mark.parametrize("chunk", [7, 10_000], ids=["several at once", "one span"])
def test_a_span_that_the_database_sends_back_is_written_anew_at_once(
    confirmed, accept, made, moves, monkeypatch, chunk
):
    """A real deadlock: another transaction waits for what this one holds, and this one comes to wait for it."""
    monkeypatch.setattr(applying, "CHUNK", chunk)
    monkeypatch.setattr(spans.write_span, "__kwdefaults__", {"write": ledger.write_contributions})
    held, waits = threading.Event(), []

    def lock(number: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])

    def another() -> None:
        try:
            with transaction.atomic():
                lock(2)
                held.set()
                lock(1)
        finally:
            connection.close()

    def meanwhile(number: int) -> None:
        if number > 1:
            return
        waits.append(threading.Thread(target=another))
        lock(1)
        waits[0].start()
        held.wait(10)
        time.sleep(1.5)  # the other one has looked for a ring by now: this one will find it
        lock(2)

    moves.meanwhile.append(meanwhile)
    run = as_counted(accept(confirmed))
    waits[0].join(10)
    assert run.state == ImportState.APPLIED and run.counts["applied"] == len(made.rows)
    assert recorded() == total(made.rows) and not locks_held()
    assert EmploymentPeriod.everything.count() == len({row["KG-PIN"] for row in made.rows})


def test_another_file_of_the_employer_waits(confirmed, accept, moves):
    asked = []
    moves.meanwhile.append(lambda number: asked.append(locks_held()))
    accept(confirmed)
    assert asked and 0 not in asked


def test_a_single_span_and_forms_of_a_fund_go_in_turn(send, accept, made, monkeypatch):
    """In a form a later span may reject a stretch of work of which an earlier one has rows."""
    monkeypatch.setattr(spans, "SeveralSpans", None)
    closing = event("2024-02-01", "5")
    run = accept(send(form(events(closing) + events(closing)), "ends.xml"))
    assert [(one["problem"], one["count"]) for one in run.counts["problems"]] == [("nothing_to_close", 2)]
    monkeypatch.setattr(applying, "CHUNK", 10_000)
    assert as_counted(accept(send(generator.to_csv(made)))).counts["applied"] == len(made.rows)
