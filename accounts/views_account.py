"""One's own account: roles, second factors, sessions, language, who looked at it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common.journal.models import Entry

from .models import User
from .services import second_factor, sessions

SHOWN = 30


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    kinds = second_factor.factors(request.user)
    context = {
        "memberships": request.user.valid_memberships,
        "factors": [one for one in kinds if one.type != second_factor.Factor.RECOVERY_CODE],
        "codes_left": _codes_left(kinds),
        "sessions": sessions.standing(request.user),
        "this_session": request.sign_in,
        "looks": looks_at(request.user),
    }
    return render(request, "accounts/mine.html", context)


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
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, samesite="Lax")
    return response


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
