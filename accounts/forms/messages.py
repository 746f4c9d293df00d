from babel.dates import get_timezone_location
from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.enums import Channel, How
from accounts.message_times import ZONES

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


def _zones() -> list[tuple[str, str]]:
    locale = (get_language() or "ky")[:2]
    return [(zone, get_timezone_location(zone, locale=locale, return_city=True)) for zone in ZONES]


class MessageSettingsForm(forms.Form):
    """`kinds`: what the person can be told of; each is a field of its code."""

    channel = forms.ChoiceField(label=_("Tell me by"), choices=Channel)
    time_zone = forms.ChoiceField(label=_("My time is that of"), choices=_zones)
    quiet_from = forms.TypedChoiceField(label=_("No messages from"), choices=HOURS, coerce=int)
    quiet_until = forms.TypedChoiceField(
        label=pgettext_lazy("hours", "until"),
        choices=HOURS,
        coerce=int,
        help_text=_("The same hour twice: at any time."),
    )
    daily_at = forms.TypedChoiceField(label=_("Together, once a day, at"), choices=HOURS, coerce=int)

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.codes = [one.code for one in kinds]
        for one in kinds:
            choices = [pair for pair in How.choices if not (one.fixed and pair[0] == How.NEVER)]
            self.fields[one.code] = forms.ChoiceField(
                label=one.title,
                choices=choices,
                help_text=_("Urgent: it comes at night, too.") if one.urgent else "",
            )

    def values(self) -> dict:
        found = dict(self.cleaned_data)
        return {"choices": {code: found.pop(code) for code in self.codes}, **found}


class AddressForm(forms.Form):
    address = forms.CharField(
        label=_("Telephone number or e-mail"),
        max_length=200,
        help_text=_("Only a telephone or mailbox that nobody else reads. A code goes there first."),
    )


class AddressCodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code that has come"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
