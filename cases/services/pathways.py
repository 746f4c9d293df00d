"""Partners in a row: when one declines or is silent, the next is asked, and the supervisors are told.

What each would see was sealed for it when the first was asked, so nothing has to be opened when the turn comes, and
a job can do it that has no key.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from cases import notify, working_time
from cases.enums import ReferralState, RiskLevel
from cases.models import Referral, ReferralStep
from common import clock
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

from . import sharing
from .guards import leaks_to_respondent, stands
from .vaults import sealer

# Within how many hours a partner says that it has the referral, and within how many it answers.
RECEIPT_HOURS = {RiskLevel.CRITICAL: 1, RiskLevel.HIGH: 4, RiskLevel.MEDIUM: 24, RiskLevel.LOW: 48}
ANSWER_HOURS = {RiskLevel.CRITICAL: 1, RiskLevel.HIGH: 24, RiskLevel.MEDIUM: 72, RiskLevel.LOW: 168}


def due(risk: str, hours: dict[str, int], state: str, now: dt.datetime) -> dt.datetime:
    return working_time.due_by_risk(now, risk, hours[risk], state)


def begin_turn(referral: Referral, by: Any) -> None:
    """From now on the recipient sees the preview, and its hours run."""
    now, state, risk = clock.now(), referral.recipient.state, referral.risk_level
    referral.state, referral.sent_at = ReferralState.IN_PROGRESS, now
    referral.receipt_due_at = due(risk, RECEIPT_HOURS, state, now)
    referral.answer_due_at = due(risk, ANSWER_HOURS, state, now)
    referral.save(update_fields=["state", "sent_at", "receipt_due_at", "answer_due_at"])
    note_step(referral, ReferralState.IN_PROGRESS, by)
    notify.supervisors(referral.recipient, key=f"asked {referral.pk}", by=by, urgent=notify.is_urgent(risk))
    journal.record(
        by=by,
        verb=Verb.SENT,
        obj=referral,
        action="cases.case.work",
        details={"fields": referral.consent.fields},
    )


def _row_after(referral: Referral) -> Iterator[Referral]:
    """Partners who wait for their turn after this one, in order."""
    while (referral := getattr(referral, "then", None)) and referral.state == ReferralState.PREPARED:
        yield referral


def _may_be_asked(referral: Referral) -> bool:
    return stands(referral.consent) and not leaks_to_respondent(referral.case, referral.recipient)


def go_on(referral: Referral, by: Any = None) -> Referral | None:
    """Asks the next partner in the row whom the client still agrees to; the one who was asked before has ended."""
    for one in _row_after(referral):
        if _may_be_asked(one):
            begin_turn(one, by)
            return one
        end(one, ReferralState.REVOKED, by)
    return None


def end(referral: Referral, state: ReferralState, by: Any, reason: str = "") -> bool:
    """A referral that was neither declined nor finished ends, and its recipient sees it no more."""
    alive = [ReferralState.PREPARED, ReferralState.IN_PROGRESS, ReferralState.ACCEPTED]
    if not Referral.everything.filter(pk=referral.pk, state__in=alive).update(state=state):
        return False
    referral.state = state
    note_step(referral, state, by, reason)
    close_to_recipient(referral)
    journal.record(by=by, verb=Verb.CHANGED, obj=referral, action="cases.case.work", details={"state": state})
    return True


def drop_rest(referral: Referral, by: Any) -> None:
    """Partners who were to be asked afterwards are not asked any more."""
    for one in list(_row_after(referral)):
        end(one, ReferralState.REVOKED, by)


def close_to_recipient(referral: Referral) -> None:
    """From here on the sender alone can open what the referral holds; its copies of documents are gone."""
    sharing.close_all(referral)
    key, own = referral.key, sealer(referral.sender_id)
    if not key.keep_only(own):
        key.wrap_for(key.secret(), own)
    key.save(update_fields=["wrapped"])


def note_step(referral: Referral, state: str, by: Any, reason: str = "") -> None:
    ReferralStep.objects.create(referral=referral, state=state, by=by, reason=reason)


def silent(now: dt.datetime) -> Q:
    """No receipt in time, or a receipt and then no answer in time."""
    unheard = Q(receipt_due_at__lt=now, received_at__isnull=True)
    return Q(state=ReferralState.IN_PROGRESS) & (unheard | Q(answer_due_at__lt=now))


@service
def watch(*, now: dt.datetime) -> int:
    """Moves on where a partner is silent and another one waits. Without another one the first may still answer."""
    late = (
        Referral.everything.filter(silent(now), then__state=ReferralState.PREPARED)
        .select_related("key", "sender", "recipient", "case__key", "then__recipient", "then__consent")
        .order_by("pk")
    )
    moved = 0
    for one in late:
        # The one who is silent loses the referral only where somebody else can be asked, and has not answered just now.
        if not any(map(_may_be_asked, _row_after(one))) or not end(one, ReferralState.SILENT, None):
            continue
        go_on(one)
        moved += 1
        notify.supervisors(one.sender, key=f"silent {one.pk}", urgent=notify.is_urgent(one.risk_level))
    for one in sharing.expired(clock.today()).select_related("key"):
        close_to_recipient(one)
    _tell_of_silence(now)
    return moved


def _tell_of_silence(now: dt.datetime) -> None:
    """Where nobody else can be asked, those on the case have to look: once for each referral."""
    still = Referral.everything.filter(silent(now)).select_related("case__organisation")
    for one in still.exclude(then__state=ReferralState.PREPARED):
        notify.workers(one.case, key=f"silent {one.pk}", urgent=notify.is_urgent(one.risk_level))
