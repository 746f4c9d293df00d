"""Workers of invented names, each with a number of a state, every tenth with a certificate; in bulk, on both databases.

Nothing is sealed, so the keys are empty; every twentieth worker belongs to another state.
"""

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.generated_people import Person, people
from common import bulk
from common import search as parts
from common.ids import new_id
from common.keys import blind_index
from common.kyrgyz import fold, sort_key
from common.models import SubjectKey
from pensions import folding, registry_number
from pensions.models import Certificate, Worker, WorkerIdentifier

SEED, CHUNK = 20261126, 20_000
_WORKER = [
    "id", "key_id", "registry_number", "family_name", "given_name", "patronymic", "one_name", "latin_family_name",
    "latin_given_name", "birth_on", "sex", "citizenship", "state", "registered_in", "search_key", "sort_key",
    "folded_names", "block_key", "latin_block_key", "birth_place", "created_at",
]  # fmt: skip
_NUMBER = ["id", "worker_id", "kind", "value", "index", "warnings", "recorded_at"]
_CERTIFICATE = [
    "id", "number", "employment_id", "worker_id", "key_id", "issuer_id", "state", "language", "start_on", "end_on",
    "ledger_digest", "digests", "payloads", "created_at",
]  # fmt: skip
_folded, _sorted = lru_cache(maxsize=1_000_000)(fold), lru_cache(maxsize=1_000_000)(sort_key)


def fill(count: int) -> float:
    """Seconds that it took, indexes included."""
    from tests.support.house import House
    from tests.support.registry import Registry

    started, now = time.perf_counter(), f"{timezone.now():%Y-%m-%d %H:%M:%S}"
    papers = (bulk.key_text(Registry().employment().pk), bulk.key_text(House().organisation().pk), now)
    made, numbers, pins = people(count, SEED), itertools.count(1), set()
    with transaction.atomic(), _without_indexes():
        while chunk := list(itertools.islice(made, CHUNK)):
            keys = [bulk.key_text(new_id()) for _ in chunk]
            bulk.load_plain(SubjectKey, ["id", "wrapped", "created_at"], ((key, "x", now) for key in keys))
            rows = [_row(one, key, next(numbers), now) for one, key in zip(chunk, keys, strict=True)]
            bulk.load_plain(Worker, _WORKER, rows)
            first = [one for one in chunk if one.pin not in pins and not pins.add(one.pin)]
            owners = {one.person: row[0] for one, row in zip(chunk, rows, strict=True)}
            bulk.load_plain(
                WorkerIdentifier, _NUMBER, (_number(one, owners[one.person], now) for one in first)
            )
            bulk.load_plain(Certificate, _CERTIFICATE, (_certificate(row, *papers) for row in rows[::10]))
    if connection.vendor == "postgresql":
        connection.cursor().execute("VACUUM ANALYZE")
    return time.perf_counter() - started


@contextmanager
def _without_indexes() -> Iterator[None]:
    """Indexes of parts of words are made at the end, in one go; keys are right by how they are made."""
    tables = [Worker._meta.db_table, Certificate._meta.db_table]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for table in tables:
                cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE %s", [f"find_row_{table}_%"])
                for (name,) in cursor.fetchall():
                    cursor.execute(f'DROP TRIGGER "{name}"')
            yield
            parts.install("default")
            return
        cursor.execute(
            "SET LOCAL session_replication_role = replica; SET LOCAL maintenance_work_mem = '512MB'"
        )
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexdef LIKE '%%USING gin%%'",
            [tables],
        )
        found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _name, definition in found:
            cursor.execute(definition)


def _row(one: Person, key: str, number: int, now: str) -> tuple:
    """Keys are put together of those of the parts, which are few: folding a million names is most of the work."""
    names = (one.family, one.given, one.patronymic)
    folded = [_folded(part) for part in names]
    sort = " ".join(_sorted(part) for part in names if part)
    if number == 1:
        full = " ".join(part for part in names if part)
        assert (" ".join(filter(None, folded)), sort) == (fold(full), sort_key(full))
    return (
        bulk.key_text(new_id()), key, registry_number.new(), *names, "0", "", "", one.born.isoformat(), one.sex, "KG",
        "registered", "KZ" if number % 20 == 0 else "KG",
        f" {' '.join(dict.fromkeys(' '.join(folded).split()))} ", _spelt(sort), "|".join(folded),
        folding.block(folded), "", "", now,
    )  # fmt: skip


def _spelt(text: str) -> str:
    """A sort key may hold a backslash, which COPY takes for a sign of its own."""
    return text.replace("\\", "\\\\") if connection.vendor == "postgresql" else text


def _number(one: Person, worker: str, now: str) -> tuple:
    return (bulk.key_text(new_id()), worker, "KG-PIN", "", blind_index("KG-PIN", one.pin), "[]", now)


def _certificate(row: tuple, employment: str, issuer: str, now: str) -> tuple:
    number = registry_number.show(registry_number.new())
    return (
        bulk.key_text(new_id()), number, employment, row[0], row[1], issuer, "draft", "ky", "2020-01-01", "2020-12-31",
        "", "[]", "", now,
    )  # fmt: skip


def known(count: int) -> list[tuple[str, str, UUID]]:
    """(registry number, state's number, key) of some of the workers, the first ones."""
    found = {
        (person.family, person.given, person.patronymic, person.born): person.pin
        for person in itertools.islice(people(count, SEED), count)
    }
    rows = Worker.everything.filter(registered_in="KG").order_by("pk")[:count]
    return [
        (row.registry_number, found[names], row.pk)
        for row in rows
        if (names := (row.family_name, row.given_name, row.patronymic, row.birth_on)) in found
    ]
