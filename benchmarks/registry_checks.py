"""The nightly questions over five thousand people, each with its ratio to reading the same contributions once.

    python benchmarks/registry_checks.py           # 500,000 contributions, 5,000 people

The yardstick adds up what these people earned, in one statement. Questions are asked as the job asks them: who these
people are and what is known of them is found once ("what is known"), then every question reads that.
"""

import datetime as dt
import sys
import time
import uuid

from _ledger import empty_registry, fill

ROWS, PEOPLE = 500_000, 5_000
TODAY = dt.date(2026, 11, 26)


def timed(call) -> tuple[float, int]:
    """Milliseconds of the second call, and how many rows it gave."""
    list(call())
    began = time.perf_counter()
    rows = list(call())
    return (time.perf_counter() - began) * 1000, len(rows)


def measure() -> None:
    from django.db import connection, transaction

    from pensions.findings import known_of, questions
    from pensions.services import findings_run

    people = [uuid.UUID(f"00000000-0000-7000-8000-{number:012x}") for number in range(1, PEOPLE + 1)]

    def bare() -> list:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sum(wage), count(*) FROM pensions_contribution WHERE worker_id = ANY(%s)", [people]
            )
            return cursor.fetchall()

    yardstick, _rows = timed(bare)
    print(f"{'what these people earned':40} {yardstick:8.0f} ms")

    def known() -> list:
        with known_of(people):
            return []

    print(
        f"{'what is known':40} {(spent := timed(known)[0]):8.0f} ms  {'':12}  ratio {spent / yardstick:6.1f}"
    )
    with known_of(people):
        for one in questions().values():
            spent, found = timed(lambda one=one: one.ask([] if one.whole else people, TODAY))
            print(
                f"{one.code:40} {spent:8.0f} ms  {found:6} found  ratio {spent / yardstick:6.1f}", flush=True
            )
    for name in ("all of them, findings kept", "and again, nothing new"):
        began = time.perf_counter()
        with transaction.atomic():
            findings_run.ask_people(people, TODAY)
        spent = (time.perf_counter() - began) * 1000
        print(
            f"{name:40} {spent:8.0f} ms  {PEOPLE / spent * 1000:6.0f} people a second  ratio {spent / yardstick:6.1f}"
        )


def main() -> None:
    with empty_registry():
        fill(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
        from common.scoping import system

        with system("benchmark"):
            measure()


if __name__ == "__main__":
    main()
