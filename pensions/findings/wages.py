"""Questions about amounts: what is owed, what does not follow from its base, wages too low or out of line."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from pensions.enums.findings import FindingOwner, Severity

from . import minimum, sql
from .answers import GROUPED, about_employment, by_employment, in_stretches, months
from .question import People, Row, question

UNPAID_MONTHS = 3
JUMP, JUMP_SPREAD = Decimal(3), Decimal(8)
LEAST_MONTHS = 6  # fewer tell nothing about what is usual


@question(
    "registry.paid_less_than_accrued",
    _("Contributions that are not paid in full for more than three months"),
    _("Pay what is owed and report the payment."),
    owner=FindingOwner.EMPLOYER,
)
def paid_less_than_accrued(people: People, today: dt.date) -> Iterator[Row]:
    rows = sql.ask(
        f"""SELECT {GROUPED}, currency, n, accrued, paid FROM paid_month
        WHERE accrued > 0 AND (paid IS NULL OR paid < accrued) AND n < %(due)s ORDER BY employment_id, n""",
        people,
        due=sql.month_number(today) - UNPAID_MONTHS,
    )
    for one, found in by_employment(rows):
        owed: dict[str, Decimal] = {}
        for row in found:
            left = Decimal(str(row["accrued"])) - Decimal(str(row["paid"] or 0))
            owed[row["currency"]] = owed.get(row["currency"], Decimal(0)) + left
        sums = {currency: f"{amount:.2f}" for currency, amount in sorted(owed.items())}
        yield about_employment(one, **months(found), owed=sums)


@question(
    "registry.accrued_differs",
    _("Contributions that do not follow from base and rate"),
    _("Check base, rate and amount, and correct what is wrong."),
    owner=FindingOwner.EMPLOYER,
)
def accrued_differs(people: People, today: dt.date) -> Iterator[Row]:
    """More than one unit of the currency apart: forms round in different ways."""
    return in_stretches("ABS(accrued * 100 - base * rate) > 100", people)


# Months worked from the first to the last day at the full rate: parts of months and of rates earn less.
_WHOLE_MONTH = """EXISTS (
    SELECT 1 FROM period p WHERE p.employment_id = m.employment_id AND p.whole_n <= m.n AND p.last_n > m.n
    AND COALESCE(p.share_of_rate, 1) >= 1
)"""


@question(
    "registry.wage_below_minimum",
    _("Wages below the minimum of the state"),
    _("Check the wage and the share of the rate, and correct what is wrong."),
    owner=FindingOwner.EMPLOYER,
)
def wage_below_minimum(people: People, today: dt.date) -> Iterator[Row]:
    """Asked of the states and days for which the legislation holds a minimum wage, and of no others.

    Most wages are above every minimum of their currency: these are left out before months are compared with spans.
    """
    values, params = minimum.as_values(minimum.spans(today))
    if not values:
        return
    rows = sql.ask(
        f"""WITH lowest(state, currency, first, last, amount) AS (VALUES {values}),
        highest AS (SELECT currency, MAX(amount) AS amount FROM lowest GROUP BY currency)
        SELECT {GROUPED}, n, m.currency, wage, lowest.amount FROM paid_month m
        JOIN highest ON highest.currency = m.currency AND m.wage < highest.amount
        JOIN pensions_employer f ON f.id = m.employer_id
        JOIN lowest ON lowest.state = f.state AND lowest.currency = m.currency AND m.n BETWEEN first AND last
        WHERE m.fund = 'insurance' AND m.wage < lowest.amount AND {_WHOLE_MONTH} ORDER BY employment_id, n""",
        people,
        **params,
    )
    for one, found in by_employment(rows):
        lowest = min(found, key=lambda row: row["wage"])
        money = {
            "wage": f"{Decimal(str(lowest['wage'])):.2f}",
            "minimum": f"{Decimal(str(lowest['amount'])):.2f}",
            "currency": one["currency"],
        }
        yield about_employment(one, **months(found), **money)


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
    wild month does not move; partly worked months are left out. Only employments with such a month are measured.
    """
    rows = sql.ask(
        f"""WITH wide AS (
            SELECT DISTINCT employment_id FROM paid_month WHERE fund = 'insurance' AND wage > 0
            GROUP BY employment_id, currency HAVING MAX(wage) > %(jump)s * MIN(wage)
        ),
        step AS (
            SELECT {GROUPED}, n, wage, LAG(wage) OVER w AS before, LAG(n) OVER w AS before_n
            FROM paid_month m WHERE fund = 'insurance' AND wage > 0 AND {_WHOLE_MONTH}
            AND employment_id IN (SELECT employment_id FROM wide)
            WINDOW w AS (PARTITION BY employment_id, currency ORDER BY n)
        ),
        pair AS (SELECT * FROM step WHERE before IS NOT NULL AND n - before_n <= 2),
        jumping AS (
            SELECT DISTINCT employment_id FROM pair WHERE wage > %(jump)s * before OR wage * %(jump)s < before
        ),
        ratio AS (
            SELECT {GROUPED}, n, wage * 1.0 / before AS r, ROW_NUMBER() OVER w AS place, COUNT(*) OVER (
                PARTITION BY employment_id) AS many
            FROM pair WHERE employment_id IN (SELECT employment_id FROM jumping)
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
        SELECT {", ".join("ratio." + name for name in GROUPED.split(", "))}, ratio.n
        FROM ratio JOIN distance ON distance.employment_id = ratio.employment_id AND distance.n = ratio.n
        JOIN spread ON spread.employment_id = ratio.employment_id
        WHERE ratio.many >= %(least)s AND distance.d > %(spread)s * 1.4826 * spread.mad
        AND (ratio.r > %(jump)s OR ratio.r * %(jump)s < 1) ORDER BY ratio.employment_id, ratio.n""",
        people,
        least=LEAST_MONTHS,
        spread=int(JUMP_SPREAD),
        jump=int(JUMP),
    )
    for one, found in by_employment(rows):
        yield about_employment(one, **months(found))
