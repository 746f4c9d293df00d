"""A work-record file on its way into the ledger."""

import io
import zipfile
from collections import Counter
from decimal import Decimal

import openpyxl
import pytest
from django.db.models import Sum
from django.utils import translation

from accounts.enums import OrganisationKind, Role
from common.enums import ImportState, JobState
from common.errors import Conflict, Invalid, Missing, Refused
from common.models import Job, StoredFile
from common.tables.reader import open_table
from pensions import generator
from pensions.imports import mapping
from pensions.imports.columns import COLUMNS
from pensions.models import (
    Contribution,
    EmploymentPeriod,
    StagedRow,
    Worker,
    WorkerIdentifier,
    WorkerProposal,
    WorkRecordImport,
)
from pensions.services import imports, proposals
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def official(house):
    return house.user(Role.REGISTRY_OFFICIAL)


@pytest.fixture
def supervisor(house):
    return house.user(Role.REGISTRY_SUPERVISOR)


@pytest.fixture
def employer(house):
    return Registry().moscow_employer(house)


@pytest.fixture
def send(official, employer, run_jobs):
    """Uploads and checks a file; returns its run."""

    def send(content: bytes, name="2025.csv", by=official, **values) -> WorkRecordImport:
        run = imports.upload(
            by=by, employer=employer, registry_state="KG", content=content, name=name, **values
        )
        run_jobs()
        run.refresh_from_db()
        return run

    return send


@pytest.fixture
def confirmed(send, official, run_jobs, made) -> WorkRecordImport:
    """The file that the module makes, read, and everybody in it registered."""
    run = send(generator.to_csv(made))
    proposals.confirm_all(by=official, run=run)
    run_jobs()
    return run


@pytest.fixture
def accept(official, run_jobs):
    """Confirms everybody and applies the file."""

    def accept(run: WorkRecordImport) -> WorkRecordImport:
        proposals.confirm_all(by=official, run=run)
        run_jobs()
        imports.apply(by=official, run=run)
        run_jobs()
        run.refresh_from_db()
        return run

    return accept


def small() -> generator.WorkFile:
    return generator.make(seed=7, workers=40, wrong_share=0.06)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_every_valid_row_once_and_every_wrong_row_named(send, accept, file_format):
    made = small()
    run = send(generator.to_bytes(made, file_format), f"2025.{file_format}")
    assert run.state == ImportState.CHECKED, run.refusal
    rejected = dict(StagedRow.objects.filter(run=run, state="rejected").values_list("number", "problem"))
    first = 4 if file_format == "csv" else 5
    assert rejected == {place + first: code for place, code in made.wrong.items()}
    assert not Contribution.everything.exists() and not Worker.everything.exists()
    run = accept(run)
    good = [row for place, row in enumerate(made.rows) if place not in made.wrong]
    assert run.state == ImportState.APPLIED
    assert run.counts["applied"] == len(good) == Contribution.everything.current().count()
    total = Contribution.everything.current().aggregate(Sum("accrued"))["accrued__sum"]
    assert Decimal(str(total)).quantize(Decimal("0.01")) == sum(row["accrued"] for row in good)
    assert Worker.everything.count() == len({row["KG-PIN"] for row in good})
    assert EmploymentPeriod.everything.count() == len({row["KG-PIN"] for row in good})


def test_new_people_are_held_by_the_office_that_confirmed_them(send, official, run_jobs, house):
    run = send(generator.to_bytes(generator.make(seed=3, workers=3, wrong_share=0), "csv"), "2025.csv")
    proposals.confirm_proposals(by=official, proposals=WorkerProposal.everything.filter(run=run)[:2])
    proposals.confirm_all(by=None, run=run)
    run_jobs()
    office = house.organisation(OrganisationKind.SOCIAL_FUND)
    assert sorted(bool(one.held_by) for one in Worker.everything.all()) == [False, True, True]
    assert Worker.everything.filter(held_by=office).count() == 2
    nobody = Worker.everything.get(held_by=None)
    with translation.override("en"):
        assert nobody.holder == "nobody yet: office of Kyrgyzstan"
    nobody.state = "archived"
    assert nobody.holder == ""


