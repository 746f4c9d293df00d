from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin, DeskInline
from accounts.object_actions import ObjectAction
from accounts.site import desk
from pensions import forms
from pensions.models import Employer, EmployerIdentifier, EmployerName
from pensions.services import employers, imports

from .paging import CappedPaginator


def _register(by: Any, obj: None, *, kind: str, text: str, **values: Any) -> str:
    made = employers.register_employer(by=by, numbers=[(kind, text)], **values)
    return reverse("admin:pensions_employer_change", args=[made.pk])


class NumberInline(DeskInline):
    model = EmployerIdentifier
    fields = ["kind", "value"]
    readonly_fields = fields


class NameInline(DeskInline):
    model = EmployerName
    fields = ["name", "from_on", "until_on"]
    readonly_fields = fields


@admin.register(Employer, site=desk)
class EmployerDesk(DeskAdmin):
    paginator = CappedPaginator
    list_display = ["name", "state", "region", "industry", "liquidated_on"]
    list_filter = ["state"]
    ordering = ["sort_key", "pk"]
    sortable_by = []
    search_fields = ["search_key"]
    search_help_text = _("A name in any spelling, or a whole number of the employer.")
    fields = [
        "name",
        "state",
        "region",
        "industry",
        "national_industry",
        "organisation",
        "liquidated_on",
        "successor",
    ]
    inlines = [NumberInline, NameInline]
    list_actions = [
        ObjectAction(
            "register",
            _("Record an employer"),
            action="registry.employer.change",
            form=forms.EmployerForm,
            run=_register,
            tone="primary",
            done=_("The employer is recorded."),
        )
    ]
    object_actions = [
        ObjectAction(
            "rename",
            _("Record a new name"),
            action="registry.employer.change",
            form=forms.RenameForm,
            run=lambda by, obj, **values: _done(employers.rename_employer(by=by, employer=obj, **values)),
        ),
        ObjectAction(
            "liquidate",
            _("Record the liquidation"),
            action="registry.employer.change",
            form=forms.LiquidateForm,
            run=lambda by, obj, **values: _done(employers.liquidate_employer(by=by, employer=obj, **values)),
            when=lambda employer: employer.liquidated_on is None,
        ),
        ObjectAction(
            "organisation",
            _("Let the employer send files"),
            action="registry.employer.change",
            run=lambda by, obj: _done(imports.make_employer_organisation(by=by, employer=obj)),
            when=lambda employer: employer.organisation_id is None,
            explain=_("Opens an organisation for the employer, whose clerks may then sign in and upload."),
        ),
    ]

    def get_search_results(self, request, queryset, search_term):
        return (queryset.found_by(search_term) if search_term.strip() else queryset), False


def _done(_result: Any) -> None:
    """A button that leads back to the employer, whatever its service returns."""
