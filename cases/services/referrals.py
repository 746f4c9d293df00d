"""Sending a client on to a partner: by consent, with a preview, with an answer that is due."""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import permits, require
from accounts.enums import Role
from accounts.models import Membership, Organisation
from cases.enums import CaseStatus, ContactChannel, ReferralState, Step
from cases.models import Case, Consent, ConsentWithdrawal, Referral, ReferralStep, Respondent
from common import clock
from common.errors import Conflict, Invalid, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.keys import blind_index
from common.kyrgyz import fold
from common.service import service

from .intake import advance, open_case
from .vaults import new_key, sealer
from .work import RISK_HOURS

# What a consent may name. The first group can be shown before the partner accepts.
BEFORE_ACCEPTANCE = ["situation", "language", "country"]
AFTER_ACCEPTANCE = ["name", "contact", "safe_contact", "claimed", "respondent"]


@service
def consent(
    *,
    by: Any,
    case: Case,
    recipient: Organisation,
    purpose: str,
    fields: list[str],
    how: str,
    given_on: dt.date,
    expires_on: dt.date,
) -> Consent:
    """Records what the client agreed to show this recipient, and until when."""
    require(by, "cases.case.work", case)
    unknown = set(fields) - {*BEFORE_ACCEPTANCE, *AFTER_ACCEPTANCE}
    if unknown or not fields:
        raise Invalid("consent_fields", _("Name what the client agreed to show."), field="fields")
    if not how.strip():
        raise Invalid("consent_how", _("Say how the consent was given."), field="how")
    made = Consent.everything.create(
        case=case,
        recipient=recipient,
        purpose=purpose,
        fields=sorted(fields),
        how=how,
        given_on=given_on,
        expires_on=expires_on,
        recorded_by=by,
    )
    journal.record(
        by=by, verb=Verb.CREATED, obj=made, action="cases.case.work", details={"fields": made.fields}
    )
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
        "claimed": f"{claims.claimed} {claims.currency}" if claims else "",
        "respondent": ", ".join(one.name or "" for one in case.respondents.all()),
    }
    agreed = {name: str(values[name]) for name in given.fields if values[name]}
    return (
        {name: value for name, value in agreed.items() if name in BEFORE_ACCEPTANCE},
        {name: value for name, value in agreed.items() if name in AFTER_ACCEPTANCE},
    )


def complained_of(case: Case, names: Iterable[str]) -> bool:
    """Is the case about somebody of one of these names? Blind indexes of folded names are compared."""
    indexes = {blind_index("respondent", fold(name)) for name in names if name}
    return Respondent.everything.filter(case=case, index__in=indexes).exists()


def leaks_to_respondent(case: Case, recipient: Organisation) -> bool:
    """Is the recipient, or somebody who works there, the one complained of?"""
    if Respondent.everything.filter(case=case, organisation=recipient).exists():
        return True
    names = {getattr(recipient, f"name_{language}") for language in ("ky", "ru", "en")}
    names |= set(
        Membership.objects.valid_on(clock.today())
        .filter(organisation=recipient)
        .values_list("user__full_name", flat=True)
    )
    return complained_of(case, names)


@service
def send(*, by: Any, case: Case, consent: Consent, service: str, situation: str) -> Referral:
    """Sends the client on. Refused without a standing consent, and where the recipient is complained of."""
    require(by, "cases.case.work", case)
    if case.status != CaseStatus.OPEN:
        raise Conflict("case_closed", _("The case is closed."))
    if consent.case_id != case.pk or not stands(consent):
        raise Refused("no_consent", _("The client has not agreed to this, or the consent has ended."))
    if leaks_to_respondent(case, consent.recipient):
        raise Refused("respondent_leak", _("The recipient is, or employs, the one complained of."))
    key = new_key(case.organisation, consent.recipient)
    before, after = preview(case, consent, situation)
    referral = Referral.everything.create(
        case=case,
        consent=consent,
        key=key,
        sender=case.organisation,
        recipient=consent.recipient,
        type=case.type,
        service=service,
        risk_level=case.risk_level,
        preview=json.dumps(before, ensure_ascii=False),
        shared=json.dumps(after, ensure_ascii=False),
        sent_by=by,
        answer_due_at=clock.now() + dt.timedelta(hours=RISK_HOURS[case.risk_level]),
    )
    _step(referral, ReferralState.IN_PROGRESS, by)
    advance(case, Step.IMPLEMENTATION, by=by)
    journal.record(
        by=by, verb=Verb.SENT, obj=referral, action="cases.case.work", details={"fields": consent.fields}
    )
    return referral


