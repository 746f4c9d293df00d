# ruff: noqa: F811 (fixtures of the other module are named as arguments)
"""Files that change each other's answer, and work on one file that meets other work on it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.urls import reverse

from common import jobs
from common.enums import ImportState, JobState
from common.errors import Conflict
from common.models import Job
from pensions import generator
from pensions.imports import applying, checks, ledger, preview, spans, staging, undoing
from pensions.imports.sql import Target
from pensions.models import Contribution, EmploymentPeriod, StagedRow, StagedSpell, WorkerProposal
from pensions.services import imports, proposals

from .test_registry_import import accept, employer, official, private_files, send, supervisor  # noqa: F401
from .test_registry_import_again import withdrawal
from .test_registry_import_dirty import event, events, form
from .test_registry_import_odd import recorded, total

pytestmark = pytest.mark.django_db


@pytest.fixture
def undo(supervisor, run_jobs):
    def undo(run) -> None:
        imports.undo(by=supervisor, run=run, why="wrong")
        assert run_jobs() == [JobState.SUCCEEDED]

    return undo


def test_rows_that_were_known_are_written_when_their_file_was_undone_meanwhile(send, accept, undo):
    made = generator.make(seed=3, workers=6, wrong_share=0)
    first = accept(send(generator.to_csv(made)))
    second = send(generator.to_csv(made, encoding="utf-8"), "again.csv")
    assert second.counts["known"] == len(made.rows)
    undo(first)
    second = accept(second)
    assert (second.counts["applied"], second.counts["known"]) == (len(made.rows), 0)
    assert recorded() == total(made.rows)


def test_other_amounts_are_written_when_the_file_that_they_differed_from_was_undone(send, accept, undo):
    made = generator.make(seed=3, workers=4, wrong_share=0)
    first = accept(send(generator.to_csv(made)))
    made.rows[0]["accrued"] += 100
    second = send(generator.to_csv(made), "right.csv")
    assert second.counts["problems"][0]["problem"] == "differs_from_record"
    undo(first)
    second = accept(second)
    assert (second.counts["applied"], second.counts["rejected"]) == (len(made.rows), 0)
    assert recorded() == total(made.rows)


@pytest.mark.parametrize("entries", ["correction", "withdrawal"])
def test_a_correction_that_was_checked_before_its_original_was_applied(
    send, accept, official, run_jobs, entries
):
    made = generator.make(seed=3, workers=4, wrong_share=0)
    original = send(generator.to_csv(made))
    proposals.confirm_all(by=official, run=original)
    run_jobs()
    made.rows[0]["accrued"] += 100
    correction = send(generator.to_csv(made), "correction.csv", entries=entries)
    assert correction.counts["rejected"] == len(made.rows), "the record holds nothing yet"
    accept(original)
    correction = accept(correction)
    assert correction.counts["rejected"] == 0
    assert correction.counts["applied"] == (1 if entries == "correction" else len(made.rows))
    assert recorded() == (total(made.rows) if entries == "correction" else 0)


@pytest.mark.parametrize("later", ["withdrawal", "end"])
def test_a_form_that_was_checked_before_the_one_that_it_changes_was_applied(
    send, accept, official, run_jobs, later
):
    hire = events(event("2024-02-01", "1"))
    first = send(form(hire), "hire.xml")
    proposals.confirm_all(by=official, run=first)
    run_jobs()
    content = withdrawal(hire, "ЕФС-1") if later == "withdrawal" else form(events(event("2024-12-31", "5")))
    second = send(content, "later.xml")
    assert (second.counts["rejected"], second.counts["ready"]) == (1, 0)
    accept(first)
    second = accept(second)
    assert (second.counts["rejected"], second.counts["applied"]) == (0, 1)
    ends = EmploymentPeriod.everything.current().values_list("end_on", flat=True)
    assert list(ends) == ([] if later == "withdrawal" else [dt.date(2024, 12, 31)])


def test_people_confirmed_while_the_file_is_being_applied_lose_no_row(send, official, run_jobs, monkeypatch):
    """The next work on the file has named its workers already when the first one counts what came of it."""
    made = generator.make(seed=3, workers=6, wrong_share=0)
    run, real = send(generator.to_csv(made)), applying.finish

    def meanwhile(job, run):
        monkeypatch.setattr(applying, "finish", real)
        proposals.confirm_proposals(by=official, proposals=list(WorkerProposal.everything.filter(run=run)))
        checks.check_people(Target.of(run))
        return real(job, run)

    monkeypatch.setattr(applying, "finish", meanwhile)
    imports.apply(by=official, run=run)
    run_jobs()
    run.refresh_from_db()
    assert (run.state, run.counts["applied"]) == (ImportState.APPLIED, len(made.rows))
    assert recorded() == total(made.rows) and not StagedRow.objects.exists()


def test_people_confirmed_while_the_file_is_being_undone_write_nothing(send, official, supervisor, run_jobs):
    run = send(generator.to_csv(generator.make(seed=3, workers=6, wrong_share=0)))
    imports.apply(by=official, run=run)
    run_jobs()
    imports.undo(by=supervisor, run=run, why="wrong")
    proposals.confirm_proposals(by=official, proposals=list(WorkerProposal.everything.all()))
    assert [job.kind for job in Job.everything.filter(state=JobState.QUEUED, params__run_id=str(run.pk))] == [
        "registry.undo_import"
    ]
    run_jobs()
    run.refresh_from_db()
    assert run.state == ImportState.UNDONE and not Contribution.everything.exists()


def test_an_undo_waits_for_all_work_on_the_file(send, official, supervisor, run_jobs):
    """Also for work that another one has followed: only the last one is the run's own job."""
    run = send(generator.to_csv(generator.make(seed=3, workers=6, wrong_share=0)))
    imports.apply(by=official, run=run)
    Job.everything.filter(kind="registry.apply_import").update(state=JobState.RUNNING)
    proposals.confirm_all(by=official, run=run)
    run.refresh_from_db()
    run.job = Job.everything.get(kind="registry.stage_import")
    run.state = ImportState.APPLIED
    run.save()
    for ask in (imports.apply, lambda **more: imports.undo(why="wrong", **more)):
        with pytest.raises(Conflict) as raised:
            ask(by=supervisor, run=run)
        assert raised.value.code == "busy"


