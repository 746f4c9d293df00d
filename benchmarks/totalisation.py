"""Totalisation of a whole registry against the bare union of the same days by the fastest engine, in one run.

The yardstick is DuckDB adding up the insured days of each person with one window: no states, no treaty, no gate, no
months. Beside it stands what our job makes of the same periods: union by state, branches, contributions that the law
asks for, overlaps between states, the gate by three ways of counting. A sample is compared with the pure rules.

    .venv/bin/python benchmarks/totalisation.py              400,000 periods of 100,000 people
    .venv/bin/python benchmarks/totalisation.py 4000000      the goal: within 5 times, under 1 GB
"""

import random
import resource
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import duckdb
import numpy as np

from pensions.totalisation import InsurancePeriod, load_treaty
from pensions.totals.calendar import START, number
from pensions.totals.engine import Engine, Pieces
from tests.pensions.totals.records import pure, rows_of

ON = date(2026, 10, 31)
CODES = ["AM", "BY", "KG", "KZ", "RU", "TR", "UZ"]
KINDS = ["compulsory", "voluntary", "residence", "equivalent"]
BLOCK, SAMPLE = 100_000, 2_000
FIELDS = ("person", "state", "start", "end", "kind", "unpaid")


def generate(connection: duckdb.DuckDBPyConnection, periods: int) -> None:
    """Four periods a person from 1992 on: work at home, then in one other state, sometimes in a third at the same
    time; a fifth touch or overlap, many lie across 2021, four in a hundred have no paid contributions."""
    connection.execute("SELECT setseed(0.17)")
    home, hosts = (
        CODES.index("KG"),
        [CODES.index(code) for code in ("RU", "RU", "RU", "KZ", "KZ", "AM", "BY", "KG")],
    )
    connection.execute(f"""
        CREATE TABLE piece AS SELECT * FROM (
            SELECT person, CASE WHEN place = 0 AND random() < 0.7 THEN {home}
                    WHEN random() < 0.05 THEN floor(random() * 7) ELSE host END::INTEGER AS state,
                start, least(start + length, {number(ON)})::INTEGER AS end,
                CASE WHEN random() < 0.94 THEN 0 WHEN random() < 0.5 THEN 1 ELSE 3 END::TINYINT AS kind,
                random() < 0.04 AS unpaid
            FROM (
                SELECT (i // 4)::INTEGER AS person, i % 4 AS place,
                    ({hosts})[1 + (hash(i // 4 + 7) % 8)::INTEGER] AS host,
                    ({number(date(1992, 1, 1))} + hash(i // 4) % 9500
                        + (i % 4) * (900 + floor(random() * 500)))::INTEGER AS start,
                    (30 + floor(random() * 1150))::INTEGER AS length
                FROM range({periods}) t(i)))
        WHERE start <= {number(ON)}""")


def bare_union(connection: duckdb.DuckDBPyConnection) -> float:
    started = time.perf_counter()
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE bare AS
        SELECT person, sum(greatest(0, "end" - greatest(start, coalesce(reached, -1) + 1) + 1)) AS days
        FROM (SELECT person, start, "end", max("end") OVER (PARTITION BY person ORDER BY start
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached FROM piece)
        GROUP BY person""")
    return time.perf_counter() - started


def pieces_between(connection: duckdb.DuckDBPyConnection, low: int, high: int) -> Pieces:
    found = connection.execute(
        f'SELECT person - {low} AS person, state, start, "end", kind, unpaid FROM piece '
        f"WHERE person BETWEEN {low} AND {high}"
    ).fetchnumpy()
    return Pieces(*(np.asarray(found[name]) for name in FIELDS))


def whole_job(connection: duckdb.DuckDBPyConnection, persons: int) -> float:
    """Block by block into a table of totals, as the job does."""
    engine = Engine(load_treaty("eaeu-2019"), CODES)
    started = time.perf_counter()
    connection.execute("DROP TABLE IF EXISTS total")
    for low in range(0, persons, BLOCK):
        made = engine.totals(pieces_between(connection, low, low + BLOCK - 1))
        rows = {
            "person": made.person + low,
            **{
                name: getattr(made, name)
                for name in ("state", "days", "stage", "counted_days", "counted_stage", "gate")
            },
            **{f"months_{place}": made.months[:, place].copy() for place in range(made.months.shape[1])},
            **{f"branch_{place}": made.branches[:, place].copy() for place in range(made.branches.shape[1])},
        }
        connection.register("made", rows)
        connection.execute("CREATE TABLE IF NOT EXISTS total AS FROM made LIMIT 0")
        connection.execute("INSERT INTO total FROM made")
        connection.unregister("made")
    return time.perf_counter() - started


def compare(connection: duckdb.DuckDBPyConnection, persons: int) -> int:
    """People of the sample whose totals are not those of the pure rules."""
    treaty, chosen = (
        load_treaty("eaeu-2019"),
        sorted(random.Random(17).sample(range(persons), min(SAMPLE, persons))),
    )
    records: dict[int, list[InsurancePeriod]] = {one: [] for one in chosen}
    names = ", ".join(map(str, chosen))
    for place, (person, state, start, end, kind, unpaid) in enumerate(
        connection.execute(f"SELECT * FROM piece WHERE person IN ({names})").fetchall()
    ):
        days = [START + timedelta(days=day) for day in (start, end)]
        paid = "unpaid" if unpaid else "unknown"
        records[person].append(
            InsurancePeriod(str(place), CODES[state], *days, kind=KINDS[kind], contributions=paid)
        )
    kept = connection.execute(
        f"SELECT * FROM total WHERE person IN ({names}) ORDER BY person, state"
    ).fetchnumpy()
    found = rows_of(_Kept(kept))
    return sum(found.get(one, {}) != pure(periods, treaty, ON) for one, periods in records.items())


class _Kept:
    """Columns of the kept table in the form of engine.Totals."""

    def __init__(self, columns):
        for name in ("person", "state", "days", "stage", "counted_days", "counted_stage", "gate"):
            setattr(self, name, columns[name])
        for name in ("months", "branches"):
            start = "month" if name == "months" else "branch"
            same = sorted(
                key for key in columns if key.startswith(f"{start}s_" if start == "month" else f"{start}_")
            )
            setattr(self, name, np.stack([columns[key] for key in same], axis=1))


def main(periods: int) -> None:
    connection = duckdb.connect()
    for setting in ("memory_limit = '400MB'", "threads = 2", "preserve_insertion_order = false"):
        connection.execute(f"SET {setting}")
    generate(connection, periods)
    persons = connection.execute("SELECT max(person) + 1 FROM piece").fetchone()[0]
    bare, ours = [], []
    for _ in range(3):
        bare.append(bare_union(connection))
        ours.append(whole_job(connection, persons))
    rows = connection.execute("SELECT count(*) FROM total").fetchone()[0]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{connection.execute('SELECT count(*) FROM piece').fetchone()[0]:,} periods of {persons:,} people")
    print(f"  bare union, DuckDB   {median(bare):7.2f} s")
    print(f"  totalisation         {median(ours):7.2f} s   {rows:,} totals")
    print(f"  ratio                {median(ours) / median(bare):7.2f}     goal: at most 5")
    print(f"  peak memory          {peak:7.0f} MB    goal: under 1,000")
    print(f"  sample of {min(SAMPLE, persons):,}: {compare(connection, persons)} differ from the pure rules")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400_000)
