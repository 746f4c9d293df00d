"""The steps of the benchmark of imports that Kozot does: each in a process of its own, over the same folder."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

from _import_measures import cpu, emptied, memory, tidy

WRONG = 0.01


def prepare(rows: int, folder: Path) -> dict:
    """An empty house with the workers of the file; nothing of their work is known."""
    from django.conf import settings
    from django.core.management import call_command

    from common.keys import blind_index
    from common.models import SubjectKey
    from pensions import generator
    from pensions.models import Worker, WorkerIdentifier
    from tests.support.house import House
    from tests.support.registry import Registry

    for database in settings.DATABASES:
        call_command("migrate", database=database, verbosity=0)
    Registry().moscow_employer(House())
    chance, people, left = random.Random(1), [], rows

    def lines() -> Iterator[dict]:
        nonlocal left
        for whole in generator.endless():
            person = whole[:left]
            left -= len(person)
            if person:
                people.append(person[0])
            for row in person:
                spoiled = chance.random() < WRONG
                yield row | {"accrued": "нет данных"} if spoiled else row
            if len(people) == 2_000 or not left:
                register()
            if not left:
                return

    def register() -> None:
        keys = [SubjectKey.new() for _person in people]
        SubjectKey.objects.bulk_create(keys)
        workers = []
        for key, person in zip(keys, people, strict=True):
            names = {name: person[name] for name in ("family_name", "given_name", "patronymic", "birth_on")}
            workers.append(Worker(key=key, registered_in="KG", state="registered", **names))
            workers[-1].fill_keys()
        Worker.everything.bulk_create(workers, batch_size=500)
        WorkerIdentifier.everything.bulk_create(
            [
                WorkerIdentifier(
                    worker=worker,
                    kind="KG-PIN",
                    value=person["KG-PIN"],
                    index=blind_index("KG-PIN", person["KG-PIN"]),
                )
                for worker, person in zip(workers, people, strict=True)
            ],
            batch_size=500,
        )
        people.clear()

    with (folder / "file.csv").open("w", encoding="cp1251", newline="") as file:
        made = generator.write_csv(file, lines())
    tidy()
    return {
        "rows": made,
        "workers": Worker.everything.count(),
        "mb": (folder / "file.csv").stat().st_size / 1e6,
    }


def take(rows: int, folder: Path) -> dict:
    return _import(folder, name="file.csv")


def _import(folder: Path, name: str, *, years_stand: bool = True) -> dict:
    from django.contrib.auth import get_user_model

    from accounts.enums import Role
    from common import jobs
    from pensions.imports import checks
    from pensions.models import Contribution, Employer, WorkRecordImport
    from pensions.services import imports
    from tests.support.house import House

    employer = Employer.everything.get()
    official = get_user_model().objects.filter(email__startswith=Role.REGISTRY_OFFICIAL.value).first()
    official = official or House().user(Role.REGISTRY_OFFICIAL)
    if years_stand:
        make_years()
    before, steps, worked = memory(), {}, cpu()

    def timed(step: str, work) -> None:
        start = time.perf_counter()
        work()
        steps[step] = time.perf_counter() - start

    def receive() -> None:
        with (folder / "file.csv").open("rb") as file:
            imports.upload(by=official, employer=employer, registry_state="KG", content=file, name=name)

    def run() -> None:
        waiting = WorkRecordImport.everything.get(file__name=name).job
        state = jobs.run(waiting.pk)
        if state != "succeeded":
            raise SystemExit(f"{waiting.kind}: {state}")

    timed("received", receive)
    timed("checked", run)
    timed("asked", lambda: imports.apply(by=official, run=WorkRecordImport.everything.get(file__name=name)))
    timed("applied", run)
    peak = memory() - before
    counts = WorkRecordImport.everything.get(file__name=name).counts
    total = sum((money["applied"] for money in map(_decimals, counts["sums"].values())), 0)
    return {
        "seconds": sum(steps.values()),
        "cpu": cpu() - worked,
        "steps": steps,
        "applied": counts["applied"],
        "rejected": counts["rejected"],
        "equal": checks.ledger_sum(Contribution.everything.all()) == total,
        "peak_mb": peak,
    }


def _decimals(sums: dict) -> dict:
    from decimal import Decimal

    return {name: Decimal(value) for name, value in sums.items()}


def make_years() -> None:
    """Those of the file, which stand already for every file but the first of a year."""
    from common.partitions import ensure_years
    from pensions.models import Contribution

    ensure_years(Contribution._meta.db_table, {2025, 2026})


def apart(rows: int, folder: Path) -> dict:
    """The same file when its years are new to the ledger."""
    from django.db import connection

    emptied()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^pensions_contribution_y'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE {table}")
        cursor.execute("DELETE FROM pensions_employment")
    tidy()
    with (folder / "file.csv").open("ab") as file:
        file.write(b"\r\n")  # another file to the house
    return _import(folder, name="first.csv", years_stand=False)


def undo(rows: int, folder: Path) -> dict:
    """The whole import taken back by compensating entries."""
    from django.contrib.auth import get_user_model
    from django.db import connection

    from accounts.enums import Role
    from common import jobs
    from pensions.models import Contribution, WorkRecordImport
    from pensions.services import imports
    from tests.support.house import House

    found = get_user_model().objects.filter(email__startswith=Role.REGISTRY_SUPERVISOR.value).first()
    supervisor = found or House().user(Role.REGISTRY_SUPERVISOR)
    run, statements = WorkRecordImport.everything.latest("created_at"), []

    def counted(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    start, worked = time.perf_counter(), cpu()
    with connection.execute_wrapper(counted):
        state = jobs.run(imports.undo(by=supervisor, run=run, why="benchmark").pk)
    took = {"seconds": time.perf_counter() - start, "cpu": cpu() - worked, "statements": len(statements)}
    if state != "succeeded" or Contribution.everything.current().exists():
        raise SystemExit(f"undo: {state}")
    return took
