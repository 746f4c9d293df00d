"""The second step of signing in, and setting up what it wants."""

from typing import Any

import segno
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.forms.second_factor import CodeForm, NewAppForm, NewPasskeyForm, PasskeyForm
from accounts.models import User
from accounts.navigation import first_page
from accounts.services import second_factor, sessions
from common import throttle
from common.errors import KozotError, Missing, Refused
from common.journal import services as journal
from common.journal.models import Verb

NEXT, PURPOSE = "kozot_next", "kozot_passkey_purpose"


def person_of(request: HttpRequest) -> User | None:
    """Whoever is signed in, wholly or half-way."""
    return request.user if request.user.is_authenticated else request.half_way


def go_on(request: HttpRequest) -> HttpResponse:
    """To where the person was going when the second step came between."""
    back = request.session.pop(NEXT, "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else first_page(person_of(request)))


def remember_next(request: HttpRequest, address: str) -> None:
    if address:
        request.session[NEXT] = address


def next_step(request: HttpRequest, person: User) -> HttpResponse:
    """Where a session goes that still owes a second factor."""
    return redirect("accounts:second_step" if second_factor.is_enrolled(person) else "accounts:enrol")


@never_cache
def second_step(request: HttpRequest) -> HttpResponse:
    """A code or a passkey, after the password or before a change of one's factors."""
    person = person_of(request)
    if person is None:
        return redirect_to_login(request.get_full_path())
    if not second_factor.is_enrolled(person):
        return redirect("accounts:enrol")
    remember_next(request, request.GET.get("next", ""))
    form = CodeForm()
    if request.method == "POST":
        by_passkey = "credential" in request.POST
        form = (PasskeyForm if by_passkey else CodeForm)(request.POST)
        if form.is_valid() and _confirmed(request, person, form):
            return go_on(request)
        form = _code_form_with(form) if by_passkey else form
    kinds = {one.type for one in second_factor.factors(person)}
    context = {"form": form, "has_passkey": second_factor.Factor.PASSKEY in kinds, "person": person}
    return render(request, "accounts/second_step.html", context, status=400 if form.errors else 200)


def _code_form_with(form: PasskeyForm) -> CodeForm:
    """The page has one visible form: a passkey that failed is told there."""
    shown = CodeForm(data={})
    shown.full_clean()
    shown.errors.clear()
    shown.add_error(None, " ".join(text for texts in form.errors.values() for text in texts))
    return shown


def _confirmed(request: HttpRequest, person: User, form: Any) -> bool:
    try:
        if isinstance(form, CodeForm):
            factor = second_factor.check_code(user=person, code=form.cleaned_data["code"])
        else:
            _purpose(request, "second_step")
            factor = second_factor.check_passkey(user=person, credential=form.cleaned_data["credential"])
    except KozotError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        journal.record(by=person, verb=Verb.REFUSED, obj=person, reason=error.code)
        return False
    sessions.confirm(request.sign_in, factor)
    if request.half_way:
        journal.record(by=person, verb=Verb.SIGNED_IN, details={"factor": factor})
    if factor == second_factor.Factor.RECOVERY_CODE:
        messages.warning(request, _("You have used a recovery code. Make new ones before they run out."))
    return True


@never_cache
@require_GET
def passkey_options(request: HttpRequest, purpose: str) -> JsonResponse:
    """What the browser asks the device for; the question is good once and only for this purpose."""
    if not throttle.allow("passkey", request):
        raise Refused()
    person = person_of(request)
    if purpose == "sign_in":
        options = webauthn.begin_authentication()
    elif purpose == "second_step" and person:
        options = webauthn.begin_authentication(person)
    elif purpose == "enrol" and (enrolling := _enrolling(request)):
        options = webauthn.begin_registration(enrolling, passwordless=True)
    else:
        raise Missing()
    request.session[PURPOSE] = purpose
    return JsonResponse(options)


def _purpose(request: HttpRequest, wanted: str) -> None:
    """A question that was put for something else is not taken."""
    if request.session.pop(PURPOSE, "") != wanted:
        raise second_factor.Invalid("wrong_passkey", second_factor.WRONG_PASSKEY, field="credential")


# --- setting up -----------------------------------------------------------------------------------------


def _enrolling(request: HttpRequest) -> User | None:
    """Who may add a factor: half-way only while there is none; wholly signed in only after a fresh one."""
    if request.half_way:
        return None if second_factor.is_enrolled(request.half_way) else request.half_way
    if not request.user.is_authenticated:
        return None
    return None if sessions.owes_fresh(request) else request.user


def wants_fresh(view):
    """Leads to the second step first where `_enrolling` says no."""

    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.enrolling = _enrolling(request)
        if request.enrolling:
            return view(request, *args, **kwargs)
        if person_of(request) is None:
            return redirect_to_login(request.get_full_path())
        if request.user.is_authenticated:
            remember_next(request, request.path if request.method == "GET" else reverse("accounts:mine"))
        return redirect("accounts:second_step")

    return never_cache(asked)


@wants_fresh
def enrol(request: HttpRequest) -> HttpResponse:
    """The choice between an app and a passkey."""
    context = {"required": second_factor.is_required(request.enrolling), "half_way": request.half_way}
    return render(request, "accounts/enrol.html", context)


@wants_fresh
def enrol_app(request: HttpRequest) -> HttpResponse:
    secret = totp.get_totp_secret()
    form = NewAppForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = _added(request, form, second_factor.add_app, secret=secret, code=form.cleaned_data["code"])
        if codes is not None:
            totp.clear_totp_secret(request)
            return _show_codes(request, codes, second_factor.Factor.APP)
    url = get_adapter().build_totp_url(request.enrolling, secret)
    picture = segno.make_qr(url, error="m").svg_inline(scale=5, border=4, light="#fff", svgclass="qr")
    context = {"form": form, "secret": _in_fours(secret), "picture": picture}
    return render(request, "accounts/enrol_app.html", context, status=400 if form.errors else 200)


def _in_fours(secret: str) -> str:
    return " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))


@wants_fresh
def enrol_passkey(request: HttpRequest) -> HttpResponse:
    form = NewPasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _purpose(request, "enrol")
            codes = _added(request, form, second_factor.add_passkey, **form.cleaned_data)
        except KozotError as error:
            form.add_error(None, str(error))
            codes = None
        if codes is not None:
            return _show_codes(request, codes, second_factor.Factor.PASSKEY)
    return render(request, "accounts/enrol_passkey.html", {"form": form}, status=400 if form.errors else 200)


def _added(request: HttpRequest, form: Any, add: Any, **values: Any) -> list[str] | None:
    try:
        return add(by=request.enrolling, **values)
    except KozotError as error:
        form.add_error(
            error.field if error.field in form.fields else None, f"{error} {error.way_out}".strip()
        )
        return None


def _show_codes(request: HttpRequest, codes: list[str], factor: str) -> HttpResponse:
    """The new factor has been shown just now, so that this session has shown one."""
    if request.half_way:
        journal.record(by=request.half_way, verb=Verb.SIGNED_IN, details={"factor": factor})
    sessions.confirm(request.sign_in, factor)
    messages.success(request, _("The second factor is set up."))
    if codes:
        return _codes_page(request, codes)
    return redirect("accounts:mine")


def _codes_page(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Answered to the press itself, so that the codes are kept nowhere on their way to the screen."""
    shown = [f"{code[:4]} {code[4:]}" for code in codes]
    return render(request, "accounts/recovery_codes.html", {"codes": shown})


@wants_fresh
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """A press of the button makes new ones and shows them this once."""
    if not (second_factor.is_enrolled(request.enrolling) and second_factor.is_required(request.enrolling)):
        return redirect("accounts:enrol")
    codes = second_factor.new_codes(by=request.enrolling) if request.method == "POST" else []
    return _codes_page(request, codes)


@never_cache
@require_GET
def enrolled(request: HttpRequest) -> HttpResponse:
    """From the recovery codes on to where the person was going."""
    return go_on(request) if request.user.is_authenticated else redirect("accounts:sign_in")


@wants_fresh
@require_POST
def remove_factor(request: HttpRequest) -> HttpResponse:
    try:
        second_factor.remove(by=request.enrolling, pk=_number(request.POST.get("factor", "")))
        messages.success(request, _("The second factor is removed."))
    except KozotError as error:
        messages.error(request, f"{error} {error.way_out}".strip())
    return redirect("accounts:mine")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def sign_in_with_passkey(request: HttpRequest, form: PasskeyForm) -> User:
    """The person whose passkey answered, verified by the device; it counts for both steps. Raises Invalid."""
    _purpose(request, "sign_in")
    credential = form.cleaned_data["credential"]
    user = second_factor.owner_of_passkey(credential)
    second_factor.check_passkey(user=user, credential=credential)
    return user
