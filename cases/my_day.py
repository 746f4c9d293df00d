"""What a case worker has to look at today: last days of the law, parts of the plan, what came in, who is silent.

Every list is what the reader may see, in a fixed number of queries. Nothing is stored: what is done is not listed
any more, so no reminder outlives its reason.
"""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from common import formatting

from . import retention, working_time
from .directory import STALE
from .enums import CaseStatus, ClockState, ReferralState, RequestState, ServiceState
from .models import (
    ApprovalRequest,
    Case,
    CaseClock,
    ClosureProposal,
    Draft,
    EmergencyAccess,
    EntryBan,
    HelpRequest,
    KindRules,
    Partner,
    PlannedService,
    Referral,
)
from .services import approvals, emergencies, erasure, partners, pathways, reading, sign_off
from .services.work import RISK_HOURS

AHEAD = dt.timedelta(days=30)
SOON = dt.timedelta(days=7)


def my_day(user: Any, now: dt.datetime, today: dt.date) -> list[dict[str, Any]]:
    """Sections with rows of {title, text, url, tone}, the most pressing first; empty ones are left out."""
    sections = [
        (_("What you have not finished writing"), _drafts(user)),
        (_("Last days of the law"), _clocks(today)),
        (_("First contact to be made"), _first_contacts(now)),
        (_("Entry bans to look at again"), _bans(today)),
        (_("My part of the plan"), _services(user, today)),
        (_("New requests for help"), _requests()),
        (_("Referrals that wait for our answer"), _received(user)),
        (_("Partners who are silent"), _silent(user, now)),
        (_("Asked next, because a partner was silent"), _moved_on(user)),
        (_("Opened in an emergency: please review"), _emergencies(user)),
        (_("Unusually many cases opened: please ask why"), _unusual_reading(user, now)),
        (_("Closures that wait for your decision"), _proposals(user)),
        (_("Assessments and plans that wait for your decision"), _approvals(user)),
        (_("Erased soon, unless you keep them"), _erased_soon(user, now)),
        (_("Our entry in the directory is old"), _stale_entry(user, now)),
    ]
    return [{"title": title, "rows": rows} for title, rows in sections if rows]


def _case_url(case_id: Any) -> str:
    return reverse("admin:cases_case_change", args=[case_id])


def _tone(day: dt.date, today: dt.date) -> str:
    if day < today:
        return "danger"
    return "warning" if day <= today + SOON else "info"


def _due(day: dt.date, today: dt.date) -> str:
    """How far a day is: figures that the eye finds before the date."""
    left = (day - today).days
    if left < 0:
        return _("%(days)s days late") % {"days": -left}
    return _("today") if left == 0 else _("%(days)s days left") % {"days": left}


def _drafts(user: Any) -> list[dict]:
    found = (
        Draft.objects.filter(user=user, ended_at__isnull=True).order_by("-saved_at").select_related("case")
    )
    # Whoever is no longer on a case finds nothing of it here.
    open_cases = set(
        Case.objects.open().filter(pk__in=[one.case_id for one in found]).values_list("pk", flat=True)
    )
    return [
        {
            "title": str(one.case or "")
            or _("Begun: %(moment)s")
            % {"moment": formatting.datetime_short(timezone.localtime(one.started_at))},
            "text": _("Discarded after %(day)s, unless you go on with it.")
            % {"day": formatting.date_short(timezone.localtime(one.saved_at + retention.DRAFT).date())},
            "badge": _("draft"),
            "tone": "warning",
            "url": reverse("admin:cases_case_do", args=[one.case_id, one.form])
            if one.case_id
            else reverse("cases:draft", args=[one.pk]),
        }
        for one in found
        if one.case_id is None or one.case_id in open_cases
    ]


def _clocks(today: dt.date) -> list[dict]:
    found = (
        CaseClock.objects.filter(case__status=CaseStatus.OPEN, state=ClockState.RUNNING)
        .filter(Q(last_on__isnull=True) | Q(last_on__lte=today + AHEAD))
        .select_related("case")
        .order_by("last_on")
    )
    return [
        {
            "case": one.case,
            "title": one.get_claim_display(),
            "text": formatting.date_short(one.last_on)
            if one.last_on
            else _("cannot be computed: ask a lawyer"),
            "badge": _due(one.last_on, today) if one.last_on else _("no term is known"),
            "tone": _tone(one.last_on, today) if one.last_on else "warning",
            "url": _case_url(one.case_id),
        }
        for one in found
    ]


def first_contact_due(case: Case) -> dt.datetime:
    hours = RISK_HOURS[case.risk_level]
    return working_time.due_by_risk(case.opened_at, case.risk_level, hours, case.organisation.state)


def _first_contacts(now: dt.datetime) -> list[dict]:
    waiting = Case.objects.open().filter(first_contact_at__isnull=True).select_related("organisation")
    due = sorted(((first_contact_due(one), one) for one in waiting), key=lambda pair: pair[0])
    return [
        {
            "case": one,
            "title": one.get_type_display(),
            "text": formatting.datetime_short(timezone.localtime(at)),
            "badge": one.get_risk_level_display(),
            "tone": "danger" if at < now else "info",
            "url": _case_url(one.pk),
        }
        for at, one in due
    ]


def _bans(today: dt.date) -> list[dict]:
    found = EntryBan.objects.filter(case__status=CaseStatus.OPEN, check_on__lte=today).select_related("case")
    return [
        {
            "case": one.case,
            "title": one.get_country_display(),
            "text": formatting.date_short(one.check_on),
            "badge": _due(one.check_on, today),
            "tone": "warning",
            "url": _case_url(one.case_id),
        }
        for one in found.order_by("check_on")
    ]