def test_rejected_rows_come_back_in_the_same_shape_with_the_reason(send, official):
    made = small()
    for file_format in ("csv", "xlsx"):
        run = send(generator.to_bytes(made, file_format), f"2025.{file_format}")
        back = imports.rejected_rows(by=official, run=run, language="ru")
        assert back.name == f"2025-rejected.{file_format}"
        with open_table(back.content, expected=COLUMNS) as table:
            rows = list(table.rows())
            assert table.header[:-1] == generator._header()
            assert len(rows) == len(made.wrong)
            assert all(row.values[-1] for row in rows)
            place = table.places["family_name"]
            assert {row.values[place] for row in rows} <= {row["family_name"] or None for row in made.rows}


def test_the_same_file_twice_changes_nothing(send, accept):
    content = generator.to_csv(small())
    run = accept(send(content))
    with pytest.raises(Conflict) as raised:
        send(content, "another name.csv")
    assert raised.value.code == "import_twice"
    assert raised.value.params["run_id"] == str(run.pk)


def test_the_same_rows_in_another_file_are_known(send, accept):
    made = generator.make(seed=3, workers=10, wrong_share=0)
    accept(send(generator.to_csv(made)))
    before = Contribution.everything.count()
    run = accept(send(generator.to_xlsx(made), "again.xlsx"))
    assert (run.counts["known"], run.counts["applied"]) == (len(made.rows), 0)
    assert Contribution.everything.count() == before


def test_other_amounts_are_refused_unless_they_come_as_a_correction(send, accept):
    made = generator.make(seed=3, workers=5, wrong_share=0)
    accept(send(generator.to_csv(made)))
    made.rows[0]["accrued"] += 100
    run = send(generator.to_csv(made))
    assert run.counts["problems"] == [
        {"problem": "differs_from_record", "problem_field": "accrued", "count": 1, "example": 4}
    ]
    made.rows[1]["accrued"] += 5
    for version in (2, 3):
        made.rows[0]["accrued"] += version
        run = accept(send(generator.to_csv(made), f"{version}.csv", entries="correction"))
    versions = list(
        Contribution.everything.filter(version__gt=1).order_by("version").values_list("version", flat=True)
    )
    assert versions == [2, 2, 3]
    last = Contribution.everything.current().get(version=3)
    assert last.accrued == made.rows[0]["accrued"]
    assert last.corrects == Contribution.everything.get(version=2, month=last.month, worker=last.worker).pk


def test_a_withdrawal_takes_the_month_out(send, accept):
    made = generator.make(seed=3, workers=3, wrong_share=0)
    accept(send(generator.to_csv(made)))
    made.rows = made.rows[:2]
    run = accept(send(generator.to_csv(made), entries="withdrawal"))
    assert run.counts["applied"] == 2
    assert Contribution.everything.filter(voids=True).count() == 2
    run = accept(send(generator.to_xlsx(made), entries="withdrawal"))
    assert run.counts["problems"][0]["problem"] == "nothing_to_correct"


def test_a_whole_import_is_undone_by_compensating_entries(send, accept, supervisor, official, run_jobs):
    made = generator.make(seed=3, workers=5, wrong_share=0)
    accept(send(generator.to_csv(made)))
    accrued = made.rows[0]["accrued"]
    made.rows[0]["accrued"] += 100
    correction = accept(send(generator.to_csv(made), entries="correction"))
    with pytest.raises(Refused):
        imports.undo(by=official, run=correction, why="wrong file")
    imports.undo(by=supervisor, run=correction, why="wrong file")
    assert run_jobs() == [JobState.SUCCEEDED]
    restored = Contribution.everything.current().get(version=3)
    assert restored.accrued == accrued
    first = WorkRecordImport.everything.order_by("created_at").first()
    imports.undo(by=supervisor, run=first, why="wrong file")
    run_jobs()
    first.refresh_from_db()
    assert first.state == ImportState.UNDONE
    assert (first.counts["undone"], first.counts["superseded"]) == (len(made.rows) + 5, 0)
    assert not Contribution.everything.current().exists()
    assert not EmploymentPeriod.everything.current().exists()


