"""What is filled in about the roll-out of a measure and its performance."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common import clock
from monitoring.enums import MilestoneKind, ReviewOutcome
from monitoring.models import Measure
from monitoring.rollout import standing

from .fields import Area, DateInput


class MilestoneForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind of milestone"), choices=MilestoneKind)
    title = forms.CharField(label=_("Title"), max_length=300)
    goal = forms.DecimalField(
        label=_("To be reached"), max_digits=18, decimal_places=2, min_value=Decimal("0.01"), localize=True
    )
    unit = forms.CharField(label=pgettext_lazy("quantity", "Unit"), max_length=60)
    due_on = forms.DateField(label=pgettext_lazy("milestone", "Due on"), widget=DateInput())
    replaces = forms.ModelChoiceField(label=_("Replaces"), queryset=None, required=False)
    reason = forms.CharField(
        label=_("Reason of the change"),
        required=False,
        max_length=300,
        help_text=_("Only where it replaces another."),
    )

    def __init__(self, *args, measure: Measure, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["replaces"].queryset = standing().filter(measure=measure)
        self.fields["replaces"].label_from_instance = lambda one: one.title


class ProgressForm(forms.Form):
    milestone = forms.ModelChoiceField(label=_("Milestone"), queryset=None)
    reached = forms.DecimalField(
        label=_("Reached"), max_digits=18, decimal_places=2, min_value=0, localize=True
    )
    as_of = forms.DateField(label=_("As of"), widget=DateInput(), initial=clock.today)
    document = forms.CharField(label=_("Document"), max_length=300)

    def __init__(self, *args, measure: Measure, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["milestone"].queryset = standing().filter(measure=measure)
        self.fields["milestone"].label_from_instance = lambda one: f"{one.title}: {one.goal} {one.unit}"


class PerformanceForm(forms.Form):
    period = forms.CharField(
        label=_("Period"), max_length=10, help_text=_("For example 2026, 2026-Q1 or 2026-01.")
    )
    advice = forms.ChoiceField(label=_("Advice"), choices=ReviewOutcome)
    text = forms.CharField(label=_("Explanation"), widget=Area())
