"""Sending a client on to a partner: by consent, with a preview, with an answer that is due."""

import datetime as dt
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Coalesce
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.access import permits, require
from accounts.enums import Role
from accounts.models import Organisation
from cases import notify
from cases.enums import CaseStatus, ConsentUse, ContactChannel, ReferralState, Step
from cases.models import (
    Case,
    CaseDocument,
    Consent,
    ConsentedDocument,
    ConsentWithdrawal,
    Referral,
    SharedDocument,
)
from common import clock, formatting
from common.errors import Conflict, Invalid, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

from . import sharing, sign_off
from .guards import require_fit, stands
from .intake import advance, open_case
from .pathways import begin_turn, close_to_recipient, drop_rest, end, go_on, note_step
from .vaults import new_key
from .work import hand_over

# What a consent may name. The first group can be shown before the partner accepts.
BEFORE_ACCEPTANCE = ["situation", "language", "country"]
AFTER_ACCEPTANCE = ["name", "contact", "safe_contact", "claimed", "respondent"]


@service
def consent(
    *,
    by: Any,
    case: Case,
    purpose: str,
    fields: list[str],
    how: str,
    given_on: dt.date,
    expires_on: dt.date,
    recipient: Organisation | None = None,
    use: str = ConsentUse.REFERRAL,
    recipient_name: str = "",
    documents: Collection[CaseDocument] = (),
    documents_before: Collection[CaseDocument] = (),
) -> Consent:
    """Records what the client agreed to show this recipient, for what, and until when.

    Letters may go to anyone, by `recipient_name`; a referral goes to a partner, and with it the `documents` that are
    named, those of `documents_before` already before it is accepted.
    """
    require(by, "cases.case.work", case)
    if recipient is None and (use == ConsentUse.REFERRAL or not recipient_name.strip()):
        raise Invalid("consent_recipient", _("Say who may see it."), field="recipient")
    if recipient is not None and recipient_name.strip():
        raise Invalid("consent_recipients", _("Name one recipient only."), field="recipient_name")
    unknown = set(fields) - {*BEFORE_ACCEPTANCE, *AFTER_ACCEPTANCE}
    if unknown or not (fields or documents):
        raise Invalid("consent_fields", _("Name what the client agreed to show."), field="fields")
    if not how.strip():
        raise Invalid("consent_how", _("Say how the consent was given."), field="how")
    sharing.require_nameable(case, use, documents, documents_before)
    made = Consent.everything.create(
        case=case,
        use=use,
        recipient=recipient,
        recipient_name=recipient_name.strip() or None,
        purpose=purpose,
        fields=sorted(fields),
        how=how,
        given_on=given_on,
        expires_on=expires_on,
        recorded_by=by,
    )
    sharing.name_documents(made, documents, documents_before)
    details = {"fields": made.fields, "documents": len(documents)}
    journal.record(by=by, verb=Verb.CREATED, obj=made, action="cases.case.work", details=details)
    return made


def preview(case: Case, given: Consent, situation: str) -> tuple[dict[str, str], dict[str, str]]:
    """Exactly what the recipient will see before and after acceptance: nothing that the consent does not name."""
    client = case.client
    claims = case.assessments.filter(claimed__isnull=False).order_by("-made_at").first()
    values = {
        "situation": situation,
        "language": client.get_language_display(),
        "country": case.get_country_display(),
        "name": client.name or "",
        "contact": client.contact or "",
        "safe_contact": f"{client.get_channel_display()}; {client.safe_hours}".strip("; "),
        "claimed": formatting.money(claims.claimed, claims.currency) if claims else "",
        "respondent": ", ".join(one.name or "" for one in case.respondents.all()),
    }
    agreed = {name: str(values[name]) for name in given.fields if values[name]}
    return (
        {name: value for name, value in agreed.items() if name in BEFORE_ACCEPTANCE},
        {name: value for name, value in agreed.items() if name in AFTER_ACCEPTANCE},
    )


@dataclass(frozen=True)
class Shown:
    """For each partner in the row: who, what before and what after accepting; `documents` beside it, in the same
    order; `mark` changes with any letter of it."""

    partners: list[tuple[Organisation, dict[str, str], dict[str, str]]]
    documents: list[list[ConsentedDocument]]
    mark: str


