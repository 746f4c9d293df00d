"""Forms of the desks of certificates, blanks and keys. What is right is decided by the services."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind, State
from accounts.folded import AlphabeticalChoice
from accounts.models import Organisation
from pensions.enums.issuing import PrintVariant, SecondLanguage, StopReason
from pensions.forms.registry import DayInput

HOLDERS = (
    OrganisationKind.SOCIAL_FUND,
    OrganisationKind.LABOUR_OFFICE,
    OrganisationKind.DISTRIBUTOR,
    OrganisationKind.ARCHIVE,
    OrganisationKind.EMPLOYER,
)


class DraftForm(forms.Form):
    number = forms.CharField(label=_("Registry number of the worker"), max_length=20)
    employer = forms.CharField(
        label=_("Employer"),
        max_length=100,
        required=False,
        help_text=_("A part of the name; only needed where the worker had several employers."),
    )
    day = forms.DateField(
        label=_("A day of the work to be certified"),
        required=False,
        widget=DayInput,
        help_text=_("Leave empty for the last unbroken stretch of work."),
    )
    language = forms.ChoiceField(label=_("Second language"), choices=SecondLanguage)


class IssueForm(forms.Form):
    """`issuer` narrows the blanks to those in its custody."""

    blank = forms.ModelChoiceField(
        label=_("Blank form"),
        queryset=None,
        required=False,
        empty_label=_("the next one"),
    )

    def __init__(self, *args, issuer: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        from pensions.models import Blank

        free = Blank.objects.free().filter(custodian=issuer)
        self.fields["blank"].queryset = Blank.objects.filter(
            pk__in=list(free.values_list("pk", flat=True)[:50])
        )


class StopForm(forms.Form):
    reason_code = forms.ChoiceField(label=_("Reason"), choices=StopReason)
    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class WhyForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class PrintForm(forms.Form):
    variant = forms.TypedChoiceField(
        label=_("Variant"), choices=PrintVariant, coerce=int, initial=PrintVariant.FULL
    )


class StaffForm(forms.Form):
    employer = forms.CharField(
        label=_("Employer"),
        max_length=100,
        help_text=_("The whole number of the employer, or a part of its name."),
    )
    language = forms.ChoiceField(label=_("Second language"), choices=SecondLanguage)


class IssuerForm(forms.Form):
    """`states`: organisations of these states may be chosen."""

    organisation = AlphabeticalChoice(label=_("Organisation"), queryset=Organisation.objects.none())

    def __init__(self, *args, states: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        found = Organisation.objects.filter(is_active=True, kind__in=HOLDERS, state__in=states)
        self.fields["organisation"].queryset = found


class RightForm(IssuerForm):
    basis = forms.CharField(label=_("Legal basis"), max_length=300)
    valid_from = forms.DateField(label=_("First day"), widget=DayInput)
    valid_until = forms.DateField(label=_("Last day"), widget=DayInput, required=False)


class WitnessForm(forms.Form):
    verifier = forms.CharField(
        label=_("Verifier key"),
        max_length=300,
        help_text=_("One line: name+id+key, as c2sp.org/signed-note writes it."),
    )
    state = forms.ChoiceField(label=_("Country"), choices=State)
