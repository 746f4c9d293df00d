import datetime as dt
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.bulk_action import BulkAction
from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction
from accounts.site import desk
from common.enums import ImportState
from common.errors import Conflict
from common.formatting import date_short
from pensions.enums import IdentifierKind
from pensions.forms import registry as forms
from pensions.imports import preview
from pensions.models import Employer, WorkerProposal, WorkRecordImport
from pensions.services import imports, proposals
from pensions.views.columns import columns_page

from .paging import CappedPaginator

CHANGE = "admin:pensions_workrecordimport_change"


def _upload(by: Any, obj: None, *, employer: Employer, state: str, entries: str, file) -> str:
    try:
        run = imports.upload(
            by=by,
            employer=employer,
            registry_state=state,
            entries=entries,
            content=file,
            name=file.name,
        )
    except Conflict as error:
        if "run_id" in error.params and WorkRecordImport.objects.filter(pk=error.params["run_id"]).exists():
            return reverse(CHANGE, args=[error.params["run_id"]])
        raise
    return reverse(CHANGE, args=[run.pk])


def _own_states(request, obj: None) -> dict[str, Any]:
    found = access.grants(request.user, "registry.import.upload")
    return {"states": sorted({code for who in found.values() for code in who.states})}


def _idle(run: WorkRecordImport) -> bool:
    return run.job is None or run.job.is_over


def _recorded(run: WorkRecordImport) -> bool:
    """One that was stopped amid the work stands in part."""
    stopped = run.state == ImportState.CHECKED and bool((run.counts or {}).get("applied"))
    return run.state == ImportState.APPLIED or stopped


@admin.register(WorkRecordImport, site=desk)
class ImportDesk(DeskAdmin):
    paginator = CappedPaginator
    list_display = ["file_name", "employer", "state", "rows", "rejected", "applied", "created_at"]
    list_filter = ["state"]
    list_select_related = ["file"]
    ordering = ["-created_at", "-pk"]
    list_actions = [
        ObjectAction(
            "upload",
            _("Upload a file"),
            action="registry.import.upload",
            form=forms.UploadForm,
            form_kwargs=_own_states,
            run=_upload,
            tone="primary",
            done=_("The file is being checked. Nothing is in the record yet."),
            explain=_(
                "The file is read and checked first. You see what is in it before anything is recorded."
            ),
        )
    ]
    object_actions = [
        ObjectAction(
            "apply",
            _("Apply"),
            action="registry.import.apply",
            run=lambda by, obj: _done(imports.apply(by=by, run=obj)),
            when=lambda run: run.state == ImportState.CHECKED and _idle(run),
            tone="primary",
            done=_("The rows are being recorded."),
            explain=_("What is ready is recorded. Rejected rows stay out; rows of unknown people wait."),
        ),
        ObjectAction(
            "people",
            _("Confirm all proposed people"),
            action="registry.proposal.confirm",
            run=lambda by, obj: _done(proposals.confirm_all(by=by, run=obj)),
            when=lambda run: bool((run.counts or {}).get("proposals")) and _idle(run),
            done=_("The people are being recorded."),
            explain=_(
                "Each becomes a registered worker, or is joined to the record that has one of the numbers."
            ),
        ),
        ObjectAction(
            "stop",
            _("Stop"),
            action="registry.import.upload",
            run=lambda by, obj: imports.stop(by=by, run=obj),
            when=lambda run: not _idle(run),
            done=_("The work is asked to stop."),
        ),
        ObjectAction(
            "undo",
            _("Undo the whole import"),
            action="registry.import.undo",
            form=forms.ReasonForm,
            run=lambda by, obj, reason: _done(imports.undo(by=by, run=obj, why=reason)),
            when=lambda run: _recorded(run) and _idle(run),
            tone="danger",
            explain=_("Every entry is answered by a compensating one. Nothing is deleted."),
        ),
    ]

    def get_fieldsets(self, request, obj=None):
        """The story says everything; no raw fields."""
        return []

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("file", "job")

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/rejected/", view(self.rejected_rows), name="pensions_workrecordimport_rejected"),
            path("<uuid:pk>/columns/", view(self.columns), name="pensions_workrecordimport_columns"),
            path("<uuid:pk>/progress/", view(self.progress), name="pensions_workrecordimport_progress"),
            *super().get_urls(),
        ]

    def get_changelist_instance(self, request):
        changes = super().get_changelist_instance(request)
        rows = list(changes.result_list)
        names = {
            str(one.pk): one.name for one in Employer.objects.filter(pk__in=[row.employer_id for row in rows])
        }
        for row in rows:
            row.employer_name = names.get(row.employer_id, "—")
        changes.result_list = rows
        return changes

    @admin.display(description=_("file"))
    def file_name(self, run) -> str:
        return run.file.name

    @admin.display(description=_("employer"))
    def employer(self, run) -> str:
        return run.employer_name

    @admin.display(description=_("rows"))
    def rows(self, run) -> str:
        return _count(run, "rows")

    @admin.display(description=_("rejected"))
    def rejected(self, run) -> str:
        return _count(run, "rejected")

    @admin.display(description=_("recorded"))
    def applied(self, run) -> str:
        return _count(run, "applied")

    def story(self, request, obj: WorkRecordImport) -> dict[str, Any]:
        return {
            "story_template": "pensions/desk/import.html",
            **preview.of(obj),
            "rejects_url": reverse("admin:pensions_workrecordimport_rejected", args=[obj.pk]),
            "columns_url": reverse("admin:pensions_workrecordimport_columns", args=[obj.pk]),
            "poll_url": reverse("admin:pensions_workrecordimport_progress", args=[obj.pk]),
            "proposals_url": reverse("admin:pensions_workerproposal_changelist")
            + f"?run__id__exact={obj.pk}",
        }

    def columns(self, request, pk) -> HttpResponse:
        run = get_object_or_404(self.get_queryset(request), pk=pk)
        common = self.admin_site.each_context(request)
        return columns_page(
            request, run, template="pensions/desk/columns.html", back=reverse(CHANGE, args=[pk]), **common
        )

    def progress(self, request, pk) -> HttpResponse:
        run = get_object_or_404(self.get_queryset(request), pk=pk)
        context = {**preview.of(run), "poll_url": request.path}
        answer = render(request, "pensions/import_progress.html", context)
        if context["idle"]:
            answer["HX-Refresh"] = "true"
        return answer

    def rejected_rows(self, request, pk) -> HttpResponse:
        run = get_object_or_404(self.get_queryset(request), pk=pk)
        return preview.download(imports.rejected_rows(by=request.user, run=run))


