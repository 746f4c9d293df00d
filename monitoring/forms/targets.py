from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from common.tables import values
from monitoring.enums import AlertKind, AlertSeverity, Trajectory
from monitoring.models import Alert, Figure, TargetSet
from monitoring.periods import Period, PeriodError
from monitoring.permissions import ADDRESSEES
from monitoring.units import unit_name

from .fields import Area


class MilestonesField(forms.CharField):
    """Lines `period = value`, as {period: value}."""

    widget = Area(4)

    def to_python(self, value):
        found: dict[str, Decimal] = {}
        for line in super().to_python(value).splitlines():
            period, sign, number = line.partition("=")
            if not line.strip():
                continue
            try:
                found[str(Period.parse(period))] = self._number(number) if sign else None
            except (PeriodError, ValueError) as error:
                raise forms.ValidationError(
                    _("“%(line)s” is no milestone; write 2030 = 12.5."), params={"line": line.strip()}
                ) from error
        return found

    @staticmethod
    def _number(text: str) -> Decimal:
        number = values.decimal(text, places=10)
        if number is None:
            raise ValueError(text)
        return number


class TargetsForm(forms.Form):
    """A new set of targets against a figure as it was known: the short id that stands beside it."""

    baseline = forms.CharField(
        label=_("Baseline"), max_length=10, help_text=_("Short id of the figure that you start from.")
    )
    milestones = MilestonesField(label=_("Milestones"), help_text=_("A line for each: 2030 = 12.5"))
    trajectory = forms.ChoiceField(label=_("Between the milestones"), choices=Trajectory)
    tolerance = forms.DecimalField(label=_("Tolerance"), min_value=0, initial=0)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args, indicator, **kwargs):
        super().__init__(*args, **kwargs)
        self.indicator = indicator
        self.fields["tolerance"].help_text = unit_name(indicator.version.unit)

    def clean_baseline(self):
        found = Figure.objects.filter(
            indicator=self.indicator, short_id=self.cleaned_data["baseline"].strip().lower()
        )
        if not found:
            raise forms.ValidationError(_("This indicator has no figure with this short id."))
        return found[0]


class ApproveForm(forms.Form):
    target_set = forms.ModelChoiceField(label=_("Targets"), queryset=TargetSet.objects.none())

    def __init__(self, *args, indicator, **kwargs):
        super().__init__(*args, **kwargs)
        waiting = TargetSet.objects.filter(indicator=indicator, approval__isnull=True)
        field = self.fields["target_set"]
        field.queryset = waiting.order_by("number")
        field.label_from_instance = lambda one: f"{one.number}: {one.reason}"


class RuleForm(forms.Form):
    kind = forms.ChoiceField(label=_("Alert when the indicator is"), choices=AlertKind)
    threshold = forms.DecimalField(label=_("Threshold"))
    periods = forms.IntegerField(label=_("Periods in a row"), min_value=1, max_value=24, initial=1)
    cool_down_days = forms.IntegerField(label=_("Days of silence after an alert"), min_value=0, initial=90)
    severity = forms.ChoiceField(label=_("Severity"), choices=AlertSeverity)
    role = forms.ChoiceField(
        label=_("Addressed to"), choices=[(role.value, role.label) for role in ADDRESSEES]
    )


class AnswerForm(forms.Form):
    alert = forms.ModelChoiceField(label=_("Alert"), queryset=Alert.objects.none())
    reason = forms.CharField(label=_("What follows"), widget=Area(3))

    def __init__(self, *args, indicator, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["alert"]
        field.queryset = Alert.objects.filter(rule__indicator=indicator, answer__isnull=True).select_related(
            "rule", "figure"
        )
        field.label_from_instance = lambda one: f"{one.figure.period}: {one.rule.get_kind_display()}"
