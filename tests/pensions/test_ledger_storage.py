"""The ledger refuses to be changed past its entries; its partitions are made ahead; erasure leaves the sums."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import Sum

from common import files, partitions, tasks
from common.keys.ring import KeyDestroyed
from pensions.enums import EvidenceStatus
from pensions.models import Contribution, EmploymentPeriod, PeriodEvidence, WorkerIdentifier
from pensions.services import findings_run, ledger
from pensions.services.workers import register_worker
from tests.support.registry import Registry

TABLES = [
    "pensions_contribution",
    "pensions_employmentperiod",
    "pensions_periodevidence",
    "pensions_findingstep",
]


needs_postgres = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no partitions")


@pytest.fixture
def entries(db):
    employment = Registry().employment()
    period = ledger.record_period(by=None, employment=employment, start_on=dt.date(2024, 1, 1))
    ledger.record_contribution(
        by=None,
        employment=employment,
        month=dt.date(2024, 3, 1),
        currency="RUB",
        accrued=Decimal("10.10"),
        paid=1,
    )
    ledger.judge_period(by=None, period=period, status=EvidenceStatus.CONFIRMED, document_type="book")
    findings_run.ask_people([employment.worker_id], dt.date(2026, 11, 26))
    connection.check_constraints()  # PostgreSQL would refuse TRUNCATE for what is still to be checked
    return employment


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_rows_that_are_written_once(entries, table, statement):
    if statement.startswith("TRUNCATE") and connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table}")
        assert cursor.fetchone()[0] > 0
    refused = pytest.raises(DatabaseError, match="append-only")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


@pytest.mark.django_db
@pytest.mark.postgres
@needs_postgres
@pytest.mark.parametrize("statement", ["UPDATE {} SET accrued = 0", "DELETE FROM {}", "TRUNCATE {}"])
def test_a_partition_by_itself_refuses_too(entries, statement):
    """Also the one that was made for the entry, after all migrations."""
    parts = partitions.partitions_of("pensions_contribution")
    assert "pensions_contribution_y2024" in parts
    for part in ("pensions_contribution_y2024", *parts[-1:]):
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT COUNT(*) FROM "{part}"')
            holds_rows = cursor.fetchone()[0] > 0
        if holds_rows or statement.startswith("TRUNCATE"):
            refused = pytest.raises(DatabaseError, match="append-only")
            with refused, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement.format(f'"{part}"'))


@pytest.mark.django_db
@pytest.mark.postgres
@needs_postgres
def test_partitions_are_made_ahead_once():
    made = partitions.make_ahead(dt.date(2101, 5, 5))
    assert made == [f"pensions_contribution_y{year}" for year in (2101, 2102, 2103)]
    assert set(made) <= set(partitions.partitions_of("pensions_contribution"))
    assert partitions.make_ahead(dt.date(2101, 5, 5)) == []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM pg_index WHERE indrelid = 'pensions_contribution_y2101'::regclass AND indisunique"
        )
        assert cursor.fetchone()[0] == 2


@pytest.mark.django_db
def test_the_task_of_the_night_asks_for_them():
    made = tasks.make_partitions()
    assert made == [] or connection.vendor == "postgresql"
    assert tasks.make_partitions() == []


@pytest.mark.postgres
@needs_postgres
@pytest.mark.django_db(transaction=True)
def test_readers_and_writers_go_on_while_a_partition_is_attached():
    """A writer holds its locks on the table for the whole time; making a year neither waits nor stops it."""
    employment = Registry().employment()
    ledger.record_contribution(
        by=None, employment=employment, month=dt.date(2024, 3, 1), currency="RUB", accrued=10
    )
    done: list = []

    def make() -> None:
        try:
            done.append(partitions.ensure_years("pensions_contribution", {2110}))
        except OperationalError as error:
            done.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        Contribution.everything.create(
            worker_id=employment.worker_id,
            employment=employment,
            month=dt.date(2024, 4, 1),
            effective_on=dt.date(2024, 4, 1),
            currency="RUB",
            accrued=10,
        )
        thread = threading.Thread(target=make)
        thread.start()
        thread.join(20)
        assert not thread.is_alive()
    assert done == [["pensions_contribution_y2110"]]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE pensions_contribution_y2110")


@pytest.mark.django_db
def test_erasing_a_person_destroys_the_key_and_leaves_the_sums(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    worker = register_worker(
        by=None,
        registered_in="KG",
        family_name="Осмонов",
        given_name="Азамат",
        birth_on=dt.date(1990, 5, 5),
        numbers=[("KG-PIN", "20505199012345")],
    )
    employment = Registry().employment(worker)
    period = ledger.record_period(by=None, employment=employment, start_on=dt.date(2024, 1, 1))
    copy = SimpleUploadedFile("book.pdf", b"scan", "application/pdf")
    evidence = ledger.judge_period(by=None, period=period, status="confirmed", attachment=copy)
    for month in (1, 2):
        ledger.record_contribution(
            by=None,
            employment=employment,
            month=dt.date(2024, month, 1),
            currency="RUB",
            accrued=Decimal("10.10"),
        )
    before = Contribution.everything.current().aggregate(Sum("accrued"))
    worker.key.destroy()
    assert WorkerIdentifier.everything.select_related("worker__key").get(worker=worker).value is None
    file = PeriodEvidence.everything.select_related("file__key").get(pk=evidence.pk).file
    with pytest.raises(KeyDestroyed):
        files.read(file)
    assert Contribution.everything.current().aggregate(Sum("accrued")) == before
    assert EmploymentPeriod.everything.current().count() == 1
