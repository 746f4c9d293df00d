"""What is filled in on the pages of funds."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import State
from common import clock
from monitoring.enums import BudgetSource, FundEntryKind, KeyKind, ProjectState
from monitoring.models import Fund, FundEntry, Measure

from .fields import Area, DateInput

AMOUNT = {"max_digits": 18, "decimal_places": 2, "min_value": Decimal("0.01"), "localize": True}


class SharesField(forms.CharField):
    """Lines of a state's two letters and its per cent, as {state: text}."""

    widget = Area(5)

    def to_python(self, value):
        lines = super().to_python(value).replace(";", "\n").splitlines()
        found = {}
        for line in filter(None, (line.strip() for line in lines)):
            state, _space, share = line.partition(" ")
            if state.upper() in found:
                raise forms.ValidationError(_("%(state)s stands twice."), params={"state": state.upper()})
            found[state.upper()] = share.strip().rstrip("%").strip().replace(",", ".")
        return found


class KeyForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind of key"), choices=KeyKind)
    shares = SharesField(label=_("Shares, per cent"), help_text=_("One state a line: KG 20"))
    valid_from = forms.DateField(label=_("Valid from"), widget=DateInput())
    source = forms.CharField(label=_("Source"), max_length=300)


class LineForm(forms.Form):
    amount = forms.DecimalField(label=_("Amount"), **AMOUNT)
    effective_on = forms.DateField(label=_("Day"), widget=DateInput(), initial=clock.today)
    document = forms.CharField(label=_("Document"), max_length=300)


class ContributionForm(LineForm):
    state = forms.ChoiceField(label=_("Country"), choices=State)
    field_order = ["state"]


class ApplicationForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=300)
    purpose = forms.CharField(label=_("Purpose"), widget=Area())
    state = forms.ChoiceField(label=_("State that applies"), choices=State, initial=State.KG)
    asked = forms.DecimalField(label=_("Amount asked for"), **AMOUNT)
    measure = forms.ModelChoiceField(
        label=_("For the measure"), queryset=Measure.everything.none(), required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["measure"].queryset = Measure.everything.order_by("code")


class ReverseForm(forms.Form):
    entry = forms.ModelChoiceField(label=_("Line of the book"), queryset=FundEntry.objects.none())
    document = forms.CharField(label=_("Document"), max_length=300)

    def __init__(self, *args, fund: Fund, **kwargs):
        super().__init__(*args, **kwargs)
        lines = fund.entries.filter(reverses__isnull=True, reversed_by__isnull=True)
        self.fields["entry"].queryset = lines.order_by("-recorded_at")
        self.fields["entry"].label_from_instance = lambda one: (
            f"{one.effective_on:%Y-%m-%d} {FundEntryKind(one.kind).label}: {one.amount} {fund.currency} {one.document}"
        )


class ProjectForm(forms.Form):
    state = forms.ChoiceField(label=_("Decision"), choices=ProjectState)
    amount = forms.DecimalField(
        label=_("Amount"), required=False, help_text=_("Only for approval."), **AMOUNT
    )
    reason = forms.CharField(label=_("Reason"), widget=Area(), max_length=5000)


class BudgetForm(forms.Form):
    source = forms.ChoiceField(label=_("Source of money"), choices=BudgetSource)
    fund = forms.ModelChoiceField(label=_("Fund"), queryset=Fund.objects.none(), required=False)
    year = forms.IntegerField(label=_("Year"), min_value=2010, max_value=2100)
    amount = forms.DecimalField(
        label=_("Amount"), max_digits=18, decimal_places=2, min_value=0, localize=True
    )
    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3, initial="KGS")
    document = forms.CharField(label=_("Document"), max_length=300)
    replaces = forms.ModelChoiceField(label=_("Replaces"), queryset=None, required=False)

    def __init__(self, *args, measure: Measure, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = clock.today().year
        self.fields["fund"].queryset = Fund.objects.order_by("code")
        self.fields["replaces"].queryset = measure.budget_lines.filter(replaced_by__isnull=True)
        self.fields["replaces"].label_from_instance = lambda one: (
            f"{one.year} {one.get_source_display()}: {one.amount} {one.currency}"
        )

    def clean_currency(self):
        return self.cleaned_data["currency"].upper()


class WorkedForm(forms.Form):
    """A total to which the keys of a day are applied."""

    total = forms.DecimalField(
        label=_("Total of the year"),
        max_digits=16,
        decimal_places=2,
        min_value=0,
        localize=True,
        initial=Decimal(100_000_000),
    )
    day = forms.DateField(label=_("By the keys of"), widget=DateInput(), initial=clock.today)
