"""Setting a password by a one-time link, asking for one, changing one's own; and a worker's code from the office."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as auth_login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import wall
from accounts.enums import LinkPurpose
from accounts.forms.people import ChangePasswordForm, EntryCodeForm, PasswordForm, ResetForm
from accounts.middleware import speak
from accounts.models import User
from accounts.services import entry_codes, links, second_factor, sessions, tokens
from accounts.views.oidc import offered
from accounts.views.second_factor import next_step
from common import throttle
from common.errors import KozotError


def _tell(form: Any, error: KozotError) -> None:
    where = error.field if error.field in form.fields else None
    form.add_error(where, f"{error} {error.way_out}".strip())


def _page(request: HttpRequest, form: Any, **words: Any) -> HttpResponse:
    status = 400 if form.errors else 200
    return render(request, "accounts/simple_form.html", {"form": form, **words}, status=status)


@never_cache
@sensitive_post_parameters()
def by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """The page that a one-time link leads to; it signs nobody in."""
    link = links.find(secret)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            links.set_password(by=None, secret=secret, password=form.cleaned_data["new"])
        except KozotError as error:
            _tell(form, error)
        else:
            messages.success(request, _("Your password is set. Sign in with it."))
            return redirect("accounts:sign_in")
    return _page(
        request,
        form,
        title=_("Choose a password"),
        offered=_offered(link, secret),
        text=" · ".join(filter(None, [link.user.full_name, _tokens_too(link.user)])),
        label=_("Set the password"),
    )


@never_cache
def ask_reset(request: HttpRequest) -> HttpResponse:
    """The answer is the same whether there is such an account or not."""
    form = ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if throttle.allow("reset_address", request):
            links.ask_reset_in_queue(form.cleaned_data["email"])
        messages.success(
            request,
            _(
                "If there is an account with this address, a link has been sent to it. It stands for one hour."
            ),
        )
        return redirect("accounts:sign_in")
    text = _("We send a link to your e-mail. Your second factor stays as it is.")
    return _page(request, form, title=_("Forgotten password"), text=text, label=_("Send the link"))


@never_cache
@login_required
@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        old, new = form.cleaned_data["old"], form.cleaned_data["new"]
        who = {"sign_in_account": request.user.email}
        try:
            if throttle.is_over("sign_in_account", who["sign_in_account"]):
                raise second_factor.Invalid("too_many", second_factor.TOO_MANY)
            links.change_password(by=request.user, old=old, new=new, keep=request.sign_in)
        except KozotError as error:
            throttle.count("sign_in_account", who["sign_in_account"])
            _tell(form, error)
        else:
            return _again_inside(request)
    text = " ".join(filter(None, [_("Every other session of yours ends."), _tokens_too(request.user)]))
    return _page(request, form, title=_("Change the password"), text=text, label=_("Change"))


def _tokens_too(user: User) -> str:
    """What a new password ends beside sessions, for whoever has it."""
    words = _("Your API tokens are revoked too: issue new ones where programs need them.")
    return words if tokens.standing(user).exists() else ""


def _again_inside(request: HttpRequest) -> HttpResponse:
    """Django voids a session whose password has changed; this one goes on."""
    from django.contrib.auth import update_session_auth_hash

    update_session_auth_hash(request, request.user)
    sessions.carry_on(request)
    messages.success(request, _("The password is changed."))
    return redirect("accounts:mine")


@never_cache
@sensitive_post_parameters()
def by_code(request: HttpRequest) -> HttpResponse:
    """A worker's first way in; the next one is a passkey."""
    form = EntryCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if not throttle.allow("entry_code", request):
                raise second_factor.Invalid("too_many", second_factor.TOO_MANY)
            user = entry_codes.use(by=None, code=form.cleaned_data["code"])
        except KozotError as error:
            _tell(form, error)
        else:
            return _enter(request, user)
    text = _("An office gives you the code when you come with your document, or sends it to your own phone.")
    return _page(request, form, title=_("Sign in with a code"), text=text, label=_("Sign in"))


def _enter(request: HttpRequest, user: Any) -> HttpResponse:
    auth_login(request, user, settings.AUTHENTICATION_BACKENDS[0])
    if wall.owes(request, sessions.current(request)):
        response = next_step(request, user)
    else:
        messages.info(
            request,
            _("The code is used up. Make a passkey now, so that you get in again without the office."),
        )
        response = redirect("accounts:enrol_passkey")
    return speak(response, user.language)


def _offered(link: Any, secret: str) -> list[dict[str, str]]:
    """An invitation can be answered with the sign-in of a ministry; a forgotten password cannot."""
    if link.purpose != LinkPurpose.INVITATION:
        return []
    return [
        one | {"url": f"{reverse('accounts:oidc', args=[one['code']])}?link={secret}"} for one in offered()
    ]
