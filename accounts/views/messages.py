"""What happened for me, how I am told of it, and the address that ends a kind of message."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts import access
from accounts.forms.messages import AddressCodeForm, AddressForm, MessageSettingsForm
from accounts.message_words import read_token, sentence
from accounts.models import Notice
from accounts.models.notice import NOWHERE
from accounts.notices import kinds, kinds_of
from accounts.services import message_settings as service
from common.errors import KozotError

SHOWN = 50
PLAIN = ("channel", "time_zone", "quiet_from", "quiet_until", "daily_at")


@login_required
def my_messages(request: HttpRequest) -> HttpResponse:
    """The newest notices; each leads to where it can be looked at."""
    access.require(request.user, Notice.VIEW)
    rows = Notice.objects.filter(user=request.user).select_related("message").order_by("-at")[:SHOWN]
    known = kinds()
    shown = [{"text": sentence(one.kind, 1), "one": one} for one in rows if one.kind in known]
    return render(request, "accounts/messages.html", {"rows": shown})


@login_required
def settings_page(request: HttpRequest) -> HttpResponse:
    access.require(request.user, Notice.VIEW)
    form = _settings_form(request, request.POST or None)
    if request.method != "POST":
        return _page(request, form=form)
    if form.is_valid() and _run(form, lambda: service.save(by=request.user, **form.values())):
        messages.success(request, _("It is kept."))
        return redirect("accounts:message_settings")
    return _page(request, form=form)


@login_required
@require_POST
def address(request: HttpRequest) -> HttpResponse:
    """Names an address of one's own, confirms it by the code that went there, or forgets it."""
    access.require(request.user, Notice.VIEW)
    act, by = request.POST.get("act"), request.user
    if act == "forget":
        service.forget_address(by=by)
        messages.success(request, _("The address is forgotten."))
        return redirect("accounts:message_settings")
    if act == "ask":
        form = AddressForm(request.POST)
        if form.is_valid() and _run(form, lambda: service.ask_address(by=by, **form.cleaned_data)):
            messages.success(request, _("A code is on its way. Type it here."))
            return redirect("accounts:message_settings")
        return _page(request, address_form=form)
    if act == "confirm":
        form = AddressCodeForm(request.POST)
        if form.is_valid() and _run(form, lambda: service.confirm_address(by=by, **form.cleaned_data)):
            messages.success(request, _("From now on messages go there."))
            return redirect("accounts:message_settings")
        return _page(request, code_form=form)
    raise Http404


def _run(form: forms.Form, step: Any) -> bool:
    try:
        step()
    except KozotError as error:
        where = error.field if error.field in form.fields else None
        form.add_error(where, f"{error} {error.way_out}".strip())
        return False
    return True


def _settings_form(request: HttpRequest, data: Any = None) -> MessageSettingsForm:
    row, known = service.of(request.user), kinds_of(request.user)
    initial = {one.code: row.choices.get(one.code, one.usual) for one in known}
    initial |= {name: getattr(row, name) for name in PLAIN}
    return MessageSettingsForm(data, initial=initial, kinds=known)


def _page(request: HttpRequest, **sent: forms.Form) -> HttpResponse:
    """All three forms: the one that was sent, the others fresh."""
    row, mail = service.of(request.user), request.user.email
    context = {
        "form": sent.get("form") or _settings_form(request),
        "address_form": sent.get("address_form") or AddressForm(),
        "code_form": sent.get("code_form") or AddressCodeForm(),
        "is_asked": bool(row.asked_digest),
        "own": _hinted(row.own_address()),
        "account": "" if mail.endswith(NOWHERE) else mail,
    }
    status = 400 if any(one.errors for one in sent.values()) else 200
    return render(request, "accounts/message_settings.html", context, status=status)


def _hinted(address: str) -> str:
    """Enough for its owner to know it again, too little for whoever looks over the shoulder."""
    name, at, domain = address.partition("@")
    if at:
        return f"{name[:1]}…@{domain}"
    return f"…{address[-3:]}" if address else ""


@csrf_exempt  # the signed address is the right; mail programs post here without a cookie (RFC 8058)
@never_cache
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """A page with a button: programs that open every link of a letter must not end anything by it."""
    found = read_token(token)
    if found is None:
        raise Http404
    if request.method == "POST":
        service.stop(by=request.user, token=token)
    return render(request, "accounts/messages_stop.html", {"is_done": request.method == "POST"})
