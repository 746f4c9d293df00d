"""Questions about months that are missing, too many, or not where they belong."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from pensions.enums.findings import FindingOwner, Severity

from . import sql
from .answers import about_employment, by_employment, in_stretches, months
from .question import People, Row, question

GRACE_MONTHS = 2  # a month is reported and paid in the one after it; then the office waits once more


@question(
    "registry.month_without_contribution",
    _("Months of work without a contribution"),
    _("Report the missing months, or say that the person did not work then."),
    owner=FindingOwner.EMPLOYER,
)
def month_without_contribution(people: People, today: dt.date) -> Iterator[Row]:
    """Months of a period that nobody reported, from the first that was reported on.

    Where none was reported, from the month in which the employer became known: what lies before could not be.
    Months are counted first, so that only periods that lack some are looked through month by month.
    """
    rows = sql.ask(
        f"""WITH reported AS (
            SELECT employment_id, MIN(n) AS first FROM paid_month WHERE fund = 'insurance' GROUP BY employment_id
        ),
        expected AS (
            SELECT p.id, p.person, p.registered_in, p.employer_id, p.employment_id, p.not_counted,
                {sql.greatest("p.first_n", f"COALESCE(r.first, {sql.month('f.created_at')})")} AS first,
                {sql.least("p.last_n", "%(due)s")} AS last
            FROM period p JOIN pensions_employer f ON f.id = p.employer_id
            LEFT JOIN reported r ON r.employment_id = p.employment_id
            WHERE p.legal_basis = 'employment'
        ),
        lacking AS (
            SELECT x.id FROM expected x LEFT JOIN paid_month m
            ON m.employment_id = x.employment_id AND m.n BETWEEN x.first AND x.last AND m.fund = 'insurance'
            GROUP BY x.id, x.first, x.last HAVING COUNT(DISTINCT m.n) < x.last - x.first + 1
        ),
        looked AS (SELECT x.* FROM expected x JOIN lacking ON lacking.id = x.id),
        calendar AS (
            SELECT MIN(first) AS n FROM looked UNION ALL SELECT n + 1 FROM calendar WHERE n < %(due)s
        )
        SELECT x.person, x.registered_in, x.employer_id, x.employment_id, c.n, x.not_counted
        FROM looked x JOIN calendar c ON c.n BETWEEN x.first AND x.last
        LEFT JOIN paid_month m ON m.employment_id = x.employment_id AND m.n = c.n AND m.fund = 'insurance'
        WHERE m.n IS NULL ORDER BY x.employment_id, c.n""",
        people,
        due=sql.month_number(today) - GRACE_MONTHS,
    )
    for one, found in by_employment(rows):
        if missing := {row["n"]: row for row in found if not _let_out(row)}:
            yield about_employment(one, **months(list(missing.values())))


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
    return in_stretches(
        """fund = 'insurance' AND NOT EXISTS (
            SELECT 1 FROM period p WHERE p.employment_id = m.employment_id AND m.n BETWEEN p.first_n AND p.last_n
        )""",
        people,
    )


@question(
    "registry.month_in_the_future",
    _("Contributions for months that have not come yet"),
    _("Withdraw the months, or correct them to those that are meant."),
    severity=Severity.ERROR,
    owner=FindingOwner.EMPLOYER,
)
def month_in_the_future(people: People, today: dt.date) -> Iterator[Row]:
    return in_stretches("n > %(now)s AND fund = 'insurance'", people, now=sql.month_number(today))


@question(
    "registry.paid_before_month",
    _("Contributions paid before their month"),
    _("Check the day of payment, or the month, and correct what is wrong."),
    owner=FindingOwner.EMPLOYER,
)
def paid_before_month(people: People, today: dt.date) -> Iterator[Row]:
    return in_stretches("paid_on < month", people)
