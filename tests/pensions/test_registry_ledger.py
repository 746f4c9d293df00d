"""The ledger: partitioned where the database can, refused to change everywhere, read as of any moment."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from common import clock
from pensions.enums import Fund
from pensions.models import Contribution, EmploymentPeriod
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db
MONTH = dt.date(2025, 3, 1)


@pytest.fixture
def employment(db):
    return Registry().employment()


def entry(employment, **values) -> Contribution:
    fields = {
        "month": MONTH,
        "currency": "RUB",
        "accrued": Decimal("9900.00"),
        "effective_on": MONTH,
    } | values
    return Contribution.everything.create(worker_id=employment.worker_id, employment=employment, **fields)


@pytest.mark.parametrize("model", [Contribution, EmploymentPeriod], ids=lambda m: m.__name__)
def test_the_ledger_is_partitioned_on_postgresql(model):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no partitions")
    with connection.cursor() as cursor:
        cursor.execute("SELECT relkind FROM pg_class WHERE oid = %s::regclass", [model._meta.db_table])
        assert cursor.fetchone() == ("p",)
        cursor.execute(
            "SELECT a.attname FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS k(number, place), pg_attribute a "
            "WHERE i.indrelid = %s::regclass AND i.indisunique AND k.place = 1 "
            "AND a.attrelid = i.indrelid AND a.attnum = k.number",
            [model._meta.db_table],
        )
        assert {row[0] for row in cursor.fetchall()} == {"worker_id"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pensions_contribution SET accrued = 1",
        "DELETE FROM pensions_contribution",
        "UPDATE pensions_employmentperiod SET position = ''",
        "DELETE FROM pensions_employmentperiod",
    ],
)
def test_the_database_refuses_to_change_the_ledger(employment, statement):
    entry(employment)
    EmploymentPeriod.everything.create(
        worker_id=employment.worker_id,
        employment=employment,
        state="RU",
        start_on=MONTH,
        effective_on=MONTH,
    )
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_correction_of_a_correction_and_what_was_known_when(employment):
    first = entry(employment)
    second = entry(employment, version=2, corrects=first.pk, accrued=Decimal("9950.00"))
    between = clock.now()
    third = entry(employment, version=3, corrects=second.pk, accrued=Decimal("9975.50"))
    entry(employment, fund=Fund.FUNDED, accrued=Decimal("100.00"))
    assert list(Contribution.everything.main().current()) == [third]
    assert list(Contribution.everything.main().as_of(between)) == [second]
    assert list(Contribution.everything.as_of(first.recorded_at - dt.timedelta(seconds=1))) == []
    entry(employment, version=4, corrects=third.pk, voids=True, accrued=0)
    assert not Contribution.everything.main().current().exists()
    assert list(Contribution.everything.as_of(third.recorded_at).main()) == [third]


@pytest.mark.parametrize(
    "values",
    [
        {"version": 1},
        {"version": 2},
        {"month": dt.date(2025, 3, 2)},
        {"fund": Fund.FUNDED, "wage": Decimal("1")},
    ],
    ids=["the same version twice", "a correction of nothing", "not a first day", "earned twice"],
)
def test_the_ledger_refuses_what_does_not_fit(employment, values):
    entry(employment)
    with pytest.raises(IntegrityError), transaction.atomic():
        entry(employment, **values)
