"""Forms of the desk of employers and of the tables of codes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import State
from common.uploads import UploadField
from pensions.enums import EmployerIdentifierKind, Scheme, SuccessionKind
from pensions.forms.registry import DayInput, employer_by_number
from pensions.models import Employer

ISIC_HELP = _("For example F or 4120. Left empty, it follows from the national code.")


class EmployerForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=300)
    state = forms.ChoiceField(label=_("Country"), choices=State.choices)
    kind = forms.ChoiceField(label=_("Kind of number"), choices=EmployerIdentifierKind.choices)
    text = forms.CharField(label=_("Number"), max_length=30)
    national_industry = forms.CharField(
        label=_("Industry, national code (GCED, OKVED)"), max_length=12, required=False
    )
    industry = forms.CharField(label=_("Industry (ISIC)"), max_length=6, required=False, help_text=ISIC_HELP)
    region = forms.CharField(label=_("Region"), max_length=120, required=False)


class EmployerNumberForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind of number"), choices=EmployerIdentifierKind.choices)
    text = forms.CharField(label=_("Number"), max_length=30)


class IndustryForm(forms.Form):
    national_industry = forms.CharField(
        label=_("Industry, national code (GCED, OKVED)"), max_length=12, required=False
    )
    industry = forms.CharField(label=_("Industry (ISIC)"), max_length=6, required=False, help_text=ISIC_HELP)


class RenameForm(forms.Form):
    name = forms.CharField(label=_("New name"), max_length=300)
    from_on = forms.DateField(label=_("From"), widget=DayInput)


class SuccessorForm(forms.Form):
    successor = forms.CharField(label=_("Number of the successor"), max_length=30)
    kind = forms.ChoiceField(label=_("How"), choices=SuccessionKind.choices)
    on = forms.DateField(label=_("From"), widget=DayInput)
    document = forms.CharField(label=_("Document"), max_length=300, required=False)

    def clean_successor(self) -> Employer | None:
        text = self.cleaned_data["successor"]
        return employer_by_number(text) if text else None


class LiquidateForm(SuccessorForm):
    on = forms.DateField(label=_("Liquidated on"), widget=DayInput)
    successor = forms.CharField(
        label=_("Number of the successor"),
        max_length=30,
        required=False,
        help_text=_("Empty if there is none."),
    )
    field_order = ["on", "successor", "kind", "document"]


# --- tables of codes --------------------------------------------------------------------------------


class TableForm(forms.Form):
    file = UploadField(
        label=_("File"),
        help_text=_(
            "XLSX or CSV with the columns of the export. Codes that it does not name stay as they are."
        ),
    )
    only_check = forms.BooleanField(label=_("Only check, record nothing"), required=False, initial=True)


class ExportForm(forms.Form):
    scheme = forms.ChoiceField(label=_("Table"), choices=[("", _("all")), *Scheme.choices], required=False)
    file_format = forms.ChoiceField(label=_("Format"), choices=[("xlsx", "XLSX"), ("csv", "CSV")])
