"""Figures of one organisation for its supervisors, each counted in one query. Nothing here opens a case.

Ministries get none of this: theirs are indicators, which pass disclosure control (monitoring/sources/cases.py).
"""

import datetime as dt
from statistics import median
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from accounts.models import Duty
from common import formatting

from .enums import CaseStatus, CaseType, Outcome, ReferralState
from .models import Case, Closure, FamilyLink, Referral
from .permissions import CASE_DUTY

AGES = (30, 90, 180)
# Ended or waiting: a referral is in one of these once its turn has come.
ASKED = [s for s in ReferralState.values if s not in {ReferralState.PREPARED, "received", "referred_onward"}]


def figures(
    organisations: list[Any], first: dt.date, last: dt.date, now: dt.datetime
) -> list[dict[str, Any]]:
    """Tables of {title, heads, rows}; the days from `first` to `last` count, both of them included."""
    cases = Case.everything.filter(organisation_id__in=organisations)
    closures = Closure.objects.filter(
        case__organisation_id__in=organisations, closed_at__date__range=(first, last)
    )
    return [
        _caseload(cases, first, last),
        _ageing(cases, now),
        _people(cases),
        _first_contact(cases, first, last),
        _outcomes(closures),
        _recovered(closures),
        _partners(organisations, first, last),
        _families(organisations),
    ]


def _table(title: str, heads: list[str], rows: list[list]) -> dict[str, Any]:
    shown = [[formatting.number(cell) if isinstance(cell, int) else cell for cell in row] for row in rows]
    return {"title": title, "heads": heads, "rows": shown}


def _caseload(cases, first, last) -> dict:
    counted = cases.values("type").annotate(
        open=Count("pk", filter=Q(status=CaseStatus.OPEN)),
        opened=Count("pk", filter=Q(opened_at__date__range=(first, last))),
        closed=Count("pk", filter=Q(closed_at__date__range=(first, last))),
    )
    rows = [
        [CaseType(one["type"]).label, one["open"], one["opened"], one["closed"]]
        for one in counted.order_by("type")
    ]
    return _table(_("Cases by kind"), [_("Kind"), _("Open now"), _("Opened"), _("Closed")], rows)


def _ageing(cases, now) -> dict:
    edges = [now - dt.timedelta(days=days) for days in AGES]
    counted = cases.filter(status=CaseStatus.OPEN).aggregate(
        a=Count("pk", filter=Q(opened_at__gt=edges[0])),
        b=Count("pk", filter=Q(opened_at__lte=edges[0], opened_at__gt=edges[1])),
        c=Count("pk", filter=Q(opened_at__lte=edges[1], opened_at__gt=edges[2])),
        d=Count("pk", filter=Q(opened_at__lte=edges[2])),
    )
    names = [_("up to 30 days"), _("31 to 90 days"), _("91 to 180 days"), _("more than 180 days")]
    return _table(
        _("Age of open cases"),
        [_("Open for"), _("Cases")],
        [list(r) for r in zip(names, counted.values(), strict=True)],
    )


def _people(cases) -> dict:
    duties = Duty.objects.filter(
        duty=CASE_DUTY,
        object_type=Case._meta.label_lower,
        object_id__in=cases.filter(status=CaseStatus.OPEN).values("pk"),
        ended_at__isnull=True,
    )
    counted = duties.values("user__full_name").annotate(n=Count("object_id", distinct=True)).order_by("-n")
    rows = [[one["user__full_name"], one["n"]] for one in counted]
    return _table(_("Open cases by colleague"), [_("Colleague"), _("Cases")], rows)


def _first_contact(cases, first, last) -> dict:
    opened = cases.filter(opened_at__date__range=(first, last))
    pairs = opened.filter(first_contact_at__isnull=False).values_list("opened_at", "first_contact_at")
    hours = [(made - began).total_seconds() / 3600 for began, made in pairs]
    rows = [
        [_("cases with a first contact"), len(hours)],
        [_("cases that still wait for it"), opened.filter(first_contact_at__isnull=True).count()],
        [_("hours to the first contact, median"), formatting.decimal(median(hours), 1) if hours else "—"],
    ]
    return _table(_("First contact"), ["", ""], rows)


def _outcomes(closures) -> dict:
    counted = closures.values("outcome").annotate(n=Count("pk")).order_by("-n")
    rows = [[Outcome(one["outcome"]).label, one["n"]] for one in counted]
    return _table(_("Outcomes"), [_("Outcome"), _("Cases")], rows)


def _recovered(closures) -> dict:
    counted = (
        closures.filter(recovered__isnull=False)
        .values("currency")
        .annotate(sum=Sum("recovered"), n=Count("pk"))
    )
    rows = [[formatting.money(one["sum"], one["currency"]), one["n"]] for one in counted.order_by("currency")]
    return _table(_("Sums recovered"), [_("Sum"), _("Cases")], rows)


def _partners(organisations, first, last) -> dict:
    sent = Referral.everything.filter(
        sender_id__in=organisations, sent_at__date__range=(first, last), state__in=ASKED
    ).select_related("recipient")
    rows: dict[Any, list] = {}
    for one in sent:
        row = rows.setdefault(one.recipient_id, [str(one.recipient), 0, 0, 0, 0])
        row[1] += 1
        row[2] += one.state in {ReferralState.ACCEPTED, ReferralState.DONE}
        row[3] += one.state == ReferralState.REJECTED
        row[4] += one.state == ReferralState.SILENT
    shown = [[*row, formatting.share((row[2] + row[3]) / row[1])] for row in rows.values()]
    heads = [_("Partner"), _("Asked"), _("Accepted"), _("Declined"), _("Silent"), _("Answered")]
    return _table(_("Answers of partners"), heads, sorted(shown, key=lambda row: row[0]))


def _families(organisations) -> dict:
    linked = FamilyLink.everything.filter(first__organisation_id__in=organisations)
    cases = {pk for pair in linked.values_list("first_id", "second_id") for pk in pair}
    return _table(_("Families"), ["", ""], [[_("cases that are linked with one of a relative"), len(cases)]])
