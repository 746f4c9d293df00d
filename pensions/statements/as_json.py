"""The statement for programs: codes, ISO dates and exact numbers. docs/howto/passport.md describes every key."""

import json
from typing import Any

from django.http import HttpResponse

from pensions.services.statement import StatedPeriod, Statement

from .download import download

FORMAT = "kozot.statement/2"


def content(statement: Statement) -> dict[str, Any]:
    """For programs: codes, ISO dates and exact numbers."""
    result, answer = statement.totalisation, statement.answer or {}
    return {
        "format": FORMAT,
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
        "certificates": [
            {
                "number": one.number,
                "state": str(one.state),
                "employer": one.employment.employer.name,
                "start_on": one.start_on.isoformat(),
                "end_on": one.end_on.isoformat(),
                "issued_at": one.issued_at.isoformat(),
            }
            for one in statement.certificates
        ],
        "estimate": True,
        "scope": "old_age",
        "branches": {state: one["branches"] for state, one in answer.get("states", {}).items()},
        "entitlement": answer.get("entitlement", {}),
        "trace": answer.get("trace", []),
        "unverified": answer.get("unverified", []),
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
        "judged_by": one.judged_by,
        "counts": one.counts,
        "doubtful": list(one.doubtful),
        "computed": one.computed.as_dict() if one.computed else None,
        "declared": one.declared.as_dict() if one.declared else None,
    }


def answer(statement: Statement) -> HttpResponse:
    """The JSON as a download, kept by nobody on the way."""
    text = json.dumps(content(statement), ensure_ascii=False, indent=1)
    return download(text.encode(), f"statement-{statement.worker}.json", "application/json")
