"""A call is taken down while it is listened to: kept while typing, with a button where there are no scripts."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import grants, require
from cases import retention
from cases.forms.work import PhoneIntakeForm
from cases.kept import KEPT
from cases.models import Case, Draft
from cases.services import drafts
from cases.views.field import speaks_json
from common import formatting
from common.errors import Invalid, KozotError
from common.keys.vault import Locked

NOT_TYPED = {"csrfmiddlewaretoken", "token", "discard"}


def intake_organisation(by):
    """The organisation in which the person takes in cases, whatever other memberships there are."""
    holding = [m for who in grants(by, "cases.case.open").values() for m in who.memberships]
    return next(m.organisation for m in holding if m.organisation_id)


@never_cache
@login_required
def call(request: HttpRequest, pk: uuid.UUID | None = None) -> HttpResponse:
    """An empty page, or one's own draft; its buttons send, keep or discard."""
    require(request.user, drafts.KEEP)
    draft = get_object_or_404(Draft.objects, pk=pk, case__isnull=True, ended_at__isnull=True) if pk else None
    if request.method == "POST":
        return _pressed(request, draft)
    if draft:
        return _page(request, PhoneIntakeForm(initial=drafts.resume(by=request.user, draft=draft)), draft)
    return _page(request, PhoneIntakeForm(), None)


def _page(request: HttpRequest, form: PhoneIntakeForm, draft: Draft | None, token: Any = None):
    context = {"form": form, "draft": draft, "token": token or (draft.token if draft else uuid.uuid4())}
    context["days"] = retention.DRAFT.days
    return render(request, "cases/call.html", context, status=400 if form.errors else 200)


def _pressed(request: HttpRequest, draft: Draft | None) -> HttpResponse:
    token = draft.token if draft else (_token(request) or uuid.uuid4())
    home = draft.organisation if draft else intake_organisation(request.user)
    if "discard" in request.POST:
        for one in (
            [draft] if draft else Draft.objects.filter(user=request.user, case__isnull=True, token=token)
        ):
            drafts.discard(by=request.user, draft=one)
        messages.success(request, _("The draft was discarded."))
        return redirect("cases:my_day")
    form = PhoneIntakeForm(request.POST)
    try:
        if "keep" in request.POST:
            drafts.keep(by=request.user, organisation=home, token=token, content=typed(request))
            messages.success(request, _("Kept as a draft: you find it on your day."))
            return redirect("cases:my_day")
        if form.is_valid():
            made = drafts.take_down(by=request.user, organisation=home, token=token, **form.cleaned_data)
            messages.success(request, _("The call has been taken down."))
            return redirect("admin:cases_helprequest_change", made.pk)
    except Locked:
        raise
    except KozotError as error:
        form.is_valid()
        form.add_error(
            error.field if error.field in form.fields else None, f"{error} {error.way_out}".strip()
        )
    return _page(request, form, draft, token)


@speaks_json
@require_POST
def keep_draft(request: HttpRequest) -> HttpResponse:
    """What the script sends every few seconds: answered with the time at which it was kept."""
    token = _token(request)
    if token is None:
        raise Invalid("token_missing", _("This page cannot be kept."), way_out=_("Open it anew."))
    home = intake_organisation(request.user)
    kept = drafts.keep(by=request.user, organisation=home, token=token, content=typed(request))
    return JsonResponse({"kept": formatting.datetime_short(timezone.localtime(kept.saved_at))})


@speaks_json
@require_POST
def keep_form(request: HttpRequest, pk: uuid.UUID, form: str) -> HttpResponse:
    """The same for a long form of a case; its button `discard` forgets what was typed."""
    if form not in KEPT:
        raise Http404
    case, token = get_object_or_404(Case.objects, pk=pk), _token(request)
    if token is None:
        raise Invalid("token_missing", _("This page cannot be kept."), way_out=_("Open it anew."))
    if "discard" in request.POST:
        drafts.discard_page(by=request.user, case=case, form=form, token=token)
        messages.success(request, _("The draft was discarded."))
        return redirect("admin:cases_case_change", case.pk)
    content = {name: values for name, values in request.POST.lists() if name not in NOT_TYPED and any(values)}
    plain = {name: values[0] if len(values) == 1 else values for name, values in content.items()}
    kept = drafts.keep(
        by=request.user, organisation=case.organisation, token=token, content=plain, case=case, form=form
    )
    return JsonResponse({"kept": formatting.datetime_short(timezone.localtime(kept.saved_at))})


def typed(request: HttpRequest) -> dict[str, str]:
    """What stands in the fields of the form, right or not."""
    return {name: request.POST[name] for name in PhoneIntakeForm.base_fields if request.POST.get(name)}


def _token(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("token", ""))
    except ValueError:
        return None