def test_a_killed_worker_loses_nothing_and_repeats_nothing(send, official, run_jobs, monkeypatch):
    from pensions.imports import applying, spans

    run = send(generator.to_csv(generator.make(seed=3, workers=30, wrong_share=0)))
    proposals.confirm_all(by=official, run=run)
    run_jobs()
    monkeypatch.setattr(applying, "CHUNK", 50)
    job = imports.apply(by=official, run=run)
    real, calls = spans.write_span, []

    def dies(*args, **kwargs):
        real(*args, **kwargs)
        calls.append(1)
        if len(calls) == 3:
            raise SystemExit

    monkeypatch.setattr(spans, "write_span", dies)
    with pytest.raises(SystemExit):
        run_jobs()
    assert 0 < Contribution.everything.count() < run.counts["rows"]
    monkeypatch.setattr(spans, "write_span", real)
    Job.everything.filter(pk=job.pk).update(state=JobState.QUEUED)
    assert run_jobs() == [JobState.SUCCEEDED]
    run.refresh_from_db()
    assert run.counts["applied"] == Contribution.everything.count() == run.counts["rows"]


def test_staging_that_was_cut_off_begins_anew(send, official, employer, run_jobs, monkeypatch):
    from pensions.imports import staging

    content = generator.to_csv(generator.make(seed=3, workers=30, wrong_share=0))
    monkeypatch.setattr(staging, "CHUNK", 50)
    run = imports.upload(by=official, employer=employer, registry_state="KG", content=content, name="a.csv")
    monkeypatch.setattr(staging, "propose", lambda run: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        run_jobs()
    monkeypatch.undo()
    Job.everything.update(state=JobState.QUEUED)
    run_jobs()
    run.refresh_from_db()
    assert run.state == ImportState.CHECKED
    assert StagedRow.objects.filter(run=run).count() == run.counts["rows"]


def test_a_stopped_check_leaves_nothing(official, employer, run_jobs):
    content = generator.to_csv(generator.make(seed=3, workers=30, wrong_share=0))
    run = imports.upload(by=official, employer=employer, registry_state="KG", content=content, name="a.csv")
    Job.everything.update(cancel_requested_at="2026-01-01T00:00:00Z")
    run_jobs()
    run.refresh_from_db()
    assert run.state == ImportState.CANCELLED
    assert not StagedRow.objects.exists() and not WorkerProposal.everything.exists()


def _macro_book() -> bytes:
    source = io.BytesIO(generator.to_xlsx(generator.make(workers=3)))
    target = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for item in old.infolist():
            new.writestr(item, old.read(item))
        new.writestr("xl/vbaProject.bin", b"macro")
    return target.getvalue()


def _bomb() -> bytes:
    source = io.BytesIO(generator.to_xlsx(generator.make(workers=3)))
    target = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(item, old.read(item))
        new.writestr("xl/media/big.bin", bytes(80 * 1024 * 1024))
    return target.getvalue()


def _other_template() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Товар", "Цена", "Количество"])
    book.active.append(["Цемент", 500, 3])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "wrong_format"),
        (b"%PDF-1.7 " + b"x" * 100, "wrong_format"),
        (b"PK\x03\x04 broken", "unreadable"),
        (_other_template(), "wrong_template"),
        (_macro_book(), "macro_workbook"),
        (_bomb(), "archive_bomb"),
    ],
    ids=["empty", "picture", "pdf", "damaged", "another template", "macros", "bomb"],
)
def test_bad_input_is_refused_clearly_and_nothing_stays(official, employer, content, code):
    with pytest.raises(Invalid) as raised:
        imports.upload(by=official, employer=employer, registry_state="KG", content=content, name="x.xlsx")
    assert raised.value.code == code
    assert len(str(raised.value)) > 20
    assert (
        not WorkRecordImport.everything.exists()
        and not StoredFile.objects.exists()
        and not Job.everything.exists()
    )


def test_a_file_over_the_limit_is_refused(official, employer, settings):
    settings.IMPORT_MAX_BYTES = 1_000
    with pytest.raises(Invalid) as raised:
        imports.upload(
            by=official, employer=employer, registry_state="KG", content=b"a;b\n" * 500, name="x.csv"
        )
    assert raised.value.code == "too_large"


