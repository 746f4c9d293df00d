"""Forms of requests between institutions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.folded import AlphabeticalChoice
from accounts.models import Organisation
from common.formatting import date_range
from common.uploads import UploadField
from pensions.enums.exchange import Channel, Purpose, Verdict
from pensions.exchange.message import LARGEST
from pensions.forms.registry import DayInput
from pensions.services.institutions import competent


class InstitutionField(AlphabeticalChoice):
    """Another competent institution, with its state."""

    def __init__(self, label: Any):
        super().__init__(queryset=Organisation.objects.none(), label=label)

    def label_from_instance(self, obj: Organisation) -> str:
        return f"{obj.get_state_display()}: {obj.name}"

    def open_to(self, own: list[Any]) -> None:
        self.queryset = competent().exclude(pk__in=own)


class DraftRequestForm(forms.Form):
    """`own`: the ids of one's own institutions, which cannot be asked."""

    number = forms.CharField(label=_("Registry number of the worker"), max_length=20)
    recipient = InstitutionField(_("Institution asked"))
    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose.choices)
    note = forms.CharField(label=_("Note for the institution"), max_length=500, required=False)

    def __init__(self, *args: Any, own: list[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["recipient"].open_to(own)


class SendForm(forms.Form):
    channel = forms.ChoiceField(
        label=_("Way"),
        choices=Channel.choices,
        help_text=_("In this system only to an institution that works in it; as a file or on paper to any."),
    )


class FormularForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Second language, beside Russian"), choices=[("ky", "Кыргызча"), ("en", "English")]
    )


class FileForm(forms.Form):
    file = UploadField(label=_("File"), most=LARGEST)


class RequestFileForm(FileForm):
    sender = InstitutionField(_("Institution that asks"))
    field_order = ["sender", "file"]

    def __init__(self, *args: Any, own: list[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["sender"].open_to(own)


class TargetForm(forms.Form):
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=365)


ANSWERABLE = [(code, label) for code, label in Verdict.choices if code != Verdict.FURTHER]


class AnswerForm(forms.Form):
    """Four fields for each period asked for; what is left without an answer is not answered yet."""

    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, lines: list[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        for line in lines:
            title = f"{date_range(line.start_on, line.end_on)}, {line.employer}".rstrip(", ")
            ref = line.ref
            self.fields[f"verdict_{ref}"] = forms.ChoiceField(
                label=title, choices=[("", _("no answer yet")), *ANSWERABLE], required=False
            )
            self.fields[f"start_{ref}"] = forms.DateField(
                label=_("confirmed from"), required=False, widget=DayInput
            )
            self.fields[f"end_{ref}"] = forms.DateField(
                label=_("confirmed until"), required=False, widget=DayInput
            )
            self.fields[f"reason_{ref}"] = forms.CharField(label=_("reason"), max_length=300, required=False)
        self.order_fields([name for name in self.fields if name != "note"])


class PaperAnswerForm(AnswerForm):
    answered_on = forms.DateField(label=_("Date on the paper"), widget=DayInput)
    reference = forms.CharField(label=_("Number on the paper"), max_length=100)
