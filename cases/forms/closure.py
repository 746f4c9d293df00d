"""Forms of the end of a case, of what a second person decides, and of a house's rules about both."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from cases import retention
from cases.enums import CaseType, Outcome
from cases.forms.work import CURRENCIES
from cases.models import ApprovalRequest, Case, KindRules
from cases.services import sign_off


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome)
    reason = forms.CharField(label=_("How it ended"), max_length=300)
    recovered = forms.DecimalField(
        label=_("Sum recovered"), required=False, min_value=0, decimal_places=2, localize=True
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=[("", "—"), *CURRENCIES], required=False)


class DecideForm(forms.Form):
    accepted = forms.TypedChoiceField(
        label=_("Close it as proposed?"),
        choices=[("yes", _("yes")), ("no", _("no"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=pgettext_lazy("case", "Note"), required=False, max_length=1000)


class ApproveForm(DecideForm):
    """The newest request of each kind that waits in this case."""

    request = forms.ModelChoiceField(label=_("What waits"), queryset=ApprovalRequest.everything.none())
    field_order = ["request", "accepted", "note"]

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["request"].queryset = sign_off.unanswered(ApprovalRequest.everything.filter(case=case))
        self.fields["request"].label_from_instance = lambda one: f"{one.get_kind_display()}, {one.asked_by}"
        self.fields["accepted"].label = _("Do you approve it?")


class KindRulesForm(forms.Form):
    """What is set now stands beside each kind."""

    types = forms.MultipleChoiceField(
        label=_("For which kinds of case"), choices=CaseType, widget=forms.CheckboxSelectMultiple
    )
    approvals = forms.MultipleChoiceField(
        label=_("What a second person approves"),
        choices=[
            ("approve_assessment", _("assessment")),
            ("approve_plan", _("case plan")),
            ("approve_closure", _("closure")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Cases of critical risk are not held up."),
    )
    keep_years = forms.IntegerField(
        label=_("Years for which ended cases are kept"),
        required=False,
        min_value=retention.LEAST_YEARS,
        max_value=retention.MOST_YEARS,
        help_text=_(
            "Empty: as this house has it. A change counts after 30 days; until then nothing of that kind is erased."
        ),
    )

    def __init__(self, *args, organisation: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        known = {one.type: one for one in KindRules.everything.filter(organisation=organisation)}
        self.fields["types"].choices = [
            (kind.value, f"{kind.label} ({self._now(kind, known.get(kind.value))})") for kind in CaseType
        ]

    def _now(self, kind: CaseType, rules: KindRules | None) -> str:
        years = (rules and rules.keep_years) or retention.YEARS[kind]
        wished = [
            str(label) for name, label in self.fields["approvals"].choices if rules and getattr(rules, name)
        ]
        return ", ".join([*wished, _("kept for %(years)s years") % {"years": years}])


class RulesForm(forms.Form):
    approve_closure = forms.BooleanField(
        label=_("A supervisor who did not propose it decides on closures"), required=False
    )