def visible_content(referral: Referral, user: Any) -> dict[str, str]:
    """What this user sees of a referral: the recipient sees the rest only after accepting."""
    if permits(user, "cases.case.view", referral.case):
        return {**json.loads(referral.preview or "{}"), **json.loads(referral.shared or "{}")}
    if not (stands(referral.consent) and permits(user, "cases.referral.view", referral)):
        return {}
    if referral.state == ReferralState.IN_PROGRESS:
        return json.loads(referral.preview or "{}")
    if referral.accepted_case and permits(user, "cases.case.view", referral.accepted_case):
        return {**json.loads(referral.preview or "{}"), **json.loads(referral.shared or "{}")}
    return {}


def stands(given: Consent) -> bool:
    return Consent.everything.standing(clock.today()).filter(pk=given.pk).exists()


def _require_recipient(by: Any, referral: Referral) -> None:
    require(by, "cases.referral.answer", referral)
    if referral.recipient_id not in by.organisation_ids(Role.CASE_WORKER, Role.CASE_SUPERVISOR):
        raise Refused("not_recipient", _("Only the organisation that received a referral answers it."))


def _answer(by: Any, referral: Referral, state: ReferralState, reason: str) -> None:
    _require_recipient(by, referral)
    changed = Referral.everything.filter(pk=referral.pk, state=ReferralState.IN_PROGRESS).update(state=state)
    if not changed:
        raise Conflict("answered_already", _("This referral has been answered or withdrawn."))
    referral.refresh_from_db()
    _step(referral, state, by, reason)
    journal.record(by=by, verb=Verb.DECIDED, obj=referral, action="cases.referral.answer")


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
    return case


@service
def decline(*, by: Any, referral: Referral, reason: str) -> None:
    if not reason.strip():
        raise Invalid("reason_missing", _("Say why, so that the sender can look elsewhere."), field="reason")
    _answer(by, referral, ReferralState.REJECTED, reason)


@service
def finish(*, by: Any, referral: Referral, reason: str) -> None:
    """The recipient reports that the service was given."""
    _require_recipient(by, referral)
    changed = Referral.everything.filter(pk=referral.pk, state=ReferralState.ACCEPTED).update(
        state=ReferralState.DONE
    )
    if not changed:
        raise Conflict("not_accepted", _("Only an accepted referral can be finished."))
    _step(referral, ReferralState.DONE, by, reason)
    journal.record(by=by, verb=Verb.CHANGED, obj=referral, action="cases.referral.answer")


@service
def revoke(*, by: Any, referral: Referral, reason: str) -> None:
    """The sender takes a referral back; the recipient no longer sees it."""
    require(by, "cases.case.work", referral.case)
    _revoke(referral, by, reason)


def _revoke(referral: Referral, by: Any, reason: str) -> None:
    open_states = [ReferralState.IN_PROGRESS, ReferralState.ACCEPTED]
    if Referral.everything.filter(pk=referral.pk, state__in=open_states).update(state=ReferralState.REVOKED):
        _step(referral, ReferralState.REVOKED, by, reason)
        _close_to_recipient(referral)
        journal.record(by=by, verb=Verb.CHANGED, obj=referral, action="cases.case.work")


@service
def withdraw(*, by: Any, consent: Consent) -> ConsentWithdrawal:
    """The client takes a consent back: open referrals end, and what had left by then is listed."""
    require(by, "cases.case.work", consent.case)
    if hasattr(consent, "withdrawal"):
        raise Conflict("withdrawn_already", _("This consent has been withdrawn already."))
    shown = []
    for referral in consent.referrals.all():
        fields = list(json.loads(referral.preview or "{}"))
        if referral.accepted_case_id:
            fields += list(json.loads(referral.shared or "{}"))
        shown.append({"referral": str(referral.pk), "fields": fields})
        _revoke(referral, by, "consent withdrawn")
        _close_to_recipient(referral)
    made = ConsentWithdrawal.objects.create(consent=consent, already_shown=shown, recorded_by=by)
    journal.record(
        by=by, verb=Verb.CHANGED, obj=consent, action="cases.case.work", details={"withdrawn": True}
    )
    return made


def _close_to_recipient(referral: Referral) -> None:
    """From here on the sender alone can open what the referral holds."""
    key = referral.key
    key.wrap_for(key.secret(), sealer(referral.sender_id))
    key.save(update_fields=["wrapped"])


def _step(referral: Referral, state: ReferralState, by: Any, reason: str = "") -> None:
    ReferralStep.objects.create(referral=referral, state=state, by=by, reason=reason)
