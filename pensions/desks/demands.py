"""Demands at the desk: officials of the worker's state, and an NGO for the workers who gave it a mandate."""

from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction
from accounts.site import desk
from pensions.enums.issuing import OPEN_DEMANDS
from pensions.forms.registry import DayInput
from pensions.models import Demand
from pensions.papers import demands as demand_papers
from pensions.services import demands
from pensions.views.certificates import pdf_response
from pensions.views.demands import InPersonForm

from .paging import CappedPaginator


class AskForForm(forms.Form):
    registry_number = forms.CharField(label=_("Registry number of the worker"), max_length=20)
    birth_on = forms.DateField(label=_("Birth date"), widget=DayInput)
    employer = forms.CharField(
        label=_("Employer"),
        max_length=100,
        help_text=_("The whole number of the employer, or a part of its name."),
    )
    mandate = forms.CharField(
        label=_("The worker's mandate"), max_length=200, help_text=_("What was signed, and on which day.")
    )
    may_tell = forms.BooleanField(
        label=_("The worker agrees that the employer is told"),
        required=False,
        help_text=_("Without this the employer sees nothing. Ask the worker what the employer may do."),
    )


def is_open(demand: Demand) -> bool:
    return demand.state in OPEN_DEMANDS


def _then_stay(function):
    def run(by: Any, obj: Demand, **values: Any) -> None:
        function(by=by, demand=obj, **values)

    return run


def _ask_for(by: Any, obj: None, **values: Any) -> str:
    return reverse("admin:pensions_demand_change", args=[demands.ask_for(by=by, **values).pk])


@admin.register(Demand, site=desk)
class DemandDesk(DeskAdmin):
    view_action = demands.ASK  # the employer has pages of its own, which do not tell who helps the worker
    personal = True
    paginator = CappedPaginator
    list_display = ["number", "person", "employer", "state", "asked_on", "due_on"]
    list_filter = ["state"]
    list_select_related = ["worker", "employment__employer", "via"]
    search_fields = ["number"]
    ordering = ["-created_at", "pk"]
    fields = [
        "number",
        "person",
        "employer",
        "state",
        "via",
        "mandate",
        "asked_on",
        "may_tell",
        "told_on",
        "told_how",
        "due_on",
        "due_by_law",
        "term",
    ]
    list_actions = [
        ObjectAction(
            "ask-for",
            _("Ask for a worker"),
            demands.ASK,
            _ask_for,
            AskForForm,
            tone="primary",
            done=_("The demand is registered. Give the worker the receipt."),
        )
    ]
    object_actions = [
        ObjectAction(
            "allow",
            _("The worker lets the employer know"),
            demands.ASK,
            _then_stay(demands.allow_telling),
            when=lambda demand: is_open(demand) and not demand.may_tell,
            explain=_("Only when the worker has said so. From then on the employer sees the demand."),
        ),
        ObjectAction(
            "forbid",
            _("The worker takes that back"),
            demands.ASK,
            _then_stay(demands.forbid_telling),
            when=lambda demand: is_open(demand) and demand.may_tell,
        ),
        ObjectAction(
            "in-person",
            _("The worker told the employer"),
            demands.ASK,
            _then_stay(demands.told_in_person),
            InPersonForm,
            when=lambda demand: is_open(demand) and demand.told_on is None,
        ),
        ObjectAction(
            "withdraw",
            _("Withdraw the demand"),
            demands.ASK,
            _then_stay(demands.withdraw),
            when=is_open,
            tone="danger",
        ),
        ObjectAction(
            "receipt",
            _("Receipt as PDF"),
            demands.ASK,
            run=lambda by, obj: pdf_response(demand_papers.receipt(by=by, demand=obj), f"{obj.number}.pdf"),
        ),
        ObjectAction(
            "silence",
            _("Statement of silence as PDF"),
            demands.ASK,
            run=lambda by, obj: pdf_response(
                demand_papers.statement_of_silence(by=by, demand=obj), f"{obj.number}-silence.pdf"
            ),
            when=demand_papers.is_silent,
        ),
    ]

    @admin.display(description=_("worker"))
    def person(self, demand) -> str:
        return demand.worker.full_name

    @admin.display(description=_("source of the term"))
    def term(self, demand) -> str:
        return demand.source or "—"

    @admin.display(description=_("employer"))
    def employer(self, demand) -> str:
        return demand.employment.employer.name

    def story(self, request, obj) -> dict[str, Any]:
        steps = obj.steps.select_related("by").order_by("-entry_id")
        items = [
            {"when": one.at, "title": one.get_kind_display(), "text": one.reason, "by": one.by}
            for one in steps
        ]
        return {"story_template": "pensions/desk/certificate_steps.html", "events": items}
