from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import State
from cases.enums import CaseType, RespondentKind
from cases.services.groups import read_people
from common.enums import Language
from common.errors import Invalid


class GroupForm(forms.Form):
    """One intake for many people: what is the same for all, and a list of them."""

    type = forms.ChoiceField(label=_("Kind of case"), choices=CaseType)
    country = forms.ChoiceField(label=_("Country"), choices=State, initial=State.RU)
    language = forms.ChoiceField(label=_("Language"), choices=Language, initial=Language.KY)
    kind = forms.ChoiceField(label=_("Who it is"), choices=RespondentKind)
    respondent = forms.CharField(label=pgettext_lazy("person or organisation", "Name"), max_length=200)
    people = forms.CharField(
        label=_("People"),
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("One a line: name; telephone or e-mail."),
    )

    def clean_people(self):
        try:
            return read_people(self.cleaned_data["people"])
        except Invalid as error:
            raise forms.ValidationError(str(error)) from None
