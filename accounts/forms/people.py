from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import OrganisationKind, State
from accounts.folded import AlphabeticalChoice
from accounts.models import Membership, Organisation, User
from common import throttle
from common.enums import Language


class SignInForm(AuthenticationForm):
    """Only failures are counted, by account and by address; a closed door does not say whether the account exists."""

    error_messages = {
        "invalid_login": _("The e-mail or the password is not right. Both are case-sensitive."),
        "inactive": _("This account has been closed."),
        "too_many": _("There were too many attempts. Wait an hour and try again, or ask your administrator."),
    }

    def clean(self):
        tried = {
            "sign_in_account": (self.cleaned_data.get("username") or "").strip().lower(),
            "sign_in_address": throttle.address_of(self.request),
        }
        if any(throttle.is_over(name, who) for name, who in tried.items()):
            raise ValidationError(self.error_messages["too_many"], code="too_many")
        try:
            values = super().clean()
        except ValidationError:
            for name, who in tried.items():
                throttle.count(name, who)
            raise
        throttle.forget("sign_in_account", tried["sign_in_account"])
        return values


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why?"), max_length=300)


class ExplainForm(forms.Form):
    explanation = forms.CharField(
        label=_("What was the reason?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=_("Language of pages and messages"), choices=Language)


class InviteForm(forms.Form):
    """`roles`: what the person may propose; `organisations`: where."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    full_name = forms.CharField(label=_("Full name"), max_length=200)
    language = forms.ChoiceField(label=_("Language"), choices=Language)
    organisation = AlphabeticalChoice(label=_("Organisation"), queryset=Organisation.objects.none())
    role = forms.ChoiceField(label=_("Role"), choices=[])
    until_on = forms.DateField(
        label=_("Until (empty: without an end)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    reason = forms.CharField(label=_("Why?"), max_length=300)

    def __init__(self, *args, roles, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles
        self.fields["organisation"].queryset = organisations


class ProposeForm(InviteForm):
    email = full_name = language = None


class EndRoleForm(ReasonForm):
    """`memberships`: those that can be ended."""

    membership = forms.ModelChoiceField(label=_("Role"), queryset=Membership.objects.none())
    field_order = ["membership", "reason"]

    def __init__(self, *args, memberships, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["membership"].queryset = memberships


def _name(language: Language) -> forms.CharField:
    return forms.CharField(
        label=format_lazy("{} ({})", _("name"), language.label), max_length=300, required=False
    )


class NamesForm(forms.Form):
    name_ky, name_ru, name_en = (_name(language) for language in (Language.KY, Language.RU, Language.EN))


class OpenOrganisationForm(NamesForm):
    kind = forms.ChoiceField(
        label=_("kind"),
        choices=[one for one in OrganisationKind.choices if one[0] != OrganisationKind.EMPLOYER],
    )
    state = forms.ChoiceField(label=pgettext_lazy("country", "state"), choices=State)


class RenameForm(NamesForm, ReasonForm):
    field_order = ["name_ky", "name_ru", "name_en", "reason"]


class CloseOrganisationForm(ReasonForm):
    end_roles = forms.BooleanField(label=_("End all roles that are still held there"), required=False)


class PasswordForm(forms.Form):
    new = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters; several words that nobody would guess are best."),
    )
    again = forms.CharField(
        label=_("New password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self):
        values = super().clean()
        if values.get("new") != values.get("again"):
            self.add_error("again", _("The two passwords are not the same."))
        return values


class ChangePasswordForm(PasswordForm):
    old = forms.CharField(
        label=_("Old password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["old", "new", "again"]


class ResetForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))


class EntryCodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the office"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text=_("Ten letters and digits; spaces do not matter."),
    )


class DeputyForm(forms.Form):
    """`memberships`: one's own; `colleagues`: who can stand in."""

    membership = forms.ModelChoiceField(label=_("In which role?"), queryset=Membership.objects.none())
    deputy = AlphabeticalChoice(label=_("Who stands in?"), queryset=User.objects.none())
    from_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    until_on = forms.DateField(
        label=_("Until, this day included"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(label=_("Why?"), max_length=300)

    def __init__(self, *args, memberships, colleagues, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["membership"].queryset = memberships
        self.fields["deputy"].queryset = colleagues


class TokenForm(forms.Form):
    """`actions`: what the person may put into a token."""

    name = forms.CharField(label=_("What is it for?"), max_length=100)
    actions = forms.MultipleChoiceField(
        label=_("What may it do?"), widget=forms.CheckboxSelectMultiple, choices=[]
    )
    days = forms.IntegerField(label=_("For how many days?"), min_value=1, max_value=365, initial=90)

    def __init__(self, *args, actions: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["actions"].choices = [(action, action) for action in actions]
