"""Month by month, what the ledger holds of a person's work: worked, reported, accrued, paid, missing.

record = month_record(worker, today=…)           # two queries; nothing is asked: whoever calls has asked
pdf = month_paper(record, made_at=…)             # sealed by the social fund of the person's state
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from common import documents, formatting
from pensions.models import Contribution, EmploymentPeriod, Worker
from pensions.papers.sealed import seal_of_fund

TEMPLATE = "pensions/typst/months.typ"
PAID, PARTLY, UNPAID, MISSING = "paid", "partly", "unpaid", "missing"
WORDS = {
    PAID: pgettext_lazy("contribution", "paid"),
    PARTLY: pgettext_lazy("contribution", "partly paid"),
    UNPAID: pgettext_lazy("contribution", "not paid"),
    MISSING: gettext_lazy("not reported"),
}


@dataclass(frozen=True)
class Month:
    """`state`: paid, partly, unpaid; missing: worked, over, and not reported. Amounts are None where it is missing."""

    month: dt.date
    state: str
    currency: str = ""
    wage: Decimal | None = None
    accrued: Decimal | None = None
    paid: Decimal | None = None


@dataclass
class EmployerMonths:
    employer: str
    state: str
    months: list[Month] = field(default_factory=list)

    def count(self, *states: str) -> int:
        return len({one.month for one in self.months if one.state in states})

    @property
    def owed(self) -> dict[str, Decimal]:
        """Accrued and not paid, by currency."""
        sums: dict[str, Decimal] = {}
        for one in self.months:
            if one.accrued is not None:
                sums[one.currency] = sums.get(one.currency, Decimal(0)) + one.accrued - (one.paid or 0)
        return {currency: amount for currency, amount in sums.items() if amount > 0}


@dataclass(frozen=True)
class MonthRecord:
    worker: Worker
    employers: list[EmployerMonths]


def month_record(worker: Worker, *, today: dt.date) -> MonthRecord:
    """Every month from the first to the last day of each employment, and what was reported outside of them."""
    worked: dict[Any, set[dt.date]] = {}
    names: dict[Any, EmployerMonths] = {}
    periods = EmploymentPeriod.everything.of_person(worker).current()
    for one in periods.select_related("employment__employer").order_by("start_on", "id"):
        employer = one.employment.employer
        names.setdefault(employer.pk, EmployerMonths(employer.name, employer.state))
        worked.setdefault(employer.pk, set()).update(_months(one.start_on, min(one.end_on or today, today)))
    reported: dict[Any, list[Contribution]] = {}
    rows = Contribution.everything.of_person(worker).current().main()
    for row in rows.select_related("employment__employer").order_by("month"):
        employer = row.employment.employer
        names.setdefault(employer.pk, EmployerMonths(employer.name, employer.state))
        reported.setdefault(employer.pk, []).append(row)
    this_month = today.replace(day=1)
    for pk, one in names.items():
        there = reported.get(pk, [])
        absent = worked.get(pk, set()) - {row.month for row in there} - {this_month}
        found = [_month(row) for row in there] + [Month(month, MISSING) for month in absent]
        one.months = sorted(found, key=lambda month: month.month)
    return MonthRecord(worker, list(names.values()))


def _months(start_on: dt.date, end_on: dt.date) -> Iterator[dt.date]:
    month = start_on.replace(day=1)
    while month <= end_on:
        yield month
        month = (month + dt.timedelta(days=32)).replace(day=1)


def _month(row: Contribution) -> Month:
    paid = row.paid or Decimal(0)
    state = PAID if paid >= row.accrued else PARTLY if paid else UNPAID
    return Month(row.month, state, row.currency, row.wage, row.accrued, row.paid)


def month_paper(record: MonthRecord, *, made_at: dt.datetime) -> bytes:
    """PDF/A in the current language, sealed. Conflict where no social fund of the person's state has a seal."""
    worker = record.worker
    data = {
        "lang": (get_language() or "ky")[:2],
        "title": _("Months of work and contributions"),
        "made": formatting.date_long(timezone.localtime(made_at).date()),
        "facts": [
            [_("Worker"), worker.full_name],
            [_("Born"), formatting.date_long(worker.birth_on) if worker.birth_on else "—"],
            [_("Registry number"), worker.registry_number],
        ],
        "heads": [_("Month"), _("Earned"), _("Accrued"), _("Paid"), _("State")],
        "employers": [_shown(one) for one in record.employers],
        "note": _("What the register held on the day of this paper. The seal is that of the social fund."),
    }
    return seal_of_fund(
        documents.render(TEMPLATE, data, made_at=made_at, standards=documents.PDF_ARCHIVE),
        worker.registered_in,
    )


def summary(one: EmployerMonths) -> str:
    """One sentence: how many months, and what is owed."""
    told = _(
        "Months reported: %(reported)s, of them paid in full: %(paid)s; worked and not reported: %(missing)s."
    ) % {
        "reported": one.count(PAID, PARTLY, UNPAID),
        "paid": one.count(PAID),
        "missing": one.count(MISSING),
    }
    owed = ", ".join(formatting.money(amount, currency) for currency, amount in one.owed.items())
    if not owed:
        return told
    still = _("Accrued and not paid: %(sum)s.") % {"sum": owed}
    return f"{told} {still}"


def _shown(one: EmployerMonths) -> dict[str, Any]:
    return {
        "title": f"{one.employer} ({formatting.country_name(one.state)})",
        "summary": summary(one),
        "rows": [
            [
                formatting.month(month.month),
                *(
                    formatting.money(amount, month.currency) if amount is not None else "—"
                    for amount in (month.wage, month.accrued, month.paid)
                ),
                str(WORDS[month.state]),
            ]
            for month in one.months
        ],
    }
