"""Signing in through a state or ministry: out to it, back, and then the same wall as everybody else."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as auth_login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import oidc, wall
from accounts.middleware import speak
from accounts.models import User
from accounts.services import identities, links, sessions
from accounts.views.second_factor import go_on, next_step, remember_next
from common import throttle
from common.errors import KozotError, Refused
from common.journal import services as journal
from common.journal.models import Verb

KEPT = "kozot_oidc"


def offered() -> list[dict[str, str]]:
    """For the sign-in page: the sign-ins of others, by name."""
    language = get_language() or "ky"
    return [{"code": one.code, "name": one.name(language)} for one in oidc.providers().values()]


@never_cache
@require_GET
def leave(request: HttpRequest, provider: str) -> HttpResponse:
    """Out to the provider. With `link` an invitation is used by it; with `connect` one's own account is connected."""
    one = oidc.provider(provider)
    if not throttle.allow("sign_in_address", request):
        raise Refused()
    purpose = {"link": request.GET.get("link", ""), "connect": "connect" in request.GET}
    if purpose["link"]:
        links.find(purpose["link"])
    if purpose["connect"] and not _may_connect(request):
        remember_next(request, request.get_full_path())
        return redirect("accounts:second_step")
    remember_next(request, request.GET.get("next", ""))
    try:
        address, kept = oidc.begin(one, _own_address(one))
    except KozotError as error:
        return _back(request, error)
    request.session[KEPT] = kept | purpose | {"provider": provider}
    return HttpResponseRedirect(address)


def _may_connect(request: HttpRequest) -> bool:
    """A fresh second factor first, where the person has one."""
    return request.user.is_authenticated and not sessions.owes_fresh(request)


def _own_address(one: oidc.Provider) -> str:
    return settings.SITE_ADDRESS + reverse("accounts:oidc_back", args=[one.code])


@never_cache
@require_GET
def come_back(request: HttpRequest, provider: str) -> HttpResponse:
    """Back from the provider; what it brings is good for the session that was sent out, once."""
    one = oidc.provider(provider)
    kept = request.session.pop(KEPT, {})
    try:
        if kept.get("provider") != provider:
            raise oidc.NotProved("state")
        subject = oidc.finish(one, request.GET.dict(), kept, _own_address(one))
        return _arrived(request, one, subject, kept)
    except KozotError as error:
        return _back(request, error)


def _arrived(request: HttpRequest, one: oidc.Provider, subject: str, kept: dict[str, Any]) -> HttpResponse:
    if kept["connect"]:
        if not _may_connect(request):
            raise oidc.NotProved("session")
        identities.bind(by=request.user, one=one, subject=subject)
        messages.success(request, _("The sign-in is connected with your account."))
        return redirect("accounts:mine")
    if kept["link"]:
        user = identities.bind_by_link(by=None, secret=kept["link"], one=one, subject=subject)
    else:
        user = identities.find(one, subject)
    return _enter(request, user, one)


def _enter(request: HttpRequest, user: User, one: oidc.Provider) -> HttpResponse:
    auth_login(request, user, settings.AUTHENTICATION_BACKENDS[0])
    row = sessions.current(request)
    if wall.owes(request, row):
        response = next_step(request, user)
    else:
        journal.record(by=user, verb=Verb.SIGNED_IN, details={"provider": one.code})
        response = go_on(request)
    return speak(response, user.language)


def _back(request: HttpRequest, error: KozotError) -> HttpResponse:
    messages.error(request, f"{error} {error.way_out}".strip())
    journal.record(by=None, verb=Verb.REFUSED, reason=f"sign-in of another: {error.code}")
    return redirect("accounts:mine" if request.user.is_authenticated else "accounts:sign_in")


@login_required
@require_POST
def disconnect(request: HttpRequest, pk) -> HttpResponse:
    identities.unbind(by=request.user, pk=pk)
    messages.success(request, _("The sign-in is disconnected."))
    return redirect("accounts:mine")
