"""The statement of one person's record: periods, gaps, overlaps, insurance and entitlement by state."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import DateField, F, Func, IntegerField, Max, Min, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, ExtractMonth, ExtractYear

from accounts import access
from common import clock
from common.journal.models import Verb
from common.scoping import system
from pensions.enums import EvidenceStatus, LegalBasis
from pensions.enums.issuing import CertificateState
from pensions.models import (
    Certificate,
    CertificateStep,
    Contribution,
    EmployerName,
    EmploymentPeriod,
    PeriodEvidence,
    Worker,
)
from pensions.totalisation import InsurancePeriod, Stage, Totalisation, totalise
from pensions.totalisation.arithmetic import calendar_stage, sum_stages
from pensions.totalisation.intervals import subtract

from . import merging, what_if
from .stage_codes import doubtful_codes
from .workers import note_reading

KINDS = {LegalBasis.VOLUNTARY: "voluntary", LegalBasis.EQUIVALENT: "equivalent"}


@dataclass(frozen=True)
class StatedPeriod:
    """A period as it is known, with the employer's name at its end, its evidence and its length in days.

    `insurance` are the days that it brings, whether they count (`counts`) or are disputed. `doubtful`: codes of its
    form of which nobody has settled whether such days are insured.
    """

    period: EmploymentPeriod
    employer: str
    status: str
    confirmed_at: dt.datetime | None
    computed: Stage | None
    counts: bool
    judged_by: str = ""
    insurance: tuple[InsurancePeriod, ...] = ()
    doubtful: tuple[str, ...] = ()

    @property
    def end_on(self) -> dt.date | None:
        return self.period.end_on

    @property
    def declared(self) -> Stage | None:
        return declared_length(self.period)

    @property
    def differs(self) -> bool:
        """The issuer wrote another length than the dates give."""
        return self.declared is not None and self.computed is not None and self.declared != self.computed


@dataclass(frozen=True)
class YearSum:
    """Contributions of one year to one employer's account, in one currency."""

    state: str
    employer: str
    year: int
    currency: str
    months: int
    wage: Decimal
    accrued: Decimal
    paid: Decimal


@dataclass
class Statement:
    """`on`: days after it do not count; `known_at`: what was known at that moment.

    `answer` is what `totalisation.claim.run_claim` says of a claim on that day; None without any day of insurance.
    """

    worker: Worker
    on: dt.date
    known_at: dt.datetime
    periods: list[StatedPeriod] = field(default_factory=list)
    years: list[YearSum] = field(default_factory=list)
    totalisation: Totalisation | None = None
    answer: dict[str, Any] | None = None
    certificates: list[Certificate] = field(default_factory=list)

    def period(self, insurance_id: str) -> StatedPeriod | None:
        """The stated period that an insurance period of the totalisation came from."""
        key = insurance_id.split("/", maxsplit=1)[0]
        return next((one for one in self.periods if str(one.period.pk) == key), None)


def statement(
    *,
    by: Any,
    worker: Worker,
    on: dt.date | None = None,
    known_at: dt.datetime | None = None,
    verb: str = Verb.READ,
) -> Statement:
    """The record of the person, with everything merged into it by then. Refused or Missing if it is not for this
    reader.

    Five queries at most, six for an earlier moment and one more where a form gave codes, whatever the length of the
    record; the reading stands in the journal.
    """
    access.require(by, "registry.statement.view", worker)
    moment = known_at or clock.now()
    with system("statement of a record"):
        records = (
            merging.records_at(worker, moment)
            if known_at
            else Worker.everything.of_person(worker).values("pk")
        )
        made = _assemble(worker, records, on or clock.today(), moment)
    note_reading(by=by, workers=[worker], action="registry.statement.view", verb=verb)
    return made