def test_refused_people_are_forgotten_and_their_rows_rejected(send, official, run_jobs):
    send(generator.to_csv(generator.make(seed=3, workers=3, wrong_share=0)))
    victim = WorkerProposal.everything.order_by("first_row").first()
    proposals.refuse_proposals(by=official, proposals=[victim], reason="unknown to the employer")
    victim.refresh_from_db()
    assert proposals.read(WorkerProposal.everything.get(pk=victim.pk)) == {}
    assert Counter(StagedRow.objects.values_list("problem", flat=True))["worker_refused"] == victim.rows


def test_a_worker_known_by_another_number_is_joined_not_doubled(send, accept, official):
    from pensions.services.workers import register_worker

    made = generator.make(seed=3, workers=2, wrong_share=0)
    row = made.rows[0]
    known = register_worker(
        by=official,
        registered_in="KG",
        family_name="Асанова",
        given_name="Жылдыз",
        birth_on=row["birth_on"],
        numbers=[("RU-SNILS", row["RU-SNILS"])],
    )
    accept(send(generator.to_csv(made)))
    assert Worker.everything.count() == 2
    kinds = WorkerIdentifier.everything.filter(worker=known).values_list("kind", flat=True)
    assert set(kinds) == {"KG-PIN", "RU-SNILS"}
    assert Contribution.everything.filter(worker=known).exists()


def test_another_person_under_the_same_number_is_rejected(send, official):
    from pensions.services.workers import register_worker

    made = generator.make(seed=3, workers=2, wrong_share=0)
    row = made.rows[-1]
    register_worker(
        by=official,
        registered_in="KG",
        family_name="Петров",
        given_name="Иван",
        birth_on="1950-01-01",
        numbers=[("KG-PIN", row["KG-PIN"])],
    )
    run = send(generator.to_csv(made))
    assert run.counts["problems"][0]["problem"] == "another_person"


def test_columns_named_once_are_remembered_for_the_sender(send, official, employer, run_jobs):
    made = generator.make(seed=3, workers=2, wrong_share=0)
    content = generator.to_csv(made).replace(
        "Взносы начислено, руб.".encode("cp1251"), "Отчислено".encode("cp1251")
    )
    run = send(content)
    assert run.state == ImportState.MAPPING and run.job is None
    found = {one.title: one for one in mapping.file_columns(run)}
    assert found["Отчислено"].field == "" and len(found["Отчислено"].samples) == 3
    assert found["СНИЛС"].field == "RU-SNILS"
    with pytest.raises(Invalid) as raised:
        imports.name_columns(by=official, run=run, mapping={})
    assert raised.value.code == "wrong_template"
    imports.name_columns(by=official, run=run, mapping={"accrued": "Отчислено"})
    run_jobs()
    run.refresh_from_db()
    assert run.state == ImportState.CHECKED
    made.rows[0]["accrued"] += 1
    content = generator.to_csv(made).replace(
        "Взносы начислено, руб.".encode("cp1251"), "Отчислено".encode("cp1251")
    )
    assert send(content, "next.csv").state == ImportState.CHECKED


def test_who_may_and_who_may_not(house, send, employer, official, run_jobs):
    content = generator.to_csv(generator.make(seed=3, workers=2, wrong_share=0))
    clerk = house.user(Role.EMPLOYER_CLERK)
    run = send(content, by=clerk)
    for stranger in (
        house.user(Role.EMPLOYER_CLERK, "second"),
        house.user(Role.REGISTRY_OFFICIAL, "abroad", state="RU"),
        house.user(Role.ANALYST),
        house.user(Role.AUDITOR),
        house.user(Role.WORKER),
        house.user(Role.SYSTEM_ADMINISTRATOR),
    ):
        with pytest.raises((Missing, Refused)):
            imports.rejected_rows(by=stranger, run=run)
        with pytest.raises((Missing, Refused)):
            imports.apply(by=stranger, run=run)
        assert not WorkRecordImport.everything.visible_to(stranger).exists()
        with pytest.raises((Missing, Refused)):
            imports.upload(by=stranger, employer=employer, registry_state="KG", content=content, name="b.csv")
    with pytest.raises(Refused):
        imports.apply(by=clerk, run=run)
    with pytest.raises(Missing):
        imports.rejected_rows(by=clerk, run=run)
    imports.apply(by=official, run=run)
