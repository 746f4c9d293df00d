"""Forms of correction requests: the worker's, and those of the official's buttons."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.uploads import SCANS, UploadField
from pensions.enums.corrections import Wrong
from pensions.services.corrections import LONGEST

LARGEST = 10_000_000


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )


class PaperField(UploadField):
    """A photo or a scan; on a telephone the browser offers the camera beside the files."""

    def __init__(self, **kwargs: Any):
        super().__init__(
            label=_("Photo or PDF of a paper"),
            help_text=_("PDF, JPEG or PNG, at most 10 MB. The office sees it; your employers do not."),
            kinds=SCANS,
            most=LARGEST,
            widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
            **kwargs,
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

    file = PaperField(required=False)

    def __init__(self, *args: Any, employments: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["employment"].queryset = employments
        self.fields["employment"].label_from_instance = lambda one: one.employer.name


class ReplyForm(forms.Form):
    text = _text(_("Your answer"))
    file = PaperField(required=False)


class PaperForm(forms.Form):
    """One more paper for a request that is open."""

    file = PaperField()


class QuestionForm(forms.Form):
    text = _text(_("Question to the worker"), _("In plain words: which paper, of which year, from whom."))


class AnswerForm(forms.Form):
    text = _text(_("Answer to the worker"), _("The worker reads this. Say what was done, or why not."))
