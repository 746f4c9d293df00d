"""What imports are measured against: bare loads of the same rows, and django-import-export."""

import time
from pathlib import Path

from _import_measures import cpu, emptied, tidy

SAMPLE = 500
LEDGER = (
    *("worker_id", "employment_id", "version", "corrects", "voids", "effective_on", "recorded_at"),
    *("recorded_by_id", "import_run_id", "reason", "month", "fund", "currency"),
    *("wage", "base", "tax", "rate"),
    *("accrued", "paid", "paid_on"),
)


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
            fields = ("worker", "employment", "month", "fund", "version", "currency", "accrued", "wage")
            fields += ("base", "tax", "paid", "paid_on", "effective_on", "voids")

    named = ContributionResource.Meta.fields
    shown = ["worker_id", "employment_id", *named[2:]]
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
