import datetime as dt
import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.enums import UNION_STATES
from common import clock, formatting
from common.errors import Conflict, KozotError, Refused
from common.journal.models import Verb
from pensions import people
from pensions.forms.registry import UploadForm
from pensions.imports import preview
from pensions.models import Employer, WorkRecordImport
from pensions.services import imports
from pensions.services.workers import note_reading

from .columns import columns_page


def own_employers(request: HttpRequest) -> list[Employer]:
    """Refused to whoever is not an employer's clerk."""
    found = list(people.employers_of(request.user))
    if not found:
        raise Refused()
    return found


@login_required
def employer_people(request: HttpRequest) -> HttpResponse:
    search, after = request.GET.get("q", "").strip(), request.GET.get("after", "")
    page = people.people(employers=own_employers(request), search=search, after=_uuid(after))
    note_reading(
        by=request.user,
        workers=[row.employment.worker for row in page.rows],
        action="registry.employment.view",
        verb=Verb.SEARCHED if search else Verb.LISTED,
    )
    rows = [
        [
            row.employment.worker.full_name,
            row.period.position if row.period else "—",
            formatting.date_range(row.period.start_on, row.period.end_on) if row.period else "—",
            formatting.month(row.last_month),
        ]
        for row in page.rows
    ]
    context = {
        "columns": [_("Full name"), _("Position"), _("Works"), _("Last month reported")],
        "rows": rows,
        "search": search,
        "next_url": "?" + urlencode({"q": search, "after": page.after}) if page.after else "",
    }
    return render(request, "pensions/employer/people.html", context)


def _uuid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""


@login_required
def employer_months(request: HttpRequest) -> HttpResponse:
    employers = own_employers(request)
    lines = people.months(employers=employers, today=clock.today())
    chosen = _month(request.GET.get("month", ""))
    missing = people.missing_in(employers=employers, month=chosen) if chosen else []
    note_reading(
        by=request.user,
        workers=[period.employment.worker for period in missing],
        action="registry.employment.view",
        verb=Verb.LISTED,
    )
    context = {
        "columns": [
            _("Month"),
            {"title": _("People working"), "number": True},
            {"title": _("Reported"), "number": True},
            {"title": _("Missing"), "number": True},
        ],
        "rows": [
            [
                {"value": formatting.month(line.month), "url": f"?month={line.month:%Y-%m}"},
                line.working,
                line.reported,
                {"value": formatting.number(line.missing), "tone": "warning"} if line.missing else 0,
            ]
            for line in lines
        ],
        "chosen": formatting.month(chosen) if chosen else "",
        "missing_columns": [_("Full name"), _("Position"), _("Works")],
        "missing_rows": [
            [
                period.employment.worker.full_name,
                period.position or "—",
                formatting.date_range(period.start_on, period.end_on),
            ]
            for period in missing
        ],
    }
    return render(request, "pensions/employer/months.html", context)


def _month(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


# --- files ------------------------------------------------------------------------------------------


@login_required
def employer_files(request: HttpRequest) -> HttpResponse:
    homes = [one.organisation_id for one in own_employers(request)]
    runs = WorkRecordImport.objects.filter(organisation_id__in=homes).select_related("file")
    rows = [
        [
            {"value": run.file.name, "url": reverse("pensions:employer_file", args=[run.pk])},
            formatting.date_short(run.created_at.date()),
            run.get_state_display(),
            (run.counts or {}).get("rows", "—"),
            (run.counts or {}).get("rejected", "—"),
        ]
        for run in runs.order_by("-created_at")[:100]
    ]
    columns = [
        _("File"),
        _("Sent"),
        _("Status"),
        {"title": _("Rows"), "number": True},
        {"title": _("Rejected"), "number": True},
    ]
    return render(request, "pensions/employer/files.html", {"columns": columns, "rows": rows})


@login_required
def employer_upload(request: HttpRequest) -> HttpResponse:
    employers = own_employers(request)
    access.require(request.user, "registry.import.upload")
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        states=[str(state) for state in UNION_STATES],
        employers=employers,
        initial={"state": "KG"},
    )
    if request.method == "POST" and form.is_valid():
        answer = _upload(request, form)
        if answer:
            return answer
    return render(
        request, "pensions/employer/upload.html", {"form": form}, status=400 if form.errors else 200
    )


def _upload(request: HttpRequest, form: UploadForm) -> HttpResponse | None:
    values = form.cleaned_data
    try:
        run = imports.upload(
            by=request.user,
            employer=values["employer"],
            registry_state=values["state"],
            entries=values["entries"],
            content=values["file"],
            name=values["file"].name,
        )
    except Conflict as error:
        messages.warning(request, str(error))
        return redirect("pensions:employer_file", pk=error.params["run_id"])
    except KozotError as error:
        form.add_error("file", f"{error} {error.way_out}".strip())
        return None
    return redirect("pensions:employer_file", pk=run.pk)


def _run(pk) -> WorkRecordImport:
    return get_object_or_404(WorkRecordImport.objects.select_related("file", "job"), pk=pk)


@login_required
def employer_file(request: HttpRequest, pk) -> HttpResponse:
    context = {
        **preview.of(_run(pk)),
        "poll_url": reverse("pensions:employer_file_progress", args=[pk]),
        "rejects_url": reverse("pensions:employer_file_rejected", args=[pk]),
        "columns_url": reverse("pensions:employer_file_columns", args=[pk]),
    }
    return render(request, "pensions/employer/file.html", context)


@login_required
def employer_file_columns(request: HttpRequest, pk) -> HttpResponse:
    back = reverse("pensions:employer_file", args=[pk])
    return columns_page(request, _run(pk), template="pensions/employer/columns.html", back=back)


@login_required
def employer_file_progress(request: HttpRequest, pk) -> HttpResponse:
    context = {**preview.of(_run(pk)), "poll_url": request.path}
    answer = render(request, "pensions/import_progress.html", context)
    if context["idle"]:
        answer["HX-Refresh"] = "true"
    return answer


@login_required
def employer_file_rejected(request: HttpRequest, pk) -> HttpResponse:
    return preview.download(imports.rejected_rows(by=request.user, run=_run(pk)))
