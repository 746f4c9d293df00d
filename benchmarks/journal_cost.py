"""What the journal adds to a page view: a worker's record and the list of workers; with it and without.

Both are measured in turn in one run, on SQLite with the journal in its own file, so that a busy machine slows both.
The yardstick is the same page with writing to the journal left out. Goal: at most 15 % more.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]
ROUNDS, PEOPLE = int(os.environ.get("ROUNDS", "30")), 120


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kozot-bench-") as folder:
        os.environ.update(
            KOZOT_VAR=folder, DJANGO_SETTINGS_MODULE="config.settings.development", KOZOT_LOG_LEVEL="ERROR"
        )
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("migrate", "journal", database="journal", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        from common.scoping import system

        with system("benchmark"):
            measure()


def measure() -> None:
    from django.test import Client

    from accounts.enums import Role
    from pensions import seed
    from tests.support import signed_in  # noqa: F401  (the official has shown a second factor)
    from tests.support.house import House
    from tests.support.registry import Registry

    official = House().user(Role.REGISTRY_OFFICIAL)
    worker = seed.traveller(by=None)
    registry = Registry()
    for _ in range(PEOPLE):
        registry.worker()
    client = Client(headers={"host": "localhost"})
    client.force_login(official)
    base = "/admin/pensions/worker/"
    for name, address in (("a worker's record", f"{base}{worker.pk}/change/"), ("the list of workers", base)):
        print(line(name, *compare(client, address)))


def compare(client, address: str) -> tuple[list, list]:
    """(processor, clock) of each round, with the journal and without."""
    from common.journal import services

    with_it, without = [], []
    for one in range(2 * (ROUNDS + 2)):
        if one % 2:
            with patch.object(services, "record_many"):
                found = once(client, address)
        else:
            found = once(client, address)
        (without if one % 2 else with_it).append(found)
    return with_it[2:], without[2:]


def once(client, address: str) -> tuple[float, float]:
    processor, clock = time.process_time(), time.perf_counter()
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return time.process_time() - processor, time.perf_counter() - clock


def line(name: str, with_it: list, without: list) -> str:
    parts = [f"{name:22}"]
    for title, place in (("processor", 0), ("clock", 1)):
        more, less = (median(row[place] for row in rows) * 1000 for rows in (with_it, without))
        parts.append(f"{title} {more:6.1f} ms with, {less:6.1f} ms without: ratio {more / less:.2f}")
    return "  ".join(parts)


if __name__ == "__main__":
    main()