def _assemble(worker: Worker, records: Any, on: dt.date, moment: dt.datetime) -> Statement:
    periods = list(
        EmploymentPeriod.everything.filter(worker_id__in=records)
        .as_of(moment)
        .filter(start_on__lte=on)
        .select_related("employment__employer")
        .annotate(employer_then=_name_then())
        .order_by("start_on", "id")
    )
    made = Statement(worker=worker, on=on, known_at=moment)
    evidence = _evidence(periods, moment)
    contributions = _contributed(records, moment)
    months = _months(contributions)
    codes = doubtful_codes(periods)
    for period in periods:
        judged, doubtful = evidence.get(period.pk), codes.get(period.pk, ())
        status = judged.status if judged else EvidenceStatus.DECLARED
        made.periods.append(
            StatedPeriod(
                period=period,
                employer=period.employer_then,
                status=status,
                confirmed_at=judged.recorded_at if judged and status == EvidenceStatus.CONFIRMED else None,
                computed=computed_length(period, on),
                counts=status != EvidenceStatus.DISPUTED,
                judged_by=judged.issuer if judged else "",
                insurance=tuple(_insurance(period, on, months.get(period.employment_id, {}), doubtful)),
                doubtful=doubtful,
            )
        )
    made.years = _years(contributions)
    made.certificates = _certificates(records, moment)
    insurance = [piece for stated in made.periods if stated.counts for piece in stated.insurance]
    made.totalisation = totalise(insurance, residence=worker.registered_in, as_of=on)
    made.answer = what_if.answer(worker, insurance, claim_on=on)
    return made


def _certificates(records: Any, moment: dt.datetime) -> list[Certificate]:
    """What had been issued to the person by then, each in the state in which it stood; not to be saved."""
    steps = CertificateStep.everything.filter(certificate=OuterRef("pk"), at__lte=moment).order_by(
        "-entry_id"
    )
    rows = (
        Certificate.everything.filter(worker_id__in=records)
        .exclude(state=CertificateState.DRAFT)
        .filter(issued_at__lte=moment)
        .annotate(state_then=Coalesce(Subquery(steps.values("to_state")[:1]), "state"))
    )
    found = list(rows.select_related("employment__employer", "issuer").order_by("-issued_at"))
    for one in found:
        one.state = one.state_then
    return found


def _evidence(periods: Iterable[EmploymentPeriod], moment: dt.datetime) -> dict[int, PeriodEvidence]:
    """The last judgement on each of these versions."""
    rows = PeriodEvidence.everything.filter(
        worker_id__in={p.worker_id for p in periods},
        period_id__in=[p.pk for p in periods],
        recorded_at__lte=moment,
    )
    return {row.period_id: row for row in rows.order_by("id")}


def _name_then() -> Coalesce:
    """The name of the employer at the time: that of the last day of the period."""
    day = Coalesce(OuterRef("end_on"), Value(dt.date.max), output_field=DateField())
    then = (
        EmployerName.everything.filter(employer=OuterRef("employment__employer"))
        .filter(Q(from_on=None) | Q(from_on__lte=day), Q(until_on=None) | Q(until_on__gte=day))
        .order_by(F("until_on").asc(nulls_last=True))
    )
    return Coalesce(Subquery(then.values("name")[:1]), "employment__employer__name")


# --- contributions ----------------------------------------------------------------------------------


def _contributed(records: Any, moment: dt.datetime) -> list[dict[str, Any]]:
    """By employment, year and currency, in the order of years: sums, first and last months, and which months there are
    as bits of a number, so that months of two employments with one employer are counted once.
    """
    bit_of_month = Func(
        Value(1), Cast(ExtractMonth("month"), IntegerField()), arg_joiner=" << ", template="(%(expressions)s)"
    )
    main, was_paid = Q(fund="insurance"), Q(fund="insurance", paid__gt=0)
    return list(
        Contribution.everything.filter(worker_id__in=records)
        .as_of(moment)
        .annotate(year=ExtractYear("month"))
        .values(
            "employment_id", "year", "currency", "employment__employer__state", "employment__employer__name"
        )
        .annotate(
            first=Min("month", filter=main),
            last=Max("month", filter=main),
            first_paid=Min("month", filter=was_paid),
            last_paid=Max("month", filter=was_paid),
            months=Sum(bit_of_month, distinct=True, output_field=IntegerField()),
            wages=Sum("wage"),
            sum_accrued=Sum("accrued"),
            sum_paid=Sum("paid"),
        )
        .order_by("year", "employment__employer__sort_key", "currency")
    )


