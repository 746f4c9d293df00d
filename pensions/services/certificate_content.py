"""What a certificate of an employment would say: read from the ledger, never typed."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, Invalid
from pensions import fund_conditions
from pensions.certificates import model as sealed
from pensions.certificates.payload import encode_claims
from pensions.enums import Fund, LegalBasis
from pensions.models import (
    Contribution,
    EmployerIdentifier,
    EmployerName,
    Employment,
    EmploymentPeriod,
    WorkerIdentifier,
    WorkerName,
)

EMPLOYED = 11  # the P5000 type of compulsory insurance as an employed person
NO_MOMENT = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Stretch:
    """Periods of one employment that follow each other without a gap."""

    start_on: dt.date
    end_on: dt.date
    periods: tuple[EmploymentPeriod, ...]


def stretches(employment: Employment, today: dt.date) -> list[Stretch]:
    """Unbroken stretches of work in order; work that goes on is certified up to today."""
    rows = (
        EmploymentPeriod.everything.filter(worker_id=employment.worker_id, employment=employment)
        .current()
        .filter(start_on__lte=today)
        .order_by("start_on", "id")
    )
    found: list[Stretch] = []
    for period in rows:
        end_on = min(period.end_on or today, today)
        last = found[-1] if found else None
        if last and period.start_on <= last.end_on + dt.timedelta(days=1):
            found[-1] = Stretch(last.start_on, max(last.end_on, end_on), (*last.periods, period))
        else:
            found.append(Stretch(period.start_on, end_on, (period,)))
    return found


def stretch_of(employment: Employment, today: dt.date, day: dt.date | None = None) -> Stretch:
    """The stretch that holds this day; the last one when no day is given. Invalid when there is none."""
    found = stretches(employment, today)
    if day is not None:
        found = [one for one in found if one.start_on <= day <= one.end_on]
    if not found:
        raise Invalid(
            "no_period",
            _("The record holds no period of this employment."),
            way_out=_("Record the period first, or choose another day."),
        )
    return found[-1]


def content(employment: Employment, stretch: Stretch) -> dict[str, Any]:
    """Person, employer, work, months and currency as the sealed record takes them."""
    currency, rows = _months(employment, stretch)
    return {
        "person": _person(employment),
        "employer": _employer(employment, stretch.end_on),
        "work": _work(employment, stretch),
        "currency": currency,
        "rows": rows,
    }


def digest(values: dict[str, Any]) -> str:
    """Fingerprint of the content: a draft keeps it, so that nobody issues what nobody has seen."""
    record = sealed.Certificate(
        number="draft",
        issuer="draft",
        issued_at=NO_MOMENT,
        issued_on=NO_MOMENT.date(),
        uid=bytes(10),
        **values,
    )
    return hashlib.sha256(encode_claims(record)).hexdigest()


def _person(employment: Employment) -> sealed.Person:
    """As the record that stands for the person says today, with the numbers of merged records."""
    worker = employment.worker.merged_into or employment.worker
    former = WorkerName.everything.of_person(worker).order_by("until_on", "recorded_at")
    identifiers = (
        WorkerIdentifier.everything.of_person(worker)
        .filter(ended_at__isnull=True)
        .select_related("worker__key")
    )
    return sealed.Person(
        name=worker.full_name,
        latin_name=worker.latin_name,
        former_names=tuple(one.full_name for one in former),
        birth_on=worker.birth_on,
        birth_place=worker.birth_place,
        citizenship=worker.citizenship,
        identifiers=tuple((_scheme(one.kind), one.value) for one in identifiers if one.value),
    )


def _employer(employment: Employment, on: dt.date) -> sealed.Employer:
    employer = employment.employer
    named = (
        EmployerName.everything.filter(
            Q(from_on__isnull=True) | Q(from_on__lte=on),
            Q(until_on__isnull=True) | Q(until_on__gte=on),
            employer=employer,
        )
        .order_by("from_on")
        .last()
    )
    numbers = EmployerIdentifier.everything.filter(employer=employer).values_list("kind", "value")
    return sealed.Employer(
        name=named.name if named else employer.name,
        country=employer.state,
        identifiers=tuple((_scheme(kind), value) for kind, value in numbers),
        address=employer.region,
    )


def _work(employment: Employment, stretch: Stretch) -> sealed.Work:
    last = stretch.periods[-1]
    declared = None
    if len(stretch.periods) == 1 and last.declared_years is not None:
        declared = (last.declared_years, last.declared_months or 0, last.declared_days or 0)
    return sealed.Work(
        position=last.position,
        start_on=stretch.start_on,
        end_on=stretch.end_on,
        state=last.state,
        occupation_code=last.occupation,
        period_type=_period_type(last),
        declared=declared,
        conditions=", ".join(map(fund_conditions.in_words, last.special_conditions)),
    )


def _period_type(period: EmploymentPeriod) -> int:
    if period.p5000_type:
        return int(period.p5000_type)
    if period.legal_basis not in (LegalBasis.EMPLOYMENT, LegalBasis.CIVIL_CONTRACT):
        raise Conflict(
            "period_type_missing",
            _("The record does not say of which P5000 type the period is."),
            way_out=_("Correct the period, then draft again."),
        )
    return EMPLOYED


def _months(employment: Employment, stretch: Stretch) -> tuple[str, tuple[sealed.MonthRow, ...]]:
    """Month rows in one currency. A contribution that is not recorded as paid is 0.00; an unknown wage or tax
    refuses the certificate, because a figure must not be invented."""
    entries = list(
        Contribution.everything.filter(
            worker_id=employment.worker_id,
            employment=employment,
            month__gte=stretch.start_on.replace(day=1),
            month__lte=stretch.end_on,
        )
        .current()
        .in_order()
    )
    if not entries:
        return "", ()
    currencies = {entry.currency for entry in entries}
    if len(currencies) > 1:
        raise Conflict(
            "several_currencies",
            _("The months stand in several currencies: %(currencies)s."),
            currencies=", ".join(sorted(currencies)),
            way_out=_("Certify each part by itself."),
        )
    paid: dict[dt.date, Decimal] = {}
    for entry in entries:
        paid[entry.month] = paid.get(entry.month, Decimal(0)) + (entry.paid or Decimal(0))
    main = [entry for entry in entries if entry.fund == Fund.INSURANCE]
    _require_amounts(main)
    rows = [
        sealed.MonthRow(entry.month, _days(stretch, entry.month), paid[entry.month], entry.wage, entry.tax)
        for entry in main
    ]
    return currencies.pop(), tuple(rows)


def _require_amounts(entries: Iterable[Contribution]) -> None:
    lacking = [f"{entry.month:%m.%Y}" for entry in entries if entry.wage is None or entry.tax is None]
    if lacking:
        shown = ", ".join(lacking[:6]) + ("…" if len(lacking) > 6 else "")
        raise Conflict(
            "amounts_missing",
            _("The record lacks the wage or the tax of these months: %(months)s."),
            months=shown,
            way_out=_("Complete the record with what the employer reported, then draft again."),
        )


def _days(stretch: Stretch, month: dt.date) -> int:
    """Calendar days of the month inside the periods, without days that do not count."""
    following = (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    days: set[dt.date] = set()
    for period in stretch.periods:
        end_on = min(period.end_on or stretch.end_on, stretch.end_on)
        days |= _within(month, following, period.start_on, end_on)
        for part in period.not_counted:
            days -= _within(
                month,
                following,
                dt.date.fromisoformat(part["from_on"]),
                dt.date.fromisoformat(part["until_on"]),
            )
    return len(days)


def _within(month: dt.date, following: dt.date, first: dt.date, last: dt.date) -> set[dt.date]:
    start, end = max(month, first), min(following - dt.timedelta(days=1), last)
    return {start + dt.timedelta(days=place) for place in range((end - start).days + 1)}


def _scheme(kind: str) -> str:
    return kind.replace("-", ".")