def _count(run: WorkRecordImport, key: str) -> str:
    value = (run.counts or {}).get(key)
    return "—" if value is None else number_format(value)


def _done(_result: Any) -> None:
    """A button that leads back to the import, whatever its service returns."""


def _name(data: dict) -> str:
    parts = (data.get(part) for part in ("family_name", "given_name", "patronymic"))
    return " ".join(part for part in parts if part) or "—"


BULK: dict[str, Any] = {
    "model": WorkerProposal,
    "action": "registry.proposal.confirm",
    "refused": proposals.decided,
    "label": lambda one: _name(proposals.read(one)),
}


@admin.register(WorkerProposal, site=desk)
class ProposalDesk(DeskAdmin):
    """People whom files name: chosen in the list, confirmed or refused together."""

    personal = True
    paginator = CappedPaginator
    list_display = ["name", "born", "numbers", "rows", "run_file", "state", "created_at"]
    list_display_links = None
    list_filter = ["state", "registered_in"]
    list_select_related = ["key", "run__file"]
    ordering = ["-state", "-created_at", "first_row"]  # who waits for a decision first
    sortable_by = []
    bulk_actions = [
        BulkAction(
            "confirm",
            _("Confirm the chosen people"),
            run=lambda by, rows: proposals.confirm_proposals(by=by, proposals=rows),
            explain=_(
                "Each becomes a registered worker, or is joined to the record that has one of the numbers."
            ),
            no_undo=_(
                "A record that was made stays: work is recorded in it at once. Two records of one person are "
                "merged, and wrong details corrected, on the worker's page."
            ),
            **BULK,
        ),
        BulkAction(
            "refuse",
            _("Refuse the chosen people"),
            form=forms.ReasonForm,
            run=lambda by, rows, reason: proposals.refuse_proposals(by=by, proposals=rows, reason=reason),
            no_undo=_(
                "What the file said of these people is destroyed together with its key, and nothing brings it "
                "back. If it was a mistake, the file has to be sent again."
            ),
            **BULK,
        ),
    ]
    list_per_page = 100

    def subject_id(self, obj):
        return obj.worker_id

    def lookup_allowed(self, lookup, value, request):
        return lookup == "run__id__exact" or super().lookup_allowed(lookup, value, request)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        raise Http404

    @staticmethod
    def _data(proposal: WorkerProposal) -> dict:
        if not hasattr(proposal, "opened"):
            proposal.opened = proposals.read(proposal)
        return proposal.opened

    @admin.display(description=_("full name"))
    def name(self, proposal) -> str:
        return _name(self._data(proposal))

    @admin.display(description=_("born"))
    def born(self, proposal) -> str:
        day = self._data(proposal).get("birth_on")
        return date_short(dt.date.fromisoformat(day)) if day else "—"

    @admin.display(description=_("numbers"))
    def numbers(self, proposal) -> str:
        numbers = self._data(proposal).get("numbers", [])
        return ", ".join(f"{IdentifierKind(n['kind']).label} …{n['value'][-4:]}" for n in numbers) or "—"

    @admin.display(description=_("file"))
    def run_file(self, proposal) -> str:
        return proposal.run.file.name
