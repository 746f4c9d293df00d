"""Forms of the desk of findings and of the employer's answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.folded import AlphabeticalChoice
from accounts.models import User
from pensions.enums.findings import Severity
from pensions.findings import titles
from pensions.services.findings import AT_ONCE


class WhyForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ColleagueField(AlphabeticalChoice):
    def label_from_instance(self, obj: User) -> str:
        return obj.full_name


class AssignForm(forms.Form):
    to = ColleagueField(label=_("To whom"), queryset=User.objects.none(), empty_label=None)

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues


class ChooseManyForm(forms.Form):
    code = forms.ChoiceField(
        label=_("Question"),
        choices=lambda: [("", _("any")), *titles()],
        required=False,
    )
    severity = forms.ChoiceField(
        label=_("Weight"), choices=[("", _("any")), *Severity.choices], required=False
    )
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=AT_ONCE, initial=50)


class AnswerForm(forms.Form):
    note = forms.CharField(
        label=_("What you know about it"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For example: the person was on unpaid leave; the month is in the file sent today."),
    )
