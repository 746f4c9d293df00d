"""The field kit: a shell without a word of any case, and a few addresses that its script speaks to in JSON."""

import datetime as dt
import hashlib
import uuid
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import permits, require
from cases.enums import ServiceState
from cases.forms.work import PhoneIntakeForm
from cases.models import Case, FieldPhone
from cases.services import field
from common import formatting
from common.errors import Invalid, KozotError
from common.keys.vault import Locked

STYLES = ("kozot/css/tokens.css", "kozot/css/base.css", "kozot/css/components.css")
SCRIPTS = ("cases/js/field-store.js", "cases/js/field-sync.js", "cases/js/field.js")
PICTURES = ("kozot/img/favicon.svg", "kozot/img/logo.svg", "kozot/img/icons.svg", "kozot/img/border.svg")
NOTES = 20


class IntakeForm(PhoneIntakeForm):
    """As at the desk, without the kinds that never leave it."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [(kind.value, kind.label) for kind in field.KINDS]


@require_GET
def shell(request: HttpRequest) -> HttpResponse:
    """The same for everybody, so that it may lie on the telephone."""
    context = {"form": IntakeForm(auto_id="intake-%s", initial={"language": get_language()})}
    context |= {"styles": STYLES, "scripts": SCRIPTS, "days": field.DAYS_WITHOUT_CONTACT}
    return render(request, "cases/field.html", context)


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    icon = {"src": static("kozot/img/favicon.svg"), "sizes": "any", "type": "image/svg+xml"}
    return JsonResponse(
        {
            "name": _("Kozot in the field"),
            "short_name": _("Kozot"),
            "start_url": reverse("cases:field"),
            "scope": reverse("cases:field"),
            "display": "standalone",
            "background_color": "#f5f6f4",
            "theme_color": "#1b3560",
            "lang": get_language(),
            "icons": [{**icon, "purpose": "any"}, {**icon, "purpose": "maskable"}],
        },
        content_type="application/manifest+json",
    )


@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """Its text changes with any of the files, so that a telephone notices a new release."""
    files = [static(name) for name in (*STYLES, *SCRIPTS, *PICTURES)]
    context = {"files": files, "version": hashlib.sha256("".join(files).encode()).hexdigest()[:12]}
    answer = render(request, "cases/field-worker.js", context, content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


def speaks_json(view):
    """Signed in or 401; an error of a service as JSON with its code, the field and the way out; never cached."""

    @never_cache
    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"code": "signed_out"}, status=401)
        try:
            require(request.user, field.USE)
            return view(request, *args, **kwargs)
        except Locked as error:
            return JsonResponse({"code": error.code, "text": _text(error)}, status=423)
        except KozotError as error:
            status = 422 if error.status == 400 else error.status
            return JsonResponse(
                {"code": error.code, "field": error.field, "text": _text(error)}, status=status
            )

    return run


def _text(error: KozotError) -> str:
    return f"{error} {error.way_out}".strip()


def _phone(pk: uuid.UUID) -> FieldPhone:
    return get_object_or_404(FieldPhone.objects, pk=pk)


@speaks_json
@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """Who is signed in here, and the token that the next posts need."""
    return JsonResponse({"csrf": get_token(request), "person": str(request.user.pk)})


@speaks_json
@require_POST
def register_phone(request: HttpRequest) -> HttpResponse:
    made = field.register(by=request.user, name=request.POST.get("name", ""))
    return JsonResponse({"phone": str(made.pk), "person": str(request.user.pk)}, status=201)


@speaks_json
@require_GET
def phone_cases(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = field.carried(by=request.user, phone=_phone(pk))
    return JsonResponse({"cases": [_told(case) for case in found]})


def _told(case: Case) -> dict[str, Any]:
    """What a case worker needs on the way."""
    client = case.client
    facts = [
        (_("Kind of case"), case.get_type_display()),
        (_("Country"), formatting.country_name(case.country)),
        (_("Risk"), case.get_risk_level_display()),
        (_("Act by"), formatting.date_short(case.act_by) if case.act_by else ""),
        (pgettext("client", "Name"), client.name),
        (_("Telephone or e-mail"), client.contact),
        (_("Safe way to reach"), client.get_channel_display()),
        (_("When it is safe"), client.safe_hours),
    ]
    waiting = (
        case.services.filter(state=ServiceState.NOT_IMPLEMENTED).select_related("key").order_by("due_on")
    )
    notes = case.notes.select_related("key", "author").order_by("-written_at")[:NOTES]
    return {
        "id": str(case.pk),
        "title": f"{case.number} · {client.pseudonym}",
        "facts": [[str(term), str(value)] for term, value in facts if value],
        "tasks": [f"{formatting.date_short(one.due_on)}: {one.what}" for one in waiting],
        "notes": [
            {
                "when": formatting.datetime_short(timezone.localtime(one.written_at)),
                "by": one.author.full_name,
                "text": one.text,
            }
            for one in notes
        ],
    }


@speaks_json
@require_POST
def take_entry(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One entry of the outbox: 201 new, 200 known; 409 and 422 with the reason; 410 where the phone must be emptied."""
    sent, file = request.POST, request.FILES.get("file")
    values = {"text": sent.get("text", "")}
    if sent.get("kind") == "intake":
        form = IntakeForm(sent)
        if not form.is_valid():
            name, errors = next(iter(form.errors.items()))
            label = form.fields[name].label if name in form.fields else ""
            raise Invalid("form_invalid", f"{label}: {errors[0]}".strip(": "), field=name)
        values = form.cleaned_data
    entry, is_new = field.take(
        by=request.user,
        phone=_phone(pk),
        key=_uuid(sent.get("key")),
        kind=sent.get("kind", ""),
        made_at=_moment(sent.get("made_at")),
        case=_uuid(sent.get("case")) if sent.get("case") else None,
        file=file.file if file else None,
        file_name=file.name if file else "",
        **values,
    )
    told = {"outcome": entry.outcome}
    if entry.case_id and sent.get("since"):
        told["meanwhile"] = field.meanwhile(request.user, entry.case, _moment(sent["since"]))
    return JsonResponse(told, status=201 if is_new else 200)


def _uuid(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(str(text))
    except ValueError as error:
        raise Invalid("key_invalid", _("The entry has no valid key.")) from error


def _moment(text: str | None) -> dt.datetime:
    try:
        found = parse_datetime(text or "")
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid("moment_invalid", _("The entry has no valid time."))
    return found


@speaks_json
@require_POST
def phone_emptied(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    field.emptied(by=request.user, phone=_phone(pk))
    return JsonResponse({})


@login_required
def phones(request: HttpRequest) -> HttpResponse:
    """Which telephones carry cases, and a button for one that was lost."""
    require(request.user, FieldPhone.VIEW)
    if request.method == "POST":
        one = get_object_or_404(FieldPhone.objects, pk=_uuid(request.POST.get("phone")))
        field.end(by=request.user, phone=one)
        return redirect("cases:field_phones")
    found = FieldPhone.objects.select_related("user").order_by("-seen_at")[:200]
    cards = [{"phone": one, "may_end": permits(request.user, field.END, one)} for one in found]
    return render(request, "cases/field_phones.html", {"cards": cards})
