from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.folded import AlphabeticalChoice
from accounts.models import User
from common.enums import Language
from reports.permissions import NGO_READERS, OFFICE_READERS
from reports.sentences import SECTIONS
from reports.services import editions, reviews

from .models import ReportDefinition

AREA = forms.Textarea(attrs={"rows": 5})


class PrepareForm(forms.Form):
    definition = forms.ModelChoiceField(label=_("Report"), queryset=ReportDefinition.everything.all())
    period = forms.CharField(label=_("Period"), max_length=8, help_text=_("For example 2026-Q3"))


class OfEdition(forms.Form):
    """A form that knows the edition it is about."""

    def __init__(self, *args, edition=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.edition = edition
        if "section" in self.fields and edition is not None:
            self.fields["section"].choices += [(code, SECTIONS[code]) for code in editions.codes(edition)]


class TextForm(OfEdition):
    section = forms.ChoiceField(label=_("Section"), choices=[])
    language = forms.ChoiceField(label=_("Language"), choices=Language)
    text = forms.CharField(
        label=_("Text"),
        widget=AREA,
        max_length=5_000,
        required=False,
        help_text=_("An empty line begins a new paragraph. Without words the text is taken away."),
    )


class CommentForm(OfEdition):
    section = forms.ChoiceField(label=_("Section"), choices=[("", _("the whole report"))], required=False)
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("all languages")), *Language.choices], required=False
    )
    text = forms.CharField(label=_("Comment"), widget=AREA, max_length=2_000)


class AnswerForm(OfEdition):
    comment = forms.ModelChoiceField(label=_("Comment"), queryset=None)
    accepted = forms.BooleanField(label=_("Taken up"), required=False)
    text = forms.CharField(label=_("Answer"), widget=AREA, max_length=2_000)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["comment"].queryset = reviews.unanswered(self.edition)
        self.fields["comment"].label_from_instance = lambda one: one.text


class ApproveForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=Language)


class PublishForm(forms.Form):
    embargo_until = forms.DateTimeField(
        label=_("Embargo until"),
        required=False,
        help_text=_(
            "Left empty, the edition is opened now. Otherwise like 15.12.2026 10:00, in Bishkek time."
        ),
    )


class EmbargoForm(forms.Form):
    embargo_until = forms.DateTimeField(
        label=_("Embargo until"),
        required=False,
        help_text=_("Left empty, the embargo ends now. Otherwise like 15.12.2026 10:00, in Bishkek time."),
    )
    reason = forms.CharField(label=_("Reason"), widget=AREA, max_length=500)


class AdmitForm(forms.Form):
    user = AlphabeticalChoice(
        label=_("Reader"),
        queryset=User.objects.filter(
            is_active=True, memberships__role__in=[*NGO_READERS, *OFFICE_READERS]
        ).distinct(),
    )


class ReasonForm(forms.Form):
    """A reason that readers are told, in the three languages."""

    ky = forms.CharField(label=_("Reason, in Kyrgyz"), widget=AREA, max_length=1_000)
    ru = forms.CharField(label=_("Reason, in Russian"), widget=AREA, max_length=1_000)
    en = forms.CharField(label=_("Reason, in English"), widget=AREA, max_length=1_000)
