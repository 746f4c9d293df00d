"""Bytes for each row of the ledger, measured, and what a nation's comes to: 5 million workers, 1.5 billion months.

python benchmarks/ledger_size.py           # measures on 500,000 contributions
"""

import sys

from _ledger import empty_registry, fill

ROWS = 500_000
WORKERS, CONTRIBUTIONS, YEARS = 5_000_000, 1_500_000_000, 35
PERIODS_A_WORKER, EMPLOYERS_A_WORKER = 4, 0.01
SHARDS = (4, 8, 16, 32)
TABLES = {
    "pensions_contribution": CONTRIBUTIONS,
    "pensions_employmentperiod": WORKERS * PERIODS_A_WORKER,
    "pensions_employment": WORKERS * PERIODS_A_WORKER,
    "pensions_worker": WORKERS,
    "common_subjectkey": WORKERS,
    "pensions_employer": int(WORKERS * EMPLOYERS_A_WORKER),
}
SIZE = """
SELECT coalesce(sum(pg_table_size(relid)), 0), coalesce(sum(pg_indexes_size(relid)), 0), count(*)
FROM pg_partition_tree(%s) WHERE isleaf"""
GIB = 1024**3


def sizes(table: str) -> tuple[float, float, int]:
    """Bytes of rows, bytes of indexes, rows."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(SIZE, [table])
        rows, indexes, parts = cursor.fetchone()
        if not parts:
            cursor.execute("SELECT pg_table_size(%s), pg_indexes_size(%s)", [table, table])
            rows, indexes = cursor.fetchone()
        cursor.execute(f"SELECT count(*) FROM {table}")
        return float(rows), float(indexes), cursor.fetchone()[0]


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with empty_registry():
        fill(rows)
        print(
            f"{'table':28} {'rows':>10} {'row':>6} {'index':>6}   at {WORKERS:,} workers, {CONTRIBUTIONS:,} months"
        )
        total = 0.0
        for table, many in TABLES.items():
            heap, indexes, count = sizes(table)
            each, index = heap / count, indexes / count
            size = many * (each + index)
            total += size
            print(f"{table:28} {count:10,} {each:6.0f} {index:6.0f}   {many:>14,} rows {size / GIB:8.1f} GiB")
            if table == "pensions_contribution":
                one_year = size / YEARS
                print(f"{'':54}one year of {YEARS}: {CONTRIBUTIONS // YEARS:,} rows {one_year / GIB:.1f} GiB")
        print(f"together {total / GIB:.0f} GiB; spread by worker over nodes:")
        for nodes in SHARDS:
            people = WORKERS // nodes
            print(f"  {nodes:3} nodes: {total / nodes / GIB:6.1f} GiB and {people:,} workers each")


if __name__ == "__main__":
    main()
