"""Import of contribution rows with all checks, beside the bare load of the same rows into the same table.

`ROWS=1000000` rows of about a twelfth as many workers, from a CSV of Russian spelling: received, read, checked,
shown, applied. The yardstick is COPY (PostgreSQL) or executemany (SQLite) of exactly the ledger rows that came of
it, with all constraints, indexes and partitions standing; on PostgreSQL once more under ordinary foreign keys of
worker and work, looked up row by row, as Django declares them. At the end the import is undone, and a sample goes
the default way of django-import-export. Peak memory is that of the importing process over what it held before the
import, at a tenth of the rows and at all.

Goals: 1.5 × the bare load on both databases; 100 × django-import-export for a row; memory flat.
`DATABASES=sqlite` or `DATABASES=postgresql` takes one of them.
"""

import contextlib
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from places import environment  # noqa: E402
from processes import Failure  # noqa: E402
from servers import postgresql  # noqa: E402

ROWS = int(os.environ.get("ROWS", "1000000"))
CHOSEN = os.environ.get("DATABASES", "sqlite,postgresql").split(",")
SAMPLE = 500
WRONG = 0.01
LEDGER = (
    *("worker_id", "employment_id", "version", "corrects", "voids", "effective_on", "recorded_at"),
    *(
        "recorded_by_id",
        "import_run_id",
        "reason",
        "month",
        "fund",
        "currency",
        "wage",
        "base",
        "tax",
        "rate",
    ),
    *("accrued", "paid", "paid_on"),
)


# --- the parent: one process for each step, so that each has its own memory ---------------------------


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kozot-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        for database in CHOSEN:
            with contextlib.ExitStack() as stack:
                address = ""
                if database == "postgresql":
                    try:
                        address = stack.enter_context(postgresql(folder)).url
                    except Failure as why:
                        print(f"No PostgreSQL: {why}")
                        continue
                told(database, folder / database, address)


def told(database: str, folder: Path, address: str) -> None:
    def step(name: str, rows: int) -> dict:
        place = folder / str(rows)
        command = [sys.executable, __file__, name, str(rows), str(place)]
        done = subprocess.run(
            command,
            env=environment(place, DATABASE_URL=address_of(address, rows)),
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
        return json.loads(done.stdout.splitlines()[-1])

    small, big = ROWS // 10, ROWS
    if address:
        make_databases(address, (small, big))
    step("prepare", small)
    memory = step("take", small)["peak_mb"]
    made = step("prepare", big)
    print(f"\n{database}: {made['rows']:,} rows of {made['workers']:,} workers, {made['mb']:,.0f} MB of CSV")
    took = step("take", big)
    bare = step("bare", big)

    def line(what: str, one: dict, goal: str) -> None:
        times = one["seconds"] / bare["seconds"], one["cpu"] / bare["cpu"]
        print(
            f"  {what:28} {one['seconds']:8.1f} s, {one['cpu']:7.1f} s of work   "
            f"{times[0]:5.2f} × the bare load, {times[1]:5.2f} × its work   {goal}"
        )

    line("bare load", bare, "")
    if address:
        line("bare load, ordinary keys", step("keyed", big), "")
    line("import with all checks", took, "goal 1.5")
    print("     " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in took["steps"].items()))
    print(f"     {took['applied']:,} recorded, {took['rejected']:,} rejected, sums equal: {took['equal']}")
    if address:
        line("first load of these years", step("apart", big), "goal below 1")
    undone = step("undo", big)
    line(f"undo, {undone['statements']} statements", undone, "")
    library = step("library", big)["seconds"] / SAMPLE * took["applied"]
    print(
        f"  django-import-export, a sample {library:8.1f} s for as many: {library / took['seconds']:.0f} × (goal 100)"
    )
    print(
        f"  peak memory                    {memory:8.0f} MB at {small:,} rows, {took['peak_mb']:.0f} MB at {big:,}"
    )


def make_databases(address: str, sizes: tuple[int, ...]) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        for rows in sizes:
            connection.execute(f"CREATE DATABASE bench_{rows}")


def address_of(address: str, rows: int) -> str:
    return f"{address.rsplit('/', 1)[0]}/bench_{rows}" if address else ""


# --- steps, each in a process of its own --------------------------------------------------------------


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


def tidy() -> None:
    """What autovacuum does by the night before."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def take(rows: int, folder: Path) -> dict:
    return _import(folder, name="file.csv")


def _import(folder: Path, name: str) -> dict:
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
    partitions()
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


def cpu() -> float:
    """Seconds of work of this process, of its server process and of those that have ended: what other load on the
    machine does not change."""
    from django.db import connection

    spent = time.process_time()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            own = _times(cursor.fetchone()[0])
        ended = _times(int(own[1]))  # of the server's first process, which waits for the others
        spent += sum(map(int, (*own[11:13], *ended[13:15]))) / os.sysconf("SC_CLK_TCK")
    return spent


def _times(pid: int) -> list[str]:
    """The fields of proc(5)'s stat behind the name."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def partitions() -> None:
    """The years stand already, as for every file but the first of a year."""
    from common.partitions import ensure_years
    from pensions.models import Contribution

    ensure_years(Contribution._meta.db_table, {2025, 2026})