@service
def preview_row(
    *, by: Any, case: Case, row: Sequence[Consent], service: str, situation: str, is_transfer: bool = False
) -> Shown:
    """Exactly what `send` with the same words would let each partner see; nothing is written or sent."""
    require(by, "cases.case.work", case)
    sign_off.hold_for_plan(case)
    for one in row:
        require_fit(case, one)
    partners = [(one.recipient, *preview(case, one, situation)) for one in row]
    papers = [sharing.named(one) for one in row]
    told = [[str(recipient.pk), before, after] for recipient, before, after in partners]
    listed = [[[str(one.document_id), one.before_acceptance] for one in named] for named in papers]
    text = json.dumps([told, listed, service, is_transfer], sort_keys=True)
    return Shown(partners, papers, salted_hmac("what the partner will see", text).hexdigest())


@service
def send(
    *,
    by: Any,
    case: Case,
    consent: Consent,
    service: str,
    situation: str,
    then: Sequence[Consent] = (),
    is_transfer: bool = False,
) -> Referral:
    """Sends the client on. Refused without a standing consent, and where a recipient is complained of.

    `then`: consents for the partners who are asked next, in this order, when the one before declines or is silent.
    """
    require(by, "cases.case.work", case)
    if case.status != CaseStatus.OPEN:
        raise Conflict("case_closed", _("The case is closed."))
    sign_off.hold_for_plan(case)
    row = [consent, *then]
    if len({one.recipient_id for one in row}) < len(row):
        raise Invalid("partner_twice", _("Each partner is asked once."), field="then")
    first = before = None
    for one in row:
        require_fit(case, one)
        before = _prepare(by, case, one, service, situation, before, is_transfer)
        first = first or before
    begin_turn(first, by)
    advance(case, Step.IMPLEMENTATION, by=by)
    origin = getattr(case, "came_from", None)
    if origin is not None and origin.state == ReferralState.ACCEPTED:
        note_step(origin, ReferralState.ONWARD, by)
    return first


def _prepare(by, case, consent, service, situation, after, is_transfer) -> Referral:
    shown, kept_back = preview(case, consent, situation)
    made = Referral.everything.create(
        case=case,
        consent=consent,
        key=new_key(case.organisation, consent.recipient),
        sender=case.organisation,
        recipient=consent.recipient,
        type=case.type,
        service=service,
        risk_level=case.risk_level,
        preview=json.dumps(shown, ensure_ascii=False),
        shared=json.dumps(kept_back, ensure_ascii=False),
        state=ReferralState.PREPARED,
        is_transfer=is_transfer,
        after=after,
        sent_by=by,
        answer_due_at=clock.now(),
    )
    sharing.hand_out(made, consent, by)
    if after is not None:
        note_step(made, ReferralState.PREPARED, by)
    return made


def visible_content(referral: Referral, user: Any) -> dict[str, str]:
    """What this user sees of a referral: the recipient sees the rest only after accepting."""
    if permits(user, "cases.case.view", Case(pk=referral.case_id)):
        return {**json.loads(referral.preview or "{}"), **json.loads(referral.shared or "{}")}
    if not (stands(referral.consent) and permits(user, "cases.referral.view", referral)):
        return {}
    if referral.state == ReferralState.IN_PROGRESS:
        return json.loads(referral.preview or "{}")
    there = referral.accepted_case_id
    if there and permits(user, "cases.case.view", Case(pk=there)):
        return {**json.loads(referral.preview or "{}"), **json.loads(referral.shared or "{}")}
    return {}


def _require_recipient(by: Any, referral: Referral) -> None:
    require(by, "cases.referral.answer", referral)
    if referral.recipient_id not in by.organisation_ids(Role.CASE_WORKER, Role.CASE_SUPERVISOR):
        raise Refused("not_recipient", _("Only the organisation that received a referral answers it."))


def _answer(by: Any, referral: Referral, state: ReferralState, reason: str) -> None:
    _require_recipient(by, referral)
    changed = Referral.everything.filter(pk=referral.pk, state=ReferralState.IN_PROGRESS).update(
        state=state, received_at=Coalesce("received_at", clock.now())
    )
    if not changed:
        raise Conflict("answered_already", _("This referral has been answered or withdrawn."))
    referral.refresh_from_db()
    note_step(referral, state, by, reason)
    notify.workers(referral.case, key=f"answered {referral.pk} {state}", by=by)
    journal.record(by=by, verb=Verb.DECIDED, obj=referral, action="cases.referral.answer")


