"""A worker's own claims, and what institutions ask each other about the own record."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common import clock, formatting
from common.errors import KozotError
from common.journal import services as journal
from common.journal.models import Verb
from pensions.enums.claims import ClaimState
from pensions.enums.exchange import RequestState
from pensions.forms.claims import OwnClaimForm
from pensions.models import Award, PensionClaim, PeriodRequest
from pensions.querysets import own_records
from pensions.services import pension_claims as claims
from pensions.statements import claim_words, exchange_words

from .worker import _own_record


def own_claims(request: HttpRequest):
    """Of whoever is signed in, whatever else an office lets the same person see."""
    return PensionClaim.objects.filter(own_records(request.user, "worker"))


@login_required
def my_claims(request: HttpRequest) -> HttpResponse:
    """The list, and the form to file one where none is open."""
    worker = _own_record(request)
    form, problem = OwnClaimForm(request.POST if request.method == "POST" else None), None
    if request.method == "POST" and form.is_valid():
        try:
            claims.file_claim(by=request.user, worker=worker, claimed_on=clock.today())
            return redirect("pensions:my_claims")
        except KozotError as error:
            problem = error
    own = own_records(request.user, "worker")
    found = list(own_claims(request).select_related("worker", "institution").order_by("-filed_at"))
    sent = PeriodRequest.objects.filter(own).exclude(state=RequestState.DRAFTED)
    asked = list(sent.select_related("sender", "recipient").order_by("-sent_at"))
    awards = list(Award.objects.filter(own).select_related("worker", "institution").order_by("-from_on"))
    rows = [*found, *asked, *awards]
    journal.record_many(
        by=request.user,
        verb=Verb.LISTED,
        objects=rows,
        subject_ids=[one.worker_id for one in rows],
        action=PensionClaim.VIEW,
    )
    context = {
        "form": form,
        "problem": problem,
        "may_file": not any(one.state == ClaimState.OPEN for one in found),
        "cards": [
            {"claim": one, "facts": claim_words.claim_facts(one), "summary": claim_words.summary(one)}
            for one in found
        ],
        "awards": [
            {"facts": claim_words.award_facts(one), "payers": claim_words.payers(one)} for one in awards
        ],
        "asked": {
            "columns": [_("Asking institution"), _("Institution asked"), _("Sent"), _("Status")],
            "rows": [
                [
                    str(one.sender),
                    str(one.recipient),
                    formatting.date_short(one.sent_at.date()) if one.sent_at else formatting.MISSING,
                    {"value": one.get_state_display(), "tone": exchange_words.TONES[one.state]},
                ]
                for one in asked
            ],
        },
    }
    return render(request, "pensions/me/claims.html", context, status=400 if form.errors or problem else 200)


@login_required
@require_POST
def withdraw_my_claim(request: HttpRequest, pk) -> HttpResponse:
    claim = get_object_or_404(own_claims(request), pk=pk)
    claims.withdraw(by=request.user, claim=claim)
    return redirect("pensions:my_claims")
