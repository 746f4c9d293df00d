"""Entries name work that is there: PostgreSQL asks once for a statement, SQLite row by row, and both refuse."""

import datetime as dt
import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from common.filled_apart import Apart
from common.partitions import ensure_years
from pensions.models import Contribution, EmploymentPeriod
from tests.support.registry import Registry

needs_postgres = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite keeps ordinary keys")
MARCH = dt.date(2024, 3, 1)


def contribution(employment, **other) -> Contribution:
    told = {"employment_id": employment.pk, "month": MARCH, "effective_on": MARCH} | other
    return Contribution(worker_id=employment.worker_id, currency="RUB", accrued=10, **told)


def write_by_hand(table: str, month: dt.date, worker_id) -> None:
    """A row that names no known work."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (worker_id, employment_id, version, voids, effective_on, recorded_at, reason, "
            "month, fund, currency, accrued) VALUES (%s, %s, 1, false, %s, now(), '', %s, 'insurance', 'RUB', 1)",
            [worker_id, uuid4(), month, month],
        )


@pytest.fixture
def employment(db):
    return Registry().employment()


def test_an_entry_about_work_that_nobody_knows(employment):
    known, unknown = contribution(employment), contribution(employment, employment_id=uuid4(), fund="health")
    with pytest.raises(IntegrityError), transaction.atomic():
        Contribution.everything.bulk_create([known, unknown])
        connection.check_constraints()
    period = EmploymentPeriod(
        worker_id=employment.worker_id, employment_id=uuid4(), state="RU", start_on=MARCH, effective_on=MARCH
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        period.save(force_insert=True)
        connection.check_constraints()
    assert not Contribution.everything.exists() and not EmploymentPeriod.everything.exists()
    Contribution.everything.bulk_create([known])


def test_work_with_entries_is_not_taken_out(employment):
    Contribution.everything.bulk_create([contribution(employment)])
    for change in ("DELETE FROM pensions_employment", f"UPDATE pensions_employment SET id = '{uuid4().hex}'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert Contribution.everything.get().employment_id == employment.pk


def test_work_without_entries_may_be(employment):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM pensions_employment")
        assert cursor.rowcount == 1


@pytest.mark.postgres
@needs_postgres
@pytest.mark.parametrize("table", ["pensions_contribution_rest", "pensions_contribution_y2024"])
def test_a_partition_by_itself_asks_too(employment, table):
    ensure_years("pensions_contribution", {2024})
    month = dt.date(2024, 1, 1) if table.endswith("2024") else dt.date(1999, 1, 1)
    with pytest.raises(IntegrityError, match="reference"), transaction.atomic():
        write_by_hand(table, month, employment.worker_id)


@pytest.mark.postgres
@needs_postgres
def test_a_partition_that_was_filled_apart_is_asked_before_it_is_attached(employment):
    def fill() -> None:
        with Apart("pensions_contribution", 2093).filled() as table:
            write_by_hand(table, dt.date(2093, 1, 1), employment.worker_id)

    with pytest.raises(IntegrityError, match="employment_id"), transaction.atomic():
        fill()
    assert Apart("pensions_contribution", 2093).is_new()


@pytest.mark.postgres
@needs_postgres
@pytest.mark.django_db(transaction=True)
def test_work_is_held_while_an_entry_about_it_is_being_written():
    """Whoever takes the work out meanwhile waits, and then sees the entry."""
    employment, ended = Registry().employment(), []

    def take_out() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM pensions_employment")
            ended.append("gone")
        except IntegrityError:
            ended.append("refused")
        finally:
            connection.close()

    with transaction.atomic():
        Contribution.everything.bulk_create([contribution(employment)])
        thread = threading.Thread(target=take_out)
        thread.start()
        thread.join(1)
        assert thread.is_alive() and not ended
    thread.join(20)
    assert ended == ["refused"]
