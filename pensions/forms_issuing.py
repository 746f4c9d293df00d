"""Forms of the desks of certificates, blanks and keys. What is right is decided by the services."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from pensions.enums_issuing import WRITE_OFFS, PrintVariant, SecondLanguage, StopReason
from pensions.forms import DayInput

HOLDERS = (
    OrganisationKind.SOCIAL_FUND,
    OrganisationKind.LABOUR_OFFICE,
    OrganisationKind.DISTRIBUTOR,
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


class RangeForm(forms.Form):
    """Numbers of one series in the custody of one of the person's organisations."""

    custodian = forms.ModelChoiceField(label=_("Custodian"), queryset=Organisation.objects.none())
    series = forms.CharField(label=_("Series"), max_length=8)
    first = forms.IntegerField(label=_("First number"), min_value=1)
    last = forms.IntegerField(label=_("Last number"), min_value=1)
    document = forms.CharField(label=_("Basis document"), max_length=200, required=False)

    def __init__(self, *args, custodians: list[Organisation], **kwargs):
        super().__init__(*args, **kwargs)
        own = Organisation.objects.filter(pk__in=[one.pk for one in custodians])
        self.fields["custodian"].queryset = own
        if len(custodians) == 1:
            self.fields["custodian"].initial = custodians[0]


class ReceiveForm(RangeForm):
    field_order = ["custodian", "series", "first", "last", "document"]


class HandOverForm(RangeForm):
    to = forms.ModelChoiceField(
        label=_("To whom"), queryset=Organisation.objects.filter(is_active=True, kind__in=HOLDERS)
    )
    field_order = ["custodian", "to", "series", "first", "last", "document"]


class WriteOffForm(RangeForm):
    kind = forms.ChoiceField(
        label=_("What happened"), choices=[(kind.value, kind.label) for kind in WRITE_OFFS]
    )
    reason = forms.CharField(
        label=_("How it happened"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order = ["custodian", "kind", "series", "first", "last", "reason", "document"]


class IssuerForm(forms.Form):
    """`states`: organisations of these states may be chosen."""

    organisation = forms.ModelChoiceField(label=_("Organisation"), queryset=Organisation.objects.none())

    def __init__(self, *args, states: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        found = Organisation.objects.filter(is_active=True, kind__in=HOLDERS, state__in=states)
        self.fields["organisation"].queryset = found


class RightForm(IssuerForm):
    basis = forms.CharField(label=_("Legal basis"), max_length=300)
    valid_from = forms.DateField(label=_("First day"), widget=DayInput)
    valid_until = forms.DateField(label=_("Last day"), widget=DayInput, required=False)
