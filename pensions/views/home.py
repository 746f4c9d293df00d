"""A worker's first page: the work life, what it has earned and what is missing, and every other door.

It names no case and no request for help: whoever else holds the phone learns of none.
"""

from collections import Counter
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import access
from common.errors import Missing
from pensions.enums.corrections import CorrectionState
from pensions.enums.issuing import OPEN_DEMANDS, CertificateState
from pensions.models import CorrectionRequest, Demand
from pensions.querysets import own_records
from pensions.services.statement import Statement, statement
from pensions.statements import entitlement, lanes

from .worker import _own_record


@login_required
def my_home(request: HttpRequest) -> HttpResponse:
    try:
        with access.remembering():
            worker = _own_record(request)
            made = statement(by=request.user, worker=worker)
    except Missing:
        return render(request, "pensions/me/home.html", {"doors": _doors({})})
    context = {
        "worker": worker,
        "life": lanes.of(made),
        "total": entitlement.length(made.totalisation.total.stage) if made.periods else "",
        "pensions": _pensions(made),
        "doors": _doors({"certificates": _issued(made), **_waiting(request.user)}),
    }
    return render(request, "pensions/me/home.html", context)


def _pensions(made: Statement) -> list[dict[str, Any]]:
    """For each state what is there in one badge, and the first thing that is missing."""
    return [
        {
            "state": card["state"],
            "status": card["status"],
            "tone": card["tone"],
            "lines": card["missing"] or card["reasons"][:1],
        }
        for card in entitlement.cards(made.answer)
    ]


def _doors(badges: dict[str, str]) -> list[dict[str, Any]]:
    """Title, text, address and what waits behind each; a door whose room is not built yet is left out."""
    wanted = [
        (
            "pensions:my_certificates",
            _("My certificates"),
            _("Show, share or download them."),
            badges.get("certificates", ""),
        ),
        (
            "pensions:my_demands",
            _("Ask for a certificate"),
            _("An employer has to certify your work, free of charge."),
            badges.get("demands", ""),
        ),
        (
            "pensions:my_corrections",
            _("Something is wrong in my record"),
            _("Say what does not fit; the office answers."),
            badges.get("questions", ""),
        ),
        ("pensions:my_claims", _("My pension claims"), _("File a claim and follow it in each state."), ""),
        ("pensions:my_readers", _("Who has looked at my record"), _("Every look is written down."), ""),
        ("pensions:my_data", _("Take my data with me"), _("Your whole record as a file."), ""),
        ("accounts:mine", _("My account"), _("Passkeys, devices where you are signed in, language."), ""),
        ("pensions:verify", _("Check a certificate"), _("Whether it is genuine and still holds."), ""),
        ("cases:help", _("Ask for help"), _("An organisation reads it, no employer and no ministry."), ""),
    ]
    found = []
    for name, title, text, badge in wanted:
        try:
            found.append({"url": reverse(name), "title": title, "text": text, "badge": badge})
        except NoReverseMatch:
            continue
    return found


def _issued(made: Statement) -> str:
    count = sum(one.state == CertificateState.ISSUED for one in made.certificates)
    return ngettext("%(count)s holds", "%(count)s hold", count) % {"count": count} if count else ""


def _waiting(user: Any) -> dict[str, str]:
    """Open demands and questions of the office, in one query."""
    own = own_records(user, "worker")
    demands = Demand.objects.filter(own, state__in=OPEN_DEMANDS).order_by().values_list(Value("demands"))
    asked = CorrectionRequest.objects.filter(own, state=CorrectionState.ASKED_BACK)
    found = Counter(
        kind for (kind,) in demands.union(asked.order_by().values_list(Value("questions")), all=True)
    )
    count = found["demands"]
    return {
        "demands": ngettext("%(count)s open", "%(count)s open", count) % {"count": count} if count else "",
        "questions": _("waits for your answer") if found["questions"] else "",
    }
