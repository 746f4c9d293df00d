"""Search of a name among a million workers, as a ratio to the bare indexed SQL on the same database in the same run.

    .venv/bin/python benchmarks/worker_search.py                                    # SQLite, a file of its own
    DATABASE_URL=postgres://… .venv/bin/python benchmarks/worker_search.py          # PostgreSQL, an empty database
    … --count 100000                                                                # fewer

Bare SQL: the trigram index asked for the same folded words, a hundred keys, no rank, no reach. Where the name is
misspelt these words find nobody, so the yardstick is what finds such names: word similarity on PostgreSQL, pieces of
the words on SQLite. Ours: the whole search of the desk (reach of an official, rank, whole words before parts) and the
rows of the page. Medians of twenty.
"""

# ruff: noqa: E402  (Django is set up before its models are imported)

import argparse
import itertools
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
os.environ.setdefault("KOZOT_VAR", tempfile.mkdtemp(prefix="kozot-bench-"))

import django

django.setup()

from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.generated_people import Person, people
from common import bulk
from common import search as parts
from common.ids import new_id
from common.kyrgyz import fold, sort_key
from common.models import SubjectKey
from common.scoping import system
from pensions import folding, registry_number, search
from pensions.models import Worker
from tests.support import template

COUNT, SEED, CHUNK, TIMES, GOAL = 1_000_000, 20261126, 20_000, 20, 3.0
TYPED = {
    "a family and a given name": "Асанов Бакыт",
    "a rare pair": "Өмүрбекова Жылдыз",
    "Latin, other order": "Zhyldyz Omurbekova",
    "part of a word": "мурбек жыл",
    "a common word": "Асанов",
    "with the year of birth": "Асанов 1985",
    "a slip of the pen": "Омурбкова Жылдыс",
}
MISSPELT = {"a slip of the pen"}
_FIELDS = [
    "id",
    "key_id",
    "registry_number",
    "family_name",
    "given_name",
    "patronymic",
    "one_name",
    "latin_family_name",
    "latin_given_name",
    "birth_on",
    "sex",
    "citizenship",
    "state",
    "registered_in",
    "search_key",
    "sort_key",
    "folded_names",
    "block_key",
    "latin_block_key",
    "birth_place",
    "created_at",
]


def fill(count: int) -> float:
    """Workers by COPY in one transaction; every twentieth belongs to another state. Nothing is sealed, so the keys
    are empty. Seconds.
    """
    started = time.perf_counter()
    now, numbers = f"{timezone.now():%Y-%m-%d %H:%M:%S}", itertools.count(1)
    made = people(count, SEED)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":  # their index is made at the end, in one go
            cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'find_row_pensions_worker_%%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        while chunk := list(itertools.islice(made, CHUNK)):
            keys = [new_id() for _ in chunk]
            bulk.load(SubjectKey, ["id", "wrapped", "created_at"], ((key, "x", now) for key in keys))
            rows = [_row(one, key, next(numbers), now) for one, key in zip(chunk, keys, strict=True)]
            bulk.load(Worker, _FIELDS, rows)
        parts.install("default")
    return time.perf_counter() - started


def prepare() -> None:
    """Tables. A new SQLite file begins as a copy of the one that tests keep, where that is there: minutes less."""
    file = Path(connection.settings_dict["NAME"])
    kept = template.FOLDER / f"default-{template.digest()}.sqlite3"
    if connection.vendor == "sqlite" and kept.exists() and not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(kept, file)
    call_command("migrate", verbosity=0)


def _row(one: Person, key: UUID, number: int, now: str) -> tuple:
    names = folding.parts(one.family, one.given, one.patronymic)
    full = f"{one.family} {one.given} {one.patronymic}".strip()
    return (
        new_id(), key, registry_number.new(), one.family, one.given, one.patronymic, False, "", "", one.born, one.sex,
        "KG", "registered", "KZ" if number % 20 == 0 else "KG", f" {fold(full)} ", sort_key(full), "|".join(names),
        folding.block(names), "", "", now,
    )  # fmt: skip


def bare(words: list[str], *, misspelt: bool) -> Callable[[], None]:
    """The index alone."""
    if connection.vendor == "postgresql" and misspelt:
        sql = "SELECT id FROM pensions_worker WHERE " + " AND ".join(["%s <%% search_key"] * len(words))
        params = words
    elif connection.vendor == "postgresql":
        sql = "SELECT id FROM pensions_worker WHERE " + " AND ".join(["search_key LIKE %s"] * len(words))
        params = [f"%{word}%" for word in words]
    else:
        sql = (
            "SELECT c.id FROM find_pensions_worker_words w JOIN find_pensions_worker c ON c.n = w.rowid "
            "WHERE find_pensions_worker_words MATCH %s"
        )
        groups = (
            [group for word in words for group in search.pieces(word, 1)]
            if misspelt
            else [[w] for w in words]
        )
        asked = (" OR ".join(f'"{part}"' for part in group) for group in groups)
        params = ["search_key : (" + " AND ".join(f"({group})" for group in asked) + ")"]

    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql + " LIMIT 100", params)
            cursor.fetchall()

    return run


def ours(text: str) -> Callable[[], search.Found]:
    def run() -> search.Found:
        among = Worker.everything.filter(Q(registered_in__in=["KG"]))
        found = search.workers(among, text)
        list(found.rows(among)[:50])
        return found

    return run


def median_ms(run: Callable) -> float:
    taken = []
    for _ in range(TIMES):
        started = time.perf_counter()
        run()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--filled", action="store_true", help="the database is there already, see KOZOT_VAR")
    options.add_argument("--count", type=int, default=COUNT)
    asked = options.parse_args()
    count = asked.count
    prepare()
    call_command("migrate", database="journal", verbosity=0) if "journal" in django.db.connections else None
    with system("benchmark"):
        seconds = 0 if asked.filled else fill(count)
        print(f"{connection.vendor}, {count} workers; filled in {seconds:.0f} s; {timezone.now():%Y-%m-%d}")
        if connection.vendor == "postgresql":
            connection.cursor().execute("VACUUM ANALYZE pensions_worker")
        print(f"{'typed':28}{'bare ms':>9}{'ours ms':>9}{'ratio':>7}{'queries':>9}  found")
        for title, text in TYPED.items():
            words = search.Typed.read(text).words
            yardstick, mine = median_ms(bare(words, misspelt=title in MISSPELT)), median_ms(ours(text))
            with CaptureQueriesContext(connection) as queries:
                found = ours(text)()
            mark = "" if mine <= GOAL * yardstick else "  over the goal"
            print(
                f"{title:28}{yardstick:9.2f}{mine:9.2f}{mine / yardstick:7.1f}{len(queries):9}  "
                f"{len(found.keys)}{'+' if found.more else ''} {found.how}{mark}"
            )


if __name__ == "__main__":
    main()
