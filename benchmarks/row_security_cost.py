"""What the second wall adds to a page view on PostgreSQL: of an official, an employer, a case supervisor.

The yardstick is the same page without the wall; both are measured in turn in one run. Goal: at most 15 % more.
Wanted: server programs of PostgreSQL, or an empty database in TEST_DATABASE_URL.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]
ROUNDS, PEOPLE = int(os.environ.get("ROUNDS", "30")), 200


def main() -> None:
    from servers import postgresql

    with tempfile.TemporaryDirectory(prefix="kozot-bench-") as folder:
        Path(folder).chmod(0o711)
        with postgresql(Path(folder)) as server:
            os.environ.update(
                KOZOT_VAR=folder,
                DATABASE_URL=server.url,
                KOZOT_ROW_SECURITY="1",
                DJANGO_SETTINGS_MODULE="config.settings.development",
                KOZOT_LOG_LEVEL="ERROR",
            )
            import django

            django.setup()
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            call_command("collectstatic", interactive=False, verbosity=0)
            from common.scoping import system

            with system("benchmark"):
                measure()


def measure() -> None:
    from django.db import connection

    from accounts.enums import Role
    from cases.services import intake
    from tests.support import signed_in  # noqa: F401  (they have shown a second factor)
    from tests.support.house import House
    from tests.support.registry import Registry

    house, registry = House(), Registry()
    official, clerk = house.user(Role.REGISTRY_OFFICIAL), house.user(Role.EMPLOYER_CLERK)
    supervisor = house.user(Role.CASE_SUPERVISOR)
    employer = registry.employer(organisation=clerk.valid_memberships[0].organisation)
    for _ in range(PEOPLE):
        worker = registry.worker()
        registry.employment(worker, employer)
    home = supervisor.valid_memberships[0].organisation
    for _ in range(PEOPLE // 4):
        intake.open_case(by=supervisor, organisation=home, type="other", country="RU", language="ky")
    pages = [
        (official, "/admin/pensions/worker/"),
        (official, f"/admin/pensions/worker/{worker.pk}/change/"),
        (clerk, "/employer/"),
        (supervisor, "/admin/cases/case/"),
    ]
    ratios = []
    for user, address in pages:
        without, with_it, switches = compare(user, address, connection)
        ratios.append(with_it / without)
        print(f"{address.split('/0')[0]:34} {1000 * without:7.1f} ms, with the wall {1000 * with_it:7.1f} ms, "
              f"ratio {with_it / without:.2f}, {switches} switches")  # fmt: skip
    print(f"all pages: ratio {sum(ratios) / len(ratios):.2f} (goal: at most 1.15)")


def compare(user, address: str, connection) -> tuple[float, float, int]:
    """(seconds without, seconds with, switches of the session in one view); medians."""
    from django.conf import settings
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    took, switches = {False: [], True: []}, 0
    for one in range(2 * (ROUNDS + 2)):
        settings.ROW_SECURITY = bool(one % 2)
        before, start = connection.switches, time.perf_counter()
        answer = client.get(address)
        took[settings.ROW_SECURITY].append(time.perf_counter() - start)
        switches = connection.switches - before
        assert answer.status_code == 200, (address, answer.status_code)
    return median(took[False][2:]), median(took[True][2:]), switches


if __name__ == "__main__":
    main()
