from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin, DeskInline
from accounts.object_actions import ObjectAction
from accounts.site import desk
from common import formatting
from pensions.enums import Scheme
from pensions.forms import employers as forms
from pensions.forms.registry import ReasonForm
from pensions.models import Employer, EmployerIdentifier, EmployerName, EmployerSuccession
from pensions.people import employer_size
from pensions.services import classifications, employers, imports

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
    fields = ["name", "state", "region", "industry_shown", "national_shown", "organisation", "liquidated_on"]
    readonly_fields = ["industry_shown", "national_shown"]
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
            "number",
            _("Add a number"),
            action="registry.employer.change",
            form=forms.EmployerNumberForm,
            run=lambda by, obj, **values: _done(employers.add_number(by=by, employer=obj, **values)),
        ),
        ObjectAction(
            "industry",
            _("Set the industry"),
            action="registry.employer.change",
            form=forms.IndustryForm,
            run=lambda by, obj, **values: _done(employers.set_industry(by=by, employer=obj, **values)),
            initial=lambda request, obj: {
                "industry": obj.industry,
                "national_industry": obj.national_industry,
            },
        ),
        ObjectAction(
            "successor",
            _("Record a successor"),
            action="registry.employer.change",
            form=forms.SuccessorForm,
            run=lambda by, obj, **values: _done(employers.record_succession(by=by, employer=obj, **values)),
            explain=_(
                "Periods, contributions and certificates stay with the employer under which they were."
            ),
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
            "revive",
            _("Take back the liquidation"),
            action="registry.employer.change",
            form=ReasonForm,
            run=lambda by, obj, reason: _done(
                employers.take_back_liquidation(by=by, employer=obj, reason=reason)
            ),
            when=lambda employer: employer.liquidated_on is not None,
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

    @admin.display(description=_("industry (ISIC)"))
    def industry_shown(self, employer: Employer) -> str:
        return _meaning(Scheme.ISIC4, employer.industry)

    @admin.display(description=_("industry, national code"))
    def national_shown(self, employer: Employer) -> str:
        return _meaning(Scheme.GCED, employer.national_industry)

    def story(self, request, obj: Employer) -> dict[str, Any]:
        return {
            "story_template": "pensions/desk/employer.html",
            "before": [_link(one, one.employer) for one in employers.chain(obj, back=True)],
            "after": [_link(one, one.successor) for one in employers.chain(obj)],
            "size": employer_size(obj),
        }

    def get_search_results(self, request, queryset, search_term):
        return (queryset.found_by(search_term) if search_term.strip() else queryset), False


def _meaning(scheme: str, code: str) -> str:
    """The code with its title, or with that of the nearest code above."""
    found = classifications.find(scheme, code) if code else None
    return f"{code} {found.title}" if found else code or formatting.MISSING


def _link(one: EmployerSuccession, other: Employer) -> dict[str, Any]:
    return {
        "when": formatting.date_short(one.on),
        "title": other.name,
        "url": reverse("admin:pensions_employer_change", args=[other.pk]),
        "text": " · ".join(text for text in (one.get_kind_display(), one.document) if text),
    }


def _done(_result: Any) -> None:
    """A button that leads back to the employer, whatever its service returns."""
