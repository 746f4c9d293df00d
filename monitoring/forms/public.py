from django import forms
from django.utils.translation import gettext_lazy as _

from common.enums import Language
from monitoring.board import NOT_STARTED
from monitoring.enums import Area, Horizon, MeasureState, Stage
from monitoring.services.consultations import MAX_COMMENT

ANY = [("", _("all"))]


class BoardFilter(forms.Form):
    """What the board shows; an unknown choice is no choice."""

    horizon = forms.ChoiceField(label=_("Term"), choices=[*ANY, *Horizon.choices], required=False)
    stage = forms.ChoiceField(
        label=_("Stage"),
        choices=[*ANY, (NOT_STARTED, _("not in the chain yet")), *Stage.choices],
        required=False,
    )
    area = forms.ChoiceField(label=_("Area"), choices=[*ANY, *Area.choices], required=False)
    state = forms.ChoiceField(label=_("State"), choices=[*ANY, *MeasureState.choices], required=False)

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class CommentForm(forms.Form):
    """Anyone's word in a public discussion. `website` is a trap for machines: people don't see it."""

    text = forms.CharField(
        label=_("What do you think?"), widget=forms.Textarea(attrs={"rows": 6}), max_length=MAX_COMMENT
    )
    language = forms.ChoiceField(label=_("Language of your comment"), choices=Language)
    author_name = forms.CharField(
        label=_("Your name"), max_length=200, required=False, help_text=_("You need not give it.")
    )
    author_email = forms.EmailField(
        label=_("Your e-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_(
            "Only if You want to be told when the measure moves. It is shown to nobody; "
            "each message says how to end it."
        ),
    )
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def service_values(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name != "website"}


class VersionsForm(forms.Form):
    """Two versions to hold side by side; by itself the newest and the one before it."""

    older = forms.TypedChoiceField(label=_("Older version"), coerce=int)
    newer = forms.TypedChoiceField(label=_("Newer version"), coerce=int)

    def __init__(self, *args, versions, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(one.number, str(one.number)) for one in versions]
        for name, initial in (("older", choices[min(1, len(choices) - 1)][0]), ("newer", choices[0][0])):
            self.fields[name].choices = choices
            self.fields[name].initial = initial

    def clean(self):
        values = super().clean()
        older, newer = values.get("older"), values.get("newer")
        if older and newer and older > newer:
            values["older"], values["newer"] = newer, older
        return values
