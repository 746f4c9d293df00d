"""Search among a million workers, as a ratio to bare indexed SQL on the same database in the same run.

    .venv/bin/python benchmarks/worker_search.py                                    # SQLite, a file of its own
    DATABASE_URL=postgres://… .venv/bin/python benchmarks/worker_search.py          # PostgreSQL, an empty database
    KOZOT_ROW_SECURITY=1 DATABASE_URL=… … --filled                                  # the same rows behind the wall
    … --count 100000                                                                # fewer

Ours is what the desk does for an official: the permission table's filter, numbers before names, whole words before
parts, and the fifty rows of the page as objects. Two yardsticks, each one statement by hand:

- index: the trigram index asked for a hundred keys of the same folded words, nothing else;
- page: as many rows of the state as the search looks at, in the order of names, fifty with what the list shows. The
  goal (3) is set against this one: the index alone brings nothing that could be shown.

What the page on SQLite leaves out, and a reader would miss: it takes the first hundred hits in the order in which they
were recorded, where the search looks through up to four hundred for those that hold every word whole; of a misspelt
name it takes the first hundred that share pieces with it, where the search weighs two thousand. Some 2 ms of ours are
the ORM's, however many people there are: two questions put together, fifty objects.

A number is found in the time that two questions of the ORM take; the ratio to an index alone says little there, so no
goal is set.

Where a name is misspelt these words find nobody, so the yardstick is what finds such names: word similarity on
PostgreSQL, pieces of the words on SQLite. For a number it is the index of that number.
"""

# ruff: noqa: E402  (Django is set up before its models are imported)

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
os.environ.setdefault("KOZOT_VAR", tempfile.mkdtemp(prefix="kozot-bench-"))

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import User
from benchmarks import _workers
from common.keys import blind_index
from common.scoping import acting_as, system
from pensions import search
from pensions.models import Certificate, Worker
from tests.support import template
from tests.support.house import House

COUNT, TIMES, GOAL, PAGE = 1_000_000, 20, 3.0, 50
TYPED = {
    "a family and a given name": "Асанов Бакыт",
    "a rare pair": "Өмүрбекова Жылдыз",
    "Latin, other order": "Zhyldyz Omurbekova",
    "part of a word": "мурбек жыл",
    "a common word": "Асанов",
    "with the year of birth": "Асанов 1985",
    "a slip of the pen": "Омурбкова Жылдыс",
}
SLIP = "a slip of the pen"
COLUMNS = (
    "t.id, t.registry_number, t.family_name, t.given_name, t.patronymic, t.birth_on, t.state, t.held_by_id, "
    "t.registered_in"
)
Run = Callable[[], object]


def prepare() -> None:
    """Tables. A new SQLite file begins as a copy of the one that tests keep, where that is there: minutes less."""
    file = Path(connection.settings_dict["NAME"])
    kept = template.FOLDER / f"default-{template.digest()}.sqlite3"
    if connection.vendor == "sqlite" and kept.exists() and not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(kept, file)
    call_command("migrate", verbosity=0)


def bare(statement: str, params: list) -> Run:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, params)
            cursor.fetchall()

    return run


def by_name(text: str, *, misspelt: bool) -> list[Run]:
    """The index alone; the page in one statement."""
    words, born = search.Typed.read(text).words, text.rsplit(maxsplit=1)[-1]
    if connection.vendor == "postgresql":
        each = "%s <%% t.search_key" if misspelt else "t.search_key LIKE %s"
        where = "pensions_worker t WHERE " + " AND ".join([each] * len(words))
        params = words if misspelt else [f"%{word}%" for word in words]
    else:
        where = (
            "find_pensions_worker_words w CROSS JOIN find_pensions_worker c ON c.n = w.rowid "
            "CROSS JOIN pensions_worker t ON t.id = c.id WHERE find_pensions_worker_words MATCH %s"
        )
        pieces = [[w] for w in words]
        if misspelt:
            pieces = [group for word in words for group in search.pieces(word, 1)]
        asked = (" OR ".join(f'"{part}"' for part in group) for group in pieces)
        params = ["search_key : (" + " AND ".join(f"({group})" for group in asked) + ")"]
    alone = bare(f"SELECT t.id FROM {where} LIMIT 100", params)
    if born.isdigit():
        where += f" AND t.birth_on BETWEEN '{born}-01-01' AND '{born}-12-31'"
    page = (
        f"SELECT * FROM (SELECT {COLUMNS}, t.sort_key FROM {where} AND t.registered_in IN ('KG') "
        f"LIMIT {search.SHOWN + 1}) found ORDER BY sort_key LIMIT {PAGE}"
    )
    return [alone, bare(page, params)]


