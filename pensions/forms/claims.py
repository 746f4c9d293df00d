"""Forms of claims, awards and double receipt."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import UNION_STATES, State
from common import clock
from common.formatting import country_name
from common.uploads import SCANS, UploadField
from pensions.enums.claims import AwardBasis, DoubleAnswer, Outcome
from pensions.forms.exchange import InstitutionField
from pensions.forms.registry import DayInput, ReasonForm
from pensions.services.institutions import competent

LARGEST = 10_000_000
STATES = [(str(one), State(one).label) for one in UNION_STATES]


class DocumentField(UploadField):
    def __init__(self, **kwargs: Any):
        help_text = _("PDF, JPEG or PNG, at most 10 MB.")
        super().__init__(label=_("Document"), help_text=help_text, kinds=SCANS, most=LARGEST, **kwargs)


class ClaimForm(forms.Form):
    claimed_on = forms.DateField(label=_("Claimed on"), widget=DayInput, initial=clock.today)
    file = DocumentField(required=False)


class DocumentForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    file = DocumentField()


class OwnClaimForm(forms.Form):
    agreed = forms.BooleanField(
        label=_(
            "I claim an old-age pension. My record may be sent to the institutions of the states "
            "where I have insurance."
        ),
        error_messages={"required": _("Without your agreement the claim is not filed.")},
    )


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(label=_("Decision"), choices=Outcome.choices)
    decided_on = forms.DateField(label=_("Decided on"), widget=DayInput)
    reference = forms.CharField(label=_("Number of the decision"), max_length=100)
    amount = forms.DecimalField(
        label=_("Monthly amount, in the currency of the state"),
        max_digits=14,
        decimal_places=2,
        required=False,
    )
    from_on = forms.DateField(label=_("Paid from"), required=False, widget=DayInput)
    basis = forms.ChoiceField(label=_("Pays for"), choices=AwardBasis.choices)
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)


class PaperDecisionForm(DecisionForm):
    country = forms.ChoiceField(label=_("Country"), choices=[])
    field_order = ["country"]

    def __init__(self, *args: Any, countries: list[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [(code, country_name(code)) for code in countries]


class FileChoiceForm(forms.Form):
    what = forms.ChoiceField(label=_("File"), choices=[])

    def __init__(self, *args: Any, documents: list[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        fixed = [("pdf", _("Statement as PDF")), ("json", _("Statement as JSON"))]
        self.fields["what"].choices = [*fixed, *documents]


class AwardForm(forms.Form):
    basis = forms.ChoiceField(label=_("Pays for"), choices=AwardBasis.choices)
    reference = forms.CharField(label=_("Number of the decision"), max_length=100)
    from_on = forms.DateField(label=_("Paid from"), widget=DayInput)


class TransferForm(ReasonForm):
    to = InstitutionField(_("Institution that pays from then on"))
    residence = forms.ChoiceField(label=_("State where the person lives then"), choices=STATES)
    from_on = forms.DateField(label=_("It pays from"), widget=DayInput)
    field_order = ["to", "residence", "from_on", "reason"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = competent()


class EndForm(ReasonForm):
    last_on = forms.DateField(label=_("Last day that is paid for"), widget=DayInput)
    field_order = ["last_on", "reason"]


class DoubleForm(forms.Form):
    answer = forms.ChoiceField(label=_("Answer"), choices=DoubleAnswer.choices)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
