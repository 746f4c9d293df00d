"""What the page and the document say of a statement, in the current language."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import formatting
from pensions import identifiers
from pensions.enums import EvidenceStatus
from pensions.models import WorkerIdentifier
from pensions.services.statement import StatedPeriod, Statement
from pensions.totalisation import Stage

TONES = {
    EvidenceStatus.CONFIRMED: "success",
    EvidenceStatus.DECLARED: "info",
    EvidenceStatus.DISPUTED: "warning",
}
DOUBTS = {
    "contributions_unknown": gettext_lazy(
        "For some periods the record holds no contributions. They are counted as if they had been paid."
    ),
    "overlap_choice": gettext_lazy(
        "Where work in two states coincides, the agreement does not say plainly whose days survive. "
        "Here each state keeps its own days, and the sum counts them once."
    ),
    "full_month": gettext_lazy(
        "How the twelve full months are to be counted is not settled: the ways of counting give different answers."
    ),
    "ru_left_cis": gettext_lazy(
        "Russia left the agreement of 1992 on 1 January 2023: work there before 2021 may be judged in another way."
    ),
    "third_state": gettext_lazy("Work in states outside the union is shown and not added to the sum."),
    "residence_missing": gettext_lazy(
        "Without the state of residence it cannot be said who pays for some days."
    ),
}
GATE = {
    "yes": gettext_lazy("reached"),
    "no": gettext_lazy("not reached"),
    "undetermined": gettext_lazy("cannot be said"),
}


def length(stage: Stage | None) -> str:
    return formatting.duration(*(stage.years, stage.months, stage.days)) if stage else formatting.MISSING


def person_facts(statement: Statement) -> list[tuple[Any, Any]]:
    worker = statement.worker
    return [
        (_("Full name"), worker.full_name),
        (_("Name in the passport"), worker.latin_name or None),
        (_("Born"), formatting.date_short(worker.birth_on)),
        (_("Citizenship"), formatting.country_name(worker.citizenship) if worker.citizenship else None),
        (_("Registry number"), str(worker)),
        (_("As known on"), formatting.date_short(statement.on)),
    ]


def number_facts(worker) -> list[tuple[Any, Any]]:
    """The person's numbers in full: for the official and the person alone."""
    rows = WorkerIdentifier.everything.filter(worker=worker, ended_at__isnull=True).order_by("kind")
    return [
        (row.get_kind_display(), identifiers.show(row.kind, row.value) if row.value else None)
        for row in rows.select_related("worker__key")
    ]


def _dates(start_on: dt.date, end_on: dt.date | None) -> str:
    return formatting.date_range(start_on, end_on)


def state_table(statement: Statement) -> dict[str, Any]:
    """Insurance period by state, and whether the twelve full months are there."""
    result = statement.totalisation
    rows = [
        [
            formatting.country_name(code),
            length(total.stage),
            total.days,
            GATE[total.gate.met] if not total.third_state else formatting.MISSING,
        ]
        for code, total in sorted(result.states.items())
    ]
    if rows:
        rows.append([_("Together, each day once"), length(result.total.stage), result.total.days, ""])
    return {
        "columns": [
            _("Country"),
            _("Insurance period"),
            {"title": _("Days"), "number": True},
            _("Twelve full months since 2021"),
        ],
        "rows": rows,
    }


def period_table(statement: Statement) -> dict[str, Any]:
    return {
        "columns": [_("Dates"), _("Employer"), _("Country"), _("Position"), _("Length"), _("Evidence")],
        "rows": [_period_row(one) for one in statement.periods],
    }


def _period_row(one: StatedPeriod) -> list[Any]:
    period = one.period
    said = length(one.computed)
    if one.differs:
        said = _("%(computed)s; the issuer wrote %(declared)s") % {
            "computed": said,
            "declared": length(one.declared),
        }
    return [
        _dates(period.start_on, period.end_on),
        one.employer,
        formatting.country_name(period.state),
        period.position or formatting.MISSING,
        said,
        {"value": EvidenceStatus(one.status).label, "tone": TONES[one.status]},
    ]


def overlap_lines(statement: Statement) -> list[str]:
    return [
        _("%(dates)s: %(kept)s and %(dropped)s coincide; the sum counts the days once.")
        % {
            "dates": _dates(overlap.start_on, overlap.end_on),
            "kept": _where(statement, overlap.kept),
            "dropped": _where(statement, overlap.dropped),
        }
        for overlap in statement.totalisation.overlaps
    ]


