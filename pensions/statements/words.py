"""What the page and the document say of a statement, in the current language."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import formatting
from pensions import identifiers
from pensions.enums import EvidenceStatus
from pensions.enums.issuing import CertificateState
from pensions.models import WorkerIdentifier
from pensions.services.statement import StatedPeriod, Statement
from pensions.words import rules as rule_words

from . import branches, entitlement
from .entitlement import length

TONES = {
    EvidenceStatus.CONFIRMED: "success",
    EvidenceStatus.DECLARED: "info",
    EvidenceStatus.DISPUTED: "warning",
}
CERTIFICATE_TONES = {
    CertificateState.ISSUED: "success",
    CertificateState.SUSPENDED: "warning",
    CertificateState.REVOKED: "danger",
    CertificateState.SUPERSEDED: "neutral",
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
    "ru_points_in_treaty_cases": entitlement.REASONS["ru_points_in_treaty_cases"],
    "by_foreign_insured_stage": gettext_lazy(
        "How Belarus treats time abroad for its shortest insurance period is not settled."
    ),
    "residence_missing": gettext_lazy(
        "Without the state of residence it cannot be said who pays for some days."
    ),
}
GATE = {
    "yes": gettext_lazy("reached"),
    "no": gettext_lazy("not reached"),
    "undetermined": gettext_lazy("cannot be said"),
}


def person_facts(statement: Statement) -> list[tuple[Any, Any]]:
    worker = statement.worker
    return [
        (_("Full name"), worker.full_name),
        (_("Name in the passport"), worker.latin_name or None),
        (_("Born"), formatting.date_short(worker.birth_on)),
        (_("Place of birth"), worker.birth_place or None),
        (_("Citizenship"), formatting.country_name(worker.citizenship) if worker.citizenship else None),
        (_("Registry number"), str(worker)),
        (_("Days counted up to"), formatting.date_short(statement.on)),
        (_("As known on"), formatting.datetime_short(timezone.localtime(statement.known_at))),
    ]


def number_facts(numbers: Iterable[WorkerIdentifier]) -> list[tuple[Any, Any]]:
    """The person's numbers in full: for the official and the person alone."""
    return [
        (row.get_kind_display(), identifiers.show(row.kind, row.value) if row.value else None)
        for row in sorted(numbers, key=lambda row: row.kind)
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
        {"value": f"{said}. {doubt_of_codes(one.doubtful)}", "tone": "warning"} if one.doubtful else said,
        {"value": _evidence(one), "tone": TONES[one.status]},
    ]


def doubt_of_codes(codes: Iterable[str]) -> str:
    return _("Whether days with the code %(codes)s are insured is not settled: here they count.") % {
        "codes": formatting.join_list(codes)
    }


def _evidence(one: StatedPeriod) -> str:
    """The status, with the institution that judged where one is named."""
    return (
        f"{EvidenceStatus(one.status).label}, {one.judged_by}"
        if one.judged_by
        else EvidenceStatus(one.status).label
    )


def evidence_facts(statement: Statement) -> list[tuple[Any, Any]]:
    """How many periods stand on what."""
    counts = Counter(one.status for one in statement.periods)
    return [(status.label, counts[status]) for status in EvidenceStatus if counts[status]]


def certificate_table(statement: Statement) -> dict[str, Any]:
    return {
        "columns": [_("Number"), _("Employer"), _("Work"), _("Issued"), _("Issuer"), _("State")],
        "rows": [
            [
                one.number,
                one.employment.employer.name,
                formatting.date_range(one.start_on, one.end_on),
                formatting.date_short(timezone.localdate(one.issued_at)),
                str(one.issuer),
                {"value": one.get_state_display(), "tone": CERTIFICATE_TONES[one.state]},
            ]
            for one in statement.certificates
        ],
    }


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


def currency_table(statement: Statement) -> dict[str, Any]:
    """Contributions by year and currency, all employers together. Currencies are never added to each other."""
    sums: dict[tuple[int, str], list] = defaultdict(lambda: [0, 0, 0])
    for one in statement.years:
        total = sums[one.year, one.currency]
        for place, value in enumerate((one.wage, one.accrued, one.paid)):
            total[place] += value
    return {
        "columns": [
            _("Year"),
            _("Currency"),
            {"title": _("Earned"), "number": True},
            {"title": _("Contributions accrued"), "number": True},
            {"title": _("Contributions paid"), "number": True},
            {"title": _("Not paid"), "number": True},
        ],
        "rows": [
            [
                str(year),
                formatting.currency_name(currency),
                *(formatting.money(value, currency) for value in (wage, accrued, paid)),
                formatting.money(max(accrued - paid, 0), currency),
            ]
            for (year, currency), (wage, accrued, paid) in sorted(sums.items())
        ],
    }


def doubt_lines(statement: Statement) -> list[str]:
    """What the result rests on though nobody has settled it; each once. Values of the law have a table.

    Plain words where there are some, otherwise what the rule itself says.
    """
    doubts = [d for d in (statement.answer or {}).get("unverified", []) if not d.get("parameter")]
    return list(dict.fromkeys(str(DOUBTS.get(d["code"]) or rule_words.said(d["text"])) for d in doubts))


def in_words(statement: Statement) -> dict[str, Any]:
    """Everything for a template or a document."""
    return {
        "statement": statement,
        "worker": statement.worker,
        "person": person_facts(statement),
        "states": state_table(statement),
        "branches": branches.table(statement.answer),
        "entitlement": entitlement.cards(statement.answer),
        "parameters": entitlement.parameter_table(statement.answer),
        "evidence": evidence_facts(statement),
        "certificates": certificate_table(statement),
        "currencies": currency_table(statement),
        "periods": period_table(statement),
        "overlaps": overlap_lines(statement),
        "gaps": gap_lines(statement),
        "years": year_table(statement),
        "doubts": doubt_lines(statement),
    }
