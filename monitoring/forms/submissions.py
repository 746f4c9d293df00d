from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.folded import AlphabeticalChoice
from accounts.models import Organisation
from common.errors import Invalid
from common.uploads import UploadField
from monitoring.enums import FindingWeight, RuleKind
from monitoring.models import ValidationRule
from monitoring.services.statfiles import saved_mapping
from monitoring.services.validation import NEEDED
from monitoring.statfiles import mapping_of, read_mapping

from .fields import Area, WordsField

# the three columns that everybody knows
PLAIN = {"item": {"column": "item"}, "period": {"column": "period"}, "value": {"column": "value"}}


class FileForm(forms.Form):
    """A file of figures and what its columns mean."""

    file = UploadField(
        label=_("File: CSV, XLSX or SDMX"),
        help_text=_("Without a mapping: columns item, period, value. An empty value is missing; 0 is zero."),
    )
    mapping_name = forms.CharField(label=_("Name of a mapping"), max_length=60, required=False)
    mapping_text = forms.CharField(label=_("Or the mapping itself, YAML"), widget=Area(8), required=False)

    def clean(self):
        values = super().clean()
        text, name = values.pop("mapping_text", ""), values.pop("mapping_name", "")
        try:
            if text:
                values["mapping"] = read_mapping(text)
            else:
                values["mapping"] = saved_mapping(name, files=False) if name else mapping_of(PLAIN)
        except Invalid as error:
            self.add_error("mapping_text" if text else "mapping_name", str(error))
        return values


class SendForm(FileForm):
    """Figures in the name of an organisation that the sender works for."""

    title = forms.CharField(label=_("Title"), max_length=200)
    organisation = AlphabeticalChoice(label=_("Organisation"), queryset=Organisation.objects.none())
    field_order = ["title", "organisation"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        own = [one.organisation_id for one in user.valid_memberships if one.organisation_id]
        field = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(pk__in=own)
        field.initial = own[0] if own else None


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=Area(3))


class ValidateForm(forms.Form):
    reason = forms.CharField(
        label=_("Why the findings are explained"), max_length=500, widget=Area(3), required=False
    )


class DutyForm(forms.Form):
    organisation = AlphabeticalChoice(label=_("Organisation"), queryset=Organisation.objects.none())
    due_days = forms.IntegerField(
        label=_("Days after the end of the period"), min_value=0, max_value=730, initial=45
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.all()


class CheckForm(forms.Form):
    """A validation rule; each kind takes some of the fields."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[(one, RuleKind(one).label) for one in NEEDED])
    low = forms.DecimalField(label=_("At least"), required=False)
    high = forms.DecimalField(label=_("At most"), required=False)
    percent = forms.DecimalField(label=_("Change of at most, %"), min_value=0, required=False)
    dimension = forms.CharField(label=_("Dimension"), max_length=40, required=False)
    codes = WordsField(
        label=_("Required codes"),
        required=False,
        help_text=_("Separated by commas. Without codes: the total."),
    )
    tolerance = forms.DecimalField(label=_("Tolerance"), min_value=0, required=False)
    weight = forms.ChoiceField(label=_("What does not hold"), choices=FindingWeight)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def clean(self):
        values = super().clean()
        names = ("low", "high", "percent", "dimension", "codes", "tolerance")
        values["params"] = {name: values.pop(name, None) for name in names}
        return values


class EndCheckForm(forms.Form):
    rule = forms.ModelChoiceField(label=_("Rule"), queryset=ValidationRule.objects.none())

    def __init__(self, *args, item, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["rule"]
        field.queryset = ValidationRule.objects.filter(item=item, ended_at=None)
        field.label_from_instance = lambda one: f"{one.get_kind_display()}: {one.reason}"