def _months(rows: Iterable[dict[str, Any]]) -> dict[Any, dict[str, tuple[dt.date, dt.date]]]:
    """{employment: {"any" | "paid": (first month, last month)}}"""
    found: dict[Any, dict[str, tuple]] = defaultdict(dict)
    for row in rows:
        for name, first, last in (("any", "first", "last"), ("paid", "first_paid", "last_paid")):
            if row[first]:
                span = found[row["employment_id"]].get(name, (row[first], row[last]))
                found[row["employment_id"]][name] = (min(span[0], row[first]), max(span[1], row[last]))
    return dict(found)


def _contributions(start_on: dt.date, end_on: dt.date, months: dict[str, tuple[dt.date, dt.date]]) -> str:
    """paid, unpaid or unknown: whether any month of the period is in the record, and whether any was paid."""

    def meets(name: str) -> bool:
        first, last = months.get(name, (dt.date.max, dt.date.min))
        return first <= end_on and last >= start_on.replace(day=1)

    if meets("paid"):
        return "paid"
    return "unpaid" if meets("any") else "unknown"


def _years(rows: Iterable[dict[str, Any]]) -> list[YearSum]:
    together: dict[tuple, list[dict]] = defaultdict(list)
    for row in rows:
        account = (row["employment__employer__state"], row["employment__employer__name"])
        together[*account, row["year"], row["currency"]].append(row)
    return [
        YearSum(
            *account,
            months=reduce(or_, (row["months"] for row in rows)).bit_count(),
            wage=sum(_exact(row["wages"]) for row in rows),
            accrued=sum(_exact(row["sum_accrued"]) for row in rows),
            paid=sum(_exact(row["sum_paid"]) for row in rows),
        )
        for account, rows in together.items()
    ]


def _exact(value: Any) -> Decimal:
    """SQLite adds amounts as binary numbers: back to the cent."""
    return Decimal(str(value or 0)).quantize(Decimal("0.01"))


# --- insurance periods ------------------------------------------------------------------------------


def declared_length(period: EmploymentPeriod) -> Stage | None:
    """What the issuer wrote; None where nothing was written."""
    parts = (period.declared_years, period.declared_months, period.declared_days)
    return None if parts == (None, None, None) else Stage(*(part or 0 for part in parts))


def _pieces(period: EmploymentPeriod, on: dt.date) -> list[tuple[dt.date, dt.date]]:
    """The days that count: up to the day of the statement, without what the record takes out."""
    end_on = min(period.end_on or on, on)
    if end_on < period.start_on:
        return []
    out = [
        (dt.date.fromisoformat(item["from_on"]), dt.date.fromisoformat(item["until_on"]))
        for item in period.not_counted
    ]
    return list(subtract([(period.start_on, end_on)], out)) if out else [(period.start_on, end_on)]


def computed_length(period: EmploymentPeriod, on: dt.date) -> Stage | None:
    """What the dates give until a day, without what the record takes out; None before the period begins."""
    pieces = _pieces(period, on)
    return sum_stages(calendar_stage(*piece) for piece in pieces) if pieces else None


def _insurance(
    period: EmploymentPeriod, on: dt.date, months: dict, doubtful: tuple[str, ...]
) -> list[InsurancePeriod]:
    pieces = _pieces(period, on)
    return [
        InsurancePeriod(
            id=f"{period.pk}/{number}" if len(pieces) > 1 else str(period.pk),
            state=period.state,
            start_on=start_on,
            end_on=end_on,
            kind=period.p5000_type or KINDS.get(period.legal_basis, "compulsory"),
            scheme=period.day_scheme,
            contributions=_contributions(start_on, end_on, months),
            declared=declared_length(period) if len(pieces) == 1 else None,
            doubtful=doubtful,
        )
        for number, (start_on, end_on) in enumerate(pieces, start=1)
    ]
