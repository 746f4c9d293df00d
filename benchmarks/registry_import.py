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
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from _import_steps import apart, prepare, take, undo  # noqa: E402
from _import_yardsticks import SAMPLE, bare, keyed, library  # noqa: E402
from places import environment  # noqa: E402
from processes import Failure  # noqa: E402
from servers import postgresql  # noqa: E402

ROWS = int(os.environ.get("ROWS", "1000000"))
CHOSEN = os.environ.get("DATABASES", "sqlite,postgresql").split(",")


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


# --- one step, in a process of its own ----------------------------------------------------------------


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
