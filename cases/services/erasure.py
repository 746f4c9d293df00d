"""Cases whose time is over: their keys are destroyed, kind, dates, outcome and sums stay for figures."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from accounts.models import Duty
from cases import retention
from cases.enums import CaseStatus, RequestState
from cases.models import Case, CaseStep, Client, HelpRequest, KindRules, Respondent, SharedDocument
from common import clock, files
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.models import SubjectKey
from common.service import service

from . import drafts, sharing

KEEP = "cases.case.keep"


@service
def keep_longer(*, by: Any, case: Case, until_on: dt.date, reason: str) -> None:
    """A supervisor keeps an ended case, for example while a court still sits."""
    require(by, KEEP, case)
    if case.status == CaseStatus.OPEN or case.erased_at:
        raise Conflict("not_ended", _("Only a case that has ended and is not erased can be kept longer."))
    if until_on <= clock.today():
        raise Invalid("until_past", _("Choose a day that is still to come."), field="until_on")
    Case.everything.filter(pk=case.pk).update(keep_until=until_on)
    CaseStep.objects.create(case=case, step=case.step, status=case.status, reason=reason, by=by)
    journal.record(by=by, verb=Verb.CHANGED, obj=case, action=KEEP, details={"until": until_on.isoformat()})


@service
def erase_due(*, now: dt.datetime) -> int:
    """Erases what is due; needs no key and may run twice."""
    over = retention.over(now, KindRules.everything.all())
    due = Case.everything.exclude(status=CaseStatus.OPEN).filter(over).select_related("key")
    count = 0
    for case in due.order_by("pk"):
        _erase(case, now)
        count += 1
    declined = HelpRequest.everything.filter(
        state=RequestState.DECLINED, answered_at__lt=now - retention.DECLINED_REQUEST
    )
    _destroy(declined.values("key_id"))
    declined.update(safe_hours="")
    drafts.discard_old(now)
    return count


def _erase(case: Case, now: dt.datetime) -> None:
    shared = SharedDocument.everything.filter(referral__case=case)
    for rows in (case.documents, case.exports, shared):
        for one in rows.select_related("file"):
            files.remove(one.file)
    sharing.close(shared)
    _destroy([case.key_id, *case.referrals.values_list("key_id", flat=True)])
    HelpRequest.everything.filter(pk=case.request_id).update(safe_hours="")
    _destroy(HelpRequest.everything.filter(pk=case.request_id).values("key_id"))
    Respondent.everything.filter(case=case).update(index="", organisation=None)
    Duty.objects.filter(object_type=Case._meta.label_lower, object_id=case.pk).filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=now)
    ).update(ended_at=now)
    case.erased_at = now
    case.save(update_fields=["erased_at"])
    others = Case.everything.filter(client_id=case.client_id, erased_at__isnull=True)
    if not others.exists():
        clients = Client.everything.filter(pk=case.client_id)
        _destroy(clients.values("key_id"))
        clients.update(contact_index="", safe_hours="")
    journal.record(by=None, verb=Verb.ERASED, obj=case, action=KEEP)


def _destroy(keys: Any) -> None:
    for key in SubjectKey.objects.filter(pk__in=keys, destroyed_at__isnull=True):
        key.destroy()
