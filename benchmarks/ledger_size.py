"""Bytes for each row of the registry, measured, and what a nation's comes to: 5 million workers, 1.5 billion months.

python benchmarks/ledger_size.py           # measures on 500,000 contributions

Bytes are those of PostgreSQL with every key and index. How many rows a worker has of each kind is assumed (`TABLES`
says why) but for the months: with other figures of an installation the same bytes give its size. Not in it: stored
files, certificates and blanks (`benchmarks/certificates.py`), cases, indicators, the write-ahead log and copies.
"""

import sys
from dataclasses import dataclass

from _ledger import empty_registry, fill

ROWS = 500_000
WORKERS, CONTRIBUTIONS, YEARS = 5_000_000, 1_500_000_000, 35
BESIDE_ROWS = 20_000
SHARDS = (4, 8, 16, 32)


@dataclass(frozen=True)
class Held:
    """A table: how many rows for each worker, and why so many. `by_worker`: spread over the nodes with the worker."""

    table: str
    each: float
    why: str
    by_worker: bool = True

    @property
    def rows(self) -> int:
        return round(WORKERS * self.each)


TABLES = (
    Held("pensions_contribution", CONTRIBUTIONS / WORKERS, "25 years of months"),
    Held("pensions_employmentperiod", 5, "four stretches of work, one in four corrected once"),
    Held("pensions_periodevidence", 4, "each stretch judged once"),
    Held("pensions_employment", 4, "four employers"),
    Held("pensions_worker", 1, ""),
    Held("common_subjectkey", 1, "a key for each person"),
    Held("pensions_workeridentifier", 2.5, "a PIN, a SNILS or IIN, every second person a third number"),
    Held("pensions_workerdocument", 2, "a passport lives ten years"),
    Held("pensions_workername", 0.3, "women who changed their surname, names of other spelling"),
    Held("pensions_workercitizenship", 1.2, "every fifth person took another"),
    Held("pensions_workerstep", 2, "reported or incomplete, then registered"),
    Held("pensions_insurancetotal", 2, "two states"),
    Held("pensions_finding", 1, "one that was ever found about each"),
    Held("pensions_findingstep", 2, "found and dealt with"),
    Held("pensions_employer", 0.01, "a hundred people each", by_worker=False),
    Held(
        "journal_entry", 12 * YEARS, "one look or act a month at each record, over all years", by_worker=False
    ),
    Held("journal_sealedentry", 12 * YEARS, "each entry is sealed", by_worker=False),
)
SIZE = """
SELECT coalesce(sum(pg_table_size(relid)), 0), coalesce(sum(pg_indexes_size(relid)), 0), count(*)
FROM pg_partition_tree(%s) WHERE isleaf"""
GIB = 1024**3

