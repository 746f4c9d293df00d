"""Forms about the person behind a case."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import State
from cases.enums import CaseType, ContactChannel
from cases.models import HelpRequest
from cases.services import clients
from common.enums import Language


class TakeForm(forms.Form):
    """Asks nothing unless somebody with the same contact is a client already."""

    def __init__(self, *args, asked: HelpRequest, **kwargs):
        super().__init__(*args, **kwargs)
        found = clients.known(asked)
        if found.exists():
            self.fields["client"] = forms.ModelChoiceField(
                label=_("Is it a client whom you know?"),
                queryset=found,
                required=False,
                empty_label=_("no, somebody new"),
            )
            self.fields["client"].label_from_instance = lambda one: f"{one.pseudonym} {one.name or ''}"


class ClientForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("person", "Name"), required=False, max_length=200)
    channel = forms.ChoiceField(label=_("Safe way to reach"), choices=ContactChannel)
    contact = forms.CharField(label=_("Telephone or e-mail"), required=False, max_length=200)
    safe_hours = forms.CharField(label=_("When is it safe?"), required=False, max_length=100)
    language = forms.ChoiceField(label=_("Language"), choices=Language)


class AnotherCaseForm(forms.Form):
    type = forms.ChoiceField(label=_("What is it about?"), choices=CaseType)
    country = forms.ChoiceField(label=_("In which country?"), choices=State)
