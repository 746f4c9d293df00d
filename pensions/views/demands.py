"""Demands for a certificate: the worker's own pages, and the employer's, who sees what the worker lets it see."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import access
from common import formatting
from common.errors import KozotError, Refused
from common.journal.models import Verb
from pensions import people, silence
from pensions.enums.issuing import OPEN_DEMANDS, DemandState
from pensions.forms.registry import DayInput
from pensions.models import Demand, Employment
from pensions.papers import demands as demand_papers
from pensions.querysets import own_records
from pensions.services import demands
from pensions.services.workers import note_reading

from .certificates import pdf_response

TONES = {
    DemandState.ASKED: "info",
    DemandState.ACKNOWLEDGED: "info",
    DemandState.FULFILLED: "success",
    DemandState.REFUSED: "danger",
    DemandState.EXPIRED: "danger",
    DemandState.WITHDRAWN: "neutral",
}
CONSENT = gettext_lazy(
    "The employer may know that I ask. Without this the employer sees nothing; you can take it back at any time."
)


class AskForm(forms.Form):
    employment = forms.ModelChoiceField(
        label=gettext_lazy("Where you worked"), queryset=None, empty_label=gettext_lazy("choose the employer")
    )
    may_tell = forms.BooleanField(label=CONSENT, required=False)

    def __init__(self, *args, employments, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["employment"].queryset = employments
        self.fields["employment"].label_from_instance = lambda one: one.employer.name


class InPersonForm(forms.Form):
    on = forms.DateField(label=gettext_lazy("The day on which the employer got it"), widget=DayInput)
    how = forms.CharField(
        label=gettext_lazy("How the employer got it"),
        max_length=200,
        help_text=gettext_lazy(
            "For example: handed over at the office, sent by registered letter with its number."
        ),
    )


class HelpForm(forms.Form):
    contact = forms.CharField(
        label=gettext_lazy("Telephone or e-mail where you can be reached safely"),
        max_length=100,
        required=False,
    )
    safe_hours = forms.CharField(label=gettext_lazy("When it is safe"), max_length=100, required=False)
    agree = forms.BooleanField(
        label=gettext_lazy(
            "I agree that the organisation gets my name, this demand, its dates and the employer's name."
        )
    )


# The worker ----------------------------------------------------------------------------------------------------------


def _own(request: HttpRequest):
    return Demand.objects.filter(own_records(request.user, "worker")).select_related(
        "employment__employer", "worker", "via"
    )


def _own_employments(request: HttpRequest):
    own = Employment.objects.filter(own_records(request.user, "worker"))
    return own.select_related("employer").order_by("employer__sort_key")


@login_required
def my_demands(request: HttpRequest) -> HttpResponse:
    access.require(request.user, "registry.statement.view")
    form = AskForm(request.POST or None, employments=_own_employments(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = demands.ask(by=request.user, **form.cleaned_data)
        except KozotError as error:
            form.add_error(None, f"{error} {error.way_out}".strip())
        else:
            messages.success(request, _("The demand is registered. Keep the receipt."))
            return redirect("pensions:my_demand", pk=made.pk)
    cards = [{"demand": one, "tone": TONES[one.state]} for one in _own(request).order_by("-created_at")]
    context = {"form": form, "cards": cards, "has_work": _own_employments(request).exists()}
    return render(request, "pensions/me/demands.html", context, status=400 if form.errors else 200)


@login_required
def my_demand(request: HttpRequest, pk) -> HttpResponse:
    demand = get_object_or_404(_own(request), pk=pk)
    opened = {
        "in-person": InPersonForm(request.POST if request.POST.get("act") == "in-person" else None),
        "help": HelpForm(request.POST if request.POST.get("act") == "help" else None),
    }
    if request.method == "POST":
        answer = _act(request, demand, request.POST.get("act", ""), opened)
        if answer is not None:
            return answer
        demand = get_object_or_404(_own(request), pk=pk)
    wrong = any(form.errors for form in opened.values())
    return render(
        request,
        "pensions/me/demand.html",
        _shown(demand) | {"forms": {"help": opened["help"], "in_person": opened["in-person"]}},
        status=400 if wrong else 200,
    )


PLAIN = {
    "allow": demands.allow_telling,
    "forbid": demands.forbid_telling,
    "withdraw": demands.withdraw,
}


def _act(
    request: HttpRequest, demand: Demand, act: str, opened: dict[str, forms.Form]
) -> HttpResponse | None:
    """One of the worker's buttons; None shows the page again with what was wrong."""
    form = opened.get(act)
    if form is None and act not in PLAIN:
        raise Http404
    if form is not None and not form.is_valid():
        return None
    try:
        if act == "help":
            return _help(request, demand, form.cleaned_data)
        if act == "in-person":
            demands.told_in_person(by=request.user, demand=demand, **form.cleaned_data)
        else:
            PLAIN[act](by=request.user, demand=demand)
    except KozotError as error:
        if form is not None and error.field in form.fields:
            form.add_error(error.field, str(error))
            return None
        messages.error(request, f"{error} {error.way_out}".strip())
    return redirect("pensions:my_demand", pk=demand.pk)


