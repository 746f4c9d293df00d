"""A worker's first page: the work life, what it has earned and what is missing, and every other door.

It names no case and no request for help: whoever else holds the phone learns of none.
"""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.errors import Missing
from pensions.enums_corrections import CorrectionState
from pensions.enums_issuing import OPEN_DEMANDS, CertificateState
from pensions.models import Certificate, CorrectionRequest, Demand
from pensions.querysets import own_records
from pensions.services.statement import Statement, statement
from pensions.statements import entitlement, lanes

from .worker import _own_record


@login_required
def my_home(request: HttpRequest) -> HttpResponse:
    try:
        worker = _own_record(request)
    except Missing:
        return render(request, "pensions/me/home.html", {"doors": _doors(request.user)})
    made = statement(by=request.user, worker=worker)
    context = {
        "worker": worker,
        "life": lanes.of(made),
        "total": entitlement.length(made.totalisation.total.stage) if made.periods else "",
        "pensions": _pensions(made),
        "doors": _doors(request.user),
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


def _doors(user: Any) -> list[dict[str, Any]]:
    """Title, text, address and what waits behind each; a door whose room is not built yet is left out."""
    wanted = [
        ("pensions:my_certificates", _("My certificates"), _("Show, share or download them."), _issued(user)),
        (
            "pensions:my_demands",
            _("Ask for a certificate"),
            _("An employer has to certify your work, free of charge."),
            _waiting(user),
        ),
        (
            "pensions:my_corrections",
            _("Something is wrong in my record"),
            _("Say what does not fit; the office answers."),
            _questions(user),
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


def _issued(user: Any) -> str:
    own = Certificate.objects.filter(own_records(user, "worker"), state=CertificateState.ISSUED)
    count = own.count()
    return ngettext("%(count)s holds", "%(count)s hold", count) % {"count": count} if count else ""


def _waiting(user: Any) -> str:
    own = Demand.objects.filter(own_records(user, "worker"), state__in=OPEN_DEMANDS)
    count = own.count()
    return ngettext("%(count)s open", "%(count)s open", count) % {"count": count} if count else ""


def _questions(user: Any) -> str:
    own = CorrectionRequest.objects.filter(own_records(user, "worker"), state=CorrectionState.ASKED_BACK)
    return _("waits for your answer") if own.exists() else ""
