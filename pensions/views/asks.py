"""What the registry office asks of an employer: findings in its own data, and its answers."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from common import formatting
from common.errors import KozotError
from common.journal.models import Verb
from pensions.enums.findings import LIVE
from pensions.findings import title, words
from pensions.forms.findings import AnswerForm
from pensions.models import Finding
from pensions.services import findings
from pensions.services.workers import note_reading

from .employer import own_employers

PAGE = 50
# Of clerks alone: what an office lets the same person see stays at its desk.
ANSWER = "registry.finding.answer"


@login_required
def employer_asks(request: HttpRequest) -> HttpResponse:
    """Open ones, the oldest first, fifty to a page."""
    own_employers(request)
    access.require(request.user, ANSWER)
    rows = Finding.objects.allowed(request.user, ANSWER).live().select_related("worker").order_by("pk")
    if after := request.GET.get("after"):
        rows = rows.filter(pk__gt=_uuid(after))
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    _note(request, shown)
    context = {
        "columns": [_("Question"), _("Full name"), _("Which months"), _("Status")],
        "rows": [
            [
                {"value": title(one.code), "url": reverse("pensions:employer_ask", args=[one.pk])},
                one.worker.full_name if one.worker else formatting.MISSING,
                words.which_months(one) or formatting.MISSING,
                {"value": one.get_state_display(), "tone": words.STATE_TONES[one.state]},
            ]
            for one in shown
        ],
        "next_url": f"?after={shown[-1].pk}" if len(found) > PAGE else "",
    }
    return render(request, "pensions/employer/asks.html", context)


def _note(request: HttpRequest, rows: list[Finding], verb: str = Verb.LISTED) -> None:
    people = [one.worker for one in rows if one.worker]
    note_reading(by=request.user, workers=people, action=Finding.VIEW, verb=verb)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


@login_required
def employer_ask(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One finding, and the place for an answer."""
    finding = get_object_or_404(Finding.objects.select_related("worker"), pk=pk)
    access.require(request.user, ANSWER, finding)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            findings.answer(by=request.user, finding=finding, **form.cleaned_data)
        except KozotError as error:
            form.add_error("note", f"{error} {error.way_out}".strip())
        else:
            messages.success(request, _("Your answer is with the office."))
            return redirect("pensions:employer_ask", pk=pk)
    _note(request, [finding], Verb.READ)
    context = {
        "title": title(finding.code),
        "finding": finding,
        "advice": words.advice(finding),
        "tone": words.TONES[finding.severity],
        "summary": words.summary(finding),
        "history": words.history(finding),
        "form": form if finding.state in LIVE else None,
    }
    return render(request, "pensions/employer/ask.html", context, status=400 if form.errors else 200)
