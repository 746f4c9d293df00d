from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("The e-mail or the password is not right. Both are case-sensitive."),
        "inactive": _("This account has been closed."),
    }
