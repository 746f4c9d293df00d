"""Two files of one employer applied at the same moment: every row once."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, connections, transaction

from accounts.enums import Role
from common import jobs
from common.enums import JobState
from common.models import Job
from common.scoping import system
from pensions import generator
from pensions.imports import apart, applying
from pensions.models import Contribution, EmploymentPeriod, Worker, WorkRecordImport
from pensions.services import imports, proposals
from tests.support.registry import Registry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def run_waiting() -> None:
    while job := Job.everything.filter(state=JobState.QUEUED).order_by("created_at").first():
        jobs.run(job.pk)


def together(waiting: list[Job]) -> list[str]:
    """Runs the jobs at the same moment, each on a connection of its own; how they ended."""
    start, ended = threading.Barrier(len(waiting)), []

    def one(job: Job) -> None:
        try:
            with system("race"):
                start.wait(10)
                ended.append(jobs.run(job.pk))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=[job]) for job in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ended


def test_two_files_racing(house, settings, tmp_path, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(applying, "CHUNK", 20)
    official = house.user(Role.REGISTRY_OFFICIAL)
    employer = Registry().moscow_employer(house)
    made = generator.make(seed=3, workers=12, wrong_share=0)
    for name, content in (("a.csv", generator.to_csv(made)), ("b.xlsx", generator.to_xlsx(made))):
        imports.upload(by=official, employer=employer, registry_state="KG", content=content, name=name)
    run_waiting()
    for run in WorkRecordImport.everything.all():
        proposals.confirm_all(by=official, run=run)
    run_waiting()
    waiting = [imports.apply(by=official, run=run) for run in WorkRecordImport.everything.all()]
    assert together(waiting) == [JobState.SUCCEEDED] * 2
    assert Contribution.everything.count() == len(made.rows)
    assert EmploymentPeriod.everything.count() == made.people
    counts = [run.counts for run in WorkRecordImport.everything.all()]
    assert sum(one["applied"] for one in counts) == len(made.rows)
    assert sum(one["known"] for one in counts) == len(made.rows)


@pytest.mark.parametrize("turned", [False, True], ids=["in order", "the later first"])
@pytest.mark.parametrize("same_sender", [True, False], ids=["one employer", "two employers"])
def test_different_files_that_overlap_racing_at_every_step(
    house, settings, tmp_path, monkeypatch, turned, same_sender
):
    """Check, people and record at the same moment: every fact once, every row accounted for, equal to the cent."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(applying, "CHUNK", 20)
    official, first = house.user(Role.REGISTRY_OFFICIAL), Registry().moscow_employer(house)
    second = first if same_sender else Registry().employer()
    made, other = (generator.make(seed=3, workers=12, wrong_share=0) for _file in range(2))
    other.rows = other.rows[30:]
    other.rows[0]["accrued"] += 1  # the two do not agree on a month
    made.rows = made.rows[:90]
    files = [(first, made), (second, other)]
    for place, (employer, one) in enumerate(reversed(files) if turned else files):
        content, name = generator.to_csv(one), f"{place}.csv"
        imports.upload(by=official, employer=employer, registry_state="KG", content=content, name=name)
    assert together(list(Job.everything.filter(state=JobState.QUEUED))) == [JobState.SUCCEEDED] * 2
    runs = list(WorkRecordImport.everything.all())
    assert together([proposals.confirm_all(by=official, run=run) for run in runs]) == [JobState.SUCCEEDED] * 2
    people = {row["KG-PIN"] for row in made.rows + other.rows}
    assert Worker.everything.count() == len(people)
    assert together([imports.apply(by=official, run=run) for run in runs]) == [JobState.SUCCEEDED] * 2
    counts = [run.counts for run in WorkRecordImport.everything.all()]
    for one in counts:
        assert one["rows"] == one["applied"] + one["known"] + one["rejected"]
        parts = [Decimal(one["sums"]["RUB"].get(name, 0)) for name in ("applied", "known", "rejected")]
        assert sum(parts) == Decimal(one["sums"]["RUB"]["file"])
    facts = list(Contribution.everything.values_list("worker_id", "employment_id", "month", "fund"))
    assert len(facts) == len(set(facts)) == sum(one["applied"] for one in counts)
    recorded = sum(Contribution.everything.values_list("accrued", flat=True))
    assert recorded == sum(Decimal(one["sums"]["RUB"]["applied"]) for one in counts)
    if same_sender:
        months = {(row["KG-PIN"], row["month"]) for row in made.rows + other.rows}
        assert len(facts) == len(months)
        # The later of the two rows on the month on which the files do not agree.
        assert sum(one["rejected"] for one in counts) == 1


def test_a_first_load_of_years_fills_their_partitions_apart(house, settings, tmp_path, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no partitions")
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(apart, "LEAST", 1)
    official, employer = house.user(Role.REGISTRY_OFFICIAL), Registry().moscow_employer(house)
    made = generator.make(seed=3, workers=12, wrong_share=0, first_month=dt.date(2023, 1, 1))
    for name, content in (("a.csv", generator.to_csv(made)), ("b.xlsx", generator.to_xlsx(made))):
        run = imports.upload(by=official, employer=employer, registry_state="KG", content=content, name=name)
        run_waiting()
        proposals.confirm_all(by=official, run=run)
        run_waiting()
        imports.apply(by=official, run=run)
        run_waiting()
    first, second = WorkRecordImport.everything.order_by("created_at")
    assert (first.counts["applied"], second.counts["known"]) == (len(made.rows), len(made.rows))
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM pensions_contribution_y2023")
        in_year = cursor.fetchone()[0]
        cursor.execute(
            "SELECT relname FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid JOIN pg_index x "
            "ON x.indrelid = c.oid WHERE relname IN ('pensions_contribution_y2023', 'pensions_contribution_rest')"
        )
        indexes = [name for (name,) in cursor.fetchall()]
    assert in_year == sum(row["month"].year == 2023 for row in made.rows)
    assert indexes.count("pensions_contribution_y2023") == indexes.count("pensions_contribution_rest")
    with pytest.raises(DatabaseError), transaction.atomic():
        Contribution.everything.filter(month__year=2023).update(paid=1)
