"""The worker's page, the list of contributions and a list through the API, each with its statements and its ratio to
bare SQL, in one run.

    python benchmarks/registry_lists.py            # 500,000 contributions
    python benchmarks/registry_lists.py 10000000
    TEST_DATABASE_URL=… python benchmarks/registry_lists.py 10000000 filled   # a database of a run before

The yardstick is the same fifty rows, or the same person's entries, in one statement by hand and nothing else. A hundred
rows through the API are compared with a view of nothing but `values()` and `json.dumps`, for the same signed-in person,
behind the same middleware, over the rows that this person may see.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from _ledger import LONG, empty_registry, fill

ROWS, PAGE, FAR = 500_000, 50, 50_000
FILTERED = {
    "contributions of one year": "year=2019",
    "a year without any": "year=1992",
    "of one fund": "fund=insurance",
    "a fund without any": "fund=occupational",
}
BARE_LIST = """
SELECT c.id, c.month, c.wage, c.accrued, c.paid, w.family_name, f.name FROM pensions_contribution c
JOIN pensions_worker w ON w.id = c.worker_id JOIN pensions_employment e ON e.id = c.employment_id
JOIN pensions_employer f ON f.id = e.employer_id
WHERE (c.worker_id, c.month, c.id) > (%s, %s, %s) ORDER BY c.worker_id, c.month, c.id LIMIT 50"""
BARE_PERSON = """
SELECT extract(year FROM month), currency, sum(wage), sum(accrued), sum(paid) FROM pensions_contribution
WHERE worker_id = %s GROUP BY 1, 2"""
API_FIELDS = (
    *(
        "id",
        "registry_number",
        "family_name",
        "given_name",
        "patronymic",
        "latin_family_name",
        "latin_given_name",
    ),
    *("birth_on", "sex", "citizenship", "state", "registered_in", "merged_into"),
)
FIRST = ["00000000-0000-0000-0000-000000000000", "1900-01-01", 0]


def median(call: Callable[[], Any], times: int = 7) -> float:
    """Milliseconds, the first call left out."""
    call()
    spent = []
    for _time in range(times):
        began = time.perf_counter()
        call()
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent)


def sql(statement: str, params: list) -> list:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()


class Desk:
    """An official at the desk."""

    def __init__(self):
        from django.test import Client

        import tests.support.signed_in  # noqa: F401  (a whole sign-in, with the second factor)
        from accounts.enums import Role
        from accounts.models import User
        from tests.support import signed_in  # noqa: F401  (who signs in has shown a second factor)
        from tests.support.house import House

        self.client = Client()
        known = User.objects.filter(email__startswith=Role.REGISTRY_OFFICIAL).first()
        self.client.force_login(known or House().user(Role.REGISTRY_OFFICIAL))

    def get(self, address: str) -> Any:
        answer = self.client.get(address)
        assert answer.status_code == 200, answer
        return answer

    def report(self, name: str, address: str, bare: float) -> float:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        page = median(lambda: self.get(address))
        in_sql = []
        for _time in range(5):
            with CaptureQueriesContext(connection) as caught:
                self.get(address)
            asked = [one for one in caught if one["sql"] not in {"BEGIN", "COMMIT"}]
            in_sql.append(sum(float(one["time"]) for one in asked) * 1000)
        spent = statistics.median(in_sql)
        print(
            f"{name:34} {page:8.1f} ms  {len(asked):3} statements  of them SQL {spent:7.1f} ms  "
            f"bare {bare:7.2f} ms  SQL/bare {spent / bare:6.1f}  page/bare {page / bare:6.1f}",
            flush=True,
        )
        return page


def far_page(rows: int) -> tuple[int, list]:
    """The number of a late page, and the last row before it."""
    number = min(FAR, rows // PAGE - 2)
    order = "SELECT worker_id, month, id FROM pensions_contribution ORDER BY worker_id, month, id"
    return number, list(sql(f"{order} OFFSET {(number - 1) * PAGE - 1} LIMIT 1", [])[0])


def measure(rows: int) -> None:
    from django.core import signing
    from django.urls import reverse

    from common.scoping import system

    with system("benchmark"):
        desk = Desk()
    listed = reverse("admin:pensions_contribution_changelist")
    number, last = far_page(rows)
    after = signing.dumps([str(value) for value in last], salt="after")
    first = desk.report("contributions, page 1", listed, median(lambda: sql(BARE_LIST, FIRST)))
    late = desk.report(
        f"contributions, page {number:,}", f"{listed}?after={after}", median(lambda: sql(BARE_LIST, last))
    )
    for name, asked in FILTERED.items():
        desk.report(name, f"{listed}?{asked}", median(lambda: sql(BARE_LIST, FIRST)))
    print(f"{'page ' + format(number, ',') + ' against page 1':34} {late / first:8.2f}")
    for name, key in (("worker, 100 months", LONG[:-1] + "2"), ("worker, 340 months", LONG)):
        page = reverse("admin:pensions_worker_change", args=[key])
        desk.report(name, page, median(lambda key=key: sql(BARE_PERSON, [key])))
    api(desk)
    print("what is not done:")
    counted = median(lambda: sql("SELECT count(*) FROM pensions_contribution", []), 1)
    print(f"{'  count of all rows':34} {counted:8.1f} ms")
    order = "SELECT id FROM pensions_contribution ORDER BY worker_id, month, id"
    far = median(lambda: sql(f"{order} OFFSET {(number - 1) * PAGE} LIMIT 50", []), 1)
    print(f"{'  the same late page by offset':34} {far:8.1f} ms")


def plain(request: Any) -> Any:
    """The same hundred workers and nothing else: rows of the database as JSON."""
    from django.http import HttpResponse

    from pensions.models import Worker

    rows = Worker.objects.order_by("-pk").values(*API_FIELDS)[:100]
    return HttpResponse(json.dumps(list(rows), default=str), content_type="application/json")


def api(desk: Desk) -> None:
    """Both in turn, so that a busy machine slows both."""
    from django.urls import clear_url_caches, path

    import config.urls

    config.urls.urlpatterns.insert(0, path("plain-workers/", plain))
    clear_url_caches()
    taken: tuple[list, list] = ([], [])
    for _time in range(15):
        for place, address in enumerate(("/api/v1/workers/?page_size=100", "/plain-workers/")):
            began = time.perf_counter()
            assert len(json.loads(desk.get(address).content)) in {3, 100}
            taken[place].append((time.perf_counter() - began) * 1000)
    ours, bare = (statistics.median(one[1:]) for one in taken)
    print(
        f"{'a hundred workers by the API':34} {ours:8.1f} ms  plain JSON {bare:7.1f} ms  ratio {ours / bare:5.2f}"
    )


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with empty_registry():
        began = time.perf_counter()
        if "filled" not in sys.argv:
            fill(rows)
        print(f"{rows:,} contributions made in {time.perf_counter() - began:.0f} s", flush=True)
        measure(rows)


if __name__ == "__main__":
    main()
