"""The law in figures: for anyone to read; a legal officer proposes, another one confirms."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from common import clock, formatting
from common.errors import Conflict, Invalid, KozotError
from common.tables.writer import CONTENT_TYPES, to_bytes
from pensions.forms.legislation import DecisionForm, EvidenceForm, LawFilter, ValueForm
from pensions.legislation.changes import takes_values
from pensions.legislation.parameters import load_library
from pensions.legislation.register import Listed, listed
from pensions.legislation.texts import parameter_title
from pensions.models import ParameterProposal
from pensions.services import legislation
from pensions.services.legislation import MAKE, verified_library
from pensions.words import law as law_words
from pensions.words.rules import said, title


def _chosen(request: HttpRequest) -> tuple[LawFilter, dict[str, Any], list[Listed]]:
    """The filter, what it asks for, and the values. What cannot be read in it is left out."""
    form = LawFilter(request.GET or None)
    asked = form.cleaned_data if form.is_bound and (form.is_valid() or True) else {}
    on = asked.get("on")
    values = listed(
        verified_library(),
        on=on or clock.today(),
        known_on=asked.get("known_on"),
        state=asked.get("state") or law_words.STATES[0],
        status=asked.get("status") or "",
    )
    return form, asked, [one for one in values if on is None or one.in_effect]


def law(request: HttpRequest) -> HttpResponse:
    """Every value of one state with its source and status, and the open questions."""
    access.require(request.user, "legislation.parameter.view")
    form, asked, values = _chosen(request)
    state = asked.get("state") or law_words.STATES[0]
    rest = {name: one for name, one in request.GET.items() if name != "state" and one}
    context = {
        "form": form,
        "state_name": law_words.state_name(state),
        "tabs": [
            {
                "title": law_words.state_name(code),
                "url": "?" + urlencode({"state": code, **rest}),
                "current": code == state,
            }
            for code in law_words.STATES
        ],
        "columns": law_words.columns(),
        "rows": [law_words.row(one) for one in values],
        "questions": law_words.questions(state),
        "query": urlencode({"state": state, **rest}),
        "may_propose": access.permits(request.user, MAKE),
    }
    return render(request, "pensions/law/law.html", context)


def law_file(request: HttpRequest, file_format: str) -> HttpResponse:
    """The same values as a table file, in the language of the page."""
    access.require(request.user, "legislation.parameter.view")
    if file_format not in CONTENT_TYPES:
        raise Http404
    _form, asked, values = _chosen(request)
    table = law_words.export_table(values)
    response = HttpResponse(to_bytes(table, file_format), content_type=CONTENT_TYPES[file_format])
    name = f"law_{(asked.get('state') or law_words.STATES[0]).lower()}.{file_format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def law_parameter(request: HttpRequest, parameter: str) -> HttpResponse:
    """One parameter: all its values, other values side by side, and what lawyers did."""
    access.require(request.user, "legislation.parameter.view")
    if parameter not in load_library().parameters:
        raise Http404
    state = parameter.partition(".")[0]
    library = verified_library()
    values = [one for one in listed(library, on=clock.today(), state=state) if one.parameter.id == parameter]
    may_see = access.permits(request.user, "legislation.proposal.view")
    proposals = ParameterProposal.objects.filter(parameter=parameter).select_related(
        "decision", "proposed_by", "decision__decided_by"
    )
    context = {
        "parameter": values[0].parameter,
        "title": title(parameter),
        "values": [_value_facts(one) for one in values],
        "proposals": [_proposal_row(one) for one in proposals] if may_see else [],
        "may_see": may_see,
        "proposal_columns": _proposal_columns(),
        "may_propose": access.permits(request.user, MAKE),
        "takes_values": takes_values(load_library().parameters[parameter]),
        "back": reverse("pensions:law") + "?" + urlencode({"state": state}),
    }
    return render(request, "pensions/law/parameter.html", context)


def _value_facts(one: Listed) -> dict[str, Any]:
    row = one.value.row
    verifiable = one.status in {"sourced", "derived", "unverified", "conflict"}
    return {
        "value": law_words.value_text(one.value.value),
        "unit": law_words.unit_name(one.parameter.unit),
        "rivals": [law_words.value_text(other) for other in row.alternatives],
        "where": law_words.where_text(row.where),
        "effect": law_words.effect_text(one),
        "known_from": formatting.date_short(row.known_from) if row.known_from else "",
        "source": law_words.source_text(one.value),
        "url": one.value.source_url,
        "status": law_words.status_text(one),
        "tone": law_words.TONES.get(one.status, "neutral"),
        "note": row.note,
        "in_effect": one.in_effect,
        "key": one.key if verifiable else "",
    }


def _proposal_columns() -> list[str]:
    return [_("Proposal"), _("Value"), _("In effect"), _("Document"), _("Proposed"), _("Decision")]


def _proposal_row(one: ParameterProposal) -> list[Any]:
    decision = getattr(one, "decision", None)
    said_of_it = _("waits") if decision is None else _("confirmed") if decision.accepted else _("refused")
    tone = "warning" if decision is None else "success" if decision.accepted else "neutral"
    if decision is not None:
        said_of_it = f"{said_of_it}, {decision.decided_by}, {formatting.datetime_short(decision.decided_at)}"
    return [
        {"value": f"{one.get_kind_display()}: {title(one.parameter)}", "url": _address(one)},
        one.value,
        formatting.date_short(one.effective_on) if one.effective_on else formatting.MISSING,
        one.document,
        f"{one.proposed_by}, {formatting.datetime_short(one.proposed_at)}",
        {"value": said_of_it, "tone": tone},
    ]


def _address(proposal: ParameterProposal) -> str:
    return reverse("pensions:law_proposal", args=[proposal.pk])


@login_required
def law_propose(request: HttpRequest) -> HttpResponse:
    """A new value of a parameter, or the verification of a shipped one (`row`)."""
    access.require(request.user, MAKE)
    id_, row = request.GET.get("parameter", ""), request.GET.get("row", "")
    if not id_:
        return redirect("pensions:law")
    try:
        parameter = legislation.parameter_of(id_)
        shipped = legislation.shipped_row(parameter, row) if row else None
    except KozotError as error:
        raise Http404 from error
    form_class = (
        (lambda data=None: EvidenceForm(data))
        if shipped
        else (lambda data=None: ValueForm(data, parameter=parameter))
    )
    form = form_class(request.POST) if request.method == "POST" else form_class()
    if request.method == "POST" and form.is_valid():
        try:
            proposal = _propose(request, id_, row, form.cleaned_data)
        except KozotError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Proposed. It holds once another legal officer has confirmed it."))
            return redirect(_address(proposal))
    context = {
        "form": form,
        "title": title(id_),
        "unit": law_words.unit_name(parameter.unit),
        "shipped": law_words.value_text(shipped.value) if shipped else "",
        "where": law_words.where_text(shipped.where) if shipped else "",
        "back": reverse("pensions:law_parameter", args=[id_]),
    }
    return render(request, "pensions/law/propose.html", context)


def _propose(request: HttpRequest, id_: str, row: str, given: dict[str, Any]) -> ParameterProposal:
    if row:
        return legislation.propose_verification(by=request.user, parameter=id_, row=row, **given)
    return legislation.propose_value(by=request.user, parameter=id_, **given)


@login_required
def law_proposals(request: HttpRequest) -> HttpResponse:
    """All proposals, those that wait first."""
    access.require(request.user, "legislation.proposal.view")
    found = ParameterProposal.objects.select_related("decision", "proposed_by", "decision__decided_by")
    waiting = [_proposal_row(one) for one in found.filter(decision__isnull=True)]
    decided = [_proposal_row(one) for one in found.filter(decision__isnull=False)[:200]]
    context = {"columns": _proposal_columns(), "waiting": waiting, "decided": decided}
    return render(request, "pensions/law/proposals.html", context)


@login_required
def law_proposal(request: HttpRequest, pk: Any) -> HttpResponse:
    """One proposal with its evidence, and the decision of the second officer."""
    found = ParameterProposal.objects.select_related("decision", "proposed_by", "decision__decided_by")
    proposal = get_object_or_404(found, pk=pk)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            legislation.decide(by=request.user, proposal=proposal, **form.cleaned_data)
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        except Conflict as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The decision is recorded."))
            return redirect(_address(proposal))
    decided = hasattr(proposal, "decision")
    may_decide = not decided and access.permits(request.user, legislation.DECIDE, proposal)
    context = {
        "proposal": proposal,
        "title": said(parameter_title(proposal.parameter)),
        "facts": _facts(proposal),
        "form": form if may_decide and proposal.proposed_by_id != request.user.pk else None,
        "own": may_decide and proposal.proposed_by_id == request.user.pk,
        "decision": proposal.decision if decided else None,
    }
    return render(request, "pensions/law/proposal.html", context)


def _facts(proposal: ParameterProposal) -> list[tuple[str, Any]]:
    day = formatting.date_short
    return [
        (_("Parameter"), title(proposal.parameter)),
        (_("What is proposed"), proposal.get_kind_display()),
        (_("Value"), proposal.value),
        (_("In effect from"), day(proposal.effective_on) if proposal.effective_on else None),
        (_("Last day of effect"), day(proposal.until_on) if proposal.until_on else None),
        (_("Known from"), day(proposal.known_from) if proposal.known_from else None),
        (_("Source"), proposal.source),
        (_("Document"), proposal.document),
        (_("Note"), proposal.note or None),
        (_("Proposed by"), f"{proposal.proposed_by}, {formatting.datetime_short(proposal.proposed_at)}"),
    ]
