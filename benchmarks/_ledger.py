"""A registry of any size on a throw-away PostgreSQL, made set-wise in SQL: no row passes through Python."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

MONTHS = 100  # of an ordinary person
LONG = "00000000-0000-7000-8000-000000000001"  # the person with the longest record


@contextlib.contextmanager
def empty_registry() -> Iterator[None]:
    """Django over a server that is forgotten at the end."""
    from servers import postgresql

    with tempfile.TemporaryDirectory(prefix="kozot-bench-") as folder:
        Path(folder).chmod(0o711)
        with postgresql(Path(folder)) as server:
            os.environ["TEST_DATABASE_URL"] = server.url
            os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
            import django

            django.setup()
            from django.core.management import call_command
            from django.db import connections

            call_command("migrate", verbosity=0)
            yield
            connections.close_all()


# Keys rise with time as version 7 does. Every hundredth person is of an employer with its number; the contributions of
# every hundredth do not follow from the wage.
FILL = """
INSERT INTO common_subjectkey (id, wrapped, created_at)
SELECT {key}, 'x', now() FROM generate_series(1, {people}) n;
INSERT INTO pensions_employer (id, state, name, region, industry, national_industry, search_key, sort_key, created_at)
SELECT {key}, 'RU', 'ООО Стройка ' || n, '', '', '', 'стройка ' || n, 'стройка ' || lpad(n::text, 9, '0'), now()
FROM generate_series(1, {employers}) n;
INSERT INTO pensions_worker (id, key_id, registry_number, family_name, given_name, patronymic, latin_family_name,
    latin_given_name, birth_on, sex, citizenship, state, registered_in, search_key, sort_key, folded_names, block_key,
    latin_block_key, birth_place, one_name, created_at)
SELECT {key}, {key}, lpad(n::text, 11, '0'), 'Асанов' || n, 'Бакыт', '', 'ASANOV', 'BAKYT',
    date '1985-01-01' + n % 5000, 'male', 'KG', 'registered', 'KG',
    'асанов' || n || ' бакыт', 'асанов ' || lpad(n::text, 9, '0'), '', '', '', '', false, now()
FROM generate_series(1, {people}) n;
INSERT INTO pensions_employment (id, worker_id, employer_id, created_at)
SELECT {key}, {key}, {employer}, now() FROM generate_series(1, {people}) n;
INSERT INTO pensions_employmentperiod (worker_id, employment_id, version, voids, effective_on, recorded_at, reason,
    entry, state, start_on, end_on, legal_basis, p5000_type, insurance_scheme, day_scheme, opened_by, closed_by,
    position, occupation, unit, special_conditions, not_counted, basis_document, closing_document,
    dismissal_ground)
SELECT {key}, {key}, 1, false, date '2015-01-01', now(), '', {key}, 'RU', date '2015-01-01',
    (date '2015-01-01' + interval '{months} months' - interval '1 day')::date, 'employment', '', '', 'calendar',
    'hire', 'dismissal', 'штукатур', '7123', '', '[]', '[]', '', '', ''
FROM generate_series(1, {people}) n;
INSERT INTO pensions_contribution (worker_id, employment_id, version, voids, effective_on, recorded_at, reason, month,
    fund, currency, wage, base, tax, rate, accrued, paid, paid_on)
SELECT {key}, {key}, 1, false, m, m + interval '40 days', '', m, 'insurance', 'RUB', 40000 + n % 7000, 40000 + n % 7000,
    5200, 22, {accrued}, {accrued}, m + 40
FROM (SELECT (date '2015-01-01' + make_interval(months => k))::date AS m FROM generate_series(0, {months} - 1) k) x,
    generate_series(1, {people}) n;
"""
LONGEST = """
INSERT INTO pensions_contribution (worker_id, employment_id, version, voids, effective_on, recorded_at, reason, month,
    fund, currency, wage, base, tax, rate, accrued, paid, paid_on)
SELECT '{long}', '{long}', 1, false, m, now(), '', m, 'insurance', 'RUB', 40000, 40000, 5200, 22, 8800, 8800, m + 40
FROM (SELECT (date '1995-01-01' + make_interval(months => k))::date AS m FROM generate_series(0, 239) k) x;
"""


def fill(rows: int) -> None:
    """About `rows` contributions of rows / 100 people in yearly partitions, with all keys and indexes."""
    from django.db import connection

    from common.partitions import ensure_years

    ensure_years("pensions_contribution", set(range(1995, 2028)))
    people = max(rows // MONTHS, 1)
    key = "('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
    employers = max(people // 100, 1)
    places = {
        "key": key,
        "employer": key.replace("to_hex(n)", f"to_hex(1 + n % {employers})"),
        "people": people,
        "employers": employers,
        "months": MONTHS,
        "long": LONG,
        "accrued": "CASE WHEN n % 100 = 7 THEN 8000 ELSE round((40000 + n % 7000) * 0.22, 2) END",
    }
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # keys are right by how they are made
        with _without_keys(cursor, "pensions_contribution"):
            for statement in (FILL + LONGEST).format(**places).split(";\n"):
                if statement.strip():
                    cursor.execute(statement)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


@contextlib.contextmanager
def _without_keys(cursor: Any, table: str) -> Iterator[None]:
    """Keys and indexes are made of the whole table at the end: row by row they take most of the time."""
    cursor.execute(
        "SELECT format('ALTER TABLE %%I DROP CONSTRAINT %%I', %s::text, conname), "
        "format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', %s::text, conname, pg_get_constraintdef(oid)) "
        "FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('p', 'u') "
        "UNION ALL SELECT format('DROP INDEX %%s', indexrelid::regclass), "
        "replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') "
        "FROM pg_index WHERE indrelid = %s::regclass AND NOT indisunique",
        [table] * 4,
    )
    both = cursor.fetchall()
    for drop, _make in both:
        cursor.execute(drop)
    yield
    cursor.execute("SET maintenance_work_mem = '512MB'")
    for _drop, make in both:
        cursor.execute(make)
