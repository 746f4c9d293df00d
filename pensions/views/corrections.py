"""A worker says that something in the own record is wrong, and follows what becomes of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import access
from common.errors import KozotError
from common.journal import services as journal
from common.journal.models import Verb
from pensions.enums.corrections import CorrectionState
from pensions.forms.corrections import AskForm, PaperForm, ReplyForm
from pensions.models import CorrectionPaper, CorrectionRequest
from pensions.querysets import own_records
from pensions.services import corrections
from pensions.statements.download import download
from pensions.words import corrections as correction_words

from .demands import _own_employments
from .worker import _own_record

FORMS = {"reply": ReplyForm, "paper": PaperForm}
ACTS = {"reply": corrections.reply, "paper": corrections.add_paper, "withdraw": corrections.withdraw}


def _own(request: HttpRequest):
    return CorrectionRequest.objects.filter(own_records(request.user, "worker")).select_related(
        "worker", "employment__employer"
    )


def _note(request: HttpRequest, found: list[CorrectionRequest], verb: str) -> None:
    journal.record_many(
        by=request.user,
        verb=verb,
        objects=found,
        subject_ids=[one.worker_id for one in found],
        action=CorrectionRequest.VIEW,
    )


@login_required
def my_corrections(request: HttpRequest) -> HttpResponse:
    """The list, and the form for a new one."""
    worker = _own_record(request)
    form = AskForm(request.POST or None, request.FILES or None, employments=_own_employments(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = corrections.ask(by=request.user, worker=worker, **form.cleaned_data)
        except KozotError as error:
            form.add_error(error.field if error.field in form.fields else None, f"{error} {error.way_out}")
        else:
            messages.success(request, _("The office has your request. You will find its answer here."))
            return redirect("pensions:my_correction", pk=made.pk)
    found = list(_own(request).order_by("-sent_at")[:100])
    _note(request, found, Verb.LISTED)
    cards = [{"one": one, "tone": correction_words.TONES[one.state]} for one in found]
    context = {"form": form, "cards": cards}
    return render(request, "pensions/me/corrections.html", context, status=400 if form.errors else 200)


@login_required
def my_correction(request: HttpRequest, pk) -> HttpResponse:
    access.require(request.user, CorrectionRequest.VIEW)
    one = get_object_or_404(_own(request), pk=pk)
    act = request.POST.get("act", "")
    opened = {
        name: form(*((request.POST, request.FILES) if name == act else ()), auto_id=f"{name}_%s")
        for name, form in FORMS.items()
    }
    if request.method == "POST" and _done(request, one, act, opened.get(act)):
        return redirect("pensions:my_correction", pk=pk)
    _note(request, [one], Verb.READ)
    wrong = act in opened and bool(opened[act].errors)
    return render(request, "pensions/me/correction.html", _shown(one, opened), status=400 if wrong else 200)


@login_required
def paper(request: HttpRequest, pk) -> HttpResponse:
    """A paper of a request, for the worker and for the office that deals with it."""
    one = get_object_or_404(CorrectionPaper.objects.select_related("step__request", "file__key"), pk=pk)
    return download(*corrections.read_paper(by=request.user, paper=one))


def _done(request: HttpRequest, one: CorrectionRequest, act: str, form: Any) -> bool:
    """One of the buttons; False shows the page again with what was wrong in the form."""
    if act not in ACTS:
        raise Http404
    if form is not None and not form.is_valid():
        return False
    try:
        ACTS[act](by=request.user, request=one, **(form.cleaned_data if form is not None else {}))
    except KozotError as error:
        messages.error(request, f"{error} {error.way_out}".strip())
    return True


def _shown(one: CorrectionRequest, opened: dict[str, Any]) -> dict[str, Any]:
    return {
        "one": one,
        "tone": correction_words.TONES[one.state],
        "facts": correction_words.facts(one),
        "events": correction_words.history(one),
        "is_asked": one.state == CorrectionState.ASKED_BACK,
        "is_kept": one.state == CorrectionState.KEPT,
        "papers": correction_words.papers(one),
        "form": opened["reply"],
        "paper_form": opened["paper"],
    }
