"""The page of the organisation's key: choose a passphrase, unlock, let colleagues in, change, recover."""

from typing import Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from accounts.access import grants, permits, require
from accounts.models import Organisation, User
from cases import vault_session
from cases.models import MemberKey, Vault, VaultShare
from cases.services import vaults
from common import throttle
from common.errors import KozotError, Refused
from common.keys.vault import check_digits, private_of


class PassphraseForm(forms.Form):
    passphrase = forms.CharField(
        label=_("Passphrase"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        strip=True,
        max_length=200,
    )


class NewPassphraseForm(PassphraseForm):
    again = forms.CharField(
        label=_("The same once more"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        max_length=200,
    )

    def clean(self):
        values = super().clean()
        if values.get("passphrase") != values.get("again", "").strip():
            self.add_error("again", _("The two are not the same."))
        return values


class RecoverForm(NewPassphraseForm):
    words = forms.CharField(label=_("Recovery words"), max_length=100)
    field_order = ["words", "passphrase", "again"]


def vault(request):
    """Everything about the key on one page; what stands there follows from how far the person has come."""
    require(request.user, vaults.USE)
    organisation = _organisation(request.user)
    step = request.POST.get("step", "")
    form = FORMS.get(step, forms.Form)(request.POST or None)
    if request.method == "POST" and step in STEPS and form.is_valid():
        if not throttle.allow("token", request):
            return render(request, "429.html", status=429)
        try:
            return STEPS[step](request, organisation, form.cleaned_data)
        except KozotError as error:
            where = error.field if error.field in form.fields else None
            form.add_error(where, f"{error} {error.way_out}".strip())
    answer = render(
        request,
        "cases/vault.html",
        _context(request, organisation, step, form),
        status=400 if form.errors else 200,
    )
    add_never_cache_headers(answer)
    return answer


def _organisation(user: Any) -> Organisation:
    held = [m.organisation for who in grants(user, vaults.USE).values() for m in who.memberships]
    if not any(held):
        raise Refused()
    return next(one for one in held if one)


def _context(request, organisation, step: str, form) -> dict[str, Any]:
    user = request.user
    current = Vault.objects.filter(organisation=organisation, retired_at__isnull=True).first()
    own = MemberKey.objects.filter(user=user).first()
    shares = set(VaultShare.objects.filter(vault=current).values_list("user_id", flat=True))
    is_open = bool(current and private_of(str(current.pk)))
    blank = {name: made() for name, made in FORMS.items()}
    if step in FORMS:
        blank[step] = form
    staff = vaults.members(organisation)
    keys = {one.user_id: one for one in MemberKey.objects.filter(user__in=staff)}
    return {
        "title": _("Key of the cases"),
        "organisation": organisation,
        "current": current,
        "own": own,
        "digits": check_digits(own.public) if own else "",
        "has_share": user.pk in shares,
        "is_open": is_open,
        "may_manage": permits(user, vaults.MANAGE),
        "forms": blank,
        "step_errors": form.non_field_errors() if step and step not in FORMS else [],
        "next": request.GET.get("next", ""),
        "with_key": [one for one in staff if one.pk in shares],
        "waiting": [
            {"user": one, "digits": check_digits(keys[one.pk].public)}
            for one in staff
            if one.pk in keys and one.pk not in shares
        ],
        "left": list(User.objects.filter(pk__in=shares).exclude(pk__in=[one.pk for one in staff])),
    }


def _back(request) -> Any:
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return redirect(wanted if wanted and safe else "cases:vault")


def _choose(request, organisation, values):
    vaults.choose_passphrase(by=request.user, passphrase=values["passphrase"])
    answer = _back(request)
    vault_session.remember(request, answer, vaults.open_member(request.user, values["passphrase"]))
    return answer


def _unlock(request, organisation, values):
    private = vaults.open_member(request.user, values["passphrase"])
    answer = _back(request)
    vault_session.remember(request, answer, private)
    return answer


def _lock(request, organisation, values):
    answer = redirect("cases:vault")
    vault_session.forget(request, answer)
    return answer


def _words(request, words: str):
    answer = render(request, "cases/recovery_words.html", {"words": words, "title": _("Recovery words")})
    add_never_cache_headers(answer)
    return answer


def _set_up(request, organisation, values):
    return _words(request, vaults.set_up(by=request.user, organisation=organisation))


def _change(request, organisation, values):
    return _words(request, vaults.change(by=request.user, organisation=organisation))


def _let_in(request, organisation, values):
    wanted = [str(one.pk) for one in vaults.members(organisation)]
    if request.POST.get("user") not in wanted:
        raise Refused()
    user = User.objects.get(pk=request.POST["user"])
    vaults.let_in(by=request.user, organisation=organisation, user=user)
    messages.success(request, __("Done."))
    return redirect("cases:vault")


def _recover(request, organisation, values):
    vaults.recover(
        by=request.user,
        organisation=organisation,
        words=values["words"],
        passphrase=values["passphrase"],
    )
    return _unlock(request, organisation, values)


FORMS = {"choose": NewPassphraseForm, "unlock": PassphraseForm, "recover": RecoverForm}
STEPS = {
    "choose": _choose,
    "unlock": _unlock,
    "lock": _lock,
    "set_up": _set_up,
    "change": _change,
    "let_in": _let_in,
    "recover": _recover,
}