def _help(request: HttpRequest, demand: Demand, values: dict[str, Any]) -> HttpResponse:
    """Hands the silence over with the worker's consent. The receipt is shown once and kept by nobody on this floor."""
    if not (silence.has_taker() and _may_ask_for_help(demand)):
        raise Http404
    told = silence.Silence(
        number=demand.number,
        worker_name=demand.worker.full_name,
        employer=demand.employment.employer.name,
        state=demand.employment.employer.state,
        told_on=demand.told_on,
        due_on=demand.due_on,
        outcome=demand.state,
    )
    receipt = silence.pass_on(told, contact=values["contact"], safe_hours=values["safe_hours"])
    answer = render(request, "pensions/me/demand_passed_on.html", {"receipt": receipt, "demand": demand})
    answer["Cache-Control"] = "no-store"
    return answer


def _may_ask_for_help(demand: Demand) -> bool:
    return demand.state == DemandState.REFUSED or demand_papers.is_silent(demand)


def _shown(demand: Demand) -> dict[str, Any]:
    steps = demand.steps.order_by("-entry_id")
    return {
        "demand": demand,
        "tone": TONES[demand.state],
        "facts": demand_papers.facts(demand),
        "is_open": demand.state in OPEN_DEMANDS,
        "is_silent": demand_papers.is_silent(demand),
        "may_ask_for_help": silence.has_taker() and _may_ask_for_help(demand),
        "gone": demands.addressee(demand) is None,
        "events": [
            {
                "when": one.at,
                "title": one.get_kind_display(),
                "text": one.reason,
                "badge": _("entry %(number)s") % {"number": one.entry_id},
            }
            for one in steps
        ],
    }


@login_required
def my_demand_receipt(request: HttpRequest, pk) -> HttpResponse:
    demand = get_object_or_404(_own(request), pk=pk)
    return pdf_response(demand_papers.receipt(by=request.user, demand=demand), f"{demand.number}.pdf")


@login_required
def my_demand_silence(request: HttpRequest, pk) -> HttpResponse:
    demand = get_object_or_404(_own(request), pk=pk)
    content = demand_papers.statement_of_silence(by=request.user, demand=demand)
    return pdf_response(content, f"{demand.number}-silence.pdf")


# The employer --------------------------------------------------------------------------------------------------------


class AnswerForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why no certificate is issued"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _asked(request: HttpRequest):
    """What the workers let this employer see."""
    if not people.employers_of(request.user).exists():
        raise Refused()
    return Demand.objects.allowed(request.user, demands.ANSWER).select_related(
        "employment__employer", "worker"
    )


@login_required
def employer_demands(request: HttpRequest) -> HttpResponse:
    found = list(_asked(request).order_by("due_on", "pk")[:200])
    note_reading(
        by=request.user,
        workers=[one.worker for one in found],
        action="certificates.demand.view",
        verb=Verb.LISTED,
    )
    rows = [
        [
            {"value": one.worker.full_name, "url": reverse("pensions:employer_demand", args=[one.pk])},
            formatting.date_short(one.asked_on),
            formatting.date_short(one.due_on),
            {"value": one.get_state_display(), "tone": TONES[one.state]},
        ]
        for one in found
    ]
    columns = [_("Full name"), _("Asked"), _("Answer due"), _("Status")]
    return render(request, "pensions/employer/demands.html", {"columns": columns, "rows": rows})


@login_required
def employer_demand(request: HttpRequest, pk) -> HttpResponse:
    demand = get_object_or_404(_asked(request), pk=pk)
    act = request.POST.get("act", "")
    form = AnswerForm(request.POST if act == "refuse" else None)
    if request.method == "POST" and act in ("acknowledge", "refuse"):
        try:
            if act == "acknowledge":
                demands.acknowledge(by=request.user, demand=demand)
                return redirect("pensions:employer_demand", pk=pk)
            if form.is_valid():
                demands.refuse(by=request.user, demand=demand, **form.cleaned_data)
                return redirect("pensions:employer_demand", pk=pk)
        except KozotError as error:
            messages.error(request, f"{error} {error.way_out}".strip())
            return redirect("pensions:employer_demand", pk=pk)
    note_reading(by=request.user, workers=[demand.worker], action="certificates.demand.view")
    context = {
        "demand": demand,
        "tone": TONES[demand.state],
        "facts": demand_papers.facts(demand, for_employer=True),
        "source": demand.source,
        "is_new": demand.state == DemandState.ASKED,
        "is_open": demand.state in OPEN_DEMANDS,
        "form": form,
    }
    return render(request, "pensions/employer/demand.html", context, status=400 if form.errors else 200)
