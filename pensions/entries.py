"""What single entries of a person's record say, for the pages that show and change them."""

import datetime as dt
import uuid
from typing import Any

from django.db.models import TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from common import clock, formatting
from pensions import fund_conditions
from pensions.enums import EvidenceStatus
from pensions.enums.exchange import PeriodType
from pensions.enums.exchange import Scheme as InsuranceScheme
from pensions.models import Contribution, EmploymentPeriod, PeriodEvidence, Worker
from pensions.services import classifications
from pensions.services.stage_codes import doubtful_codes
from pensions.services.statement import computed_length, declared_length
from pensions.statements.words import TONES, doubt_of_codes, length

SHOWN_MONTHS = 600


def periods_of(worker: Worker) -> list[EmploymentPeriod]:
    """What is known today, the newest first."""
    rows = EmploymentPeriod.objects.of_person(worker).current()
    return list(rows.select_related("employment__employer", "worker").order_by("-start_on", "-id"))


def months_of(worker: Worker) -> list[Contribution]:
    rows = Contribution.objects.of_person(worker).current()
    return list(
        rows.select_related("employment__employer", "worker").order_by("-month", "fund")[:SHOWN_MONTHS]
    )


def month_name(one: Contribution) -> str:
    """Names the fact, not the row: rows are numbered in sequence."""
    return f"{one.employment_id}.{one.month:%Y-%m}.{one.fund}"


def _at(moment: Any) -> str:
    return formatting.datetime_short(timezone.localtime(moment))


def period_page_of(worker: Worker, entry: str) -> dict[str, Any] | None:
    """Five queries, whatever the length of the record; None if the person has no such period."""
    try:
        key = uuid.UUID(entry)
    except ValueError:
        return None
    versions = list(
        EmploymentPeriod.objects.of_person(worker)
        .filter(entry=key)
        .select_related("employment__employer", "recorded_by")
        .order_by("-version")
    )
    if not versions:
        return None
    last = versions[0]
    rows = PeriodEvidence.objects.filter(worker_id=last.worker_id, entry=key).select_related(
        "recorded_by", "file"
    )
    months = Contribution.objects.filter(
        worker_id=last.worker_id, employment_id=last.employment_id, month__gte=last.start_on.replace(day=1)
    ).current()
    if last.end_on:
        months = months.filter(month__lte=last.end_on)
    return {
        "entry": key,
        "current": not last.voids,
        "title": f"{formatting.date_range(last.start_on, last.end_on)}, {last.employment.employer.name}",
        "facts_of_period": period_facts(last),
        "versions": _versions(versions),
        "evidence_steps": [_evidence(worker, one, versions) for one in rows.order_by("-id")],
        "months": _months(worker, list(months.order_by("-month", "fund")[:SHOWN_MONTHS])),
    }


def period_facts(period: EmploymentPeriod) -> list[tuple[Any, Any]]:
    """PENSIONS fields 3, 4 and 7 as far as they are known."""
    occupation = classifications.find("isco08", period.occupation) if period.occupation else None
    declared, computed = declared_length(period), computed_length(period, clock.today())
    doubtful = doubtful_codes([period]).get(period.pk)
    pairs = [
        (_("Country"), formatting.country_name(period.state)),
        (_("Legal basis"), period.get_legal_basis_display()),
        (_("Type of period (P5000 code)"), _coded(PeriodType, period.p5000_type)),
        (_("Scheme"), _coded(InsuranceScheme, period.insurance_scheme)),
        (_("Begun by"), period.get_opened_by_display()),
        (_("Event that began it (UUID)"), period.event_id),
        (_("Ended by"), period.get_closed_by_display()),
        (_("Event that ended it (UUID)"), period.closing_event_id),
        (_("Position"), period.position),
        (
            _("Occupation (ISCO-08)"),
            f"{period.occupation} {occupation.title}" if occupation else period.occupation,
        ),
        (_("Unit"), period.unit),
        (_("Share of rate"), formatting.decimal(period.share_of_rate) if period.share_of_rate else ""),
        (_("Week"), period.get_day_scheme_display()),
        (_("Special conditions"), "; ".join(map(fund_conditions.in_words, period.special_conditions))),
        (_("Whether the days are insured"), doubt_of_codes(doubtful) if doubtful else ""),
        (_("Days that do not count"), "; ".join(_stretch(one) for one in period.not_counted)),
        (_("Basis document"), period.basis_document),
        (_("Basis document of the end"), period.closing_document),
        (_("Ground of dismissal, with the article of the law"), period.dismissal_ground),
        (_("By the dates"), length(computed)),
        (_("Written by the issuer"), length(declared) if declared else ""),
    ]
    return [(term, value) for term, value in pairs if value]


def _coded(codes: type[TextChoices], code: str) -> str:
    return f"{code} {codes(code).label}" if code in codes.values else code


def _stretch(one: dict[str, str]) -> str:
    days = (dt.date.fromisoformat(one[name]) for name in ("from_on", "until_on"))
    return " ".join(part for part in (formatting.date_range(*days), one.get("reason", "")) if part)


def _versions(versions: list[EmploymentPeriod]) -> dict[str, Any]:
    rows = [
        [
            one.version,
            _at(one.recorded_at),
            _("withdrawn") if one.voids else formatting.date_range(one.start_on, one.end_on),
            one.position or formatting.MISSING,
            one.recorded_by.full_name if one.recorded_by else _("from a file"),
            one.reason or formatting.MISSING,
        ]
        for one in versions
    ]
    heads = [
        {"title": _("Version"), "number": True},
        _("Known since"),
        _("Dates"),
        _("Position"),
        _("Who"),
        _("Why"),
    ]
    return {"columns": heads, "rows": rows}


def _evidence(worker: Worker, one: PeriodEvidence, versions: list[EmploymentPeriod]) -> dict[str, Any]:
    number = next((v.version for v in versions if v.pk == one.period_id), None)
    said = (one.document_type, one.issuer, one.archive_reference, one.note)
    file = f"{reverse('admin:pensions_worker_evidence', args=[worker.pk])}?file={one.file_id}"
    return {
        "when": _at(one.recorded_at),
        "title": EvidenceStatus(one.status).label,
        "badge": _("version %(number)s") % {"number": number} if number else "",
        "text": " · ".join(text for text in said if text),
        "by": one.recorded_by.full_name if one.recorded_by else "",
        "tone": TONES[one.status],
        "url": file if one.file_id else "",
    }


def _months(worker: Worker, rows: list[Contribution]) -> dict[str, Any]:
    heads = [
        _("Month"),
        _("Fund"),
        *({"title": t, "number": True} for t in (_("Earned"), _("Accrued"), _("Paid"))),
    ]

    def address(action: str, one: Contribution) -> str:
        page = reverse("admin:pensions_worker_do", args=[worker.pk, action])
        return f"{page}?entry={month_name(one)}"

    return {
        "columns": [*heads, _("Paid on"), _("Entry")],
        "rows": [
            [
                {"value": formatting.month(one.month), "url": address("correct_month", one)},
                one.get_fund_display(),
                formatting.money(one.wage, one.currency),
                formatting.money(one.accrued, one.currency),
                {
                    "value": formatting.money(one.paid, one.currency),
                    **({"tone": "warning"} if (one.paid or 0) < one.accrued else {}),
                },
                formatting.date_short(one.paid_on),
                {"value": _("Withdraw"), "url": address("withdraw_month", one)},
            ]
            for one in rows
        ],
    }