def _where(statement: Statement, insurance_id: str) -> str:
    one = statement.period(insurance_id)
    if one is None:
        return insurance_id
    return f"{one.employer} ({formatting.country_name(one.period.state)})"


def gap_lines(statement: Statement) -> list[str]:
    return [
        _("%(dates)s: %(days)s without a period in the record.")
        % {
            "dates": _dates(start_on, end_on),
            "days": formatting.duration(days=(end_on - start_on).days + 1),
        }
        for start_on, end_on in statement.totalisation.gaps
    ]


def year_table(statement: Statement) -> dict[str, Any]:
    return {
        "columns": [
            {"title": _("Year")},
            _("Employer"),
            {"title": _("Months"), "number": True},
            {"title": _("Earned"), "number": True},
            {"title": _("Contributions accrued"), "number": True},
            {"title": _("Contributions paid"), "number": True},
        ],
        "rows": [
            [
                str(year.year),
                year.employer,
                year.months,
                formatting.money(year.wage, year.currency),
                formatting.money(year.accrued, year.currency),
                {
                    "value": formatting.money(year.paid, year.currency),
                    **({"tone": "warning"} if year.paid < year.accrued else {}),
                },
            ]
            for year in statement.years
        ],
    }


def doubt_lines(statement: Statement) -> list[str]:
    """What the result rests on though nobody has settled it; each once."""
    codes = dict.fromkeys(doubt.code for doubt in statement.totalisation.trace.unverified)
    return [str(DOUBTS[code]) for code in codes if code in DOUBTS] + (
        [_("Some of the rules used here have not been confirmed by the competent bodies.")]
        if set(codes) - set(DOUBTS)
        else []
    )


def in_words(statement: Statement) -> dict[str, Any]:
    """Everything for a template or a document."""
    return {
        "statement": statement,
        "worker": statement.worker,
        "person": person_facts(statement),
        "states": state_table(statement),
        "periods": period_table(statement),
        "overlaps": overlap_lines(statement),
        "gaps": gap_lines(statement),
        "years": year_table(statement),
        "doubts": doubt_lines(statement),
    }


def as_json(statement: Statement) -> dict[str, Any]:
    """For programs: codes, ISO dates and exact numbers."""
    result = statement.totalisation
    return {
        "worker": str(statement.worker.pk),
        "registry_number": str(statement.worker),
        "on": statement.on.isoformat(),
        "known_at": statement.known_at.isoformat(),
        "treaty": result.treaty.id,
        "periods": [_period_json(one) for one in statement.periods],
        "states": {
            code: {
                **total.stage.as_dict(),
                "total_days": total.days,
                "counted_days": total.counted_days,
                "full_months": total.gate.full_months,
                "gate": total.gate.met,
            }
            for code, total in sorted(result.states.items())
        },
        "total": {**result.total.stage.as_dict(), "total_days": result.total.days},
        "overlaps": [
            {
                "start_on": one.start_on.isoformat(),
                "end_on": one.end_on.isoformat(),
                "kept": one.kept,
                "dropped": one.dropped,
                "rule": one.rule,
            }
            for one in result.overlaps
        ],
        "gaps": [
            {"start_on": start_on.isoformat(), "end_on": end_on.isoformat()}
            for start_on, end_on in result.gaps
        ],
        "years": [
            {
                "year": year.year,
                "state": year.state,
                "employer": year.employer,
                "currency": year.currency,
                "months": year.months,
                "wage": str(year.wage),
                "accrued": str(year.accrued),
                "paid": str(year.paid),
            }
            for year in statement.years
        ],
        "unverified": [doubt.code for doubt in result.trace.unverified],
    }


def _period_json(one: StatedPeriod) -> dict[str, Any]:
    period = one.period
    return {
        "id": str(period.entry),
        "version": period.version,
        "employment": str(period.employment_id),
        "employer": one.employer,
        "state": period.state,
        "start_on": period.start_on.isoformat(),
        "end_on": period.end_on.isoformat() if period.end_on else None,
        "legal_basis": period.legal_basis,
        "position": period.position,
        "occupation": period.occupation,
        "evidence": str(one.status),
        "counts": one.counts,
        "computed": one.computed.as_dict() if one.computed else None,
        "declared": one.declared.as_dict() if one.declared else None,
    }
