"""What pages say of a claim, an award, a possible double receipt."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from common import formatting
from pensions.enums.claims import BranchState
from pensions.models import (
    Award,
    AwardEnd,
    AwardPayer,
    ClaimBranch,
    ClaimDecision,
    ClaimStep,
    DoubleReceipt,
    DoubleReceiptAnswer,
    PensionClaim,
)
from pensions.services.pension_claims import last_decisions

TONES = {
    BranchState.FILED: "neutral",
    BranchState.FORWARDED: "info",
    BranchState.RECEIVED: "info",
    BranchState.AWARDED: "success",
    BranchState.REFUSED: "danger",
    BranchState.WITHDRAWN: "neutral",
}


def claim_facts(claim: PensionClaim) -> list[tuple[Any, Any]]:
    return [
        (_("Number"), str(claim)),
        (_("Full name"), claim.worker.full_name),
        (_("Registry number"), str(claim.worker)),
        (_("Claimed on"), formatting.date_short(claim.claimed_on)),
        (_("Filed"), formatting.datetime_short(timezone.localtime(claim.filed_at))),
        (_("Filed with"), str(claim.institution)),
        (_("Lives in"), claim.get_residence_display()),
        (_("How it was filed"), claim.get_way_display()),
        (_("SHA-256 of the statement"), claim.sha256),
    ]


def summary(claim: PensionClaim) -> dict[str, Any]:
    """A row for each state with the decision that holds."""
    decisions = last_decisions(claim)
    branches = ClaimBranch.objects.filter(claim=claim).select_related("institution").order_by("country")
    return {
        "columns": [
            _("Country"),
            _("Decides"),
            _("Status"),
            {"title": _("Monthly amount"), "number": True},
            _("Paid from"),
            _("Decision"),
            _("Reason"),
        ],
        "rows": [_branch_row(branch, decisions.get(branch.pk)) for branch in branches],
    }


def _branch_row(branch: ClaimBranch, decision: ClaimDecision | None) -> list[Any]:
    said = [formatting.MISSING] * 4
    if decision:
        said = [
            formatting.money(decision.amount, decision.currency) if decision.amount else formatting.MISSING,
            formatting.date_short(decision.from_on) if decision.from_on else formatting.MISSING,
            f"{decision.reference}, {formatting.date_short(decision.decided_on)}",
            decision.reason or formatting.MISSING,
        ]
    return [
        formatting.country_name(branch.country),
        str(branch.institution),
        {"value": branch.get_state_display(), "tone": TONES[branch.state]},
        *said,
    ]


def steps(claim: PensionClaim) -> list[dict[str, Any]]:
    rows = ClaimStep.objects.filter(branch__claim=claim).select_related("branch").order_by("-at", "-pk")
    return [_event(row) for row in rows]


def branch_steps(branch: ClaimBranch) -> list[dict[str, Any]]:
    return [_event(row) for row in ClaimStep.objects.filter(branch_id=branch.pk).order_by("-at", "-pk")]


def _event(row: ClaimStep) -> dict[str, Any]:
    country = formatting.country_name(row.branch.country)
    return {
        "when": row.at,
        "title": f"{country}: {row.get_to_state_display()}",
        "text": row.reason,
        "tone": TONES[row.to_state],
    }


def decisions(branch: ClaimBranch) -> dict[str, Any]:
    """All decisions of one state, the last first: nothing is overwritten."""
    rows = ClaimDecision.objects.filter(branch_id=branch.pk).order_by("-number")
    return {
        "columns": [
            _("Decision"),
            _("Outcome"),
            {"title": _("Monthly amount"), "number": True},
            _("Paid from"),
            _("Reason"),
        ],
        "rows": [
            [
                f"{row.reference}, {formatting.date_short(row.decided_on)}",
                row.get_outcome_display(),
                formatting.money(row.amount, row.currency) if row.amount else formatting.MISSING,
                formatting.date_short(row.from_on) if row.from_on else formatting.MISSING,
                row.reason or formatting.MISSING,
            ]
            for row in rows
        ],
    }


def award_facts(award: Award) -> list[tuple[Any, Any]]:
    decision = (
        ClaimDecision.everything.filter(branch_id=award.branch_id).order_by("-number").first()
        if award.branch_id
        else None
    )
    end = AwardEnd.everything.filter(award=award).first()
    amount = formatting.money(decision.amount, decision.currency) if decision and decision.amount else None
    return [
        (_("Full name"), award.worker.full_name),
        (_("Country"), award.get_country_display()),
        (_("Awarded by"), str(award.institution)),
        (_("Number of the decision"), award.reference),
        (_("Pays for"), award.get_basis_display()),
        (_("Monthly amount"), amount),
        (_("Paid from"), formatting.date_short(award.from_on)),
        (_("Last day"), formatting.date_short(end.last_on) if end else None),
    ]


def payers(award: Award) -> dict[str, Any]:
    """Who pays from which day to which: no gap and no day twice."""
    rows = list(AwardPayer.objects.filter(award=award).select_related("institution").order_by("from_on"))
    end = AwardEnd.everything.filter(award=award).first()
    lasts = [row.from_on - dt.timedelta(days=1) for row in rows[1:]] + [end.last_on if end else None]
    return {
        "columns": [_("Paid by"), _("Dates"), _("Lives in"), _("Why")],
        "rows": [
            [
                str(row.institution),
                formatting.date_range(row.from_on, last),
                row.get_residence_display(),
                row.reason or formatting.MISSING,
            ]
            for row, last in zip(rows, lasts, strict=True)
        ],
    }


def double_facts(double: DoubleReceipt, own: set[Any]) -> dict[str, Any]:
    """One's own award in full; of the other only the institution, the state and the first day."""
    sides = [double.first, double.second]
    mine = [one for one in sides if one.institution_id in own]
    others = [one for one in sides if one.institution_id not in own]
    how = _("by a number of the person") if double.sure else _("by name and birth date alone")
    answers = (
        DoubleReceiptAnswer.everything.filter(double=double).select_related("institution").order_by("at")
    )
    return {
        "head": [
            (_("What"), double.get_kind_display()),
            (_("How it was found"), how),
            (_("Found"), formatting.datetime_short(timezone.localtime(double.found_at))),
        ],
        "mine": [award_facts(one) for one in mine],
        "others": [
            [
                (_("Awarded by"), str(one.institution)),
                (_("Country"), one.get_country_display()),
                (_("Paid from"), formatting.date_short(one.from_on)),
            ]
            for one in others
        ],
        "answers": {
            "columns": [_("Institution"), _("Answer"), _("Note"), _("When")],
            "rows": [
                [
                    str(row.institution),
                    row.get_answer_display(),
                    (row.note if row.institution_id in own else "") or formatting.MISSING,
                    formatting.datetime_short(timezone.localtime(row.at)),
                ]
                for row in answers
            ],
        },
    }
