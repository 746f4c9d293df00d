# ruff: noqa: F811 (fixtures of the other module are named as arguments)
"""A first load of years on PostgreSQL, and whoever works beside it: real connections, real locks."""

import datetime as dt
import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction

from common import jobs, partitions
from common.enums import JobState
from common.errors import Conflict
from common.scoping import system
from pensions import generator
from pensions.imports import apart, ledger
from pensions.models import Contribution
from pensions.services import imports
from pensions.services import ledger as by_hand
from tests.support.registry import Registry

from .test_registry_import import confirmed, employer, official, private_files, send  # noqa: F401
from .test_registry_import_odd import recorded, total

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
BY_HAND = 2019
SOON = 20  # seconds, after which a test gives up


@pytest.fixture
def made() -> generator.WorkFile:
    return generator.make(seed=3, workers=6, wrong_share=0)


@pytest.fixture
def first_load(confirmed, official, monkeypatch):
    """Applies the file as the first one of its years; `meanwhile` happens once they are filled and wait to be
    attached."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no partitions")
    monkeypatch.setattr(apart, "LEAST", 1)
    with connection.cursor() as cursor:
        for year in (BY_HAND, 2025, 2026):
            cursor.execute(f"DROP TABLE IF EXISTS pensions_contribution_y{year}")
    real = ledger.write_contributions

    def first_load(meanwhile: Callable[[], None]) -> None:
        def write(*args, **kwargs):
            told = real(*args, **kwargs)
            if kwargs["table"] == "pensions_contribution_y2026":
                meanwhile()
            return told

        monkeypatch.setattr(ledger, "write_contributions", write)
        job = imports.apply(by=official, run=confirmed)
        assert jobs.run(job.pk) == JobState.SUCCEEDED

    return first_load


def beside(act: Callable[[], None]) -> threading.Thread:
    """Begins over a connection of its own."""

    def run() -> None:
        try:
            with system("beside"):
                act()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def until_somebody_waits(for_a: str) -> None:
    question = (
        f"SELECT 1 FROM pg_locks WHERE NOT granted AND {for_a} AND database = (SELECT oid FROM pg_database "
    )
    question += "WHERE datname = current_database())"
    over = time.monotonic() + SOON
    while time.monotonic() < over:
        with connection.cursor() as cursor:
            cursor.execute(question)
            if cursor.fetchone():
                return
        time.sleep(0.02)
    raise AssertionError(f"nobody waits for {for_a}")


@pytest.mark.parametrize("has_read", [False, True])
def test_who_records_a_month_of_another_new_year_is_told_to_wait(
    first_load, official, made, monkeypatch, has_read
):
    """Where all years were read before, the load cannot end as long as this transaction waits for it."""
    monkeypatch.setattr(partitions, "PATIENCE", 2.0)
    employment, told = Registry().employment(), []

    def record() -> Contribution:
        return by_hand.record_contribution(
            by=official, employment=employment, month=dt.date(BY_HAND, 3, 1), currency="RUB", accrued=10
        )

    def try_it() -> None:
        try:
            with transaction.atomic():
                if has_read:
                    Contribution.everything.count()
                record()
        except Conflict as conflict:
            told.append((conflict.code, conflict.field))

    threads = []

    def meanwhile() -> None:
        threads.append(beside(try_it))
        until_somebody_waits("locktype = 'advisory'")
        if not has_read:
            threads[0].join(SOON)

    first_load(meanwhile)
    threads[0].join(SOON)
    assert told == [("year_not_free", "month")]
    assert recorded() == total(made.rows)
    assert record().accrued == 10


def test_nobody_queues_behind_a_load_that_waits_for_a_long_reader(first_load, made, monkeypatch):
    monkeypatch.setattr(partitions, "LONGEST", 0.5)
    reading, over, in_time = threading.Event(), threading.Event(), []

    def read_long() -> None:
        with transaction.atomic():
            Contribution.everything.count()
            reading.set()
            in_time.append(over.wait(SOON))

    def read() -> None:
        until_somebody_waits("relation = 'pensions_contribution_rest'::regclass")
        Contribution.everything.count()
        over.set()

    threads = []

    def meanwhile() -> None:
        threads.append(beside(read_long))
        assert reading.wait(SOON)
        threads.append(beside(read))

    first_load(meanwhile)
    for thread in threads:
        thread.join(SOON)
    assert in_time == [True]
    assert recorded() == total(made.rows)


def test_all_years_are_read_while_the_last_one_is_filled(first_load):
    """One that is filled already is attached only together with it."""
    counts, seen = [], []

    def meanwhile() -> None:
        thread = beside(lambda: counts.append(Contribution.everything.count()))
        thread.join(5)
        seen.extend(counts)

    first_load(meanwhile)
    assert seen == [0]