def by_number(where: str, params: list) -> list[Run]:
    """The index alone; what the list shows of whom it gives."""
    page = f"SELECT {COLUMNS} FROM pensions_worker t WHERE t.id IN ({where}) AND t.registered_in IN ('KG')"
    return [bare(f"{where} LIMIT 100", params), bare(f"{page} LIMIT {PAGE}", params)]


def part_of(table: str, column: str, key: str, signs: str) -> list[Run]:
    if connection.vendor == "postgresql":
        return by_number(f"SELECT {key} FROM {table} WHERE {column} LIKE %s", [f"%{signs}%"])
    if key != "id":  # the copy beside the rows has their keys alone
        return by_number(
            f"SELECT p.{key} FROM find_{table}_words w CROSS JOIN find_{table} c ON c.n = w.rowid "
            f"CROSS JOIN {table} p ON p.id = c.id WHERE find_{table}_words MATCH %s",
            [f'{column} : "{signs}"'],
        )
    return by_number(
        f"SELECT c.id FROM find_{table}_words w CROSS JOIN find_{table} c ON c.n = w.rowid "
        f"WHERE find_{table}_words MATCH %s",
        [f'{column} : "{signs}"'],
    )


def questions() -> dict[str, tuple[str, list[Run]]]:
    """What is typed, and its yardsticks."""
    found = {title: (text, by_name(text, misspelt=title == SLIP)) for title, text in TYPED.items()}
    number, pin, _key = _workers.known(100)[0]
    whole = by_number("SELECT id FROM pensions_worker WHERE registry_number = %s", [number])
    found["a whole registry number"] = (number, whole)
    found["a PIN"] = (
        pin,
        by_number(
            "SELECT worker_id FROM pensions_workeridentifier WHERE kind = 'KG-PIN' AND \"index\" = %s "
            "AND ended_at IS NULL",
            [blind_index("KG-PIN", pin)],
        ),
    )
    found["part of a registry number"] = (
        number[2:8],
        part_of("pensions_worker", "registry_number", "id", number[2:8]),
    )
    paper = Certificate.everything.filter(worker__registered_in="KG").order_by("pk")[0].number[:9]
    found["part of a certificate's"] = (paper, part_of("pensions_certificate", "number", "worker_id", paper))
    return found


def ours(text: str) -> Callable[[], search.Found]:
    def run() -> search.Found:
        among = Worker.objects.all()
        found = search.workers(among, text)
        found.page(among.select_related("held_by"), 0, PAGE)
        return found

    return run


def medians(runs: list[Run]) -> list[float]:
    """Milliseconds of each, taken in turn so that a busy machine slows all: work of the processor on SQLite, which runs
    in this process; time on PostgreSQL, which does not.
    """
    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    taken: list[list[float]] = [[] for _run in runs]
    for _time in range(TIMES + 1):
        for place, run in enumerate(runs):
            started = clock()
            run()
            taken[place].append((clock() - started) * 1000)
    return [statistics.median(one[1:]) for one in taken]


def measure(official: User) -> None:
    with system("benchmark"):
        asked = questions()
    print(f"{'typed':28}{'index':>8}{'page':>8}{'ours':>8} ms  to page  queries  found")
    for title, (text, yardsticks) in asked.items():
        with acting_as(official):
            index, page, mine = medians([*yardsticks, ours(text)])
            with CaptureQueriesContext(connection) as queries:
                found = ours(text)()
        mark = "  over the goal" if title in TYPED and mine > GOAL * page else ""
        print(
            f"{title:28}{index:8.2f}{page:8.2f}{mine:8.2f}{mine / page:12.1f}{len(queries):9}  "
            f"{len(found.keys)}{'+' if found.more else ''} {found.how}{mark}",
            flush=True,
        )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--filled", action="store_true", help="the database is there already, see KOZOT_VAR")
    options.add_argument("--count", type=int, default=COUNT)
    asked = options.parse_args()
    prepare()
    call_command("migrate", database="journal", verbosity=0) if "journal" in django.db.connections else None
    with system("benchmark"):
        seconds = 0 if asked.filled else _workers.fill(asked.count)
        who = User.objects.filter(email__startswith=Role.REGISTRY_OFFICIAL).first()
        official = who or House().user(Role.REGISTRY_OFFICIAL)
    wall = ", row security" if settings.ROW_SECURITY else ""
    print(f"{connection.vendor}{wall}, {asked.count:,} workers; filled in {seconds:.0f} s")
    measure(official)


if __name__ == "__main__":
    main()
