"""Consents and referrals: buttons on a case, and the desk on which both sides see a referral."""

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin
from accounts.enums import Role
from accounts.object_actions import ObjectAction, Page
from accounts.site import desk
from cases import links
from cases.enums import CaseStatus, ReferralState
from cases.forms import referrals as forms_referrals
from cases.forms import work as forms
from cases.models import Case, Referral
from cases.services import referrals, sharing
from common import clock

WORK = "cases.case.work"
PARTNERS = _("Partners")


def is_open(case: Case) -> bool:
    return case.status == CaseStatus.OPEN


def with_case(request, case) -> dict:
    return {"case": case}


def save_consent(by, obj, fields_shown, **values):
    referrals.consent(by=by, case=obj, fields=fields_shown, given_on=clock.today(), **values)


def refer(by, obj, seen, consent, then, then_too, **values) -> Page | None:
    """Sends only what was shown on the page before; if anything changed in between, it is shown again."""
    row = [one for one in (consent, then, then_too) if one]
    shown = referrals.preview_row(by=by, case=obj, row=row, **values)
    if seen == shown.mark:
        referrals.send(by=by, case=obj, consent=consent, then=row[1:], **values)
        return None
    chosen = {"consent": consent.pk, "then": then and then.pk, "then_too": then_too and then_too.pk, **values}
    hidden = [(name, "on" if value is True else value) for name, value in chosen.items() if value]
    partners = [
        {
            "recipient": recipient,
            "before": _named(before),
            "after": _named(after),
            "papers_before": [one.document for one in papers if one.before_acceptance],
            "papers_after": [one.document for one in papers if not one.before_acceptance],
        }
        for (recipient, before, after), papers in zip(shown.partners, shown.documents, strict=True)
    ]
    return Page(
        "cases/referral_preview.html",
        {
            "title": _("What the partner will see"),
            "case": obj,
            "partners": partners,
            "hidden": [*hidden, ("seen", shown.mark)],
            "is_transfer": values["is_transfer"],
        },
    )


def _named(shown: dict[str, str]) -> list[tuple[Any, str]]:
    return [(forms_referrals.CONSENT_FIELDS[name], value) for name, value in shown.items()]


CASE_REFERRALS = [
    ObjectAction(
        "consent",
        _("Record a consent"),
        WORK,
        save_consent,
        forms_referrals.ConsentForm,
        is_open,
        form_kwargs=with_case,
        group=PARTNERS,
    ),
    ObjectAction(
        "refer",
        _("Refer to a partner"),
        WORK,
        refer,
        forms_referrals.ReferralForm,
        is_open,
        form_kwargs=with_case,
        explain=_("The next page shows exactly what the partner will see, before anything is sent."),
        group=PARTNERS,
    ),
    ObjectAction(
        "withdraw",
        _("Withdraw a consent"),
        WORK,
        form=forms_referrals.WithdrawForm,
        form_kwargs=with_case,
        run=lambda by, obj, consent: referrals.withdraw(by=by, consent=consent),
        explain=_("What is open with this partner ends at once. The case lists what it has seen until now."),
        group=PARTNERS,
    ),
]


def is_waiting(referral: Referral) -> bool:
    return referral.state == ReferralState.IN_PROGRESS


def is_recipient(user, referral: Referral) -> bool:
    return referral.recipient_id in user.organisation_ids(Role.CASE_WORKER, Role.CASE_SUPERVISOR)


@admin.register(Referral, site=desk)
class ReferralDesk(DeskAdmin):
    personal = True
    list_display = ["type", "service", "sender", "recipient", "risk_level", "state", "answer_due_at"]
    list_filter = ["state", "risk_level"]
    list_select_related = ["sender", "recipient"]
    ordering = ["-sent_at"]
    fields = [
        "type",
        "service",
        "sender",
        "recipient",
        "is_transfer",
        "risk_level",
        "state",
        "receipt_due_at",
        "received_at",
        "answer_due_at",
        "sent_at",
    ]
    object_actions = [
        ObjectAction(
            "accept",
            _("Accept"),
            "cases.referral.answer",
            meant_for=is_recipient,
            when=is_waiting,
            tone="primary",
            run=lambda by, obj: reverse(
                "admin:cases_case_change", args=[referrals.accept(by=by, referral=obj).pk]
            ),
            explain=_("A case of your own is opened; what the client agreed to show is shown."),
        ),
        ObjectAction(
            "receive",
            _("Confirm receipt"),
            "cases.referral.answer",
            meant_for=is_recipient,
            when=lambda referral: is_waiting(referral) and not referral.received_at,
            run=lambda by, obj: referrals.confirm_receipt(by=by, referral=obj),
            explain=_("The sender learns that you have it. Without it, the next partner is asked."),
        ),
        ObjectAction(
            "decline",
            _("Decline"),
            "cases.referral.answer",
            meant_for=is_recipient,
            when=is_waiting,
            form=forms.ReasonForm,
            run=lambda by, obj, reason: referrals.decline(by=by, referral=obj, reason=reason),
        ),
        ObjectAction(
            "finish",
            _("Report that it is done"),
            "cases.referral.answer",
            meant_for=is_recipient,
            form=forms.ReasonForm,
            when=lambda referral: referral.state == ReferralState.ACCEPTED,
            run=lambda by, obj, reason: referrals.finish(by=by, referral=obj, reason=reason),
        ),
        ObjectAction(
            "revoke",
            _("Withdraw the referral"),
            WORK,
            meant_for=lambda user, referral: not is_recipient(user, referral),
            form=forms.ReasonForm,
            when=lambda referral: (
                is_waiting(referral)
                or (referral.state == ReferralState.ACCEPTED and not referral.is_transfer)
            ),
            explain=_("The partner sees it no more. What it has opened until now stands in the case."),
            run=lambda by, obj, reason: referrals.revoke(by=by, referral=obj, reason=reason),
        ),
    ]

    def story(self, request, obj):
        shown = referrals.visible_content(obj, request.user)
        papers = [
            {"row": one, "url": links.link("cases:shared", request.user, one.pk)}
            for one in sharing.papers(by=request.user, referral=obj)
        ]
        return {"story_template": "cases/referral_content.html", "content": _named(shown), "papers": papers}
