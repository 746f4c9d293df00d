"""Forms of the law's desk. What is right is decided by the services."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pensions.forms.registry import DayInput
from pensions.legislation.changes import where_key
from pensions.legislation.parameters import Parameter
from pensions.legislation.register import STATUSES
from pensions.words import law as law_words


class LawFilter(forms.Form):
    """What of the law is shown. A day limits it to what is in effect on it."""

    state = forms.ChoiceField(required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    on = forms.DateField(label=_("In effect on"), required=False, widget=DayInput)
    known_on = forms.DateField(label=_("As known on"), required=False, widget=DayInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["state"].widget = forms.HiddenInput()
        self.fields["state"].choices = [(code, code) for code in law_words.STATES]
        words = [(code, law_words.STATUS_WORDS[code]) for code in STATUSES]
        self.fields["status"].choices = [("", _("any")), *words]


class EvidenceForm(forms.Form):
    source = forms.CharField(
        label=_("Source"), max_length=500, help_text=_("The address of the act, or where it was published.")
    )
    document = forms.CharField(
        label=_("Document"),
        max_length=300,
        help_text=_("Kind, number and date, for example “Law No. 431-FZ of 28 November 2025”."),
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ValueForm(EvidenceForm):
    value = forms.CharField(label=_("Value"), max_length=500)
    where = forms.ChoiceField(label=_("Applies to"))
    effective_on = forms.DateField(label=_("In effect from"), widget=DayInput)
    until_on = forms.DateField(label=_("Last day of effect"), required=False, widget=DayInput)
    known_from = forms.DateField(
        label=_("Known from"),
        widget=DayInput,
        help_text=_("The day on which it became law or was published."),
    )
    field_order = ("value", "where", "effective_on", "until_on", "known_from", "source", "document", "note")

    def __init__(self, *args, parameter: Parameter, **kwargs):
        super().__init__(*args, **kwargs)
        wheres = {where_key(row.where): law_words.where_text(row.where) for row in parameter.rows}
        self.fields["where"].choices = list(wheres.items())


class DecisionForm(forms.Form):
    accepted = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Confirm")), ("no", _("Refuse"))],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where the proposal is refused."),
    )
