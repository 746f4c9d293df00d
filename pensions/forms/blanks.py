"""Forms of the blank-form desks. Numbers may be typed, or scanned from the bar code into the same field."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.folded import AlphabeticalChoice
from accounts.models import Organisation
from common import clock, file_kinds
from common.uploads import UploadField
from pensions import blank_codes
from pensions.enums.issuing import WRITE_OFFS
from pensions.forms.issuing import HOLDERS
from pensions.forms.registry import DayInput
from pensions.models import BlankMovement
from pensions.services.blank_sales import CURRENCIES

KINDS = [(kind.value, kind.label) for kind in WRITE_OFFS]


class BlankField(forms.CharField):
    """A number, or a whole code with its series; cleans to (series or "", number)."""

    def __init__(self, **kwargs):
        attributes = {"autocomplete": "off", "inputmode": "text", "spellcheck": "false"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attributes), **kwargs)

    def clean(self, value: Any) -> tuple[str, int] | None:
        text = super().clean(value)
        if not text:
            return None
        found = blank_codes.read(text)
        if found is None:
            raise forms.ValidationError(
                _(
                    "“%(text)s” is neither a number nor the code of a blank form. Scan it again or type the number."
                ),
                code="code_unreadable",
                params={"text": text},
            )
        return found


def _commission() -> forms.CharField:
    return forms.CharField(
        label=_("Commission"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Name and post, one person on a line, the chair first. Needed for spoiled and destroyed."
        ),
    )


class NumbersForm(forms.Form):
    """First and last number of one series, as scanned or typed."""

    series = forms.CharField(
        label=_("Series"), max_length=8, required=False, help_text=_("Not needed where the code was scanned.")
    )
    first = BlankField(
        label=_("First number"), help_text=_("Type it, or scan the code of the first blank form.")
    )
    last = BlankField(
        label=_("Last number"), required=False, help_text=_("Empty: only the one blank form named above.")
    )

    def clean(self):
        values = super().clean()
        if self.errors:
            return values
        first, last = values["first"], values["last"] or values["first"]
        named = {one for one in (values.get("series", "").upper().strip(), first[0], last[0]) if one}
        if len(named) != 1:
            problem = (
                _("These codes are of different series.")
                if named
                else _("Give the series, or scan the code.")
            )
            self.add_error("series", problem)
            return values
        return values | {"series": named.pop(), "first": first[1], "last": last[1]}


class RangeForm(NumbersForm):
    """Numbers in the custody of one of the person's organisations."""

    custodian = AlphabeticalChoice(label=_("Custodian"), queryset=Organisation.objects.none())
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
    to = AlphabeticalChoice(
        label=_("To whom"), queryset=Organisation.objects.filter(is_active=True, kind__in=HOLDERS)
    )
    field_order = ["custodian", "to", "series", "first", "last", "document"]


class WriteOffForm(RangeForm):
    kind = forms.ChoiceField(label=_("What happened"), choices=KINDS)
    reason = forms.CharField(
        label=_("How it happened"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    commission = _commission()
    field_order = ["custodian", "kind", "series", "first", "last", "reason", "document", "commission"]


class SellForm(RangeForm):
    employer = forms.CharField(
        label=_("Number of the employer"),
        max_length=20,
        help_text=_("The tax or registration number, all digits; a part is not enough."),
    )
    received_by = forms.CharField(label=_("Who signs for the blank forms"), max_length=160)
    price = forms.DecimalField(label=_("Price of one"), min_value=0, max_digits=10, decimal_places=2)
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in CURRENCIES])
    receipt = forms.CharField(label=_("Number of the receipt"), max_length=60)
    document = None
    field_order = ["custodian", "employer", "series", "first", "last", "price", "currency", "receipt"]


class ScanForm(forms.Form):
    """One scan; what was scanned before stands in the page, in `held`."""

    code = forms.CharField(
        label=_("Scan, or type series and number"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autofocus": True}),
    )
    file = UploadField(
        label=_("Or a photo of the blank forms"),
        help_text=_("JPEG or PNG, at most 10 MB. Every code in it is read."),
        kinds=(file_kinds.JPEG, file_kinds.PNG),
        most=10_000_000,
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png", "capture": "environment"}),
    )
    held = forms.CharField(required=False, max_length=40_000, widget=forms.HiddenInput)
    act = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)

    def clean(self):
        values = super().clean()
        if not any(values.get(name) for name in ("code", "act", "file")) and "file" not in self.errors:
            self.add_error("code", _("Scan a blank form, or type series and number."))
        return values


class PartForm(forms.Form):
    """A part of a delivery; empty means all numbers that are still open."""

    first = BlankField(
        label=_("First number"), required=False, help_text=_("Empty: everything that is open.")
    )
    last = BlankField(label=_("Last number"), required=False)

    def __init__(self, *args, delivery: BlankMovement, **kwargs):
        super().__init__(*args, **kwargs)
        self.delivery = delivery

    def clean(self):
        values = super().clean()
        for name in ("first", "last"):
            found = values.get(name)
            if found and found[0] not in ("", self.delivery.series):
                self.add_error(name, _("This blank form is of another series than the delivery."))
            values[name] = found[1] if found else None
        return values


class PartWhyForm(PartForm):
    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class PartWriteOffForm(PartForm):
    kind = forms.ChoiceField(label=_("What happened"), choices=KINDS)
    reason = forms.CharField(
        label=_("How it happened"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    document = forms.CharField(label=_("Basis document"), max_length=200, required=False)
    commission = _commission()


class DatesForm(forms.Form):
    from_on = forms.DateField(label=_("First day"), widget=DayInput)
    until_on = forms.DateField(label=_("Last day"), widget=DayInput)

    @staticmethod
    def this_year() -> dict[str, Any]:
        today = clock.today()
        return {"from_on": today.replace(month=1, day=1), "until_on": today}