def _services(user: Any, today: dt.date) -> list[dict]:
    found = (
        PlannedService.objects.filter(
            case__status=CaseStatus.OPEN,
            state=ServiceState.NOT_IMPLEMENTED,
            owner=user,
            due_on__lte=today + SOON,
        )
        .select_related("case", "key")
        .order_by("due_on")
    )
    return [
        {
            "case": one.case,
            "title": one.get_kind_display(),
            "text": f"{formatting.date_short(one.due_on)} — {one.what or ''}",
            "badge": _due(one.due_on, today),
            "tone": _tone(one.due_on, today),
            "url": _case_url(one.case_id),
        }
        for one in found
    ]


def _requests() -> list[dict]:
    found = HelpRequest.objects.filter(state=RequestState.NEW).order_by("-is_urgent", "received_at")
    return [
        {
            "title": f"{one.receipt}: {one.get_type_display()}",
            "text": formatting.datetime_short(timezone.localtime(one.received_at)),
            "badge": _("in danger now") if one.is_urgent else "",
            "tone": "danger" if one.is_urgent else "info",
            "url": reverse("admin:cases_helprequest_change", args=[one.pk]),
        }
        for one in found
    ]


def _referral_rows(found) -> list[dict]:
    return [
        {
            "title": one.get_service_display(),
            "text": formatting.datetime_short(timezone.localtime(one.answer_due_at)),
            "badge": one.get_risk_level_display(),
            "tone": "warning",
            "url": reverse("admin:cases_referral_change", args=[one.pk]),
        }
        for one in found
    ]


def _received(user: Any) -> list[dict]:
    waiting = Referral.objects.filter(
        state=ReferralState.IN_PROGRESS, recipient_id__in=user.organisation_ids()
    )
    return _referral_rows(waiting.order_by("answer_due_at"))


def _silent(user: Any, now: dt.datetime) -> list[dict]:
    late = Referral.objects.filter(pathways.silent(now), sender_id__in=user.organisation_ids())
    return _referral_rows(late.order_by("answer_due_at"))


def _moved_on(user: Any) -> list[dict]:
    """Listed until the partner who was asked next has answered."""
    asked = Referral.objects.filter(
        state=ReferralState.IN_PROGRESS,
        after__state=ReferralState.SILENT,
        sender_id__in=user.organisation_ids(),
    )
    return _referral_rows(asked.order_by("answer_due_at"))


def _emergencies(user: Any) -> list[dict]:
    if not access.permits(user, emergencies.REVIEW):
        return []
    waiting = EmergencyAccess.objects.filter(review__isnull=True).exclude(user=user)
    return [
        {
            "case": one.case,
            "title": str(one.user),
            "text": formatting.datetime_short(timezone.localtime(one.at)),
            "badge": _("not reviewed"),
            "tone": "warning",
            "url": _case_url(one.case_id),
        }
        for one in waiting.select_related("case", "user").order_by("at")
    ]


def _unusual_reading(user: Any, now: dt.datetime) -> list[dict]:
    return [
        {
            "title": str(one.user),
            "text": _("Cases opened: %(count)s") % {"count": formatting.number(one.cases)},
            "badge": formatting.date_short(one.day),
            "tone": "warning",
            "url": reverse("admin:cases_case_changelist"),
        }
        for one in reading.alarms(user, now)
    ]


def _erased_soon(user: Any, now: dt.datetime) -> list[dict]:
    if not access.permits(user, erasure.KEEP):
        return []
    over = retention.over(now + AHEAD, KindRules.everything.all())
    ended = Case.objects.exclude(status=CaseStatus.OPEN).filter(over)
    return [
        {
            "case": one,
            "title": one.get_type_display(),
            "text": formatting.date_short(one.closed_at.date()),
            "badge": one.get_status_display(),
            "tone": "warning",
            "url": _case_url(one.pk),
        }
        for one in ended.order_by("closed_at")
    ]


def _stale_entry(user: Any, now: dt.datetime) -> list[dict]:
    old = access.narrow(Partner.everything.filter(confirmed_at__lt=now - STALE), user, partners.CHANGE)
    return [
        {
            "title": str(one.organisation),
            "text": formatting.date_short(one.confirmed_at.date()),
            "badge": "",
            "tone": "warning",
            "url": reverse("admin:cases_partner_change", args=[one.pk]),
        }
        for one in old.select_related("organisation")
    ]


def _proposals(user: Any) -> list[dict]:
    if not access.permits(user, approvals.DECIDE):
        return []
    waiting = ClosureProposal.objects.filter(decision__isnull=True, case__status=CaseStatus.OPEN)
    return [
        {
            "case": one.case,
            "title": one.get_outcome_display(),
            "text": formatting.datetime_short(timezone.localtime(one.proposed_at)),
            "badge": str(one.proposed_by),
            "tone": "info",
            "url": _case_url(one.case_id),
        }
        for one in waiting.exclude(proposed_by=user)
        .select_related("case", "proposed_by")
        .order_by("proposed_at")
    ]


def _approvals(user: Any) -> list[dict]:
    if not access.permits(user, approvals.DECIDE):
        return []
    found = sign_off.unanswered(ApprovalRequest.objects.filter(case__status=CaseStatus.OPEN))
    return [
        {
            "case": one.case,
            "title": one.get_kind_display(),
            "text": formatting.datetime_short(timezone.localtime(one.asked_at)),
            "badge": str(one.asked_by),
            "tone": "info",
            "url": _case_url(one.case_id),
        }
        for one in found.exclude(asked_by=user).select_related("case", "asked_by").order_by("asked_at")
    ]
