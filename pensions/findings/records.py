"""Questions about what stands in people's records."""

import datetime as dt
import json
import uuid
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy as _

from pensions.enums_findings import FindingOwner, Severity
from pensions.models import EmploymentPeriod
from pensions.services.statement import computed_length, declared_length

from . import minimum, sql
from .question import Row, question

People = Sequence[uuid.UUID]

GRACE_MONTHS = 2  # a month is reported and paid in the one after it; then the office waits once more
YOUNGEST = 14
UNPAID_MONTHS = 3
JUMP, JUMP_SPREAD = Decimal(3), Decimal(8)
LEAST_MONTHS = 6  # fewer tell nothing about what is usual


def _employment(row: dict[str, Any], **details: Any) -> Row:
    """A finding about one employment, seen by its employer where the question says so."""
    return Row(
        worker_id=sql.uuid_of(row["person"]),
        registry_state=row["registered_in"],
        employer_id=sql.uuid_of(row["employer_id"]),
        item=str(sql.uuid_of(row["employment_id"])),
        details=details,
    )


def _by_employment(rows: Iterator[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Rows that come in the order of employments, one group for each."""
    for _key, group in groupby(rows, key=lambda row: row["employment_id"]):
        found = list(group)
        yield found[0], found


def _months(rows: list[dict[str, Any]]) -> dict[str, Any]:
    numbers = [row["n"] for row in rows]
    return {
        "months": len(numbers),
        "first": sql.month_text(min(numbers)),
        "last": sql.month_text(max(numbers)),
        "spans": spans(numbers),
    }


def spans(numbers: list[int]) -> list[list[str]]:
    """Months that follow each other as [first, last], at most twelve of them."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return [[sql.month_text(first), sql.month_text(last)] for first, last in found[:12]]


_GROUPED = "person, registered_in, employer_id, employment_id"


@question(
    "registry.month_without_contribution",
    _("Months of work without a contribution"),
    _("Report the missing months, or say that the person did not work then."),
    owner=FindingOwner.EMPLOYER,
)
def month_without_contribution(people: People, today: dt.date) -> Iterator[Row]:
    """Months of a period that nobody reported, from the first that was reported on.

    Where none was reported, from the month in which the employer became known: what lies before could not be.
    """
    rows = sql.ask(
        f"""WITH reported AS (
            SELECT employment_id, MIN(n) AS first FROM paid_month WHERE fund = 'insurance' GROUP BY employment_id
        ),
        expected AS (
            SELECT p.*, {sql.greatest(sql.month("p.start_on"), f"COALESCE(r.first, {sql.month('f.created_at')})")}
                AS first,
                {sql.least(f"COALESCE({sql.month('p.end_on')}, %(due)s)", "%(due)s")} AS last
            FROM period p JOIN pensions_employer f ON f.id = p.employer_id
            LEFT JOIN reported r ON r.employment_id = p.employment_id
            WHERE p.legal_basis = 'employment'
        ),
        calendar AS (
            SELECT MIN(first) AS n FROM expected UNION ALL SELECT n + 1 FROM calendar WHERE n < %(due)s
        )
        SELECT {", ".join("x." + name for name in _GROUPED.split(", "))}, c.n, x.not_counted
        FROM expected x JOIN calendar c ON c.n BETWEEN x.first AND x.last
        LEFT JOIN paid_month m ON m.employment_id = x.employment_id AND m.n = c.n AND m.fund = 'insurance'
        WHERE m.n IS NULL ORDER BY x.employment_id, c.n""",
        people,
        due=sql.month_number(today) - GRACE_MONTHS,
    )
    for one, found in _by_employment(rows):
        if missing := [row for row in found if not _let_out(row)]:
            yield _employment(one, **_months(list({row["n"]: row for row in missing}.values())))


def _let_out(row: dict[str, Any]) -> bool:
    """The whole month lies in a stretch that the record takes out, such as unpaid leave."""
    out = (
        row["not_counted"] if isinstance(row["not_counted"], list) else json.loads(row["not_counted"] or "[]")
    )
    first = dt.date(row["n"] // 12, row["n"] % 12 + 1, 1)
    last = dt.date((row["n"] + 1) // 12, (row["n"] + 1) % 12 + 1, 1) - dt.timedelta(days=1)
    return any(item["from_on"] <= first.isoformat() and item["until_on"] >= last.isoformat() for item in out)


@question(
    "registry.contribution_outside_period",
    _("Contributions for months without a period of work"),
    _("Report the period of work, or withdraw the months."),
    owner=FindingOwner.EMPLOYER,
)
def contribution_outside_period(people: People, today: dt.date) -> Iterator[Row]:
    rows = sql.ask(
        f"""SELECT {_GROUPED}, n FROM paid_month m WHERE fund = 'insurance' AND NOT EXISTS (
            SELECT 1 FROM period p WHERE p.employment_id = m.employment_id
            AND {sql.month("p.start_on")} <= m.n AND (p.end_on IS NULL OR p.end_on >= m.month)
        ) ORDER BY employment_id, n""",
        people,
    )
    for one, found in _by_employment(rows):
        yield _employment(one, **_months(found))


@question(
    "registry.month_in_the_future",
    _("Contributions for months that have not come yet"),
    _("Withdraw the months, or correct them to those that are meant."),
    severity=Severity.ERROR,
    owner=FindingOwner.EMPLOYER,
)
def month_in_the_future(people: People, today: dt.date) -> Iterator[Row]:
    rows = sql.ask(
        f"SELECT {_GROUPED}, n FROM paid_month WHERE n > %(now)s AND fund = 'insurance' ORDER BY employment_id, n",
        people,
        now=sql.month_number(today),
    )
    for one, found in _by_employment(rows):
        yield _employment(one, **_months(found))


@question(
    "registry.paid_before_month",
    _("Contributions paid before their month"),
    _("Check the day of payment, or the month, and correct what is wrong."),
    owner=FindingOwner.EMPLOYER,
)
def paid_before_month(people: People, today: dt.date) -> Iterator[Row]:
    rows = sql.ask(
        f"SELECT {_GROUPED}, n FROM paid_month WHERE paid_on < month ORDER BY employment_id, n", people
    )
    for one, found in _by_employment(rows):
        yield _employment(one, **_months(found))


@question(
    "registry.paid_less_than_accrued",
    _("Contributions that are not paid in full for more than three months"),
    _("Pay what is owed and report the payment."),
    owner=FindingOwner.EMPLOYER,
)
def paid_less_than_accrued(people: People, today: dt.date) -> Iterator[Row]:
    rows = sql.ask(
        f"""SELECT {_GROUPED}, currency, n, accrued, paid FROM paid_month
        WHERE accrued > 0 AND (paid IS NULL OR paid < accrued) AND n < %(due)s ORDER BY employment_id, n""",
        people,
        due=sql.month_number(today) - UNPAID_MONTHS,
    )
    for one, found in _by_employment(rows):
        owed: dict[str, Decimal] = {}
        for row in found:
            left = Decimal(str(row["accrued"])) - Decimal(str(row["paid"] or 0))
            owed[row["currency"]] = owed.get(row["currency"], Decimal(0)) + left
        sums = {currency: f"{amount:.2f}" for currency, amount in sorted(owed.items())}
        yield _employment(one, **_months(found), owed=sums)


@question(
    "registry.accrued_differs",
    _("Contributions that do not follow from base and rate"),
    _("Check base, rate and amount, and correct what is wrong."),
    owner=FindingOwner.EMPLOYER,
)
def accrued_differs(people: People, today: dt.date) -> Iterator[Row]:
    """More than one unit of the currency apart: forms round in different ways."""
    rows = sql.ask(
        f"""SELECT {_GROUPED}, n FROM paid_month WHERE base IS NOT NULL AND rate IS NOT NULL
        AND ABS(accrued - base * rate / 100.0) > 1 ORDER BY employment_id, n""",
        people,
    )
    for one, found in _by_employment(rows):
        yield _employment(one, **_months(found))


# Months worked from the first to the last day at the full rate: parts of months and of rates earn less.
_WHOLE_MONTH = """EXISTS (
    SELECT 1 FROM period p WHERE p.employment_id = m.employment_id AND p.start_on <= m.month
    AND (p.end_on IS NULL OR {end_month} > m.n) AND COALESCE(p.share_of_rate, 1) >= 1
)"""


def _whole_month() -> str:
    return _WHOLE_MONTH.format(end_month=sql.month("p.end_on"))


@question(
    "registry.wage_below_minimum",
    _("Wages below the minimum of the state"),
    _("Check the wage and the share of the rate, and correct what is wrong."),
    owner=FindingOwner.EMPLOYER,
)
def wage_below_minimum(people: People, today: dt.date) -> Iterator[Row]:
    """Asked of the states and days for which the legislation holds a minimum wage, and of no others."""
    values, params = minimum.as_values(minimum.spans(today))
    if not values:
        return
    rows = sql.ask(
        f"""WITH lowest(state, currency, first, last, amount) AS (VALUES {values})
        SELECT {_GROUPED}, n, m.currency, wage, amount FROM paid_month m
        JOIN pensions_employer f ON f.id = m.employer_id
        JOIN lowest ON lowest.state = f.state AND lowest.currency = m.currency AND m.n BETWEEN first AND last
        WHERE m.fund = 'insurance' AND m.wage < lowest.amount AND {_whole_month()} ORDER BY employment_id, n""",
        people,
        **params,
    )
    for one, found in _by_employment(rows):
        lowest = min(found, key=lambda row: row["wage"])
        money = {
            "wage": f"{Decimal(str(lowest['wage'])):.2f}",
            "minimum": f"{Decimal(str(lowest['amount'])):.2f}",
            "currency": one["currency"],
        }
        yield _employment(one, **_months(found), **money)


@question(
    "registry.wage_jumps",
    _("Wages that jump from one month to the next"),
    _("Check the months named, and correct what is wrong."),
    severity=Severity.NOTICE,
    owner=FindingOwner.EMPLOYER,
)
def wage_jumps(people: People, today: dt.date) -> Iterator[Row]:
    """A month three times the one before or a third of it, far outside what is usual in this employment.

    Usual is measured by the median of the month-to-month ratios and their median distance from it (MAD), which one
    wild month does not move; partly worked months are left out.
    """
    rows = sql.ask(
        f"""WITH step AS (
            SELECT {_GROUPED}, n, wage, LAG(wage) OVER w AS before, LAG(n) OVER w AS before_n
            FROM paid_month m WHERE fund = 'insurance' AND wage > 0 AND {_whole_month()}
            WINDOW w AS (PARTITION BY employment_id, currency ORDER BY n)
        ),
        ratio AS (
            SELECT {_GROUPED}, n, wage * 1.0 / before AS r, ROW_NUMBER() OVER w AS place, COUNT(*) OVER (
                PARTITION BY employment_id) AS many
            FROM step WHERE before IS NOT NULL AND n - before_n <= 2
            WINDOW w AS (PARTITION BY employment_id ORDER BY wage * 1.0 / before, n)
        ),
        middle AS (
            SELECT employment_id, AVG(r) AS usual FROM ratio WHERE place IN ((many + 1) / 2, (many + 2) / 2)
            GROUP BY employment_id
        ),
        distance AS (
            SELECT ratio.employment_id, n, r, usual, many, ABS(r - usual) AS d,
                ROW_NUMBER() OVER (PARTITION BY ratio.employment_id ORDER BY ABS(r - usual), n) AS place
            FROM ratio JOIN middle ON middle.employment_id = ratio.employment_id
        ),
        spread AS (
            SELECT employment_id, AVG(d) AS mad FROM distance WHERE place IN ((many + 1) / 2, (many + 2) / 2)
            GROUP BY employment_id
        )
        SELECT {", ".join("ratio." + name for name in _GROUPED.split(", "))}, ratio.n
        FROM ratio JOIN distance ON distance.employment_id = ratio.employment_id AND distance.n = ratio.n
        JOIN spread ON spread.employment_id = ratio.employment_id
        WHERE ratio.many >= %(least)s AND distance.d > %(spread)s * 1.4826 * spread.mad
        AND (ratio.r > %(jump)s OR ratio.r * %(jump)s < 1) ORDER BY ratio.employment_id, ratio.n""",
        people,
        least=LEAST_MONTHS,
        spread=int(JUMP_SPREAD),
        jump=int(JUMP),
    )
    for one, found in _by_employment(rows):
        yield _employment(one, **_months(found))


@question(
    "registry.full_time_twice",
    _("Two full-time periods at the same time"),
    _("Ask both employers for the share of the rate and the dates, and correct what is wrong."),
)
def full_time_twice(people: People, today: dt.date) -> Iterator[Row]:
    rows = sql.ask(
        """SELECT a.person, a.registered_in, a.entry AS one, b.entry AS other, a.start_on AS a_start,
            a.end_on AS a_end, b.start_on AS b_start, b.end_on AS b_end
        FROM period a JOIN period b ON b.person = a.person AND b.id > a.id AND b.employment_id <> a.employment_id
        WHERE a.legal_basis = 'employment' AND b.legal_basis = 'employment'
        AND COALESCE(a.share_of_rate, 1) >= 1 AND COALESCE(b.share_of_rate, 1) >= 1
        AND (a.end_on IS NULL OR a.end_on >= b.start_on) AND (b.end_on IS NULL OR b.end_on >= a.start_on)""",
        people,
    )
    for row in rows:
        ends = [day for day in (sql.day_of(row["a_end"]), sql.day_of(row["b_end"])) if day]
        start_on = max(sql.day_of(row["a_start"]), sql.day_of(row["b_start"]))
        yield Row(
            worker_id=sql.uuid_of(row["person"]),
            registry_state=row["registered_in"],
            item="/".join(sorted(str(sql.uuid_of(row[name])) for name in ("one", "other"))),
            details={
                "start_on": start_on.isoformat(),
                "end_on": min(ends).isoformat() if ends else None,
            },
        )


@question(
    "registry.work_before_age",
    _("Work before birth or in childhood"),
    _("Check the birth date and the first period, and correct what is wrong."),
    severity=Severity.ERROR,
)
def work_before_age(people: People, today: dt.date) -> Iterator[Row]:
    rows = sql.ask(
        f"""SELECT p.person, MIN(w.registered_in) AS registered_in, MIN(p.start_on) AS start_on,
            MIN(w.birth_on) AS birth_on
        FROM period p JOIN pensions_worker w ON w.id = p.person
        WHERE {sql.year("p.start_on")} - {sql.year("w.birth_on")} < %(youngest)s GROUP BY p.person""",
        people,
        youngest=YOUNGEST,
    )
    for row in rows:
        yield Row(
            worker_id=sql.uuid_of(row["person"]),
            registry_state=row["registered_in"],
            details={"start_on": str(sql.day_of(row["start_on"]))},
        )


@question(
    "registry.declared_differs",
    _("The issuer wrote another length than the dates give"),
    _("Compare with the document, and correct the dates or the length."),
    severity=Severity.NOTICE,
)
def declared_differs(people: People, today: dt.date) -> Iterator[Row]:
    """Counted by the same rule as in the statement, which knows what does not count."""
    ids = [row["id"] for row in sql.ask("SELECT id FROM period", people)] if people else []
    told = EmploymentPeriod.everything.filter(pk__in=ids).exclude(
        declared_years=None, declared_months=None, declared_days=None
    )
    for period in told.select_related("worker__merged_into", "employment"):
        declared, computed = declared_length(period), computed_length(period, today)
        if declared != computed and period.end_on:
            person = period.worker.merged_into or period.worker
            yield Row(
                worker_id=person.pk,
                registry_state=person.registered_in,
                item=str(period.entry),
                details={
                    "start_on": period.start_on.isoformat(),
                    "end_on": period.end_on.isoformat(),
                    "declared": declared.as_dict(),
                    "computed": computed.as_dict() if computed else None,
                },
            )


@question(
    "registry.ledger_of_another_worker",
    _("Entries under another worker than their employment"),
    _("Tell the operator: an entry was written past the services."),
    severity=Severity.ERROR,
)
def ledger_of_another_worker(people: People, today: dt.date) -> Iterator[Row]:
    """The database does not hold the pair together."""
    for table in ("pensions_employmentperiod", "pensions_contribution"):
        rows = sql.ask(
            f"""SELECT w.person, MIN(w.registered_in) AS registered_in, COUNT(*) AS entries
            FROM who w JOIN {table} x ON x.worker_id = w.id JOIN pensions_employment e ON e.id = x.employment_id
            WHERE e.worker_id <> x.worker_id GROUP BY w.person""",
            people,
        )
        for row in rows:
            yield Row(
                worker_id=sql.uuid_of(row["person"]),
                registry_state=row["registered_in"],
                item=table.removeprefix("pensions_"),
                details={"entries": row["entries"]},
            )
