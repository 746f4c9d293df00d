from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from common.enums import Language
from common.errors import Invalid
from common.uploads import UploadField
from monitoring.enums import Direction, Tier
from monitoring.models import IndicatorVersion
from monitoring.periods import Period, PeriodError
from monitoring.services.statfiles import saved_mapping
from monitoring.statfiles import read_mapping
from monitoring.units import FREQUENCIES

from .fields import Area, WordsField


class FormulaArea(Area):
    """Below it stands what the formula gives over the stored figures, anew whenever the form changes."""

    def __init__(self, rows: int = 4):
        super().__init__(rows)
        self.attrs |= {"spellcheck": "false", "autocapitalize": "off", "class": "code"}

    def render(self, name, value, attrs=None, renderer=None):
        area = super().render(name, value, attrs, renderer)
        return format_html(
            '{}<div id="formula-preview" aria-live="polite" hx-post="{}" hx-include="closest form" '
            'hx-trigger="load, input from:closest form delay:700ms" hx-swap="innerHTML"></div>',
            area,
            reverse("admin:monitoring_indicator_preview"),
        )


class DefinitionForm(forms.Form):
    """A new version of an indicator; the service checks the formula and says what does not hold."""

    formula = forms.CharField(
        label=_("Formula"),
        widget=FormulaArea(4),
        help_text=_(
            "Data items, numbers, + − * /, and functions such as sum, last, share. What it gives is shown below."
        ),
    )
    unit = forms.CharField(label=_("Unit"), max_length=40)
    frequency = forms.ChoiceField(label=_("Frequency"), choices=list(FREQUENCIES.items()))
    direction = forms.ChoiceField(label=_("Wanted direction"), choices=Direction)
    tier = forms.ChoiceField(label=_("Tier"), choices=Tier)
    dimensions = WordsField(label=_("Dimensions"), required=False, help_text=_("Separated by commas."))
    decimals = forms.IntegerField(label=_("Decimals"), min_value=0, max_value=10, initial=0)
    examples = forms.CharField(
        label=_("Worked examples"),
        widget=Area(4),
        required=False,
        max_length=4000,
        help_text=_(
            "One a line, for example: resolved = 30, received[-1] = 40 => 75. They are computed when you save."
        ),
    )
    reason = forms.CharField(label=_("Reason of the change"), max_length=300)
    only_show = forms.BooleanField(
        label=_("Only show what it gives"), required=False, help_text=_("Nothing is saved then.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for code, name in Language.choices:
            self.fields[f"title_{code}"] = forms.CharField(
                label=_("Title, %(language)s") % {"language": name}, widget=Area(2)
            )
            self.fields[f"definition_{code}"] = forms.CharField(
                label=_("Definition, %(language)s") % {"language": name}, widget=Area(3), required=False
            )

    def clean(self):
        values = super().clean()
        for name in ("title", "definition"):
            values[name] = {code: values.pop(f"{name}_{code}", "") for code in Language.values}
        values["formula_text"] = values.pop("formula", "")
        return values


class NewIndicatorForm(DefinitionForm):
    code = forms.SlugField(label=_("Code"), max_length=60)
    field_order = ["code"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["reason"]
        self.order_fields(["code", *(name for name in self.fields if name != "only_show"), "only_show"])


class PreviewForm(forms.Form):
    """As much of a definition as a preview needs, while it is still being written."""

    code = forms.CharField(required=False)
    formula = forms.CharField()
    unit = forms.CharField(required=False, max_length=40)
    frequency = forms.ChoiceField(choices=list(FREQUENCIES.items()))
    dimensions = WordsField(required=False)
    decimals = forms.IntegerField(min_value=0, max_value=10, required=False)
    examples = forms.CharField(required=False, max_length=4000)

    def clean(self):
        values = super().clean()
        values["formula_text"] = values.pop("formula", "")
        values["decimals"] = values.get("decimals") or 0
        values["code"] = values.get("code") or "NEW"
        return values


def initial(version: IndicatorVersion) -> dict:
    """The words and numbers of a version, to be changed."""
    names = ("formula", "unit", "frequency", "direction", "tier", "decimals", "examples")
    values = {name: getattr(version, name) for name in names}
    values["dimensions"] = ", ".join(version.dimensions)
    for code in Language.values:
        values[f"title_{code}"] = getattr(version, f"title_{code}")
        values[f"definition_{code}"] = getattr(version, f"definition_{code}")
    return values


class PeriodForm(forms.Form):
    period = forms.CharField(label=_("Period"), help_text=_("For example 2026-Q3 or 2026."))
    full = forms.BooleanField(
        label=_("Compute every indicator anew"),
        required=False,
        help_text=_("Otherwise only those that new figures or definitions reach since the last time."),
    )

    def clean_period(self):
        try:
            return str(Period.parse(self.cleaned_data["period"]))
        except PeriodError as error:
            raise forms.ValidationError(
                _("“%(text)s” is not a period; write 2026, 2026-Q1 or 2026-01."),
                params={"text": self.cleaned_data["period"]},
            ) from error


class SubmissionForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    source = forms.CharField(label=_("Source"), widget=Area(2))
    file = UploadField(
        label=_("File: CSV, XLSX or SDMX"),
        help_text=_("Without a mapping: columns item, period, value. An empty value is missing; 0 is zero."),
    )
    mapping_name = forms.CharField(
        label=_("Name of a mapping"),
        max_length=60,
        required=False,
        help_text=_(
            "One that is kept here, or shipped: wdi_wide, wdi_databank, undesa_stock_wide, unhcr_population …"
        ),
    )
    mapping_text = forms.CharField(label=_("Or the mapping itself, YAML"), widget=Area(8), required=False)
    save_as = forms.SlugField(label=_("Keep this mapping as"), max_length=60, required=False)
    keep = forms.BooleanField(
        label=_("Keep the figures"),
        required=False,
        help_text=_("With a mapping and without this tick you only see what the file would bring."),
    )

    def clean(self):
        values = super().clean()
        text, name = values.pop("mapping_text", ""), values.pop("mapping_name", "")
        try:
            if text:
                values["mapping"] = read_mapping(text)
            elif name:
                values["mapping"] = saved_mapping(name, files=False)
        except Invalid as error:
            self.add_error("mapping_text" if text else "mapping_name", str(error))
        return values
