"""Forms of correction requests: the worker's, and those of the official's buttons."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pensions.enums_corrections import Wrong
from pensions.services.corrections import LONGEST


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )


class AskForm(forms.Form):
    wrong = forms.ChoiceField(label=_("What is wrong"), choices=Wrong, widget=forms.RadioSelect)
    employment = forms.ModelChoiceField(
        label=_("Which work"),
        queryset=None,
        required=False,
        empty_label=pgettext_lazy("work", "none of these"),
    )
    text = _text(
        _("How it should be"),
        _("For example: I began on 1 March 2019, not in May. Name the papers that you have."),
    )

    def __init__(self, *args: Any, employments: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["employment"].queryset = employments
        self.fields["employment"].label_from_instance = lambda one: one.employer.name


class ReplyForm(forms.Form):
    text = _text(_("Your answer"))


class QuestionForm(forms.Form):
    text = _text(_("Question to the worker"), _("In plain words: which paper, of which year, from whom."))


class AnswerForm(forms.Form):
    text = _text(_("Answer to the worker"), _("The worker reads this. Say what was done, or why not."))
