from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common import throttle


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