# What hangs on a person beside the ledger, as long as it is in life: sealed numbers are 80 signs, indexes 64.
BESIDE = """
INSERT INTO pensions_workeridentifier (id, worker_id, kind, value, index, warnings, recorded_at)
SELECT {key}, {key}, 'KG-PIN', {sealed}, {index}, '[]', now() FROM {people};
INSERT INTO pensions_workername (id, worker_id, family_name, given_name, patronymic, until_on, recorded_at,
    folded_names, block_key)
SELECT {key}, {key}, 'Асанова' || n, 'Айгүл', 'Бакыт кызы', date '2015-01-01', now(),
    'асанов' || n || '|аигул|бакит', 'аигул асанов' || n FROM {people};
INSERT INTO pensions_workercitizenship (id, worker_id, country, from_on, recorded_at)
SELECT {key}, {key}, 'KG', date '2015-01-01', now() FROM {people};
INSERT INTO pensions_workerdocument (id, worker_id, kind, country, number, index, latin_family_name,
    latin_given_name, issued_on, expires_on, recorded_at)
SELECT {key}, {key}, 'passport', 'KG', {sealed}, {index}, 'ASANOVA' || n, 'AIGUL', date '2020-01-01',
    date '2030-01-01', now() FROM {people};
INSERT INTO pensions_workerstep (reason, at, worker_id, from_state, to_state)
SELECT '', now(), {key}, 'incomplete', 'registered' FROM {people};
INSERT INTO pensions_periodevidence (worker_id, entry, period_id, status, document_type, issuer, archive_reference,
    language, note, recorded_at)
SELECT {key}, {key}, n, 'confirmed', 'приказ', 'ООО Стройка ' || n, 'оп. 2, д. ' || n, 'ru', '', now() FROM {people};
INSERT INTO pensions_finding (id, key, code, severity, owner, registry_state, worker_id, details, digest, state,
    first_seen_at, last_seen_at)
SELECT {key}, 'registry.wage_jumps:' || {key}, 'registry.wage_jumps', 'notice', 'employer', 'KG', {key},
    '{{"months": 2, "spans": [["2024-05", "2024-06"]]}}', {index}, 'open', now(), now() FROM {people};
INSERT INTO pensions_findingstep (finding_id, from_state, to_state, note, at)
SELECT {key}, 'open', 'explained', 'премия за год', now() FROM {people};
INSERT INTO pensions_insurancetotal (worker_id, run_id, state, days, stage, counted_days, counted_stage, by_branch,
    full_months, least_months, most_months, gate, months_worked, months_unpaid, months_unrecorded, disputed,
    retires_on, age_unverified)
SELECT {key}, {key}, 'RU', 3000, 2950, 3000, 2950, '{{"to_1992": 0, "to_2020": 1500, "since_2021": 1450}}', 98, 98,
    100, 'yes', 98, 2, 0, false, date '2050-01-01', false FROM {people};
INSERT INTO journal_entry (at, key, actor_id, organisation_id, verb, object_type, object_id, subject_id, action, reason,
    channel, details)
SELECT now() + n * interval '1 second', {key}, {key}, {key}, 'read', 'pensions.worker', {key}::text, {key},
    'registry.statement.view', '', 'web', '{{}}' FROM {people};
INSERT INTO journal_seal (number, previous, root, count, digest, sealed_at)
VALUES (1, repeat('0', 64), repeat('0', 64), {many}, repeat('0', 64), now());
INSERT INTO journal_sealedentry (entry_id, seal_id, position, digest)
SELECT id, 1, id, md5(id::text) || md5(id::text) FROM journal_entry"""


def fill_beside() -> None:
    """So many rows of every kind that pages are full."""
    from django.db import connection

    with connection.cursor() as cursor:
        many = BESIDE_ROWS
        places = {
            "key": "('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid",
            "sealed": "'sealed:' || md5(n::text) || md5(n::text) || 'sealed=='",
            "index": "md5(n::text) || md5((-n)::text)",
            "people": f"generate_series(1, {many}) n",
            "many": many,
        }
        cursor.execute("SET session_replication_role = replica")  # keys are right by how they are made
        for statement in BESIDE.format(**places).split(";\n"):
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


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
        fill_beside()
        print(f"{'table':28} {'measured':>10} {'row':>6} {'index':>6} {WORKERS:>14,} workers")
        spread = others = 0.0
        for one in TABLES:
            heap, indexes, count = sizes(one.table)
            size = one.rows * (heap + indexes) / count
            spread, others = (spread + size, others) if one.by_worker else (spread, others + size)
            print(
                f"{one.table:28} {count:10,} {heap / count:6.0f} {indexes / count:6.0f} {one.rows:>14,} rows "
                f"{size / GIB:8.1f} GiB   {one.each:g} a worker{': ' if one.why else ''}{one.why}"
            )
            if one.table == "pensions_contribution":
                print(f"{'':54}one year of {YEARS}: {one.rows // YEARS:,} rows {size / YEARS / GIB:.1f} GiB")
        print(
            f"with the workers {spread / GIB:.0f} GiB, beside them {others / GIB:.0f} GiB; spread by worker over nodes:"
        )
        for nodes in SHARDS:
            people = WORKERS // nodes
            print(f"  {nodes:3} nodes: {spread / nodes / GIB:6.1f} GiB and {people:,} workers each")


if __name__ == "__main__":
    main()