def test_an_undo_that_is_killed_at_its_end_leaves_nothing_in_the_staging(
    send, accept, supervisor, run_jobs, monkeypatch
):
    run = accept(send(generator.to_csv(generator.make(seed=7, workers=20, wrong_share=0.06))))
    assert StagedRow.objects.filter(run=run).exists(), "what was rejected"
    job = imports.undo(by=supervisor, run=run, why="wrong")
    with monkeypatch.context() as patch:
        patch.setattr(staging, "clear", lambda run: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            run_jobs()
    Job.everything.filter(pk=job.pk).update(state=JobState.QUEUED)
    assert run_jobs() == [JobState.SUCCEEDED]
    run.refresh_from_db()
    assert run.state == ImportState.UNDONE
    assert not StagedRow.objects.filter(run=run).exists() and not StagedSpell.objects.filter(run=run).exists()


def test_two_imports_that_are_undone_at_once_bring_each_other_not_back(
    send, accept, supervisor, run_jobs, monkeypatch
):
    """The later one finds the earlier one standing still, of which the entries are answered already."""
    made = generator.make(seed=3, workers=4, wrong_share=0)
    first = accept(send(generator.to_csv(made)))
    made.rows[0]["accrued"] += 100
    second = accept(send(generator.to_csv(made), "second.csv", entries="correction"))
    for run in (first, second):
        imports.undo(by=supervisor, run=run, why="wrong")
    jobs_of = list(
        Job.everything.filter(state=JobState.QUEUED).order_by("created_at").values_list("pk", flat=True)
    )
    real = undoing._of

    def meanwhile(statement, model):
        if statement is undoing.BROUGHT_BACK:
            monkeypatch.setattr(undoing, "_of", real)
            assert jobs.run(jobs_of[1]) == JobState.SUCCEEDED
        return real(statement, model)

    monkeypatch.setattr(undoing, "_of", meanwhile)
    assert jobs.run(jobs_of[0]) == JobState.SUCCEEDED
    assert not Contribution.everything.current().exists()
    assert not EmploymentPeriod.everything.current().exists()


@pytest.mark.parametrize("wrong", [0, 0.06])
def test_the_control_total_agrees_when_nothing_waits_any_more(send, accept, official, run_jobs, wrong):
    run = accept(send(generator.to_csv(generator.make(seed=7, workers=20, wrong_share=wrong))))
    told = {name: Decimal(value) for name, value in run.counts["sums"]["RUB"].items()}
    assert told["applied"] > 0 == told["waiting"] == told["ready"]
    assert told.pop("file") == sum(told.values())
    assert preview.of(run)["account"]["agrees"]


def test_an_entry_made_by_hand_in_the_same_moment_does_not_fail_the_file(send, accept, monkeypatch):
    """PostgreSQL tells it by the key of versions; the span is written anew and sees it."""
    real, times = ledger.write_contributions, []

    def collides(*args, **kwargs):
        times.append(1)
        if len(times) == 1:
            raise IntegrityError("duplicate key: (worker_id, employment_id, month, fund, version)")
        return real(*args, **kwargs)

    span = spans.write_span
    monkeypatch.setattr(spans, "write_span", lambda *args, by: span(*args, by=by, write=collides))
    made = generator.make(seed=3, workers=4, wrong_share=0)
    assert accept(send(generator.to_csv(made))).counts["applied"] == len(made.rows)
    assert len(times) == 2 and recorded() == total(made.rows)


def test_a_stopped_import_can_be_undone_on_its_page(client, send, accept, supervisor):
    run = accept(send(generator.to_csv(generator.make(seed=3, workers=4, wrong_share=0))))
    assert run.counts["applied"]
    run.state = ImportState.CHECKED
    run.save()
    client.force_login(supervisor)
    client.cookies["django_language"] = "en"
    page = client.get(reverse("admin:pensions_workrecordimport_change", args=[run.pk])).content.decode()
    assert "Undo the whole import" in page


def test_a_form_that_says_the_same_wrong_thing_far_apart_is_rejected_at_both_places(
    send, accept, monkeypatch
):
    """What is wrong stands at the spell, which rows of several spans may have in common."""
    monkeypatch.setattr(applying, "CHUNK", 1)
    closing = event("2024-02-01", "5")
    run = accept(send(form(events(closing) + events(closing)), "ends.xml"))
    problems = [(one["problem"], one["count"]) for one in run.counts["problems"]]
    assert problems == [("nothing_to_close", 2)] and run.counts["ready"] == 0
