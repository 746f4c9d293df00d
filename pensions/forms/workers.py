"""Forms of what is added to a worker's record, and of possible duplicates."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import CodeChannel
from common.enums import Language
from pensions.enums import DocumentKind, Relation
from pensions.forms.registry import DayInput, ReasonForm, RegisterForm, _country_choices


class FormerNameForm(forms.Form):
    family_name = forms.CharField(label=_("Family name"), max_length=100)
    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False)
    patronymic = forms.CharField(label=_("Patronymic"), max_length=100, required=False)
    from_on = forms.DateField(label=_("Borne from"), required=False, widget=DayInput)
    until_on = forms.DateField(label=_("Borne until"), required=False, widget=DayInput)


class CitizenshipForm(forms.Form):
    country = forms.ChoiceField(label=_("Citizenship"), choices=_country_choices)
    from_on = forms.DateField(label=_("From"), required=False, widget=DayInput)
    until_on = forms.DateField(
        label=_("Last day"), required=False, widget=DayInput, help_text=_("Empty while it holds.")
    )


class _Chosen(forms.Form):
    """`choices`: (key, words) of the rows from which one is chosen."""

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = choices


class EndCitizenshipForm(_Chosen):
    chosen = forms.ChoiceField(label=_("Citizenship"))
    until_on = forms.DateField(label=_("Last day"), widget=DayInput)


class EndNumberForm(_Chosen):
    chosen = forms.ChoiceField(label=_("Number"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Why"), max_length=300)


class DocumentForm(forms.Form):
    kind = forms.ChoiceField(label=_("Document"), choices=DocumentKind.choices)
    country = forms.ChoiceField(label=_("Issued by the state"), choices=_country_choices)
    number = forms.CharField(label=_("Series and number"), max_length=30)
    latin_family_name = forms.CharField(
        label=_("Family name as printed"),
        max_length=100,
        required=False,
        help_text=_("Letter by letter as in this document, even if another one spells it otherwise."),
    )
    latin_given_name = forms.CharField(label=_("Given name as printed"), max_length=100, required=False)
    issued_on = forms.DateField(label=_("Issued on"), required=False, widget=DayInput)
    expires_on = forms.DateField(label=_("Valid until"), required=False, widget=DayInput)


class ReportForm(RegisterForm):
    """A relative tells of somebody who is away: a document may be missing, who tells it may not."""

    reporter = forms.CharField(label=_("Who reports"), max_length=200)
    relation = forms.ChoiceField(label=_("Relation to the person"), choices=Relation.choices)
    contact = forms.CharField(label=_("Telephone or address of who reports"), max_length=200, required=False)
    where = forms.CharField(label=_("Where the person works"), max_length=200, required=False)
    field_order = ["reporter", "relation", "contact", "where"]


class SameForm(ReasonForm):
    """Which of the two records stands for both."""

    keep = forms.ChoiceField(label=_("The record that stands for both"), widget=forms.RadioSelect)
    field_order = ["keep", "reason"]

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["keep"].choices = choices


class AskForm(forms.Form):
    reason = forms.CharField(label=_("Who is asked, and what"), max_length=300)


class EntryCodeForm(forms.Form):
    seen = forms.BooleanField(label=_("I have seen the person and a document"))
    channel = forms.ChoiceField(label=_("How does the person get it?"), choices=CodeChannel)
    phone = forms.CharField(
        label=_("The person's own phone"),
        max_length=30,
        required=False,
        help_text=_("Only when it goes by SMS; the number is not kept."),
    )
    language = forms.ChoiceField(label=_("Language of the person"), choices=Language)
    lost = forms.BooleanField(
        label=_("The old phone is lost or in other hands"),
        required=False,
        help_text=_("Its passkeys and sessions end at once."),
    )


class ErasureForm(ReasonForm):
    """`plan` is what the page shows above the question: what would go, what would stay."""

    def __init__(self, *args: Any, plan: dict[str, Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.fields["reason"].help_text = _("Name the decision or the person's request, with its number.")


class ApproveErasureForm(forms.Form):
    seen = forms.BooleanField(
        label=_("I have seen the decision or the request myself, and agree that this person is erased.")
    )