def memory() -> float:
    """The most that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def emptied() -> None:
    """Takes the ledger's rows out, as only the owner of the database can."""
    from django.db import connection

    from common.append_only import install, trigger_names

    for table in ("pensions_contribution", "pensions_employmentperiod"):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = replica")  # the partitions' own triggers too
                cursor.execute(f"TRUNCATE {table}")
                cursor.execute("SET session_replication_role = DEFAULT")
            else:
                for trigger in trigger_names(table):
                    cursor.execute(f'DROP TRIGGER "{trigger}"')
                cursor.execute(f"DELETE FROM {table}")
                install("default", [table])


def bare(rows: int, folder: Path) -> dict:
    """The same ledger rows, in the order of the file, with nothing but the table's own rules."""
    from django.db import connection

    columns = ", ".join(LEDGER)
    query = f"SELECT {columns} FROM pensions_contribution ORDER BY id"
    if connection.vendor == "postgresql":
        return _bare_copy(connection, columns, query, folder / "rows.txt")
    with connection.cursor() as cursor:
        held = cursor.execute(query).fetchall()
    emptied()
    tidy()
    from django.db import transaction

    places = ", ".join(["%s"] * len(LEDGER))
    start, worked = time.perf_counter(), cpu()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO pensions_contribution ({columns}) VALUES ({places})", held)
    return {"seconds": time.perf_counter() - start, "cpu": cpu() - worked}


def keyed(rows: int, folder: Path) -> dict:
    """The bare load once more, with the foreign keys that Django would declare. Leaves none of them behind."""
    from django.db import connection

    keys = {"worker_id": "pensions_worker", "employment_id": "pensions_employment"}
    with connection.cursor() as cursor:
        for column, table in keys.items():
            cursor.execute(
                f"ALTER TABLE pensions_contribution ADD CONSTRAINT bench_{column} FOREIGN KEY ({column}) "
                f"REFERENCES {table} (id) DEFERRABLE INITIALLY DEFERRED"
            )
    emptied()
    tidy()
    took = _load(connection, ", ".join(LEDGER), folder / "rows.txt")
    with connection.cursor() as cursor:
        for column in keys:
            cursor.execute(f"ALTER TABLE pensions_contribution DROP CONSTRAINT bench_{column}")
    return took


def _bare_copy(connection, columns: str, query: str, path: Path) -> dict:
    with (
        connection.cursor() as cursor,
        path.open("wb") as file,
        cursor.copy(f"COPY ({query}) TO STDOUT") as copy,
    ):
        for block in copy:
            file.write(block)
    emptied()
    tidy()
    return _load(connection, columns, path)


def _load(connection, columns: str, path: Path) -> dict:
    start, worked = time.perf_counter(), cpu()
    load = f"COPY pensions_contribution ({columns}) FROM STDIN"
    with connection.cursor() as cursor, path.open("rb") as file, cursor.copy(load) as copy:
        while block := file.read(1 << 16):
            copy.write(block)
    return {"seconds": time.perf_counter() - start, "cpu": cpu() - worked}


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
    global partitions
    partitions = lambda: None  # noqa: E731
    with (folder / "file.csv").open("ab") as file:
        file.write(b"\r\n")  # another file to the house
    return _import(folder, name="first.csv")


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


def library(rows: int, folder: Path) -> dict:
    """django-import-export with its defaults: one row after another, each with its own queries."""
    import tablib
    from django.db import connection
    from import_export import fields, resources, widgets

    from pensions.models import Contribution, Employment, Worker

    class ContributionResource(resources.ModelResource):
        worker = fields.Field("worker", "worker", widgets.ForeignKeyWidget(Worker))
        employment = fields.Field("employment", "employment", widgets.ForeignKeyWidget(Employment))

        class Meta:
            model = Contribution
            import_id_fields = ("worker", "employment", "month", "fund", "version")
            fields = (
                "worker",
                "employment",
                "month",
                "fund",
                "version",
                "currency",
                "accrued",
                "wage",
                "base",
                "tax",
            )
            fields += ("paid", "paid_on", "effective_on", "voids")

    named = ContributionResource.Meta.fields
    shown = (
        "worker_id",
        "employment_id",
        "month",
        "fund",
        "version",
        "currency",
        "accrued",
        "wage",
        "base",
        "tax",
    )
    shown += ("paid", "paid_on", "effective_on", "voids")
    held = Contribution.everything.order_by("id").values_list(*shown)[:SAMPLE]
    data = tablib.Dataset(*[[str(value) if value is not None else "" for value in row] for row in held])
    data.headers = list(named)
    emptied()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    start = time.perf_counter()
    result = ContributionResource().import_data(data, raise_errors=True)
    seconds = time.perf_counter() - start
    if result.totals["new"] != SAMPLE:
        raise SystemExit(f"the sample was not imported: {result.totals}")
    return {"seconds": seconds}


STEPS = {one.__name__: one for one in (prepare, take, bare, keyed, apart, undo, library)}


def one_step(name: str, rows: int, folder: Path) -> None:
    import django

    folder.mkdir(parents=True, exist_ok=True)
    django.setup()
    from common.scoping import system

    with system("benchmark"):
        print(json.dumps(STEPS[name](rows, folder)))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        one_step(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
