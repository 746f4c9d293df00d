"""One's own account: roles, second factors, sessions, language, who looked at it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts import access
from accounts.forms.people import DeputyForm, LanguageForm
from accounts.middleware import speak
from accounts.models import Deputy, User
from accounts.services import deputies, second_factor, sessions
from accounts.views.oidc import offered
from common import formatting
from common.errors import KozotError
from common.journal.models import Entry

SHOWN = 30


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    kinds = second_factor.factors(request.user)
    context = {
        "memberships": request.user.valid_memberships,
        "may_name_deputy": access.permits(request.user, deputies.ACTION),
        "factors": [one for one in kinds if one.type != second_factor.Factor.RECOVERY_CODE],
        "connected": request.user.identities.order_by("created_at"),
        "not_connected": _not_connected(request.user),
        "codes_left": _codes_left(kinds),
        "sessions": sessions.standing(request.user),
        "this_session": request.sign_in,
        "language_form": LanguageForm(initial={"language": request.user.language}),
        "looks": looks_at(request.user),
    }
    return render(request, "accounts/mine.html", context)


def _not_connected(user: User) -> list[dict[str, str]]:
    taken = set(user.identities.values_list("provider", flat=True))
    return [one for one in offered() if one["code"] not in taken]


def _codes_left(kinds: list) -> int | None:
    found = [one for one in kinds if one.type == second_factor.Factor.RECOVERY_CODE]
    return len(found[0].wrap().get_unused_codes()) if found else None


def looks_at(user: User) -> list[tuple]:
    """(when, who, what) of the last acts of others on this account."""
    rows = list(
        Entry.objects.filter(object_type=user._meta.label_lower, object_id=str(user.pk))
        .exclude(actor_id=user.pk)
        .order_by("-id")[:SHOWN]
    )
    names = dict(User.objects.filter(pk__in={row.actor_id for row in rows}).values_list("pk", "full_name"))
    return [(row.at, names.get(row.actor_id, "—"), row.get_verb_display()) for row in rows]


@login_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The person's language for pages and messages; anything unknown changes nothing."""
    chosen = request.POST.get("language", "")
    response = redirect("accounts:mine")
    if chosen in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=chosen)
        speak(response, chosen)
    return response


@login_required
def deputies_page(request: HttpRequest) -> HttpResponse:
    """Who stands in for whom: naming one for oneself, ending it from either side."""
    access.require(request.user, deputies.ACTION)
    known = {
        "memberships": deputies.memberships(request.user).select_related("organisation"),
        "colleagues": deputies.colleagues(request.user),
    }
    form = DeputyForm(request.POST or None, **known)
    if request.method == "POST" and form.is_valid():
        try:
            deputies.name(by=request.user, **form.cleaned_data)
            messages.success(request, _("Your deputy is named."))
            return redirect("accounts:deputies")
        except KozotError as error:
            form.add_error(
                error.field if error.field in form.fields else None, f"{error} {error.way_out}".strip()
            )
    context = {
        "form": form,
        "title": _("My deputy"),
        "text": _(
            "A colleague of your organisation works in your role while you are away: as far as you may, "
            "and no further."
        ),
        "label": _("Name the deputy"),
        "rows": [_deputy_row(one) for one in deputies.standing(request.user)],
        "rows_title": _("Named"),
    }
    return render(request, "accounts/simple_form.html", context, status=400 if form.errors else 200)


def _deputy_row(one: Deputy) -> dict[str, str]:
    days = formatting.date_range(one.from_on, one.until_on)
    text = f"{one.membership.user} → {one.deputy} · {one.membership} · {days}"
    return {"text": text, "end_url": reverse("accounts:end_deputy", args=[one.pk])}


@login_required
@require_POST
def end_deputy(request: HttpRequest, pk) -> HttpResponse:
    deputies.end(by=request.user, pk=pk)
    messages.success(request, _("It is ended."))
    return redirect("accounts:deputies")


@login_required
@require_POST
def end_session(request: HttpRequest, pk) -> HttpResponse:
    sessions.end(by=request.user, pk=pk)
    messages.success(request, _("The session is ended."))
    return redirect("accounts:mine")


@login_required
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    count = sessions.end_others(by=request.user, keep=request.sign_in)
    messages.success(
        request,
        ngettext("%(count)d other session is ended.", "%(count)d other sessions are ended.", count)
        % {"count": count},
    )
    return redirect("accounts:mine")
