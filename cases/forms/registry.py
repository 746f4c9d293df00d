"""Forms of the link to the registry and of entry bans."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import State
from cases.enums import BanState
from cases.forms.work import DateInput
from cases.models import Case, CaseDocument, EntryBan
from common import clock


class LinkForm(forms.Form):
    number = forms.CharField(
        label=_("Registry number or personal number"), max_length=30, help_text=_("As the client tells it.")
    )
    birth_on = forms.DateField(label=_("Date of birth"), widget=DateInput())
    how = forms.CharField(label=_("How the client agreed"), max_length=200)
    expires_on = forms.DateField(
        label=_("Valid until"), widget=DateInput(), initial=lambda: clock.today() + dt.timedelta(days=90)
    )


class BanForm(forms.Form):
    country = forms.ChoiceField(label=_("Which country may not be entered"), choices=State)
    authority = forms.CharField(label=_("Which authority made it"), required=False, max_length=200)
    ground = forms.CharField(label=_("On what ground"), required=False, max_length=500)
    from_on = forms.DateField(label=_("From"), widget=DateInput(), required=False)
    until_on = forms.DateField(label=_("Until"), widget=DateInput(), required=False)


class BanCheckForm(forms.Form):
    ban = forms.ModelChoiceField(label=_("Which ban"), queryset=EntryBan.everything.none())
    on = forms.DateField(label=_("Looked at on"), widget=DateInput(), initial=clock.today)
    state = forms.ChoiceField(label=_("What it showed"), choices=BanState)
    proof = forms.ModelChoiceField(
        label=_("Proof"),
        queryset=CaseDocument.everything.none(),
        required=False,
        help_text=_("A document of this case."),
    )
    note = forms.CharField(label=pgettext_lazy("case", "Note"), required=False, max_length=500)
    check_on = forms.DateField(label=_("Look again on"), widget=DateInput(), required=False)

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ban"].queryset = case.bans.exclude(state=BanState.LIFTED)
        self.fields["ban"].label_from_instance = lambda one: one.get_country_display()
        self.fields["proof"].queryset = case.documents.select_related("case__key").order_by("-added_at")
        self.fields["proof"].label_from_instance = lambda one: one.title or "—"