@service
def confirm_receipt(*, by: Any, referral: Referral) -> None:
    """The recipient has it and will answer: until then nobody else is asked."""
    _require_recipient(by, referral)
    waiting = Referral.everything.filter(
        pk=referral.pk, state=ReferralState.IN_PROGRESS, received_at__isnull=True
    )
    if not waiting.update(received_at=clock.now()):
        raise Conflict("answered_already", _("This referral has been answered or withdrawn."))
    note_step(referral, ReferralState.RECEIVED, by)
    journal.record(by=by, verb=Verb.CHANGED, obj=referral, action="cases.referral.answer")


@service
def accept(*, by: Any, referral: Referral) -> Case:
    """Accepts a referral: only now do name and contact open, and the recipient gets a case of its own."""
    _require_recipient(by, referral)
    if not stands(referral.consent):
        raise Refused("no_consent", _("The client has not agreed to this, or the consent has ended."))
    _answer(by, referral, ReferralState.ACCEPTED, "")
    shared = json.loads(referral.shared or "{}")
    client = referral.case.client
    case = open_case(
        by=by,
        organisation=referral.recipient,
        type=referral.type,
        country=referral.case.country,
        language=client.language,
        name=shared.get("name", ""),
        contact=shared.get("contact", ""),
        channel=client.channel if "safe_contact" in shared else ContactChannel.NONE,
        safe_hours=client.safe_hours if "safe_contact" in shared else "",
        risk_level=referral.risk_level,
    )
    referral.accepted_case = case
    referral.save(update_fields=["accepted_case"])
    drop_rest(referral, by)
    if referral.is_transfer:
        hand_over(referral.case, by=by)
    return case


@service
def decline(*, by: Any, referral: Referral, reason: str) -> None:
    """The recipient cannot help; the next partner in the row, if there is one, is asked at once."""
    if not reason.strip():
        raise Invalid("reason_missing", _("Say why, so that the sender can look elsewhere."), field="reason")
    _answer(by, referral, ReferralState.REJECTED, reason)
    sharing.close_all(referral)
    go_on(referral)


@service
def finish(*, by: Any, referral: Referral, reason: str) -> None:
    """The recipient reports that the service was given."""
    _require_recipient(by, referral)
    changed = Referral.everything.filter(pk=referral.pk, state=ReferralState.ACCEPTED).update(
        state=ReferralState.DONE
    )
    if not changed:
        raise Conflict("not_accepted", _("Only an accepted referral can be finished."))
    note_step(referral, ReferralState.DONE, by, reason)
    notify.workers(referral.case, key=f"done {referral.pk}", by=by)
    journal.record(by=by, verb=Verb.CHANGED, obj=referral, action="cases.referral.answer")


@service
def revoke(*, by: Any, referral: Referral, reason: str) -> None:
    """The sender takes a referral back; the recipient no longer sees it, and those after it are not asked."""
    require(by, "cases.case.work", referral.case)
    end(referral, ReferralState.REVOKED, by, reason)
    drop_rest(referral, by)


@service
def withdraw(*, by: Any, consent: Consent) -> ConsentWithdrawal:
    """The client takes a consent back: open referrals end, letters are closed, and what had left by then is listed."""
    require(by, "cases.case.work", consent.case)
    if hasattr(consent, "withdrawal"):
        raise Conflict("withdrawn_already", _("This consent has been withdrawn already."))
    shown: list[dict[str, Any]] = sharing.left(consent.referrals.all())
    for referral in consent.referrals.all():
        shown.append({"referral": str(referral.pk), "fields": _shown_so_far(referral)})
        end(referral, ReferralState.REVOKED, by, "consent withdrawn")
        drop_rest(referral, by)
        close_to_recipient(referral)
    sharing.close(
        SharedDocument.everything.filter(document__consent=consent)
    )  # letters that went on to partners
    shown += [
        {"document": str(one.pk), "fields": one.shows or []} for one in consent.documents.order_by("added_at")
    ]
    made = ConsentWithdrawal.objects.create(consent=consent, already_shown=shown, recorded_by=by)
    journal.record(
        by=by, verb=Verb.CHANGED, obj=consent, action="cases.case.work", details={"withdrawn": True}
    )
    return made


def _shown_so_far(referral: Referral) -> list[str]:
    """Names of what the recipient could see until now; nothing while its turn has not come."""
    if not referral.steps.filter(state=ReferralState.IN_PROGRESS).exists():
        return []
    fields = list(json.loads(referral.preview or "{}"))
    if referral.accepted_case_id:
        fields += list(json.loads(referral.shared or "{}"))
    return fields
